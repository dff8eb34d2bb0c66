import type { TSchema } from 'typebox';
import type { Catalogue, RegisterDevice } from '../../devices/define.ts';
import { parseDevice } from '../../devices/load.ts';
import type { Site } from '../core/site.ts';
import type { SoundSettings } from '../core/sound-settings.ts';
import type { PanelWiring, Wiring } from '../core/wiring.ts';
import type { Failure, Place } from '../words/failure.ts';
import { checkRules } from './check-rules.ts';
import { checkShape } from './check-shape.ts';
import { compileConsole, compilePins, type PageSettings } from './compile-console.ts';
import { compilePanel } from './compile-panel.ts';
import { compileSite } from './compile-site.ts';
import { compileSounds } from './compile-sounds.ts';
import type { OutputOverrides } from './compile-outputs.ts';
import { compileWiring, type LineOverride, type LineOverrides } from './compile-wiring.ts';
import { clockDefaults } from './defaults.ts';
import type { Draft, Located } from './draft.ts';
import { inFolder, type FilePort } from './file-port.ts';
import { nearestWord } from './nearest-word.ts';
import { filesPerFolderMax, hashOf, readSiteFolder, type SiteFolder } from './read-folder.ts';
import { peopleSchema, type PeopleFile } from './schema/people.ts';
import { planSchema, type PlanFile } from './schema/plan.ts';
import { siteSchema, type SiteFile } from './schema/site.ts';
import { soundMs } from './sound-length.ts';
import { peopleFile, planFile, siteFile } from './validators.ts';
import { readYaml, type ReadYaml } from './yaml-source.ts';

/** Replaced for a run, without touching the files: the emulated village, the practice centre, a bench. */
export interface Overrides {
  readonly lines?: LineOverrides;
  readonly outputs?: OutputOverrides;
  readonly panel?: LineOverride;
  readonly uplinkUrl?: string;
  /** Where the page listens in this run. */
  readonly console?: { readonly listen: string };
  /** PIN files of this run, by person. */
  readonly pins?: Readonly<Record<string, string>>;
  readonly pinFile?: string | null;
  readonly keys?: { readonly box?: string; readonly senders?: string; readonly satellite?: string };
}

export interface LoadOptions {
  readonly files: FilePort;
  /** The site's folder; places in failures are relative to it. */
  readonly dir: string;
  /** The models that ship with the program; the site's own `devices/*.yaml` are added. */
  readonly catalogue: Catalogue;
  readonly overrides?: Overrides;
}

/** Paths, ready to open. The keys themselves are never read here. */
export interface KeyFiles {
  readonly box: string;
  readonly senders: string;
}

export interface LoadedSite {
  readonly ok: true;
  readonly site: Site;
  readonly wiring: Wiring;
  /** What the maker of sound is told: speech engine, tone patterns, clip files. */
  readonly sounds: SoundSettings;
  readonly people: PeopleFile;
  /** The operating panel; null where the site has none. */
  readonly panel: PanelWiring | null;
  /** The local page; null where the site has none. */
  readonly page: PageSettings | null;
  /** The PIN file of each person who has one. */
  readonly pins: Readonly<Record<string, string>>;
  readonly keys: KeyFiles;
  readonly uplinks: {
    readonly websocket: { readonly url: string; readonly pinFile: string | null } | null;
    /** File with the key shared for satellite reports; null where there is none: then no report leaves by satellite. */
    readonly satelliteKeyFile: string | null;
  };
  readonly clock: { readonly sources: readonly ('centre' | 'ntp' | 'rtc')[] };
  /** Shipped models and the site's own. */
  readonly catalogue: Catalogue;
  /** Lines whose file says `broadcast: required`, with the place to name when the guard of the drivers disagrees. */
  readonly broadcastRequired: readonly { readonly line: string; readonly at: Place }[];
  /** SHA-256 over the files, hex. Overrides are not in it. */
  readonly hash: string;
  readonly warnings: readonly Failure[];
  /** The files with their places, for `explainKey`. */
  readonly draft: Draft;
}

export interface RefusedSite {
  readonly ok: false;
  /** Never empty, in the order of the files, then of the lines. */
  readonly failures: readonly Failure[];
  readonly warnings: readonly Failure[];
}

