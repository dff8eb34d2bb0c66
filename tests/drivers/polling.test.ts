import { describe, expect, it } from 'vitest';
import { detectEdges, noEdges, type Sight } from '../../src/drivers/edge-detector.ts';
import type { RainGauge, RelayBoard } from './units.ts';
import type { Event } from '../../src/core/event.ts';
import { Village } from './village.ts';

const outdoors = (): { made: Village; relays: RelayBoard; gauge: RainGauge } => {
  const made = new Village();
  const relays = made.relays(1);
  made.terminal('siren', { unit: 1, channel: 1, proof: null });
  const gauge = made.gauge(2);
  made.sensor('rain', 2, 50);
  return { made, relays, gauge };
};

/** The gauge stands at each of these tenths of a millimetre for so many milliseconds. */
const showing = async (made: Village, gauge: RainGauge, ...stands: (readonly [number, number])[]) => {
  for (const [tenths, ms] of stands) {
    gauge.tenths[0] = tenths;
    await made.clock.advance(ms);
  }
};

/** Events after the first word of each terminal: that it is there, said once after the start. */
const later = ({ events }: Village): readonly Event[] => {
  const terminals = new Set(events.flatMap((event) => (event.kind === 'unit-back' ? [event.terminal] : [])));
  return events.filter((event) => event.kind !== 'unit-back' || !terminals.delete(event.terminal));
};

