import type { Order, SenderKey } from '../../../src/core/order.ts';
import { readEnvelope } from '../../../src/intake/envelope.ts';
import { envelopeMaxBytes } from '../../../src/intake/envelope-schema.ts';
import { readSatelliteOrder, satelliteOrderMaxBytes } from '../../../src/intake/satellite-order.ts';
import { readSignedTime, timeMaxBytes } from '../../../src/intake/signed-time.ts';
import type { SignedBytes } from '../../../src/intake/verify.ts';
import {
  alertOf,
  centreKey,
  compactBytes,
  contextWith,
  envelopeOf,
  issueRest,
  otherKey,
  publicKeys,
  senderKey,
  signedBy,
  site,
} from '../../intake/fixture.ts';
import type { Dice } from '../../simulate/dice.ts';
import { hurtfulBytes } from '../mutate-bytes.ts';
import { mutatedJson } from '../mutate-text.ts';
import { signedBySm2, sm2PublicKey } from '../sm2-signer.ts';
import { million, shown, type Shot, type Target, type Verdict } from '../target.ts';
import { wrongFailure } from '../verdicts.ts';

const strangersKey: SenderKey = senderKey({
  id: 'city-2',
  publicKey: publicKeys.other,
  classes: ['drill'],
  scope: '51',
});
const sm2Id = 'county-sm2';
const sm2Key: SenderKey = senderKey({ id: sm2Id, publicKey: sm2PublicKey, algorithm: 'sm2' });
const context = contextWith([senderKey(), strangersKey, sm2Key]);
/** As if every signature held: what is behind it is reached without the cost of one. */
const believing: typeof context = {
  ...context,
  ring: new Map([...context.ring].map(([id, pinned]) => [id, { ...pinned, holds: () => true }])),
};
/** So many are really signed all the same. */
const signedShare = 0.1;
/** An SM2 signature costs thirty times one of Ed25519, to make and to judge. */
const sm2Share = 0.02;
const unsigned = (content: string): SignedBytes => ({
  ...{ raw: Buffer.from(content, 'utf8'), key: 'county-1', signature: Buffer.alloc(64) },
});

const audio = { sha256: 'ab'.repeat(32), bytes: 1_000, format: 'wav', durationMs: 2_000 };
const drill = { class: 'drill', body: { kind: 'issue', alert: alertOf({ status: 'drill', sirenUnlocked: true }) } };

/** One order of each kind and class. */
const envelopes: readonly Record<string, unknown>[] = [
  envelopeOf(),
  envelopeOf(drill),
  envelopeOf({ body: { kind: 'update', alert: alertOf({ zones: ['510824100202'], plan: 'flood' }) } }),
  envelopeOf({ body: { kind: 'issue', alert: { ...alertOf(), audio } } }),
  envelopeOf({ class: 'routine', body: { kind: 'issue', alert: alertOf({ class: 'routine' }) } }),
  envelopeOf({ body: { kind: 'cancel', alertId: 'a-1' } }),
  envelopeOf({ body: { kind: 'all-clear', alertId: 'a-1', text: '预警解除。' } }),
  envelopeOf({ body: { kind: 'correction', alertId: 'a-1', text: '更正。' } }),
  envelopeOf({ class: 'stop', body: { kind: 'stop', alertId: null } }),
  envelopeOf({ body: { kind: 'store-audio', audio } }),
  envelopeOf({ class: 'keys', body: { kind: 'set-keys', keys: [senderKey({ scope: '' }), strangersKey] } }),
  envelopeOf({ key: 'city-2', ...drill }),
];
const genuine: readonly SignedBytes[] = envelopes.map((envelope) =>
  envelope['key'] === 'city-2' ? signedBy(envelope, otherKey, 'city-2') : signedBy(envelope),
);

/** The same orders under SM2, judged by the very same rules behind the signature. */
const sm2Envelopes = envelopes.filter(({ key }) => key !== 'city-2').map((envelope) => ({ ...envelope, key: sm2Id }));
const sm2Genuine: readonly SignedBytes[] = sm2Envelopes.map((envelope) => signedBySm2(envelope, sm2Id));
const everyGenuine = [...genuine, ...sm2Genuine];

const same = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;

const isGenuine = ({ raw, key, signature }: SignedBytes): boolean =>
  everyGenuine.some((one) => one.key === key && same(one.raw, raw) && same(one.signature, signature));

const zoneIds = new Set(site.zones.map(({ id }) => id));

/** What core may rely on in an order, whatever its sender wrote. */
const wrongOrder = (order: Order): Verdict => {
  const { body, counter, validForMs, id, hash } = order;
  if (!/^[0-9a-f]{32}$/.test(id) || !/^[0-9a-f]{64}$/.test(hash)) return 'id or hash';
  if (!Number.isSafeInteger(counter) || counter < 1) return `counter ${counter}`;
  if (!Number.isSafeInteger(validForMs) || validForMs < 1_000) return `validity ${validForMs}`;
  if (!('alert' in body)) return null;
  const { zones, text, headline, status, class: alertClass } = body.alert;
  if (zones.length === 0 || zones.some((zone) => !zoneIds.has(zone))) return `zones ${zones.join(' ')}`;
  if (text.length > 2_000 || headline.length > 200) return 'text beyond its bound';
  if (status === 'actual' && alertClass === 'emergency' && order.class !== 'alarm') return 'an alarm in another class';
  if (order.sender === 'city-2' && order.class !== 'drill') return 'a class that the key may not sign';
  return Object.getPrototypeOf(body) === Object.prototype ? null : 'a body with a prototype';
};

