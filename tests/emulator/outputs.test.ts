import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RegisterDevice } from '../../devices/define.ts';
import { virtualClock } from '../../emulator/clock.ts';
import { sealFrame } from '../../emulator/line/rtu-frame.ts';
import { createWorldCore } from '../../emulator/world-core.ts';
import type { UnitWiring, Wiring } from '../../src/core/wiring.ts';
import { catalogue, line, site } from './village.ts';

/**
 * A second, plain model of what a write may move, written from the definitions alone: it knows no timers and no
 * templates, only which outputs a frame may touch. Whatever the emulator moves beyond it is a fault of one of the two.
 */
const mayMove = (unit: UnitWiring, device: RegisterDevice, pdu: readonly number[], broadcast: boolean): Set<number> => {
  const [code = 0, high = 0, low = 0] = pdu;
  const address = high * 256 + low;
  const rule = device.broadcast.rules.find(
    ({ function: f, from, to }) => f === code && from <= address && address <= to,
  );
  const all = new Set(Array.from({ length: device.output === null ? 0 : device.channels }, (_, index) => index + 1));
  if (rule?.effect !== 'acts') return broadcast || device.output === null || code < 5 ? new Set() : all;
  if (rule.moves === 'channel') return new Set([address - rule.from + 1]);
  if (rule.moves === 'none') return new Set();
  if (rule.moves === 'mask') {
    const count = (pdu[3] ?? 0) * 256 + (pdu[4] ?? 0);
    return new Set([...all].filter((channel) => channel > address && channel <= address + count));
  }
  if (rule.moves === 'group') {
    const bit = unit.groupBit ?? 0xffff;
    const at = 6 + 2 + 2 * (bit >> 4);
    const word = (pdu[at] ?? 0) * 256 + (pdu[at + 1] ?? 0);
    return ((word >> (bit & 15)) & 1) === 1 ? all : new Set();
  }
  return all;
};

const models = ['waveshare-relay-8', 'mingluo-siren', 'mingluo-current-8', 'tipping-bucket-rain'] as const;

const unitsArbitrary = fc
  .uniqueArray(fc.record({ unit: fc.integer({ min: 1, max: 247 }), model: fc.constantFrom(...models) }), {
    selector: ({ unit }) => unit,
    minLength: 1,
    maxLength: 12,
  })
  .map((units) =>
    units.map(({ unit, model }, index): UnitWiring => {
      const groupBit = model === 'mingluo-siren' ? (index * 37) % 247 : null;
      return { line: 'mixed', unit, model, groupBit };
    }),
  );

const word = fc.integer({ min: 0, max: 0xffff });
const places = [0, 1, 5, 7, 8, 0x10, 0x11, 0x12, 0x14, 0xff, 0x1ff, 0x200, 0x203, 0x207, 0x208, 0x400, 0x1000, 0x1001];
const place = fc.oneof(fc.constantFrom(...places), word);
const two = (value: number): readonly number[] => [value >> 8, value & 0xff];

const single = fc
  .tuple(fc.constantFrom(5, 6), place, fc.oneof(fc.constantFrom(0xff00, 0, 0x5500, 30, 150, 1), word))
  .map(([code, address, value]) => [code, ...two(address), ...two(value)]);
const mask = fc
  .tuple(fc.constantFrom(0, 0, 3, 0x200), fc.integer({ min: 1, max: 8 }), fc.integer({ min: 0, max: 255 }))
  .map(([address, count, bits]) => [15, ...two(address), ...two(count), 1, bits]);
const group = fc
  .tuple(fc.integer({ min: 0, max: 320 }), fc.array(word, { minLength: 16, maxLength: 16 }))
  .map(([hold, map]) => [16, 0x10, 0, 0, 17, 34, ...[hold, ...map].flatMap(two)]);
const several = fc
  .tuple(place, fc.array(fc.oneof(fc.integer({ min: 0, max: 15 }), word), { minLength: 1, maxLength: 4 }))
  .map(([address, words]) => [16, ...two(address), ...two(words.length), 2 * words.length, ...words.flatMap(two)]);
