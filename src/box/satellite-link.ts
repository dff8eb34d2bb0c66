import type { Outcome } from '../core/outcome.ts';
import { compareRank } from '../core/precedence.ts';
import type { Receipt, Stage } from '../core/receipt.ts';
import type { Broadcast, Durable } from '../core/village.ts';
import type { SatelliteTerminal } from '../drivers/satellite-terminal.ts';
import {
  encodeReceipt,
  encodeStatus,
  type SatelliteReceipt,
  type SatelliteStatus,
  type TerminalState,
} from '../uplink/satellite-status.ts';
import type { Failure, Result } from '../words/failure.ts';

export interface SatelliteLinkPorts {
  readonly terminal: SatelliteTerminal;
  readonly boxId: string;
  /** 32 bytes shared with the centre for this link alone. */
  readonly macKey: Uint8Array;
  readonly durable: () => Durable;
  readonly mono: () => number;
  /** Is there a link by WebSocket? Then the satellite stays silent. */
  readonly connected: () => boolean;
  /** Makes the next report counter durable and returns it; null while the journal cannot take it. */
  readonly nextCounter: () => Promise<number | null>;
  readonly report: (failure: Failure) => void;
}

export interface SatelliteLink {
  /** Stages of orders that came by satellite are answered the same way, also when the box was started anew meanwhile. */
  readonly receipt: (receipt: Receipt) => void;
  /** The same order came again by satellite: the outcome it had, at most once in ten minutes for each. */
  readonly repeated: (order: string, outcome: Outcome) => void;
  /**
   * To be called every few seconds: sends again what the terminal did not take, and the site's status when the WebSocket has
   * been gone for a while.
   */
  readonly look: () => void;
}

/** The network may blink; only a longer silence is worth a message of the card's few. */
const goneForMs = 60_000;
const heartbeatMs = 3_600_000;
/** What the terminal could not send, in rain or behind a mountain, is tried again after this, then after twice as long each time. */
const firstAgainMs = 600_000;
/** A card may send once a minute; a centre that repeats itself must not use it up. */
const repeatedEveryMs = 600_000;
const ordersMax = 64;

/** By the first of them that it is due in: what it came to in another is no proof of this one. */
const stateOf = (durable: Durable, live: readonly Broadcast[], terminal: string): TerminalState => {
  const known = live.flatMap(({ results }) => results[terminal] ?? [])[0]?.verdict;
  if (known === 'sounded' || known === 'failed') return known;
  if (known === 'unknown') return 'unknown';
  return (durable.terminals[terminal]?.health ?? 'well') === 'well' ? 'ready' : 'unknown';
};

/** The site in two bits a terminal: what is live, and what is known of each. */
export const satelliteStatusOf = (durable: Durable): SatelliteStatus => {
  const live = Object.values(durable.broadcasts)
    .filter((broadcast) => broadcast.ended === null)
    .sort((a, b) => compareRank(b.rank, a.rank) || b.sequence - a.sequence);
  return {
    alertId: live[0]?.alert.id ?? null,
    states: (durable.site?.terminals ?? []).map(({ id }) => stateOf(durable, live, id)),
  };
};

const toldStages: Readonly<Record<string, SatelliteReceipt['stage']>> = {
  // The outcome of an order that came again and waits or sounds; no receipt is of this stage.
  accepted: 'verified',
  refused: 'refused',
  started: 'started',
  ended: 'ended',
  done: 'done',
};

const compactOf = (order: string, body: Stage | Outcome): SatelliteReceipt | null => {
  const stage = toldStages[body.stage];
  if (stage === undefined) return null;
  const { due, sounded, failed, unknown } =
    body.stage === 'ended' ? body : { due: 0, sounded: 0, failed: 0, unknown: 0 };
  return { order, stage, code: body.stage === 'refused' ? body.code : null, due, sounded, failed, unknown };
};

/** True at most once in ten minutes for each. */
const seldom = () => {
  const told = new Map<string, number>();
  return (what: string, now: number): boolean => {
    if (now - (told.get(what) ?? -repeatedEveryMs) < repeatedEveryMs) return false;
    told.delete(what);
    told.set(what, now);
    const [oldest] = told.keys();
    if (told.size > ordersMax && oldest !== undefined) told.delete(oldest);
    return true;
  };
};

