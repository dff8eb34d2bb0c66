import { row, site, type Mistake } from './mistake.ts';

export const settings: readonly Mistake[] = [
  row(
    'a tone number that no siren can have',
    site,
    ['cycles: 2, device: 1', 'cycles: 2, device: 16'],
    ['config-out-of-range', '16,', '15'],
  ),
  row(
    'the volume of a relay',
    site,
    [
      'proof: { line: cabinet, unit: 2, channel: 1 }\n',
      'proof: { line: cabinet, unit: 2, channel: 1 }\n    volume: 50\n',
    ],
    ['config-volume-unfit', '50\n', 'waveshare-relay-8'],
  ),
  row('a siren turned to nothing', site, ['volume: 80', 'volume: 0'], ['config-out-of-range', '0\n', '10']),
  row(
    'a quiet test at no hour',
    site,
    ["selfTest: { at: '03:30' }", "selfTest: { at: '25:30' }"],
    ['config-form', "'25:30'", ''],
  ),
];
