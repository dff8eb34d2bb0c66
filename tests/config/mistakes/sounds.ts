import { notice, now, row, site, type Mistake } from './mistake.ts';

export const sounds: readonly Mistake[] = [
  row(
    'the warning signal of air defence',
    site,
    ['on: 5 s, off: 5 s, cycles: 2', 'on: 36 s, off: 24 s, cycles: 3'],
    ['config-air-defence', '36 s', 'evacuate-prepare'],
  ),
  row(
    'the attack signal of air defence',
    site,
    ['on: 5 s, off: 5 s, cycles: 2', 'on: 6 s, off: 6 s, cycles: 15'],
    ['config-air-defence', '6 s', 'county'],
  ),
  row(
    'the attack signal nearly',
    site,
    ['on: 5 s, off: 5 s, cycles: 2', 'on: 5.8 s, off: 6.2 s, cycles: 8'],
    ['config-air-defence', '5.8 s', 'county'],
  ),
  row(
    'the steady signal of air defence',
    site,
    ['en: all clear }, on: 10 s', 'en: all clear }, on: 3 min'],
    ['config-air-defence', '3 min', 'all-clear'],
  ),
  row(
    'the permission of another county',
    site,
    ['  tones:\n', "  airDefence: { county: '500113', document: 渝防办〔2026〕1号 }\n  tones:\n"],
    ['config-air-defence-county', "'500113'", '500112199000'],
  ),
  row(
    'a tone longer than the limit',
    site,
    ['en: all clear }, on: 10 s', 'en: all clear }, on: 181 s'],
    ['config-lease-long', '181 s', '180 s'],
  ),
  row(
    'a sound that swells as an air-defence signal does',
    site,
    ['sound: { pattern: gong }', 'sound: { wave: sweep, hz: [300, 900], rise: 6 s, fall: 6 s }'],
    ['config-air-defence', '{ wave', 'evacuate-prepare'],
  ),
  row(
    'a sound by two names',
    site,
    ['sound: { pattern: gong }', 'sound: { pattern: gong, wave: steady }'],
    ['config-tone-sound', '{ pattern', 'either'],
  ),
  row(
    'a wave without its values',
    site,
    ['sound: { pattern: gong }', 'sound: { wave: two-tone, hz: [800] }'],
    ['config-tone-wave', '{ wave', 'each'],
  ),
  row(
    'an engine without its program',
    site,
    ['  clips:\n', '  speech: { engine: command }\n  clips:\n'],
    ['config-speech-engine', '{ engine', 'command'],
  ),
  row(
    'a speech server on the open network',
    site,
    ['  clips:\n', '  speech: { engine: http, url: "http://192.168.8.9:5002/speak" }\n  clips:\n'],
    ['config-speech-plain', '"http', 'https'],
  ),
  row(
    'cycles without a pause',
    site,
    ['on: 5 s, off: 5 s, cycles: 2', 'on: 5 s, cycles: 2'],
    ['config-cadence-gap', '- |{ id: evacuate-prepare', 'pause'],
  ),
  row(
    'a clip from nowhere',
    site,
    ['duration: 6 s, track: 1', 'duration: 6 s'],
    ['config-clip-source', '- |{ id: evacuate-voice', 'evacuate-voice'],
  ),
  row(
    'a clip file that is not there',
    site,
    ['file: audio/chime.wav', 'file: audio/chimes.wav'],
    ['config-clip-file', 'audio/chimes.wav', 'chimes.wav'],
  ),
  row(
    'a clip of another length',
    site,
    ['duration: 800 ms, file', 'duration: 2 s, file'],
    ['config-clip-duration', '2 s', '800 ms'],
  ),
];

export const plans: readonly Mistake[] = [
  row(
    'a tone item without its tone',
    now,
    ['{ play: tone, tone: evacuate-now }', '{ play: tone }'],
    ['config-item-needs', '{', 'tone'],
  ),
  row(
    'a tone item that also speaks',
    now,
    ['{ play: tone, tone: evacuate-now }', '{ play: tone, tone: evacuate-now, text: 快走 }'],
    ['config-item-extra', '快走', 'text'],
  ),
  row(
    'the real words in a drill',
    now,
    ['text: 现在是地质灾害转移演练，请按路线走到安置点。', 'text: 请立即转移。'],
    ['config-drill-unmarked', '请立即转移', '演练'],
  ),
  row(
    'a mark that nothing fills in the words of an all-clear',
    now,
    ["allClear: '“{name}”警报解除", "allClear: '“{plan}”警报解除"],
    ['config-lift-mark', "'“{plan}", 'only name'],
  ),
  row(
    'a siren in a routine plan',
    notice,
    [
      'playlist:\n  - { play: speech }\nrepeats: 6',
      'playlist:\n  - { play: speech }\n  - { play: tone, tone: all-clear }\nrepeats: 6',
    ],
    ['config-routine-siren', '{ play: tone', 'routine'],
  ),
  row(
    'a routine plan without an end',
    notice,
    ['repeats: 6\n', ''],
    ['config-routine-endless', 'id: |daily-notice', 'repeats'],
  ),
  row(
    'a notice with an emergency plan',
    site,
    [
      "plan: daily-notice\n    zones: [heba, shangba, laojie, xuexiao]\n    at: '20:50'",
      "plan: any-emergency\n    zones: [heba, shangba, laojie, xuexiao]\n    at: '20:50'",
    ],
    ['config-plan-class', 'any-emergency', 'routine'],
  ),
  row(
    'a threshold with a routine plan',
    site,
    ['plan: flash-flood-now', 'plan: daily-notice'],
    ['config-plan-class', 'daily-notice', 'emergency'],
  ),
  row('a notice at night', site, ["at: '20:50'", "at: '21:00'"], ['config-notice-quiet', "'21:00'", '21:00–07:00']),
  row(
    'a night too short',
    site,
    ["quietHours: { from: '21:00', to: '07:00' }", "quietHours: { from: '23:00', to: '07:00' }"],
    ['config-quiet-short', '{', '22:00–06:00'],
  ),
];

export const uplinks: readonly Mistake[] = [
  row(
    'a page that listens on no address',
    site,
    ['listen: 127.0.0.1:8480', 'listen: 127.0.0.1'],
    ['config-page-listen', '127', '127.0.0.1:8480'],
  ),
  row(
    'a page for everybody under no name',
    site,
    ['listen: 127.0.0.1:8480', 'listen: 0.0.0.0:8480'],
    ['config-page-hosts', '0.0.0.0', 'allowedHosts'],
  ),
  row('a plain link off this machine', site, ['url: wss://', 'url: ws://'], ['config-uplink-plain', 'ws://', 'wss://']),
  row(
    'a link without a pinned key',
    site,
    ['    pin_file: keys/centre.pin\n', ''],
    ['config-uplink-unpinned', '|wss://', 'pin_file'],
  ),
  row(
    'a password in an address',
    site,
    ['url: wss://yujing', 'url: wss://box:geheim@yujing'],
    ['config-secret-inline', 'wss://', '*_file'],
  ),
];
