import { existsSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import type { LineWiring, Parity } from '../../src/core/wiring.ts';
import { openLine } from '../../src/bus/open-line.ts';
import type { ModbusLine, Reply } from '../../src/bus/line.ts';
import { needs } from '../support/needs.ts';
import { compile, Helper } from './support/compiled.ts';
import { hex, read, write } from './support/frames.ts';
import { TestPty } from './support/pty.ts';

const endings: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

const helper = (binary: string, args: readonly string[]): Helper => {
  const started = new Helper(binary, args);
  endings.push(() => started.kill());
  return started;
};

interface Wire {
  readonly path: string;
  readonly baud: number;
  readonly parity: Parity;
}

const open = ({ path, baud, parity }: Wire): ModbusLine => {
  const wiring: LineWiring = {
    ...{ id: 'rs485', speaks: 'modbus-rtu', echoes: false, adapterLatencyMs: 50, pollEveryMs: 1000 },
    port: { kind: 'serial', path, baud, parity, stopBits: 1 },
  };
  const line = openLine(wiring);
  endings.push(() => line.close());
  return line;
};

const ask = (unit: number, pdu: Uint8Array) => ({
  ...{ lane: 'poll' as const, unit, pdu, turnaroundMs: 500, trace: null },
});
const shown = (reply: Reply): string => (reply.ok ? hex(reply.pdu) : reply.failure.code);

/** A cable between two ttys, through this process. */
const cable = (): readonly [string, string] => {
  const near: TestPty = new TestPty((bytes) => far.write(bytes));
  const far: TestPty = new TestPty((bytes) => near.write(bytes));
  endings.push(() => [near, far].forEach((end) => end.unplug()));
  return [near.path, far.path];
};

/** The package has headers and no program: what is looked for is gcc where they stand, else something that is not there. */
const hasLibmodbus = (): boolean =>
  needs('libmodbus-dev', existsSync('/usr/include/modbus/modbus.h') ? 'gcc' : 'modbus/modbus.h');

describe('peers that are not ours', () => {
  it('a libmodbus server is read and written over a tty with even parity', async () => {
    if (!hasLibmodbus() || !needs('gcc', 'gcc')) return;
    const binary = compile('libmodbus-server.c', ['-lmodbus']);
    const [near, far] = cable();
    const server = helper(binary, [far, '19200', 'E', '7']);
    expect(await server.line()).toBe('ready');
    const line = open({ path: near, baud: 19_200, parity: 'even' });
    const replies = await Promise.all([
      line.submit(ask(7, read(3, 10, 3))),
      line.submit(ask(7, write(6, 9, 4242))),
      line.submit(ask(7, read(3, 9, 1))),
      line.submit(ask(7, write(5, 2, 0xff00))),
      line.submit(ask(7, Uint8Array.of(15, 0, 8, 0, 9, 2, 0xff, 1))),
      line.submit(ask(7, Uint8Array.of(16, 0, 20, 0, 2, 4, 0, 1, 0, 2))),
      line.submit(ask(7, read(1, 0, 17))),
      line.submit(ask(7, read(4, 200, 1))),
      line.submit(ask(7, Uint8Array.of(22, 0, 9, 0xff, 0, 0, 0x0f))),
    ]);
    expect(replies.map(shown)).toEqual([
      ...['0306001e00210024', '0600091092', '03021092', '050002ff00', '0f00080009', '1000140002'],
      ...['010304ff01', 'modbus-exception', '160009ff00000f'],
    ]);
  });

  it('no frame begins before 3.5 characters of silence on a line that takes its time', async () => {
    if (!needs('gcc', 'gcc')) return;
    const unit = helper(compile('paced-unit.c', ['-lutil']), ['19200', '4000', '4']);
    const line = open({ path: await unit.line(), baud: 19_200, parity: 'none' });
    const replies = await Promise.all(
      Array.from({ length: 40 }, (_, n) => line.submit(ask(1 + (n % 4), read(3, n, 4)))),
    );
    expect(replies.map(shown)[6]).toBe('0308' + '0306' + '0307' + '0308' + '0309');
    expect(replies.every(({ ok }) => ok)).toBe(true);
    unit.endInput();
    const wire = JSON.parse(await unit.line()) as Record<string, number>;
    expect(wire).toMatchObject({ requests: 40, replies: 40, early: 0, wrong: 0 });
  });
});
