import Type from 'typebox';
import { ok } from '../../src/words/failure.ts';
import {
  aboutFields,
  alertOf,
  issueFields,
  optionsOf,
  seconds,
  spokenFields,
  storeFields,
  text,
} from './act-fields.ts';
import { act, type Act } from './act.ts';
import { parseStartTime } from './beijing-time.ts';
import type { Centre } from './centre.ts';
import { centreFailed, type CentreResult } from './codes.ts';
import type { SentOrder } from './order-desk.ts';
import { factsOf, type Alert, type Misdeed, type OrderFacts, type OrderOptions } from './orders.ts';

/** What is told of an order: everything but the bytes, which stand in orders.ndjson. */
const told = (sent: CentreResult<SentOrder>): CentreResult<OrderFacts & { readonly sentTo: readonly string[] }> =>
  sent.ok ? ok({ ...factsOf(sent.value), sentTo: sent.value.sentTo }) : sent;

/** An act that speaks of a whole alert: its fields, with the recording that was kept for it. */
const alertAct = (
  words: { readonly zh: string; readonly en: string },
  send: (centre: Centre, alert: Partial<Alert>, options: OrderOptions) => Promise<CentreResult<SentOrder>>,
): Act =>
  act(words, issueFields, async (centre, params) => {
    const audio = params.audio === undefined ? null : await centre.namedAudio(params.audio);
    if (audio?.ok === false) return audio;
    const alert = audio === null ? alertOf(params) : { ...alertOf(params), audio: audio.value };
    return told(await send(centre, alert, optionsOf(params)));
  });

const orders: Readonly<Record<string, Act>> = {
  red: alertAct({ zh: '推送红色', en: 'push an actual red alert' }, (centre, alert, options) =>
    centre.issue({ ...alert, status: 'actual', severity: 'red' }, options),
  ),
  drill: alertAct({ zh: '演练', en: 'push a drill' }, (centre, alert, options) =>
    centre.issue({ ...alert, status: 'drill' }, options),
  ),
  issue: alertAct(
    { zh: '发布', en: 'issue an alert; a drill unless status says otherwise' },
    (centre, alert, options) => centre.issue(alert, options),
  ),
  update: alertAct({ zh: '更新', en: 'update an alert: give what changes' }, (centre, alert, options) =>
    centre.update(alert, options),
  ),
  'store-audio': act(
    { zh: '预先下发录音', en: 'push a recording ahead of its order', positional: ['audio'] },
    storeFields,
    async (centre, params) => {
      const audio = await centre.namedAudio(params.audio ?? '');
      return audio.ok ? told(await centre.storeAudio(audio.value, optionsOf(params))) : audio;
    },
  ),
  cancel: act({ zh: '取消', en: 'cancel an alert', positional: ['alertId'] }, aboutFields, async (centre, params) =>
    told(await centre.cancel(params.alertId, optionsOf(params))),
  ),
  'all-clear': act(
    { zh: '解除', en: 'all clear', positional: ['alertId', 'text'] },
    spokenFields,
    async (centre, params) => told(await centre.allClear(params.alertId, params.text, optionsOf(params))),
  ),
  correction: act(
    { zh: '更正', en: 'correct an alert', positional: ['text', 'alertId'] },
    spokenFields,
    async (centre, params) => {
      if (params.text === undefined) return centreFailed('centre-input-field', '', 'text');
      return told(await centre.correction(params.alertId, params.text, optionsOf(params)));
    },
  ),
  stop: act(
    { zh: '停止', en: 'stop everything, or one alert', positional: ['alertId'] },
    aboutFields,
    async (centre, params) => told(await centre.stop(params.alertId ?? null, optionsOf(params))),
  ),
  'same-order-100': act({ zh: '同一条×100', en: 'one drill, a hundred times' }, issueFields, async (centre, params) => {
    const sent = await centre.issue({ ...alertOf(params), status: 'drill' }, optionsOf(params));
    if (sent.ok) centre.repeat(sent.value, 99);
    return told(sent);
  }),
  'set-keys': act(
    { zh: '重发密钥', en: "send this centre's keys as the whole new set" },
    Type.Object({}),
    async (centre) => told(await centre.setKeys(centre.keys)),
  ),
};

