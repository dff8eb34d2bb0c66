import type { SpeechCodec, SpeechReply } from '../../devices/define.ts';
import type { ByteLine } from '../bus/line.ts';
import { createChipWire, type ChipWire } from './chip-wire.ts';
import { createToken, sleep, type DriverClock, type Token } from './clock.ts';

/** A speech chip on its own byte line. */
export interface Chip {
  /** Speaks one part and waits for the chip's own end of speech. */
  speak(part: string, estimateMs: number, token: Token): Promise<SpeechEnd>;
  stop(): Promise<void>;
  /** Does it answer at all? Null while it is busy with an order: that order will tell. */
  answers(): Promise<boolean | null>;
}

export type SpeechEnd =
  | { readonly end: 'spoken' }
  | { readonly end: 'taken-back' }
  | { readonly end: 'rejected' | 'no-reply'; readonly reason: string };

type Started = { readonly end: 'accepted' } | SpeechEnd;

const attemptsMax = 2;
/** An end that is missing is asked for this often before the chip is given up. */
const asksMax = 3;
const taken: SpeechEnd = { end: 'taken-back' };
const spoken: SpeechEnd = { end: 'spoken' };
const noReply = (wire: ChipWire, reason: string): SpeechEnd => ({
  end: 'no-reply',
  reason: wire.lineOpen() ? reason : 'line-gone',
});

const askState = (wire: ChipWire, token: Token): Promise<SpeechReply | null> =>
  wire.ask(wire.codec.status(), ['speaking', 'idle'], token);

/** Sends the play frame until the chip accepts it, twice at most. */
const begin = async (wire: ChipWire, frame: Uint8Array, token: Token): Promise<Started> => {
  let last = noReply(wire, 'no-reply');
  for (let attempt = 0; attempt < attemptsMax; attempt += 1) {
    const reply = await wire.ask(frame, ['accepted', 'rejected'], token);
    if (!token.alive()) return taken;
    if (reply === 'accepted') return { end: 'accepted' };
    last = reply === 'rejected' ? { end: 'rejected', reason: 'chip-rejected' } : noReply(wire, 'no-reply');
    await sleep(wire.clock, wire.codec.frameGapMs, token);
  }
  return last;
};

/**
 * Waits for the end of speech. A missing end is asked for; an end that comes much too early may belong to speech that was
 * interrupted, so the chip is asked before it is believed. `reset`: it started anew and has forgotten what it was saying.
 */
const finish = async (
  wire: ChipWire,
  estimateMs: number,
  token: Token,
): Promise<SpeechEnd | { readonly end: 'reset' }> => {
  const startedAt = wire.clock.now();
  for (let asked = 0; asked < asksMax; asked += 1) {
    const reply = await wire.next(['idle', 'initialised'], 2 * estimateMs + 3_000, token);
    if (!token.alive()) return taken;
    if (reply === 'initialised') return { end: 'reset' };
    if (reply === 'idle' && wire.clock.now() - startedAt >= estimateMs / 4) return spoken;
    const state = await askState(wire, token);
    if (!token.alive()) return taken;
    if (state === 'idle') return spoken;
    if (state === null) break;
  }
  return noReply(wire, 'no-end-of-speech');
};

const speak = async (wire: ChipWire, frame: Uint8Array, estimateMs: number, token: Token): Promise<SpeechEnd> => {
  for (let attempt = 0; attempt < attemptsMax; attempt += 1) {
    const started = await begin(wire, frame, token);
    if (started.end !== 'accepted') return started;
    const end = await finish(wire, estimateMs, token);
    if (end.end !== 'reset') return end;
  }
  return noReply(wire, 'chip-reset');
};

/** The exchange with the chip: play, accepted, then idle when it has ended. */
export const createChip = (line: ByteLine, codec: SpeechCodec, clock: DriverClock): Chip => {
  const wire = createChipWire(line, codec, clock);
  return {
    speak: async (part, estimateMs, token) => {
      const frame = codec.speak(part);
      if (frame === null) return { end: 'rejected', reason: 'not-speakable' };
      return wire.inTurn(() => speak(wire, frame, estimateMs, token));
    },
    stop: () =>
      wire.inTurn(async () => {
        await wire.ask(codec.stop(), ['accepted'], createToken());
      }),
    answers: async () => {
      if (wire.busy()) return null;
      return wire.inTurn(async () => (await askState(wire, createToken())) !== null);
    },
  };
};
