import { permanent, transient } from './entry.ts';

/** Error codes of the room `uplink`. */
export const uplinkErrors = {
  'uplink-url': permanent('上级地址无法识别：{url}', 'the address of the centre cannot be read: {url}'),
  'uplink-insecure': permanent(
    '上级地址 {url} 不在本机，必须用 wss',
    'the centre {url} is not on this machine: wss is required',
  ),
  'uplink-pin-missing': permanent('wss 地址 {url} 须配置公钥指纹', 'the wss address {url} needs a pinned key'),
  'uplink-pin-unreadable': permanent(
    '公钥指纹 {pin} 格式不对，应为 sha256/ 加 base64',
    'the pin {pin} is malformed: sha256/ and base64 expected',
  ),
  'uplink-pin-wrong': transient('上级的公钥不对：{seen}', "the centre's key is not the pinned one: {seen}"),
  'uplink-unreachable': transient('连不上中心：{detail}', 'the centre cannot be reached: {detail}'),
  'uplink-handshake-slow': transient('{seconds} 秒内未连上中心', 'no connection to the centre within {seconds} s'),
  'uplink-silent': transient('中心 {seconds} 秒无应答，已断开', 'the centre was silent for {seconds} s: link dropped'),
  'uplink-closed': transient('与中心的连接已断（{code}）', 'the link to the centre closed ({code})'),
  'uplink-answers-bounded': transient(
    '中心链路上的询问或错误消息太多，每秒只答 {most} 条',
    'too many pings or wrong messages from the centre: only {most} a second are answered',
  ),
  'uplink-flooded': transient('中心积压 {messages} 条消息，已断开', '{messages} messages waited: link dropped'),
  'uplink-message-too-long': permanent('消息超过 {max} 字节', 'a message of more than {max} bytes'),
  'uplink-message-not-json': permanent('消息不是 JSON 对象的文本帧', 'the message is no text frame of a JSON object'),
  'uplink-message-unknown': permanent('不认识的消息类型 {type}', 'unknown type of message: {type}'),
  'uplink-message-shape': permanent('消息不合规范（{rule}）', 'the message does not fit the document ({rule})'),
  'uplink-acknowledge-ahead': permanent(
    '中心确认到 {number}，而本机最新回执为 {latest}',
    'the centre acknowledges {number}, but the newest receipt here is {latest}',
  ),
  'uplink-outbox-unreadable': transient('待发回执读不出：{detail}', 'the outbox cannot be read: {detail}'),
  'uplink-receipts-lost': permanent('回执 {from}–{to} 已不存在', 'the receipts {from}–{to} are no longer there'),
  'uplink-receipt-too-long': permanent(
    '回执 {number} 过长，只报编号',
    'receipt {number} is too long: only its number is sent',
  ),
  'uplink-snapshot-too-long': permanent('全量状态过长，已省略明细', 'the full state is too long: details are left out'),
  'satellite-status-framing': permanent('卫星状态报文格式不对：{detail}', 'malformed satellite report: {detail}'),
  'satellite-status-mac': permanent('卫星状态报文校验不符', 'the code of the satellite report does not hold'),
  'satellite-status-too-many': permanent('终端 {count} 个，超过 {max}', '{count} terminals, more than {max}'),
} as const;
