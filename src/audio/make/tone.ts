import type { TonePattern } from '../../core/tone-pattern.ts';
import { pcmRate, samplesOfMs, type Pcm } from '../pcm.ts';

/** Peak of a tone: as loud to the ear as speech at its target, and far from clipping. */
const amplitude = 0.5 * 32_767;
const edgeMs = 8;
const chunkMs = 1000;
const turn = 2 * Math.PI;

/** Gives the next sample, -1…1; keeps its phase from one to the next. */
type Voice = () => number;

const oscillator = (hzAt: (ms: number) => number): Voice => {
  let phase = 0;
  let index = 0;
  return () => {
    const sample = Math.sin(phase);
    phase = (phase + (turn * hzAt((1000 * index) / pcmRate)) / pcmRate) % turn;
    index += 1;
    return sample;
  };
};

const together = (voices: readonly Voice[]): Voice => {
  const share = 1 / Math.max(1, voices.length);
  return () => voices.reduce((sum, voice) => sum + share * voice(), 0);
};

const sweepHz = ({ fromHz, toHz, riseMs, fallMs }: Extract<TonePattern, { wave: 'sweep' }>) => {
  const span = toHz - fromHz;
  return (ms: number): number => {
    const at = ms % (riseMs + fallMs);
    return at < riseMs ? fromHz + (span * at) / riseMs : toHz - (span * (at - riseMs)) / Math.max(1, fallMs);
  };
};

const decayPerMs = 1 / 450;

/** Every note begins anew each time it is struck, with a soft attack, and has faded before the next. */
const struck = ({ hz, apartMs, everyMs }: Extract<TonePattern, { wave: 'struck' }>): Voice => {
  let index = 0;
  const fade = Math.max(decayPerMs, 4 / everyMs);
  const share = apartMs === 0 ? 1 / hz.length : 1;
  const note = (pitch: number, ms: number): number =>
    ms < 0 ? 0 : Math.min(1, ms / 5) * Math.exp(-ms * fade) * Math.sin((turn * pitch * ms) / 1000);
  return () => {
    const ms = ((1000 * index) / pcmRate) % everyMs;
    index += 1;
    return hz.reduce((sum, pitch, place) => sum + share * note(pitch, ms - place * apartMs), 0);
  };
};

const voiceOf = (pattern: TonePattern): Voice => {
  switch (pattern.wave) {
    case 'steady':
      return together(pattern.hz.map((hz) => oscillator(() => hz)));
    case 'two-tone':
      return oscillator((ms) => pattern.hz[Math.floor(ms / pattern.eachMs) % 2 === 0 ? 0 : 1]);
    case 'sweep':
      return oscillator(sweepHz(pattern));
    case 'struck':
      return struck(pattern);
  }
};

/**
 * A pattern for so long, second by second: a long siren takes no memory, and no second of it blocks who plays. Phase runs
 * on from one stretch to the next; both ends fade within 8 ms, so that nothing clicks.
 */
export const toneStretches = function* (pattern: TonePattern, durationMs: number): Generator<Pcm> {
  const voice = voiceOf(pattern);
  const total = samplesOfMs(durationMs);
  const edge = Math.min(samplesOfMs(edgeMs), total / 2);
  for (let at = 0; at < total; at += samplesOfMs(chunkMs)) {
    yield Int16Array.from({ length: Math.min(samplesOfMs(chunkMs), total - at) }, (_, offset) => {
      const place = at + offset;
      const fade = Math.min(1, (place + 1) / edge, (total - place) / edge);
      return Math.round(amplitude * fade * Math.max(-1, Math.min(1, voice())));
    });
  }
};
