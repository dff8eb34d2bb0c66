import { row, site, type Mistake } from './mistake.ts';

const key = 'keySwitch: { normallyOpen: 2, normallyClosed: 3, plan: geohazard-now }';

export const panel: readonly Mistake[] = [
  row(
    'a pin used twice',
    site,
    ['buzzer: { pin: 12 }', 'buzzer: { pin: 9 }'],
    ['panel-pin-twice', '9 }', 'lamps.alarm'],
  ),
  row(
    'a pin that is the serial port',
    site,
    ['stop: { pin: 4 }', 'stop: { pin: 1 }'],
    ['config-out-of-range', '1 }', '2'],
  ),
  row(
    'a panel on the port of a line',
    site,
    [
      'port: { serial: /dev/serial/by-id/usb-Arduino_PANEL-if00 }',
      'port: { serial: /dev/serial/by-id/usb-BEIDOU_TERMINAL-port0 }',
    ],
    ['config-port-duplicate', '/dev/serial', 'beidou'],
  ),
  row(
    'a panel with two ports',
    site,
    ['usb-Arduino_PANEL-if00 }', "usb-Arduino_PANEL-if00, tcp: '192.168.8.30:3030' }"],
    ['config-port-choice', 'port: |{ serial: /dev/serial/by-id/usb-Arduino', 'one of them'],
  ),
  row(
    'a key without its plan',
    site,
    [key, key.replace('geohazard-now', 'geohazard-no')],
    ['config-plan-unknown', 'geohazard-no', 'geohazard-now'],
  ),
  row(
    'a key for a daily notice',
    site,
    [key, key.replace('geohazard-now', 'daily-notice')],
    ['config-plan-class', 'daily-notice', 'emergency'],
  ),
  row(
    'a key for a zone that is not there',
    site,
    [key, key.replace(' }', ', zones: [hebe] }')],
    ['config-zone-unknown', 'hebe', 'heba'],
  ),
];
