import type { Bilingual } from '../../src/words/bilingual.ts';
import { explain, explainCode, retold } from '../../src/words/error-codes.ts';
import { endedWords, proofWords } from '../../src/words/text/page.ts';
import { reasonText } from '../../src/words/text/reason-words.ts';
import { sumsOf, type ReceiptBody } from './receipt.ts';

/** What a receipt says besides its stage: words in both languages, and behind them the ids that no reader needs. */
export interface ReceiptDetail {
  readonly words: Bilingual;
  readonly ids: string;
}

const words = (zh: string, en: string): Bilingual => ({ zh, en });
const none = words('', '');
const same = (text: string): Bilingual => words(text, text);

/** What the box notes of itself that is no error. */
const noteWords: Readonly<Record<string, Bilingual>> = {
  'waiting-audio': words('等录音到齐再播', 'waits for its recording'),
  'audio-dropped': words('地方不够，不再用的旧录音已删', 'an old recording made room for a new one'),
  'clock-source': words('对时来源变了', 'another source of time'),
};

const doneWords: Readonly<Record<string, Bilingual>> = {
  stopped: words('已全部停响', 'stopped'),
  cancelled: words('预警已取消', 'the alert is cancelled'),
  'all-clear': words('解除已排队', 'the all-clear is queued'),
  'cleared-silently': words('已解除，没有播出过，不再播解除', 'cleared; nothing had sounded, so nothing is said'),
  continued: words('已继续播发', 'continued'),
  'audio-stored': words('录音已存好', 'the recording is stored'),
  'keys-set': words('密钥已更换', 'the keys are set'),
  'quiet-test-begun': words('静默自检开始', 'the quiet test has begun'),
  'quiet-test-given-up': words('静默自检中断，先播发', 'the quiet test gave way to sound'),
};

const resumeWords: Readonly<Record<string, Bilingual>> = {
  preempted: words('抢占结束', 'what preempted it is over'),
  resume: words('重启后接着播', 'goes on after a restart'),
  'announce-again': words('重启后从头播', 'announced again after a restart'),
};

export const healthWords: Readonly<Record<string, Bilingual>> = {
  well: words('在线', 'well'),
  suspect: words('可疑', 'suspect'),
  lost: words('离线', 'lost'),
};

export const quietWords: Readonly<Record<string, Bilingual>> = {
  good: words('正常', 'good'),
  'amplifier-fault': words('功放故障', 'amplifier fault'),
  'horn-open': words('喇叭开路', 'horn open'),
  'no-reply': words('无应答', 'no reply'),
  unsupported: words('不支持', 'not supported'),
};

const part = (body: ReceiptBody, key: string): string => {
  const value = body[key];
  if (Array.isArray(value)) return value.map(String).join(', ');
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
};

/** A value of a table in words; one that the table does not know is called a code. */
const named = (table: Readonly<Record<string, Bilingual>>, value: string): Bilingual =>
  table[value] ?? (value === '' ? none : words(`代号 ${value}`, `code ${value}`));

/** Parts that say nothing are left out. */
const joined = (...parts: readonly Bilingual[]): Bilingual => {
  const side = (language: 'zh' | 'en', comma: string): string =>
    parts.flatMap((one) => (one[language] === '' ? [] : [one[language]])).join(comma);
  return words(side('zh', '，'), side('en', ', '));
};

const reason = (body: ReceiptBody): Bilingual => {
  const given = part(body, 'reason');
  return given === '' ? none : reasonText(given);
};

const measured = (body: ReceiptBody): Bilingual =>
  typeof body['value'] === 'number' ? same(`${part(body, 'value')} ${part(body, 'unit')}`.trim()) : none;

const provenBy = (body: ReceiptBody): Bilingual => {
  const grade = part(body, 'grade');
  if (grade === '' || grade === 'none') return none;
  if (grade === 'switched') return words('只知已合闸', 'only known to be switched');
  const by = named(proofWords, grade);
  return words(`凭${by.zh}`, `by ${by.en}`);
};

/** The code stands behind the words, once. */
const coded = (body: ReceiptBody): ReceiptDetail => {
  const [code, detail] = [part(body, 'code'), part(body, 'detail')];
  const note = noteWords[code];
  if (note !== undefined) return { words: note, ids: `${code} ${detail}`.trim() };
  const failure = retold(code, detail);
  if (failure === null) return { words: named({}, code), ids: detail };
  const isPlain = Object.keys(failure.params).length === 0;
  const told = isPlain ? explainCode(code) : explain(failure);
  const isTold = !isPlain || detail.startsWith(told.en);
  const bare = (text: string): string => text.replace(` [${code}]`, '');
  return { words: words(bare(told.zh), bare(told.en)), ids: isTold ? code : `${code} ${detail}`.trim() };
};

const due = (count: string): Bilingual => words(`应响 ${count} 台`, `${count} due`);

const sums = (body: ReceiptBody): Bilingual => {
  const { due: wanted, sounded, failed, unknown } = sumsOf(body);
  return words(
    `应响 ${wanted} = 已响 ${sounded} + 未响 ${failed} + 未知 ${unknown}`,
    `due ${wanted} = sounded ${sounded} + failed ${failed} + unknown ${unknown}`,
  );
};

const answered = (body: ReceiptBody): Bilingual => {
  const afterS = Math.round(Number(part(body, 'afterMs')) / 1000);
  return words(`${part(body, 'person')}，收到后 ${afterS} 秒`, `${part(body, 'person')}, ${afterS} s after it came`);
};

const unproven = (body: ReceiptBody): Bilingual => {
  const terminals = part(body, 'terminals');
  return terminals === '' ? words('全部已证实静音', 'silence is proven everywhere') : same(terminals);
};

const details: Readonly<Record<string, (body: ReceiptBody) => ReceiptDetail>> = {
  refused: coded,
  noted: coded,
  queued: (body) => ({ words: joined(due(part(body, 'due'))), ids: part(body, 'zones') }),
  started: (body) => ({
    words: words(`第 ${part(body, 'pass')} 遍`, `pass ${part(body, 'pass')}`),
    ids: part(body, 'zone'),
  }),
  preempted: (body) => ({
    words: words('有更高级别的要播', 'something of a higher rank sounds'),
    ids: `${part(body, 'zone')} ← ${part(body, 'by')}`,
  }),
  resumed: (body) => ({ words: named(resumeWords, part(body, 'rule')), ids: part(body, 'zone') }),
  terminal: (body) => ({ words: joined(provenBy(body), measured(body), reason(body)), ids: part(body, 'terminal') }),
  degraded: (body) => ({ words: reason(body), ids: part(body, 'zone') }),
  'first-sound': (body) => ({ words: same(`${part(body, 'totalMs')} ms`), ids: '' }),
  ended: (body) => ({ words: joined(named(endedWords, part(body, 'how')), sums(body)), ids: '' }),
  done: (body) => ({ words: named(doneWords, part(body, 'what')), ids: '' }),
  answered: (body) => ({ words: answered(body), ids: '' }),
  'unproven-silence': (body) => ({ words: unproven(body), ids: '' }),
  health: (body) => ({
    words: joined(named(healthWords, part(body, 'health')), reason(body)),
    ids: part(body, 'terminal'),
  }),
  'quiet-test': (body) => ({ words: named(quietWords, part(body, 'result')), ids: part(body, 'terminal') }),
  restarted: (body) => ({ words: none, ids: part(body, 'boot') }),
};

export const detailOf = (body: ReceiptBody): ReceiptDetail => details[body.stage]?.(body) ?? { words: none, ids: '' };
