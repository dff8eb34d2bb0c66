import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wireTiming } from '../../src/bus/timing.ts';
import { planFrames, type DueOutput } from '../../src/drivers/guard.ts';
import type { WiredLine } from '../../src/drivers/site-map.ts';
import { framesAllowed } from '../../src/drivers/frames-allowed.ts';
import { mapSite } from '../../src/drivers/site-map.ts';
import { catalogue, Village } from './village.ts';

/** A unit as a test sees it: which outputs a broadcast touches, by the manuals and not by the project's own rules. */
interface Ground {
  readonly unit: number;
  readonly model: string;
  readonly groupBit: number | null;
}

const outputsOf = ({ model }: Ground): number => ({ 'waveshare-relay-8': 8, 'mingluo-siren': 1 })[model] ?? 0;
const range = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index + 1);
const word = (pdu: Uint8Array, at: number): number => pdu[at]! * 256 + pdu[at + 1]!;

/** The channels touched and whether they come on; null when nobody knows. */
const touched = (
  ground: Ground,
  pdu: Uint8Array,
): { readonly channels: readonly number[]; readonly on: boolean } | null => {
  const [fn] = pdu;
  const address = word(pdu, 1);
  const value = word(pdu, 3);
  switch (ground.model) {
    case 'mingluo-current-8':
      return { channels: [], on: false };
    case 'waveshare-relay-8': {
      if (fn !== 5) return null;
      if (address === 0xff) return { channels: range(8), on: value !== 0 };
      if (address < 8) return { channels: [address + 1], on: value !== 0 };
      if (address >= 0x200 && address < 0x208) return { channels: [address - 0x1ff], on: value !== 0 };
      return null;
    }
    case 'mingluo-siren': {
      if (fn === 6 && address === 0x10) return { channels: [1], on: value !== 0 };
      if (fn !== 16 || address !== 0x1000) return { channels: [], on: false };
      if (ground.groupBit === null) return null;
      const mapWord = word(pdu, 8 + 2 * Math.floor(ground.groupBit / 16));
      const mine = (mapWord & (1 << (ground.groupBit % 16))) !== 0;
      return { channels: mine ? [1] : [], on: word(pdu, 6) !== 0 };
    }
    default:
      return null;
  }
};

const models = [
  'waveshare-relay-8',
  'waveshare-relay-8',
  'mingluo-siren',
  'mingluo-siren',
  'mingluo-current-8',
  'tipping-bucket-rain',
];

const groundArbitrary = fc.uniqueArray(
  fc.record({
    unit: fc.integer({ min: 1, max: 247 }),
    model: fc.constantFrom(...models),
    groupBit: fc.option(fc.integer({ min: 0, max: 246 }), { freq: 8 }),
  }),
  { minLength: 1, maxLength: 10, selector: ({ unit }) => unit },
);

/** Due sets that a site really has: any subset, one channel of every board, every siren, or everything. */
const dueArbitrary = (grounds: readonly Ground[]) => {
  const outputs = grounds.flatMap((ground) => range(outputsOf(ground)).map((channel) => ({ ground, channel })));
  return fc.oneof(
    fc.subarray(outputs),
    fc.integer({ min: 1, max: 8 }).map((channel) => outputs.filter((one) => one.channel === channel)),
    fc.constant(outputs.filter(({ ground }) => ground.model === 'mingluo-siren')),
    fc.constant(outputs.filter(({ ground }) => ground.model === 'waveshare-relay-8')),
    fc.constant(outputs),
  );
};

const scenario = groundArbitrary.chain((grounds) =>
  fc.record({
    grounds: fc.constant(grounds),
    due: dueArbitrary(grounds),
    durationMs: fc.oneof(fc.constant(0), fc.integer({ min: 100, max: 29_000 })),
    watts: fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 8, maxLength: 8 }),
  }),
);

const lineOf = (grounds: readonly Ground[], broadcasts: boolean): WiredLine => ({
  ...{ id: 'a', broadcasts, pollEveryMs: 1_000, timing: wireTiming(9600, 'none', 1) },
  units: grounds.map(({ unit, model, groupBit }) => ({
    unit,
    groupBit,
    device: catalogue.registers.get(model) ?? null,
  })),
});

const key = (unit: number, channel: number): string => `${unit}.${channel}`;

