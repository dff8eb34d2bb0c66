import type { Bilingual } from '../bilingual.ts';
import { explain, retold } from '../error-codes.ts';

/** What of a receipt a line for a person needs; the shape is core's `Receipt`. */
interface ReceiptWords {
  readonly number: number;
  readonly at: { readonly wall: number; readonly trust: 'trusted' | 'guessed' };
  readonly status: 'actual' | 'drill' | 'test' | null;
  readonly body: { readonly stage: string };
}

const stageWords: Readonly<Record<string, Bilingual>> = {
  received: { zh: '收到', en: 'received' },
  verified: { zh: '已校验', en: 'verified' },
  refused: { zh: '拒绝', en: 'refused' },
  queued: { zh: '待播', en: 'queued' },
  started: { zh: '播发中', en: 'on air' },
  preempted: { zh: '被抢占', en: 'preempted' },
  resumed: { zh: '续播', en: 'resumed' },
  terminal: { zh: '终端', en: 'terminal' },
  degraded: { zh: '降级', en: 'degraded' },
  'first-sound': { zh: '首声用时', en: 'time to first sound' },
  ended: { zh: '结束', en: 'ended' },
  done: { zh: '已执行', en: 'done' },
  answered: { zh: '叫应', en: 'answered' },
  'unproven-silence': { zh: '静音核对', en: 'silence checked' },
  health: { zh: '终端状态', en: 'terminal health' },
  'quiet-test': { zh: '静默自检', en: 'quiet test' },
  restarted: { zh: '重新启动', en: 'restarted' },
  noted: { zh: '记录', en: 'noted' },
};

const statusWords: Readonly<Record<'actual' | 'drill' | 'test', Bilingual>> = {
  actual: { zh: '正式', en: 'actual' },
  drill: { zh: '演练', en: 'drill' },
  test: { zh: '测试', en: 'test' },
};

const beijingClock = (wall: number): string => new Date(wall + 8 * 3_600_000).toISOString().slice(11, 19);

const detailOf = (body: object): string =>
  Object.entries(body)
    .filter(([key, value]) => key !== 'stage' && value !== null)
    .map(([key, value]) => `${key}=${typeof value === 'object' ? JSON.stringify(value) : String(value)}`)
    .join(' ');

/** The receipt carries a refusal in English only; its code gives the words of either language. */
const refusalOf = (body: object): Bilingual | null => {
  if (!('code' in body && 'detail' in body)) return null;
  const failure = retold(String(body.code), String(body.detail));
  return failure === null ? null : explain(failure);
};

/** One receipt as one line: Beijing time, number, status, stage, and what it carries. */
export const receiptLine = ({ number, at, status, body }: ReceiptWords): Bilingual => {
  const clock = `${beijingClock(at.wall)}${at.trust === 'guessed' ? '?' : ''}`;
  const words = stageWords[body.stage] ?? { zh: body.stage, en: body.stage };
  const refusal = body.stage === 'refused' ? refusalOf(body) : null;
  const line = (language: 'zh' | 'en'): string =>
    [
      clock,
      `#${number}`,
      status === null ? '' : statusWords[status][language],
      words[language],
      refusal?.[language] ?? detailOf(body),
    ]
      .filter((part) => part !== '')
      .join('  ');
  return { zh: line('zh'), en: line('en') };
};
