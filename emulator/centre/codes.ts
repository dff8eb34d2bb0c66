import type { Bilingual } from '../../src/words/bilingual.ts';
import type { Result } from '../../src/words/failure.ts';

/**
 * What the practice centre refuses or remarks, by name. `docs/how-to/practice-centre.md` lists the same codes, and a test
 * compares both ways. They are the centre's own; the box has its table in docs/reference/errors.md.
 */
export const centreCodes = {
  'centre-message-json': { zh: '不是有效的 JSON 对象', en: 'not a valid JSON object' },
  'centre-message-binary': { zh: '收到二进制帧，应为文本帧', en: 'a binary frame came; text frames are expected' },
  'centre-message-type': { zh: '文档中没有设备发送的这种消息', en: 'no message that a box sends has this type' },
  'centre-message-shape': { zh: '消息不符合 asyncapi.json', en: 'the message does not fit asyncapi.json' },
  'centre-message-large': { zh: '消息超过 65536 字节，连接已断开', en: 'over 65536 bytes; the link was closed' },
  'centre-content-shape': { zh: '签名内容不符合 asyncapi.json', en: 'the signed content does not fit asyncapi.json' },
  'centre-signature': { zh: '设备签名无效，未保存、未确认', en: 'bad box signature: neither stored nor acknowledged' },
  'centre-box-unknown': {
    zh: '未登记此设备的公钥，请先登记',
    en: 'the key of this box is not enrolled; enrol it first',
  },
  'centre-box-other': { zh: '内容属于另一台设备', en: 'the content is of another box than the link' },
  'centre-nonce': { zh: '状态未回答最近一次询问', en: 'the status does not answer the last ping' },
  'centre-receipt-gap': { zh: '回执编号不连续', en: 'receipt numbers are missing' },
  'centre-receipt-conflict': {
    zh: '同一编号的回执内容不同：设备可能被恢复成旧镜像',
    en: 'one receipt number with two contents: the box may have been set back to an old image',
  },
  'centre-receipt-elsewhere': { zh: '此前的回执已由别处确认', en: 'earlier receipts were acknowledged elsewhere' },
  'centre-receipt-gone': {
    zh: '设备放弃了这些回执，不会再来',
    en: 'the box has given these receipts up: they never come',
  },
  'centre-receipt-back': {
    zh: '设备的回执编号倒退：可能被恢复成旧镜像',
    en: 'the receipt numbers of the box went back: it may have been set back to an old image',
  },
  'centre-receipt-stage': { zh: '回执阶段与规范不符', en: 'the stage of the receipt is not as documented' },
  'centre-receipt-sum': { zh: '应响不等于已响+未响+未知', en: 'due is not sounded + failed + unknown' },
  'centre-journal-back': { zh: '设备日志变短：可能被截断或恢复', en: 'the journal became shorter: cut or restored' },
  'centre-journal-none': {
    zh: '设备现在没有可出示的日志：读不出，或最新的记录还可能丢失',
    en: 'the box shows no journal now: it cannot read it, or the newest records may yet be lost',
  },
  'centre-journal-changed': { zh: '设备日志链首与见证不符', en: 'the journal head contradicts the witness' },
  'centre-box-problem': { zh: '设备说收到的消息不合规范', en: 'the box says that a message was not as documented' },
  'centre-disk': { zh: '无法写盘，未确认', en: 'could not be written; not acknowledged' },
  'centre-boxes-many': { zh: '设备或连接过多', en: 'too many boxes or links' },
  'centre-order-invalid': { zh: '指令不符合规范，未发送', en: 'the order does not fit the document and was not sent' },
  'centre-order-large': { zh: '信封超过 8192 字节，未发送', en: 'the envelope is over 8192 bytes and was not sent' },
  'centre-audio-unknown': { zh: '不是可播放的 WAV、MP3 或 Ogg Opus', en: 'no WAV, MP3 or Ogg Opus that can be played' },
  'centre-audio-large': { zh: '录音超过 20 MB', en: 'the recording is over 20 MB' },
  'centre-audio-missing': { zh: '中心没有这段录音', en: 'this centre does not hold that recording' },
  'centre-alert-unknown': { zh: '还没有发过预警', en: 'no alert has been issued yet' },
  'centre-satellite-closed': { zh: '没有这个卫星站点的配置', en: 'this satellite site is not configured' },
  'centre-satellite-shape': { zh: '不是有效的卫星报文', en: 'not a valid satellite message' },
  'centre-satellite-large': { zh: '卫星指令超过 209 字节，请缩短正文', en: 'over 209 bytes; shorten the text' },
  'centre-input-json': { zh: '请求正文不是有效的 JSON 对象', en: 'the body is not a valid JSON object' },
  'centre-input-field': { zh: '字段值不正确', en: 'the value of a field is wrong' },
  'centre-input-unknown': { zh: '没有这个字段', en: 'there is no such field' },
  'centre-input-large': { zh: '请求正文过长', en: 'the body is too long' },
  'centre-input-act': { zh: '没有这个操作', en: 'there is no such act' },
  'centre-input-host': { zh: '只接受来自本机的请求', en: 'only requests from this machine are accepted' },
  'centre-input-method': { zh: '此地址不支持这种方法', en: 'this address does not support the method' },
  'centre-input-path': { zh: '没有这个页面', en: 'there is no such page' },
  'centre-unreachable': {
    zh: '无法连接练习中心：请先运行 serve；由 npm start 启动的，请用 --url 写上它打印的练习中心网页地址',
    en: 'the centre cannot be reached: run serve first, or name by --url the page of the centre that npm start printed',
  },
  'centre-internal': { zh: '练习中心内部错误', en: 'an internal error of the centre' },
} as const satisfies Readonly<Record<string, Bilingual>>;

export type CentreCode = keyof typeof centreCodes;

/** An expected failure of the centre. `field` names the place in the input, `detail` what was found there. */
export interface CentreFailure {
  readonly code: CentreCode;
  readonly field: string | null;
  readonly detail: string;
}

export type CentreResult<T> = Result<T, CentreFailure>;

export const centreFailed = (
  code: CentreCode,
  detail = '',
  field: string | null = null,
): { readonly ok: false; readonly failure: CentreFailure } => ({ ok: false, failure: { code, field, detail } });

/** The failure as a person reads it. */
export const explainCentre = ({ code, field, detail }: CentreFailure): Bilingual => {
  const place = field === null || field === '' ? '' : `${field}: `;
  const more = detail === '' ? '' : ` (${detail})`;
  const { zh, en } = centreCodes[code];
  return { zh: `${place}${zh}${more} [${code}]`, en: `${place}${en}${more} [${code}]` };
};
