import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { movedBy, writeFrameOf } from '../devices/broadcast.ts';
import type { RegisterDevice } from '../devices/define.ts';
import { readDeviceFolder } from '../devices/folder.ts';
import { frameDevices } from '../devices/frames.ts';
import { laws } from '../devices/laws.ts';
import { loadCatalogue, parseDevice } from '../devices/load.ts';
import { encodeWrite } from '../devices/write.ts';
import { deviceErrors } from '../src/words/errors/device.ts';

/** Laws every definition obeys without being asked: a new file in devices/ is tested by being there. */
const folder = new URL('../devices', import.meta.url).pathname;
const files = readDeviceFolder(folder);
const loaded = loadCatalogue(files);
if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
const devices = [...loaded.value.registers.values()];

describe.each(devices.map((device) => [device.model, device] as const))('%s', (_, device) => {
  it.each(Object.entries(laws))('obeys the law %s', (__, law) => {
    expect(law(device)).toEqual([]);
  });

  it('cites a source, and says so when it is ours', () => {
    expect(device.source).toMatch(device.ours ? /docs\/reference\/devices\.md/ : /https?:\/\//);
  });

  it('states for every broadcast write it could hear: acts, ignores or unknown', () => {
    const effects = new Set<string>();
    const channels = new Set<number>();
    for (const code of [5, 6, 15, 16]) {
      for (let address = 0; address <= 0xffff; address += address < 0x1100 ? 1 : 251) {
        const frame = { function: code, address, data: Uint8Array.of(0, 1, 1, 0) };
        const outcome = movedBy(device, frame, { groupBit: 0 });
        effects.add(outcome.effect);
        if (outcome.effect === 'moves') for (const channel of outcome.channels) channels.add(channel);
      }
    }
    expect([...effects].filter((effect) => !['moves', 'ignores', 'unknown'].includes(effect))).toEqual([]);
    expect([...channels].filter((channel) => channel < 1 || channel > device.channels)).toEqual([]);
  });

  it('is described in the reference', () => {
    const reference = readFileSync(new URL('../docs/reference/devices.md', import.meta.url), 'utf8');
    expect(reference).toContain(device.model);
  });

  it('has golden frames', () => {
    const golden = JSON.parse(readFileSync(new URL(`golden/${device.model}.json`, import.meta.url), 'utf8')) as {
      frames: readonly unknown[];
    };
    expect(golden.frames.length).toBeGreaterThan(0);
  });
});

describe('frame devices', () => {
  it.each([...frameDevices.values()].map((device) => [device.model, device] as const))(
    '%s has golden frames, a source and a page in the reference',
    (model, device) => {
      expect(device.source).not.toBe('');
      readFileSync(new URL(`golden/${model}.json`, import.meta.url), 'utf8');
      expect(readFileSync(new URL('../docs/reference/devices.md', import.meta.url), 'utf8')).toContain(model);
    },
  );
});

describe('every law can be broken', () => {
  const relay = devices.find(({ model }) => model === 'waveshare-relay-8')!;
  const output = relay.output!;
  const siren = devices.find(({ model }) => model === 'mingluo-siren')!;
  const sirenWith = (change: Partial<NonNullable<RegisterDevice['output']>>): RegisterDevice => ({
    ...siren,
    output: { ...siren.output!, ...change },
  });
  const { tone, volume, quietTest } = siren.output!;
  const broken: Readonly<Record<string, RegisterDevice>> = {
    registersApart: { ...relay, registers: [...relay.registers, { ...relay.registers[0]!, name: 'twin', address: 7 }] },
    rangesHold: { ...relay, registers: relay.registers.map((one) => ({ ...one, range: [9, 1] as const })) },
    readsExist: { ...relay, output: { ...output, state: { function: 1, address: 1, count: 8 } } },
    writesFit: { ...relay, output: { ...output, on: { ...output.on, address: 0x0300 } } },
    channelsCovered: { ...relay, output: { ...output, state: { ...output.state, count: 4 } } },
    leaseHolds: { ...relay, output: { ...output, on: { ...output.on, values: [{ word: 0xff00 }] } } },
    silencePossible: { ...relay, output: { ...output, off: { ...output.off, values: [{ from: 'durationMs' }] } } },
    settingsHold: sirenWith({ tone: { ...tone!, set: volume!.set } }),
    quietTestQuiet: sirenWith({ quietTest: { ...quietTest!, start: siren.output!.off } }),
    broadcastStated: {
      ...relay,
      broadcast: { rules: [{ function: 5, from: 0, to: 8, effect: 'acts', moves: 'channel' }], otherwise: 'unknown' },
    },
  };

  it.each(Object.keys(laws))('%s', (name) => {
    const device = broken[name];
    expect(device, `no broken definition for ${name}`).toBeDefined();
    const problems = laws[name]!(device!);
    expect(problems.length).toBeGreaterThan(0);
    expect(Object.keys(deviceErrors)).toContain(problems[0]!.code);
  });

  it('an on longer than its register holds, too', () => {
    const lease = { kind: 'timed', longestMs: 9_999_900, stepMs: 100 } as const;
    expect(laws['writesFit']!({ ...relay, output: { ...output, lease } })[0]).toMatchObject({
      code: 'device-range-empty',
    });
  });

  it.each([
    ['is read back elsewhere', { volume: { ...volume!, read: tone!.read } }, 'read'],
    ['sounds what it should only set', { tone: { ...tone!, set: { ...tone!.set, address: 0x10 } } }, 'read'],
  ] as const)('a setting that %s, too', (_, change, detail) => {
    expect(laws['settingsHold']!(sirenWith(change))).toMatchObject([{ params: { detail } }]);
  });

  it('a setting or a quiet test whose broadcast moves an output, too', () => {
    const rules = [{ function: 6, from: 0x0011, to: 0x0014, effect: 'acts', moves: 'all' }] as const;
    const device: RegisterDevice = { ...siren, broadcast: { rules, otherwise: 'ignores' } };
    expect(laws['settingsHold']!(device)).toHaveLength(2);
    expect(laws['quietTestQuiet']!(device)).toHaveLength(1);
  });

  it('a quiet test whose results cannot be told apart, or whose start is taken from the order, too', () => {
    expect(laws['quietTestQuiet']!(sirenWith({ quietTest: { ...quietTest!, good: 4 } }))).toHaveLength(1);
    const start = { ...quietTest!.start, values: [{ from: 'durationMs' }] } as const;
    expect(laws['quietTestQuiet']!(sirenWith({ quietTest: { ...quietTest!, start } }))).toHaveLength(1);
  });

  it('a write to a register that may only be read, and a read of one that may only be written, too', () => {
    const registers = relay.registers.map((one) => (one.name === 'relay' ? { ...one, access: 'r' as const } : one));
    expect(laws['writesFit']!({ ...relay, registers })[0]).toMatchObject({ code: 'device-register-not-writable' });
    const closed = relay.registers.map((one) => (one.name === 'relay' ? { ...one, access: 'w' as const } : one));
    expect(laws['readsExist']!({ ...relay, registers: closed })[0]).toMatchObject({
      code: 'device-register-not-readable',
    });
  });

  it('a model told twice', () => {
    const [first] = files;
    const twice = loadCatalogue([first!, { ...first!, file: 'again.yaml' }]);
    expect(twice).toMatchObject({ ok: false, problems: [{ code: 'device-model-twice', at: { file: 'again.yaml' } }] });
  });
});

describe('the on frame of a relay', () => {
  it('is never the untimed FF00, whatever the duration', () => {
    const relay = devices.find(({ model }) => model === 'waveshare-relay-8')!;
    for (const durationSteps of [1, 7, 1800, 0x7fff]) {
      const frame = writeFrameOf(encodeWrite(relay.output!.on, { channel: 8, durationSteps }))!;
      expect([frame.address, frame.data[0]! * 256 + frame.data[1]!]).toEqual([0x0207, durationSteps]);
    }
  });
});

describe("a site's own file", () => {
  it('passes through the same laws, with file, line and column', () => {
    const own = files.find(({ file }) => file.includes('waveshare'))!;
    const text = own.text.replace(
      'state: { function: 1, address: 0x0000, count: 8 }',
      'state: { function: 1, address: 0x0001, count: 8 }',
    );
    const parsed = parseDevice({ file: 'ours.yaml', text });
    const line = text.split('\n').findIndex((one) => one.includes('state:')) + 1;
    expect(parsed).toMatchObject({
      ok: false,
      problems: [
        { code: 'device-register-unknown', at: { file: 'ours.yaml', line, column: 10, field: 'output.state' } },
      ],
    });
  });
});
