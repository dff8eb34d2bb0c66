import { createHash } from 'node:crypto';
import { expect } from 'vitest';
import type { Effect } from '../../src/core/effect.ts';
import type { Order } from '../../src/core/order.ts';
import type { Receipt } from '../../src/core/receipt.ts';
import type { Site } from '../../src/core/site.ts';
import { step } from '../../src/core/step.ts';
import { emptyVillage, type Durable, type Village } from '../../src/core/village.ts';
import { canonicalJson } from '../../src/core/canonical-json.ts';
import { turnLoop, type JournalEntry, type Loop, type Recorded } from '../../src/box/loop.ts';
import { failed, ok, type Result } from '../../src/words/failure.ts';
import { hamlet, mondayNine } from '../core/hamlet.ts';

export const stateHash = (durable: Durable): string =>
  createHash('sha256').update(canonicalJson(durable)).digest('hex');

export const configuredWith = (site: Site): Village =>
  step(emptyVillage, {
    at: { mono: 0, wall: mondayNine, trust: 'trusted' },
    event: { kind: 'configured', hash: 'h', site, keys: [], real: false },
  }).village;

/** The least that there is to record. */
export const note = { kind: 'noted', code: 'x', detail: '' } as const;

/** For now, or for ever. */
const failures = { failing: 'journal-undurable', lost: 'journal-record-too-large' } as const;

/** A loop whose disk answers only when the test says so. */
export class Bench {
  mono = 0;
  readonly carried: Effect[] = [];
  readonly released: Receipt[] = [];
  readonly answered: Effect[] = [];
  readonly entries: JournalEntry[] = [];
  readonly timers: { at: number; call: () => void }[] = [];
  private asked: ((result: Result<Recorded>) => void)[] = [];
  readonly loop: Loop;
  onLost: (receipts: readonly Receipt[]) => void = () => undefined;
  onReleased: (receipts: readonly Receipt[]) => void = () => undefined;

  constructor(site: Site = hamlet) {
    this.loop = turnLoop(configuredWith(site), {
      now: () => ({ mono: this.mono, wall: mondayNine + this.mono, trust: 'trusted' }),
      setTimer: (afterMs, call) => {
        const timer = { at: this.mono + afterMs, call };
        this.timers.push(timer);
        return () => void this.timers.splice(this.timers.indexOf(timer), this.timers.includes(timer) ? 1 : 0);
      },
      append: (entry) => {
        this.entries.push(entry);
        return new Promise((resolve) => this.asked.push(resolve));
      },
      carryOut: (effect) => this.carried.push(effect),
      release: (receipts) => {
        this.released.push(...receipts);
        this.onReleased(receipts);
      },
      onLost: (receipts) => this.onLost(receipts),
      answer: (repeated) => this.answered.push(repeated),
      stateHash,
      report: () => undefined,
    });
  }

  async disk(answer: 'durable' | 'failing' | 'lost', which: 'all' | 'oldest' | 'newest' = 'all'): Promise<void> {
    const asked = which === 'all' ? this.asked.splice(0) : this.asked.splice(which === 'oldest' ? 0 : -1, 1);
    asked.forEach((resolve, index) =>
      resolve(answer === 'durable' ? ok({ number: index, hash: '' }) : failed(failures[answer])),
    );
    for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
  }

  advance(ms: number): void {
    const until = this.mono + ms;
    for (;;) {
      const next = this.timers.filter((timer) => timer.at <= until).sort((a, b) => a.at - b.at)[0];
      if (next === undefined) break;
      this.timers.splice(this.timers.indexOf(next), 1);
      this.mono = Math.max(this.mono, next.at);
      next.call();
    }
    this.mono = until;
  }

  order(one: Order): void {
    void this.loop.tell({ kind: 'order', order: one });
  }

  /** The disk takes everything again, as the loop finds out by trying. */
  async works(): Promise<void> {
    for (let second = 0; second < 3; second += 1) {
      this.advance(1_000);
      await this.disk('durable');
    }
    expect(this.loop.isDurable()).toBe(true);
  }

  kinds(): readonly string[] {
    return this.carried.map((effect) => effect.do);
  }
}