describe('polling', () => {
  it('says once after the start that a unit is there, which the box may remember as lost', async () => {
    const { made } = outdoors();
    made.drivers.startPolling();
    await made.clock.advance(60_000);
    expect(made.events).toEqual([{ kind: 'unit-back', terminal: 'siren' }]);
  });

  it('reports nothing as long as nothing changes, and uses the lowest lane only', async () => {
    const { made } = outdoors();
    made.drivers.startPolling();
    await made.clock.advance(60_000);
    expect(later(made)).toEqual([]);
    expect(new Set(made.line.sent.map(({ lane }) => lane))).toEqual(new Set(['poll']));
    expect(made.line.sent.filter(({ unit }) => unit === 1).length).toBeGreaterThan(50);
    expect(made.line.sent.filter(({ unit }) => unit === 2).length).toBeLessThan(35);
  });

  it('keeps a few units waiting in the line, none twice, so that a busy program leaves no gap', async () => {
    const made = new Village();
    const pollEveryMs = 1_000;
    for (let unit = 1; unit <= 60; unit += 1) {
      made.relays(unit);
      made.terminal(`siren-${unit}`, { unit, channel: 1, proof: null });
    }
    made.drivers.startPolling();
    let fewest = 99;
    for (let atMs = 0; atMs < 3_000; atMs += 7) {
      await made.clock.advance(7);
      const { inLine } = made.line;
      expect(new Set(inLine).size).toBe(inLine.length);
      expect(inLine.length).toBeLessThanOrEqual(4);
      fewest = Math.min(fewest, inLine.length);
    }
    expect(fewest).toBeGreaterThanOrEqual(2);
    const gaps = made.line.sent.slice(1).map(({ at }, n) => at - (made.line.sent[n]?.at ?? 0));
    expect(Math.max(...gaps)).toBe(20);
    const rounds = made.line.sent.filter(({ unit }) => unit === 1).map(({ at }) => at);
    expect(rounds.length).toBeGreaterThanOrEqual(2);
    expect(rounds.length).toBeLessThanOrEqual(1 + 3_000 / pollEveryMs);
  });

  it('reports a unit lost once, after three silent polls, and back once', async () => {
    const { made, relays } = outdoors();
    made.drivers.startPolling();
    await made.clock.advance(5_000);
    relays.mute = true;
    await made.clock.advance(1_900);
    expect(later(made)).toEqual([]);
    await made.clock.advance(20_000);
    expect(later(made)).toEqual([{ kind: 'unit-lost', terminal: 'siren', reason: 'no-reply' }]);
    relays.mute = false;
    await made.clock.advance(20_000);
    expect(later(made).slice(1)).toEqual([{ kind: 'unit-back', terminal: 'siren' }]);
  });

  it('says again that a unit is there once it answers after an alarm that had no answer of it', async () => {
    const { made, relays } = outdoors();
    made.drivers.startPolling();
    await made.clock.advance(5_000);
    relays.mute = true;
    made.drivers.carryOut({ do: 'prove', looks: [{ terminal: 'siren', cue: null }] });
    await made.clock.advance(1_000);
    relays.mute = false;
    await made.clock.advance(10_000);
    expect(later(made)).toEqual([
      expect.objectContaining({
        kind: 'evidence',
        findings: [expect.objectContaining({ terminal: 'siren', sight: 'no-reply' })],
      }),
      { kind: 'unit-back', terminal: 'siren' },
    ]);
  });

  it('triggers a threshold once per crossing, never on one damaged value, and re-arms well below', async () => {
    const { made, gauge } = outdoors();
    made.drivers.startPolling();
    await showing(made, gauge, [0, 3_000], [65_535, 2_000], [100, 4_000]);
    expect(later(made)).toEqual([]);
    await showing(made, gauge, [501, 20_000], [480, 10_000], [520, 10_000]);
    expect(later(made)).toEqual([{ kind: 'threshold', sensor: 'rain', threshold: 'heavy', value: 50.1 }]);
    await showing(made, gauge, [0, 10_000], [600, 10_000]);
    expect(later(made).slice(1)).toEqual([{ kind: 'threshold', sensor: 'rain', threshold: 'heavy', value: 60 }]);
  });

  it('warns of a downpour, whatever the gauge has counted since it was cleared, and of the next one again', async () => {
    const made = new Village();
    const gauge = made.gauge(2);
    made.sensor('rain', 2, 50, { reading: 'rain-1', everyMs: 2_000, withinMs: 600_000 });
    made.drivers.startPolling();
    const crossings = () => later(made).filter(({ kind }) => kind !== 'total');
    await showing(made, gauge, [9_000, 700_000]);
    expect(crossings()).toEqual([]);
    await showing(made, gauge, [9_510, 700_000], [9_510 + 505, 700_000]);
    const crossing = { kind: 'threshold', sensor: 'rain', threshold: 'heavy' };
    expect(crossings()).toEqual([
      { ...crossing, value: 51 },
      { ...crossing, value: 50.5 },
    ]);
  });

  it('says of a crossing whether the gauge was ever read below it since the start', async () => {
    const { made, gauge } = outdoors();
    made.drivers.startPolling();
    await showing(made, gauge, [600, 10_000], [0, 10_000], [600, 10_000]);
    const crossing = { kind: 'threshold', sensor: 'rain', threshold: 'heavy', value: 60 };
    expect(later(made)).toEqual([{ ...crossing, atStart: true }, crossing]);
  });

  it('loses a speaker whose chip is silent, and leaves a chip at work alone', async () => {
    const made = new Village();
    made.relays(1);
    made.terminal('horn', { unit: 1, channel: 1, proof: null, chip: true });
    made.drivers.startPolling();
    made.speak(['horn'], '请'.repeat(40));
    await made.clock.advance(9_000);
    expect(made.chip('horn').heard.filter((one) => one.ok && one.command === 'status').length).toBeLessThanOrEqual(1);
    await made.clock.advance(20_000);
    made.chip('horn').mode = 'silent';
    await made.clock.advance(20_000);
    expect(later(made).filter(({ kind }) => kind !== 'evidence')).toEqual([
      { kind: 'unit-lost', terminal: 'horn', reason: 'chip-silent' },
    ]);
  });
});