interface Read<T> {
  readonly located: Located<T> | null;
  readonly failures: readonly Failure[];
}

/** One kind of file: its schema, which says where it is wrong, and the validator, which says that it is right. */
interface Form<T> {
  readonly schema: TSchema;
  readonly validator: { readonly Check: (value: unknown) => value is T };
}

const forms = {
  site: { schema: siteSchema, validator: siteFile },
  plan: { schema: planSchema, validator: planFile },
  people: { schema: peopleSchema, validator: peopleFile },
} as const;

const readShaped = <T>({ schema, validator }: Form<T>, { source, failures }: ReadYaml): Read<T> => {
  if (source === null) return { located: null, failures };
  const report = checkShape(schema, source);
  const all = [...failures, ...report.failures];
  if (validator.Check(report.value))
    return { located: { source, value: report.value, patched: report.patched }, failures: all };
  const detail = `shape of ${source.file}`;
  const at = { file: source.file, line: 1, column: 1 };
  return { located: null, failures: all.length > 0 ? all : [{ code: 'config-internal', params: { detail }, at }] };
};

const fileMissing = (file: string): Failure => ({
  code: 'config-file-missing',
  params: {},
  at: { file, line: 1, column: 1 },
});

const readOne = <T>({ files }: SiteFolder, form: Form<T>, path: string): Read<T> => {
  const bytes = files.get(path);
  if (bytes !== undefined) return readShaped(form, readYaml(path, bytes));
  return { located: null, failures: [fileMissing(path)] };
};

const inside = ({ files }: SiteFolder, folder: string): readonly string[] =>
  [...files.keys()].filter((path) => path.startsWith(`${folder}/`));

interface Models {
  readonly catalogue: Catalogue;
  readonly failures: readonly Failure[];
}

/** The shipped catalogue with the site's own models; a site may not redefine a shipped one. */
const readModels = (folder: SiteFolder, shipped: Catalogue): Models => {
  const registers = new Map<string, RegisterDevice>(shipped.registers);
  const failures: Failure[] = [];
  for (const path of inside(folder, 'devices')) {
    const bytes = folder.files.get(path) ?? new Uint8Array();
    // The bounds and the plain spelling of our own reader hold here too, before the device's schema looks at it.
    const plain = readYaml(path, bytes);
    if (plain.source === null || plain.failures.length > 0) {
      failures.push(...plain.failures);
      continue;
    }
    const parsed = parseDevice({ file: path, text: new TextDecoder().decode(bytes) });
    if (!parsed.ok) failures.push(...parsed.problems);
    else if (registers.has(parsed.value.model) || shipped.frames.has(parsed.value.model)) {
      const at = plain.source.at(['model']);
      failures.push({ code: 'device-model-twice', params: { model: parsed.value.model }, at });
    } else registers.set(parsed.value.model, parsed.value);
  }
  return { catalogue: { registers, frames: shipped.frames }, failures };
};

const audioOf = (folder: SiteFolder): ReadonlyMap<string, number | null> =>
  new Map(inside(folder, 'audio').map((path) => [path, soundMs(folder.files.get(path) ?? new Uint8Array())]));

const overrideFailures = (site: SiteFile, { lines = {} }: Overrides): readonly Failure[] => {
  const valid = site.lines.map(({ id }) => id);
  return Object.keys(lines)
    .filter((name) => !valid.includes(name))
    .map((name) => ({
      code: 'config-override-line',
      params: { name, nearest: nearestWord(name, valid) },
      at: { field: `overrides.lines.${name}` },
    }));
};

const order = (left: Failure, right: Failure): number => {
  const [a, b] = [left.at ?? {}, right.at ?? {}];
  const [fileA, fileB] = [a.file ?? '', b.file ?? ''];
  if (fileA !== fileB) return fileA < fileB ? -1 : 1;
  return (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0);
};

/** Key files of sound outputs as paths ready to open, like all others. */
const wiringOf = (draft: Draft, { dir, overrides = {} }: LoadOptions): Wiring => {
  const wiring = compileWiring(draft, overrides.lines ?? {}, overrides.outputs ?? {});
  const outputs = wiring.outputs.map(({ id, via }) => ({
    id,
    via: via.kind === 'alsa' ? via : { ...via, keyFile: inFolder(dir, via.keyFile) },
  }));
  return { ...wiring, outputs };
};

