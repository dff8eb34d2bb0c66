import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync, existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { samplesOf } from '../../src/audio/out/sink.ts';
import { pcmRate, type Pcm } from '../../src/audio/pcm.ts';

/** A sound card that writes down what it plays: every player that opens it adds to the same file. */
export interface FileCard {
  readonly folder: string;
  /** Everything played so far, one player after the other. */
  readonly samples: () => Pcm;
}

/** Sets ALSA_CONFIG_PATH for this process and its children; `device` is the name that players ask for. */
export const fileCard = (device = 'default'): FileCard => {
  const folder = mkdtempSync(join(tmpdir(), 'mingluo-card-'));
  const file = join(folder, 'played.raw');
  const config = join(folder, 'asound.conf');
  writeFileSync(
    config,
    [
      '</usr/share/alsa/alsa.conf>',
      `pcm.card { type file slave.pcm "null" file "|cat >> ${file}" format "raw" perm 0644 }`,
      `pcm.!${device} { type plug slave.pcm "card" }`,
    ].join('\n'),
  );
  process.env['ALSA_CONFIG_PATH'] = config;
  return { folder, samples: () => (existsSync(file) ? samplesOf(readFileSync(file)) : new Int16Array(0)) };
};

/** Loudest sample of each 20 ms, 0–1. */
export const envelope = (pcm: Pcm): readonly number[] => {
  const step = pcmRate / 50;
  return Array.from({ length: Math.floor(pcm.length / step) }, (_, index) =>
    pcm.subarray(index * step, (index + 1) * step).reduce((peak, one) => Math.max(peak, Math.abs(one) / 32_768), 0),
  );
};

/** Process ids of the players that a process started. */
export const playersOf = (pid: number | undefined): readonly number[] =>
  spawnSync('ps', ['--ppid', String(pid ?? 0), '-o', 'pid=,comm='], { encoding: 'utf8' })
    .stdout.split('\n')
    .filter((line) => line.trim().endsWith('aplay'))
    .map((line) => Number.parseInt(line, 10));
