import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { syn6288 } from '../../devices/speech/syn6288.ts';
import { virtualClock } from '../../emulator/clock.ts';
import { between, isSilent, isSpeech, isTone, rmsDbfs, toneShare } from '../../emulator/ear/analyse.ts';
import { renderRun, type Recording } from '../../emulator/ear/render.ts';
import { createSpeech } from '../../emulator/ear/speech.ts';
import { createTimeline, type Sound } from '../../emulator/ear/timeline.ts';
import { readWav, sampleRate } from '../../emulator/ear/wav.ts';
import { stand, type Stand } from './village.ts';

const folder = mkdtempSync(join(tmpdir(), 'mingluo-heard-'));
const speech = createSpeech();
afterAll(() => {
  speech.close();
  rmSync(folder, { recursive: true, force: true });
});

const record = (stage: Stand): Promise<Recording> =>
  renderRun({ timeline: stage.core.timeline, terminals: ['motor', 'speaker', 'siren-1'], folder, speech });
const wav = (recording: Recording, terminal: string): Float32Array => readWav(recording.files[terminal]!);
const say = (stage: Stand, text: string): Uint8Array =>
  stage.talk('voice', syn6288.host.encode({ command: 'speak', text })!, 0);

describe('what is heard', { timeout: 90_000 }, () => {
  it('a siren is its own tone while the contact is closed, and silence before and after', async () => {
    const stage = stand();
    stage.clock.advance(1000);
    stage.ask('cabinet', 1, [5, 2, 0, 0, 20], 0);
    stage.ask('sirens', 1, [6, 0, 0x10, 0, 10], 4000);
    const recording = await record(stage);
    const motor = wav(recording, 'motor');
    expect(recording.durationMs).toBeCloseTo(5000, -1);
    expect(isSilent(between(motor, 0, 1000))).toBe(true);
    expect(isTone(between(motor, 1100, 2900), 500)).toBe(true);
    expect(isTone(between(motor, 1100, 2900), 550)).toBe(false);
    expect(isSilent(between(motor, 3050, 5000))).toBe(true);
    expect(isTone(between(wav(recording, 'siren-1'), 1100, 1900), 550)).toBe(true);
    const mix = readWav(recording.mix);
    expect(toneShare(between(mix, 1100, 1900), 500)).toBeGreaterThan(0.4);
    expect(toneShare(between(mix, 1100, 1900), 550)).toBeGreaterThan(0.4);
    expect(isSilent(between(mix, 3050, 5000))).toBe(true);
  });

  it('a siren unit sounds another pitch for another tone number, and less for less volume, also while it sounds', async () => {
    const stage = stand();
    const hold = [6, 0, 0x10, 0, 100];
    stage.ask('sirens', 1, hold, 1000);
    stage.ask('sirens', 1, [6, 0, 0x11, 0, 8], 1000);
    stage.ask('sirens', 1, [6, 0, 0x13, 0, 15], 1000);
    stage.core.units.get('sirens/1')?.powerLost(100);
    stage.clock.advance(500);
    stage.ask('sirens', 1, hold, 1000);
    const siren = wav(await record(stage), 'siren-1');
    const [first, second, third] = [100, 1100, 2100].map((from) => between(siren, from, from + 800));
    expect(isTone(first!, 550)).toBe(true);
    expect(isTone(second!, 825)).toBe(true);
    expect(isTone(second!, 550)).toBe(false);
    expect(isTone(third!, 825)).toBe(true);
    expect(rmsDbfs(second!) - rmsDbfs(first!)).toBeCloseTo(0, 0);
    expect(rmsDbfs(third!) - rmsDbfs(second!)).toBeCloseTo(-6, 0);
    // Power lost and back: tone 0, loud again.
    const fresh = between(siren, 3600, 4400);
    expect(isTone(fresh, 550)).toBe(true);
    expect(rmsDbfs(fresh) - rmsDbfs(first!)).toBeCloseTo(0, 0);
  });

  it('a siren whose horn is open is not heard, and its quiet test says so without a sound', async () => {
    const stage = stand();
    stage.core.faults.add({ target: 'siren-1', fault: 'horn-open', value: null });
    stage.ask('sirens', 1, [6, 0, 0x14, 0, 1], 2500);
    expect(
      Buffer.from(stage.ask('sirens', 1, [4, 0, 4, 0, 1]))
        .toString('hex')
        .slice(6, 10),
    ).toBe('0003');
    stage.ask('sirens', 1, [6, 0, 0x10, 0, 10], 1500);
    expect(isSilent(wav(await record(stage), 'siren-1'))).toBe(true);
  });

  it('speech is heard only through a closed amplifier that lives', async () => {
    const stage = stand();
    say(stage, '山洪灾害红色预警，请立即转移');
    stage.clock.advance(1000);
    stage.ask('cabinet', 1, [5, 2, 1, 0, 50], 5000);
    const recording = await record(stage);
    const speaker = wav(recording, 'speaker');
    expect(isSilent(between(speaker, 0, 1000))).toBe(true);
    expect(isSpeech(between(speaker, 1050, 3300))).toBe(true);
    expect(isTone(between(speaker, 1050, 3300), 500)).toBe(false);
    expect(isSilent(between(speaker, 3700, 6000))).toBe(true);
    expect(recording.speechIsNoise).toBe(false);

    const dead = stand();
    dead.core.faults.add({ target: 'speaker', fault: 'dead-amplifier', value: null });
    dead.ask('cabinet', 1, [5, 2, 1, 0, 50], 0);
    say(dead, '请立即转移');
    dead.clock.advance(3000);
    expect(isSilent(wav(await record(dead), 'speaker'))).toBe(true);
  });

  it('a stuck contact is switched and not heard', async () => {
    const stage = stand();
    stage.core.faults.add({ target: 'motor', fault: 'stuck-contact', value: null });
    stage.ask('cabinet', 1, [5, 2, 0, 0, 20], 1000);
    expect(stage.core.units.get('cabinet/1')?.unit.channels[0]?.on).toBe(true);
    expect(isSilent(wav(await record(stage), 'motor'))).toBe(true);
  });
});

