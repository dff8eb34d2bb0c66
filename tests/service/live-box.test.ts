import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { startLiveBox, type LiveBox } from '../../src/box/live-box.ts';
import { loadBox } from '../../src/box/load-box.ts';
import { openMemory } from '../../src/box/memory.ts';
import { machinePorts, type BoxPorts } from '../../src/box/ports.ts';
import { counterNames, type ByteLine, type CounterName, type Exchange, type ModbusLine } from '../../src/bus/line.ts';
import type { LineWiring } from '../../src/core/wiring.ts';
import { MemoryDisk } from '../../src/store/memory-disk.ts';
import { verifyJournal } from '../../src/store/verify.ts';
import { failed } from '../../src/words/failure.ts';
import type { Centre } from '../../emulator/centre/centre.ts';
import { cleanUp, later, startCentre } from '../centre/support.ts';

afterEach(cleanUp);

/** A line that carries everything and hears nothing back. */
const deafLines = () => {
  const exchanges: Exchange[] = [];
  const modbus = ({ id }: LineWiring): ModbusLine => ({
    id,
    state: 'open',
    submit: (exchange) => {
      exchanges.push(exchange);
      const at = performance.now();
      const timing = { queuedMs: 0, sentAt: at, endedAt: at };
      return new Promise((resolve) =>
        setTimeout(() => resolve({ ...failed('unit-silent', { line: id, unit: exchange.unit }), timing }), 5),
      );
    },
    onState: () => undefined,
    close: () => Promise.resolve(),
    health: () => ({
      ...(Object.fromEntries(counterNames.map((name) => [name, 0])) as Record<CounterName, number>),
      quarantined: [],
    }),
  });
  const bytes = ({ id }: LineWiring): ByteLine => ({
    id,
    state: 'open',
    send: () => Promise.resolve({ ok: true }),
    onBytes: () => undefined,
    onState: () => undefined,
    close: () => Promise.resolve(),
  });
  return { exchanges, modbus, bytes };
};

const until = async (what: string, holds: () => boolean): Promise<void> => {
  const end = performance.now() + 10_000;
  while (!holds()) {
    if (performance.now() > end) throw new Error(`never: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
};

/** A box as `run` starts it, on a disk in memory and lines of the test, and a real practice centre on loopback. */
const bringUp = async (disk = new MemoryDisk()) => {
  const dir = mkdtempSync(join(tmpdir(), 'mingluo-live-'));
  const { privateKey } = generateKeyPairSync('ed25519');
  const keys = { box: join(dir, 'box.key'), senders: join(dir, 'senders.json') };
  writeFileSync(keys.box, privateKey.export({ format: 'pem', type: 'pkcs8' }), { mode: 0o600 });
  const raw = createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).subarray(12).toString('base64');
  const centre = await startCentre({ area: '500112', boxes: [{ id: 'shiling', publicKey: raw }] });
  writeFileSync(keys.senders, JSON.stringify(centre.keys), { mode: 0o600 });
  const sites = await loadBox({ configDir: 'config', devicesDir: 'devices', overrides: { keys } });
  if (!sites.ok) throw new Error(JSON.stringify(sites.failures));
  const lines = Object.fromEntries(
    sites.value.loaded.wiring.lines.map(({ id }) => [id, { kind: 'serial', path: '/dev/null' } as const]),
  );
  const overrides = { keys, lines, uplinkUrl: centre.url };
  const settings = { configDir: 'config', devicesDir: 'devices', overrides, stateDir: dir, environment: {} };
  const files = await loadBox(settings);
  if (!files.ok) throw new Error(JSON.stringify(files.failures));
  const deaf = deafLines();
  const ports: BoxPorts = { ...machinePorts, disk, openModbusLine: deaf.modbus, openByteLine: deaf.bytes };
  const failures: string[] = [];
  const begin = async (): Promise<LiveBox> => {
    const memory = await openMemory(disk, { stateDir: dir, toCentre: true });
    if (!memory.ok) throw new Error(memory.failure.code);
    const onFailure = ({ code }: { readonly code: string }): void => void failures.push(code);
    const box = startLiveBox({ ...settings, ports, onFailure }, files.value, memory.value);
    later(() => box.stop());
    return box;
  };
  return { centre, dir, disk, failures, begin, exchanges: deaf.exchanges };
};

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
      expect(exchanges.some(({ lane, trace }) => lane === 'alarm' && trace === order)).toBe(true);
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
});
