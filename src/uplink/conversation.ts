import type { MonoMs } from '../core/time.ts';
import { failed, ok, type Failure, type Result } from '../words/failure.ts';
import { readCentreMessage } from './inbound.ts';
import type { AudioChunk } from './audio-messages.ts';
import type { BoxMessage, CentreMessage, SignedOutcome, Snapshot } from './messages.ts';
import { openOutbox, type OutboxSource } from './outbox.ts';
import {
  outcomeMessage,
  problemMessage,
  receiptMessages,
  snapshotMessage,
  statusMessage,
  type UplinkSigner,
} from './outbound.ts';
import type { UplinkClock } from './timers.ts';

/** The nonce of the last `time-request`, and when it went out. */
export interface OpenQuestion {
  readonly nonce: string;
  readonly askedAt: MonoMs;
}

/** What came beside signed bytes. */
export interface SignedMeta {
  readonly key: string;
  /** 64 bytes. */
  readonly signature: Uint8Array;
  /** When it came over the link, before it waited for its turn. */
  readonly receivedAt: MonoMs;
}

/** What is said with the centre; bytes are handed on unverified, and nothing is decided here. */
export interface ConversationOptions {
  readonly boxId: string;
  readonly clock: UplinkClock;
  /** 32 hex digits, unguessable. */
  readonly nonce: () => string;
  readonly snapshot: () => Snapshot;
  readonly outbox: OutboxSource;
  readonly signer: UplinkSigner;
  readonly onOrder: (raw: Uint8Array, meta: SignedMeta) => void;
  readonly onTime: (raw: Uint8Array, meta: SignedMeta & { readonly question: OpenQuestion | null }) => void;
  /** A time that took longer there and back is refused. */
  readonly timeMaxRoundTripMs: number;
  readonly onAcknowledge: (number: number) => void;
  /** The first messages of a link are sent: others may follow. */
  readonly onGreeted: () => void;
  /** A piece of warning audio; a failure is told to the centre as a problem. */
  readonly onAudio: (chunk: AudioChunk) => Result<unknown>;
}

export interface Conversation {
  /** A link opened: snapshot, question for the time, outbox from the last acknowledged receipt. */
  readonly opened: () => void;
  readonly closed: () => void;
  readonly take: (text: string | null, receivedAt: MonoMs) => void;
  readonly askTime: () => void;
  readonly wake: () => void;
  readonly repeat: () => void;
  readonly sendStatus: (nonce: string | null) => void;
  /** The full state once more, because it has changed. */
  readonly sendSnapshot: () => void;
  /** The same order came again: the outcome it had. */
  readonly sendOutcome: (order: string, outcome: SignedOutcome['outcome']) => void;
}

/** A time that took too long to be of use is asked for again at once, so often altogether; then a quarter of an hour later. */
const mostAsks = 4;

/** So many pings and wrong messages are answered in a second; a flood of them must not become one of ours. */
export const answersPerSecond = 40;

/** True while there are few enough answers in this second; else it is told. */
const answerBudget = ({ clock }: ConversationOptions, tell: (failure: Failure) => void): (() => boolean) => {
  let [startedAt, used] = [-Infinity, 0];
  return () => {
    if (clock.now() - startedAt >= 1_000) [startedAt, used] = [clock.now(), 0];
    used += 1;
    if (used > answersPerSecond) tell(failed('uplink-answers-bounded', { most: answersPerSecond }).failure);
    return used <= answersPerSecond;
  };
};

/** The signed states of this boot, counted together. */
const statesOf = ({ snapshot, signer }: ConversationOptions, send: (message: BoxMessage) => boolean) => {
  let sequence = 0;
  const next = (): number => {
    sequence += 1;
    return sequence;
  };
  return {
    sendStatus: (nonce: string | null): void =>
      void send(statusMessage(snapshot(), { sequence: next(), nonce }, signer)),
    sendSnapshot: (): void => void send(snapshotMessage(snapshot(), next(), signer)),
  };
};

const questionForTime = (options: ConversationOptions, send: (message: BoxMessage) => boolean) => {
  const { clock, nonce, timeMaxRoundTripMs } = options;
  let question: OpenQuestion | null = null;
  let asksLeft = 0;
  const ask = (asks: number): void => {
    asksLeft = asks - 1;
    question = { nonce: nonce(), askedAt: clock.now() };
    send({ type: 'time-request', nonce: question.nonce });
  };
  return {
    ask: (): void => ask(mostAsks),
    /** The one that an answer may be to. */
    open: (): OpenQuestion | null => question,
    forget: (): void => {
      question = null;
    },
    /** On a line that crawls it stood behind the full state: now that this is through, the next one does not. */
    askAgainIfSlow: (): void => {
      const isSlow = question !== null && clock.now() - question.askedAt > timeMaxRoundTripMs;
      if (isSlow && asksLeft > 0) ask(asksLeft);
    },
  };
};

/**
 * @param send sends one message; false when there is no open link
 * @param tell reports a failure
 */
export const openConversation = (
  options: ConversationOptions,
  send: (message: BoxMessage) => boolean,
  tell: (failure: Failure) => void,
): Conversation => {
  const { boxId, clock, signer } = options;
  const time = questionForTime(options, send);
  const { sendStatus, sendSnapshot } = statesOf(options, send);
  const outbox = openOutbox({
    now: () => clock.now(),
    source: options.outbox,
    send: (receipts) => receiptMessages(receipts, boxId, signer).every(send),
    onAcknowledge: options.onAcknowledge,
    onGone: () => sendStatus(null),
    report: tell,
  });
  const mayAnswer = answerBudget(options, tell);
  /** A failure here is one of the frame; what is signed inside is not looked at. */
  const handle = (message: CentreMessage, receivedAt: MonoMs): Result<unknown> => {
    if (message.type === 'acknowledge') return outbox.acknowledge(message.number);
    if (message.type === 'ping') {
      if (mayAnswer()) sendStatus(message.nonce);
      return ok(null);
    }
    if (message.type === 'audio-chunk') return options.onAudio(message);
    const signature = Buffer.from(message.signature, 'base64');
    const meta = { key: message.key, signature, receivedAt };
    if (message.type === 'order') options.onOrder(Buffer.from(message.envelope, 'utf8'), meta);
    else {
      options.onTime(Buffer.from(message.statement, 'utf8'), { ...meta, question: time.open() });
      time.askAgainIfSlow();
    }
    return ok(null);
  };
  return {
    opened: () => {
      sendSnapshot();
      time.ask();
      outbox.restart();
      options.onGreeted();
    },
    closed: time.forget,
    take: (text, receivedAt) => {
      const message = readCentreMessage(text);
      const taken = message.ok ? handle(message.value, receivedAt) : message;
      if (taken.ok) return;
      tell(taken.failure);
      if (mayAnswer()) send(problemMessage(taken.failure));
    },
    askTime: time.ask,
    wake: outbox.wake,
    repeat: outbox.repeat,
    sendStatus,
    sendSnapshot,
    sendOutcome: (order, outcome) => void send(outcomeMessage(options.snapshot(), { order, outcome }, signer)),
  };
};
