import { syn6288, type Syn6288Request } from '../../devices/speech/syn6288.ts';
import type { Cancel, Clock } from '../clock.ts';
import type { ByteDevice } from '../line/byte-line.ts';

/** What the chip is saying. */
export interface Utterance {
  /** Decoded text without control tags. */
  readonly text: string;
  readonly startsAt: number;
  readonly durationMs: number;
}

export interface SpeechChip extends ByteDevice {
  /** Null when it is silent, also while paused. */
  readonly saying: Utterance | null;
  reset(): void;
  /** Power is back: the chip says that it is initialised. */
  powerUp(): void;
}

export interface SpeechChipOptions {
  readonly clock: Clock;
  readonly send: (bytes: Uint8Array) => void;
  /** Told when speech begins or ends. */
  readonly changed: () => void;
  /** Powered off: hears nothing, says nothing. */
  readonly silent: () => boolean;
  /** Speaks but does not answer. */
  readonly mute: () => boolean;
}

/** The chip gives up a frame begun when more than this passes between two of its bytes (datasheet). */
const byteGapMs = 8;
const perCharacterMs = 250;
/** Sounds that the chip knows by name in the text, with their length (datasheet). */
const soundMs: Readonly<Record<string, number>> = {
  soundk: 2000,
  soundn: 2000,
  soundo: 1000,
  soundp: 3000,
  soundq: 1000,
  soundr: 4000,
};

const tags = /\[[a-z]?\d*\]/g;
const sounds = /(?<![a-z])sound[a-y](?![a-z])/g;

/** The text that is really spoken: control tags taken out. */
export const spokenText = (text: string): string => text.replaceAll(tags, '').trim();

/** A piece of what the chip plays: words, or one of its built-in sounds. */
export interface SpeechPart {
  readonly kind: 'words' | 'sound';
  readonly text: string;
  readonly durationMs: number;
}

/** What the chip plays one after another: about a quarter of a second for each character, sounds with their own length. */
export const speechParts = (text: string): readonly SpeechPart[] => {
  const plain = spokenText(text);
  const parts: SpeechPart[] = [];
  let at = 0;
  const words = (upTo: number): void => {
    const piece = plain.slice(at, upTo);
    if (piece !== '') parts.push({ kind: 'words', text: piece, durationMs: Array.from(piece).length * perCharacterMs });
  };
  for (const found of plain.matchAll(sounds)) {
    words(found.index);
    parts.push({ kind: 'sound', text: found[0], durationMs: soundMs[found[0]] ?? 1000 });
    at = found.index + found[0].length;
  }
  words(plain.length);
  return parts;
};

/** How long the chip is busy with a text. */
export const speechMs = (text: string): number => speechParts(text).reduce((sum, part) => sum + part.durationMs, 0);

/** The voice of the chip: what it says, and what it was saying when it was paused. */
interface Voice {
  readonly saying: Utterance | null;
  begin(text: string, durationMs: number): void;
  pause(): void;
  resume(): void;
  /** Ends speech and forgets what was paused. */
  stop(): void;
}

const createVoice = (clock: Clock, changed: () => void, finished: () => void): Voice => {
  let saying: Utterance | null = null;
  let paused: Utterance | null = null;
  let cancel: Cancel = () => undefined;
  const hush = (): void => {
    if (saying === null) return;
    cancel();
    saying = null;
    changed();
  };
  const begin = (text: string, durationMs: number): void => {
    cancel();
    paused = null;
    const startsAt = clock.now();
    saying = { text, startsAt, durationMs };
    cancel = clock.at(startsAt + durationMs, () => {
      hush();
      finished();
    });
    changed();
  };
  return {
    get saying() {
      return saying;
    },
    begin,
    pause: () => {
      if (saying === null) return;
      const { text, startsAt, durationMs } = saying;
      hush();
      paused = { text, startsAt, durationMs: Math.max(0, startsAt + durationMs - clock.now()) };
    },
    resume: () => {
      if (paused !== null) begin(paused.text, paused.durationMs);
    },
    stop: () => {
      paused = null;
      hush();
    },
  };
};

/** A SYN6288 as it behaves: accepts and rejects, interrupts itself, and says by itself when it has finished. */
export const createSpeechChip = ({ clock, send, changed, silent, mute }: SpeechChipOptions): SpeechChip => {
  const decoder = syn6288.unit.decoder();
  const reply = (name: Parameters<typeof syn6288.unit.reply>[0]): void => {
    if (!mute() && !silent()) send(syn6288.unit.reply(name));
  };
  const voice = createVoice(clock, changed, () => reply('idle'));
  const obey = (request: Syn6288Request): void => {
    if (!request.ok) {
      reply('rejected');
      return;
    }
    reply('accepted');
    if (request.command === 'speak') voice.begin(spokenText(request.text), speechMs(request.text));
    else if (request.command === 'status') reply(voice.saying === null ? 'idle' : 'speaking');
    else if (request.command === 'pause') voice.pause();
    else if (request.command === 'resume') voice.resume();
    else if (request.command === 'stop' || request.command === 'power-down') voice.stop();
  };
  return {
    get saying() {
      return voice.saying;
    },
    receive: (bytes, gapMs) => {
      if (silent()) return;
      if (gapMs > byteGapMs) decoder.reset();
      for (const request of decoder.push(bytes)) obey(request);
    },
    reset: () => {
      decoder.reset();
      voice.stop();
    },
    powerUp: () => reply('initialised'),
  };
};
