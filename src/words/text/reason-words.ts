import type { Bilingual } from '../bilingual.ts';

/** Why a terminal is not proven, or a zone cannot do all it should, in words for the person on site. */
export const reasonWords: Readonly<Record<string, Bilingual>> = {
  'no-evidence': { zh: '还没有凭据就结束了', en: 'ended before there was proof' },
  'not-started': { zh: '没有轮到', en: 'its turn did not come' },
  'no-reply': { zh: '不应答', en: 'no reply' },
  'comes-and-goes': { zh: '时有时无，先按离线', en: 'comes and goes, held as offline' },
  'not-read': { zh: '没有读到', en: 'could not be read' },
  'not-wired': { zh: '没有取证线', en: 'nothing to prove it with' },
  'line-gone': { zh: '线路断了', en: 'the line is gone' },
  'reply-malformed': { zh: '应答不合规范', en: 'malformed reply' },
  'reply-garbled': { zh: '应答损坏', en: 'damaged reply' },
  'reply-wrong-unit': { zh: '应答的是另一台设备', en: 'another unit replied' },
  'reply-mismatch': { zh: '应答与所问不符', en: 'the reply does not fit the request' },
  'reply-doubtful': { zh: '应答可能是上一次的，不采信', en: 'the reply may be an earlier one' },
  'echo-damaged': { zh: '线路上有碰撞', en: 'two talked at once on the line' },
  'line-babbling': { zh: '线路上一直有杂乱数据', en: 'bytes on the line that nobody asked for' },
  'line-busy': { zh: '线路排队已满', en: 'the queue of the line is full' },
  'exchange-superseded': { zh: '让位于更新的指令', en: 'gave way to a newer order' },
  'exchange-invalid': { zh: '请求不合法', en: 'the request is not valid' },
  rejected: { zh: '拒绝执行', en: 'refused by the unit' },
  silent: { zh: '没有响', en: 'silent' },
  'no-current': { zh: '没有电流', en: 'no current' },
  'no-sound': { zh: '没有声音', en: 'no sound' },
  'status-silent': { zh: '设备报告没有响', en: 'the unit reports silence' },
  'no-return': { zh: '没有回传声音', en: 'no return audio' },
  'not-switched': { zh: '开关没有合上', en: 'its switch did not close' },
  'switched-only': { zh: '已合闸，没有响的凭据', en: 'switched on, sound not proven' },
  'off-ignored': { zh: '关不掉', en: 'does not switch off' },
  'no-output': { zh: '没有声音输出', en: 'no sound output' },
  'output-shared': { zh: '共用的声音输出正播别的', en: 'its shared sound output plays something else' },
  'chip-silent': { zh: '语音芯片不应答', en: 'speech chip silent' },
  'chip-rejected': { zh: '语音芯片拒绝', en: 'refused by the speech chip' },
  'chip-reset': { zh: '语音芯片重新启动了', en: 'the speech chip restarted' },
  'no-end-of-speech': { zh: '语音芯片没有报告播完', en: 'no end of speech from the chip' },
  'no-chip': { zh: '没有语音芯片', en: 'no speech chip' },
  'no-track': { zh: '没有存这条录音', en: 'the clip is not stored there' },
  'nothing-to-say': { zh: '没有要说的话', en: 'nothing to say' },
  'not-speakable': { zh: '这些字念不出来', en: 'the words cannot be spoken' },
  'nothing-to-play': { zh: '没有能播的', en: 'nothing it can play' },
  'nothing-proven': { zh: '没有一台有凭据', en: 'not one terminal is proven' },
  'audio-only': { zh: '只有录音，这里播不了', en: 'a recording only, which cannot be played here' },
  'siren-cap': { zh: '警报器到了时间上限', en: 'siren limit reached' },
  supply: { zh: '电池一次带不动', en: 'the battery cannot start all at once' },
  restored: { zh: '已恢复', en: 'restored' },
  busy: { zh: '忙', en: 'busy' },
  'too-soon': { zh: '发送间隔未到', en: 'too soon after the last one' },
  'not-asked': { zh: '没有问到', en: 'was not asked' },
  'amplifier-fault': { zh: '功放故障', en: 'amplifier fault' },
  'horn-open': { zh: '喇叭断线', en: 'horn not connected' },
};

/** A reason in words; one that nobody has put into words is at least said to be a code. */
export const reasonText = (reason: string): Bilingual => {
  const known = reasonWords[reason];
  if (known !== undefined) return known;
  const [, exception] = /^exception-(\d+)$/.exec(reason) ?? [];
  if (exception !== undefined) return { zh: `设备拒绝（${exception}）`, en: `refused by the unit (${exception})` };
  if (reason.startsWith('audio-'))
    return { zh: `本机没有做出声音（${reason}）`, en: `the box made no sound (${reason})` };
  const [, tested] = /^quiet-test-(.+)$/.exec(reason) ?? [];
  const found = tested === undefined ? undefined : reasonWords[tested];
  if (found !== undefined) return { zh: `静默自检：${found.zh}`, en: `quiet test: ${found.en}` };
  return { zh: `代号 ${reason}`, en: `code ${reason}` };
};
