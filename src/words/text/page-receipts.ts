import type { Bilingual } from '../bilingual.ts';
import { codeBehind } from '../error-codes.ts';
import { endedWords, pageWords } from './page.ts';
import { reasonText } from './reason-words.ts';
import { allSilent, codedText, doneWords, healthWords, namedIn, quietText, resumeWords } from './receipt-words.ts';

/** What of a receipt a sentence needs; the shape is core's `Receipt` body. */
type Body = Readonly<Record<string, unknown>> & { readonly stage: string };

/** The name of a terminal, zone or person by its id. */
export type NameOf = (id: string) => Bilingual;

const text = (value: unknown): string => (typeof value === 'string' || typeof value === 'number' ? String(value) : '');
/** Terminals named in one sentence; beyond them their number. */
const namedMax = 8;
const seconds = (ms: unknown): string => (typeof ms === 'number' ? (ms / 1000).toFixed(1) : '?');

const joined = (parts: readonly (Bilingual | null)[]): Bilingual => {
  const side = (language: 'zh' | 'en'): string =>
    parts.flatMap((part) => (part === null || part[language] === '' ? [] : [part[language]])).join(' ');
  return { zh: side('zh'), en: side('en') };
};

const reason = (value: unknown): Bilingual | null => {
  const word = text(value);
  return word === '' ? null : reasonText(word);
};

const verdicts: Readonly<Record<string, Bilingual>> = {
  sounded: pageWords.sounded,
  failed: pageWords.failed,
  unknown: pageWords.unknown,
};

/** What kind of thing it is, its words, and its code where it is one of the table of errors. */
const coded =
  (kind: Bilingual) =>
  (body: Body): Bilingual => {
    const { words, code } = codedText(text(body['code']), text(body['detail']));
    const ending = code === null ? '' : codeBehind(code);
    return joined([kind, { zh: words.zh + ending, en: words.en + ending }]);
  };

const value = (body: Body): Bilingual | null =>
  typeof body['value'] === 'number'
    ? { zh: `${body['value']} ${text(body['unit'])}`, en: `${body['value']} ${text(body['unit'])}` }
    : null;

const sentences: Readonly<Record<string, (body: Body, nameOf: NameOf) => Bilingual>> = {
  received: () => ({ zh: '收到', en: 'received' }),
  verified: () => ({ zh: '已校验', en: 'verified' }),
  refused: coded({ zh: '拒绝：', en: 'refused:' }),
  queued: ({ due }) => ({ zh: `待播，应响 ${text(due)} 台`, en: `queued, ${text(due)} due` }),
  started: ({ zone, pass }, nameOf) =>
    joined([nameOf(text(zone)), { zh: `播发第 ${text(pass)} 遍`, en: `on air, pass ${text(pass)}` }]),
  preempted: ({ zone }, nameOf) =>
    joined([nameOf(text(zone)), { zh: '被更高级别抢占', en: 'preempted by a higher rank' }]),
  resumed: ({ zone, rule }, nameOf) =>
    joined([nameOf(text(zone)), { zh: '续播：', en: 'resumed:' }, namedIn(resumeWords, text(rule))]),
  terminal: (body, nameOf) =>
    joined([
      nameOf(text(body['terminal'])),
      verdicts[text(body['verdict'])] ?? null,
      body['verdict'] === 'sounded' ? null : reason(body['reason']),
      value(body),
    ]),
  degraded: (body, nameOf) =>
    joined([nameOf(text(body['zone'])), { zh: '降级', en: 'degraded' }, reason(body['reason'])]),
  'first-sound': ({ totalMs }) => ({
    zh: `首声 ${seconds(totalMs)} 秒`,
    en: `first sound after ${seconds(totalMs)} s`,
  }),
  ended: (body) =>
    joined([
      endedWords[text(body['how'])] ?? pageWords.ended,
      {
        zh: `应响 ${text(body['due'])} = 已响 ${text(body['sounded'])} + 未响 ${text(body['failed'])} + 未知 ${text(body['unknown'])}`,
        en: `due ${text(body['due'])} = sounded ${text(body['sounded'])} + failed ${text(body['failed'])} + unknown ${text(body['unknown'])}`,
      },
    ]),
  done: ({ what }) => namedIn(doneWords, text(what)),
  answered: ({ person }, nameOf) => joined([nameOf(text(person)), { zh: '已收到（叫应）', en: 'has heard' }]),
  'unproven-silence': ({ terminals }, nameOf) => {
    const names = Array.isArray(terminals) ? terminals.map((one) => nameOf(text(one))) : [];
    const more = names.length > namedMax ? names.length - namedMax : 0;
    const list = (language: 'zh' | 'en', between: string): string =>
      names
        .slice(0, namedMax)
        .map((name) => name[language])
        .join(between);
    if (names.length === 0) return allSilent;
    return {
      zh: `${names.length} 台静音未证实：${list('zh', '、')}${more > 0 ? ` 等` : ''}`,
      en: `silence not proven of ${names.length}: ${list('en', ', ')}${more > 0 ? `, ${more} more` : ''}`,
    };
  },
  health: (body, nameOf) =>
    joined([nameOf(text(body['terminal'])), namedIn(healthWords, text(body['health'])), reason(body['reason'])]),
  'quiet-test': ({ terminal, result }, nameOf) =>
    joined([nameOf(text(terminal)), { zh: '静默自检：', en: 'quiet test:' }, quietText(text(result))]),
  restarted: () => ({ zh: '本机重新启动', en: 'the box started anew' }),
  noted: coded({ zh: '记录：', en: 'noted:' }),
};

/** One receipt as a sentence for people on site; a stage nobody has words for keeps its own name. */
export const receiptSentence = (body: { readonly stage: string }, nameOf: NameOf): Bilingual =>
  (sentences[body.stage] ?? (() => ({ zh: body.stage, en: body.stage })))({ ...body }, nameOf);
