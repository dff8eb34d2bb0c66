import { describe, expect, it } from 'vitest';
import { edited, example, failuresOf, load, type Files } from './village.ts';

const compiled = async (files: Files = example) => {
  const loaded = await load(files);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.failures));
  return loaded;
};

/** A sensor on a siren's own battery, which rises and falls, beside the rain gauge. */
const battery = (threshold: string): Files =>
  edited(
    'site.yaml',
    '\nsensors:\n',
    `
sensors:
  - id: battery
    name: { zh: 电池, en: battery }
    line: sirens
    unit: 1
    reading: supply
    thresholds:
      - { id: low, ${threshold}plan: flash-flood-prepare, zones: [heba], severity: blue, status: test }
`,
  );

describe('a threshold', () => {
  it('on a running total says within which time it must grow, or that is warned of', async () => {
    expect(await warnings(example)).not.toContain('config-warn-total');
    const files = edited('site.yaml', '        atLeast: 50\n        within: 3 h\n', '        atLeast: 50\n');
    const found = (await compiled(files)).warnings.filter(({ code }) => code === 'config-warn-total');
    const line = String(files['site.yaml'])
      .slice(0, String(files['site.yaml']).indexOf('- id: rain-prepare'))
      .split('\n').length;
    expect(found.map(({ at, params }) => [at?.line, params])).toEqual([[line, { name: 'rain-1' }]]);
  });

  it.each(['0', '-0.5', '0, within: 1 h'])('that every reading reaches is an error: atLeast %s', async (atLeast) => {
    const rain = edited(
      'site.yaml',
      '        atLeast: 50\n        within: 3 h\n',
      `        atLeast: ${atLeast.replace(', ', '\n        ')}\n`,
    );
    const failures = await failuresOf(rain);
    expect(failures.map(({ code }) => code)).toEqual(['config-threshold-always']);
  });

  it('on any other reading has no such time', async () => {
    expect(await failuresOf(battery('atLeast: 10, '))).toEqual([]);
    const files = battery('atLeast: 10, within: 1 h, ');
    const failures = await failuresOf(files);
    expect(failures.map(({ code, params }) => [code, params])).toEqual([
      ['config-threshold-within', { name: 'supply' }],
    ]);
    const [line, column] = [failures[0]?.at?.line ?? 0, failures[0]?.at?.column ?? 0];
    expect(
      String(files['site.yaml'])
        .split('\n')
        [line - 1]?.slice(column - 1),
    ).toMatch(/^1 h, /);
  });
});

const warnings = async (files: Files): Promise<readonly string[]> =>
  (await compiled(files)).warnings.map(({ code }) => code);

const site = 'site.yaml';
const drill = 'plans/10-geohazard-now.yaml';

/** A loudspeaker of Heba becomes one that only has stored clips, in a siren and voice unit. */
const clipsOnly = edited(
  site,
  `    output: { line: amps, unit: 1, channel: 2 }
    proof: { line: amps, unit: 2, channel: 2 }
    speech: { line: voice-heba-2 }
`,
  '    output: { line: sirens, unit: 7 }\n',
  edited(
    site,
    '      - { unit: 6, model: mingluo-siren, groupBit: 5 }\n',
    '      - { unit: 6, model: mingluo-siren, groupBit: 5 }\n      - { unit: 7, model: mingluo-siren, groupBit: 6 }\n',
  ),
);
const chimesInDrill = (files: Files): Files =>
  edited(
    drill,
    '  playlist:\n    - { play: speech, text: 现在是',
    '  playlist:\n    - { play: clip, clip: chime }\n    - { play: speech, text: 现在是',
    files,
  );

describe('tone numbers, volumes and the quiet test', () => {
  it('come to core and drivers as the file says', async () => {
    const { site: village, wiring } = await compiled();
    const numbers = village.tones.map(({ id, device }) => [id, device ?? null]);
    expect(numbers).toEqual([
      ['evacuate-now', null],
      ['evacuate-prepare', 1],
      ['all-clear', 2],
      ['drill-short', null],
    ]);
    const volumes = wiring.terminals.flatMap(({ terminal, volumePercent }) =>
      volumePercent === undefined ? [] : [[terminal, volumePercent]],
    );
    expect(volumes).toEqual([['xuexiao-siren-1', 80]]);
    expect(village.selfTest).toEqual({ minuteOfDay: 210 });
    expect((await compiled(edited(site, "selfTest: { at: '03:30' }\n", ''))).site.selfTest).toBeUndefined();
  });

  it('a number without any siren that has tones is an error, once for each tone', async () => {
    const text = String(example[site]).replaceAll('model: mingluo-siren', 'model: waveshare-relay-8');
    const bare = text.replaceAll(/, groupBit: \d+/g, '').replace('    volume: 80\n', '');
    const codes = (await failuresOf({ ...example, [site]: bare })).map(({ code }) => code);
    expect(codes.filter((code) => code === 'config-tone-no-unit')).toHaveLength(2);
  });
});

describe('a drill at a terminal with stored clips only', () => {
  it('is warned of when its clip does not say that it is one', async () => {
    expect(await warnings(chimesInDrill(clipsOnly))).toContain('config-warn-drill-clip');
    expect(await warnings(chimesInDrill(example))).not.toContain('config-warn-drill-clip');
    expect(await warnings(clipsOnly)).not.toContain('config-warn-drill-clip');
  });

  it('is fine with a clip that does', async () => {
    const marked = edited(
      site,
      'file: audio/chime.wav, track: 2',
      'file: audio/chime.wav, track: 2, saysDrill: true',
      clipsOnly,
    );
    const loaded = await compiled(chimesInDrill(marked));
    expect(loaded.warnings.map(({ code }) => code)).not.toContain('config-warn-drill-clip');
    expect(loaded.site.clips.find(({ id }) => id === 'chime')).toMatchObject({ saysDrill: true });
  });

  it('and such a clip is refused in an actual playlist', async () => {
    const files = edited(site, 'duration: 6 s, track: 1', 'duration: 6 s, track: 1, saysDrill: true');
    const failures = await failuresOf(files);
    expect(new Set(failures.map(({ code }) => code))).toEqual(new Set(['config-clip-drill-only']));
    expect(failures[0]?.at?.field).toContain('playlist');
  });
});