const shotOf = (signed: SignedBytes, forged: boolean, given = context): Shot => ({
  take: () => {
    const read = readEnvelope(signed, given, 'websocket');
    if (!read.ok) return wrongFailure(read.failure);
    if (forged && !isGenuine(signed)) return 'a forged order was accepted';
    return wrongOrder(read.value);
  },
  show: () => `${signed.key} ${Buffer.from(signed.signature).toString('hex')} ${shown(signed.raw)}`,
});

/** Bytes, key and signature of a genuine order, one or more of them changed after it was signed. */
const forgedOrder = (dice: Dice): SignedBytes => {
  const one = dice.oneOf(dice.chance(sm2Share) ? sm2Genuine : genuine);
  const raw = dice.chance(0.8) ? hurtfulBytes([one.raw, dice.oneOf(genuine).raw], dice) : one.raw;
  const signature = dice.chance(0.25) ? hurtfulBytes([one.signature], dice) : one.signature;
  return { raw, signature, key: dice.chance(0.1) ? dice.oneOf(['city-2', 'county-1', '', '__proto__', 'x']) : one.key };
};

export const orderForged: Target = {
  name: 'order-forged',
  what: { zh: '签名后被改动的指令', en: 'orders changed after they were signed: none is accepted' },
  ...{ covers: ['src/intake/envelope.ts'], goal: million },
  prepare: () => ({ shot: (dice) => shotOf(forgedOrder(dice), true) }),
};

export const orderSigned: Target = {
  name: 'order-signed',
  what: { zh: '受信密钥签出的坏指令', en: 'nonsense signed by a pinned key: what is behind the signature' },
  ...{ covers: ['src/intake/envelope.ts'], goal: million },
  prepare: () => ({
    shot: (dice) => {
      if (dice.chance(sm2Share / 2)) return shotOf(signedBySm2(mutatedJson(sm2Envelopes, dice), sm2Id), false);
      const text = mutatedJson(envelopes, dice);
      if (!dice.chance(signedShare)) return shotOf(unsigned(text), false, believing);
      return shotOf(dice.chance(0.3) ? signedBy(text, otherKey, 'city-2') : signedBy(text), false);
    },
  }),
};

const compacts: readonly Buffer[] = [
  ...[compactBytes(), compactBytes({ rest: issueRest({ text: '请转移', zones: [0b111] }) })],
  ...[compactBytes({ kindAndClass: 0x21 }), compactBytes({ kindAndClass: 0x31, rest: Buffer.alloc(0) })],
  ...[0x12, 0x13, 0x41, 0x51, 0x61, 0x14, 0x64].map((kindAndClass) =>
    compactBytes({ kindAndClass, rest: Buffer.alloc(0) }),
  ),
];
const signatureBytes = 64;
const unsignedCompacts = compacts.map((one) => one.subarray(0, -signatureBytes));

/** The end of the order is its signature: signed anew, or where every signature holds, the rest reaches the reader. */
const compactOrder = (
  dice: Dice,
): { readonly bytes: Buffer; readonly given: typeof context; readonly forged: boolean } => {
  if (dice.chance(0.25)) return { bytes: hurtfulBytes(compacts, dice), given: context, forged: true };
  const inner = hurtfulBytes(unsignedCompacts, dice);
  const really = dice.chance(signedShare);
  const signature = really ? signedBy(inner, centreKey).signature : Buffer.alloc(signatureBytes);
  return { bytes: Buffer.concat([inner, signature]), given: really ? context : believing, forged: false };
};

export const orderBySatellite: Target = {
  name: 'order-by-satellite',
  what: { zh: '卫星短指令', en: 'compact orders by satellite, forged and signed' },
  ...{ covers: ['src/intake/satellite-order.ts'], goal: million },
  prepare: () => ({
    shot: (dice) => {
      const { bytes, given, forged } = compactOrder(dice);
      const take = (): Verdict => {
        const read = readSatelliteOrder(bytes, given);
        if (!read.ok) return wrongFailure(read.failure);
        if (bytes.length > satelliteOrderMaxBytes) return 'longer than a message can be';
        if (forged && !compacts.some((one) => same(one, bytes))) return 'a forged order was accepted';
        return wrongOrder(read.value);
      };
      return { take, show: () => shown(bytes) };
    },
  }),
};

const nonce = '00112233445566778899aabbccddeeff';
const statement = { v: 1, type: 'time', key: 'county-1', box: site.id, nonce, at: 1_783_688_400_000 };

const honestTime = signedBy(statement);
const asked = {
  ...{ boxId: site.id, question: { nonce, askedAt: 1_000 }, now: 1_400, floor: 1_783_000_000_000 },
};

const timeShot = (signed: SignedBytes, given: typeof context, forged: boolean): Shot => ({
  take: () => {
    const read = readSignedTime(signed, { ...given, ...asked });
    if (!read.ok) return wrongFailure(read.failure);
    if (forged && !same(signed.raw, honestTime.raw)) return 'a forged time was believed';
    if (signed.raw.length > Math.min(timeMaxBytes, envelopeMaxBytes)) return 'longer than it may be';
    return Number.isFinite(read.value.wall) && read.value.wall >= asked.floor ? null : `time ${read.value.wall}`;
  },
  show: () => shown(signed.raw),
});

export const signedTime: Target = {
  name: 'signed-time',
  what: { zh: '签名授时', en: 'the signed time of the centre, forged and signed' },
  ...{ covers: ['src/intake/signed-time.ts'], goal: million },
  prepare: () => ({
    shot: (dice) => {
      if (dice.chance(0.2))
        return timeShot({ ...honestTime, raw: hurtfulBytes([honestTime.raw], dice) }, context, true);
      const text = mutatedJson([statement], dice);
      return dice.chance(signedShare)
        ? timeShot(signedBy(text), context, false)
        : timeShot(unsigned(text), believing, false);
    },
  }),
};
