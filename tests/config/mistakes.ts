import type { ErrorCode } from '../../src/words/error-codes.ts';

interface Mistake {
  readonly title: string;
  readonly file: string;
  readonly from: string;
  readonly to: string;
  readonly code: ErrorCode;
  /** Where in `to` the error points. */
  readonly mark: string;
  /** A piece of the English text: usually the nearest valid word. */
  readonly says: string;
}

const site = 'site.yaml';
const now = 'plans/10-geohazard-now.yaml';
const notice = 'plans/95-daily-notice.yaml';
const people = 'people.yaml';

const row = (
  title: string,
  file: string,
  edit: readonly [string, string],
  fault: readonly [ErrorCode, string, string],
): Mistake => ({
  title,
  file,
  from: edit[0],
  to: edit[1],
  code: fault[0],
  mark: fault[1],
  says: fault[2],
});

const spelling: readonly Mistake[] = [
  row(
    'an unknown key names the nearest one',
    site,
    ['sirenPerHour: 20 min', 'sirenPrHour: 20 min'],
    ['config-key-unknown', 'sirenPrHour', 'sirenPerHour'],
  ),
  row(
    'a key of another map is unknown here',
    people,
    ['role: leader', 'rloe: leader, role: leader'],
    ['config-key-unknown', 'rloe', 'role'],
  ),
  row(
    'a missing key is told at its map',
    site,
    ['    households: 20\n', ''],
    ['config-key-missing', 'zones:\n  - |id: heba', 'households'],
  ),
  row(
    'a missing key of the whole file is told at its beginning',
    site,
    ["areaCode: '500112199000'\n", ''],
    ['config-key-missing', '|id: shiling', 'areaCode'],
  ),
  row(
    'text where a number belongs',
    site,
    ['households: 46', 'households: many'],
    ['config-not-number', 'many', 'many'],
  ),
  row('half a household', site, ['households: 46', 'households: 46.5'], ['config-not-whole', '46.5', '46.5']),
  row('a number out of range', site, ['startsAtOnce: 3', 'startsAtOnce: 0'], ['config-out-of-range', '0', '1–247']),
  row(
    'a code without quotes keeps its zero in the error',
    site,
    ["centreCard: '0330122'", 'centreCard: 0330122'],
    ['config-needs-quotes', '0330122', "'0330122'"],
  ),
  row(
    'an area code without quotes',
    site,
    ["areaCode: '500112199000'", 'areaCode: 500112199000'],
    ['config-needs-quotes', '500112199000', "'500112199000'"],
  ),
  row(
    'an event code that YAML would read as a power of ten',
    now,
    ['events: [11D, 11B37]', 'events: [11D, 11E02]'],
    ['config-needs-quotes', '11E02', "'11E02'"],
  ),
  row('a time without its unit', site, ['startGap: 800 ms', 'startGap: 800'], ['config-duration-unit', '800', '800 s']),
  row(
    'a time too long',
    site,
    ['sirenLongest: 180 s', 'sirenLongest: 200 s'],
    ['config-out-of-range', '200 s', '1 s–3 min'],
  ),
  row('a time in an unknown unit', site, ['pollEvery: 30 s', 'pollEvery: 30 sec'], ['config-form', '30 sec', '5 s']),
  row(
    'a word that is not offered',
    site,
    ['baud: 115200', 'baud: 115000'],
    ['config-word-unknown', '115000', '115200'],
  ),
  row(
    'a misspelt word of a list',
    notice,
    ['class: routine', 'class: rutine'],
    ['config-word-unknown', 'rutine', 'routine'],
  ),
  row(
    'a list where a map belongs',
    site,
    ['clock:\n  sources: [centre, ntp, rtc]', 'clock: [centre, ntp]'],
    ['config-not-map', '[centre', 'keys and values'],
  ),
  row('a text where a list belongs', now, ['stages: [now, 2h]', 'stages: now'], ['config-not-list', 'now', 'a list']),
  row(
    'a yes that is no boolean',
    site,
    ['pollEvery: 30 s', 'echoes: yes'],
    ['config-not-yes-no', 'yes', 'true or false'],
  ),
  row(
    'a key without a value',
    site,
    ['households: 46', 'households:'],
    ['config-empty', 'households:|\n    people: 171', 'empty'],
  ),
  row('an empty list of zones', now, ['zones: [heba, shangba]', 'zones: []'], ['config-list-length', '[]', '1–100']),
  row('a list where text belongs', now, ['id: geohazard-now', 'id: [geohazard-now]'], ['config-not-text', '[', 'text']),
  row(
    'an id with blanks',
    site,
    ['id: battery-heba\n', 'id: battery heba\n'],
    ['config-form', 'battery heba', 'heba-siren-1'],
  ),
  row('an empty name', people, ['name: 李明', "name: ''"], ['config-text-length', "''", '1–40']),
  row(
    'a telephone number of words',
    people,
    ['phone: 023-67000013', 'phone: 王站长家'],
    ['config-form', '王站长家', '023'],
  ),
  row(
    'a password in the file',
    people,
    ['pin_file: keys/pin-li-ming', "pin: '123456'"],
    ['config-secret-inline', 'pin', '*_file'],
  ),
  row(
    'a private key in the file',
    site,
    ['  box_file: keys/box.key\n', '  box_file: keys/box.key\n  privateKey: AAAA\n'],
    ['config-secret-inline', 'privateKey', '*_file'],
  ),
  row(
    'a key where its path belongs',
    site,
    [
      'senders_file: keys/senders.json',
      'senders_file: 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef',
    ],
    ['config-secret-inline', '0123', '*_file'],
  ),
  row(
    'a PIN where its path belongs',
    people,
    ['pin_file: keys/pin-chen-gong', "pin_file: '123456'"],
    ['config-secret-inline', "'123456'", '*_file'],
  ),
];

