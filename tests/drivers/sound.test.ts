import { describe, expect, it } from 'vitest';
import { cueOf, Village } from './village.ts';

const twoBoards = (): Village => {
  const village = new Village();
  const meter = village.meter(20);
  for (const unit of [1, 2]) {
    const board = village.relays(unit);
    village.terminal(`siren-${unit}`, { unit, channel: 3, watts: unit * 100, proof: unit });
    meter.feeds[unit - 1] = () => board.current(3);
  }
  return village;
};

describe('sounding sirens', () => {
  it('uses one broadcast flash-on when the outputs it moves are exactly those due', async () => {
    const village = twoBoards();
    village.tone(['siren-1', 'siren-2'], 7_000);
    await village.clock.advance(100);
    expect(village.line.writes()).toEqual(['0:0502020046']);
    expect(village.line.sent[0]).toMatchObject({ lane: 'alarm', attempts: 1 });
    expect(village.switched.map(({ cues }) => cues[0])).toEqual(['cue-siren-1', 'cue-siren-2']);
  });

  it('waits until what sounded in the same zone is off, and a stop meanwhile takes the waiting order back', async () => {
    const village = twoBoards();
    village.tone(['siren-1'], 7_000);
    await village.clock.advance(1_000);
    village.silence(['siren-1']);
    village.tone(['siren-2'], 7_000);
    await village.clock.advance(300);
    const offAt = village.line.sent.find(({ pdu }) => pdu === '0500020000')?.at ?? Infinity;
    const onAt = village.line.sent.find(({ unit, pdu }) => unit === 2 && pdu.startsWith('0502'))?.at ?? 0;
    expect(onAt).toBeGreaterThanOrEqual(offAt + 60);
    village.silence(['siren-2']);
    village.tone(['siren-1'], 7_000);
    village.silence(['siren-1']);
    const before = village.line.sent.length;
    await village.clock.advance(1_000);
    expect(village.line.sent.slice(before).some(({ pdu }) => pdu.startsWith('0502'))).toBe(false);
  });

  it('waits no longer than a quarter of a second for an off on a line that does not answer', async () => {
    const village = twoBoards();
    village.tone(['siren-1'], 7_000);
    await village.clock.advance(1_000);
    const submit = village.line.submit.bind(village.line);
    village.line.submit = (exchange) => (exchange.unit === 1 ? new Promise(() => undefined) : submit(exchange));
    village.silence(['siren-1']);
    village.tone(['siren-2'], 7_000);
    await village.clock.advance(400);
    expect(village.line.writes().some((write) => write.startsWith('2:0502'))).toBe(true);
  });

  it('goes unicast, highest power first, when a broadcast would move an output that is not due', async () => {
    const village = twoBoards();
    village.relays(3);
    village.tone(['siren-1', 'siren-2'], 7_000);
    await village.clock.advance(100);
    expect(village.line.writes()).toEqual(['2:0502020046', '1:0502020046']);
  });

  it('never broadcasts on a line with a unit of which nobody knows what the frame does to it', async () => {
    const village = twoBoards();
    village.gauge(9);
    village.tone(['siren-1', 'siren-2'], 7_000);
    await village.clock.advance(100);
    expect(village.line.writes()).toEqual(['2:0502020046', '1:0502020046']);
  });

  it('never broadcasts on a Modbus TCP line', async () => {
    const village = twoBoards();
    village.speaks = 'modbus-tcp';
    village.tone(['siren-1', 'siren-2'], 7_000);
    await village.clock.advance(100);
    expect(village.line.writes()).toHaveLength(2);
  });

  it('never sounds longer than 180 s on one order, whatever is asked', async () => {
    const village = twoBoards();
    village.tone(['siren-1'], 900_000);
    await village.clock.advance(100);
    expect(village.line.writes()).toEqual(['1:0502020708']);
  });

  it('does not repeat a running siren by broadcast when nobody knows what a repeat does', async () => {
    const village = twoBoards();
    village.tone(['siren-1', 'siren-2'], 7_000);
    await village.clock.advance(1_000);
    village.tone(['siren-1', 'siren-2'], 5_000);
    await village.clock.advance(100);
    expect(village.line.writes().slice(1)).toEqual(['2:0502020032', '1:0502020032']);
  });

  it('broadcasts the next segment once the one before is over', async () => {
    const village = twoBoards();
    village.tone(['siren-1', 'siren-2'], 7_000);
    await village.clock.advance(7_100);
    village.tone(['siren-1', 'siren-2'], 5_000);
    await village.clock.advance(100);
    expect(village.line.writes()).toEqual(['0:0502020046', '0:0502020032']);
  });

  it('reports a unit that refuses at once, and a terminal it does not know', async () => {
    const village = twoBoards();
    const board = village.relays(4);
    board.refuses = true;
    village.terminal('siren-4', { unit: 4, channel: 1, proof: null });
    village.tone(['siren-4', 'nobody'], 1_000);
    await village.clock.advance(100);
    expect(village.seen()).toEqual(['nobody rejected none - not-wired', 'siren-4 rejected none - exception-4']);
  });
});

