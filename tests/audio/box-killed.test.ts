import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { waitForBox } from '../../emulator/start/play-drill.ts';
import type { Village } from '../../emulator/start/run-village.ts';
import { pcmRate, type Pcm } from '../../src/audio/pcm.ts';
import { needs } from '../support/needs.ts';
import { isBusy, isRunning, processesBelow } from '../support/processes.ts';
import { pause } from '../support/waiting.ts';
import { envelope, fileCard, type FileCard } from './alsa.ts';
import { heardFrom, quiet, soundVillage } from './sound-village.ts';

/** The promise of docs/how-to/wire-a-loudspeaker.md: what a buffer holds is heard, and nothing after it. */
const networkHoldsMs = 500;
const cardHoldsMs = 300;
const deadMs = 2_000;
const within = { timeout: 60_000, interval: 10 };

const isLoud = (peak: number): boolean => peak > 0.05;
const loudMs = (pcm: Pcm): number => envelope(pcm).filter(isLoud).length * 20;
const msOf = (pcm: Pcm): number => (1000 * pcm.length) / pcmRate;

const site = [
  ['    output: { line: amps, unit: 1, channel: 7 }\n    proof: { line: amps, unit: 2, channel: 7 }\n', ''],
  [
    '    watts: 50\n    leadIn: 300 ms\n\n# 传感器',
    [
      '    watts: 50',
      '  - id: station-speaker',
      '    name: { zh: 站房喇叭, en: station loudspeaker }',
      '    zone: xuexiao',
      '    kind: speaker',
      '    sound: { output: station-card }',
      '    watts: 50',
      '\n# 传感器',
    ].join('\n'),
  ],
  ['outputs:\n', 'outputs:\n  - { id: station-card, kind: alsa, device: default }\n'],
] as const;
const warning = { status: 'actual', class: 'emergency', stage: 'now', severity: 'red' } as const;
/** One long tone without a pause, so that silence can only be the end. */
const plan = [
  ['  - { play: tone, tone: evacuate-prepare }\n', '  - { play: tone, tone: all-clear }\n'],
  ['repeats: 3', 'repeats: 9'],
] as const;

/**
 * The supervisor starts the box again; here it dies again at once, so that nothing new can sound. Gives the ms after which a
 * process that it had started was seen to have ended.
 */
const keepDead = async (village: Village, forMs: number, started: number): Promise<number> => {
  const killed = new Set<number | null>([null]);
  const from = performance.now();
  let endedMs = forMs;
  while (performance.now() < from + forMs) {
    const pid = village.box.pid();
    if (pid !== null && !killed.has(pid)) process.kill(pid, 'SIGKILL');
    killed.add(pid);
    if (!isRunning(started)) endedMs = Math.min(endedMs, performance.now() - from);
    await pause(5);
  }
  return endedMs;
};

/**
 * Ms that the card has played by now. Its file is written by a process of its own, which may be late, while the sound keeps
 * pace with time: of half a second of looks the one that was least behind counts, brought to now.
 */
const playedMs = async ({ samples }: FileCard): Promise<number> => {
  const looks: { readonly at: number; readonly ms: number }[] = [];
  const from = performance.now();
  while (performance.now() < from + 500) {
    looks.push({ at: performance.now(), ms: msOf(samples()) });
    await pause(10);
  }
  const now = performance.now();
  return Math.max(...looks.map(({ at, ms }) => ms + now - at));
};

/** The emulated village puts a network loudspeaker in place of every card; here the next start of the box has the card. */
const withRealCard = async (village: Village): Promise<void> => {
  const file = join(village.runDir, 'overrides.json');
  const overrides = JSON.parse(readFileSync(file, 'utf8')) as { outputs: Record<string, unknown> };
  delete overrides.outputs['station-card'];
  writeFileSync(file, JSON.stringify(overrides));
  const connected = waitForBox(village, quiet, within.timeout);
  process.kill(village.box.pid() ?? 0, 'SIGKILL');
  expect(await connected).toBe(true);
};

test('a box that is killed while a card and a network loudspeaker play is silent in both as soon as their buffers are empty', async () => {
  if (!needs('alsa-utils', 'aplay')) return;
  const card = fileCard();
  const village = await soundVillage({ site, plan });
  try {
    expect(await waitForBox(village, quiet, within.timeout)).toBe(true);
    await withRealCard(village);
    const { timeline } = village.world.core;
    await village.centre.issue({ ...warning, zones: ['xuexiao'], plan: 'any-emergency', text: '请马上离开。' });
    const isPlaying = (): boolean => {
      const last = heardFrom(village, timeline.elapsedMs - 300);
      return loudMs(last) > 150 && loudMs(card.samples().subarray(-pcmRate / 4)) > 150;
    };
    await vi.waitFor(() => expect(isPlaying()).toBe(true), within);
    const below = processesBelow(village.box.pid() ?? 0);
    const sound = below.find(({ command }) => command.includes('sound.entry'));
    expect(sound).toBeDefined();
    expect(below.some(({ command }) => command.startsWith('aplay'))).toBe(true);

    const played = await playedMs(card);
    const killedAt = timeline.elapsedMs;
    const endedMs = await keepDead(village, deadMs, sound?.pid ?? 0);
    // Who makes the sound must be given a processor before he can see that his box is gone; a second is not noise any more.
    const lateMs = isBusy() ? Math.min(endedMs, 1_000) : 0;

    // A busy machine leaves holes in the sound; there is sound all the same. 20 ms are the envelope's grain.
    expect(loudMs(heardFrom(village, killedAt - 1_000, killedAt))).toBeGreaterThan(300);
    expect(loudMs(heardFrom(village, killedAt + networkHoldsMs + 20 + lateMs))).toBe(0);
    expect(msOf(card.samples()) - played).toBeLessThanOrEqual(cardHoldsMs + lateMs);
    expect(below.filter(({ pid }) => isRunning(pid))).toEqual([]);
  } finally {
    await village.close();
  }
}, 120_000);
