import { row, site, type Mistake } from './mistake.ts';

const net = "{ id: xuexiao-net, kind: pcm-tcp, address: '192.168.8.30:4010', key_file: keys/xuexiao-net.key }";
const sound = 'sound: { output: xuexiao-net }';
const relay = '    output: { line: amps, unit: 1, channel: 7 }\n';
const proof = '    proof: { line: amps, unit: 2, channel: 7 }\n';
const wired = `${relay}${proof}    ${sound}\n`;
const back = (more: string): readonly [string, string] => [sound, `${sound}\n    returnAudio: ${more}`];

/** One loudspeaker more, without a relay, before all others. */
const first = '\nterminals:\n';
const added = (more: string): string =>
  `${first}  - { id: hall, name: { zh: 堂, en: hall }, zone: heba, kind: speaker, watts: 9, ${more} }\n`;

export const outputs: readonly Mistake[] = [
  row(
    'an unknown sound output',
    site,
    [sound, 'sound: { output: xuexiao-nett }'],
    ['config-output-unknown', 'xuexiao-nett', 'xuexiao-net'],
  ),
  row(
    'a network loudspeaker without its key',
    site,
    [net, net.replace(', key_file: keys/xuexiao-net.key', '')],
    ['config-output-key-missing', '{ id: xuexiao-net', 'key_file'],
  ),
  row(
    'a network loudspeaker with a device',
    site,
    [net, net.replace(' }', ', device: default }')],
    ['config-output-key', 'default }', 'device'],
  ),
  row(
    'a siren on a sound output',
    site,
    ['output: { line: sirens, unit: 6 }', `output: { line: sirens, unit: 6 }\n    ${sound}`],
    ['config-siren-sound', '{ output: xuexiao-net }', 'siren'],
  ),
  row(
    'a chip and a sound output',
    site,
    ['speech: { line: voice-xuexiao }', `speech: { line: voice-xuexiao }\n    ${sound}`],
    ['config-sound-and-speech', '{ output: xuexiao-net }', 'not both'],
  ),
  row(
    'a terminal that nothing makes sound',
    site,
    [wired, ''],
    ['config-terminal-unwired', '- id: |xuexiao-speaker-2', 'neither'],
  ),
  row(
    'a proof without a switched output',
    site,
    [relay, ''],
    ['config-proof-unswitched', '{ line: amps, unit: 2, channel: 7 }', 'returnAudio'],
  ),
  row(
    'sound back from a speech chip',
    site,
    ['speech: { line: voice-xuexiao }', 'speech: { line: voice-xuexiao }\n    returnAudio: { kind: pcm-tcp }'],
    ['config-return-soundless', '{ kind: pcm-tcp }', 'sound'],
  ),
  row(
    'sound back from an output that is a card',
    site,
    [first, `\n  - { id: card, kind: alsa }${added('sound: { output: card }, returnAudio: { kind: pcm-tcp }')}`],
    ['config-return-way', 'pcm-tcp', 'sound output card'],
  ),
  row(
    'zones that would hear each other on one output',
    site,
    [first, added(sound)],
    ['config-output-bare', 'xuexiao-net', 'xuexiao-speaker-2'],
  ),
  row('a recording device without its name', site, back('{ kind: alsa }'), [
    'config-return-device',
    '{ kind: alsa }',
    'device',
  ]),
];