const assembled = (draft: Draft, people: PeopleFile, options: LoadOptions): Omit<LoadedSite, 'hash' | 'warnings'> => {
  const { dir, overrides = {} } = options;
  const { value, source } = draft.site;
  const { websocket } = value.uplinks ?? {};
  // A pin belongs to its address: another address does not inherit it.
  const satelliteKey = overrides.keys?.satellite ?? draft.site.value.uplinks?.satellite?.key_file;
  const filePin = overrides.uplinkUrl === undefined ? (websocket?.pin_file ?? null) : null;
  const pin = overrides.pinFile === undefined ? filePin : overrides.pinFile;
  const url = overrides.uplinkUrl ?? websocket?.url;
  return {
    ok: true,
    site: compileSite(draft),
    wiring: wiringOf(draft, options),
    sounds: compileSounds(value, dir),
    people,
    panel: compilePanel(draft, overrides.panel),
    page: compileConsole(draft, overrides.console?.listen),
    pins: compilePins(draft, dir, overrides.pins ?? {}),
    keys: {
      box: inFolder(dir, overrides.keys?.box ?? value.keys.box_file),
      senders: inFolder(dir, overrides.keys?.senders ?? value.keys.senders_file),
    },
    uplinks: {
      websocket: url === undefined ? null : { url, pinFile: pin === null ? null : inFolder(dir, pin) },
      satelliteKeyFile: satelliteKey === undefined ? null : inFolder(dir, satelliteKey),
    },
    clock: { sources: value.clock?.sources ?? clockDefaults.sources },
    catalogue: draft.catalogue,
    broadcastRequired: value.lines.flatMap(({ id, broadcast }, index) =>
      broadcast === 'required' ? [{ line: id, at: source.at(['lines', index, 'broadcast']) }] : [],
    ),
    draft,
  };
};

/** The pure part of `loadSite`: bytes in, a whole site or every failure out. */
export const loadFolder = (folder: SiteFolder, options: LoadOptions): LoadedSite | RefusedSite => {
  const site = readOne(folder, forms.site, 'site.yaml');
  const people = readOne(folder, forms.people, 'people.yaml');
  const plans = inside(folder, 'plans').map((path): Read<PlanFile> => readOne(folder, forms.plan, path));
  const models = readModels(folder, options.catalogue);
  const failures: Failure[] = [
    ...folder.crowded.map(({ folder: file, count }): Failure => ({
      code: 'config-files-many',
      params: { count, limit: filesPerFolderMax },
      at: { file, line: 1, column: 1 },
    })),
    ...[site, people, ...plans, models].flatMap((read) => read.failures),
  ];
  if (site.located === null) return { ok: false, failures: failures.sort(order), warnings: [] };
  const draft: Draft = {
    site: site.located,
    people: people.located,
    plans: plans.flatMap(({ located }) => located ?? []),
    plansComplete: plans.every(({ located }) => located !== null && !located.patched.has('id')),
    catalogue: models.catalogue,
    modelsComplete: models.failures.length === 0,
    audio: audioOf(folder),
  };
  const judged = checkRules(draft);
  failures.push(...judged.failures, ...overrideFailures(draft.site.value, options.overrides ?? {}));
  const absent = folder.absent.map(fileMissing);
  const warnings = [...judged.warnings, ...absent].sort(order);
  if (failures.length > 0 || draft.people === null) return { ok: false, failures: failures.sort(order), warnings };
  return { ...assembled(draft, draft.people.value, options), hash: hashOf(folder.files), warnings };
};

/**
 * Reads a site's folder, checks all of it, and compiles it. All errors at once, each with file, line and column; never
 * a half-valid site. Throws only what the port throws (a disk that fails).
 */
export const loadSite = async (options: LoadOptions): Promise<LoadedSite | RefusedSite> => {
  const folder = await readSiteFolder(options.files, options.dir);
  if (folder.files.size > 0) return loadFolder(folder, options);
  const failure: Failure = { code: 'config-folder-empty', params: { dir: options.dir } };
  return { ok: false, failures: [failure], warnings: [] };
};
