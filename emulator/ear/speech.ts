import { fork, type ChildProcess } from 'node:child_process';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { coveredStdio } from '../line/covered-stdio.ts';
import { seededRandom } from '../random.ts';
import { speechParts, type SpeechPart } from '../unit/speech-chip.ts';
import { sampleRate } from './wav.ts';

/** Renders what a chip says: the samples of the whole text at 16 kHz, below full scale, as long as the chip takes for it. */
export interface Speech {
  samples(text: string): Promise<Float32Array>;
  /** True when the last text was replaced by noise because nothing could speak it. */
  readonly isNoise: boolean;
  close(): void;
}

const replyMs = 20_000;
const ownEntry = new URL('./speech.entry.ts', import.meta.url);

const start = (entry: URL): ChildProcess =>
  fork(entry, {
    cwd: dirname(fileURLToPath(entry)),
    execArgv: entry.pathname.endsWith('.ts') ? ['--import', 'tsx'] : [],
    serialization: 'advanced',
    stdio: coveredStdio('ignore', 'ignore', 'ignore', 'ipc'),
  });

const samplesIn = (message: unknown, id: number): Int16Array | null => {
  if (typeof message !== 'object' || message === null || !('id' in message) || message.id !== id) return null;
  return 'samples' in message && message.samples instanceof Int16Array ? message.samples : null;
};

/** One question to the child; null when it dies or takes too long. */
const askChild = (child: ChildProcess, id: number, part: SpeechPart): Promise<Int16Array | null> =>
  new Promise((resolve) => {
    const finish = (samples: Int16Array | null): void => {
      clearTimeout(deadline);
      child.off('message', take);
      child.off('exit', lost);
      resolve(samples);
    };
    const take = (message: unknown): void => {
      const samples = samplesIn(message, id);
      if (samples !== null) finish(samples);
    };
    const lost = (): void => finish(null);
    const deadline = setTimeout(lost, replyMs);
    child.on('message', take);
    child.on('exit', lost);
    child.send({ id, text: part.text, durationMs: part.durationMs }, (error) => (error === null ? undefined : lost()));
  });

const lengthOf = (part: SpeechPart): number => Math.round((part.durationMs * sampleRate) / 1000);

/** Noise in the band and rhythm of speech: four syllables a second between 300 and 3000 Hz. */
const shapedNoise = (part: SpeechPart): Float32Array => {
  const random = seededRandom(part.text.length);
  const voices = Array.from({ length: 40 }, () => ({ hz: 300 + 2700 * random() ** 2, phase: 2 * Math.PI * random() }));
  return Float32Array.from({ length: lengthOf(part) }, (_, index) => {
    const seconds = index / sampleRate;
    const syllable = Math.sin(Math.PI * 4 * seconds) ** 2;
    const wave = voices.reduce((sum, { hz, phase }) => sum + Math.sin(2 * Math.PI * hz * seconds + phase), 0);
    return 0.03 * syllable * wave;
  });
};

/** The chip's built-in alarm sounds: two tones in turn, five times a second. */
const alarmSound = (part: SpeechPart): Float32Array =>
  Float32Array.from({ length: lengthOf(part) }, (_, index) => {
    const hz = Math.floor((5 * index) / sampleRate) % 2 === 0 ? 960 : 770;
    return 0.4 * Math.sin((2 * Math.PI * hz * index) / sampleRate);
  });

const joined = (pieces: readonly Float32Array[]): Float32Array => {
  const all = new Float32Array(pieces.reduce((length, piece) => length + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
};

/** The package speaks up to full scale. Below it nothing clips, and words are about as loud as the chip's own alarms. */
const gain = 0.7;

/** Speech by the optional package in a killable child, each text once; shaped noise with a named warning without it. */
export const createSpeech = (entry = ownEntry): Speech => {
  const known = new Map<string, Promise<Float32Array>>();
  let child: ChildProcess | null = null;
  let isNoise = false;
  let lastId = 0;
  let turn: Promise<unknown> = Promise.resolve();
  const close = (): void => {
    child?.kill('SIGKILL');
    child = null;
  };
  const words = async (part: SpeechPart): Promise<Float32Array> => {
    if (isNoise) return shapedNoise(part);
    lastId += 1;
    child ??= start(entry);
    const samples = await askChild(child, lastId, part);
    if (samples !== null) return Float32Array.from(samples, (value) => (gain * value) / 32_768);
    close();
    isNoise = true;
    process.emitWarning('emulator-no-speech: speech is replaced by shaped noise');
    return shapedNoise(part);
  };
  const speak = async (text: string): Promise<Float32Array> => {
    const pieces: Float32Array[] = [];
    for (const part of speechParts(text)) pieces.push(part.kind === 'sound' ? alarmSound(part) : await words(part));
    return joined(pieces);
  };
  return {
    samples: (text) => {
      const before = known.get(text);
      if (before !== undefined) return before;
      const samples = turn.then(() => speak(text));
      turn = samples;
      known.set(text, samples);
      return samples;
    },
    get isNoise() {
      return isNoise;
    },
    close,
  };
};
