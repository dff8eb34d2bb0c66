import type { Bilingual } from '../bilingual.ts';
import { explainBare, explainCode, retold, type ErrorCode } from '../error-codes.ts';
import { pageWords } from './page.ts';
import { reasonText } from './reason-words.ts';

type Table = Readonly<Record<string, Bilingual>>;

/** What the box notes of itself that is no error. */
const noteWords: Table = {
  'waiting-audio': { zh: '等录音到齐再播', en: 'waits for its recording' },
  'audio-dropped': { zh: '地方不够，不再用的旧录音已删', en: 'an old recording made room for a new one' },
  'clock-source': { zh: '对时来源变了', en: 'another source of time' },
};

export const doneWords: Table = {
  stopped: { zh: '已全部停响', en: 'stopped' },
  cancelled: { zh: '预警已取消', en: 'the alert is cancelled' },
  'cleared-silently': {
    zh: '已解除，此时不便播音，不再播解除',
    en: 'cleared; not said aloud at this hour or under a stop',
  },
  continued: { zh: '已继续播发', en: 'continued' },
  'audio-stored': { zh: '录音已存好', en: 'the recording is stored' },
  'keys-set': { zh: '密钥已更换', en: 'the keys are set' },
  'quiet-test-begun': { zh: '静默自检开始', en: 'the quiet test has begun' },
  'quiet-test-given-up': { zh: '静默自检中断，先播发', en: 'the quiet test gave way to sound' },
};

export const resumeWords: Table = {
  preempted: { zh: '抢占结束', en: 'what preempted it is over' },
  resume: { zh: '重启后接着播', en: 'goes on after a restart' },
  'announce-again': { zh: '重启后从头播', en: 'announced again after a restart' },
};

/** A terminal's health, by the words of the page: whoever telephones reads the same there and at the centre. */
export const healthWords: Table = {
  well: pageWords.online,
  suspect: pageWords.fault,
  lost: pageWords.offline,
};

const quietWords: Table = {
  good: { zh: '正常', en: 'good' },
  unsupported: { zh: '不支持', en: 'not supported' },
};

const known = (table: Table, value: string): Bilingual | undefined =>
  Object.hasOwn(table, value) ? table[value] : undefined;

/** A value of a table in words; one that the table does not know is called a code, and none is nothing. */
export const namedIn = (table: Table, value: string): Bilingual =>
  known(table, value) ?? (value === '' ? { zh: '', en: '' } : { zh: `代号 ${value}`, en: `code ${value}` });

/** What a quiet test has found; a fault by the words that it has as a reason. */
export const quietText = (result: string): Bilingual => known(quietWords, result) ?? reasonText(result);

/** A refusal or note in words, without a code. */
export interface CodedText {
  readonly words: Bilingual;
  /** Null where it is no error of the table. */
  readonly code: ErrorCode | null;
  /** What no reader needs: the code, and the detail where the words do not say it. */
  readonly ids: string;
}

/** A refusal or note by its code and the English text it carries. */
export const codedText = (code: string, detail: string): CodedText => {
  const ids = `${code} ${detail}`.trim();
  const note = known(noteWords, code);
  if (note !== undefined) return { words: note, code: null, ids };
  const failure = retold(code, detail);
  if (failure === null) return { words: namedIn({}, code), code: null, ids: detail };
  const isPlain = Object.keys(failure.params).length === 0;
  const told = isPlain ? explainCode(code) : explainBare(failure);
  const isTold = !isPlain || detail.startsWith(told.en);
  return { words: told, code: failure.code, ids: isTold ? code : ids };
};

/** What is said of a stop when nothing of it is left to prove. */
export const allSilent: Bilingual = { zh: '已证实全部静音', en: 'silence is proven everywhere' };
