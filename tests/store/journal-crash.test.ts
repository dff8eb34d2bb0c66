import { expect, test } from 'vitest';
import { MemoryDisk } from '../../src/store/memory-disk.ts';
import { seededRandom } from '../../src/store/seeded-random.ts';
import { verifyJournal } from '../../src/store/verify.ts';
import { dir, openOn, payloadsOf, settle, valueOf } from './support.ts';

/** What one life of the box handed in, and how much of it was acknowledged, in order. */
interface Ledger {
  readonly handedIn: unknown[];
  acknowledged: number;
}

interface Work {
  readonly id: number;
  readonly text: string;
}

/** Bursts of 1–5 records: mostly one block, some of several, some kept as bodies. */
const burst = (random: () => number, from: number): Work[] =>
  Array.from({ length: 1 + Math.floor(random() * 5) }, (_, index) => {
    const size = random() < 0.85 ? random() * 1_500 : random() < 0.7 ? random() * 20_000 : 25_000 + random() * 5_000;
    return { id: from + index, text: 'x'.repeat(Math.floor(size)) };
  });

/** Opens the journal, checks that everything acknowledged in earlier lives is there, and works until the power fails. */
const live = async (
  disk: MemoryDisk,
  ledger: Ledger,
  plan: { readonly seed: number; readonly bursts: number },
): Promise<void> => {
  const { journal, recovered } = await openOn(disk);
  expect(recovered.damaged).toEqual([]);
  const found = payloadsOf(recovered);
  expect(found.length).toBeGreaterThanOrEqual(ledger.acknowledged);
  // What was handed in and not acknowledged may be there, in order, or not.
  expect(found).toEqual(ledger.handedIn.slice(0, found.length));
  ledger.handedIn.length = found.length;
  ledger.acknowledged = found.length;
  const random = seededRandom(plan.seed);
  for (let round = 0; round < plan.bursts; round += 1) {
    const work = burst(random, ledger.handedIn.length + 1);
    ledger.handedIn.push(...work);
    const results = work.map((one) =>
      journal.append(one).then((result) => {
        expect(valueOf(result).number).toBe(one.id);
        ledger.acknowledged = Math.max(ledger.acknowledged, one.id);
      }),
    );
    await Promise.all(results);
  }
  await journal.close();
};

/** Runs one life up to the cut (or its end) and gives back what the next one finds. */
const cutDuring = async (disk: MemoryDisk, ledger: Ledger, seed: number): Promise<MemoryDisk> => {
  await Promise.race([live(disk, ledger, { seed, bursts: 16 }), disk.cut]);
  await settle();
  return disk.afterPowerCut(seed);
};

const callsOfOneLife = async (seed: number): Promise<number> => {
  const disk = new MemoryDisk();
  await live(disk, { handedIn: [], acknowledged: 0 }, { seed, bursts: 16 });
  return disk.calls;
};

test('a power cut at every single step of the disk, torn and reordered, loses nothing that was acknowledged', async () => {
  const steps = await callsOfOneLife(1);
  expect(steps).toBeGreaterThan(60);
  for (let cutAtCall = 1; cutAtCall <= steps; cutAtCall += 1) {
    for (const seed of [1, 2]) {
      const ledger: Ledger = { handedIn: [], acknowledged: 0 };
      const after = await cutDuring(new MemoryDisk({ cutAtCall }), ledger, seed);
      await live(after, ledger, { seed, bursts: 2 });
      expect(valueOf(await verifyJournal(after, dir)).damaged, `cut at ${cutAtCall}, seed ${seed}`).toEqual([]);
    }
  }
}, 60_000);

test('over 300 seeds of four lives each, ended by power cuts or kills, nothing acknowledged is lost', async () => {
  let tornTails = 0;
  for (let seed = 1; seed <= 300; seed += 1) {
    const random = seededRandom(seed * 7919);
    const ledger: Ledger = { handedIn: [], acknowledged: 0 };
    let disk = new MemoryDisk({ cutAtCall: 1 + Math.floor(random() * 40) });
    for (let life = 1; life <= 4; life += 1) {
      await Promise.race([live(disk, ledger, { seed: seed + life, bursts: 3 }), disk.cut]);
      await settle();
      if (random() < 0.3) disk = disk.afterKill();
      else disk = disk.afterPowerCut(seed * 31 + life);
      const looked = await verifyJournal(disk, dir);
      if (looked.ok && looked.value.tornTail) tornTails += 1;
      disk.settings = { cutAtCall: disk.calls + 1 + Math.floor(random() * 30) };
    }
    disk.settings = {};
    await live(disk, ledger, { seed, bursts: 1 });
    const verified = valueOf(await verifyJournal(disk, dir));
    expect(verified.damaged, `seed ${seed}`).toEqual([]);
    expect(verified.head.number).toBe(ledger.acknowledged);
  }
  // Otherwise the disk forgot too little for this test to mean anything.
  expect(tornTails).toBeGreaterThan(20);
}, 60_000);

test('what a killed process left in the cache is made durable before anything is built on it', async () => {
  for (let seed = 1; seed <= 40; seed += 1) {
    const disk = new MemoryDisk();
    const first = await openOn(disk);
    await first.journal.append({ n: 1 });
    disk.settings = { takeTime: ({ act }) => (act === 'datasync' ? new Promise(() => undefined) : Promise.resolve()) };
    void first.journal.append({ n: 2 });
    await settle();
    const second = disk.afterKill();
    const { recovered } = await openOn(second);
    expect(payloadsOf(recovered)).toEqual([{ n: 1 }, { n: 2 }]);
    const third = await openOn(second.afterPowerCut(seed));
    expect(payloadsOf(third.recovered)).toEqual([{ n: 1 }, { n: 2 }]);
  }
});

test('a body whose name a killed process left unsynced is durable before a record names it again', async () => {
  for (let seed = 1; seed <= 20; seed += 1) {
    const disk = new MemoryDisk();
    const large = { text: 'x'.repeat(30_000) };
    const first = await openOn(disk);
    const hang = ({ act, path }: { act: string; path: string }): Promise<void> =>
      act === 'syncDir' && path.endsWith('bodies') ? new Promise(() => undefined) : Promise.resolve();
    disk.settings = { takeTime: hang };
    void first.journal.append(large);
    await settle();
    const second = disk.afterKill();
    const { journal } = await openOn(second);
    valueOf(await journal.append(large));
    const third = await openOn(second.afterPowerCut(seed));
    expect(third.recovered.damaged).toEqual([]);
    expect(payloadsOf(third.recovered)).toEqual([large]);
  }
});

test('a torn tail is told, cut off, and its number used again', async () => {
  let torn = 0;
  for (let seed = 1; seed <= 30; seed += 1) {
    const disk = new MemoryDisk();
    const { journal } = await openOn(disk);
    await journal.append({ n: 1 });
    disk.settings = { cutAtCall: disk.calls + 2 };
    void journal.append({ n: 2, text: 'x'.repeat(9_000) });
    await disk.cut;
    const again = await openOn(disk.afterPowerCut(seed));
    expect(again.recovered.damaged).toEqual([]);
    if (again.recovered.tornTail) torn += 1;
    const found = payloadsOf(again.recovered).length;
    expect(found).toBe(again.recovered.tornTail ? 1 : found);
    expect(valueOf(await again.journal.append({ n: 'next' })).number).toBe(found + 1);
  }
  expect(torn).toBeGreaterThan(20);
});
