import { permanent, transient } from './entry.ts';

/** Error codes of the room `bus`. */
export const busErrors = {
  'unit-silent': transient('线路 {line} 上的设备 {unit} 没有应答', 'unit {unit} on line {line} did not answer'),
  'unit-quarantined': transient(
    '线路 {line} 上的设备 {unit} 多次没有应答，暂停询问',
    'unit {unit} on line {line} did not answer several times; it is asked again later',
  ),
  'modbus-exception': permanent(
    '线路 {line} 上的设备 {unit} 拒绝功能 {function}，异常码 {exception}',
    'unit {unit} on line {line} refused function {function} with exception {exception}',
  ),
  'reply-garbled': transient(
    '线路 {line} 上设备 {unit} 的应答损坏（{bytes} 字节）',
    'the reply of unit {unit} on line {line} was damaged ({bytes} bytes)',
  ),
  'reply-wrong-unit': transient(
    '线路 {line}：询问设备 {unit}，应答的却是设备 {got}',
    'line {line}: unit {unit} was asked, but unit {got} answered',
  ),
  'reply-mismatch': transient(
    '线路 {line} 上设备 {unit} 的应答与请求不符',
    'the reply of unit {unit} on line {line} does not fit the request',
  ),
  'reply-doubtful': transient(
    '线路 {line} 上设备 {unit} 的应答可能属于更早的请求，不予采信',
    'the reply of unit {unit} on line {line} may belong to an earlier request and is not believed',
  ),
  'echo-damaged': transient(
    '线路 {line}：收到的回声与发出的字节不同，线路上有碰撞',
    'line {line}: the local echo differs from what was sent; two talked at once',
  ),
  'line-babbling': transient(
    '线路 {line} 上无人被询问却一直有数据（{bytes} 字节）',
    'bytes arrive on line {line} although nobody was asked ({bytes} bytes)',
  ),
  'line-gone': transient('线路 {line} 已断开：{reason}', 'line {line} is gone: {reason}'),
  'line-closed': permanent('线路 {line} 已关闭', 'line {line} is closed'),
  'line-busy': transient('线路 {line} 的排队已满', 'the queue of line {line} is full'),
  'exchange-superseded': transient(
    '线路 {line}：较早的启动、续响或补发让位于新的指令',
    'line {line}: an earlier start, renewal or repair gave way to a newer order',
  ),
  'exchange-invalid': permanent('线路 {line}：请求不合法，{detail}', 'line {line}: the request is not valid, {detail}'),
} as const;
