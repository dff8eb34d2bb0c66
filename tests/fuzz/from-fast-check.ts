import fc from 'fast-check';
import { diceOf, type Dice } from '../simulate/dice.ts';

/** Chance for fast-check out of our own dice, so that one seed is one input whoever makes it. */
class DiceGenerator {
  private readonly dice: Dice;

  constructor(dice: Dice) {
    this.dice = dice;
  }

  clone(): DiceGenerator {
    return new DiceGenerator(this.dice.stream('clone'));
  }

  next(): number {
    return Math.floor(this.dice.unit() * 4_294_967_296) | 0;
  }

  getState(): readonly number[] {
    return [];
  }
}

/** One value of an arbitrary. */
export const drawn = <T>(arbitrary: fc.Arbitrary<T>, dice: Dice): T =>
  arbitrary.generate(new fc.Random(new DiceGenerator(dice)), undefined).value;

const anyBytes = fc.oneof(
  fc.uint8Array({ maxLength: 40 }),
  fc.uint8Array({ maxLength: 600 }),
  fc.string({ unit: 'binary', maxLength: 80 }).map((text) => new Uint8Array(Buffer.from(text, 'utf8'))),
);
const anyText = fc.oneof(fc.string({ maxLength: 200 }), fc.string({ unit: 'binary', maxLength: 100 }));
const anyJson = fc.jsonValue({ maxDepth: 4, noUnicodeString: false });

export const drawnBytes = (dice: Dice): Uint8Array => drawn(anyBytes, dice);
export const drawnText = (dice: Dice): string => drawn(anyText, dice);
/** A value of JSON costs fast-check more than all the rest of an input: most come out of a store of them. */
const store: unknown[] = [];
const storeSize = 400;
const freshShare = 0.05;

export const drawnJson = (dice: Dice): unknown => {
  if (dice.chance(freshShare)) return drawn(anyJson, dice);
  if (store.length === 0) {
    const own = diceOf(1);
    store.push(...Array.from({ length: storeSize }, () => drawn(anyJson, own)));
  }
  return structuredClone(dice.oneOf(store));
};
