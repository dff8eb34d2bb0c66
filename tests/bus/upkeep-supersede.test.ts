import { describe, expect, it } from 'vitest';
import type { Exchange, Reply } from '../../src/bus/line.ts';
import { read, write } from './support/frames.ts';
import { VirtualWire } from './support/virtual-wire.ts';

const siren = 7;
const codeOf = (reply: Reply): string => (reply.ok ? 'ok' : reply.failure.code);
const order = (unit: number, value: number, more: Partial<Exchange>): Exchange => ({
  ...{ lane: 'alarm', unit, pdu: write(6, 0, value), turnaroundMs: 20, trace: null },
  ...more,
});
const on = (unit: number, output: number): Exchange => order(unit, 1, { attempts: 1, starts: output });
const off = (unit: number, output: number): Exchange => order(unit, 0, { ends: [output] });
/** An off for a unit that was silent before goes behind every order. */
const offBehind = (unit: number, output: number): Exchange => ({ ...off(unit, output), lane: 'upkeep' });

/** A line that is at an exchange: what is handed in now has to wait for its turn. */
const busyLine = async () => {
  const wire = new VirtualWire([1, 2, 3]);
  const line = wire.line();
  const first = line.submit({ lane: 'poll', unit: 1, pdu: read(3, 0, 10), turnaroundMs: 20, trace: null });
  await wire.clock.run(5);
  const hand = (...exchanges: readonly Exchange[]) => exchanges.map((exchange) => line.submit(exchange));
  const codes = async (...replies: readonly Promise<Reply>[]): Promise<string[]> =>
    (await wire.clock.until(Promise.all([first, ...replies]))).slice(1).map(codeOf);
  /** Unit and value of every write that left, in their order. */
  const written = (): string[] =>
    wire.seen.flatMap(({ frame }) =>
      frame.slice(2, 4) === '06' ? [`${frame.slice(0, 2)}=${frame.slice(10, 12)}`] : [],
    );
  return { wire, hand, codes, written };
};

describe('an off behind the orders, and orders for the same outputs', () => {
  it('a stop drops the on that waits and the off of upkeep before it, and only its own off leaves', async () => {
    const { hand, codes, written } = await busyLine();
    const replies = hand(offBehind(2, siren), on(2, siren), off(2, siren));
    expect(await codes(...replies)).toEqual(['exchange-superseded', 'exchange-superseded', 'ok']);
    expect(written()).toEqual(['02=00']);
  });

  it('an off of upkeep that is newer than the on still ends it: the on is dropped, the off leaves', async () => {
    const { hand, codes, written } = await busyLine();
    const replies = hand(on(2, siren), offBehind(2, siren));
    expect(await codes(...replies)).toEqual(['exchange-superseded', 'ok']);
    expect(written()).toEqual(['02=00']);
  });

  it('an on that is newer than the off of upkeep takes it back: nothing undoes it', async () => {
    const { hand, codes, written } = await busyLine();
    const replies = hand(off(2, siren), offBehind(2, siren), on(2, siren));
    expect((await codes(...replies)).slice(1)).toEqual(['exchange-superseded', 'ok']);
    expect(written().at(-1)).toBe('02=01');
  });

  it('of other units waits its turn and is lost to nothing', async () => {
    const { hand, codes, written } = await busyLine();
    const replies = hand(offBehind(3, siren + 1), on(2, siren), off(2, siren));
    expect(await codes(...replies)).toEqual(['ok', 'exchange-superseded', 'ok']);
    expect(written()).toEqual(['02=00', '03=00']);
  });
});
