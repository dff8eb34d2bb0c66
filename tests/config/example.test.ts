import { describe, expect, it } from 'vitest';
import type { Site, Terminal } from '../../src/core/site.ts';
import { loadSite } from '../../src/config/load-site.ts';
import type { Failure } from '../../src/words/failure.ts';
import { catalogue, edited, example, load, loaded, memoryPort, type Files } from './village.ts';

const inZone = (site: Site, zone: string): readonly Terminal[] => site.terminals.filter((one) => one.zone === zone);

describe('the example village', () => {
  it('loads without an error and without a warning', async () => {
    const village = await loaded(example);
    expect(village.warnings).toEqual([]);
    expect(village.hash).toMatch(/^[0-9a-f]{64}$/);
  });

  it('has four zones, and one of twenty households with sirens of both kinds and two loudspeakers', async () => {
    const { site, wiring } = await loaded(example);
    expect(site.zones).toHaveLength(4);
    const small = site.zones.find(({ households }) => households === 20);
    const there = inZone(site, small?.id ?? '');
    const sirens = there.filter(({ kind }) => kind === 'siren');
    expect(sirens.length).toBeGreaterThanOrEqual(2);
    expect(sirens.map(({ lease }) => lease.kind)).toContain('timed');
    expect(sirens.map(({ lease }) => lease.kind)).toContain('dead-man');
    expect(there.filter(({ kind }) => kind === 'speaker').length).toBeGreaterThanOrEqual(2);
    const relay = wiring.terminals.find(({ terminal }) => terminal === sirens[0]?.id);
    const unit = wiring.units.find(
      ({ line, unit: address }) => line === relay?.output?.line && address === relay.output.unit,
    );
    expect(unit?.model).toBe('waveshare-relay-8');
  });

  it('can prove every terminal by current or sound', async () => {
    const { site } = await loaded(example);
    expect(site.terminals.length).toBeGreaterThanOrEqual(10);
    expect(site.terminals.filter(({ proof }) => proof !== 'current' && proof !== 'sound')).toEqual([]);
  });

  it('has a supply that several sirens share and that limits their starts', async () => {
    const { site } = await loaded(example);
    const shared = site.supplies.filter(
      ({ id, startsAtOnce }) => site.terminals.filter(({ supply }) => supply === id).length > startsAtOnce,
    );
    expect(shared.length).toBeGreaterThanOrEqual(1);
  });

  it('has a line of five siren units or more that one group frame can move', async () => {
    const { wiring } = await loaded(example);
    const bits = wiring.units.filter(({ model }) => model === 'mingluo-siren').map(({ groupBit }) => groupBit);
    expect(bits.length).toBeGreaterThanOrEqual(5);
    expect(new Set(bits).size).toBe(bits.length);
  });

  it('chooses the plan for a red geological hazard now, and the prepare plan for six hours ahead', async () => {
    const { site } = await loaded(example);
    const fits = (severity: 'red', stage: 'now' | '6h') =>
      site.plans.find(
        (plan) =>
          plan.class === 'emergency' &&
          (plan.events.length === 0 || plan.events.some((code) => '11D02'.startsWith(code))) &&
          (plan.severities.length === 0 || plan.severities.includes(severity)) &&
          (plan.stages.length === 0 || plan.stages.includes(stage)),
      )?.id;
    expect(fits('red', 'now')).toBe('geohazard-now');
    expect(fits('red', '6h')).toBe('geohazard-prepare');
  });

  it('keeps plans without `when` from being chosen by any event', async () => {
    const { site } = await loaded(example);
    const daily = site.plans.find(({ id }) => id === 'daily-notice');
    expect(daily?.events).toHaveLength(1);
    expect(daily?.events.some((code) => '11D02'.startsWith(code) || code === '')).toBe(false);
  });

  it('has no air-defence cadence, and drills that are over in half a minute', async () => {
    const { site } = await loaded(example);
    for (const { drill } of site.plans) {
      const spoken = drill.playlist.reduce(
        (sum, item) => sum + (item.play === 'speech' ? (item.text ?? '').length : 0),
        0,
      );
      const estimateMs = (spoken + 2 * '演练，演练，演练。'.length) * 250 + 3 * 300 + drill.sirenUnlockMs;
      expect(estimateMs * drill.repeats).toBeLessThan(30_000);
      expect(drill.sirenUnlockMs).toBeLessThanOrEqual(3000);
    }
    expect(site.tones.filter(({ onMs, offMs }) => onMs === offMs && onMs === 6000)).toEqual([]);
  });

  it('speaks of an evening notice that the story can interrupt, outside the quiet hours', async () => {
    const { site } = await loaded(example);
    const evening = site.notices.find(({ minuteOfDay }) => minuteOfDay === 20 * 60 + 50);
    expect(evening?.zones).toEqual(site.zones.map(({ id }) => id));
    expect(evening?.weekdays).toEqual([1, 2, 3, 4, 5, 6, 7]);
  });
});

