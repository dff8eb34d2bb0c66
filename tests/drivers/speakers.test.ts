import { expect, test } from 'vitest';
import { measured, rigged } from './speaker-rig.ts';

test('cues for one output that come together are one item on it, after the longest lead-in of their amplifiers', async () => {
  const { village, runs, sound } = rigged([
    { id: 'east', relay: 1 },
    { id: 'west', relay: 2 },
  ]);
  sound('east', 'west');
  await village.clock.advance(400);
  expect(runs.map(({ item, startedWith }) => [item.output, startedWith])).toEqual([['card', 300]]);
});

test('the amplifier is switched on before, looked at while it plays, and off at the end; the end proves nothing', async () => {
  const { village, relays, meter, runs, sound, seen } = rigged([{ id: 'east', relay: 1 }]);
  meter.feeds[0] = () => relays.current(1);
  sound('east');
  await village.clock.advance(200);
  village.prove(['east'], null);
  runs[0]?.events.onSounding(village.clock.now(), 0);
  await village.clock.advance(3_000);
  runs[0]?.events.onEnded({ dbfs: -16.04, reason: null });
  await village.clock.advance(500);
  expect(seen().at(-1)).toBe('east ended switched -');
  expect(seen().some((line) => line.startsWith('east') && line.includes('current'))).toBe(true);
});

test('what comes back proves sound or its absence', async () => {
  const { village, runs, sound, seen } = rigged([{ id: 'yard', relay: null }]);
  sound('yard');
  await village.clock.advance(100);
  runs[0]?.events.onReturned({ terminal: 'yard', verdict: 'sounding', dbfs: -20 });
  runs[0]?.events.onReturned({ terminal: 'yard', verdict: 'silent', dbfs: -90 });
  runs[0]?.events.onReturned({ terminal: 'yard', verdict: 'unclear', dbfs: -60 });
  runs[0]?.events.onReturned({ terminal: 'yard', verdict: 'nothing', dbfs: null });
  await village.clock.advance(1);
  expect(seen()).toEqual([
    'yard sounding microphone -',
    'yard silent microphone no-sound',
    'yard no-reply none no-return',
  ]);
});

test('a silence stops what plays when nobody is left to hear it, and a stop is proven by the player', async () => {
  const { village, drivers, runs, sound, seen } = rigged([
    { id: 'yard', relay: null },
    { id: 'gate', relay: null },
  ]);
  const silence = (id: string): void =>
    drivers.carryOut({ do: 'silence', urgent: true, terminals: [id], cause: 'stop', trace: 's' });
  sound('yard', 'gate');
  await village.clock.advance(10);
  silence('yard');
  await village.clock.advance(10);
  expect(runs[0]?.stopped).toBe(false);
  silence('gate');
  drivers.carryOut({ do: 'prove', looks: ['yard', 'gate'].map((terminal) => ({ terminal, cue: null })) });
  await village.clock.advance(600);
  expect(runs[0]?.stopped).toBe(true);
  expect(seen()).toEqual(['yard off switched -', 'gate off switched -']);
});

test('a proof that is asked for while the player still falls silent waits for that', async () => {
  const { village, drivers, sound, seen } = rigged([{ id: 'yard', relay: null }], 250);
  sound('yard');
  await village.clock.advance(10);
  drivers.carryOut({ do: 'silence', urgent: true, terminals: ['yard'], cause: 'stop', trace: 's' });
  await village.clock.advance(100);
  drivers.carryOut({ do: 'prove', looks: [{ terminal: 'yard', cue: null }] });
  await village.clock.advance(600);
  expect(seen()).toEqual(['yard off switched -']);
});

test('an output that fails is told at once with its reason, and its terminals are lost until it is back', async () => {
  const { village, runs, sound, seen, events, tellOutput } = rigged([{ id: 'yard', relay: null }]);
  sound('yard');
  await village.clock.advance(10);
  runs[0]?.events.onEnded({ dbfs: -96, reason: 'audio-player' });
  tellOutput()('card', 'audio-player');
  tellOutput()('card', null);
  await village.clock.advance(10);
  expect(seen()).toEqual(['yard rejected switched audio-player']);
  expect(events.filter(({ kind }) => kind !== 'evidence')).toEqual([
    { kind: 'unit-lost', terminal: 'yard', reason: 'audio-player' },
    { kind: 'unit-back', terminal: 'yard' },
  ]);
});

test('a meter that answers once, in a pause of the speech, proves nothing: it is looked at again', async () => {
  const { village, meter, currents } = await measured();
  meter.mute = true;
  await village.clock.advance(1_500);
  meter.mute = false;
  meter.feeds[0] = () => 0;
  await village.clock.advance(1_000);
  meter.feeds[0] = () => 3.2;
  await village.clock.advance(3_000);
  expect(currents()).toEqual(['east sounding current -']);
});