describe('a repair', () => {
  it('is unicast, and only to a unit that is read as off when a repeat might do harm', async () => {
    const village = twoBoards();
    village.tone(['siren-1'], 7_000);
    await village.clock.advance(1_000);
    village.tone(['siren-1', 'siren-2'], 5_000, true);
    await village.clock.advance(300);
    expect(village.line.writes()).toEqual(['1:0502020046', '2:0502020032']);
  });

  it('is unicast even where a broadcast would be allowed', async () => {
    const village = twoBoards();
    village.tone(['siren-1', 'siren-2'], 5_000, true);
    await village.clock.advance(300);
    expect(village.line.writes()).toEqual(['2:0502020032', '1:0502020032']);
  });

  it('does not sound a unit that was silenced while it was asked', async () => {
    const village = twoBoards();
    village.tone(['siren-1'], 5_000, true);
    await village.clock.advance(10);
    village.silence(['siren-1']);
    await village.clock.advance(2_000);
    expect(village.line.writes()).toEqual(['1:0500020000']);
  });

  it('does not sound a unit that does not answer the question', async () => {
    const village = twoBoards();
    village.line.units.get(1)!.answer = () => null;
    village.tone(['siren-1'], 5_000, true);
    await village.clock.advance(300);
    expect(village.line.writes()).toEqual([]);
  });
});

