import type { Bilingual } from '../bilingual.ts';

/** What the keys of the operating panel mean; part of the one table in config-keys.ts. */
export const panelKeys = {
  'site.panel': {
    zh: '操作面板：Firmata 控制板上的钥匙、按钮、指示灯和蜂鸣器；不写就没有',
    en: 'the operating panel: key, buttons, lamps and buzzer on a Firmata board; left out: none',
  },
  'site.panel.port': { zh: '控制板的端口，写 serial 或 tcp 之一', en: "the board's port: serial or tcp, one of them" },
  'site.panel.port.serial': {
    zh: '串口路径，用 /dev/serial/by-id',
    en: 'path of the serial port, from /dev/serial/by-id',
  },
  'site.panel.port.tcp': { zh: '串口服务器的 主机:端口', en: 'host:port of a serial device server' },
  'site.panel.port.baud': { zh: '波特率，与固件一致', en: "bits per second, as in the board's firmware" },
  'site.panel.keySwitch': {
    zh: '钥匙开关：一个常开、一个常闭两个触点，一致变化才算数',
    en: 'the key switch: two contacts, one open and one closed at rest; only both together count',
  },
  'site.panel.keySwitch.normallyOpen': { zh: '常开触点的引脚', en: 'pin of the contact that is open at rest' },
  'site.panel.keySwitch.normallyClosed': { zh: '常闭触点的引脚', en: 'pin of the contact that is closed at rest' },
  'site.panel.keySwitch.plan': {
    zh: '转动钥匙启动的预案（正式）',
    en: 'the plan that a turn of the key starts, actual',
  },
  'site.panel.keySwitch.zones': { zh: '在哪些分区播；不写就按预案', en: "in which zones; left out: the plan's own" },
  'site.panel.keySwitch.severity': { zh: '预警级别', en: 'severity of the warning' },
  'site.panel.stop': { zh: '停止按钮：按下即停，不用口令', en: 'the stop button: one press stops, no PIN' },
  'site.panel.stop.pin': { zh: '停止按钮的引脚，按下接地', en: 'pin of the stop button, grounded when pressed' },
  'site.panel.acknowledge': { zh: '叫应按钮：有人听到了预警', en: 'the acknowledge button: a person has heard' },
  'site.panel.acknowledge.pin': { zh: '叫应按钮的引脚，按下接地', en: 'its pin, grounded when pressed' },
  'site.panel.lamps': { zh: '指示灯', en: 'lamps' },
  'site.panel.lamps.power': { zh: '运行灯：本机正常工作时亮', en: 'power: lit while the box works' },
  'site.panel.lamps.alarm': {
    zh: '预警灯：未叫应时闪，已叫应且仍在播时常亮',
    en: 'alarm: blinks until answered, then steady while it is on air',
  },
  'site.panel.lamps.fault': {
    zh: '故障灯：有终端离线或故障，或本机、面板有问题',
    en: 'fault: a terminal is offline or at fault, or box or panel have a trouble',
  },
  'site.panel.lamps.uplink': { zh: '上联灯：与中心连通时亮', en: 'uplink: lit while the centre is connected' },
  'site.panel.buzzer': {
    zh: '蜂鸣器：中心来预警时响，直到叫应或 60 秒',
    en: 'the buzzer: beeps when a warning comes, until answered or for 60 s',
  },
  'site.panel.buzzer.pin': { zh: '蜂鸣器的引脚', en: 'its pin' },
} as const satisfies Readonly<Record<string, Bilingual>>;