describe('the broadcast guard', () => {
  it('moves no output outside the due set, every due one exactly once, on random mixed lines', () => {
    let broadcasts = 0;
    fc.assert(
      fc.property(scenario, ({ grounds, due, durationMs, watts }) => {
        const dueOutputs = due.map(({ ground, channel }): DueOutput => ({
          ...{ unit: ground.unit, channel, groupBit: ground.groupBit, durationMs, watts: watts[channel - 1]! },
          device: catalogue.registers.get(ground.model)!,
        }));
        const wanted = new Set(dueOutputs.map((one) => key(one.unit, one.channel)));
        const frames = planFrames(lineOf(grounds, true), dueOutputs);
        const moved: string[] = [];
        for (const { unit, pdu, outputs } of frames) {
          const reached = grounds.filter((ground) => unit === 0 || ground.unit === unit);
          if (unit === 0) broadcasts += 1;
          const before = moved.length;
          for (const ground of reached) {
            const touch = touched(ground, pdu);
            expect(touch, `unit ${ground.unit} is unknown`).not.toBeNull();
            for (const channel of touch!.channels) {
              moved.push(key(ground.unit, channel));
              expect(touch!.on).toBe(durationMs > 0);
            }
          }
          expect(new Set(moved.slice(before))).toEqual(new Set(outputs.map((one) => key(one.unit, one.channel))));
        }
        expect(moved.filter((one) => !wanted.has(one))).toEqual([]);
        expect(moved.sort()).toEqual([...wanted].sort());
      }),
      { numRuns: 1_500, seed: 20_261_122 },
    );
    expect(broadcasts).toBeGreaterThan(200);
  });

  it('sends unicasts in the order of power, after the broadcasts', () => {
    fc.assert(
      fc.property(scenario, ({ grounds, due, durationMs, watts }) => {
        const frames = planFrames(
          lineOf(grounds, false),
          due.map(({ ground, channel }) => ({
            ...{ unit: ground.unit, channel, groupBit: null, durationMs, watts: watts[channel - 1]! },
            device: catalogue.registers.get(ground.model)!,
          })),
        );
        const order = frames.map(({ outputs }) => Math.max(...outputs.map((one) => one.watts)));
        expect(order).toEqual([...order].sort((a, b) => b - a));
        expect(frames.every(({ unit }) => unit !== 0)).toBe(true);
      }),
      { numRuns: 200 },
    );
  });

  it('never broadcasts where a model is not in the catalogue', () => {
    const siren = catalogue.registers.get('mingluo-siren')!;
    const due = [1, 2].map((unit) => ({ unit, channel: 1, device: siren, groupBit: unit, watts: 1, durationMs: 0 }));
    const units = [...due.map(({ unit, groupBit }) => ({ unit, device: siren, groupBit }))];
    const line: WiredLine = {
      id: 'a',
      broadcasts: true,
      pollEveryMs: 1_000,
      timing: wireTiming(9600, 'none', 1),
      units,
    };
    expect(planFrames(line, due).map(({ unit }) => unit)).toEqual([0]);
    const withStranger = { ...line, units: [...units, { unit: 9, device: null, groupBit: null }] };
    expect(planFrames(withStranger, due).map(({ unit }) => unit)).toEqual([1, 2]);
  });
});

describe('the list of frames allowed on a line', () => {
  const verdictsOf = (village: Village) => framesAllowed(mapSite(village.site(), village.wiring(), catalogue), 'a');
  const short = (village: Village): readonly string[] =>
    verdictsOf(village)
      .filter(({ allowed }) => allowed)
      .map(({ model, action, channel }) => `${model} ${action} ${channel ?? '-'}`);

  const sirens = (): Village => {
    const village = new Village();
    village.deadMan('one', 1, 0);
    village.deadMan('two', 2, 1);
    return village;
  };

  it('names what each frame moves, and why another is not allowed, in both languages', () => {
    const village = sirens();
    village.relays(5);
    village.relays(6);
    village.terminal('r5', { unit: 5, channel: 1, proof: null });
    village.terminal('r6', { unit: 6, channel: 1, proof: null });
    expect(short(village)).toEqual(['waveshare-relay-8 on 1', 'waveshare-relay-8 off 1']);
    const refused = verdictsOf(village).find(({ model, action }) => model === 'mingluo-siren' && action === 'group')!;
    expect(refused.reason.en).toContain('unit 5');
    const stray = verdictsOf(village).find(({ action }) => action === 'all-off')!;
    expect(stray.allowed).toBe(false);
    expect(verdictsOf(village).every(({ reason }) => reason.zh !== '' && reason.en !== '')).toBe(true);
  });

  it("allows the project's sirens every frame on a line of their own", () => {
    expect(short(sirens())).toEqual([
      'mingluo-siren on 1',
      'mingluo-siren off 1',
      'mingluo-siren all-off -',
      'mingluo-siren group -',
    ]);
  });

  it('allows nothing on a line without broadcast, and knows nothing of a line that is not there', () => {
    const village = sirens();
    village.speaks = 'modbus-tcp';
    expect(short(village)).toEqual([]);
    expect(framesAllowed(mapSite(village.site(), village.wiring(), catalogue), 'nowhere')).toEqual([]);
  });
});
