import { expect, test } from 'vitest';
import { runTarget } from './run-target.ts';
import { smoke } from './smoke.ts';
import { journalExport, journalSegment, smallFiles, stateFolder } from './targets/store.ts';

smoke([journalSegment, stateFolder, journalExport, smallFiles]);

test('a receipt numbered 2^53 - 1 on the disk does not leave the next one without a number', async () => {
  const { faults } = await runTarget(stateFolder, { seed: 501_478, count: 1 });
  expect(faults).toEqual([]);
});
