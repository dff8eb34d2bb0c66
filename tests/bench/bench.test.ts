import { afterAll, describe, expect, test } from 'vitest';
import { needs } from '../support/needs.ts';
import { sections } from './all-sections.ts';
import { openWorkshop } from './tools.ts';

const workshop = openWorkshop();
afterAll(() => workshop.close());

/**
 * Every rig once: the lines, the disk, the satellite, and the running box with its line, its centre, its page and all
 * storms. The other sections ask the same box the same things, only more often: starting it anew for each is left to the bench.
 */
const once = ['bus', 'sirens', 'flood', 'durable', 'growth', 'sound', 'satellite'];

describe('npm run bench', () => {
  test('has the sections that are tried here', () => {
    const names = sections.map(({ name }) => name);
    expect(once.filter((name) => !names.includes(name))).toEqual([]);
  });

  test.each(once)(
    'the rig of %s measures something',
    async (name) => {
      if (!needs('gcc', 'gcc') || !needs('libmodbus-dev', '/usr/include/modbus/modbus.h')) return;
      if (name === 'sound' && !needs('alsa-utils', 'aplay')) return;
      const section = sections.find((one) => one.name === name);
      if (section === undefined) throw new Error(name);
      const { rows, remarks } = await section.run(workshop, { rounds: 1, share: 0.02 });
      expect(rows.length + remarks.length).toBeGreaterThan(0);
      for (const { what, value, ours } of rows) {
        expect(value, what.en).not.toBeNaN();
        expect(ours, what.en).not.toMatch(/[1-9]\d* lost/);
      }
    },
    120_000,
  );
});
