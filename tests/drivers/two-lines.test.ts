import { describe, expect, it } from 'vitest';
import { createDrivers } from '../../src/drivers/drivers.ts';
import { FakeLine } from './fake-lines.ts';
import { catalogue, cueOf, Village } from './village.ts';

/** One siren on line `a`, and sixty on line `b`, of which no unit answers any more. */
const besideDeafLine = () => {
  const village = new Village();
  const near = village.relays(1);
  village.terminal('near', { unit: 1, channel: 1, proof: null });
  const far = Array.from({ length: 60 }, (_, index) => `far-${index}`);
  const b = new FakeLine('b', village.clock);
  for (const [index, id] of far.entries()) {
    const unit = index + 2;
    const board = village.relays(unit);
    board.answer = () => null;
    b.units.set(unit, board);
    village.line.units.delete(unit);
    village.terminal(id, { unit, channel: 1, proof: null });
  }
  const moved = <T extends { readonly line: string; readonly unit: number }>(one: T): T =>
    one.line === 'a' && one.unit > 1 ? { ...one, line: 'b' } : one;
  const made = village.wiring();
  const wiring = {
    ...made,
    lines: made.lines.flatMap((line) => (line.id === 'a' ? [line, { ...line, id: 'b' }] : [line])),
    units: made.units.map(moved),
    terminals: made.terminals.map((one) => ({ ...one, output: one.output && moved(one.output) })),
  };
  const drivers = createDrivers({
    ...{ site: village.site(), wiring, catalogue, clock: village.clock, byteLines: new Map() },
    lines: new Map([
      ['a', village.line],
      ['b', b],
    ]),
    report: () => undefined,
  });
  return { village, near, far, drivers };
};

describe('an off that got lost', () => {
  it('is sent again in the time of its own line, also while another line waits for units that do not answer', async () => {
    const { village, near, far, drivers } = besideDeafLine();
    const cues = [cueOf('near', { play: 'tone', tone: 'steady' }, 60_000)];
    drivers.carryOut({ do: 'sound', urgent: true, repair: false, cues });
    await village.clock.advance(1_000);
    expect(near.on()[0]).toBe(true);
    const answer = near.answer.bind(near);
    near.answer = () => null;
    // All but one, so that no frame may go to all of them.
    drivers.carryOut({
      ...{ do: 'silence', urgent: true, terminals: ['near', ...far.slice(1)] },
      ...{ cause: 'stop', trace: 'stop' },
    });
    await village.clock.advance(30);
    near.answer = answer;
    await village.clock.advance(500);
    expect(near.on()[0]).toBe(false);
  });
});
