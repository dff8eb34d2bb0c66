import { createPrivateKey, createPublicKey, sign, verify } from 'node:crypto';
import type { Receipt, Stage } from '../../src/core/receipt.ts';
import { rateBudget } from '../../src/intake/rate-budget.ts';
import { exampleKeys } from '../../src/uplink/examples.ts';
import type { Link, LinkEvents, LinkFactory } from '../../src/uplink/link.ts';
import type { BoxMessage, Snapshot } from '../../src/uplink/messages.ts';
import type { SignedReceipt } from '../../src/uplink/receipt-message.ts';
import type { OutboxSource } from '../../src/uplink/outbox.ts';
import type { UplinkSigner } from '../../src/uplink/outbound.ts';
import { openUplink, type Uplink, type UplinkOptions } from '../../src/uplink/session.ts';
import type { UplinkClock } from '../../src/uplink/timers.ts';
import { ok, type Failure } from '../../src/words/failure.ts';

const boxPrivate = createPrivateKey({
  key: Buffer.concat([
    Buffer.from('302e020100300506032b657004220420', 'hex'),
    Buffer.from(exampleKeys.box.seed, 'base64'),
  ]),
  format: 'der',
  type: 'pkcs8',
});
const boxPublic = createPublicKey(boxPrivate);
export const boxSigner: UplinkSigner = { sign: (bytes) => sign(null, bytes, boxPrivate) };
export const boxSigned = (signed: string, signature: string): boolean =>
  verify(null, Buffer.from(signed, 'utf8'), boxPublic, Buffer.from(signature, 'base64'));

/** Virtual time: timers run in order when time is moved on, with the promises between them. */
export class FakeClock implements UplinkClock {
  private time = 0;
  private timers: { at: number; run: () => void }[] = [];
  readonly now = (): number => this.time;
  readonly after = (delayMs: number, run: () => void): (() => void) => {
    const timer = { at: this.time + delayMs, run };
    this.timers.push(timer);
    return () => {
      this.timers = this.timers.filter((one) => one !== timer);
    };
  };
  /** The program is at work so long: timers that came due meanwhile are late. */
  work(ms: number): void {
    this.time += ms;
  }
  async pass(ms: number): Promise<void> {
    const end = this.time + ms;
    for (;;) {
      await settle();
      const due = this.timers.filter((timer) => timer.at <= end).sort((a, b) => a.at - b.at)[0];
      if (due === undefined) break;
      this.timers = this.timers.filter((timer) => timer !== due);
      this.time = Math.max(this.time, due.at);
      due.run();
    }
    this.time = Math.max(this.time, end);
    await settle();
  }
}

/** Lets every promise that is ready run: no time passes. */
export const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
};

export const receiptOf = (number: number, body: Stage = { stage: 'received' }): Receipt => ({
  number,
  at: { mono: number, wall: 1_783_688_400_000 + number, trust: 'trusted' },
  trace: '0123456789abcdef0123456789abcdef',
  alert: 'a-1',
  broadcast: null,
  status: 'drill',
  body,
});

/** Receipts 1 … `latest` as a store would keep them, with the cursor the journal knows. */
export class FakeStore implements OutboxSource {
  newest = 0;
  acked = 0;
  reads = 0;
  broken = false;
  missingTo = 0;
  bodyOf: (number: number) => Stage = () => ({ stage: 'received' });
  readonly latest = (): number => this.newest;
  readonly acknowledged = (): number => this.acked;
  readonly read = async (from: number, limit: number): Promise<readonly Receipt[]> => {
    this.reads += 1;
    await Promise.resolve();
    if (this.broken) throw new Error('disk gone');
    const first = Math.max(from, this.missingTo + 1);
    const last = Math.min(this.newest, first + limit - 1);
    return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) =>
      receiptOf(first + index, this.bodyOf(first + index)),
    );
  };
}

