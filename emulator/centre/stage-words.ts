import type { Bilingual } from '../../src/words/bilingual.ts';
import { pageWords } from '../../src/words/text/page.ts';
import type { ReceiptBody } from './receipt.ts';
import { detailOf } from './receipt-details.ts';

const words = (zh: string, en: string): Bilingual => ({ zh, en });

const stages: Readonly<Record<string, Bilingual>> = {
  accepted: words('已接收，待播或播发中', 'accepted: waiting or on air'),
  received: words('已收到', 'received'),
  verified: words('已校验', 'verified'),
  refused: words('拒绝', 'refused'),
  queued: words('待播', 'queued'),
  started: words('播发中', 'on air'),
  preempted: words('被抢占', 'preempted'),
  resumed: words('恢复播发', 'resumed'),
  degraded: words('降级', 'degraded'),
  'first-sound': words('首声', 'first sound'),
  ended: words('结束', 'ended'),
  done: words('已执行', 'carried out'),
  answered: words('叫应', 'answered'),
  // A neutral word: the detail beside it says what was proven, and what was not.
  'unproven-silence': words('静音核对', 'silence checked'),
  health: words('终端状态', 'terminal health'),
  'quiet-test': words('静默自检', 'quiet test'),
  restarted: words('设备重启', 'box restarted'),
  noted: words('备注', 'noted'),
};

export const verdictWords: Readonly<Record<string, Bilingual>> = {
  sounded: pageWords.sounded,
  failed: pageWords.failed,
  unknown: pageWords.unknown,
};

export const orderWords: Readonly<Record<string, Bilingual>> = {
  issue: words('发布', 'issue'),
  update: words('更新', 'update'),
  cancel: words('取消', 'cancel'),
  'all-clear': words('解除', 'all clear'),
  correction: words('更正', 'correction'),
  stop: words('停止', 'stop'),
  'store-audio': words('预存录音', 'store audio'),
  'set-keys': words('更换密钥', 'set keys'),
};

export const statusWords: Readonly<Record<string, Bilingual>> = {
  actual: words('正式', 'ACTUAL'),
  drill: words('演练', 'DRILL'),
  test: words('测试', 'TEST'),
};

export const severityWords: Readonly<Record<string, Bilingual>> = {
  red: words('红色 Ⅰ级', 'red'),
  orange: words('橙色 Ⅱ级', 'orange'),
  yellow: words('黄色 Ⅲ级', 'yellow'),
  blue: words('蓝色 Ⅳ级', 'blue'),
  unknown: words('级别不明', 'unknown level'),
};

export const audioWords: Readonly<Record<string, Bilingual>> = {
  receiving: words('接收中', 'receiving'),
  stored: words('已存好', 'stored'),
  refused: words('拒绝', 'refused'),
};

export const misdeedWords: Readonly<Record<string, Bilingual>> = {
  'bad-signature': words('坏签名', 'bad signature'),
  'unknown-key': words('未知密钥', 'unknown key'),
  expired: words('已过期', 'expired'),
  'wrong-scope': words('范围外', 'wrong scope'),
  oversize: words('超长', 'oversize'),
};

export const soundingWords: Readonly<Record<string, Bilingual>> = {
  yes: words('在响', 'sounding'),
  no: words('静音', 'silent'),
  unknown: words('未知', 'unknown'),
};

export const broadcastWords: Readonly<Record<string, Bilingual>> = {
  queued: words('待播', 'queued'),
  playing: words('播发中', 'on air'),
  preempted: words('被抢占', 'preempted'),
  held: words('暂停', 'held'),
};

/** The word for a value of a table, or the value itself where the table has none. */
export const wordOf = (table: Readonly<Record<string, Bilingual>>, value: string): Bilingual =>
  table[value] ?? words(value, value);

/** A receipt as a person reads it: the word of its stage, what it says, and the ids it speaks of. */
export const sayReceipt = (
  body: ReceiptBody,
): { readonly stage: Bilingual; readonly detail: Bilingual; readonly ids: string } => {
  const { words: detail, ids } = detailOf(body);
  const verdict = body['verdict'];
  const stage =
    body.stage === 'terminal' && typeof verdict === 'string'
      ? wordOf(verdictWords, verdict)
      : wordOf(stages, body.stage);
  return { stage, detail, ids };
};