const holdAmongOthers = fc
  .array(fc.integer({ min: 1, max: 15 }), { minLength: 1, maxLength: 3 })
  .map((words) => [16, 0, 0x10, ...two(words.length), 2 * words.length, ...words.flatMap(two)]);
const reading = fc
  .tuple(fc.integer({ min: 1, max: 4 }), place, fc.integer({ min: 1, max: 8 }))
  .map(([code, address, count]) => [code, ...two(address), ...two(count)]);
const raw = fc.uint8Array({ minLength: 1, maxLength: 60 }).map((bytes) => [...bytes]);
const pduArbitrary = fc.oneof(single, single, mask, group, several, holdAmongOthers, reading, raw);

const mixedLine = (units: readonly UnitWiring[]) => {
  const clock = virtualClock();
  const mixed: Wiring = { lines: [line('mixed')], units, terminals: [], sensors: [], outputs: [], satellite: null };
  const made = createWorldCore({
    site,
    wiring: mixed,
    catalogue,
    clock,
    seed: 1,
    variant: { retrigger: 'extends', offCancels: 'yes', unknownBroadcast: 'ignores' },
    strictSilence: false,
    satellite: { card: 1, periodS: 60 },
    hourMinute: () => [0, 0],
    onMessage: () => undefined,
    onFaults: () => undefined,
  });
  if (!made.ok) throw new Error(made.problem.code);
  const core = made.value;
  const rtu = core.lines.get('mixed')!;
  const end = rtu.wire.attach(() => undefined);
  const states = (): readonly (readonly boolean[])[] =>
    units.map(({ unit }) => core.units.get(`mixed/${unit}`)!.unit.channels.map(({ on }) => on));
  return { clock, core, end, states };
};

describe('outputs move only when a frame says so', () => {
  it('over random mixed lines and random frames, nothing outside the definitions ever moves', () => {
    let moved = 0;
    const frames = fc.array(
      fc.record({
        to: fc.oneof(fc.constant(-1), fc.nat(11)),
        pdu: pduArbitrary,
        pauseMs: fc.integer({ min: 0, max: 50 }),
      }),
      { minLength: 1, maxLength: 12 },
    );
    fc.assert(
      fc.property(unitsArbitrary, frames, (units, sequence) => {
        const { clock, core, end, states } = mixedLine(units);
        const closesLater = new Set<number>();
        for (const { to, pdu, pauseMs } of sequence) {
          const wanted = to < 0 ? 0 : units[to % units.length]!.unit;
          const addressed = units.map(
            ({ unit }) => wanted === 0 || core.units.get(`mixed/${unit}`)!.address === wanted,
          );
          const before = states();
          end.receive(sealFrame(wanted, Uint8Array.from(pdu)));
          // The instant at which the request is recognised: request, then 3.5 characters.
          clock.advance((pdu.length + 3) * (10_000 / 9600) + 4.02);
          const after = states();
          const isFlashOff = pdu[0] === 5 && pdu[1] === 4;
          addressed.forEach((yes, index) => (yes && isFlashOff ? closesLater.add(index) : undefined));
          units.forEach((unit, index) => {
            const device = catalogue.registers.get(unit.model)!;
            const may = addressed[index] ? mayMove(unit, device, pdu, wanted === 0) : new Set<number>();
            after[index]!.forEach((on, place_) => {
              if (on === before[index]![place_]) return;
              moved += 1;
              // A timer that ran out meanwhile may open a contact; only the end of a flash-off may close one.
              const allowed = !on || closesLater.has(index) || may.has(place_ + 1);
              expect({ unit, pdu, channel: place_ + 1, allowed }).toMatchObject({ allowed: true });
            });
          });
          clock.advance(300 + pauseMs);
        }
      }),
      { numRuns: 300 },
    );
    expect(moved).toBeGreaterThan(200);
  });

  it('random bytes on any line never throw and never switch anything on', () => {
    fc.assert(
      fc.property(unitsArbitrary, fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 10 }), (units, chunks) => {
        const { clock, end, states } = mixedLine(units);
        for (const chunk of chunks) {
          end.receive(chunk);
          clock.advance(chunk.length);
        }
        clock.advance(1000);
        expect(
          states()
            .flat()
            .some((on) => on),
        ).toBe(false);
      }),
      { numRuns: 100 },
    );
  });
});
