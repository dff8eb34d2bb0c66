import type { SatelliteCodec, SatelliteReport } from '../../devices/define.ts';
import type { ByteLine } from '../bus/line.ts';
import { failed, ok, type Result } from '../words/failure.ts';
import { createToken, sleep, type DriverClock, type Token } from './clock.ts';

export interface SatelliteOptions {
  readonly line: ByteLine;
  readonly codec: SatelliteCodec;
  readonly clock: DriverClock;
  /** Card number of the centre: where everything is sent. */
  readonly centreCard: number;
  /** A message came whole over the air. Nothing about its sender is proven: intake verifies the bytes. */
  readonly onMessage: (bytes: Uint8Array, sender: number) => void;
}

export interface SatelliteState {
  /** Card and hardware are good and at least one beam is received, by the last self-test. */
  readonly ready: boolean;
  readonly reason: string;
  /** Seconds the card makes us wait between two messages; null before the terminal has told it. */
  readonly periodS: number | null;
}

export interface SatelliteTerminal {
  /**
   * Sends one message, in turn, at the pace of the card. Resolves when the terminal has taken it; fails with
   * `satellite-message-too-long`, `satellite-busy`, `satellite-refused`, `satellite-silent`, `satellite-stopped`.
   */
  send(bytes: Uint8Array): Promise<Result<null>>;
  state(): SatelliteState;
  stop(): void;
}

const queueMax = 8;
const attemptsMax = 4;
const replyMs = 2_000;
const feedbackMs = 5_000;
const retryAfterMs = 15_000;
/** A card whose period is unknown is treated as the common civil card. */
const usualPeriodS = 60;
/** No card makes anybody wait longer; whoever says so is damaged, and must not silence the way out for days. */
const longestPeriodS = 3_600;
const marginMs = 500;
/** The bytes of a frame follow each other: what stands still so long in its middle has lost its end. */
const brokenOffMs = 5_000;

type Waiting = (report: SatelliteReport) => boolean;

/** The terminal's reports: each goes to whoever waits for its kind, messages go to the owner. */
const listen = ({ line, codec, clock, onMessage }: SatelliteOptions, learn: (report: SatelliteReport) => void) => {
  let decoder = codec.decoder();
  let lastAt = clock.now();
  let waiting: Waiting | null = null;
  line.onBytes((bytes) => {
    // Else half a frame would take the beginning of the next for its end, and an order would wait for one after it.
    if (clock.now() - lastAt > brokenOffMs) decoder = codec.decoder();
    lastAt = clock.now();
    for (const report of decoder.push(bytes)) {
      learn(report);
      if (report.kind === 'message') {
        if (report.good) onMessage(report.bytes, report.sender);
      } else if (waiting?.(report) === true) waiting = null;
    }
  });
  return {
    expect: (take: Waiting | null): void => {
      waiting = take;
    },
  };
};

interface Radio extends SatelliteOptions {
  readonly token: Token;
  /** Sends a frame and waits for one of these reports; null when none came in time. */
  ask(frame: Uint8Array, kinds: readonly SatelliteReport['kind'][], ms: number): Promise<SatelliteReport | null>;
}

const createRadio = (options: SatelliteOptions, token: Token, learn: (report: SatelliteReport) => void): Radio => {
  const { line, clock } = options;
  const ears = listen(options, learn);
  return {
    ...options,
    token,
    ask: async (frame, kinds, ms) => {
      let found: SatelliteReport | null = null;
      const heard = createToken();
      const stopped = token.onCancel(() => heard.cancel());
      ears.expect((report) => {
        if (!kinds.includes(report.kind)) return false;
        found = report;
        heard.cancel();
        return true;
      });
      const sent = await line.send(frame);
      if (sent.ok) await sleep(clock, ms, heard);
      ears.expect(null);
      stopped();
      return found;
    },
  };
};

/** What is known of the terminal, and when the card lets it send again. */
interface Known {
  state: SatelliteState;
  ownCard: number;
  freeAt: number;
}

const greet = async (radio: Radio): Promise<void> => {
  await radio.ask(radio.codec.askCard(), ['card'], replyMs);
  await radio.ask(radio.codec.askSelfTest(), ['self-test'], replyMs);
};

/** One try; null when the terminal said nothing. `freeAt` says when the next may follow. */
const attempt = async (radio: Radio, known: Known, bytes: Uint8Array): Promise<SatelliteReport['kind'] | null> => {
  const { codec, clock, centreCard } = radio;
  if (known.state.periodS === null) await greet(radio);
  const frame = codec.send({ from: known.ownCard, to: centreCard, bytes });
  const report = frame === null ? null : await radio.ask(frame, ['sent', 'wait', 'refused'], feedbackMs);
  // Without feedback it may have been sent: the card's period is waited for all the same.
  const seconds = report?.kind === 'wait' ? report.seconds : (known.state.periodS ?? usualPeriodS);
  const waitMs = Math.min(seconds, longestPeriodS) * 1_000 + marginMs;
  known.freeAt = clock.now() + (report?.kind === 'refused' ? retryAfterMs : waitMs);
  if (report?.kind === 'refused') known.state = { ...known.state, ready: false, reason: report.reason };
  return report?.kind ?? null;
};

const deliver = async (radio: Radio, known: Known, bytes: Uint8Array): Promise<Result<null>> => {
  const { clock, token } = radio;
  let last: SatelliteReport['kind'] | null = null;
  for (let tries = 0; tries < attemptsMax; tries += 1) {
    if (known.freeAt > clock.now()) await sleep(clock, known.freeAt - clock.now(), token);
    if (!token.alive()) return failed('satellite-stopped');
    last = await attempt(radio, known, bytes);
    if (last === 'sent') return ok(null);
  }
  const reason = last === 'wait' ? 'too-soon' : known.state.reason;
  return last === null ? failed('satellite-silent') : failed('satellite-refused', { reason });
};

/**
 * A satellite terminal on its byte line: one message at a time, never faster than the card's service period, retried when
 * the terminal says wait, refuses or says nothing, and given up after a bounded number of tries.
 */
export const createSatelliteTerminal = (options: SatelliteOptions): SatelliteTerminal => {
  const { codec, centreCard } = options;
  const token = createToken();
  const known: Known = { state: { ready: false, reason: 'not-asked', periodS: null }, ownCard: 0, freeAt: 0 };
  const radio = createRadio(options, token, (report) => {
    if (report.kind === 'card') {
      known.ownCard = report.ownCard;
      known.state = { ...known.state, periodS: report.periodS };
    }
    if (report.kind === 'self-test') known.state = { ...known.state, ready: report.ready, reason: report.reason };
  });
  let queued = 0;
  let turn: Promise<unknown> = greet(radio);
  return {
    state: () => known.state,
    stop: () => token.cancel(),
    send: async (bytes) => {
      if (codec.send({ from: known.ownCard, to: centreCard, bytes }) === null)
        return failed('satellite-message-too-long', { bytes: bytes.length });
      if (queued >= queueMax) return failed('satellite-busy');
      queued += 1;
      const done = turn.then(() => deliver(radio, known, bytes)).finally(() => (queued -= 1));
      turn = done;
      return done;
    },
  };
};
