import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { BoxReceipt } from '../../emulator/centre/receipt.ts';
import { isSilent, isSpeech, isTone, between } from '../../emulator/ear/analyse.ts';
import { readWav } from '../../emulator/ear/wav.ts';
import type { Village } from '../../emulator/start/run-village.ts';
import { stateHash } from '../../src/box/memory.ts';
import { openCheckpoint } from '../../src/store/checkpoint.ts';
import { realDisk } from '../../src/store/disk.ts';
import { ok } from '../../src/words/failure.ts';
import type { Checkpoint } from '../../src/box/recover.ts';
import { framesOf, mingluo, receiptsOf, stageIs, startVillage, workdayAt } from './box.ts';

/**
 * The story of docs/explanation/the-story.md on the real processes: a notice in every zone, a red order for the zone with
 * 20 households, a unit that does not answer, a stuck contact, kill -9, a cut uplink, stop, all-clear.
 */
describe('the story', { timeout: 120_000 }, () => {
  let village: Village;
  const told: { notice?: string; red?: string; allClear?: string } = {};
  let lines: readonly BoxReceipt[] = [];

  const of = (trace: string | undefined): readonly BoxReceipt[] => lines.filter((receipt) => receipt.trace === trace);
  const stages = (trace: string | undefined): readonly string[] => of(trace).map(({ body }) => body.stage);
  /** The last word on each terminal, as a row of the table. */
  const table = (trace: string | undefined): Readonly<Record<string, string>> =>
    Object.fromEntries(
      of(trace)
        .filter(({ body }) => body.stage === 'terminal')
        .map(({ body }) => {
          const reason = typeof body['reason'] === 'string' ? `(${body['reason']})` : '';
          return [String(body['terminal']), `${String(body['verdict'])}${reason}`];
        }),
    );

  beforeAll(async () => {
    village = await startVillage(workdayAt(20, 52), ['heba-siren-3=silent', 'heba-siren-1=stuck-contact']);
    const { centre, world } = village;
    const { first, all } = receiptsOf(village);

    // A daily notice is playing in all zones, and every loudspeaker is proven.
    const notice = await first(stageIs('queued', { due: 7 }));
    told.notice = notice.trace;
    await vi.waitFor(() => expect(all().filter(stageIs('terminal', { verdict: 'sounded' }))).toHaveLength(7), 30_000);

    // A red geological-hazard order for the zone with 20 households.
    const zone = village.site.zones.find(({ households }) => households === 20)?.id ?? '';
    const sent = await centre.issue({
      status: 'actual',
      class: 'emergency',
      event: '11D02',
      severity: 'red',
      stage: 'now',
      zones: [zone],
      headline: '泥石流红色预警',
      text: '河坝组请立即往东坡转移。',
    });
    if (!sent.ok) throw new Error(sent.failure.code);
    told.red = sent.value.id;

    // The box is killed in the second repeat of the speech; its supervisor starts it again.
    const spoken = (): number =>
      world.core.timeline
        .of('heba-speaker-1')
        .filter(({ sound }) => sound.kind === 'speech' && sound.text.includes('东坡')).length;
    await vi.waitFor(() => expect(spoken()).toBeGreaterThanOrEqual(2), { timeout: 90_000, interval: 50 });
    process.kill(village.box.pid() ?? 0, 'SIGKILL');
    await first(stageIs('resumed', { zone }), 30_000);

    // The uplink is cut for 20 s and returns.
    centre.cutUplink(20_000);
    await vi.waitFor(() => expect(centre.cutUntilMs()).toBe(0), { timeout: 40_000, interval: 200 });
    await vi.waitFor(() => expect(centre.connected()).toContain('shiling'), { timeout: 60_000, interval: 200 });

    // Staff press stop; then the centre gives the all-clear.
    const stop = mingluo('stop', '--state', village.stateDir, '--person', '李某');
    expect(stop.status).toBe(0);
    await first(stageIs('unproven-silence'), 30_000);
    const cleared = await centre.allClear(sent.value.alertId ?? undefined, '警报解除，请有序返回。');
    if (!cleared.ok) throw new Error(cleared.failure.code);
    told.allClear = cleared.value.id;
    await first((receipt) => receipt.trace === told.allClear && receipt.body.stage === 'ended', 60_000);
    lines = all();
    await village.box.stop();
  }, 400_000);

  afterAll(() => village.close(), 60_000);

  test('the notice is preempted in that zone, goes on elsewhere, and ends as interrupted by the restart', () => {
    const preempted = of(told.notice).filter(stageIs('preempted'));
    expect(preempted.map(({ body }) => body['zone'])).toEqual(['heba']);
    expect(of(told.notice).at(-1)?.body).toEqual({
      stage: 'ended',
      how: 'interrupted',
      due: 7,
      sounded: 7,
      failed: 0,
      unknown: 0,
    });
  });

  test('the table of receipts is the truth about each terminal', () => {
    expect(table(told.red)).toEqual({
      'heba-siren-1': 'failed(no-current)',
      'heba-siren-2': 'sounded',
      'heba-siren-3': 'unknown(no-reply)',
      'heba-speaker-1': 'sounded',
      'heba-speaker-2': 'sounded',
    });
    expect(of(told.red).at(-1)?.body).toEqual({
      stage: 'ended',
      how: 'stopped',
      due: 5,
      sounded: 3,
      failed: 1,
      unknown: 1,
    });
  });

  test('no stage is skipped, and the receipts of the box count without a gap', () => {
    expect(stages(told.red).slice(0, 4)).toEqual(['received', 'verified', 'queued', 'started']);
    expect(stages(told.red)).toContain('first-sound');
    expect(stages(told.red)).toContain('resumed');
    expect(lines.map(({ number }) => number)).toEqual(lines.map((_, index) => index + 1));
  });

  test('the stop is proven, and the unit that does not answer is named', () => {
    const proof = lines.find(stageIs('unproven-silence'));
    expect(proof?.body['terminals']).toEqual(['heba-siren-3']);
  });

  test('the all-clear is spoken in the zone by its loudspeakers', () => {
    expect(table(told.allClear)).toEqual({ 'heba-speaker-1': 'sounded', 'heba-speaker-2': 'sounded' });
    expect(of(told.allClear).at(-1)?.body).toMatchObject({ how: 'completed', due: 2, sounded: 2 });
  });

  test('sirens and speech never overlap in the zone', () => {
    const { timeline } = village.world.core;
    const tones = timeline.of('heba-siren-2');
    const speech = [...timeline.of('heba-speaker-1'), ...timeline.of('heba-speaker-2')];
    const overlaps = tones.filter((tone) =>
      speech.some(
        (words) =>
          words.sound.kind === 'speech' &&
          words.fromMs < (tone.toMs ?? Infinity) &&
          tone.fromMs < (words.toMs ?? Infinity),
      ),
    );
    expect(overlaps).toEqual([]);
  });

  test('the recordings hold tone, speech and silence where they should be', async () => {
    const { files } = await village.world.record();
    const { timeline, hz } = village.world.core;
    const samplesOf = (terminal: string): Float32Array => readWav(files[terminal] ?? '');
    const tone = timeline.of('heba-siren-2').find(({ fromMs, toMs }) => toMs !== null && toMs - fromMs > 800);
    expect(
      isTone(
        between(samplesOf('heba-siren-2'), (tone?.fromMs ?? 0) + 100, (tone?.toMs ?? 0) - 100),
        hz.get('heba-siren-2') ?? 0,
      ),
    ).toBe(true);
    const words = timeline
      .of('heba-speaker-1')
      .find(({ sound, toMs }) => sound.kind === 'speech' && sound.text.includes('东坡') && toMs !== null);
    const speech = between(samplesOf('heba-speaker-1'), words?.fromMs ?? 0, words?.toMs ?? 0);
    expect(isSpeech(speech)).toBe(true);
    expect(isSilent(samplesOf('heba-siren-1'))).toBe(true);
    expect(isSilent(samplesOf('heba-siren-3'))).toBe(true);
    expect(isSilent(samplesOf('shangba-siren-1'))).toBe(true);
  });

  test('the journal tells from order to frame under one id', () => {
    const frames = framesOf(village);
    const ordered = frames.filter(({ trace }) => trace === told.red);
    // Waveshare flash-on of relay 1 for 1 s; hold of 1 s for siren units 1 and 2, each alone: their battery starts in waves.
    expect(ordered.some(({ line, hex }) => line === 'cabinet' && hex.startsWith('01050200000a'))).toBe(true);
    for (const unit of ['01', '02']) {
      expect(ordered.some(({ line, hex }) => line === 'sirens' && hex.startsWith(`${unit}060010000a`))).toBe(true);
    }
    const stop = lines.find(stageIs('unproven-silence'))?.trace;
    expect(frames.some(({ trace }) => trace === stop)).toBe(true);
  });

  test('the journal verifies, and its export folds to the state the box had', async () => {
    const verified = mingluo('journal', 'verify', '--state', village.stateDir);
    expect([verified.status, verified.err]).toEqual([0, '']);
    const exported = mingluo('journal', 'export', '--state', village.stateDir);
    const file = join(village.runDir, 'journal.ndjson');
    writeFileSync(file, exported.out);
    const replayed = mingluo('journal', 'replay', file);
    expect([replayed.status, replayed.err]).toEqual([0, '']);
    const opened = await openCheckpoint<Checkpoint>({
      disk: realDisk,
      dir: join(village.stateDir, 'checkpoint'),
      schemaVersion: 1,
      parse: (data) => ok(data as Checkpoint),
    });
    const found = opened.ok ? await opened.value.read(true) : null;
    const durable = found?.ok === true ? found.value?.data.durable : undefined;
    if (durable === undefined) throw new Error('no checkpoint');
    expect(JSON.parse(replayed.out)).toMatchObject({ state: stateHash(durable) });
  });
});
