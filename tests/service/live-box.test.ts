import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { openMemory } from '../../src/box/memory.ts';
import { verifyJournal } from '../../src/store/verify.ts';
import type { Centre } from '../../emulator/centre/centre.ts';
import { codeMark } from '../../src/uplink/satellite-status.ts';
import { cleanUp } from '../centre/support.ts';
import { until } from '../support/waiting.ts';
import { bringUp, configWithHeldOutputs } from './live-rig.ts';

afterEach(cleanUp);

const stagesOf = (centre: Centre, order: string): readonly string[] =>
  centre
    .receipts()
    .filter(({ receipt }) => receipt.trace === order)
    .map(({ receipt }) => receipt.body.stage);

const issueAlarm = async (centre: Centre): Promise<string> => {
  const sent = await centre.issue({ status: 'actual', severity: 'red', headline: '立即转移', zones: ['heba'] });
  if (!sent.ok) throw new Error(sent.failure.code);
  return sent.value.id;
};

describe('the box, tied together', () => {
  test(
    'an order goes in, is on the wire and in the journal, and its receipts come out and are acknowledged',
    { timeout: 60_000 },
    async () => {
      const { centre, dir, disk, begin, exchanges } = await bringUp();
      const box = await begin();
      await until('a link', () => centre.connected().length === 1);
      const order = await issueAlarm(centre);
      await until('the start', () => stagesOf(centre, order).includes('started'));
      expect(stagesOf(centre, order).slice(0, 3)).toEqual(['received', 'verified', 'queued']);
      await until('the frame', () => exchanges.some(({ lane, trace }) => lane === 'alarm' && trace === order));
      const village = () => box.tied.loop.village().durable;
      await until('the acknowledgement', () => village().acknowledged > 0);
      expect(village().seen[order]).toMatchObject({ via: 'websocket', outcome: { stage: 'accepted' } });
      await box.stop();
      expect(await verifyJournal(disk, join(dir, 'journal'))).toMatchObject({ ok: true, value: { damaged: [] } });
      const again = await openMemory(disk, { stateDir: dir, toCentre: true });
      if (!again.ok) throw new Error(again.failure.code);
      expect(again.value.endedInOrder).toBe(true);
      expect(again.value.recovered.village.durable.seen[order]).toBeDefined();
      expect(again.value.recovered.village.durable.acknowledged).toBeGreaterThan(0);
      await again.value.close(true);
    },
  );

  test(
    'a flush that fails once is made good in a new segment, and that is told in the log, to the centre and in the state',
    { timeout: 60_000 },
    async () => {
      const { centre, disk, failures, begin } = await bringUp({ hurry: 50 });
      const box = await begin();
      await until('a link', () => centre.connected().length === 1);
      await until('a quiet journal', () => box.tied.loop.village().durable.acknowledged > 0);
      let left = 1;
      disk.settings = { fault: ({ act }) => (act === 'datasync' && (left -= 1) === 0 ? 'EIO' : null) };
      const order = await issueAlarm(centre);
      await until('the receipt', () => stagesOf(centre, order).includes('received'));
      await until(
        'the state',
        () => centre.boxes()[0]?.snapshot?.content.troubles.includes('journal-flush-mended') === true,
      );
      const noted = () => centre.receipts().map(({ receipt }) => receipt.body);
      await until('the note', () =>
        noted().some((body) => body.stage === 'noted' && body.code === 'journal-flush-mended'),
      );
      expect(failures).toContain('journal-flush-mended');
      expect(box.tied.ties.troubles.has('journal-undurable')).toBe(false);
    },
  );

  test('the same order again is answered with its outcome, over the same link', { timeout: 60_000 }, async () => {
    const { centre, begin } = await bringUp();
    const box = await begin();
    await until('a link', () => centre.connected().length === 1);
    const order = await issueAlarm(centre);
    await until('the start', () => stagesOf(centre, order).includes('started'));
    const signed = centre.orders().find(({ id }) => id === order);
    if (signed === undefined) throw new Error('no order');
    const before = box.tied.loop.village().durable.broadcasts;
    expect(centre.repeat(signed, 3)).toHaveLength(1);
    await until('the outcome', () => centre.boxes()[0]?.outcomes.get(order)?.stage === 'accepted');
    expect(Object.keys(box.tied.loop.village().durable.broadcasts)).toEqual(Object.keys(before));
  });

  test(
    'while the disk fails an emergency is on the wire, nothing is told, and all of it once the disk works',
    { timeout: 60_000 },
    async () => {
      const { centre, disk, begin, exchanges } = await bringUp();
      const box = await begin();
      await until('a link', () => centre.connected().length === 1);
      await until('a quiet journal', () => box.tied.loop.village().durable.acknowledged > 0);
      let isBroken = true;
      disk.settings = { fault: ({ act }) => (isBroken && (act === 'write' || act === 'datasync') ? 'EIO' : null) };
      const order = await issueAlarm(centre);
      await until('the wire', () => exchanges.some(({ lane, trace }) => lane === 'alarm' && trace === order));
      await until('the trouble', () => box.tied.ties.troubles.has('journal-undurable'));
      expect(stagesOf(centre, order)).toEqual([]);
      isBroken = false;
      await until('the receipts', () => stagesOf(centre, order).includes('started'));
      expect(stagesOf(centre, order).slice(0, 3)).toEqual(['received', 'verified', 'queued']);
      expect(box.tied.ties.troubles.has('journal-undurable')).toBe(false);
    },
  );

  test(
    'time that the centre signed becomes the time of the box, and an event of its journal',
    { timeout: 60_000 },
    async () => {
      const { centre, dir, disk, begin } = await bringUp();
      const box = await begin();
      const durable = () => box.tied.loop.village().durable;
      await until('the centre’s time', () => durable().clockSource === 'centre');
      expect(Math.abs(box.tied.ties.clock.now().wall - centre.wall())).toBeLessThan(60_000);
      await box.stop();
      const again = await openMemory(disk, { stateDir: dir, toCentre: true });
      if (!again.ok) throw new Error(again.failure.code);
      expect(again.value.recovered.village.durable.clockSource).toBe('centre');
      await again.value.close(true);
    },
  );

  test(
    'a box that is ended in order switches off an output that would sound on without it',
    { timeout: 60_000 },
    async () => {
      const { centre, begin, exchanges } = await bringUp({ configDir: configWithHeldOutputs() });
      const box = await begin();
      await until('a link', () => centre.connected().length === 1);
      const order = await issueAlarm(centre);
      const closed = Buffer.from([5, 0, 0, 0xff, 0]);
      await until('the contact', () => exchanges.some(({ trace, pdu }) => trace === order && closed.equals(pdu)));
      const before = exchanges.length;
      await box.stop();
      const last = exchanges.slice(before).filter(({ lane, trace }) => lane === 'alarm' && trace === 'box-ended');
      expect(last.map(({ unit, pdu }) => [unit, Buffer.from(pdu).toString('hex')])).toContainEqual([1, '0500000000']);
    },
  );

  test(
    'an order that comes again by satellite is answered by satellite with its outcome',
    { timeout: 60_000 },
    async () => {
      const { centre, begin, satellite } = await bringUp({ linked: false });
      await begin();
      const sent = await centre.stop(null);
      if (!sent.ok) throw new Error(sent.failure.code);
      const compact = centre.makeSatelliteOrder(sent.value);
      if (!compact.ok) throw new Error(compact.failure.code);
      const reports = () => satellite.aired.splice(0).map((bytes) => centre.satelliteReceived(bytes));
      const done = { ok: true, value: { kind: 'receipt', stage: 'done' } };
      satellite.deliver(compact.value);
      await until('the first answer', () => satellite.aired.length === 1);
      expect(reports()).toMatchObject([done]);
      satellite.deliver(compact.value);
      await until('the second answer', () => satellite.aired.length === 1);
      expect(reports()).toMatchObject([done]);
      expect(centre.connected()).toEqual([]);
    },
  );

  test(
    'an order by satellite that is proven and refused at the door is answered by satellite with its code',
    { timeout: 60_000 },
    async () => {
      const { centre, begin, satellite } = await bringUp({ linked: false, otherPlans: true });
      await begin();
      const alert = { status: 'actual', severity: 'red', headline: '转移', text: '转移', zones: ['heba'] } as const;
      const sent = await centre.issue(alert);
      if (!sent.ok) throw new Error(sent.failure.code);
      const compact = centre.makeSatelliteOrder(sent.value);
      if (!compact.ok) throw new Error(compact.failure.code);
      for (let time = 0; time < 3; time += 1) satellite.deliver(compact.value);
      await until('the answer', () => satellite.aired.length > 0);
      const reports = satellite.aired.map((bytes) => centre.satelliteReceived(bytes));
      const codeHash = codeMark('satellite-table-differs');
      expect(reports).toMatchObject([{ ok: true, value: { kind: 'receipt', stage: 'refused', codeHash } }]);
    },
  );
});
