import type { MonoMs } from '../core/time.ts';
import { failed, ok, type Failure, type Result } from '../words/failure.ts';
import { readAddress } from './address.ts';
import { backOffMs } from './back-off.ts';
import { openBacklog, type Backlog } from './backlog.ts';
import { openConversation, type Conversation, type ConversationOptions } from './conversation.ts';
import { wsLinks, type Link, type LinkFactory } from './link.ts';
import { look, missesAllowed, newLink, pingEveryMs, type Liveness } from './liveness.ts';
import type { AudioMessage } from './audio-messages.ts';
import type { BoxMessage } from './messages.ts';
import { openStateTurns, type StateTurns } from './state-turns.ts';
import { timersOf, type Timers } from './timers.ts';

/** From the attempt to the open WebSocket, TLS included. */
export const handshakeTimeoutMs = 15_000;
/** A link that lived this long makes the next pause short again. */
export const steadyAfterMs = 10_000;
/** The centre is asked for the time after each connect and this often. */
export const timeEveryMs = 15 * 60_000;

export interface UplinkOptions extends ConversationOptions {
  readonly url: string;
  /** `sha256/` + base64 of the server's SPKI digest; needed for wss. */
  readonly pins: readonly string[];
  /** A number of [0, 1). */
  readonly random: () => number;
  /** The budget before any signature is looked at: 0, or the milliseconds to wait. */
  readonly admit: (now: MonoMs) => number;
  readonly onConnected: (connected: boolean) => void;
  /** Told once per kind until the next connect. */
  readonly report: (failure: Failure) => void;
  /** Replaces the `ws` links, for simulation. */
  readonly links?: LinkFactory;
}

export interface Uplink {
  /** New receipts are durable: send them. */
  readonly wake: () => void;
  /** Sends the signed journal head now, if there is a link. */
  readonly sendStatus: () => void;
  /** Sends the full state once more, if there is a link, as soon as the line has carried the one before. */
  readonly sendSnapshot: () => void;
  /** Tells the outcome of an order that came again, if there is a link: who repeats it asks again. */
  readonly sendOutcome: Conversation['sendOutcome'];
  readonly connected: () => boolean;
  /** Asks for audio or tells of it; false when there is no link. */
  readonly sendAudio: (message: AudioMessage) => boolean;
  /** Ends it for good. */
  readonly close: () => void;
}

/** The mutable part of a session and what it is made of. */
interface Session {
  readonly options: UplinkOptions;
  readonly links: LinkFactory;
  readonly timers: Timers;
  readonly tell: (failure: Failure) => void;
  readonly told: Set<string>;
  link: Link | null;
  open: boolean;
  closing: boolean;
  attempts: number;
  openedAt: MonoMs;
  liveness: Liveness;
}

interface Parts {
  readonly send: (message: BoxMessage) => boolean;
  readonly conversation: Conversation;
  readonly backlog: Backlog;
  readonly turns: StateTurns;
}

/**
 * Keeps one WebSocket to the centre open for ever: back-off, pings, snapshot after each connect, outbox until acknowledged.
 *
 * @returns the uplink, or `uplink-url`, `uplink-insecure`, `uplink-pin-missing`, `uplink-pin-unreadable`
 */
export const openUplink = (options: UplinkOptions): Result<Uplink> => {
  const address = readAddress(options.url, options.pins);
  if (!address.ok) return address;
  const session = newSession(options, options.links ?? wsLinks(address.value));
  const parts = partsOf(session);
  const { conversation, send } = parts;
  dial(session, parts);
  return ok({
    wake: conversation.wake,
    sendStatus: () => {
      if (session.open) conversation.sendStatus(null);
    },
    sendOutcome: conversation.sendOutcome,
    sendSnapshot: () => {
      if (session.open) parts.turns.changed();
    },
    connected: () => session.open,
    sendAudio: send,
    close: () => {
      session.closing = true;
      session.timers.clearAll();
      session.link?.terminate();
    },
  });
};

const newSession = (options: UplinkOptions, links: LinkFactory): Session => {
  const told = new Set<string>();
  return {
    options,
    links,
    timers: timersOf(options.clock),
    told,
    tell: (failure) => {
      if (told.has(failure.code)) return;
      told.add(failure.code);
      options.report(failure);
    },
    link: null,
    open: false,
    closing: false,
    attempts: 0,
    openedAt: 0,
    liveness: newLink,
  };
};

const partsOf = (session: Session): Parts => {
  const { options, timers, tell } = session;
  const send = (message: BoxMessage): boolean => {
    if (!session.open || session.link === null) return false;
    session.link.send(JSON.stringify(message));
    return true;
  };
  const conversation = openConversation(options, send, tell);
  const backlog = openBacklog({
    clock: options.clock,
    timers,
    admit: options.admit,
    take: conversation.take,
    hold: (held) => (held ? session.link?.pause() : session.link?.resume()),
    overflow: (messages) => {
      tell(failed('uplink-flooded', { messages }).failure);
      session.link?.terminate();
    },
  });
  const turns = openStateTurns({
    clock: options.clock,
    timers,
    ping: (number) => session.link?.ping(number),
    send: conversation.sendSnapshot,
  });
  return { send, conversation, backlog, turns };
};

const dial = (session: Session, parts: Parts): void => {
  const { timers, tell } = session;
  timers.set('handshake', handshakeTimeoutMs, () => {
    tell(failed('uplink-handshake-slow', { seconds: handshakeTimeoutMs / 1000 }).failure);
    session.link?.terminate();
  });
  const heard = (): void => {
    session.liveness = { ...session.liveness, heard: true };
  };
  session.link = session.links({
    opened: () => onOpened(session, parts),
    message: (text) => {
      heard();
      parts.backlog.push(text);
    },
    heard: (echo) => {
      heard();
      parts.turns.heard(echo);
    },
    closed: (failure) => onClosed(session, parts, failure),
  });
};

const onOpened = (session: Session, { conversation, backlog, turns }: Parts): void => {
  const { options, timers } = session;
  Object.assign(session, { open: true, openedAt: options.clock.now(), liveness: newLink });
  session.told.clear();
  timers.clear('handshake');
  const lookAgain = (): void => {
    timers.set('look', pingEveryMs, lookAgain);
    // A pong stands behind what we do not read: then nobody can be blamed for silence.
    const { heard } = session.liveness;
    const { next, dead } = look({ ...session.liveness, heard: heard || backlog.holds() });
    session.liveness = next;
    if (dead) {
      session.tell(failed('uplink-silent', { seconds: (pingEveryMs * missesAllowed) / 1000 }).failure);
      session.link?.terminate();
      return;
    }
    turns.ping();
    conversation.repeat();
  };
  const askAgain = (): void => {
    timers.set('time', timeEveryMs, askAgain);
    conversation.askTime();
  };
  timers.set('look', pingEveryMs, lookAgain);
  timers.set('time', timeEveryMs, askAgain);
  options.onConnected(true);
  turns.opened();
  conversation.opened();
};

const onClosed = (session: Session, parts: Parts, failure: Failure): void => {
  const { options, timers } = session;
  const wasOpen = session.open;
  const steady = wasOpen && options.clock.now() - session.openedAt >= steadyAfterMs;
  timers.clearAll();
  Object.assign(session, { open: false, link: null });
  parts.backlog.clear();
  parts.conversation.closed();
  if (wasOpen) options.onConnected(false);
  if (session.closing) return;
  session.tell(failure);
  session.attempts = steady ? 0 : session.attempts;
  timers.set('retry', backOffMs(session.attempts, options.random()), () => dial(session, parts));
  session.attempts += 1;
};
