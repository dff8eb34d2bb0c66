import type { CueAction } from '../../src/core/cue.ts';
import type { Event } from '../../src/core/event.ts';
import type { Terminal } from '../../src/core/site.ts';
import type { DriverClock } from '../../src/drivers/clock.ts';
import { createDrivers, type Drivers } from '../../src/drivers/drivers.ts';
import type { SwitchedNote } from '../../src/drivers/rig.ts';
import type { SoundEvents, SoundItem, SoundPort } from '../../src/drivers/sound-port.ts';
import { catalogue, cueOf, Village } from './village.ts';

/** A sound port that plays nothing and keeps what it was asked; so long after a stop its sound is gone. */
const recordingPort = (clock: DriverClock, stopMs: number) => {
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
          const end = (): void => events.onEnded({ dbfs: -16, reason: null });
          if (stopMs === 0) end();
          else clock.setTimer(stopMs, end);
        },
      };
    },
  };
  return { port, runs, tellOutput: () => tellOutput };
};

/** A sound output that does as the test says; the relay board behind it is the emulated one. */
export const rigged = (terminals: readonly { readonly id: string; readonly relay: number | null }[], stopMs = 0) => {
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
  const { port, runs, tellOutput } = recordingPort(village.clock, stopMs);
  const events: Event[] = [];
  const switched: SwitchedNote[] = [];
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
    onSwitched: (note) => switched.push(note),
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
  return { village, relays, meter, drivers, runs, sound, soundFor, seen, events, switched, tellOutput };
};

/** One loudspeaker at work whose meter does as the test says; what is said of its current. */
export const measured = async (durationMs = 8_000, toldLateMs = 0) => {
  const rig = rigged([{ id: 'east', relay: 1 }]);
  rig.soundFor(durationMs, 'east');
  await rig.village.clock.advance(200);
  rig.runs[0]?.events.onSounding(rig.village.clock.now() - toldLateMs, 0);
  const currents = (): readonly string[] => rig.seen().filter((line) => !line.includes('switched'));
  return { ...rig, currents };
};