export const snapshotOf = (store: FakeStore, more: Partial<Snapshot> = {}): Snapshot => ({
  box: 'shiling-01',
  boot: 'b-1',
  software: '0.1.0',
  at: { mono: 0, wall: 1_783_688_400_000, trust: 'trusted' },
  journal: { records: store.newest, head: 'ab'.repeat(32) },
  receipts: { latest: store.newest, acknowledged: store.acked, gone: store.missingTo },
  broadcasts: [],
  terminals: [{ id: 'siren-1', health: 'well', sounding: 'no', ageMs: 5 }],
  troubles: [],
  ...more,
});

export const numbersIn = (message: BoxMessage): number[] =>
  message.type === 'receipts'
    ? message.items.map((item) => (JSON.parse(item.signed) as SignedReceipt).receipt.number)
    : [];

/** One fake connection, seen from the centre. */
export class FakeLink implements Link {
  readonly sent: BoxMessage[] = [];
  pings = 0;
  held = false;
  ended = false;
  /** A half-open link takes everything and answers nothing. */
  answersPings = true;
  private readonly events: LinkEvents;
  constructor(events: LinkEvents) {
    this.events = events;
  }
  open(): void {
    this.events.opened();
  }
  say(message: unknown): void {
    this.events.message(typeof message === 'string' ? message : JSON.stringify(message));
  }
  cut(failure: Failure = { code: 'uplink-closed', params: { code: 1006 } }): void {
    if (this.ended) return;
    this.ended = true;
    this.events.closed(failure);
  }
  readonly send = (text: string): void => {
    this.sent.push(JSON.parse(text) as BoxMessage);
  };
  readonly ping = (number: number): void => {
    this.pings += 1;
    if (this.answersPings) this.events.heard(number);
  };
  /** The answer to a ping comes. */
  lives(echo?: number): void {
    if (!this.ended) this.events.heard(echo);
  }
  readonly pause = (): void => {
    this.held = true;
  };
  readonly resume = (): void => {
    this.held = false;
  };
  readonly terminate = (): void => this.cut();
}

/** Everything a session needs, on virtual time, with what it did. */
export const makeBench = (more: Partial<UplinkOptions> = {}) => {
  const clock = new FakeClock();
  const store = new FakeStore();
  const links: FakeLink[] = [];
  const reports: string[] = [];
  const orders: string[] = [];
  const times: (string | null)[] = [];
  const states: boolean[] = [];
  let nonces = 0;
  const factory: LinkFactory = (events) => {
    const link = new FakeLink(events);
    links.push(link);
    return link;
  };
  /** Without `links`: over real sockets. */
  const bare: UplinkOptions = {
    url: 'ws://127.0.0.1:1/',
    pins: [],
    boxId: 'shiling-01',
    clock,
    random: () => 0.5,
    nonce: () => (nonces += 1).toString(16).padStart(32, '0'),
    snapshot: () => snapshotOf(store),
    outbox: store,
    signer: boxSigner,
    admit: rateBudget({ perSecond: 20, burst: 40 }),
    onOrder: (raw) => orders.push(Buffer.from(raw).toString('utf8')),
    timeMaxRoundTripMs: 10_000,
    onTime: (_, meta) => times.push(meta.question?.nonce ?? null),
    onAcknowledge: (number) => {
      store.acked = number;
    },
    onGreeted: () => undefined,
    onAudio: () => ok(null),
    onConnected: (connected) => states.push(connected),
    report: (failure) => reports.push(failure.code),
    ...more,
  };
  const options: UplinkOptions = { ...bare, links: factory };
  /** Lets time pass until the next attempt begins; it must within 60 s. */
  const redial = async (): Promise<void> => {
    const before = links.length;
    for (let second = 0; second < 61 && links.length === before; second += 1) await clock.pass(1_000);
    if (links.length === before) throw new Error('no attempt within 60 s');
  };
  return { clock, store, links, reports, orders, times, states, bare, options, redial, newest: () => links.at(-1)! };
};

/** Opens the session of a bench. */
export const start = (bench: ReturnType<typeof makeBench>): Uplink => {
  const uplink = openUplink(bench.options);
  if (!uplink.ok) throw new Error(uplink.failure.code);
  return uplink.value;
};
/** An order as the centre sends it; nobody looks at its signature here. */
export const order = (text: string): object => ({
  type: 'order',
  key: 'county-1',
  signature: `${'A'.repeat(86)}==`,
  envelope: text,
});
