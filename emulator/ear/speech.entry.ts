/**
 * Speech in a process of its own: the package is GPL and may take its time, so the village starts this only when there is
 * something to say, and kills it when it does not answer. Takes `{ id, text, durationMs }`, gives `{ id, samples }` with
 * 16 kHz samples of exactly that length.
 */
import load from '@echogarden/espeak-ng-emscripten';

const rate = 16_000;
const wordsPerMinute = { start: 210, slowest: 80, fastest: 400 } as const;
const tries = 3;

const { eSpeakNGWorker: Speaker } = await load();
const speaker = new Speaker();
speaker.set_voice('', 'cmn', 0, 0, 0);
const ownRate = speaker.get_samplerate();

const synthesize = (text: string, speed: number): Int16Array => {
  const pieces: Int16Array[] = [];
  speaker.set_rate(Math.round(speed));
  speaker.synthesize(text, (samples) => {
    if (samples !== null) pieces.push(samples);
    return false;
  });
  const all = new Int16Array(pieces.reduce((length, piece) => length + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
};

/** Speaks faster or slower until the text takes as long as the chip takes. */
const fitted = (text: string, durationMs: number): Int16Array => {
  let speed: number = wordsPerMinute.start;
  let spoken = synthesize(text, speed);
  for (let attempt = 1; attempt < tries; attempt += 1) {
    const ratio = spoken.length / ((durationMs * ownRate) / 1000);
    if (ratio > 0.9 && ratio < 1.02) break;
    speed = Math.min(wordsPerMinute.fastest, Math.max(wordsPerMinute.slowest, speed * ratio));
    spoken = synthesize(text, speed);
  }
  return spoken;
};

const resampled = (from: Int16Array, durationMs: number): Int16Array => {
  const step = ownRate / rate;
  return Int16Array.from({ length: Math.round((durationMs * rate) / 1000) }, (_, index) => {
    const place = index * step;
    const before = from[Math.floor(place)] ?? 0;
    const after = from[Math.floor(place) + 1] ?? 0;
    return before + (after - before) * (place % 1);
  });
};

interface Request {
  readonly id: number;
  readonly text: string;
  readonly durationMs: number;
}

const isRequest = (value: unknown): value is Request =>
  typeof value === 'object' && value !== null && 'id' in value && 'text' in value && 'durationMs' in value;

process.on('message', (message: unknown) => {
  if (!isRequest(message)) return;
  const { id, text, durationMs } = message;
  process.send?.({ id, samples: resampled(fitted(text, durationMs), durationMs) });
});
process.on('disconnect', () => process.exit(0));
process.send?.({ ready: true });
