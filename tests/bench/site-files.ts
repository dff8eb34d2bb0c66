import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PanelWiring } from '../../src/core/wiring.ts';
import { sineWav } from '../audio/sound.ts';

/** A village of sirens on one line: unit N is terminal `siren-N` with group bit N - 1, zones take turns. */
export interface BenchSite {
  readonly units: number;
  readonly zones: number;
  /** The first units have a zone each, all others share the last one. */
  readonly ownZones?: boolean;
  readonly baud: number;
  readonly pollEvery: string;
  /** Port of the local page; none when left out. */
  readonly pagePort?: number;
  /** A network loudspeaker in the first zone, at this port of the loopback; none when left out. */
  readonly speakerPort?: number;
  /** A hall with a loudspeaker on the sound card, plans for it, and a panel whose key starts a tone there. */
  readonly hall?: boolean;
}

const list = <T>(count: number, of: (n: number) => T): readonly T[] =>
  Array.from({ length: count }, (_, n) => of(n + 1));

export const zoneOf = ({ zones, ownZones }: BenchSite, unit: number): string =>
  `zone-${ownZones === true ? Math.min(unit, zones) : 1 + ((unit - 1) % zones)}`;

const speaker = {
  ...{ id: 'speaker', name: { zh: '喇叭', en: 'speaker' }, zone: 'zone-1', kind: 'speaker', watts: 30 },
  sound: { output: 'net' },
};

const areaCode = '500112199000';

/** The hall: a zone without a siren, so that nothing is heard but its loudspeaker. */
const hall = {
  zone: {
    ...{ id: 'hall', name: { zh: '礼堂', en: 'hall' }, areaCodes: ['500112199999'] },
    ...{ households: 1, people: 1 },
  },
  terminal: {
    ...{ id: 'hall-speaker', name: { zh: '礼堂喇叭', en: 'hall speaker' }, zone: 'hall', kind: 'speaker', watts: 30 },
    sound: { output: 'card' },
  },
  output: { id: 'card', kind: 'alsa', device: 'default' },
  clip: { id: 'clip', name: { zh: '录音', en: 'clip' }, duration: '2 s', file: 'audio/clip.wav' },
  tone: { id: 'long', name: { zh: '长音', en: 'long' }, on: '30 s', sound: { wave: 'steady', hz: [800] } },
  panel: {
    ...{ port: { serial: '/dev/serial/by-id/panel' }, stop: { pin: 4 }, acknowledge: { pin: 5 } },
    keySwitch: { normallyOpen: 2, normallyClosed: 3, plan: 'hall-tone' },
    ...{ lamps: { power: 8, alarm: 9, fault: 10, uplink: 11 }, buzzer: { pin: 12 } },
  },
} as const;

/** The panel of the hall, for the emulated board. */
export const hallPanel: PanelWiring = {
  port: { kind: 'serial', path: '/dev/panel', baud: 57_600, parity: 'none', stopBits: 1 },
  keySwitch: { normallyOpen: 2, normallyClosed: 3, plan: 'hall-tone', zones: [], severity: 'red' },
  ...{ stop: 4, acknowledge: 5, lamps: { power: 8, alarm: 9, fault: 10, uplink: 11 }, buzzer: 12 },
};

const hallPlans = [
  ['hall-tone', { play: 'tone', tone: 'long' }],
  ['hall-clip', { play: 'clip', clip: 'clip' }],
  ['hall-words', { play: 'speech' }],
] as const;

/** The clip of the hall: loud from its first sample on. */
const clipMs = 2_000;

const outputsOf = ({ speakerPort, hall: hasHall }: BenchSite): Readonly<Record<string, unknown>> => {
  const net =
    speakerPort === undefined
      ? []
      : [{ id: 'net', kind: 'pcm-tcp', address: `127.0.0.1:${speakerPort}`, key_file: 'keys/net.key' }];
  const outputs = [...net, ...(hasHall === true ? [hall.output] : [])];
  return outputs.length === 0 ? {} : { outputs };
};

