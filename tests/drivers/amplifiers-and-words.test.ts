import { expect, test } from 'vitest';
import type { Finding } from '../../src/core/cue.ts';
import { createToken } from '../../src/drivers/clock.ts';
import { lookWhilePlaying } from '../../src/drivers/sound-looks.ts';
import { DeadManSiren, type RelayBoard } from './units.ts';
import { cueOf, Village } from './village.ts';
import { createVirtualClock } from './virtual-clock.ts';

const long = '暴雨红色预警，请立即转移，不要停留，不要过河，不要回家取东西';

/** A horn with a chip of its own behind an amplifier whose current is measured. */
const horn = (): { village: Village; board: RelayBoard } => {
  const village = new Village();
  const board = village.relays(1);
  village.meter(20).feeds[0] = () => board.current(1);
  village.terminal('horn', { unit: 1, channel: 1, proof: 1, chip: true });
  return { village, board };
};

test('a chip that spoke is no proof where its amplifier echoed every order and was off at every look', async () => {
  const { village, board } = horn();
  board.hear = () => undefined;
  village.speak(['horn'], long);
  await village.clock.advance(30_000);
  expect(village.chip('horn').spoken()).toHaveLength(1);
  expect(village.seen()).toEqual(['horn off switched - -', 'horn ended switched - -']);
});

test('chips started with one frame for all are no proof where neither relays nor meters answer anybody', async () => {
  const village = new Village();
  for (const unit of [1, 2]) {
    village.relays(unit);
    village.terminal(`horn-${unit}`, { unit, channel: 1, proof: unit, chip: true });
  }
  village.meter(20);
  for (const unit of [1, 2, 20]) village.line.units.delete(unit);
  village.speak(['horn-1', 'horn-2'], long);
  await village.clock.advance(30_000);
  expect(village.line.writes()[0]).toMatch(/^0:/);
  expect(village.seen().filter((seen) => seen.includes('spoken'))).toEqual([]);
  expect(village.seen()).toContain('horn-1 no-reply chip - amplifier-no-reply');
});

test('an amplifier whose order was not answered, and that was seen on, carries the word of its chip', async () => {
  const { village, board } = horn();
  village.line.units.delete(20);
  const { answer } = board;
  board.answer = (pdu) => {
    const reply = answer.call(board, pdu);
    return pdu[0] === 5 ? null : reply;
  };
  village.speak(['horn'], long);
  await village.clock.advance(30_000);
  expect(village.seen().at(-1)).toBe('horn spoken chip - -');
});

test('an amplifier that echoed its order carries the word of its chip, also when nobody answers any more', async () => {
  const { village, board } = horn();
  village.speak(['horn'], long);
  await village.clock.advance(50);
  expect(board.on()[0]).toBe(true);
  village.line.units.delete(20);
  board.answer = () => null;
  await village.clock.advance(30_000);
  expect(village.seen().at(-1)).toBe('horn spoken chip - -');
});

/** A siren unit that stores clips, with a current meter of another unit. */
const clipSiren = (feed: (siren: DeadManSiren) => number): Village => {
  const village = new Village();
  const siren = village.unit(1, new DeadManSiren(village.clock, 0));
  village.meter(20).feeds[0] = () => feed(siren);
  const lease = { kind: 'dead-man', holdMs: 15_000, retrigger: 'extends' } as const;
  village.terminal('yard', { unit: 1, channel: 1, lease, proof: 1 });
  return village;
};

const playClip = (village: Village, durationMs: number): void => {
  const clip = cueOf('yard', { play: 'clip', clip: 'warning', track: 7 }, durationMs);
  village.drivers.carryOut({ do: 'sound', urgent: true, repair: false, cues: [clip] });
};

const drawn = (siren: DeadManSiren): number => (siren.on()[0] === true ? 4.2 : 0);

test('a clip on a dead amplifier is told as silent, and its end as nothing', async () => {
  const village = clipSiren(() => 0);
  playClip(village, 9_000);
  await village.clock.advance(15_000);
  expect(village.seen()).toEqual(['yard silent current 0 no-current']);
});

test('a short clip on a dead amplifier is told as nothing at all', async () => {
  const village = clipSiren(() => 0);
  playClip(village, 1_800);
  await village.clock.advance(15_000);
  expect(village.seen()).toEqual([]);
});