const yaml: readonly Mistake[] = [
  row('a tab', site, ['clock:\n  sources', 'clock:\n\tsources'], ['config-yaml-tab', '\t', 'tab']),
  row(
    'a key twice',
    site,
    ['households: 46', 'households: 46\n    households: 47'],
    ['config-yaml-duplicate', 'households: 47', 'first in line'],
  ),
  row('an anchor', site, ['households: 46', 'households: &many 46'], ['config-yaml-anchor', '46', 'many']),
  row('an alias', site, ['people: 171', 'people: *many'], ['config-yaml-anchor', '*many', 'many']),
  row(
    'a merge key is no key',
    site,
    ['households: 46', '<<: { households: 46 }\n    households: 46'],
    ['config-key-unknown', '<<', '<<'],
  ),
  row(
    'a text cut by its comma',
    now,
    ["en: 'geological hazard, move now'", 'en: geological hazard, move now'],
    ['config-yaml-comma', 'move now', 'quotes'],
  ),
  row('a second document', people, ['contacts:', '---\ncontacts:'], ['config-yaml-documents', '---', 'one document']),
  row('a tag', site, ['households: 46', 'households: !village 46'], ['config-yaml-tag', '!village', '!village']),
  row(
    'a bracket left open',
    now,
    ['stages: [now, 2h]', 'stages: [now, 2h'],
    ['config-yaml-unclosed', 'zones', 'bracket'],
  ),
];