const misdeed = (kind: Misdeed, zh: string, en: string): Act =>
  act({ zh, en }, issueFields, async (centre, params) =>
    told(await centre.issue(alertOf(params), { ...optionsOf(params), misdeed: kind })),
  );

const wrongs: Readonly<Record<string, Act>> = {
  expired: misdeed('expired', '已过期', 'a drill that has expired'),
  'bad-signature': misdeed('bad-signature', '坏签名', 'a drill with a bad signature'),
  'unknown-key': misdeed('unknown-key', '未知密钥', 'a drill signed by a stranger'),
  'wrong-scope': misdeed('wrong-scope', '范围外', 'a drill for another place'),
  oversize: misdeed('oversize', '超长', 'a drill in an envelope that is too long'),
};

const secondsOf = (centre: Centre, forS: number, run: (ms: number) => void): CentreResult<unknown> => {
  run(forS * 1000);
  return ok({ seconds: forS, boxes: centre.connected() });
};

const secondsField = Type.Object({ seconds: seconds('seconds · 秒') });
const slowFields = Type.Object({
  bitsPerSecond: Type.Optional(Type.Integer({ minimum: 100, description: 'bits a second; none: full speed · 速率' })),
  delayMs: Type.Optional(Type.Integer({ minimum: 0, maximum: 60_000, description: 'delay each way · 单向延迟毫秒' })),
});
const rawFields = Type.Object({ text: text('a text frame · 文本帧'), base64: text('a binary frame · 二进制帧') });
const enrolFields = Type.Object({
  id: Type.String({ description: 'id of the box · 设备编号' }),
  publicKey: Type.String({ description: 'its raw Ed25519 public key, base64 · 设备公钥' }),
});
const timeFields = Type.Object({
  at: Type.String({ description: '2026-11-23T20:52+08:00, or workday · 时刻' }),
});

const lines: Readonly<Record<string, Act>> = {
  cut: act({ zh: '断开30秒', en: 'cut the uplink', positional: ['seconds'] }, secondsField, (centre, params) =>
    secondsOf(centre, params.seconds ?? 30, centre.cutUplink),
  ),
  'half-open': act(
    { zh: '半开30秒', en: 'connected, but nothing passes', positional: ['seconds'] },
    secondsField,
    (centre, params) => secondsOf(centre, params.seconds ?? 30, centre.halfOpen),
  ),
  slow: act(
    { zh: '慢链路', en: 'slow the line down', positional: ['bitsPerSecond', 'delayMs'] },
    slowFields,
    (centre, params) => {
      const carriage = { delayMs: params.delayMs ?? 0, bitsPerSecond: params.bitsPerSecond ?? null };
      centre.slowLink(carriage);
      return ok(carriage);
    },
  ),
  raw: act({ zh: '原始字节', en: 'send bytes as they are', positional: ['text'] }, rawFields, (centre, params) =>
    ok({
      links: centre.sendRaw(params.base64 === undefined ? (params.text ?? '') : Buffer.from(params.base64, 'base64')),
    }),
  ),
  ping: act({ zh: '询问状态', en: 'ask for a fresh signed status' }, Type.Object({}), (centre) =>
    ok({ boxes: centre.ping() }),
  ),
  time: act({ zh: '设定时间', en: "set the centre's time", positional: ['at'] }, timeFields, (centre, params) => {
    const wallMs = parseStartTime(params.at, centre.wall());
    return wallMs === null ? centreFailed('centre-input-field', '', 'at') : ok(centre.sendTime(wallMs));
  }),
  enrol: act(
    { zh: '登记设备', en: 'pin the public key of a box', positional: ['id', 'publicKey'] },
    enrolFields,
    (centre, params) => centre.enrol(params.id, params.publicKey),
  ),
};

/** Every act by the name that the command line and the HTTP interface call it. */
export const acts: Readonly<Record<string, Act>> = { ...orders, ...wrongs, ...lines };