describe('the edge detector', () => {
  const site = outdoors().made.site();
  const answered = (yes: boolean): Sight => ({ see: 'terminal', terminal: 'siren', answered: yes, reason: 'no-reply' });

  it('makes no event of two missing answers between good ones, however often', () => {
    let edges = noEdges;
    for (let round = 0; round < 100; round += 1) {
      for (const yes of [false, false, true]) {
        const detected = detectEdges(site, edges, answered(yes));
        expect(detected.events).toEqual([]);
        edges = detected.edges;
      }
    }
  });

  it('stays lost, and says so, once it has come and gone for long, and tells no more than 24 losses a day from then on', () => {
    const pollsADay = 17_280;
    const goodPolls = 6;
    const told: Event[][] = [];
    let edges = noEdges;
    for (let day = 0; day < 3; day += 1) {
      const events: Event[] = [];
      for (let poll = 0; poll < pollsADay; poll += 1) {
        const detected = detectEdges(site, edges, answered(poll % (3 + goodPolls) < goodPolls));
        edges = detected.edges;
        events.push(...detected.events);
      }
      told.push(events);
    }
    const losses = told.map((events) => events.flatMap((one) => (one.kind === 'unit-lost' ? [one.reason] : [])));
    expect(losses[0]?.slice(0, 31)).toEqual(Array.from({ length: 31 }, () => 'no-reply'));
    expect(new Set(losses[0]?.slice(31))).toEqual(new Set(['comes-and-goes']));
    expect(losses.map(({ length }) => length)).toEqual([32 + 23, 24, 24]);
    expect(told[1]?.length).toBe(48);
  });

  it('has it back an hour of polls after it stopped coming and going', () => {
    let edges = noEdges;
    const see = (yes: boolean): readonly Event[] => {
      const detected = detectEdges(site, edges, answered(yes));
      edges = detected.edges;
      return detected.events;
    };
    for (let round = 0; round < 100; round += 1) for (const yes of [false, false, false, true, true]) see(yes);
    const after = Array.from({ length: 720 }, () => see(true));
    expect(after.flat()).toEqual([{ kind: 'unit-back', terminal: 'siren' }]);
  });

  const doubt: Sight = { see: 'doubt', terminal: 'siren' };
  /** What a run of sights tells, from a unit that was seen to answer. */
  const seeing = (): { see: (sight: Sight) => readonly Event[] } => {
    let edges = noEdges;
    const see = (sight: Sight): readonly Event[] => {
      const detected = detectEdges(site, edges, sight);
      edges = detected.edges;
      return detected.events;
    };
    see(answered(true));
    see(answered(true));
    return { see };
  };
  const lost = { kind: 'unit-lost', terminal: 'siren', reason: 'no-reply' };
  const back = { kind: 'unit-back', terminal: 'siren' };

  it('loses a unit that is dead in an alarm, however often the alarm has no answer of it either', () => {
    const { see } = seeing();
    const told = Array.from({ length: 400 }, (_, poll) => [
      ...see(answered(false)),
      ...(poll % 2 === 1 ? see(doubt) : []),
    ]);
    expect(told.slice(0, 3)).toEqual([[], [], [lost]]);
    expect(told.flat()).toEqual([lost]);
  });

  it('counts the silent polls before a doubt, and no good one', () => {
    const dead = seeing();
    const mute = [answered(false), answered(false), doubt, answered(false)].flatMap(dead.see);
    expect(mute).toEqual([lost]);
    const alive = seeing();
    expect([doubt, answered(true), doubt, answered(true)].flatMap(alive.see)).toEqual([]);
    expect(alive.see(answered(true))).toEqual([back]);
  });

  it('keeps a lost unit lost over a doubt: it comes back by its answers, and is lost once', () => {
    const { see } = seeing();
    const told = [answered(false), answered(false), answered(false), doubt, answered(false)].flatMap(see);
    expect(told).toEqual([lost]);
    expect([doubt, answered(false), answered(false), answered(false), doubt].flatMap(see)).toEqual([]);
    expect([answered(true), doubt, answered(true)].flatMap(see)).toEqual([back]);
  });

  it('stays in doubt once it has been in doubt and back for long, until hours of polls have passed or it is dead', () => {
    const { see } = seeing();
    const round = (): readonly Event[] => [doubt, answered(true), answered(true)].flatMap(see);
    const told = Array.from({ length: 1_000 }, round).flat();
    // 2,000 polls: the bound, and what an hour's polls each forgive of it.
    expect(told).toEqual(Array.from({ length: 31 + 2 }, () => back));
    const { see: again } = seeing();
    for (let n = 0; n < 100; n += 1) [doubt, answered(true), answered(true)].forEach((sight) => void again(sight));
    const dead = Array.from({ length: 10 }, () => again(answered(false))).flat();
    expect(dead).toEqual([{ ...lost, reason: 'comes-and-goes' }]);
  });

  it('counts a doubt and the loss that it became once', () => {
    const { see } = seeing();
    const sights = [doubt, ...[false, false, false, true, true].map(answered)];
    const told = Array.from({ length: 40 }, () => sights.flatMap(see)).flat();
    const losses = told.flatMap((one) => (one.kind === 'unit-lost' ? [one.reason] : []));
    expect(losses).toEqual([...Array.from({ length: 31 }, () => 'no-reply'), 'comes-and-goes']);
  });

  it('does not mutate what it was given', () => {
    const frozen = Object.freeze({
      terminals: Object.freeze({}),
      thresholds: Object.freeze({}),
      told: Object.freeze({}),
    });
    expect(() => detectEdges(site, frozen, answered(false))).not.toThrow();
  });
});
