import type { Bilingual } from '../../src/words/bilingual.ts';
import { endedWords, proofWords } from '../../src/words/text/page.ts';
import { reasonText } from '../../src/words/text/reason-words.ts';
import { whoText } from '../../src/words/text/who-words.ts';
import {
  codedText,
  doneWords,
  healthWords,
  namedIn,
  quietText,
  resumeWords,
} from '../../src/words/text/receipt-words.ts';
import { sumsOf, type ReceiptBody } from './receipt.ts';

/** What a receipt says besides its stage: words in both languages, and behind them the ids that no reader needs. */
export interface ReceiptDetail {
  readonly words: Bilingual;
  readonly ids: string;
}

const words = (zh: string, en: string): Bilingual => ({ zh, en });
const none = words('', '');
const same = (text: string): Bilingual => words(text, text);

const part = (body: ReceiptBody, key: string): string => {
  const value = body[key];
  if (Array.isArray(value)) return value.map(String).join(', ');
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
};

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
  // With a reason the reason says it: "switched" beside "its switch did not close" would deny it.
  if (grade === 'switched')
    return part(body, 'reason') === '' ? words('只知已合闸', 'only known to be switched') : none;
  const by = namedIn(proofWords, grade);
  return words(`凭${by.zh}`, `by ${by.en}`);
};

const coded = (body: ReceiptBody): ReceiptDetail => {
  const { words: told, ids } = codedText(part(body, 'code'), part(body, 'detail'));
  return { words: told, ids };
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
  const person = whoText(part(body, 'person')) ?? same(part(body, 'person'));
  return words(`${person.zh}，收到后 ${afterS} 秒`, `${person.en}, ${afterS} s after it came`);
};

const unproven = (body: ReceiptBody): Bilingual => {
  const terminals = part(body, 'terminals');
  return terminals === ''
    ? words('全部已证实静音', 'silence is proven everywhere')
    : words(`未证实：${terminals}`, `not proven: ${terminals}`);
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
  resumed: (body) => ({ words: namedIn(resumeWords, part(body, 'rule')), ids: part(body, 'zone') }),
  terminal: (body) => ({ words: joined(provenBy(body), measured(body), reason(body)), ids: part(body, 'terminal') }),
  degraded: (body) => ({ words: reason(body), ids: part(body, 'zone') }),
  'first-sound': (body) => ({ words: same(`${part(body, 'totalMs')} ms`), ids: '' }),
  ended: (body) => ({ words: joined(namedIn(endedWords, part(body, 'how')), sums(body)), ids: '' }),
  done: (body) => ({ words: namedIn(doneWords, part(body, 'what')), ids: '' }),
  answered: (body) => ({ words: answered(body), ids: '' }),
  'unproven-silence': (body) => ({ words: unproven(body), ids: '' }),
  health: (body) => ({
    words: joined(namedIn(healthWords, part(body, 'health')), reason(body)),
    ids: part(body, 'terminal'),
  }),
  'quiet-test': (body) => ({ words: quietText(part(body, 'result')), ids: part(body, 'terminal') }),
  restarted: (body) => ({ words: none, ids: part(body, 'boot') }),
};

export const detailOf = (body: ReceiptBody): ReceiptDetail => details[body.stage]?.(body) ?? { words: none, ids: '' };
