import { canonicalJson } from '../../src/core/canonical-json.ts';
import type { Finding } from '../../src/core/cue.ts';
import type { Effect } from '../../src/core/effect.ts';
import type { Event } from '../../src/core/event.ts';
import type { Receipt } from '../../src/core/receipt.ts';
import { turnLoop, type Loop } from '../../src/box/loop.ts';
import { openMemory, stateHash, type Memory } from '../../src/box/memory.ts';
import type { MemoryDisk } from '../../src/store/memory-disk.ts';
import { hamlet, mondayNine, plan } from '../core/hamlet.ts';

/** A journal of 1,080 blocks in small segments: it turns over dozens of times in three days. */
export const smallJournal = { segmentBytes: 65_536, maxBytes: 6 * 1024 * 1024 } as const;

/** One zone whose alarm repeats until it is lifted. */
export const endlessSite = {
  ...hamlet,
  zones: hamlet.zones.slice(0, 1),
  terminals: hamlet.terminals.filter(({ zone }) => zone === 'east'),
  plans: [plan('move-now', { repeats: 0, intervalMs: 40_000 })],
};

/** What the village outside the box knows, over all lives: every receipt that was released, by number. */
export type Ledger = Map<number, string>;

interface Due {
  readonly at: number;
  readonly event: Event;
}

const finding = (terminal: string, cue: string | null, sight: Finding['sight'], readAt: number): Finding => ({
  terminal,
  cue,
  sight,
  grade: sight === 'spoken' ? 'chip' : 'current',
  value: null,
  unit: null,
  readAt,
  reason: null,
});

/** One life of a box without a centre, on virtual time and a disk in memory. */
export class CutOffBox {
  readonly memory: Memory;
  readonly loop: Loop;
  records = 0;
  private mono: number;
  private readonly due: Due[] = [];
  private timer: { readonly at: number } | null = null;

  private constructor(memory: Memory, ledger: Ledger) {
    this.memory = memory;
    this.mono = (memory.recovered.village.durable.last?.mono ?? 0) + 1;
    this.loop = turnLoop(memory.recovered.village, {
      now: () => ({ mono: this.mono, wall: mondayNine + this.mono, trust: 'trusted' }),
      setTimer: (afterMs) => {
        const timer = { at: this.mono + afterMs };
        this.timer = timer;
        return () => void (this.timer = this.timer === timer ? null : this.timer);
      },
      append: (entry) => memory.append(entry, this.loop.village().durable.acknowledged),
      carryOut: (effect) => this.obey(effect),
      release: (receipts, record, settled) => {
        this.records += 1;
        memory.owed.add(receipts, record.number);
        for (const receipt of receipts) ledger.set(receipt.number, canonicalJson(receipt));
        if (settled !== null) void memory.settle(settled);
      },
      answer: () => undefined,
      stateHash,
      report: ({ code }) => {
        throw new Error(code);
      },
    });
  }

  static async start(disk: MemoryDisk, ledger: Ledger, site = endlessSite): Promise<CutOffBox> {
    const opened = await openMemory(disk, { stateDir: '/s', toCentre: true, journal: smallJournal });
    if (!opened.ok) throw new Error(JSON.stringify(opened.failure));
    const box = new CutOffBox(opened.value, ledger);
    const clean = opened.value.endedInOrder;
    if (box.loop.village().durable.site === null) {
      await box.loop.tell({ kind: 'configured', hash: 'h', site, keys: [], real: false });
    }
    await box.loop.tell({ kind: 'booted', version: '0', boot: `b${box.mono}`, clean });
    await box.loop.tell({ kind: 'outputs', on: [], unread: [] });
    return box;
  }

  get now(): number {
    return this.mono;
  }

  /** Lets time pass up to an instant; what the terminals answer and what falls due happens on the way. */
  async run(untilMs: number, flapEveryMs = 120_000): Promise<void> {
    let lost = false;
    let flapAt = this.mono + flapEveryMs;
    for (;;) {
      const reply = this.due[0]?.at ?? Infinity;
      const wake = this.timer?.at ?? Infinity;
      const next = Math.min(reply, wake, flapAt);
      if (next > untilMs) break;
      this.mono = Math.max(this.mono, next);
      if (reply === next) await this.loop.tell(this.due.shift()?.event ?? { kind: 'wake' });
      else if (wake === next) await this.loop.tell({ kind: 'wake' });
      else {
        flapAt += flapEveryMs;
        lost = !lost;
        const terminal = 'east-siren-2';
        await this.loop.tell(
          lost ? { kind: 'unit-lost', terminal, reason: 'no-reply' } : { kind: 'unit-back', terminal },
        );
      }
    }
    this.mono = untilMs;
  }

  private obey(effect: Effect): void {
    const after = (ms: number, findings: readonly Finding[]): void => {
      this.due.push({ at: this.mono + ms, event: { kind: 'evidence', findings } });
      this.due.sort((a, b) => a.at - b.at);
    };
    if (effect.do === 'prove') {
      after(
        100,
        effect.looks.map(({ terminal, cue }) => finding(terminal, cue, 'sounding', this.mono + 100)),
      );
    }
    if (effect.do !== 'sound') return;
    for (const { terminal, id, action, durationMs } of effect.cues) {
      if (action.play !== 'tone') after(durationMs, [finding(terminal, id, 'spoken', this.mono + durationMs)]);
    }
  }
}

/** The centre comes back and takes everything: receipts as the outbox reads them, until nothing is left. */
export const takeAll = ({ owed }: Memory): readonly Receipt[] => {
  const taken: Receipt[] = [];
  for (;;) {
    const [first] = owed.read((taken.at(-1)?.number ?? 0) + 1, 1);
    if (first === undefined) return taken;
    const receipts = owed.read(first.number, 32);
    taken.push(...receipts);
    owed.acknowledge(receipts.at(-1)?.number ?? 0);
  }
};
