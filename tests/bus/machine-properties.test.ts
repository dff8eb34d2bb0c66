import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LineMachine } from '../../src/bus/line-machine.ts';
import type { Exchange } from '../../src/bus/line.ts';
import { machineDefaults, type LineAction } from '../../src/bus/machine-settings.ts';
import { mbapFraming } from '../../src/bus/mbap.ts';
import { rtuFraming } from '../../src/bus/rtu.ts';
import { noWire } from '../../src/bus/timing.ts';
import { errorCodes } from '../../src/words/error-codes.ts';
import { failed } from '../../src/words/failure.ts';
import { testFrame } from './support/frames.ts';
import { wire9600 } from './support/virtual-wire.ts';

type Step =
  | { readonly do: 'submit'; readonly exchange: Exchange }
  | { readonly do: 'bytes'; readonly bytes: Uint8Array }
  | { readonly do: 'reply'; readonly flip: number }
  | { readonly do: 'wait'; readonly ms: number }
  | { readonly do: 'port'; readonly up: boolean };

const exchange: fc.Arbitrary<Exchange> = fc.record({
  lane: fc.constantFrom('alarm', 'upkeep', 'read-back', 'poll'),
  unit: fc.integer({ min: -1, max: 12 }),
  pdu: fc.oneof(
    fc.uint8Array({ maxLength: 260 }),
    fc.constantFrom(Uint8Array.of(3, 0, 0, 0, 4), Uint8Array.of(5, 0, 1, 0xff, 0), Uint8Array.of(1, 0, 0, 0, 8)),
  ),
  turnaroundMs: fc.double({ min: 0, max: 400 }),
  trace: fc.constant(null),
});

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('submit' as const), exchange }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('bytes' as const), bytes: fc.uint8Array({ maxLength: 700 }) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('reply' as const), flip: fc.nat(400) }) },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.double({ min: 0, max: 500, noNaN: true }) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('port' as const), up: fc.boolean() }) },
);

/** Runs the steps and then lets time pass until the machine has nothing to do; returns how each exchange ended. */
const run = (machine: LineMachine, steps: readonly Step[]): Map<number, string[]> => {
  const ends = new Map<number, string[]>();
  let now = 0;
  let id = 0;
  const sent: Extract<LineAction, { do: 'send' }>[] = [];
  const take = (actions: readonly LineAction[]): void => {
    for (const action of actions) {
      if (action.do === 'send') {
        sent.push(action);
        machine.sent(now);
      } else if (action.do === 'settle') {
        ends.get(action.id)!.push(action.outcome.ok ? 'ok' : action.outcome.failure.code);
      } else if (action.do === 'heard') {
        expect(action.bytes.length).toBeLessThanOrEqual(512);
      }
    }
  };
  const passTime = (until: number): void => {
    for (let turns = 0; ; turns += 1) {
      expect(turns).toBeLessThan(20_000);
      const at = machine.wakeAt;
      if (at === null || at > until) break;
      now = Math.max(now, at);
      take(machine.tick(now));
    }
    now = until;
  };
  take(machine.opened(now));
  for (const each of steps) {
    if (each.do === 'submit') {
      id += 1;
      ends.set(id, []);
      take(machine.submit(id, each.exchange, now));
      take(machine.tick(now));
    } else if (each.do === 'bytes') take(machine.bytes(each.bytes, now));
    else if (each.do === 'reply') {
      const { unit, pdu } = sent.at(-1) ?? { unit: 1, pdu: Uint8Array.of(3, 0, 0, 0, 4) };
      const frame = testFrame(unit, ...(pdu[0]! < 5 ? [pdu[0]!, 8, 1, 2, 3, 4, 5, 6, 7, 8] : pdu.slice(0, 5)));
      if (each.flip < frame.length * 8) frame[each.flip >> 3]! ^= 1 << (each.flip & 7);
      take(machine.bytes(frame, now));
    } else if (each.do === 'wait') passTime(now + each.ms);
    else if (each.up) take(machine.opened(now));
    else take(machine.gone(failed('line-gone', { line: 'x', reason: 'test' }).failure, now));
  }
  passTime(now + 300_000);
  return ends;
};

describe('the line machine under any events', () => {
  for (const [name, framing, timing] of [
    ['RTU', rtuFraming, wire9600],
    ['Modbus TCP', mbapFraming, noWire],
  ] as const) {
    it(`settles every exchange exactly once with a reply or a named code, and never throws (${name})`, () => {
      fc.assert(
        fc.property(fc.array(step, { maxLength: 60 }), fc.boolean(), (steps, echoes) => {
          const machine = new LineMachine({ ...machineDefaults, id: 'x', framing, timing, echoes });
          for (const [, codes] of run(machine, steps)) {
            expect(codes).toHaveLength(1);
            if (codes[0] !== 'ok') expect(Object.keys(errorCodes)).toContain(codes[0]);
          }
        }),
        { numRuns: 150 },
      );
    }, 20_000);
  }
});