describe('how loud a chip is heard', () => {
  const peakOf = (samples: Float32Array): number => samples.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  // The last two are among the loudest that the package says: their samples come within 0.6 % of full scale.
  const texts = ['山洪灾害红色预警，请立即转移', 'soundk', '大坝溃决', 'Hello world 12345'];

  it.each(texts)('nothing of “%s” reaches full scale, and it is as loud as a person near', async (text) => {
    const samples = await speech.samples(text);
    expect(peakOf(samples)).toBeLessThan(0.71);
    expect(rmsDbfs(samples)).toBeGreaterThan(-26);
    expect(rmsDbfs(samples)).toBeLessThan(-10);
  });

  it('a recording of it holds no clipped sample', async () => {
    const stage = stand();
    say(stage, '大坝溃决');
    stage.ask('cabinet', 1, [5, 2, 1, 0, 50], 2000);
    const heard = wav(await record(stage), 'speaker');
    expect(isSilent(heard)).toBe(false);
    expect(peakOf(heard)).toBeLessThan(0.71);
  });
});

describe('the mix', () => {
  const peakOf = (samples: Float32Array): number => samples.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const choir = async (sirens: number, sound: Sound): Promise<Float32Array> => {
    const clock = virtualClock();
    const timeline = createTimeline(clock);
    const terminals = Array.from({ length: sirens }, (_, index) => `siren-${index}`);
    clock.advance(500);
    // The first is alone for three seconds, then all of one pitch sound with it: as loud as they can be together.
    timeline.hear('siren-0', sound);
    clock.advance(3000);
    for (const terminal of terminals) timeline.hear(terminal, sound);
    clock.advance(3000);
    for (const terminal of terminals) timeline.hear(terminal, null);
    const options = { timeline, terminals, folder: mkdtempSync(join(folder, 'mix-')), speech };
    return readWav((await renderRun(options)).mix);
  };

  it.each<[string, Sound]>([
    ['a tone', { kind: 'tone', hz: 500, level: 1 }],
    ['a stored clip', { kind: 'clip', track: 1 }],
    ['the loudest words', { kind: 'speech', text: '大坝溃决', startsAt: 3500, durationMs: 3000 }],
  ])('of forty terminals that all sound %s does not clip', async (_what, sound) => {
    const peak = peakOf(await choir(40, sound));
    expect(peak).toBeLessThan(0.97);
    expect(peak).toBeGreaterThan(0.2);
  });

  it('leaves a siren that is alone as loud as ever, and each second of a choir nearly as loud as it may be', async () => {
    const mix = await choir(40, { kind: 'tone', hz: 500, level: 1 });
    expect(peakOf(between(mix, 600, 1900))).toBeCloseTo(0.25, 2);
    expect(peakOf(between(mix, 4500, 5500))).toBeGreaterThan(0.9);
  });

  it('goes from one level to the next without a click', async () => {
    // At the third second, where the level changes, this sine stands at its height.
    const hz = 500.25;
    const alone = between(await choir(40, { kind: 'tone', hz, level: 1 }), 1900, 3400);
    const steps = alone.slice(1).map((value, index) => value - (alone[index] ?? 0));
    expect(peakOf(steps)).toBeLessThan(0.25 * 2 * Math.sin((Math.PI * hz) / sampleRate) + 0.001);
  });
});

describe('without a speech package', { timeout: 60_000 }, () => {
  it('says so by name and lets shaped noise stand for the words, so that a loudspeaker is still told from a siren', async () => {
    const warnings: string[] = [];
    const note = (warning: Error): void => void warnings.push(warning.message);
    process.on('warning', note);
    const mute = createSpeech(new URL('./peers/no-speech.mjs', import.meta.url));
    const samples = await mute.samples('山洪灾害红色预警，请立即转移');
    await new Promise((resolve) => void setImmediate(resolve));
    process.off('warning', note);
    expect(mute.isNoise).toBe(true);
    expect(warnings.filter((text) => text.startsWith('emulator-no-speech'))).toHaveLength(1);
    expect(samples).toHaveLength(14 * 0.25 * sampleRate);
    expect(isSpeech(samples)).toBe(true);
    expect(Math.max(...samples.map(Math.abs))).toBeLessThan(0.71);
    mute.close();
  });
});

describe('the measures themselves', () => {
  const tone = (hz: number, level: number): Float32Array =>
    Float32Array.from(
      { length: 2 * sampleRate },
      (_, index) => level * Math.sin((2 * Math.PI * hz * index) / sampleRate),
    );

  it('know a tone by its frequency and a level by its decibels', () => {
    expect(rmsDbfs(tone(700, 1))).toBeCloseTo(-3.01, 1);
    expect(toneShare(tone(700, 0.2), 700)).toBeCloseTo(1, 2);
    expect(toneShare(tone(700, 0.2), 750)).toBeLessThan(0.01);
    expect(isSilent(tone(700, 0.003))).toBe(true);
    expect(isSilent(tone(700, 0.01))).toBe(false);
    expect(isSpeech(tone(700, 0.5))).toBe(false);
  });
});