const siteOf = (site: BenchSite): Readonly<Record<string, unknown>> => ({
  id: 'bench',
  areaCode,
  name: { zh: '测试站', en: 'bench' },
  zones: [
    ...list(site.zones, (n) => ({
      id: `zone-${n}`,
      name: { zh: `分区 ${n}`, en: `zone ${n}` },
      areaCodes: [String(500_112_199_000 + n)],
      households: 1,
      people: 1,
    })),
    ...(site.hall === true ? [hall.zone] : []),
  ],
  lines: [
    {
      id: 'sirens',
      speaks: 'modbus-rtu',
      port: { serial: '/dev/serial/by-id/bench', baud: site.baud },
      pollEvery: site.pollEvery,
      units: list(site.units, (unit) => ({ unit, model: 'mingluo-siren', groupBit: unit - 1 })),
    },
  ],
  terminals: [
    ...list(site.units, (unit) => ({
      id: `siren-${unit}`,
      name: { zh: `警报器 ${unit}`, en: `siren ${unit}` },
      zone: zoneOf(site, unit),
      kind: 'siren',
      output: { line: 'sirens', unit },
      watts: 100,
    })),
    ...(site.speakerPort === undefined ? [] : [speaker]),
    ...(site.hall === true ? [hall.terminal] : []),
  ],
  ...outputsOf(site),
  ...(site.hall === true ? { panel: hall.panel } : {}),
  ...(site.pagePort === undefined ? {} : { console: { listen: `127.0.0.1:${site.pagePort}` } }),
  sounds: {
    tones: [{ id: 'short', name: { zh: '短音', en: 'short' }, on: '1 s' }, ...(site.hall === true ? [hall.tone] : [])],
    ...(site.hall === true ? { clips: [hall.clip] } : {}),
  },
  uplinks: { websocket: { url: 'ws://127.0.0.1:1/box' } },
  keys: { box_file: 'keys/box.key', senders_file: 'keys/senders.json' },
  clock: { sources: ['centre'] },
});

const planOf = (site: BenchSite) => ({
  id: 'bench',
  zones: list(site.zones, (n) => `zone-${n}`),
  name: { zh: '测试', en: 'bench' },
  when: { events: ['11'], severities: ['red'] },
  playlist: [{ play: 'tone', tone: 'short' }],
  repeats: 1,
  interval: '1 s',
  afterRestart: 'stay-silent',
  drill: { playlist: [{ play: 'tone', tone: 'short' }] },
});

const hallPlanOf = ([id, item]: (typeof hallPlans)[number]) => ({
  ...{ id, zones: ['hall'], name: { zh: '礼堂', en: id }, when: { events: ['11D03'], severities: ['red'] } },
  ...{ playlist: [item], repeats: 1, interval: '1 s', afterRestart: 'stay-silent', drill: { playlist: [item] } },
});

/** Who may start a warning at the page: each of them three times within ten minutes. */
export const pagePeople = list(40, (n) => `bench-${n}`);

const people = {
  staff: ['bench', ...pagePeople].map((id, index) => ({
    ...{ id, name: id, role: 'leader', phone: `023-${67_000_001 + index}`, pin_file: 'keys/pin' },
  })),
  contacts: [],
};

/** Writes the site's folder. JSON is YAML. */
export const writeSite = (dir: string, site: BenchSite): void => {
  mkdirSync(join(dir, 'plans'), { recursive: true });
  const write = (path: string, value: unknown): void =>
    writeFileSync(join(dir, path), `${JSON.stringify(value, null, 1)}\n`);
  write('site.yaml', siteOf(site));
  write('people.yaml', people);
  write('plans/10-bench.yaml', planOf(site));
  if (site.hall !== true) return;
  hallPlans.forEach((plan, index) => write(`plans/${20 + index}-${plan[0]}.yaml`, hallPlanOf(plan)));
  mkdirSync(join(dir, 'audio'), { recursive: true });
  writeFileSync(join(dir, hall.clip.file), sineWav({ rate: 24_000, channels: 1, bits: 16 }, clipMs));
};
