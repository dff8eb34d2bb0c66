import { isMap, isNode, isPair, isScalar, LineCounter, parseDocument, type Document } from 'yaml';
import type { Catalogue, RegisterDevice } from './define.ts';
import { frameDevices } from './frames.ts';
import { lawProblems } from './laws.ts';
import { nearestWord } from './nearest.ts';
import type { DeviceProblem, Loaded } from './problem.ts';
import { registerDeviceSchema } from './schema.ts';
import { registerDevice } from './validators.ts';

export interface DeviceFile {
  /** Name shown in errors. */
  readonly file: string;
  readonly text: string;
}

type Path = readonly (string | number)[];
type Locate = (path: Path, wantKey: boolean) => DeviceProblem['at'];
type SchemaError = ReturnType<typeof registerDevice.Errors>[number];

const fieldOf = (path: Path): string =>
  path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`;
    return text === '' ? part : `${text}.${part}`;
  }, '');

/** Line and column of a value, or of its key; of the nearest parent where the value itself is absent. */
const locator =
  (file: string, doc: Document, lines: LineCounter): Locate =>
  (path, wantKey) => {
    const offsetOf = (at: Path): number | null => {
      const parent = at.length > 0 ? doc.getIn(at.slice(0, -1), true) : null;
      const last = at.at(-1);
      if (wantKey && isMap(parent)) {
        const pair = parent.items.find((item) => isPair(item) && isScalar(item.key) && item.key.value === last);
        if (pair !== undefined && isScalar(pair.key)) return pair.key.range?.[0] ?? null;
      }
      const node = at.length === 0 ? doc.contents : doc.getIn(at, true);
      return isNode(node) ? (node.range?.[0] ?? null) : null;
    };
    for (let depth = path.length; depth >= 0; depth -= 1) {
      const offset = offsetOf(path.slice(0, depth));
      if (offset === null) continue;
      const { line, col } = lines.linePos(offset);
      return { file, line, column: col, field: fieldOf(path) };
    }
    return { file, line: 1, column: 1, field: fieldOf(path) };
  };

const pathOf = (pointer: string): Path =>
  pointer
    .split('/')
    .slice(1)
    .map((part) => (/^\d+$/.test(part) ? Number(part) : part.replaceAll('~1', '/').replaceAll('~0', '~')));

/**
 * Of an `anyOf` only the branch that fits best is reported: of the right type before any other, then the one with the
 * fewest errors. Otherwise one slip in an output would be told as "expected: null" as well.
 */
const withoutWorseBranches = (errors: readonly SchemaError[]): readonly SchemaError[] => {
  const branchOf = (error: SchemaError): readonly [string, string] | null => {
    const found = /^(.*?\/anyOf)\/(\d+)/.exec(error.schemaPath);
    return found === null ? null : [found[1] ?? '', found[0]];
  };
  const wrongType = 1_000;
  const cost = new Map<string, number>();
  for (const error of errors) {
    const branch = branchOf(error)?.[1];
    if (branch === undefined) continue;
    const one = error.keyword === 'type' && error.schemaPath === branch ? wrongType : 1;
    cost.set(branch, (cost.get(branch) ?? 0) + one);
  }
  const bestOf = (union: string): string | undefined =>
    [...cost]
      .filter(([branch]) => branch.startsWith(`${union}/`))
      .reverse()
      .sort((a, b) => a[1] - b[1])[0]?.[0];
  return errors.filter((error) => {
    const branch = branchOf(error);
    return branch === null || bestOf(branch[0]) === branch[1];
  });
};

const expectationOf = (error: SchemaError): string => {
  const params: Readonly<Record<string, unknown>> = error.params;
  const allowed = params['allowedValues'];
  if (Array.isArray(allowed)) return allowed.map(String).join(' | ');
  if (typeof params['type'] === 'string') return params['type'];
  if (typeof params['limit'] === 'number') {
    const comparison = typeof params['comparison'] === 'string' ? params['comparison'] : '';
    return `${comparison} ${params['limit']}`.trim();
  }
  if (typeof params['pattern'] === 'string') return params['pattern'];
  return error.message;
};

const keysBeside = (schemaPath: string): readonly string[] => {
  let at: unknown = registerDeviceSchema;
  for (const part of schemaPath.split('/').slice(1)) {
    at = typeof at === 'object' && at !== null ? (at as Readonly<Record<string, unknown>>)[part] : undefined;
  }
  const properties = typeof at === 'object' && at !== null && 'properties' in at ? at.properties : undefined;
  return typeof properties === 'object' && properties !== null ? Object.keys(properties) : [];
};

const problemsOf = (error: SchemaError, locate: Locate): readonly DeviceProblem[] => {
  const path = pathOf(error.instancePath);
  if (error.keyword === 'additionalProperties') {
    return error.params.additionalProperties.map((key) => ({
      code: 'device-key-unknown',
      params: { key, nearest: nearestWord(key, keysBeside(error.schemaPath)) },
      at: locate([...path, key], true),
    }));
  }
  if (error.keyword === 'required') {
    return error.params.requiredProperties.map((key) => ({
      code: 'device-key-missing',
      params: { key },
      at: locate(path, true),
    }));
  }
  // These two only repeat, one level up, what another error says with its place.
  if (error.keyword === 'boolean' || error.keyword === 'anyOf') return [];
  return [{ code: 'device-value-wrong', params: { expected: expectationOf(error) }, at: locate(path, false) }];
};

/** A misspelt key is one mistake: the key it stands for is not reported as missing as well. */
const withoutEchoes = (problems: readonly DeviceProblem[]): readonly DeviceProblem[] => {
  const parentOf = ({ code, at }: DeviceProblem): string =>
    code === 'device-key-unknown' ? at.field.split('.').slice(0, -1).join('.') : at.field;
  const meant = new Set(
    problems.flatMap((one) => (one.code === 'device-key-unknown' ? [`${parentOf(one)} ${one.params['nearest']}`] : [])),
  );
  return problems.filter(
    (one) => one.code !== 'device-key-missing' || !meant.has(`${parentOf(one)} ${one.params['key']}`),
  );
};

const wrongValue = (locate: Locate): DeviceProblem => ({
  code: 'device-value-wrong',
  params: { expected: 'a device file' },
  at: locate([], false),
});

/**
 * Deeper than any device. To find every bracket of a thousand unclosed took the reader a tenth of a second, and thousands of
 * lists or keys begun in one line take all its stack.
 */
const tooDeep = /(?:[[{]\s*|[-?][ \t]+){24}/;
/** Comments nest nothing, and may be ruled with dashes; their places are kept. */
const withoutComments = (text: string): string => text.replaceAll(/^[ \t]*#.*$/gm, (line) => '#'.repeat(line.length));

/** Several times the longest device there is; what the reader minds in a file is told in time only where that is short. */
const longestText = 32_768;

/** Where a file is longer than any device, or opens more brackets; null where it does neither. */
const shapeProblem = ({ file, text }: DeviceFile): DeviceProblem | null => {
  if (text.length > longestText) {
    const at = { file, line: 1, column: 1, field: '' };
    return { code: 'device-yaml-broken', params: { detail: `more than ${longestText} characters` }, at };
  }
  const offset = withoutComments(text).search(tooDeep);
  if (offset < 0) return null;
  const before = text.slice(0, offset).split('\n');
  const at = { file, line: before.length, column: (before.at(-1)?.length ?? 0) + 1, field: '' };
  return { code: 'device-yaml-broken', params: { detail: 'more than 24 levels in one place' }, at };
};

/**
 * One device file, checked against the schema and the laws of devices. Never throws; each problem names file, line and
 * column. Sites add their own models with the same function.
 */
export const parseDevice = ({ file, text }: DeviceFile): Loaded<RegisterDevice> => {
  const misshapen = shapeProblem({ file, text });
  if (misshapen !== null) return { ok: false, problems: [misshapen] };
  const lines = new LineCounter();
  const doc = parseDocument(text, { lineCounter: lines, version: '1.2', uniqueKeys: true });
  const locate = locator(file, doc, lines);
  if (doc.errors.length > 0) {
    const problems = doc.errors.map((error): DeviceProblem => {
      const { line, col } = lines.linePos(error.pos[0]);
      const detail = error.message.split('\n')[0] ?? error.code;
      return { code: 'device-yaml-broken', params: { detail }, at: { file, line, column: col, field: '' } };
    });
    return { ok: false, problems };
  }
  // Anchors may be used, but a file that multiplies them is refused rather than unfolded.
  const read = readPlain(doc);
  if (!read.ok) return { ok: false, problems: [wrongValue(locate)] };
  if (!registerDevice.Check(read.value)) {
    const errors = withoutWorseBranches(registerDevice.Errors(read.value));
    const problems = withoutEchoes(errors.flatMap((error) => problemsOf(error, locate)));
    return { ok: false, problems: problems.length > 0 ? problems : [wrongValue(locate)] };
  }
  const device: RegisterDevice = read.value;
  const broken = lawProblems(device).map(({ code, params, path }) => ({ code, params, at: locate(path, false) }));
  return broken.length > 0 ? { ok: false, problems: broken } : { ok: true, value: device };
};

const readPlain = (doc: Document): { readonly ok: true; readonly value: unknown } | { readonly ok: false } => {
  try {
    return { ok: true, value: doc.toJS({ maxAliasCount: 20 }) as unknown };
  } catch {
    return { ok: false };
  }
};

/** Many files into one catalogue; a model told twice is an error at the second. Frame devices are always in it. */
export const loadCatalogue = (files: readonly DeviceFile[]): Loaded<Catalogue> => {
  const registers = new Map<string, RegisterDevice>();
  const problems: DeviceProblem[] = [];
  for (const one of files) {
    const parsed = parseDevice(one);
    if (!parsed.ok) problems.push(...parsed.problems);
    else if (registers.has(parsed.value.model) || frameDevices.has(parsed.value.model)) {
      const at = { file: one.file, line: 1, column: 1, field: 'model' };
      problems.push({ code: 'device-model-twice', params: { model: parsed.value.model }, at });
    } else registers.set(parsed.value.model, parsed.value);
  }
  return problems.length > 0 ? { ok: false, problems } : { ok: true, value: { registers, frames: frameDevices } };
};
