import { cpSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

interface Polled {
  readonly pollEvery?: string;
}
interface Read {
  readonly every?: string;
}
interface SiteFile {
  readonly lines: readonly Polled[];
  readonly sensors: readonly Read[];
  readonly sounds: object;
}

/** The bound that its configuration sets to the sounds on the disk, so that what the state takes can be judged. */
export const soundCacheMb = 48;

/** `5 s` ten times as often is `500 ms`; never below what the configuration allows. */
export const oftener = (duration: string, times: number, leastMs: number): string => {
  const [, amount = '', unit = ''] = /^(\d+) (ms|s|min)$/.exec(duration) ?? [];
  const unitMs = { ms: 1, s: 1000, min: 60_000 }[unit] ?? Number.NaN;
  return `${Math.max(leastMs, Math.round((Number(amount) * unitMs) / times))} ms`;
};

const leastPollMs = 200;
const leastReadingMs = 1000;

/** The example village, whose lines are polled and whose sensors are read so many times as often as it says. */
export const busySite = (times: number): string => {
  const dir = mkdtempSync(join(tmpdir(), 'mingluo-busy-'));
  cpSync('config', dir, { recursive: true });
  const site = parse(readFileSync(join(dir, 'site.yaml'), 'utf8')) as SiteFile;
  const busy = {
    ...site,
    lines: site.lines.map((line) =>
      line.pollEvery === undefined ? line : { ...line, pollEvery: oftener(line.pollEvery, times, leastPollMs) },
    ),
    sensors: site.sensors.map((sensor) =>
      sensor.every === undefined ? sensor : { ...sensor, every: oftener(sensor.every, times, leastReadingMs) },
    ),
    sounds: { ...site.sounds, cacheMegabytes: soundCacheMb },
  };
  writeFileSync(join(dir, 'site.yaml'), JSON.stringify(busy, null, 1));
  return dir;
};
