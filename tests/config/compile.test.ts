import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Plan } from '../../src/core/site.ts';
import { edited, example, loaded } from './village.ts';

const file = 'plans/10-geohazard-now.yaml';

const planAfter = async (from: string, to: string): Promise<Plan | undefined> => {
  const { site } = await loaded(edited(file, from, to));
  return site.plans.find(({ id }) => id === 'geohazard-now');
};

describe('every field of a plan reaches core', () => {
  it('events, severities and stages', async () => {
    const plan = await planAfter(
      'events: [11D, 11B37]\n  severities: [red]\n  stages: [now, 2h]',
      "events: ['11E01']\n  severities: [blue, unknown]\n  stages: [24h]",
    );
    expect(plan).toMatchObject({ events: ['11E01'], severities: ['blue', 'unknown'], stages: ['24h'] });
  });

  it('name, class and zones', async () => {
    const { site } = await loaded(example);
    expect(site.plans.find(({ id }) => id === 'geohazard-now')).toMatchObject({
      name: { zh: '地质灾害立即转移', en: 'geological hazard, move now' },
      class: 'emergency',
      zones: ['heba', 'shangba'],
    });
    expect(site.plans.find(({ id }) => id === 'daily-notice')?.class).toBe('routine');
  });

  it('the playlist: tones, speech with its own words or those of the alert, clips', async () => {
    const plan = await planAfter('repeats: 20', '  - { play: clip, clip: chime }\nrepeats: 20');
    expect(plan?.playlist).toEqual([
      { play: 'tone', tone: 'evacuate-now' },
      { play: 'speech', text: null, clip: 'evacuate-voice' },
      { play: 'speech', text: '请立即转移，不要收拾东西。', clip: 'evacuate-voice' },
      { play: 'clip', clip: 'chime' },
    ]);
  });

  it('repeats, and none means until the alert ends', async () => {
    expect((await planAfter('repeats: 20', 'repeats: 7'))?.repeats).toBe(7);
    expect((await planAfter('repeats: 20\n', ''))?.repeats).toBe(0);
  });

  it('interval in milliseconds', async () => {
    expect((await planAfter('interval: 3 s', 'interval: 1.5 min'))?.intervalMs).toBe(90_000);
    expect((await planAfter('interval: 3 s\n', ''))?.intervalMs).toBe(5000);
  });

  it('the rule after a restart', async () => {
    expect((await planAfter('afterRestart: resume', 'afterRestart: stay-silent'))?.afterRestart).toBe('stay-silent');
    expect((await planAfter('afterRestart: resume\n', ''))?.afterRestart).toBe('announce-again');
  });

  it('the drill: its own playlist, repeats and unlocked siren', async () => {
    const plan = await planAfter('repeats: 1\n', 'repeats: 2\n');
    expect(plan?.drill).toEqual({
      playlist: [
        { play: 'speech', text: '现在是地质灾害转移演练，请按路线走到安置点。', clip: null },
        { play: 'tone', tone: 'drill-short' },
      ],
      repeats: 2,
      sirenUnlockMs: 3000,
    });
    const locked = await planAfter('    - { play: tone, tone: drill-short }\n  repeats: 1\n', '  repeats: 1\n');
    expect(locked?.drill.playlist).toHaveLength(1);
  });

  it('the order of the plans is the order of their file names', async () => {
    const { site } = await loaded(example);
    expect(site.plans.map(({ id }) => id).slice(0, 3)).toEqual([
      'geohazard-now',
      'geohazard-prepare',
      'flash-flood-now',
    ]);
    const { [file]: moved = '', ...rest } = example;
    const later = await loaded({ ...rest, 'plans/12-geohazard-now.yaml': moved });
    expect(later.site.plans.map(({ id }) => id)[0]).toBe('geohazard-prepare');
  });
});

