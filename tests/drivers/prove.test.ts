import { describe, expect, it } from 'vitest';
import type { CurrentMeter, RelayBoard } from './units.ts';
import { Village } from './village.ts';

/** Four sirens on one relay board, each with a current input of the meter at 20. */
const wired = (): { village: Village; relays: RelayBoard; meter: CurrentMeter } => {
  const village = new Village();
  const relays = village.relays(1);
  const meter = village.meter(20);
  for (const channel of [1, 2, 3, 4]) {
    village.terminal(`s${channel}`, { unit: 1, channel, proof: channel });
    meter.feeds[channel - 1] = () => relays.current(channel);
  }
  return { village, relays, meter };
};

const reads = (village: Village): readonly string[] =>
  village.line.sent.flatMap(({ lane, unit, pdu }) => (lane === 'read-back' ? [`${unit}:${pdu}`] : []));

describe('proving that sirens sound', () => {
  it('reads one unit once for all its channels, and reports one event with every finding', async () => {
    const { village } = wired();
    village.tone(['s1', 's2', 's3', 's4'], 10_000);
    await village.clock.advance(500);
    village.prove(['s1', 's2', 's3', 's4'], 'c');
    await village.clock.advance(500);
    expect(reads(village)).toEqual(['20:0400000004']);
    expect(village.events).toHaveLength(1);
    expect(village.seen()).toEqual(['s1', 's2', 's3', 's4'].map((id) => `${id} sounding current 3.2 -`));
    expect(village.findings()[0]).toMatchObject({ unit: 'A', cue: 'c', readAt: 520 });
  });

  it('says no-current for a coil that is on without current, and off for one that never switched', async () => {
    const { village, relays } = wired();
    relays.dead.add(2);
    village.tone(['s1', 's2'], 10_000);
    await village.clock.advance(500);
    village.prove(['s1', 's2', 's3'], 'c');
    await village.clock.advance(500);
    expect(village.seen()).toEqual([
      's1 sounding current 3.2 -',
      's2 silent current 0 no-current',
      's3 off switched - -',
    ]);
    expect(reads(village)).toEqual(['20:0400000003', '1:0100010002']);
  });

  it('stamps each finding when its own reply came, however long others take', async () => {
    const { village, relays } = wired();
    relays.dead.add(2);
    village.meter(21);
    village.terminal('far', { unit: 1, channel: 5, proof: 1, proofUnit: 21 });
    village.relays(2);
    village.terminal('last', { unit: 2, channel: 1, proof: 2, proofUnit: 21 });
    village.line.units.delete(21);
    village.tone(['s1', 's2'], 10_000);
    await village.clock.advance(500);
    village.prove(['s1', 's2', 'far', 'last'], 'c');
    await village.clock.advance(2_000);
    const readAt = Object.fromEntries(village.findings().map((one) => [one.terminal, one.readAt]));
    expect(readAt).toMatchObject({ s1: 520, s2: 520 });
    expect(readAt['far']).toBeGreaterThan(540);
    expect(readAt['last']).not.toBe(readAt['far']);
  });

  it('calls a switched state without any proof input no more than switched', async () => {
    const village = new Village();
    village.relays(1);
    village.terminal('bare', { unit: 1, channel: 1, proof: null });
    village.tone(['bare'], 10_000);
    await village.clock.advance(500);
    village.prove(['bare'], 'c');
    await village.clock.advance(500);
    expect(village.seen()).toEqual(['bare on switched - -']);
  });

  it('says no-reply when nobody answers, and rejected with the exception when somebody refuses', async () => {
    const village = new Village();
    village.relays(1).mute = true;
    village.relays(2).answer = (pdu) => Uint8Array.of(pdu[0]! | 0x80, 2);
    village.terminal('mute', { unit: 1, channel: 1, proof: null });
    village.terminal('refusing', { unit: 2, channel: 1, proof: null });
    village.prove(['mute', 'refusing', 'nobody'], 'c');
    await village.clock.advance(500);
    expect(village.seen()).toEqual([
      'mute no-reply none - no-reply',
      'refusing rejected none - exception-2',
      'nobody rejected none - not-wired',
    ]);
  });

  it('falls back on the switched state when the meter is dead, never on "sounding"', async () => {
    const { village } = wired();
    village.tone(['s1'], 10_000);
    village.line.units.get(20)!.answer = () => null;
    await village.clock.advance(500);
    village.prove(['s1', 's2'], 'c');
    await village.clock.advance(500);
    expect(village.seen()).toEqual(['s1 on switched - -', 's2 off switched - -']);
  });

  it('reads state and proof of a siren with its own status in one exchange', async () => {
    const village = new Village();
    village.deadMan('one', 1, 0);
    village.prove(['one'], null);
    await village.clock.advance(500);
    expect(village.seen()).toEqual(['one silent current 0 -']);
    expect(reads(village)).toEqual(['1:0400010003']);
  });
});

describe('proving silence', () => {
  it('waits for the off before it and for the current to go, and says silent with the value', async () => {
    const { village, relays, meter } = wired();
    let flowing = 0;
    meter.feeds[0] = () => {
      if (relays.on()[0] === true) flowing = village.clock.now();
      return relays.on()[0] === true || village.clock.now() - flowing < 90 ? 3.2 : 0;
    };
    village.tone(['s1', 's2'], 60_000);
    await village.clock.advance(1_000);
    meter.feeds[0]();
    village.silence(['s1', 's2']);
    village.prove(['s1', 's2'], null);
    await village.clock.advance(1_000);
    expect(village.seen()).toEqual(['s1 silent current 0 -', 's2 silent current 0 -']);
    // Of what came on after it was asked for, it says nothing.
    expect(village.findings().map(({ readAt }) => readAt)).toEqual([1_100, 1_100]);
  });

  it('is not given by a coil that is off while the current still flows', async () => {
    const { village, meter } = wired();
    meter.feeds[0] = () => 3;
    village.prove(['s1'], null);
    await village.clock.advance(1_000);
    expect(village.seen()).toEqual(['s1 sounding current 3 -']);
  });

  it('is not given by a missing current while the coil is still on', async () => {
    const { village, relays } = wired();
    relays.dead.add(1);
    village.tone(['s1'], 10_000);
    await village.clock.advance(500);
    village.prove(['s1'], null);
    await village.clock.advance(500);
    expect(village.seen()).toEqual(['s1 on switched - -']);
  });
});

describe('reading every output at start', () => {
  it('names what is on and what could not be read', async () => {
    const { village } = wired();
    village.relays(2).mute = true;
    village.terminal('mute', { unit: 2, channel: 1, proof: null });
    village.tone(['s2'], 10_000);
    await village.clock.advance(500);
    village.drivers.carryOut({ do: 'read-outputs' });
    await village.clock.advance(500);
    expect(village.events.at(-1)).toEqual({ kind: 'outputs', on: ['s2'], unread: ['mute'] });
  });
});

describe('stopping the drivers', () => {
  it('takes back what is under way and leaves nothing running', async () => {
    const { village } = wired();
    village.tone(['s1'], 10_000);
    village.silence(['s1']);
    village.drivers.startPolling();
    const stopped = village.drivers.stop();
    await village.clock.advance(5_000);
    await stopped;
    const sent = village.line.sent.length;
    await village.clock.advance(60_000);
    expect(village.line.sent).toHaveLength(sent);
  });
});
