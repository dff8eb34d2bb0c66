import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Village } from '../../emulator/start/run-village.ts';
import { framesOf, mingluo, receiptsOf, stageIs, startVillage, workdayAt } from './box.ts';

/** Every way out is cut but the satellite; ports are pulled; orders are repeated. The box goes on. */
describe('a village that is cut off', () => {
  let village: Village;
  const control = (): Record<string, unknown> =>
    JSON.parse(mingluo('status', '--state', village.stateDir).out) as Record<string, unknown>;
  const soundsNow = (terminal: string): boolean =>
    village.world.state().terminals.some((one) => one.terminal === terminal && one.heard !== null);
  const patient = { timeout: 40_000, interval: 100 };

  beforeAll(async () => {
    village = await startVillage(workdayAt(9, 0), [], {
      satellitePeriodS: 1,
      tcpLines: ['cabinet', 'voice-xuexiao', 'beidou'],
    });
    await receiptsOf(village).first(stageIs('noted', { code: 'clock-source' }));
  }, 90_000);

  afterAll(() => village.close(), 60_000);

  test('a hundred copies of one order are one broadcast', async () => {
    const { first, all } = receiptsOf(village);
    const sent = await village.centre.issue({
      status: 'actual',
      event: '11D02',
      severity: 'red',
      stage: 'now',
      zones: ['xuexiao'],
      headline: '测试',
      text: '请立即转移。',
    });
    if (!sent.ok) throw new Error(sent.failure.code);
    village.centre.repeat(sent.value, 99);
    await first(stageIs('started', { zone: 'xuexiao' }));
    await vi.waitFor(() => expect(soundsNow('xuexiao-siren-1')).toBe(true), patient);
    expect(all().filter(stageIs('queued'))).toHaveLength(1);
    mingluo('stop', '--state', village.stateDir, '--person', '李某');
    await first(stageIs('unproven-silence'));
    expect(all().filter(stageIs('queued'))).toHaveLength(1);
  }, 150_000);

  test('a port that is pulled and returns neither kills nor wedges the box', async () => {
    const { pid } = village.box;
    const before = pid();
    village.world.core.faults.add({ target: 'sirens', fault: 'unplugged', value: null });
    await vi.waitFor(
      () => expect(village.world.state().lines.find(({ id }) => id === 'sirens')?.device).toBeNull(),
      patient,
    );
    const lost = await receiptsOf(village).first(
      stageIs('health', { terminal: 'heba-siren-2', health: 'lost' }),
      60_000,
    );
    expect(lost.body['reason']).not.toBe('');
    village.world.core.faults.remove('sirens', 'unplugged');
    await receiptsOf(village).first(
      ({ number, body }) => number > lost.number && body.stage === 'health' && body['health'] === 'well',
      60_000,
    );
    expect(pid()).toBe(before);
  }, 130_000);

  test('without any uplink a person on site sounds the warning, and a stop silences it', async () => {
    village.centre.cutUplink(600_000);
    await vi.waitFor(() => expect(control()['troubles']).toContain('uplink-lost'), patient);
    const started = mingluo(
      'trigger',
      'geohazard-now',
      '--confirm',
      'geohazard-now',
      '--zones',
      'laojie',
      '--text',
      '请转移',
      '--state',
      village.stateDir,
    );
    expect([started.status, started.err]).toEqual([0, '']);
    await vi.waitFor(
      () => expect(['laojie-siren-1', 'laojie-siren-2', 'laojie-siren-3'].every(soundsNow)).toBe(true),
      patient,
    );
    // The two siren units of the zone, and only they, by one group frame: bits 3 and 4 of the map.
    const isGroupFrame = ({ line, hex }: { line: string; hex: string }): boolean =>
      line === 'sirens' && /^00101000001122....0018/.test(hex);
    await vi.waitFor(() => expect(framesOf(village).some(isGroupFrame)).toBe(true), patient);
    mingluo('stop', '--state', village.stateDir, '--person', '李某');
    await vi.waitFor(
      () => expect(['laojie-siren-1', 'laojie-siren-2', 'laojie-siren-3'].some(soundsNow)).toBe(false),
      patient,
    );
  }, 180_000);

  test('a signed compact order comes by satellite, and a receipt and the status leave the same way', async () => {
    const { centre, world } = village;
    const signed = await centre.issue({
      status: 'actual',
      event: '11A51',
      severity: 'red',
      stage: 'now',
      zones: ['shangba'],
      plan: 'flash-flood-now',
      headline: '山洪',
      text: '山洪红色预警',
    });
    if (!signed.ok) throw new Error(signed.failure.code);
    const compact = centre.makeSatelliteOrder(signed.value);
    if (!compact.ok) throw new Error(compact.failure.code);
    world.inject(330_122, { mode: 'mixed', bytes: compact.value });
    await vi.waitFor(() => expect(soundsNow('shangba-siren-1')).toBe(true), patient);
    await vi.waitFor(
      () => {
        const kinds = centre.satelliteReports().map(({ report }) => report.kind);
        expect(kinds).toContain('receipt');
        expect(kinds).toContain('status');
      },
      { timeout: 110_000, interval: 250 },
    );
    for (const { content } of world.core.satellite?.sent ?? []) {
      if (content.mode === 'mixed') expect(content.bytes.length + 1).toBeLessThanOrEqual(70);
    }
    mingluo('stop', '--state', village.stateDir, '--person', '李某');
  }, 160_000);
});