const names: readonly Mistake[] = [
  row(
    'an id twice',
    site,
    ['- id: heba-speaker-2', '- id: heba-speaker-1'],
    ['config-id-duplicate', 'heba-speaker-1', 'site.yaml line'],
  ),
  row(
    'a plan id twice over two files',
    'plans/90-all-clear.yaml',
    ['id: all-clear\n', 'id: any-emergency\n'],
    ['config-id-duplicate', 'any-emergency', '80-any-emergency.yaml line'],
  ),
  row(
    'an unknown zone',
    site,
    ['zone: xuexiao\n    kind: siren', 'zone: xuexioa\n    kind: siren'],
    ['config-zone-unknown', 'xuexioa', 'xuexiao'],
  ),
  row(
    'an unknown zone of a plan',
    now,
    ['zones: [heba, shangba]', 'zones: [heba, shanba]'],
    ['config-zone-unknown', 'shanba', 'shangba'],
  ),
  row(
    'an unknown zone of a contact',
    people,
    ['zones: [heba]', 'zones: [heb]'],
    ['config-zone-unknown', 'heb]', 'heba'],
  ),
  row(
    'an unknown line of an output',
    site,
    ['output: { line: sirens, unit: 6 }', 'output: { line: siren, unit: 6 }'],
    ['config-line-unknown', 'siren,', 'sirens'],
  ),
  row(
    'an unknown line of a sensor',
    site,
    ['line: weather', 'line: wether'],
    ['config-line-unknown', 'wether', 'weather'],
  ),
  row(
    'an unknown supply',
    site,
    ['supply: battery-heba\n    watts: 370', 'supply: batery-heba\n    watts: 370'],
    ['config-supply-unknown', 'batery-heba', 'battery-heba'],
  ),
  row(
    'an unknown model',
    site,
    ['model: tipping-bucket-rain', 'model: tiping-bucket'],
    ['config-model-unknown', 'tiping-bucket', 'tipping-bucket-rain'],
  ),
  row(
    'an unknown chip',
    site,
    ['device: beidou-rdss', 'device: beidu-rdss'],
    ['config-model-unknown', 'beidu', 'beidou-rdss'],
  ),
  row(
    'an unknown tone',
    now,
    ['tone: evacuate-now', 'tone: evacuate'],
    ['config-tone-unknown', 'evacuate', 'evacuate-now'],
  ),
  row(
    'an unknown tone of a drill',
    now,
    ['tone: drill-short', 'tone: dril-short'],
    ['config-tone-unknown', 'dril-short', 'drill-short'],
  ),
  row(
    'an unknown clip',
    now,
    ['{ play: speech, clip: evacuate-voice }', '{ play: speech, clip: evacuate-vioce }'],
    ['config-clip-unknown', 'evacuate-vioce', 'evacuate-voice'],
  ),
  row(
    'an unknown plan of a threshold',
    site,
    ['plan: flash-flood-now', 'plan: flashflood-now'],
    ['config-plan-unknown', 'flashflood-now', 'flash-flood-now'],
  ),
  row(
    'an unknown unit',
    site,
    ['output: { line: sirens, unit: 6 }', 'output: { line: sirens, unit: 7 }'],
    ['config-unit-unknown', '7', '6'],
  ),
  row('an unknown reading', site, ['reading: rain-1', 'reading: rain'], ['config-reading-unknown', 'rain', 'rain-1']),
];