describe('the rest of the site reaches core and drivers', () => {
  it('limits in milliseconds, with defaults where the file is silent', async () => {
    const { site } = await loaded(edited('site.yaml', 'sirenPause: 60 s', 'sirenPause: 2 min'));
    expect(site.limits).toEqual({
      sirenLongestMs: 180_000,
      sirenPauseMs: 120_000,
      sirenPerHourMs: 1_200_000,
      quietFromMinute: 1260,
      quietToMinute: 420,
      routineLongestMs: 900_000,
      routinePerDay: 6,
      queueMax: 1000,
      holdRoutineAfterStopMs: 600_000,
      renewEveryMs: 5000,
      audioStoreBytes: 500_000_000,
    });
  });

  it('leases: a relay is cut to the limit and to the terminal’s own longest, a dead-man keeps its hold', async () => {
    const { site } = await loaded(
      edited(
        'site.yaml',
        'supply: battery-heba\n    watts: 370',
        'supply: battery-heba\n    watts: 370\n    longest: 90 s',
      ),
    );
    const lease = (id: string) => site.terminals.find((one) => one.id === id)?.lease;
    expect(lease('heba-siren-1')).toMatchObject({ kind: 'timed', longestMs: 90_000 });
    expect(lease('laojie-siren-1')).toMatchObject({ kind: 'timed', longestMs: 180_000 });
    expect(lease('heba-siren-2')).toMatchObject({ kind: 'dead-man', holdMs: 15_000 });
  });

  it('proof inputs with their own or the meter’s threshold', async () => {
    const { wiring } = await loaded(
      edited(
        'site.yaml',
        'proof: { line: cabinet, unit: 2, channel: 1 }',
        'proof: { line: cabinet, unit: 2, channel: 1, above: 1.2 }',
      ),
    );
    const proof = (id: string) => wiring.terminals.find(({ terminal }) => terminal === id)?.proof;
    expect(proof('heba-siren-1')).toEqual({
      line: 'cabinet',
      unit: 2,
      channel: 1,
      grade: 'current',
      above: 1.2,
      unitName: 'A',
    });
    expect(proof('laojie-siren-1')).toMatchObject({ channel: 2, above: 0.5 });
    expect(proof('heba-siren-2')).toBeNull();
  });

  it('units of all lines, the one device of a line of bytes as unit 0', async () => {
    const { wiring } = await loaded(example);
    expect(wiring.units).toContainEqual({ line: 'beidou', unit: 0, model: 'beidou-rdss', groupBit: null });
    expect(wiring.units).toContainEqual({ line: 'sirens', unit: 3, model: 'mingluo-siren', groupBit: 2 });
    expect(wiring.satellite).toEqual({ line: 'beidou', model: 'beidou-rdss', centreCard: 330122 });
  });

  it('sensors with their thresholds', async () => {
    const { site, wiring } = await loaded(example);
    expect(
      site.sensors[0]?.thresholds.map(({ id, atLeast, withinMs, status }) => [id, atLeast, withinMs, status]),
    ).toEqual([
      ['rain-prepare', 50, 10_800_000, 'actual'],
      ['rain-now', 100, 10_800_000, 'actual'],
    ]);
    expect(wiring.sensors).toEqual([{ sensor: 'rain', line: 'weather', unit: 2, reading: 'rain-1', everyMs: 30_000 }]);
  });

  it('serial settings, echo, latency and polling of a line', async () => {
    const { wiring } = await loaded(
      edited(
        'site.yaml',
        'pollEvery: 30 s',
        'pollEvery: 20 s\n    echoes: true\n    adapterLatency: 16 ms',
        edited(
          'site.yaml',
          'usb-FTDI_RS485_WEATHER-if00-port0, baud: 9600',
          'usb-W-port0, baud: 19200, parity: even, stopBits: 2',
        ),
      ),
    );
    expect(wiring.lines.find(({ id }) => id === 'weather')).toEqual({
      id: 'weather',
      speaks: 'modbus-rtu',
      port: { kind: 'serial', path: '/dev/serial/by-id/usb-W-port0', baud: 19200, parity: 'even', stopBits: 2 },
      echoes: true,
      adapterLatencyMs: 16,
      pollEveryMs: 20_000,
    });
  });

  it('lines that require a broadcast are named with their place, for the guard of the drivers', async () => {
    const village = await loaded(example);
    expect(village.broadcastRequired).toMatchObject([{ line: 'sirens', at: { file: 'site.yaml' } }]);
    expect(village.broadcastRequired[0]?.at.line).toBeGreaterThan(1);
  });

  it('the hash follows every byte of the files', async () => {
    const before = (await loaded(example)).hash;
    expect((await loaded(edited('site.yaml', 'households: 46', 'households: 47'))).hash).not.toBe(before);
    expect((await loaded({ ...example })).hash).toBe(before);
  });
});

describe('a site’s own models', () => {
  const relay = readFileSync(join(import.meta.dirname, '../../devices/relays/waveshare-relay-8.yaml'), 'utf8');
  const own = relay.replace('model: waveshare-relay-8', 'model: village-relay-8');

  it('are read from its devices folder and can be wired', async () => {
    const files = edited(
      'site.yaml',
      '- { unit: 1, model: waveshare-relay-8 }\n      - { unit: 2, model: mingluo-current-8 }\n\n  # 一条线',
      '- { unit: 1, model: village-relay-8 }\n      - { unit: 2, model: mingluo-current-8 }\n\n  # 一条线',
    );
    const { wiring, catalogue } = await loaded({ ...files, 'devices/village-relay.yaml': own });
    expect(wiring.units).toContainEqual({ line: 'cabinet', unit: 1, model: 'village-relay-8', groupBit: null });
    expect(catalogue.registers.has('village-relay-8')).toBe(true);
  });

  it('may be held outputs, which is warned about', async () => {
    const held = own
      .replace('lease: { kind: timed, longestMs: 3276700, stepMs: 100 }', 'lease: { kind: held }')
      .replace('values: [{ from: durationMs }]', 'values: [{ word: 0xFF00 }]')
      .replace('on: { function: 5, address: 0x0200', 'on: { function: 5, address: 0x0000');
    const files = edited(
      'site.yaml',
      '- { unit: 1, model: waveshare-relay-8 }\n      - { unit: 2, model: mingluo-current-8 }\n\n  # 一条线',
      '- { unit: 1, model: village-relay-8 }\n      - { unit: 2, model: mingluo-current-8 }\n\n  # 一条线',
    );
    const { warnings } = await loaded({ ...files, 'devices/village-relay.yaml': held });
    expect(warnings.map(({ code, params }) => [code, params['terminal']])).toEqual([
      ['config-warn-held', 'heba-siren-1'],
      ['config-warn-held', 'laojie-siren-1'],
    ]);
  });
});
