import { randomBytes } from 'node:crypto';
import { ok } from '../../src/words/failure.ts';
import type { Clock } from '../clock.ts';
import type { CentreClock } from './centre-clock.ts';
import type { CentreKey } from './centre-keys.ts';
import { centreFailed, type CentreResult } from './codes.ts';
import type { InboxPorts } from './inbox-ports.ts';
import { takeMessage } from './inbox.ts';
import type { Link } from './link.ts';
import type { OrderDesk } from './order-desk.ts';
import type { Carriage } from './pipe.ts';
import type { StoredReceipt } from './receipt.ts';
import { openSwitchboard, type Switchboard } from './switchboard.ts';

export interface LinkDeskOptions {
  readonly port: number;
  readonly clock: Clock;
  readonly time: CentreClock;
  readonly key: CentreKey;
  readonly orders: OrderDesk;
  readonly inbox: Pick<InboxPorts, 'document' | 'boxes' | 'store' | 'states' | 'audio' | 'remark'>;
  readonly received: (receipt: StoredReceipt) => void;
  readonly changed: () => void;
}

/** Who is connected, what goes to them, and what can be done to their lines. */
export interface LinkDesk {
  readonly url: string;
  readonly proven: () => readonly Link[];
  readonly unproven: () => readonly string[];
  readonly enrol: (id: string, publicKey: string) => Promise<CentreResult<{ readonly id: string }>>;
  /**
   * Sets the centre's wall time. Signed time is only worth something as the answer to a fresh question, so boxes that
   * asked within the last 10 s are answered again at once; the others learn it when they next connect.
   */
  readonly sendTime: (wallMs: number) => { readonly answered: readonly string[] };
  /** Asks every proven box for a freshly signed status. */
  readonly ping: () => readonly string[];
  /** Breaks every connection and refuses new ones for so long. */
  readonly cutUplink: (forMs: number) => void;
  readonly cutUntilMs: () => number;
  /** Every message, both ways, takes `delayMs` and the time its bits need. */
  readonly slowLink: (carriage: Carriage) => void;
  /** Connections stay open and nothing passes for so long. */
  readonly halfOpen: (forMs: number) => void;
  /** These bytes as they are to everyone who is connected: text frames for a string, binary ones else. */
  readonly sendRaw: (data: string | Uint8Array) => number;
  readonly close: () => Promise<void>;
}

const timeAnswerMs = 10_000;

const sendSignedTime = (link: Link, { key, time }: LinkDeskOptions): void => {
  if (link.timeNonce === null || link.box === null) return;
  const { nonce } = link.timeNonce;
  const { id } = key.sender;
  const statement = JSON.stringify({ v: 1, type: 'time', key: id, box: link.box, nonce, at: time.wall() });
  link.send(JSON.stringify({ type: 'time', key: id, signature: key.sign(statement), statement }));
};

/** One queue for all messages: receipts are judged and stored one after the other. */
const createIntake = (ports: InboxPorts): ((link: Link, text: string) => Promise<void>) => {
  let last: Promise<void> = Promise.resolve();
  return (link, text) => {
    last = last
      .then(() => takeMessage(ports, link, text))
      .catch((error: unknown) => ports.remark(centreFailed('centre-disk', String(error)).failure, link.box));
    return last;
  };
};

const portsOf = (options: LinkDeskOptions, links: () => readonly Link[]): InboxPorts => ({
  ...options.inbox,
  wall: options.time.wall,
  mono: options.time.mono,
  received: options.received,
  askedTime: (link) => sendSignedTime(link, options),
  proven: (link) => {
    // One box has one link: an older one is a connection that died without a word.
    for (const other of links()) if (other !== link && other.box === link.box) other.terminate();
    const answered = options.inbox.boxes.get(link.box ?? '')?.answered ?? new Set<string>();
    for (const order of options.orders.waitingFor(answered)) options.orders.hand(link, order);
  },
});

const lineCommands = (
  board: Switchboard,
  { clock }: LinkDeskOptions,
): Pick<LinkDesk, 'cutUplink' | 'cutUntilMs' | 'slowLink' | 'halfOpen' | 'sendRaw'> => ({
  cutUplink: board.cut,
  cutUntilMs: () => (board.cutUntilMs() > clock.now() ? board.cutUntilMs() : 0),
  slowLink: board.carry,
  halfOpen: (forMs) => {
    for (const link of board.links()) link.freeze(forMs);
  },
  sendRaw: (data) => {
    for (const link of board.links()) link.send(data);
    return board.links().length;
  },
});

export const createLinkDesk = async (options: LinkDeskOptions): Promise<LinkDesk> => {
  const { port, clock, time, inbox, changed } = options;
  const say = (
    code: 'centre-message-binary' | 'centre-message-large' | 'centre-boxes-many',
    box: string | null,
  ): void => inbox.remark(centreFailed(code).failure, box);
  const take = createIntake(portsOf(options, () => board.links()));
  const board: Switchboard = await openSwitchboard({
    port,
    clock,
    events: {
      opened: changed,
      refused: () => say('centre-boxes-many', null),
      text: (link, text) => void take(link, text).then(changed),
      binary: (link) => say('centre-message-binary', link.box),
      closed: (link, why) => {
        if (why === 'large') say('centre-message-large', link.box);
        changed();
      },
    },
  });
  const proven = (): readonly Link[] => board.links().filter((link) => link.verified);
  return {
    ...lineCommands(board, options),
    url: board.url,
    proven,
    unproven: () => board.links().flatMap((link) => (link.verified ? [] : (link.box ?? []))),
    enrol: async (id, publicKey) => {
      const record = await inbox.boxes.enrol(id, publicKey);
      if (!record.ok) return record;
      for (const link of board.links().filter((one) => one.box === id && !one.verified)) {
        const texts = link.held;
        link.held = [];
        for (const text of texts) await take(link, text);
      }
      changed();
      return ok({ id });
    },
    sendTime: (wallMs) => {
      time.set(wallMs);
      const asking = proven().filter((link) => time.mono() - (link.timeNonce?.atMs ?? -Infinity) < timeAnswerMs);
      for (const link of asking) sendSignedTime(link, options);
      return { answered: asking.flatMap((link) => link.box ?? []) };
    },
    ping: () => {
      for (const link of proven()) {
        link.pingNonce = randomBytes(16).toString('hex');
        link.send(JSON.stringify({ type: 'ping', nonce: link.pingNonce }));
      }
      return proven().flatMap((link) => link.box ?? []);
    },
    close: board.close,
  };
};
