import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { exampleKeys } from '../../src/uplink/examples.ts';
import { openBoxMedia, type Media } from '../../src/box/media.ts';
import type { Event, Happening } from '../../src/core/event.ts';
import type { Receipt } from '../../src/core/receipt.ts';
import type { Site } from '../../src/core/site.ts';
import { step } from '../../src/core/step.ts';
import { emptyVillage, type Village } from '../../src/core/village.ts';
import { readEnvelope, refusalEvent } from '../../src/intake/envelope.ts';
import { keyRingOf } from '../../src/intake/keys.ts';
import { realDisk } from '../../src/store/disk.ts';
import type { MediaPorts } from '../../src/store/media.ts';
import { openUplink, type Uplink, type UplinkOptions } from '../../src/uplink/session.ts';
import { ok } from '../../src/words/failure.ts';
import type { Centre, CentreOptions } from '../../emulator/centre/centre.ts';
import { later, startCentre } from '../centre/support.ts';
import { hamlet } from '../core/hamlet.ts';
import { makeBench, snapshotOf } from '../uplink/fixture.ts';

export const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

export { wavBytes as wavOf } from './wav.ts';

/** The decoder is tried elsewhere: here a file lasts as long as its own header says. */
export const plainDecode: MediaPorts['decode'] = (_, media) => Promise.resolve(ok({ durationMs: media.durationMs }));

/** Intake, core, store and uplink of a box, tied as the box ties them, without lines and terminals. */
export interface PushBox {
  readonly village: () => Village;
  readonly receipts: Receipt[];
  readonly stages: (trace: string) => string[];
  readonly problems: string[];
  readonly media: Media;
  readonly uplink: Uplink;
  readonly files: () => string[];
  readonly stop: () => void;
}

export interface PushBoxOptions {
  readonly dir: string;
  readonly village?: Village;
  readonly decode?: MediaPorts['decode'];
  readonly freeBytes?: () => Promise<number>;
  readonly site?: Site;
  readonly warm?: () => void;
}

const stageOf = ({ body }: Receipt): string => {
  if (body.stage === 'refused' || body.stage === 'noted') return `${body.stage}:${body.code}`;
  return body.stage === 'done' ? `done:${body.what}` : body.stage;
};

/** Box time from an hour on, and the centre's wall clock. */
const clockOf = (centre: Centre) => {
  const start = performance.now();
  const wallAtStart = centre.wall();
  const mono = (): number => performance.now() - start + 1_000_000;
  const now = () => ({ mono: mono(), wall: wallAtStart + performance.now() - start, trust: 'trusted' as const });
  return { mono, now };
};

const after =
  (mostMs = Infinity) =>
  (ms: number, run: () => void): (() => void) => {
    const timer = setTimeout(run, Math.min(ms, mostMs));
    return () => clearTimeout(timer);
  };

const storeOf = ({ dir, freeBytes, decode }: PushBoxOptions): MediaPorts => ({
  disk: realDisk,
  dir: `${dir}/media`,
  freeBytes: freeBytes ?? (() => Promise.resolve(Infinity)),
  floorBytes: 1_000_000,
  decode: decode ?? plainDecode,
});

/** Core alone: events in, receipts out. */
const foldingFrom = (start: Village, now: () => Happening['at'], changed: () => void) => {
  let village = start;
  const receipts: Receipt[] = [];
  const tell = (event: Event): void => {
    const stepped = step(village, { at: now(), event });
    ({ village } = stepped);
    for (const effect of stepped.effects) if (effect.do === 'receipt') receipts.push(effect.receipt);
    changed();
  };
  return { village: () => village, receipts, tell };
};

/** What the uplink of the rig hands on: orders to core, pieces to the media. */
const doorsOf = (centre: Centre, site: Site, tell: (event: Event) => void): Pick<UplinkOptions, 'onOrder'> => {
  const ring = keyRingOf(centre.keys);
  if (!ring.ok) throw new Error(ring.failure.code);
  return {
    onOrder: (raw, { key, signature }) => {
      const context = { site, ring: ring.value, real: false };
      const order = readEnvelope({ raw, key, signature }, context, 'websocket');
      tell(order.ok ? { kind: 'order', order: order.value } : refusalEvent(order.failure, 'websocket'));
    },
  };
};

export const startPushBox = async (centre: Centre, options: PushBoxOptions): Promise<PushBox> => {
  const site = options.site ?? { ...hamlet, areaCode: '500112199000' };
  const { mono, now } = clockOf(centre);
  const problems: string[] = [];
  const report = ({ code }: { readonly code: string }): void => void problems.push(code);
  let uplink: Uplink | null = null;
  let box: Media | null = null;
  const { village, receipts, tell } = foldingFrom(options.village ?? emptyVillage, now, () => box?.look());
  tell({ kind: 'configured', hash: 'h', site, keys: centre.keys, real: false });
  const media = await openBoxMedia({
    ...{ store: storeOf(options), clock: { now: mono, after: after() }, tell, report },
    durable: () => village().durable,
    send: (message) => uplink?.sendAudio(message) ?? false,
    warm: options.warm ?? (() => undefined),
  });
  if (!media.ok) throw new Error(media.failure.code);
  box = media.value;
  const bench = makeBench();
  const opened = openUplink({
    ...{ ...bench.bare, url: centre.url, clock: { now: mono, after: after(200) }, report },
    ...doorsOf(centre, site, tell),
    snapshot: () => snapshotOf(bench.store),
    onGreeted: media.value.opened,
    onAudio: media.value.take,
    onConnected: (connected) => {
      if (!connected) media.value.closed();
    },
  });
  if (!opened.ok) throw new Error(opened.failure.code);
  uplink = opened.value;
  media.value.look();
  const stop = (): void => {
    opened.value.close();
    media.value.stop();
  };
  later(() => {
    stop();
    return Promise.resolve();
  });
  return {
    ...{ village, receipts, problems, media: media.value, uplink: opened.value, stop },
    stages: (trace) => receipts.filter((receipt) => receipt.trace === trace).map(stageOf),
    files: () => readdirSync(`${options.dir}/media`).sort(),
  };
};

/** A practice centre that believes the box of the rig. */
export const startPushCentre = (more: Partial<CentreOptions> = {}): Promise<Centre> =>
  startCentre({ ...more, boxes: [{ id: 'shiling-01', publicKey: exampleKeys.box.publicKey }] });
