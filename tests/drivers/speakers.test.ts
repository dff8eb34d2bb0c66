import { expect, test } from 'vitest';
import type { CueAction } from '../../src/core/cue.ts';
import type { Event } from '../../src/core/event.ts';
import type { Terminal } from '../../src/core/site.ts';
import { createDrivers, type Drivers } from '../../src/drivers/drivers.ts';
import type { SoundEvents, SoundItem, SoundPort } from '../../src/drivers/sound-port.ts';
import { catalogue, cueOf, Village } from './village.ts';

/** A sound port that plays nothing and keeps what it was asked. */
const recordingPort = () => {
  const runs: { item: SoundItem; events: SoundEvents; startedWith: number | null; stopped: boolean }[] = [];
  let tellOutput: (output: string, reason: string | null) => void = () => undefined;
  const port: SoundPort = {
    onOutput: (listener) => (tellOutput = listener),
    begin: (item, events) => {
      const run: (typeof runs)[number] = { item, events, startedWith: null, stopped: false };
      runs.push(run);
      return {
        start: (leadMs) => (run.startedWith = leadMs),
        stop: () => {
          run.stopped = true;
          events.onEnded({ dbfs: -16, reason: null });
        },
      };
    },
  };
  return { port, runs, tellOutput: () => tellOutput };
};

/** A sound output that does as the test says; the relay board behind it is the emulated one. */
const rigged = (terminals: readonly { readonly id: string; readonly relay: number | null }[]) => {
  const village = new Village();
  const relays = village.relays(1);
  const meter = village.meter(20);
  for (const { id, relay } of terminals)
    if (relay !== null) village.terminal(id, { unit: 1, channel: relay, proof: relay });
  const site = village.site();
  const wiring = village.wiring();
  const fed = terminals.map(({ id, relay }): Terminal => {
    const known = site.terminals.find((one) => one.id === id);
    const lease = known?.lease ?? { kind: 'timed', longestMs: 180_000, retrigger: 'extends' };
    return {
      ...{ id, name: { zh: id, en: id }, zone: 'zone', kind: 'speaker', abilities: ['speech', 'tone'], output: 'card' },
      ...{ lease, proof: relay === null ? 'none' : 'current', supply: null, leadInMs: 300, speech: null },
    };
  });
  const { port, runs, tellOutput } = recordingPort();
  const events: Event[] = [];
  const drivers: Drivers = createDrivers({
    ...{ site: { ...site, terminals: fed }, catalogue, clock: village.clock, byteLines: new Map() },
    wiring: {
      ...wiring,
      outputs: [{ id: 'card', via: { kind: 'alsa', device: 'default' } }],
      terminals: terminals.map(({ id, relay }) => {
        const wired = wiring.terminals.find(({ terminal }) => terminal === id);
        const returns = relay === null ? { via: { kind: 'pcm-tcp' as const }, grade: 'microphone' as const } : null;
        const bare = { terminal: id, output: null, proof: null, speechLine: null, watts: 50 };
        return { ...(wired ?? bare), sound: 'card', returns };
      }),
    },
    lines: new Map([['a', village.line]]),
    report: (event) => events.push(event),
    sound: port,
  });
  const say: CueAction = { play: 'speech', text: '请立即转移', clip: null, audio: null };
  const soundFor = (durationMs: number, ...ids: string[]): void => {
    for (const id of ids)
      drivers.carryOut({ do: 'sound', urgent: true, repair: false, cues: [cueOf(id, say, durationMs)] });
  };
  const sound = (...ids: string[]): void => soundFor(3_000, ...ids);
  const seen = () =>
    events.flatMap((event) =>
      event.kind !== 'evidence'
        ? []
        : event.findings.map(({ terminal, sight, grade, reason }) => `${terminal} ${sight} ${grade} ${reason ?? '-'}`),
    );
  return { village, relays, meter, drivers, runs, sound, soundFor, seen, events, tellOutput };
};

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

/** One loudspeaker at work whose meter does as the test says; what is said of its current. */
const measured = async (durationMs = 8_000, toldLateMs = 0) => {
  const rig = rigged([{ id: 'east', relay: 1 }]);
  rig.soundFor(durationMs, 'east');
  await rig.village.clock.advance(200);
  rig.runs[0]?.events.onSounding(rig.village.clock.now() - toldLateMs, 0);
  const currents = (): readonly string[] => rig.seen().filter((line) => !line.includes('switched'));
  return { ...rig, currents };
};

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
