import { expect, test, vi } from 'vitest';
import { contactClosed } from '../../emulator/circuit.ts';
import { readWav, sampleRate } from '../../emulator/ear/wav.ts';
import { waitForBox } from '../../emulator/start/play-drill.ts';
import { treeOf, sizeOf } from '../bench/process-size.ts';
import { receiptsOf, stageIs } from '../e2e/box.ts';
import { pause } from '../support/waiting.ts';
import { quiet, soundVillage } from './sound-village.ts';

/** An amplifier needs so long before anything is heard of it; the site says 300 ms. */
const warmUpMs = 250;
/** The goal for all processes of the box together, while texts are still being made ahead. */
const treeMaxMb = 256;
const within = { timeout: 60_000, interval: 20 };

/** Words and nothing else, so that the first thing to be heard is a syllable. */
const plan = [
  ['  - { play: tone, tone: evacuate-prepare }\n', ''],
  ['repeats: 3', 'repeats: 1'],
] as const;
const warning = { status: 'actual', class: 'emergency', stage: 'now', severity: 'red' } as const;

/** The first instant in ms at which 10 ms of sound are loud; Infinity where none are. */
const onsetMs = (samples: Float32Array, rate: number): number => {
  const step = rate / 100;
  for (let at = 0; at + step <= samples.length; at += step)
    if (samples.subarray(at, at + step).some((sample) => Math.abs(sample) > 0.02)) return (1000 * at) / rate;
  return Infinity;
};

const energyOf = (samples: Float32Array): number => samples.reduce((sum, sample) => sum + sample * sample, 0);

test('the first syllable is heard behind a relay: the amplifier is warm before it, and all of it is in the recording', async () => {
  const village = await soundVillage({ plan });
  try {
    expect(await waitForBox(village, quiet, within.timeout)).toBe(true);
    const { core } = village.world;
    const { timeline } = core;
    const { hear } = timeline;
    const wiring = village.world.wiring.terminals.find(({ terminal }) => terminal === 'xuexiao-speaker-2');
    if (wiring === undefined) throw new Error('no loudspeaker');
    const isOn = (): boolean => contactClosed(core, wiring);
    const issue = () =>
      village.centre.issue({ ...warning, zones: ['xuexiao'], plan: 'any-emergency', text: '请往高处走。' });
    const { all } = receiptsOf(village);
    const isOver = (times: number): Promise<void> =>
      vi.waitFor(() => expect(all().filter(stageIs('ended'))).toHaveLength(times), within);
    // Said once, so that the second time nothing has to be made: only the lead-in stands before the first syllable.
    await issue();
    await isOver(1);
    // The receipt of the end may be here before the frame is on the wire that switches off.
    await vi.waitFor(() => expect(isOn()).toBe(false), within);
    const from = timeline.elapsedMs;
    // The village listens anew at each move of a contact: that is when, not when a timer of ours comes round to look.
    let closedAt = Infinity;
    vi.spyOn(timeline, 'hear').mockImplementation((...heard) => {
      if (closedAt === Infinity && isOn()) closedAt = timeline.elapsedMs;
      hear(...heard);
    });
    await issue();
    await vi.waitFor(() => expect(closedAt).toBeLessThan(Infinity), within);
    await pause(1_500);
    const sizes = treeOf(village.box.pid() ?? 0).map((pid) => sizeOf(pid).pssMb);
    await isOver(2);

    const { files } = await village.world.record();
    const endMs = timeline.elapsedMs;
    const wav = readWav(files['xuexiao-speaker-2'] ?? '');
    const heard = wav.subarray(Math.round((from * sampleRate) / 1000));
    const sent = core.speakers.get('xuexiao-net')?.store.between(from, endMs) ?? new Float32Array(0);
    const soundedAt = from + onsetMs(heard, sampleRate);
    expect(soundedAt - closedAt).toBeGreaterThanOrEqual(warmUpMs);
    expect(onsetMs(heard, sampleRate)).toBeCloseTo(onsetMs(sent, sampleRate), -2);
    const syllable = (samples: Float32Array): Float32Array => {
      const start = Math.round((onsetMs(sent, sampleRate) * sampleRate) / 1000);
      return samples.subarray(start, start + sampleRate / 4);
    };
    expect(energyOf(syllable(sent))).toBeGreaterThan(1);
    expect(energyOf(syllable(heard)) / energyOf(syllable(sent))).toBeGreaterThan(0.9);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(treeMaxMb);
    expect(sizes.length).toBeGreaterThanOrEqual(5);
  } finally {
    await village.close();
  }
}, 120_000);