/** How long the same status waits: for the next hour once it is out, else for the next try. */
const statusWait = () => {
  let againMs = firstAgainMs;
  let waitMs = heartbeatMs;
  return {
    ms: (): number => waitMs,
    sent: (isSent: boolean): void => {
      waitMs = isSent ? heartbeatMs : againMs;
      againMs = isSent ? firstAgainMs : Math.min(2 * againMs, heartbeatMs);
    },
  };
};

/**
 * Receipts that are not out yet, the newest of each order: it says what those before it said. What the terminal did not take
 * is tried again one at a time, after ten minutes, then after twice as long each time; once one is out the next follows.
 */
const owedReceipts = () => {
  const owed = new Map<string, SatelliteReceipt>();
  let underWay = 0;
  let againMs = firstAgainMs;
  let notBefore = -Infinity;
  return {
    begins: (compact: SatelliteReceipt): void => {
      underWay += 1;
      owed.delete(compact.order);
      owed.set(compact.order, compact);
      const [oldest] = owed.keys();
      if (owed.size > ordersMax && oldest !== undefined) owed.delete(oldest);
    },
    ends: (compact: SatelliteReceipt, isSent: boolean, now: number): void => {
      underWay -= 1;
      if (isSent && owed.get(compact.order) === compact) owed.delete(compact.order);
      // Several that fail together are one failure.
      if (!isSent && now < notBefore) return;
      notBefore = isSent ? now : now + againMs;
      againMs = isSent ? firstAgainMs : Math.min(2 * againMs, heartbeatMs);
    },
    due: (now: number): SatelliteReceipt | undefined =>
      underWay > 0 || now < notBefore ? undefined : [...owed.values()][0],
  };
};

/** The way out when every other is cut: compact receipts for orders that came this way, and the site's status. */
export const openSatelliteLink = (ports: SatelliteLinkPorts): SatelliteLink => {
  const mayRepeat = seldom();
  const started = new Set<string>();
  let goneSince: number | null = null;
  let lastStatus = '';
  let lastAt = -heartbeatMs;
  const wait = statusWait();
  const owed = owedReceipts();
  let sending = false;

  const send = async (encode: (counter: number) => Result<Uint8Array>): Promise<boolean> => {
    const counter = await ports.nextCounter();
    if (counter === null) return false;
    const bytes = encode(counter);
    const sent = bytes.ok ? await ports.terminal.send(bytes.value) : bytes;
    if (!sent.ok) ports.report(sent.failure);
    return sent.ok;
  };
  const sendStatus = async (status: SatelliteStatus): Promise<void> =>
    wait.sent(await send((counter) => encodeStatus(status, sender(counter))));
  const sender = (counter: number) => ({ boxId: ports.boxId, macKey: ports.macKey, counter });
  const sendCompact = (compact: SatelliteReceipt): void => {
    owed.begins(compact);
    void send((counter) => ({ ok: true, value: encodeReceipt(compact, sender(counter)) })).then((isSent) =>
      owed.ends(compact, isSent, ports.mono()),
    );
  };

  return {
    receipt: (receipt) => {
      if (ports.durable().seen[receipt.trace]?.via !== 'satellite') return;
      const compact = compactOf(receipt.trace, receipt.body);
      // One `started` speaks for all zones: the card may send only once a minute.
      if (compact === null || (compact.stage === 'started' && started.has(receipt.trace))) return;
      if (compact.stage === 'started') started.add(receipt.trace);
      if (compact.stage === 'ended') started.delete(receipt.trace);
      sendCompact(compact);
    },
    repeated: (order, outcome) => {
      const compact = compactOf(order, outcome);
      // That it was taken must not stand in the way of how it ended.
      if (compact !== null && mayRepeat(`${order} ${outcome.stage}`, ports.mono())) sendCompact(compact);
    },
    look: () => {
      const now = ports.mono();
      const again = owed.due(now);
      if (again !== undefined) sendCompact(again);
      goneSince = ports.connected() ? null : (goneSince ?? now);
      if (goneSince === null || now - goneSince < goneForMs || sending) return;
      const status = satelliteStatusOf(ports.durable());
      const text = JSON.stringify(status);
      if (text === lastStatus && now - lastAt < wait.ms()) return;
      lastStatus = text;
      lastAt = now;
      sending = true;
      void sendStatus(status).finally(() => (sending = false));
    },
  };
};
