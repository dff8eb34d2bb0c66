import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A village of sirens on one line: unit N is terminal `siren-N` with group bit N - 1, zones take turns. */
export interface BenchSite {
  readonly units: number;
  readonly zones: number;
  readonly baud: number;
  readonly pollEvery: string;
  /** Port of the local page; none when left out. */
  readonly pagePort?: number;
  /** A network loudspeaker in the first zone, at this port of the loopback; none when left out. */
  readonly speakerPort?: number;
}

const list = <T>(count: number, of: (n: number) => T): readonly T[] =>
  Array.from({ length: count }, (_, n) => of(n + 1));

export const zoneOf = ({ zones }: BenchSite, unit: number): string => `zone-${1 + ((unit - 1) % zones)}`;

const speaker = {
  ...{ id: 'speaker', name: { zh: '喇叭', en: 'speaker' }, zone: 'zone-1', kind: 'speaker', watts: 30 },
  sound: { output: 'net' },
};

const areaCode = '500112199000';

const siteOf = (site: BenchSite): Readonly<Record<string, unknown>> => ({
  id: 'bench',
  areaCode,
  name: { zh: '测试站', en: 'bench' },
  zones: list(site.zones, (n) => ({
    id: `zone-${n}`,
    name: { zh: `分区 ${n}`, en: `zone ${n}` },
    areaCodes: [String(500_112_199_000 + n)],
    households: 1,
    people: 1,
  })),
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
  ],
  ...(site.speakerPort === undefined
    ? {}
    : {
        outputs: [{ id: 'net', kind: 'pcm-tcp', address: `127.0.0.1:${site.speakerPort}`, key_file: 'keys/net.key' }],
      }),
  ...(site.pagePort === undefined ? {} : { console: { listen: `127.0.0.1:${site.pagePort}` } }),
  sounds: { tones: [{ id: 'short', name: { zh: '短音', en: 'short' }, on: '1 s' }] },
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
};