describe('dead-man sirens', () => {
  const three = (): Village => {
    const village = new Village();
    village.deadMan('one', 1, 0, 50);
    village.deadMan('two', 2, 1, 300);
    village.deadMan('three', 3, 2, 100);
    return village;
  };

  it('hold for at most the lease, all of a line by one frame', async () => {
    const village = three();
    village.tone(['one', 'two', 'three'], 60_000);
    await village.clock.advance(100);
    expect(village.line.writes()).toEqual(['0:0600100096']);
  });

  it('hold for the segment when it is shorter', async () => {
    const village = three();
    village.tone(['two'], 3_000);
    await village.clock.advance(100);
    expect(village.line.writes()).toEqual(['2:060010001e']);
  });

  it('of a subset get the group frame with exactly their bits', async () => {
    const village = three();
    village.tone(['two', 'three'], 3_000);
    await village.clock.advance(100);
    expect(village.line.writes()).toEqual([`0:101000001122001e0006${'0000'.repeat(15)}`]);
    expect([1, 2, 3].map((unit) => village.line.units.get(unit)!.on()[0])).toEqual([false, true, true]);
  });

  it('are renewed together and fall silent by themselves when nobody renews them', async () => {
    const village = three();
    village.tone(['one', 'two', 'three'], 60_000);
    await village.clock.advance(5_000);
    village.drivers.carryOut({ do: 'renew', terminals: ['one', 'two', 'three'], holdMs: 15_000 });
    await village.clock.advance(100);
    expect(village.line.writes()).toEqual(['0:0600100096', '0:0600100096']);
    await village.clock.advance(14_000);
    expect(village.line.units.get(1)!.on()).toEqual([true]);
    await village.clock.advance(2_000);
    expect(village.line.units.get(1)!.on()).toEqual([false]);
  });

  it('renewed or repaired one by one never keep a new alarm waiting', async () => {
    const village = three();
    village.tone(['one'], 60_000);
    village.tone(['two'], 50_000);
    await village.clock.advance(5_000);
    village.drivers.carryOut({ do: 'renew', terminals: ['one'], holdMs: 15_000 });
    village.drivers.carryOut({ do: 'renew', terminals: ['two'], holdMs: 14_000 });
    village.tone(['one', 'two'], 10_000, true);
    const before = village.line.sent.length;
    await village.clock.advance(5);
    village.tone(['three'], 3_000);
    await village.clock.advance(500);
    const sent = village.line.sent.slice(before).map(({ unit, lane }) => `${unit} ${lane}`);
    expect(sent[0]).toBe('3 alarm');
    expect(sent.slice(1).every((one) => one.endsWith('upkeep'))).toBe(true);
    expect(village.line.sent.filter(({ lane }) => lane === 'upkeep')).toHaveLength(6);
  });

  it('are not renewed after a stop that came while the renewal waited for the line', async () => {
    const village = three();
    village.tone(['one'], 60_000);
    village.tone(['two'], 50_000);
    await village.clock.advance(5_000);
    village.tone(['three'], 3_000);
    village.drivers.carryOut({ do: 'renew', terminals: ['one'], holdMs: 15_000 });
    village.drivers.carryOut({ do: 'renew', terminals: ['two'], holdMs: 14_000 });
    const before = village.line.writes().length;
    village.silence(['one']);
    await village.clock.advance(500);
    const writes = village.line.writes().slice(before);
    expect(writes.filter((one) => one.startsWith('1:'))).toEqual(['1:0600100000']);
    expect(writes.filter((one) => one.startsWith('2:'))).toEqual(['2:060010008c']);
    expect(village.line.units.get(1)!.on()).toEqual([false]);
  });

  it('that gave way to an order for all of the line are renewed after it, for what is left of their time', async () => {
    const village = three();
    village.deadMan('four', 4, 3);
    village.tone(['one'], 60_000);
    await village.clock.advance(5_000);
    village.tone(['three'], 3_000);
    village.drivers.carryOut({ do: 'renew', terminals: ['one'], holdMs: 10_000 });
    village.tone(['two', 'four'], 8_000);
    await village.clock.advance(1_000);
    const [renewal] = village.line.sent.filter(({ lane }) => lane === 'upkeep');
    expect(village.line.sent.filter(({ lane }) => lane === 'upkeep')).toHaveLength(1);
    expect(renewal?.at).toBeGreaterThan(
      village.line.sent.find(({ unit, at }) => unit === 0 && at > 4_000)?.at ?? Infinity,
    );
    expect(village.line.units.get(1)!.on()).toEqual([true]);
  });

  it('play a stored clip: track first, then the hold, renewed until the clip is over, then proven and off', async () => {
    const village = new Village();
    const siren = village.deadMan('one', 1, 0);
    const clip = cueOf('one', { play: 'clip', clip: 'warning', track: 7 }, 20_000);
    village.drivers.carryOut({ do: 'sound', urgent: true, repair: false, cues: [clip] });
    await village.clock.advance(19_000);
    expect(village.line.writes().slice(0, 3)).toEqual(['1:0600120007', '1:0600100096', '1:0600100096']);
    expect(siren.on()).toEqual([true]);
    expect(siren.tracksPlayed[0]).toBe(7);
    await village.clock.advance(2_000);
    expect(siren.on()).toEqual([false]);
    expect(village.seen()).toEqual(['one sounding current 4.2 -', 'one spoken current - -']);
  });
});

describe('an earlier flash that off did not end', () => {
  it('does not cut a new order short when the board ignores a second flash', async () => {
    const village = new Village();
    const board = village.relays(1, { retrigger: 'ignored', offCancels: false });
    village.terminal('siren', { unit: 1, channel: 1, proof: null });
    village.tone(['siren'], 4_000);
    await village.clock.advance(1_000);
    village.silence(['siren']);
    await village.clock.advance(500);
    village.tone(['siren'], 10_000);
    await village.clock.advance(4_000);
    expect(board.on()[0]).toBe(true);
    await village.clock.advance(7_000);
    expect(board.on()[0]).toBe(false);
  });
});
