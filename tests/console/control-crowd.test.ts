import { mkdtempSync, rmSync } from 'node:fs';
import { createConnection, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { askBox } from '../../src/console/control-client.ts';
import type { ControlRequest } from '../../src/console/control-requests.ts';
import { controlLimits, createSeats, lookBudget, type Seat } from '../../src/console/control-seats.ts';
import { openControlServer, type ControlPort } from '../../src/console/control-server.ts';
import { ok } from '../../src/words/failure.ts';

const endings: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

const open = async (port: Partial<ControlPort> = {}) => {
  const folder = mkdtempSync(join(tmpdir(), 'crowd-'));
  endings.push(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'control.sock');
  const asked: ControlRequest['do'][] = [];
  const obey: ControlPort['obey'] = (request) => {
    asked.push(request.do);
    return Promise.resolve(ok({ id: String(asked.length) }));
  };
  const server = await openControlServer(path, { obey, watch: () => () => undefined, now: () => 0, ...port });
  endings.push(() => server.close());
  return { path, asked };
};

const connect = (path: string, text: string, onData: (text: string) => void = () => undefined): Socket => {
  const socket = createConnection(path);
  socket.setEncoding('utf8');
  socket.on('error', () => socket.destroy());
  socket.on('connect', () => socket.write(text));
  socket.on('data', onData);
  endings.push(() => socket.destroy());
  return socket;
};
const until = async (fits: () => boolean): Promise<void> => {
  while (!fits()) await new Promise((resolve) => setImmediate(resolve));
};
const stop = { do: 'stop', person: 'li' } as const;

describe('a crowd at the control socket', { timeout: 60_000 }, () => {
  test('does not keep a person out, whether it holds every place or comes and goes without end', async () => {
    const { path } = await open();
    Array.from({ length: controlLimits.seats + 50 }, () => connect(path, '{"do":"trig'));
    const storm = setInterval(() => Array.from({ length: 20 }, () => connect(path, '{"do":"nonsense"}\n')), 10);
    endings.push(() => clearInterval(storm));
    for (let index = 0; index < 20; index += 1) expect((await askBox(path, stop)).ok).toBe(true);
  });

  test('is shown out oldest first, with words', async () => {
    const crowded: string[] = [];
    const { path } = await open({ crowded: ({ code }) => crowded.push(code) });
    const said: string[] = [];
    connect(path, '{"do":"tr', (text) => said.push(text));
    for (let index = 0; index < controlLimits.seats; index += 1) {
      let isThere = false;
      connect(path, '').once('connect', () => (isThere = true));
      await until(() => isThere);
    }
    await until(() => said.length > 0);
    expect(JSON.parse(said.join(''))).toMatchObject({ ok: false, code: 'control-busy' });
    expect(crowded).toEqual(['control-busy']);
  });

  test('never shows out somebody for whom the box works', async () => {
    let finish: () => void = () => undefined;
    const { path } = await open({
      obey: ({ do: what }) =>
        what === 'stop'
          ? new Promise((resolve) => (finish = () => resolve(ok({ id: 'late' }))))
          : Promise.resolve(ok({ id: 'soon' })),
    });
    const waiting = askBox(path, stop);
    for (let index = 0; index < 2 * controlLimits.seats; index += 1) connect(path, '{"do":"trig');
    expect(await askBox(path, { do: 'continue', person: 'li' })).toMatchObject({ value: { id: 'soon' } });
    finish();
    expect(await waiting).toMatchObject({ value: { id: 'late' } });
  });

  test('that asks for the whole state without end is answered within a budget; who stops is not counted', async () => {
    const { path, asked } = await open();
    const answers: string[] = [];
    const lines = 3 * controlLimits.looks.burst;
    connect(path, '{"do":"status"}\n'.repeat(lines), (text) => answers.push(text));
    await until(() => answers.join('').split('\n').length > lines);
    expect(asked).toHaveLength(controlLimits.looks.burst);
    expect((await askBox(path, stop)).ok).toBe(true);
  });

  test('that never reads its answers is not read either', async () => {
    let obeyed = 0;
    const { path } = await open({
      obey: () => {
        obeyed += 1;
        return Promise.resolve(ok({ id: 'x'.repeat(100_000) }));
      },
    });
    const deaf = connect(path, '{"do":"stop","person":"li"}\n'.repeat(2_000));
    deaf.pause();
    await until(() => obeyed > 0);
    for (let index = 0; index < 50; index += 1) await askBox(path, stop);
    expect(obeyed - 50).toBeLessThan(100);
  });
});

describe('the places at the control socket', () => {
  const seat = (leaves: string[], name: string, working = 0): Seat => ({
    ...{ working, watching: false, showOut: () => void leaves.push(name) },
  });

  test('a newcomer is turned away only when the box works for everybody there', () => {
    const gone: string[] = [];
    const seats = createSeats({ ...controlLimits, seats: 2 }, () => undefined);
    expect([seats.take(seat(gone, 'a', 1)), seats.take(seat(gone, 'b', 1)), seats.take(seat(gone, 'c'))]).toEqual([
      ...[true, true, false],
    ]);
    expect(gone).toEqual([]);
  });

  test('of those who watch, the one that came first makes room', () => {
    const gone: string[] = [];
    const seats = createSeats(controlLimits, () => undefined);
    for (let index = 0; index <= controlLimits.watchers; index += 1) {
      const watcher = seat(gone, String(index));
      seats.take(watcher);
      seats.watch(watcher);
    }
    expect(gone).toEqual(['0']);
  });

  test('looks come back with time', () => {
    const may = lookBudget(controlLimits);
    for (let index = 0; index < controlLimits.looks.burst; index += 1) expect(may(0)).toBe(true);
    expect([may(0), may(50), may(51)]).toEqual([false, true, false]);
  });
});
