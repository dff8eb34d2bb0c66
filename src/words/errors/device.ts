import { permanent, transient } from './entry.ts';

/** Error codes of the room `device`: device files, and what devices answer. */
export const deviceErrors = {
  'device-yaml-broken': permanent('设备文件不是有效的 YAML：{detail}', 'The device file is not valid YAML: {detail}'),
  'device-key-unknown': permanent(
    '没有“{key}”这个键，是否想写“{nearest}”？',
    'There is no key "{key}"; did you mean "{nearest}"?',
  ),
  'device-key-missing': permanent('缺少键“{key}”', 'The key "{key}" is missing'),
  'device-value-wrong': permanent('值不正确，应为：{expected}', 'The value is wrong; expected: {expected}'),
  'device-model-twice': permanent('型号 {model} 已经有一个设备文件', 'The model {model} already has a device file'),
  'device-registers-overlap': permanent(
    '寄存器 {first} 与 {second} 占用同一地址',
    'Registers {first} and {second} share an address',
  ),
  'device-register-unknown': permanent(
    '{action} 用到的地址 {address} 没有寄存器',
    'No register stands at address {address}, used by {action}',
  ),
  'device-register-not-writable': permanent(
    '{action} 写入只读寄存器 {register}',
    '{action} writes {register}, which is read-only',
  ),
  'device-register-not-readable': permanent(
    '{action} 读取只写寄存器 {register}',
    '{action} reads {register}, which is write-only',
  ),
  'device-range-empty': permanent(
    '寄存器 {register} 的范围为空，或放不下 {value}',
    'The range of register {register} is empty or has no room for {value}',
  ),
  'device-channels-short': permanent(
    '{action} 只覆盖 {count} 路，设备有 {channels} 路',
    '{action} covers {count} channels, the device has {channels}',
  ),
  'device-lease-wrong': permanent('租约不成立：{detail}', 'The lease does not hold: {detail}'),
  'device-silence-impossible': permanent('{action} 不能让设备静音', '{action} cannot silence the device'),
  'device-setting-wrong': permanent(
    '{setting} 的定义不成立：{detail}',
    'The definition of {setting} does not hold: {detail}',
  ),
  'device-broadcast-wrong': permanent(
    '广播规则第 {rule} 条不成立：{detail}',
    'Broadcast rule {rule} does not hold: {detail}',
  ),
  'satellite-message-too-long': permanent(
    '一条卫星短报文放不下 {bytes} 字节',
    'a satellite message has no room for {bytes} bytes',
  ),
  'satellite-busy': transient('卫星终端的排队已满', 'the queue of the satellite terminal is full'),
  'satellite-refused': transient('卫星终端未发送：{reason}', 'the satellite terminal did not send: {reason}'),
  'satellite-silent': transient('卫星终端没有应答', 'the satellite terminal does not answer'),
  'satellite-stopped': transient('卫星终端已停用', 'the satellite terminal has been stopped'),
  'unit-answers': transient('线路 {line} 上的设备 {unit} 又应答了', 'unit {unit} on line {line} answers again'),
  'gauge-silent': transient('传感器没有应答，它不会触发预警', 'a sensor does not answer: it starts no warning'),
} as const;