test.each([
  { durationMs: 2_400, muteMs: 900, pauseMs: 600 },
  { durationMs: 5_000, muteMs: 2_400, pauseMs: 400 },
])('two looks into one pause of an item of $durationMs ms prove nothing', async ({ durationMs, muteMs, pauseMs }) => {
  const { village, meter, runs, currents } = await measured(durationMs);
  meter.mute = true;
  await village.clock.advance(muteMs);
  meter.mute = false;
  meter.feeds[0] = () => 0;
  await village.clock.advance(pauseMs);
  meter.feeds[0] = () => 3.2;
  await village.clock.advance(durationMs - muteMs - pauseMs);
  runs[0]?.events.onEnded({ dbfs: -16, reason: null });
  await village.clock.advance(3_000);
  expect(currents().filter((line) => line.includes('silent'))).toEqual([]);
});

test('a meter that answers late sees the silence after the item, which proves nothing', async () => {
  const { village, meter, runs, currents } = await measured();
  meter.mute = true;
  await village.clock.advance(1_400);
  runs[0]?.events.onEnded({ dbfs: -16, reason: null });
  meter.mute = false;
  meter.feeds[0] = () => 0;
  await village.clock.advance(3_000);
  expect(currents().filter((line) => line.includes('silent'))).toEqual([]);
});

test('a meter that shows nothing again and again is believed, once a slow one would have shown the sound', async () => {
  const { village, meter, currents } = await measured();
  meter.feeds[0] = () => 0;
  await village.clock.advance(3_000);
  expect(currents()).toEqual([]);
  await village.clock.advance(1_500);
  expect(currents()).toEqual(['east silent current no-current']);
});

test('looks count from the instant at which the sound began, not from when the box was told of it', async () => {
  const dead = await measured(8_000, 1_000);
  dead.meter.feeds[0] = () => 0;
  await dead.village.clock.advance(3_300);
  expect(dead.currents()).toEqual(['east silent current no-current']);
});

test('a long silence in a recording itself is no silence of the loudspeaker, as the player tells of it', async () => {
  const { village, meter, runs, currents } = await measured(20_000);
  const from = village.clock.now() + 300;
  meter.feeds[0] = () => (village.clock.now() < from + 4_700 ? 0 : 3.2);
  await village.clock.advance(1_300);
  runs[0]?.events.onQuiet({ from, until: null });
  await village.clock.advance(3_700);
  runs[0]?.events.onQuiet({ from, until: village.clock.now() });
  await village.clock.advance(3_000);
  expect(currents()).toEqual(['east sounding current -']);
});

test('the time to the first sound of a loudspeaker without a relay is taken by the stopwatch, as that of every other is', async () => {
  const { village, runs, switched, sound } = rigged([{ id: 'yard', relay: null }]);
  sound('yard');
  await village.clock.advance(400);
  runs[0]?.events.onSounding(village.clock.now(), 777_000);
  expect(switched).toEqual([{ trace: 'trace', cues: ['cue-yard'], sentAt: 777_000, endedAt: 777_000 }]);
});

test('a pause that is over hides nothing of a loudspeaker that gives nothing, before it and behind it', async () => {
  const { village, meter, runs, currents } = await measured();
  meter.feeds[0] = () => 0;
  const from = village.clock.now() + 1_800;
  await village.clock.advance(1_900);
  runs[0]?.events.onQuiet({ from, until: null });
  await village.clock.advance(200);
  runs[0]?.events.onQuiet({ from, until: village.clock.now() });
  await village.clock.advance(3_000);
  expect(currents()).toEqual(['east silent current no-current']);
});

test('a long pause of a recording is not forgotten over the next one', async () => {
  const { village, meter, runs, currents } = await measured(20_000);
  const began = village.clock.now();
  const told = (from: number, until: number | null): void =>
    runs[0]?.events.onQuiet({ from: began + from, until: until === null ? null : began + until });
  const isPause = (atMs: number): boolean => (atMs >= 400 && atMs < 5_000) || (atMs >= 5_300 && atMs < 5_800);
  meter.feeds[0] = () => (isPause(village.clock.now() - began) ? 0 : 3.2);
  await village.clock.advance(460);
  told(400, null);
  await village.clock.advance(4_540);
  told(400, 5_000);
  await village.clock.advance(360);
  told(5_300, null);
  await village.clock.advance(440);
  told(5_300, 5_800);
  await village.clock.advance(2_000);
  expect(currents()).toEqual(['east sounding current -']);
});