describe('overrides for a run', () => {
  it('bring a line to a pty or to a port on this machine, and leave its speed as it is', async () => {
    const { wiring } = await loaded(example, {
      lines: {
        cabinet: { kind: 'serial', path: '/dev/pts/7' },
        beidou: { kind: 'tcp', host: '127.0.0.1', port: 4001 },
      },
    });
    expect(wiring.lines.find(({ id }) => id === 'cabinet')?.port).toEqual({
      kind: 'serial',
      path: '/dev/pts/7',
      baud: 9600,
      parity: 'none',
      stopBits: 1,
    });
    expect(wiring.lines.find(({ id }) => id === 'beidou')?.port).toEqual({
      kind: 'tcp',
      host: '127.0.0.1',
      port: 4001,
      baud: 115200,
    });
  });

  it('replace the uplink address and the key files', async () => {
    const village = await loaded(example, {
      uplinkUrl: 'ws://127.0.0.1:9000/box',
      keys: { box: '/run/keys/box', senders: '/run/keys/senders.json' },
    });
    expect(village.uplinks.websocket).toEqual({ url: 'ws://127.0.0.1:9000/box', pinFile: null });
    expect(village.keys).toEqual({ box: '/run/keys/box', senders: '/run/keys/senders.json' });
    expect(village.hash).toBe((await loaded(example)).hash);
  });

  it('refuse a line that the site does not have', async () => {
    const result = await load(example, { lines: { cabinett: { kind: 'serial', path: '/dev/pts/7' } } });
    expect(result).toMatchObject({
      ok: false,
      failures: [{ code: 'config-override-line', params: { name: 'cabinett', nearest: 'cabinet' } }],
    });
  });
});

describe('warnings', () => {
  const codes = async (files: Files) => (await loaded(files)).warnings.map(({ code }) => code);

  it('are given for a threshold or a key that starts a plan where nothing of it can be heard', async () => {
    let files = edited('plans/80-any-emergency.yaml', '  - { play: speech }\n', '');
    files = edited('plans/80-any-emergency.yaml', 'laojie, xuexiao]', 'laojie]', files);
    files = edited('site.yaml', 'zone: xuexiao\n    kind: siren', 'zone: laojie\n    kind: siren', files);
    files = edited('site.yaml', ', device: 1, sound: { pattern: gong }', ', device: 1', files);
    const threshold = 'plan: flash-flood-now\n        zones: [heba, shangba]';
    files = edited('site.yaml', threshold, 'plan: any-emergency\n        zones: [heba, xuexiao]', files);
    files = edited('site.yaml', 'plan: geohazard-now }', 'plan: any-emergency, zones: [xuexiao] }', files);
    const { warnings } = await loaded(files);
    expect(warnings.map(({ code, params, at }) => [code, params['plan'], params['zone'], at?.file])).toEqual([
      ['config-plan-inaudible', 'any-emergency', 'xuexiao', 'site.yaml'],
      ['config-plan-inaudible', 'any-emergency', 'xuexiao', 'site.yaml'],
    ]);
  });

  it('name a terminal that nobody can prove', async () => {
    const files = edited('site.yaml', '    proof: { line: cabinet, unit: 2, channel: 1 }\n', '');
    expect(await codes(files)).toEqual(['config-warn-unproven']);
  });

  it('name a drill tone that stays locked', async () => {
    const files = edited('plans/80-any-emergency.yaml', '  sirenUnlock: 3 s\n', '');
    expect(await codes(files)).toEqual(['config-warn-drill-tone']);
  });

  it('name a plan that an earlier one always beats', async () => {
    const files = edited('plans/10-geohazard-now.yaml', '  severities: [red]\n  stages: [now, 2h]\n', '');
    expect(await codes(files)).toEqual(['config-warn-plan-shadowed']);
  });

  it('name it also where only one of the two writes out the class that both have', async () => {
    const files = edited('plans/10-geohazard-now.yaml', '  severities: [red]\n  stages: [now, 2h]\n', '');
    const changed = edited(
      'plans/10-geohazard-now.yaml',
      'id: geohazard-now\n',
      'id: geohazard-now\nclass: emergency\n',
      files,
    );
    expect(await codes(changed)).toEqual(['config-warn-plan-shadowed']);
  });

  const passedOver = ({ warnings }: { warnings: readonly Failure[] }) =>
    warnings.map(({ code, at }) => [code, at?.file]);

  it('name once what is not read for the letters its name ends with, plan or device; no note, and none that has its file beside it', async () => {
    const plan = String(example['plans/80-any-emergency.yaml']).replace('id: any-emergency', 'id: other');
    const files = { ...example, 'plans/05-other.yml': plan, 'plans/05-other.YML': '', 'devices/own.YAML': '' };
    const beside = { 'plans/80-any-emergency.yml': '', 'plans/notes.txt': '', 'audio/notes.yml': '' };
    expect(passedOver(await loaded({ ...files, ...beside }))).toEqual([
      ['config-file-missing', 'devices/own.yaml'],
      ['config-file-missing', 'plans/05-other.yaml'],
    ]);
  });

  it('name a plan whose link leads nowhere, and no hidden file of an editor', async () => {
    const port = memoryPort(example);
    const links = ['06-gone.yaml', '.#07-x.yaml'];
    const list = async (folder: string) => [...(await port.list(folder)), ...(folder === 'plans' ? links : [])];
    const linked = await loadSite({ files: { ...port, list }, dir: '', catalogue });
    expect(passedOver(linked)).toEqual([['config-file-missing', 'plans/06-gone.yaml']]);
  });
});

describe('air-defence cadences', () => {
  it('are allowed when the own county enables them', async () => {
    const tone = edited('site.yaml', 'on: 5 s, off: 5 s, cycles: 2', 'on: 36 s, off: 24 s, cycles: 3');
    const files = edited(
      'site.yaml',
      '  tones:\n',
      "  airDefence: { county: '500112', document: 渝防办〔2026〕1号 }\n  tones:\n",
      tone,
    );
    const { site } = await loaded(files);
    expect(site.tones.find(({ id }) => id === 'evacuate-prepare')).toMatchObject({ onMs: 36_000, offMs: 24_000 });
  });
});
