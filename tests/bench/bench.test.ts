import { afterAll, describe, expect, test } from 'vitest';
import { needs } from '../support/needs.ts';
import { sections } from './all-sections.ts';
import { openWorkshop } from './tools.ts';

const workshop = openWorkshop();
afterAll(() => workshop.close());

describe('npm run bench', () => {
  test.each(sections.map((section) => [section.name, section] as const))(
    'the rig of %s measures something',
    async (_, section) => {
      if (!needs('gcc', 'gcc') || !needs('libmodbus-dev', '/usr/include/modbus/modbus.h')) return;
      const { rows, remarks } = await section.run(workshop, { rounds: 1, share: 0.02 });
      expect(rows.length + remarks.length).toBeGreaterThan(0);
      for (const { what, value } of rows) expect(value, what.en).not.toBeNaN();
    },
    120_000,
  );
});
