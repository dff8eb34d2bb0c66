import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { askBox, type ControlReply } from '../../src/console/control-client.ts';
import type { ControlRequest } from '../../src/console/control-requests.ts';
import { needs } from '../support/needs.ts';
import { startFireVillage, type FireVillage } from './fire-village.ts';

const sirens = ['laojie-siren-1', 'laojie-siren-2', 'laojie-siren-3'];
const patient = { timeout: 40_000, interval: 20 };

/** Every sync of a file and every write at a place of one fails from the start, in the box and its threads. */
const calls = 'fdatasync,fsync,pwrite64';
const onDeadDisk = [
  ...['strace', '-D', '-f', '--seccomp-bpf', '-qq', '-o', '/dev/null'],
  ...['-e', `trace=${calls}`, '-e', `inject=${calls}:error=EIO`],
];

let village: FireVillage | null = null;

beforeAll(async () => {
  village = await startFireVillage();
}, 90_000);
afterAll(() => village?.close(), 60_000);

test('with a dead disk and a dead uplink the sirens still start and stop on site, and both acts are told as unrecorded', async () => {
  if (village === null || !needs('strace', 'strace')) return;
  const { centre, world, stateDir, begin } = village;
  const ask = async (request: ControlRequest): Promise<ControlReply> => {
    const reply = await askBox(join(stateDir, 'control.sock'), request);
    return reply.ok ? reply.value : { ok: false };
  };
  const isOn = (terminal: string): boolean => world.core.timeline.of(terminal).at(-1)?.toMs === null;
  centre.cutUplink(600_000);
  expect(await begin({ under: onDeadDisk }).ready).not.toBeNull();
  const alarm = { plan: 'geohazard-now', zones: ['laojie'], status: 'actual', severity: 'red' } as const;
  const by = { text: '请转移', person: '李某', sirenUnlocked: false } as const;
  const triggered = ask({ do: 'trigger', ...alarm, zones: [...alarm.zones], ...by });
  await vi.waitFor(() => expect(sirens.filter(isOn)).toEqual(sirens), patient);
  expect(await triggered).toMatchObject({ ok: true, recorded: false });
  const orderedAt = world.core.timeline.elapsedMs;
  expect(await ask({ do: 'stop', person: '李某' })).toMatchObject({ ok: true, recorded: false });
  await vi.waitFor(() => expect(sirens.filter(isOn)).toEqual([]), patient);
  const lateMs = sirens.map((terminal) => (world.core.timeline.of(terminal).at(-1)?.toMs ?? Infinity) - orderedAt);
  // A second is promised, and measured where nothing else runs; a stop that waits for the disk waits for ever.
  expect(Math.max(...lateMs)).toBeLessThan(5_000);
  const { troubles } = await ask({ do: 'status' });
  expect(troubles).toEqual(expect.arrayContaining(['uplink-lost', 'journal-undurable']));
}, 180_000);
