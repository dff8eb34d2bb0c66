import type { SpeechCodec, SpeechReply } from '../../devices/define.ts';
import type { ByteLine } from '../bus/line.ts';
import type { DriverClock, Token } from './clock.ts';

/** Frames out, single-byte replies in. One asker at a time: a reply does not say whom it answers. */
export interface ChipWire {
  readonly codec: SpeechCodec;
  readonly clock: DriverClock;
  lineOpen(): boolean;
  /** The first reply of these kinds within the time; others are passed over. Null: none came, or it was taken back. */
  next(kinds: readonly SpeechReply[], ms: number, token: Token): Promise<SpeechReply | null>;
  /** Forgets what was heard before, sends, and waits for the chip's word on it. */
  ask(frame: Uint8Array, kinds: readonly SpeechReply[], token: Token): Promise<SpeechReply | null>;
  /** Runs when everyone before has done. */
  inTurn<T>(work: () => Promise<T>): Promise<T>;
  busy(): boolean;
}

/** From the last byte of a frame to the chip's 41 or 45. */
const acceptMs = 500;
/** More replies than this unread are of no use to anyone. */
const heardMax = 16;

export const createChipWire = (line: ByteLine, codec: SpeechCodec, clock: DriverClock): ChipWire => {
  const decoder = codec.decoder();
  let heard: SpeechReply[] = [];
  let wake: () => void = () => undefined;
  let users = 0;
  let turn: Promise<unknown> = Promise.resolve();
  line.onBytes((bytes) => {
    heard = [...heard, ...decoder.push(bytes)].slice(-heardMax);
    wake();
  });

  const somethingHeard = (ms: number, token: Token): Promise<void> =>
    new Promise((resolve) => {
      const done = (): void => {
        cancelTimer();
        forget();
        wake = () => undefined;
        resolve();
      };
      const cancelTimer = clock.setTimer(ms, done);
      wake = done;
      const forget = token.onCancel(done);
    });

  const next: ChipWire['next'] = async (kinds, ms, token) => {
    const until = clock.now() + ms;
    while (token.alive()) {
      const reply = heard.shift();
      if (reply !== undefined && kinds.includes(reply)) return reply;
      if (reply !== undefined) continue;
      const leftMs = until - clock.now();
      if (leftMs <= 0) return null;
      await somethingHeard(leftMs, token);
    }
    return null;
  };

  return {
    codec,
    clock,
    next,
    lineOpen: () => line.state === 'open',
    busy: () => users > 0,
    ask: async (frame, kinds, token) => {
      heard = [];
      const sent = await line.send(frame);
      return sent.ok ? next(kinds, acceptMs, token) : null;
    },
    inTurn: (work) => {
      users += 1;
      const result = turn.then(work).finally(() => (users -= 1));
      turn = result;
      return result;
    },
  };
};
