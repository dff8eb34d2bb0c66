import { permanent, transient } from './entry.ts';

/** Error codes of the room `core`. */
export const coreErrors = {
  'order-replayed': permanent(
    '指令重复：发送方 {sender} 的序号 {counter} 已用过',
    'order replayed: counter {counter} of sender {sender} was already used',
  ),
  'order-expired': permanent('指令已过有效期', 'the order is past its validity'),
  'order-too-early': transient('指令尚未生效', 'the order is not yet valid'),
  'quiet-hours': permanent(
    '夜间静音时段（{from}–{to}）不播演练和日常内容',
    'quiet hours ({from}–{to}): no drills and no routine content',
  ),
  'clock-unknown': transient(
    '时钟未确认，演练和日常内容暂不播出',
    'the clock is not trusted: no drills and no routine content',
  ),
  'routine-held': transient(
    '刚按过停止，暂时（一般 10 分钟）不播演练和日常内容',
    'a stop was pressed: no drills and no routine content for a while (10 minutes as a rule)',
  ),
  'routine-cap': permanent('日常内容已达今日次数或时长上限', 'routine content has reached its cap for today'),
  'nothing-to-continue': permanent(
    '没有可以继续播发的：没有停下的预警，或者都已过了有效期、都已经继续过了',
    'there is nothing to continue: no warning was stopped, or all of them have expired or were taken back already',
  ),
  'continued-already': permanent(
    '画面上的这一条已经继续播发，或者后来又停了别的：请看一眼画面再按',
    'what was shown goes on already, or something else was stopped since: look at the screen before the next touch',
  ),
  'latched-by-stop': permanent(
    '该预警已被停止：不再自动播发；现场按“继续播发”时播最新内容',
    'this alert was stopped: it does not sound by itself; going on speaks its newest words',
  ),
  'no-such-plan': permanent('没有名为 {plan} 的预案', 'there is no plan named {plan}'),
  'no-such-zone': permanent('没有名为 {zone} 的分区', 'there is no zone named {zone}'),
  'no-such-terminal': permanent('没有名为 {terminal} 的终端', 'there is no terminal named {terminal}'),
  'quiet-test-busy': transient(
    '正在播发、待播或已在自检：现在不能做静默自检',
    'something sounds, is due or is being tested: no quiet test now',
  ),
  'no-such-alert': permanent('没有编号为 {alert} 的预警', 'there is no alert with the id {alert}'),
  'queue-full': transient('待播队列已满，级别较低者被拒绝', 'the queue is full: the lower rank is refused'),
  'keys-without-keyholder': permanent(
    '新密钥清单里没有能换密钥的一把：拒绝，旧密钥继续有效',
    'the new keys hold none that may set keys: refused, the old keys stay',
  ),
  'too-many-starts': transient(
    '{person} 10 分钟内已启动警报器 3 次，请换一个人或稍后再试',
    '{person} started the siren 3 times within 10 minutes: another person, or wait',
  ),
  'class-unfit': permanent(
    '指令的类别与预警 {alert} 的类别不符',
    'the class of the order does not fit that of alert {alert}',
  ),
  'out-of-reach': permanent(
    '预警 {alert} 在分区 {zone} 播发，不在该发送方的范围内',
    'alert {alert} sounds in zone {zone}, outside the scope of this sender',
  ),
  'lift-not-local': permanent(
    '预警 {alert} 是上级发布的，更正和解除由上级来发',
    'alert {alert} came from above: its correction and its all-clear are for the centre to send',
  ),
  'audio-store-full': transient(
    '音频存储已满，{bytes} 字节放不下',
    'the audio store is full: {bytes} more bytes do not fit',
  ),
  'audio-differs': permanent(
    '音频 {sha256} 的长度或格式与先前指令所说不同',
    'an earlier order named audio {sha256} with another size or format',
  ),
  'audio-waiting-full': transient('等待音频的指令已有 {max} 条', '{max} orders are waiting for their audio'),
  'audio-late': permanent('指令有效期内音频未到齐', 'the audio did not come while the order was valid'),
  'audio-order-ended': permanent(
    '音频未到，预警已取消、更新或停止',
    'the alert was cancelled, replaced or stopped before its audio came',
  ),
  'audio-nowhere': permanent(
    '分区里没有能播录音的终端：录音 {sha256} 不取不播，其余照播',
    'no terminal in its zones can play a recording: {sha256} is not fetched, the rest is played',
  ),
  'routine-undurable': transient(
    '日志暂时写不了盘：日常内容和演练不播，紧急预警照常',
    'the journal cannot be written: no routine and no drills; emergencies sound',
  ),
} as const;
