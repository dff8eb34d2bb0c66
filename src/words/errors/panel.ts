import { permanent, transient, type ErrorEntry } from './entry.ts';

/** Panel: the Firmata board with key switch, buttons and lamps. */
export const panelErrors = {
  'panel-pin-twice': permanent('引脚 {pin} 已用于 {role}', 'pin {pin} is used for {role} already'),
  'panel-without-stop': permanent(
    '面板有钥匙没有停止按钮：只能从页面或命令停止',
    'the panel has a key and no stop button: only the page or a command can stop',
  ),
  'panel-port-unusable': transient(
    '面板端口 {port} 打不开：{detail}',
    'the panel port {port} cannot be opened: {detail}',
  ),
  'panel-port-gone': transient('面板端口 {port} 断开：{detail}', 'the panel port {port} is gone: {detail}'),
  'panel-board-silent': transient(
    '面板控制板 {seconds} 秒内没有应答：检查接线和固件（StandardFirmata）',
    'the panel board did not answer within {seconds} s: check the cable and its firmware (StandardFirmata)',
  ),
  'panel-board-unfit': permanent(
    '面板控制板的 {pin} 号引脚不支持 {mode}',
    'pin {pin} of the panel board cannot be {mode}',
  ),
  'panel-board-restarted': transient(
    '面板控制板重新启动过，引脚状态与设定不符',
    'the panel board has started again: its pins are not as they were set',
  ),
  'panel-link-lost': transient('面板控制板不再应答', 'the panel board does not answer any more'),
  'panel-noise': transient('面板线路上有 {bytes} 个乱码字节', 'noise on the panel line: {bytes} bytes'),
  'panel-process-ended': transient('面板进程退出：{detail}', "the panel's process ended: {detail}"),
  'panel-lost': transient('面板失联：{detail}', 'the panel is out of reach: {detail}'),
  'panel-key-fault': permanent(
    '钥匙开关两个触点状态相同：断线或短路，不会启动预警',
    'both contacts of the key switch are alike: a wire is cut or shorted; the key starts nothing',
  ),
  'panel-key-left-on': permanent(
    '面板接通时钥匙已在“开”位：不启动，请先转回“关”再转“开”',
    'the key was on when the panel was attached: nothing is started; turn it off, then on again',
  ),
  'panel-button-stuck': permanent(
    '按钮 {button} 按住超过 30 秒：卡住或短路',
    'button {button} is down for more than 30 s: stuck or shorted',
  ),
} as const satisfies Record<string, ErrorEntry>;
