import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { LineRehearsal } from '../../src/bus/line-rehearsal.ts';
import { settingsOf } from '../../src/bus/settings-of.ts';

const rehearsalAt = (baud: number): LineRehearsal =>
  new LineRehearsal(
    settingsOf(
      {
        ...{ id: 'rehearsed', speaks: 'modbus-rtu', echoes: false, adapterLatencyMs: 0, pollEveryMs: 1000 },
        port: { kind: 'serial', path: '/dev/null', baud, parity: 'none', stopBits: 1 },
      },
      { patienceMs: 2, lateGuardMs: 1000 },
    ),
  );

const openFiles = (): number => readdirSync('/proc/self/fd').length;

describe('the rehearsal of a line', () => {
  it.each([9600, 115_200])('goes well to its end at %d baud, and keeps no file open', (baud) => {
    const before = openFiles();
    const rehearsal = rehearsalAt(baud);
    let steps = 0;
    for (; !rehearsal.isOver; steps += 1) expect(rehearsal.step()).toBe(true);
    expect(steps).toBeGreaterThan(1000);
    expect(openFiles()).toBe(before);
    expect(rehearsal.step()).toBe(false);
  });

  it('is over when it is closed in the middle', () => {
    const before = openFiles();
    const rehearsal = rehearsalAt(9600);
    for (let steps = 0; steps < 10; steps += 1) rehearsal.step();
    expect(openFiles()).toBeGreaterThan(before);
    rehearsal.close();
    expect(rehearsal.isOver).toBe(true);
    expect(openFiles()).toBe(before);
  });
});
