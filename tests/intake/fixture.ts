import { createHash, createPrivateKey, sign, type KeyObject } from 'node:crypto';
import type { Alert } from '../../src/core/alert.ts';
import type { OrderClass, SenderKey } from '../../src/core/order.ts';
import type { Plan, Site } from '../../src/core/site.ts';
import type { IntakeContext } from '../../src/intake/envelope.ts';
import { keyRingOf } from '../../src/intake/keys.ts';
import type { SignedBytes } from '../../src/intake/verify.ts';
import { hamlet } from '../core/hamlet.ts';

/** Seeds of the documents: 01 02 … 20 for the centre. Never used outside tests. */
export const seedFrom = (first: number): Buffer => Buffer.from(Array.from({ length: 32 }, (_, i) => (first + i) & 255));
const der = (seed: Buffer): Buffer => Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed]);
export const privateKey = (first: number): KeyObject =>
  createPrivateKey({ key: der(seedFrom(first)), format: 'der', type: 'pkcs8' });

export const publicKeys = {
  county: 'ebVWLo/mVPlAeLES6KmLp5AfhTrmlb7X4OORC60ElmQ=',
  other: '5/FioQvsVZr+oZXk3OhLaVaNXSywlj60RsBoXisX8vA=',
} as const;
export const centreKey = privateKey(1);
export const otherKey = privateKey(33);

const allClasses: readonly OrderClass[] = ['alarm', 'routine', 'drill', 'stop', 'keys'];
export const senderKey = (more: Partial<SenderKey> = {}): SenderKey => ({
  id: 'county-1',
  publicKey: publicKeys.county,
  name: '青川县预警中心',
  authority: 'county',
  classes: allClasses,
  scope: '510824',
  practice: false,
  ...more,
});

const zone = (id: string, areaCodes: readonly string[]): Site['zones'][number] => ({
  id,
  name: { zh: id, en: id },
  areaCodes,
  households: 20,
  people: 61,
});

const plan = (id: string, zh: string): Plan => ({
  id,
  name: { zh, en: id },
  class: 'emergency',
  events: [],
  severities: [],
  stages: [],
  zones: ['upper'],
  playlist: [{ play: 'speech', text: null, clip: null }],
  repeats: 1,
  intervalMs: 0,
  afterRestart: 'resume',
  drill: { playlist: [{ play: 'speech', text: null, clip: null }], repeats: 1, sirenUnlockMs: 3_000 },
});

/** The site of the documents: a township with three villages. */
export const site: Site = {
  id: 'shiling-01',
  areaCode: '510824100000',
  name: { zh: '石岭镇', en: 'Shiling' },
  zones: [zone('upper', ['510824100201']), zone('lower', ['510824100202']), zone('river', ['510824100203'])],
  terminals: [],
  supplies: [],
  tones: [],
  clips: [],
  plans: [plan('debris-flow', '地质灾害'), plan('flood', '山洪')],
  notices: [],
  sensors: [],
  limits: hamlet.limits,
};

export const contextWith = (
  keys: readonly SenderKey[] = [senderKey()],
  more: Partial<IntakeContext> = {},
): IntakeContext => {
  const ring = keyRingOf(keys);
  if (!ring.ok) throw new Error('the keys of the test cannot be read');
  return { ring: ring.value, real: true, site, ...more };
};

export const alertOf = (more: Partial<Alert> = {}): Alert => ({
  id: '51082441600000_20260710210000_1',
  status: 'actual',
  class: 'emergency',
  event: '11D02',
  severity: 'red',
  stage: 'now',
  authority: 'county',
  voice: 'recorded',
  zones: ['upper'],
  headline: '地质灾害红色预警',
  text: '请立即转移到安全地带。',
  plan: null,
  sirenUnlocked: false,
  ...more,
});

export const orderId = '0123456789abcdef0123456789abcdef';
export const envelopeOf = (more: Readonly<Record<string, unknown>> = {}): Record<string, unknown> => ({
  v: 1,
  key: 'county-1',
  scope: 'shiling-01',
  counter: 1,
  notBefore: 1_783_688_400_000,
  validForS: 3600,
  class: 'alarm',
  id: orderId,
  body: { kind: 'issue', alert: alertOf() },
  ...more,
});

/** Signs whatever it is given: a text as it is, anything else as JSON. */
export const signedBy = (content: unknown, key: KeyObject = centreKey, id = 'county-1'): SignedBytes => {
  const raw = Buffer.isBuffer(content)
    ? content
    : Buffer.from(typeof content === 'string' ? content : JSON.stringify(content), 'utf8');
  return { raw, key: id, signature: sign(null, raw, key) };
};

/** What the fields of a compact order are, in the words of docs/reference/satellite.md. */
export interface Compact {
  readonly kindAndClass: number;
  readonly counter: number;
  readonly notBeforeS: number;
  readonly validForMinutes: number;
  readonly box: string;
  readonly id: string;
  readonly alertId: string;
  /** What follows the alert id, already as bytes. */
  readonly rest: Buffer;
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
const numberBytes = (value: number, length: number): Buffer => {
  const bytes = Buffer.alloc(length);
  bytes.writeUIntBE(value, 0, length);
  return bytes;
};
const counted = (text: string): Buffer => Buffer.concat([Buffer.from([text.length]), Buffer.from(text, 'latin1')]);

export const issueRest = (
  { flags = 0b100_00_00_0, speaker = 3, plan: planNumber = 1, zones = [0b001], event = '11D02', text = '' } = {},
  table = JSON.stringify([
    ['upper', 'lower', 'river'],
    ['debris-flow', 'flood'],
  ]),
): Buffer =>
  Buffer.concat([
    digest(table).subarray(0, 4),
    Buffer.from([planNumber, flags, speaker]),
    counted(event),
    Buffer.from([zones.length, ...zones]),
    Buffer.from(text, 'utf8'),
  ]);

export const compactDefaults: Compact = {
  kindAndClass: 0x11,
  counter: 7,
  notBeforeS: 1_783_688_400 - 1_577_836_800,
  validForMinutes: 60,
  box: 'shiling-01',
  id: orderId,
  alertId: '51082441600000_20260710210000_1',
  rest: issueRest(),
};

/** An encoder of its own, written from the document and not from the decoder. */
export const compactBytes = (
  more: Partial<Compact> = {},
  key: KeyObject = centreKey,
  pinned: string = publicKeys.county,
): Buffer => {
  const order = { ...compactDefaults, ...more };
  const raw = Buffer.concat([
    Buffer.from([0x91, order.kindAndClass]),
    createHash('sha256').update(Buffer.from(pinned, 'base64')).digest().subarray(0, 4),
    numberBytes(order.counter, 6),
    numberBytes(order.notBeforeS, 4),
    numberBytes(order.validForMinutes, 2),
    digest(order.box).subarray(0, 8),
    Buffer.from(order.id, 'hex'),
    counted(order.alertId),
    order.rest,
  ]);
  return Buffer.concat([raw, sign(null, raw, key)]);
};
