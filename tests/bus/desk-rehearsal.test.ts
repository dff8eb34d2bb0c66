import { expect, it } from 'vitest';
import { rehearsals, rehearseDesk } from '../../src/bus/desk-rehearsal.ts';

it('a desk rehearses to its end: every exchange that it sends to nobody comes back', async () => {
  expect(await rehearseDesk()).toBe(rehearsals);
}, 60_000);
