import type { Catalogue } from '../../devices/define.ts';
import { readCatalogue } from '../../devices/catalogue.ts';
import { diskPort } from '../config/file-port.ts';
import { loadSite, type LoadedSite, type Overrides } from '../config/load-site.ts';
import type { SenderKey } from '../core/order.ts';
import { framesAllowed } from '../drivers/frames-allowed.ts';
import { mapSite } from '../drivers/site-map.ts';
import type { Signer } from '../intake/keys.ts';
import { readBoxKey, readSendersFile } from './senders-file.ts';
import { failed, ok, type Failure, type Result } from '../words/failure.ts';

/** The site without its files. */
export type BoxSite = Omit<LoadedSite, 'draft'>;

/** Everything a box needs to know before it opens a line: checked as a whole, never half-valid. */
export interface BoxFiles {
  readonly loaded: BoxSite;
  /** Null when the box's key cannot be used. */
  readonly signer: Signer | null;
  /** Null when the file of senders cannot be used: whatever the box knew before stays. */
  readonly senders: readonly SenderKey[] | null;
  /** What is wrong with the keys. The box then works for the people on site and takes no orders from afar. */
  readonly keyFaults: readonly Failure[];
  readonly pins: readonly string[];
  /** 32 bytes shared with the centre for satellite reports; null where the site has none. */
  readonly satelliteKey: Uint8Array | null;
  /** True when at least one line is no emulated one: practice keys are then refused. */
  readonly real: boolean;
}

export type Loaded<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly failures: readonly Failure[] };

/** The models that ship with the program, from their folder beside it. */
export const shippedCatalogue = (devicesDir: string): Loaded<Catalogue> => {
  const catalogue = readCatalogue(devicesDir);
  return catalogue.ok ? catalogue : { ok: false, failures: catalogue.problems };
};

/** Lines that must be reached by broadcast, and which the guard would never allow it. */
const forbiddenBroadcasts = (loaded: LoadedSite): readonly Failure[] => {
  const map = mapSite(loaded.site, loaded.wiring, loaded.catalogue);
  return loaded.broadcastRequired
    .filter(({ line }) => !framesAllowed(map, line).some((verdict) => verdict.allowed))
    .map(({ line, at }) => failed('broadcast-never-allowed', { line }, at).failure);
};

export interface LoadSettings {
  readonly configDir: string;
  readonly devicesDir: string;
  readonly overrides?: Overrides;
}

/** The site with its broadcast guard: what `config check` and every start go through. */
export const loadChecked = async (settings: LoadSettings): Promise<Loaded<LoadedSite>> => {
  const { configDir: dir, devicesDir, overrides } = settings;
  const catalogue = shippedCatalogue(devicesDir);
  if (!catalogue.ok) return catalogue;
  const loaded = await loadSite({
    files: diskPort,
    dir,
    catalogue: catalogue.value,
    ...(overrides === undefined ? {} : { overrides }),
  });
  if (!loaded.ok) return loaded;
  const failures = forbiddenBroadcasts(loaded);
  return failures.length > 0 ? { ok: false, failures } : { ok: true, value: loaded };
};

const pinsOf = async (file: string | null): Promise<readonly string[]> => {
  const bytes = file === null ? null : await diskPort.readFile(file);
  if (bytes === null) return [];
  return new TextDecoder()
    .decode(bytes)
    .split(/\s+/)
    .filter((word) => word !== '');
};

/** A missing file means no satellite reports; one that is no key is an error, not a silence. */
const satelliteKeyOf = async (file: string | null): Promise<Result<Uint8Array | null>> => {
  const bytes = file === null ? null : await diskPort.readFile(file);
  if (file === null || bytes === null) return ok(null);
  const key = Buffer.from(new TextDecoder().decode(bytes).trim(), 'base64');
  return key.length === 32 ? ok(key) : failed('key-file-unreadable', { file, detail: `${key.length} bytes, not 32` });
};

/**
 * Site, keys and pins. All failures of the site at once; keys are only read when it stands. Keys that cannot be used are
 * no reason to leave a village mute: they are named in `keyFaults`, and the box starts for the people on site.
 */
export const loadBox = async (settings: LoadSettings): Promise<Loaded<BoxFiles>> => {
  const loaded = await loadChecked(settings);
  if (!loaded.ok) return loaded;
  // The files with their places are for `config explain`; here they would only lie in memory, for ever.
  const site = { ...loaded.value, draft: null };
  const signer = readBoxKey(site.keys.box);
  const senders = readSendersFile(site.keys.senders);
  const satelliteKey = await satelliteKeyOf(site.uplinks.satelliteKeyFile);
  const keyFaults = [signer, senders, satelliteKey].flatMap((one) => (one.ok ? [] : [one.failure]));
  const overridden = new Set(Object.keys(settings.overrides?.lines ?? {}));
  const value: BoxFiles = {
    loaded: site,
    signer: signer.ok ? signer.value : null,
    senders: senders.ok ? senders.value : null,
    keyFaults,
    satelliteKey: satelliteKey.ok ? satelliteKey.value : null,
    pins: await pinsOf(site.uplinks.websocket?.pinFile ?? null),
    real: site.wiring.lines.some((line) => !overridden.has(line.id)),
  };
  return { ok: true, value };
};
