import { describe, expect, it } from 'vitest';
import type { RelayVariant } from './units.ts';
import { Village } from './village.ts';

const allVariants: readonly RelayVariant[] = (['extends', 'ignored', 'chops'] as const).flatMap((retrigger) =>
  [true, false].map((offCancels) => ({ retrigger, offCancels })),
);

const eight = Array.from({ length: 8 }, (_, index) => `siren-${index + 1}`);

const fullBoards = (units: readonly number[], variant?: RelayVariant): { village: Village; ids: readonly string[] } => {
  const village = new Village();
  const ids = units.flatMap((unit) => {
    village.relays(unit, variant);
    return eight.map((siren, index) => {
      village.terminal(`${siren}-${unit}`, { unit, channel: index + 1, watts: 100 * (index + 1), proof: null });
      return `${siren}-${unit}`;
    });
  });
  return { village, ids };
};

describe('silence', () => {
  it('is one broadcast when it moves every output of the line and all are to be silent', async () => {
    const { village, ids } = fullBoards([1, 2]);
    village.tone(ids, 60_000);
    await village.clock.advance(1_000);
    const before = village.line.writes().length;
    village.silence(ids);
    await village.clock.advance(25);
    expect(village.line.writes()[before]).toBe('0:0500ff0000');
    expect([1, 2].flatMap((unit) => village.line.units.get(unit)!.on())).not.toContain(true);
  });

  it('is the whole-unit off of one board when the other goes on', async () => {
    const { village, ids } = fullBoards([1, 2]);
    village.silence(ids.slice(0, 8));
    await village.clock.advance(25);
    expect(village.line.writes()).toEqual(['1:0500ff0000']);
  });

  it('goes to the highest power first where it is unicast', async () => {
    const { village } = fullBoards([1]);
    village.silence(['siren-2-1', 'siren-7-1', 'siren-4-1']);
    await village.clock.advance(70);
    expect(village.line.writes()).toEqual(['1:0500060000', '1:0500030000', '1:0500010000']);
    expect(village.line.sent.every(({ lane }) => lane === 'alarm')).toBe(true);
  });

  it.each(allVariants)('holds in the end on a board where %o', async (variant) => {
    const { village, ids } = fullBoards([1], variant);
    const board = village.line.units.get(1)!;
    village.tone(ids.slice(0, 3), 12_000);
    await village.clock.advance(2_000);
    village.silence(ids.slice(0, 3));
    await village.clock.advance(1_000);
    if (variant.offCancels) expect(board.on()).not.toContain(true);
    await village.clock.advance(12_000);
    expect(board.on()).not.toContain(true);
    expect(village.seen()).toEqual([]);
    const reads = village.line.sent.filter(({ pdu }) => pdu.startsWith('01')).length;
    expect(reads).toBeGreaterThan(0);
    await village.clock.advance(60_000);
    expect(village.line.sent.filter(({ pdu }) => pdu.startsWith('01'))).toHaveLength(reads);
  });

  it('is repeated and read back when a unit misses the broadcast', async () => {
    const { village, ids } = fullBoards([1, 2]);
    village.tone(ids, 60_000);
    await village.clock.advance(1_000);
    const board = village.line.units.get(2)!;
    const hear = board.hear.bind(board);
    board.hear = () => undefined;
    village.silence(ids);
    await village.clock.advance(30);
    board.hear = hear;
    expect(board.on()).toContain(true);
    await village.clock.advance(1_000);
    expect(board.on()).not.toContain(true);
  });

  it('names who is still not proven silent when the bounded pursuit ends', async () => {
    const { village } = fullBoards([1]);
    village.tone(['siren-1-1'], 3_000);
    await village.clock.advance(100);
    village.line.units.get(1)!.answer = () => null;
    village.silence(['siren-1-1']);
    await village.clock.advance(20_000);
    expect(village.seen()).toEqual(['siren-1-1 no-reply none - no-reply']);
    const sent = village.line.sent.length;
    await village.clock.advance(60_000);
    expect(village.line.sent).toHaveLength(sent);
  });

  it('stops pursuing whoever is ordered to sound again', async () => {
    const { village } = fullBoards([1], { retrigger: 'chops', offCancels: false });
    const board = village.line.units.get(1)!;
    village.tone(['siren-1-1'], 10_000);
    await village.clock.advance(500);
    village.silence(['siren-1-1']);
    await village.clock.advance(200);
    village.tone(['siren-1-1'], 8_000);
    await village.clock.advance(5_000);
    const lastWrite = village.line.writes().at(-1);
    expect(lastWrite).toBe('1:0502000050');
    expect(board.on()[0]).toBe(true);
  });

  it('is repeated to a siren that misses the broadcast although its off is known to work', async () => {
    const village = new Village();
    const siren = village.deadMan('one', 1, 0);
    village.deadMan('two', 2, 1);
    village.tone(['one', 'two'], 15_000);
    await village.clock.advance(1_000);
    siren.mute = true;
    village.silence(['one', 'two']);
    await village.clock.advance(30);
    siren.mute = false;
    expect(siren.on()).toEqual([true]);
    await village.clock.advance(500);
    expect(siren.on()).toEqual([false]);
  });

  it('sends no late off when the new order comes while a read-back is on the wire', async () => {
    const { village } = fullBoards([1], { retrigger: 'extends', offCancels: false });
    village.tone(['siren-1-1'], 10_000);
    await village.clock.advance(500);
    village.silence(['siren-1-1']);
    await village.clock.advance(90);
    village.tone(['siren-1-1'], 8_000);
    await village.clock.advance(2_000);
    expect(village.line.writes()).toEqual(['1:0502000064', '1:0500000000', '1:0502000050']);
  });

  it('needs no second look at a unit that echoed an off which is known to work', async () => {
    const village = new Village();
    village.deadMan('one', 1, 0);
    village.silence(['one']);
    await village.clock.advance(5_000);
    expect(village.line.sent.map(({ pdu }) => pdu)).toEqual(['0600100000']);
  });
});

/** A siren that is stopped, so many ms after one another, and when its neighbour sounds that is ordered to behind that. */
const neighbourBehind = async (stopsMs: readonly number[], orderMs: number): Promise<number> => {
  const village = new Village();
  village.deadMan('one', 1, 0);
  const two = village.deadMan('two', 2, 1);
  village.tone(['one'], 15_000);
  await village.clock.advance(1_000);
  const since = (ms: number): Promise<void> => village.clock.advance(1_000 + ms - village.clock.now());
  for (const ms of stopsMs) {
    await since(ms);
    village.silence(['one']);
  }
  await since(orderMs);
  village.tone(['two'], 15_000);
  while (two.on()[0] !== true && village.clock.now() < 2_000) await village.clock.advance(1);
  return village.clock.now() - 1_000;
};

// An off is on the wire for 20 ms, as an on is, and its contact opens within 60.
describe('a siren beside one that was stopped', () => {
  it('sounds when the contact of the other is open, not as soon as its unit has answered', async () => {
    expect(await neighbourBehind([0], 30)).toBe(100);
  });

  it('waits for the last off of the other, also when one before it is over', async () => {
    expect(await neighbourBehind([0, 70], 85)).toBe(170);
  });
});