test('a clip that another took the place of is told as nothing more, and switches nothing of the other off', async () => {
  const village = clipSiren(drawn);
  playClip(village, 9_000);
  await village.clock.advance(2_000);
  expect(village.seen()).toEqual(['yard sounding current 4.2 -']);
  playClip(village, 20_000);
  await village.clock.advance(10_000);
  expect(village.line.writes()).not.toContain('1:0600100000');
  expect(village.seen().filter((seen) => seen.includes('spoken'))).toEqual([]);
});

test('a clip that pauses at its last look is not told as switched off by its own end', async () => {
  const village = clipSiren(() => 0);
  for (let durationMs = 1_030; durationMs <= 1_100; durationMs += 5) {
    playClip(village, durationMs);
    await village.clock.advance(4_000);
  }
  expect(village.seen()).toEqual([]);
});

/** Looks that come to these sights one after the other, each read after so long, and known so much later. */
const looked = async (sights: readonly Finding['sight'][], durationMs: number, eachMs = 20, knownMs = 0) => {
  const clock = createVirtualClock();
  const told: Finding['sight'][] = [];
  let next = 0;
  const look = async (): Promise<readonly Finding[]> => {
    await new Promise<void>((resolve) => void clock.setTimer(eachMs, resolve));
    const sight = sights[next] ?? 'no-reply';
    next += 1;
    const readAt = clock.now();
    await new Promise<void>((resolve) => void clock.setTimer(knownMs, resolve));
    return [{ terminal: 'east', cue: 'c', sight, grade: 'current', value: 0, unit: 'A', readAt, reason: null }];
  };
  const playing = createToken();
  clock.setTimer(durationMs, playing.cancel);
  const cue = cueOf('east', { play: 'tone', tone: 't' }, durationMs);
  const order = { cue, wired: { id: 'east', proof: {} }, token: createToken() };
  const item = { tone: null, beganAt: clock.now(), playing, isQuiet: () => false };
  const report = (found: readonly Finding[]): void => void told.push(...found.map(({ sight }) => sight));
  const done = lookWhilePlaying({ clock, look, report }, order, item);
  await clock.advance(60_000);
  return { told, came: await done };
};

test('an amplifier that was switched on late, and then only quiet for a moment, is not told as off', async () => {
  expect(await looked(['off', 'silent'], 1_500)).toEqual({ told: [], came: 'quiet' });
});

test('an amplifier that goes off while it plays is told as off', async () => {
  expect(await looked(['silent', 'off'], 1_500)).toEqual({ told: ['off'], came: 'off' });
});

test('an amplifier that is found off behind the end of what it carried is not told as off', async () => {
  expect(await looked(['silent', 'off'], 1_200, 300)).toEqual({ told: [], came: 'quiet' });
  expect(await looked(['no-reply', 'off'], 1_200, 300)).toEqual({ told: ['no-reply'], came: 'unanswered' });
});

test('an amplifier that is still found on behind the end of what it carried was on', async () => {
  expect(await looked(['on'], 600, 300)).toEqual({ told: ['on'], came: 'on' });
});

test('an amplifier that answered nobody, and then was only quiet for a moment, is told as unanswered', async () => {
  expect(await looked(['no-reply', 'silent'], 1_500)).toEqual({ told: ['no-reply'], came: 'quiet' });
});

test('an amplifier that was seen off, and then answered nobody, is told as unanswered and carried no word', async () => {
  expect(await looked(['off', 'no-reply'], 1_500)).toEqual({ told: ['no-reply'], came: 'off' });
  expect(await looked(['off', 'on', 'no-reply'], 2_000)).toEqual({ told: ['no-reply'], came: 'unanswered' });
  expect(await looked(['off', 'on'], 1_500)).toEqual({ told: ['on'], came: 'on' });
});

// One breath of less than two seconds may have held all three of them.
test('quiet looks lie as far apart as they were read, not as the relay behind the meter let them wait', async () => {
  const { told } = await looked(['silent', 'silent', 'silent', 'sounding'], 8_000, 20, 1_400);
  expect(told).toEqual(['sounding']);
});
