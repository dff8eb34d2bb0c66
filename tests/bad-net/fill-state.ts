import { openMemory } from '../../src/box/memory.ts';
import { step } from '../../src/core/step.ts';
import { realDisk } from '../../src/store/disk.ts';

const wallMs = Date.UTC(2026, 6, 6, 1);

/** A box's memory on the disk with so many receipts that nobody has taken yet. Throws with the code when it cannot. */
export const fillState = async (stateDir: string, receipts: number): Promise<void> => {
  const opened = await openMemory(realDisk, { stateDir, toCentre: true });
  if (!opened.ok) throw new Error(opened.failure.code);
  const memory = opened.value;
  let { durable } = memory.recovered.village;
  const { senses } = memory.recovered.village;
  while (durable.nextReceipt <= receipts) {
    const at = { mono: (durable.last?.mono ?? 0) + 1, wall: wallMs, trust: 'trusted' } as const;
    const event = { kind: 'noted', code: 'report', detail: `${durable.nextReceipt} ${'.'.repeat(120)}` } as const;
    const stepped = step({ durable, senses }, { at, event });
    const told = stepped.effects.flatMap((effect) => (effect.do === 'receipt' ? [effect.receipt] : []));
    const record = await memory.append({ at, event, receipts: told }, 0);
    if (!record.ok) throw new Error(record.failure.code);
    durable = stepped.village.durable;
    memory.owed.add(told, record.value.number);
    await memory.settle({ durable, record: record.value, mended: record.value.number % 200 === 0 });
  }
  await memory.close(true);
};
