import { permanent, transient } from './entry.ts';

/** Error codes of the room `intake`. */
export const intakeErrors = {
  'envelope-too-long': permanent(
    '信封 {bytes} 字节，超过 {max} 字节',
    'the envelope has {bytes} bytes, more than {max}',
  ),
  'envelope-framing': permanent('签名或密钥名格式不对：{detail}', 'signature or key id is malformed: {detail}'),
  'envelope-key-unknown': permanent('密钥 {key} 不在受信名单', 'the key {key} is not pinned here'),
  'envelope-key-practice': permanent(
    '密钥 {key} 仅供演练，接有真实线路的设备不接受',
    'the key {key} is made for practice: a box with a real line refuses it',
  ),
  'envelope-signature-wrong': permanent('签名与密钥 {key} 不符', 'the signature is not that of the key {key}'),
  'envelope-not-utf8': permanent('信封不是有效的 UTF-8', 'the envelope is not valid UTF-8'),
  'envelope-not-json': permanent('信封第 {position} 个字符处不是有效的 JSON', 'no valid JSON at character {position}'),
  'envelope-duplicate-key': permanent('字段 {name} 重复出现', 'the field {name} stands there twice'),
  'envelope-too-deep': permanent('嵌套超过 {max} 层', 'nested more than {max} deep'),
  'envelope-unknown-field': permanent('不认识的字段 {name}', 'unknown field {name}'),
  'envelope-missing-field': permanent('缺少字段 {name}', 'the field {name} is missing'),
  'envelope-wrong-value': permanent('值不合规范（{rule}）', 'the value does not fit ({rule})'),
  'envelope-key-mismatch': permanent(
    '信封内的密钥名 {inner} 与信封外的 {outer} 不同',
    'the key {inner} inside is not the key {outer} outside',
  ),
  'order-class-unfit': permanent('指令类别 {class} 与内容不符', 'the order class {class} does not fit the body'),
  'order-class-not-allowed': permanent(
    '密钥 {key} 无权签发 {class} 类指令',
    'the key {key} may not sign orders of class {class}',
  ),
  'order-authority-too-high': permanent(
    '密钥 {key} 的层级低于 {authority}',
    'the key {key} stands below the authority {authority}',
  ),
  'order-unlock-not-drill': permanent('仅演练可解锁警报器', 'only a drill may unlock the siren'),
  'order-wrong-box': permanent('范围 {scope} 不含本设备', 'the scope {scope} does not hold this box'),
  'order-scope-too-wide': permanent(
    '范围 {scope} 超出密钥 {key} 的权限',
    'the scope {scope} is not within that of the key {key}',
  ),
  'order-zone-unknown': permanent('本站没有分区 {zone}', 'there is no zone {zone} on this site'),
  'order-zone-out-of-scope': permanent(
    '分区 {zone} 不在指令范围内',
    'the zone {zone} is outside the scope of the order',
  ),
  'order-keys-unusable': permanent('新密钥不可用：{detail}', 'the new keys cannot be used: {detail}'),
  'time-not-asked': permanent('授时与请求不对应', 'this time answers no open request'),
  'time-wrong-box': permanent('授时对象是 {box}，不是本设备', 'this time is for the box {box}, not this one'),
  'time-too-slow': transient('授时往返 {ms} 毫秒，超过 {max}', 'the time took {ms} ms there and back, more than {max}'),
  'time-backward': permanent('授时早于已知时刻', 'this time is before a time that is known to have passed'),
  'satellite-too-long': permanent(
    '卫星指令 {bytes} 字节，超过 {max}',
    'satellite order of {bytes} bytes, more than {max}',
  ),
  'satellite-framing': permanent('卫星指令格式不对：{detail}', 'malformed satellite order: {detail}'),
  'satellite-table-differs': permanent(
    '发送方的分区和预案表与本站不同',
    "the sender's table of zones and plans differs from this site's",
  ),
  'satellite-plan-unknown': permanent('本站没有第 {number} 号预案', 'there is no plan number {number} on this site'),
  'key-unreadable': permanent('密钥无法读取：{detail}', 'the key cannot be read: {detail}'),
  'refusals-counted': permanent(
    '过去一分钟另有 {count} 条被拒的消息只计数、未逐条记录',
    '{count} more messages were refused and only counted, not recorded one by one',
  ),
} as const;