const wiring: readonly Mistake[] = [
  row(
    'a unit address twice on a line',
    site,
    ['{ unit: 5, model: mingluo-siren, groupBit: 4 }', '{ unit: 4, model: mingluo-siren, groupBit: 4 }'],
    ['config-unit-duplicate', '4, model', ''],
  ),
  row(
    'a port used by two lines',
    site,
    ['/dev/serial/by-id/usb-FTDI_RS485_AMPS-if00-port0', '/dev/serial/by-id/usb-FTDI_RS485_SIRENS-if00-port0'],
    ['config-port-duplicate', '/dev', 'sirens'],
  ),
  row(
    'a port of both kinds',
    site,
    [
      'port: { serial: /dev/serial/by-id/usb-BEIDOU_TERMINAL-port0',
      "port: { tcp: '10.0.0.2:4001', serial: /dev/serial/by-id/usb-BEIDOU_TERMINAL-port0",
    ],
    ['config-port-choice', '{', 'only one'],
  ),
  row(
    'a port number too high',
    site,
    ['port: { serial: /dev/serial/by-id/usb-BEIDOU_TERMINAL-port0', "port: { tcp: '10.0.0.2:70000'"],
    ['config-port-number', "'10", '65535'],
  ),
  row(
    'Modbus TCP over a serial port',
    site,
    ['- id: weather\n    speaks: modbus-rtu\n    port: {', '- id: weather\n    speaks: modbus-tcp\n    port: {'],
    ['config-port-tcp', '{', 'tcp'],
  ),
  row(
    'units on a line of bytes',
    site,
    ['speaks: bytes\n    device: beidou-rdss', 'speaks: bytes\n    units: []'],
    ['config-line-device', '  - |id: beidou', 'device'],
  ),
  row(
    'a channel outside the board',
    site,
    ['output: { line: amps, unit: 1, channel: 6 }', 'output: { line: amps, unit: 1, channel: 9 }'],
    ['config-channel-outside', '9', '8 channels'],
  ),
  row(
    'a proof input outside the meter',
    site,
    ['proof: { line: amps, unit: 2, channel: 6 }', 'proof: { line: amps, unit: 2, channel: 12 }'],
    ['config-channel-outside', '12', '8 channels'],
  ),
  row(
    'a relay used twice',
    site,
    ['output: { line: amps, unit: 1, channel: 6 }', 'output: { line: amps, unit: 1, channel: 5 }'],
    ['config-channel-twice', '5', 'laojie-speaker-2'],
  ),
  row(
    'a siren unit used twice',
    site,
    ['output: { line: sirens, unit: 6 }', 'output: { line: sirens, unit: 5 }'],
    ['config-channel-twice', '5', 'laojie-siren-3'],
  ),
  row(
    'an output of a meter',
    site,
    ['output: { line: amps, unit: 1, channel: 6 }', 'output: { line: amps, unit: 2, channel: 6 }'],
    ['config-model-no-output', '2', 'mingluo-current-8'],
  ),
  row(
    'a proof of a relay',
    site,
    ['proof: { line: amps, unit: 2, channel: 6 }', 'proof: { line: amps, unit: 1, channel: 6 }'],
    ['config-model-no-proof', '1', 'waveshare-relay-8'],
  ),
  row(
    'a speaker without a voice',
    site,
    ['    speech: { line: voice-xuexiao }\n', ''],
    ['config-speaker-mute', '|id: xuexiao-speaker-1', 'waveshare-relay-8'],
  ),
  row(
    'a siren with a voice',
    site,
    ['output: { line: sirens, unit: 6 }', 'output: { line: sirens, unit: 6 }\n    speech: { line: voice-xuexiao }'],
    ['config-siren-speech', '{ line: voice', 'speaker'],
  ),
  row(
    'two speakers on one chip',
    site,
    ['speech: { line: voice-laojie-2 }', 'speech: { line: voice-laojie-1 }'],
    ['config-speech-shared', 'voice-laojie-1', 'laojie-speaker-1'],
  ),
  row(
    'a voice on the satellite',
    site,
    ['speech: { line: voice-xuexiao }', 'speech: { line: beidou }'],
    ['config-line-speech', 'beidou', 'beidou'],
  ),
  row(
    'a satellite on a voice',
    site,
    ['    line: beidou\n', '    line: voice-heba-1\n'],
    ['config-line-satellite', 'voice-heba-1', 'voice-heba-1'],
  ),
  row(
    'a group bit on a rain gauge',
    site,
    ['model: tipping-bucket-rain', 'model: tipping-bucket-rain, groupBit: 0'],
    ['config-group-bit', '0', 'tipping-bucket-rain'],
  ),
  row('a group bit twice', site, ['groupBit: 5', 'groupBit: 4'], ['config-group-bit-twice', '4', 'sirens']),
  row(
    'a required broadcast that a foreign unit forbids',
    site,
    [
      '{ unit: 6, model: mingluo-siren, groupBit: 5 }',
      '{ unit: 6, model: mingluo-siren, groupBit: 5 }\n      - { unit: 9, model: tipping-bucket-rain }',
    ],
    ['config-broadcast-impossible', 'broadcast: |required', 'unit 9 (tipping-bucket-rain)'],
  ),
  row(
    'a sounding longer than the limit',
    site,
    ['    speech: { line: voice-xuexiao }\n', '    speech: { line: voice-xuexiao }\n    longest: 200 s\n'],
    ['config-lease-long', '200 s', '180 s'],
  ),
  row(
    'an area outside the township',
    site,
    ["['500112199202']", "['500113199202']"],
    ['config-area-outside', "'5001131", '500112199000'],
  ),
];

const sounds: readonly Mistake[] = [
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

const plans: readonly Mistake[] = [
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

const uplinks: readonly Mistake[] = [
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

export const mistakes: readonly Mistake[] = [
  ...spelling,
  ...yaml,
  ...names,
  ...wiring,
  ...sounds,
  ...plans,
  ...uplinks,
];
