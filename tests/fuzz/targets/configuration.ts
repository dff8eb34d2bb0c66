import { readFileSync } from 'node:fs';
import { parseDevice } from '../../../devices/load.ts';
import { checkShape } from '../../../src/config/check-shape.ts';
import { loadFolder } from '../../../src/config/load-site.ts';
import { planSchema } from '../../../src/config/schema/plan.ts';
import { peopleSchema } from '../../../src/config/schema/people.ts';
import { siteSchema } from '../../../src/config/schema/site.ts';
import { soundMs } from '../../../src/config/sound-length.ts';
import { readYaml } from '../../../src/config/yaml-source.ts';
import type { Failure } from '../../../src/words/failure.ts';
import { catalogue, example } from '../../config/village.ts';
import type { Dice } from '../../simulate/dice.ts';
import { hurtfulBytes } from '../mutate-bytes.ts';
import { mutatedText } from '../mutate-text.ts';
import { fiftyThousand, million, shown, type Shot, type Target, type Verdict } from '../target.ts';
import { wrongFailure } from '../verdicts.ts';

const covers = [
  ...['src/config/check-shape.ts', 'src/config/yaml-source.ts'],
  ...['people', 'plan', 'site'].map((name) => `src/config/schema/${name}.ts`),
];

/** Without its comments: an input is then more likely to hit something that counts. */
const bare = (text: string): string => text.replaceAll(/^\s*#.*\n|\s+#.*$/gm, '');
const textOf = (path: string): string => bare(String(example[path]));
const paths = Object.keys(example).filter((path) => path.endsWith('.yaml'));

/** Nothing but what a site must have, so that an input costs little: one line, one siren, one plan. */
const pieces: readonly string[] = [
  textOf('site.yaml').split('\n').slice(0, 60).join('\n'),
  ...paths.filter((path) => path !== 'site.yaml').map(textOf),
];

const tricks: readonly string[] = [
  ...['&a [*a]', '<<: *a', '!!binary aGk=', '!x y', '? a\n: b', '--- \n...\n---', '\t- x', '{a: b, , c}', '| \n  x'],
  ...["'", '"', '[', '{', '%YAML 9.9', '\u0000', '\ufeff', 'a: b: c', '-- - -', '0o17', '1_000', '.inf', '2001-01-01'],
];

/** Depth costs more than all the rest of a document: the deepest is seldom, and still comes by the thousand. */
const depth = (dice: Dice): number => (dice.chance(0.03) ? 3_000 : dice.oneOf([3, 30]));

/** YAML changed line by line: taken away, doubled, moved, indented otherwise, with what only YAML knows in between. */
const mutatedYaml = (corpus: readonly string[], dice: Dice): string => {
  if (dice.chance(0.3)) return mutatedText(corpus, dice);
  const lines = dice.oneOf(corpus).split('\n');
  for (let times = dice.oneOf([1, 1, 2, 4]); times > 0; times -= 1) {
    const from = dice.whole(0, lines.length - 1);
    const line = lines[from] ?? '';
    const other = lines[dice.whole(0, lines.length - 1)] ?? '';
    const key = /^\s*(?:- )?[\w-]+:/.exec(line)?.[0] ?? '';
    const replaced = dice.oneOf([
      ...[[], [line, line], [other], [`  ${line}`], [line.trimStart()], [line, `${key} ${dice.oneOf(tricks)}`]],
      ...[[`${key} ${dice.oneOf(tricks)}`], [dice.oneOf(tricks)], [`${key} ${'['.repeat(depth(dice))}`]],
    ]);
    lines.splice(from, 1, ...replaced);
  }
  return lines.join('\n');
};

const placeless = (failures: readonly Failure[]): Verdict => {
  for (const failure of failures) {
    const wrong = wrongFailure(failure);
    if (wrong !== null) return wrong;
    const { line = 0, column = 0 } = failure.at ?? {};
    if (line < 1 || column < 1) return `${failure.code} has no place`;
  }
  return null;
};

const schemas = [siteSchema, peopleSchema, planSchema] as const;

const fileShot = (dice: Dice): Shot => {
  const text = mutatedYaml(pieces, dice);
  const bytes = dice.chance(0.2) ? hurtfulBytes([Buffer.from(text)], dice) : Buffer.from(text);
  const schema = dice.oneOf(schemas);
  const take = (): Verdict => {
    const { source, failures } = readYaml('site.yaml', bytes);
    if (source === null) return failures.length === 0 ? 'neither data nor a failure' : placeless(failures);
    return placeless([...failures, ...checkShape(schema, source).failures]);
  };
  return { take, show: () => shown(bytes) };
};

export const configurationFile: Target = {
  name: 'configuration-file',
  what: { zh: '单个配置文件', en: 'one file of the configuration: YAML and its schema' },
  ...{ covers, goal: million },
  prepare: () => ({ shot: fileShot }),
};

const folderShot = (dice: Dice): Shot => {
  const path = dice.chance(0.6) ? 'site.yaml' : dice.oneOf(paths);
  const text = mutatedYaml([textOf(path)], dice);
  const files = new Map(
    Object.entries({ ...example, [path]: text }).map(([name, content]) => [
      name,
      typeof content === 'string' ? Buffer.from(content) : content,
    ]),
  );
  const take = (): Verdict => {
    const loaded = loadFolder({ files, crowded: [], absent: [] }, { files: noFiles, dir: '', catalogue });
    if (loaded.ok) return null;
    return loaded.failures.length === 0 ? 'refused without a failure' : placeless(loaded.failures);
  };
  return { take, show: () => `${path} ${shown(text)}` };
};

const noFiles = { readFile: () => Promise.resolve(null), list: () => Promise.resolve([]) };

export const configurationFolder: Target = {
  name: 'configuration-folder',
  what: { zh: '整个配置目录', en: 'the whole folder of the example village, one file of it changed' },
  ...{ covers: ['src/config/load-site.ts'], goal: fiftyThousand },
  prepare: () => ({ shot: folderShot }),
};

const deviceFiles = ['sirens/mingluo-siren', 'relays/waveshare-relay-8', 'gauges/tipping-bucket-rain'].map((name) =>
  bare(readFileSync(`devices/${name}.yaml`, 'utf8')),
);

export const deviceFile: Target = {
  name: 'device-file',
  what: { zh: '设备定义文件', en: 'definitions of devices' },
  ...{ covers: ['devices/load.ts'], goal: million },
  prepare: () => ({
    shot: (dice) => {
      const text = mutatedYaml(deviceFiles, dice);
      const take = (): Verdict => {
        const parsed = parseDevice({ file: 'device.yaml', text });
        return parsed.ok ? null : placeless(parsed.problems);
      };
      return { take, show: () => shown(text) };
    },
  }),
};

const chime = Buffer.from(example['audio/chime.wav'] ?? new Uint8Array()).subarray(0, 300);

export const clipLength: Target = {
  name: 'clip-length',
  what: { zh: '录音时长', en: 'how long a recording of the site lasts' },
  ...{ covers: ['src/config/sound-length.ts'], goal: million },
  prepare: () => ({
    shot: (dice) => {
      const bytes = hurtfulBytes([chime, Buffer.from('OggS'), Buffer.of(0xff, 0xfb, 0x90, 0x64)], dice);
      const take = (): Verdict => {
        const ms = soundMs(bytes);
        return ms === null || (Number.isFinite(ms) && ms >= 0) ? null : `${ms} ms`;
      };
      return { take, show: () => shown(bytes) };
    },
  }),
};
