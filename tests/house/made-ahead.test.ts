import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { build } from 'esbuild';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { madeAhead, makeErrors } from '../../.ci/made-ahead.mjs';
import * as devices from '../../devices/validators.ts';
import * as box from '../../src/box/validators.ts';
import * as config from '../../src/config/validators.ts';
import * as console from '../../src/console/validators.ts';
import * as intake from '../../src/intake/validators.ts';
import * as panel from '../../src/panel/validators.ts';
import * as uplink from '../../src/uplink/validators.ts';
import { root } from './rules/tree.ts';

interface Validator {
  readonly Check: (value: unknown) => boolean;
  readonly Errors: (value: unknown) => unknown;
  readonly Type: () => unknown;
}

const rooms = { devices, 'src/box': box, 'src/config': config, 'src/console': console, 'src/intake': intake } as const;
const more = { 'src/panel': panel, 'src/uplink': uplink } as const;

const isValidator = (value: unknown): value is Validator =>
  typeof value === 'object' && value !== null && 'Check' in value && 'Errors' in value;

/** Validators by the way to them: `frame`, `bodies.issue`. */
const validatorsIn = (
  of: unknown,
  path: readonly string[] = [],
): readonly (readonly [readonly string[], Validator])[] => {
  if (isValidator(of)) return [[path, of]];
  if (typeof of !== 'object' || of === null || path.length > 1 || 'type' in of || 'anyOf' in of) return [];
  return Object.entries(of).flatMap(([name, one]) => validatorsIn(one, [...path, name]));
};

type Schema = Readonly<Record<string, unknown>>;
const schemasOf = (value: unknown): readonly (readonly [string, Schema])[] =>
  Object.entries(typeof value === 'object' && value !== null ? value : {}) as readonly (readonly [string, Schema])[];
const numberOf = (value: unknown, otherwise: number): number => (typeof value === 'number' ? value : otherwise);

const junk = fc.oneof(fc.jsonValue({ maxDepth: 1 }), fc.constantFrom(undefined, NaN, -0, 1e308, 0.5, '𠀀', '\u0000'));

/** Values of a schema and near it: one place in twenty holds something else. */
const near = (schema: Schema): fc.Arbitrary<unknown> => {
  const right = ((): fc.Arbitrary<unknown> => {
    if ('const' in schema) return fc.constant(schema['const']);
    if (Array.isArray(schema['enum'])) return fc.constantFrom(...(schema['enum'] as readonly unknown[]));
    if (Array.isArray(schema['anyOf'])) return fc.oneof(...(schema['anyOf'] as readonly Schema[]).map(near));
    const [min, max] = [numberOf(schema['minimum'], 0), numberOf(schema['maximum'], 1e6)];
    switch (schema['type']) {
      case 'object': {
        const patterns = schemasOf(schema['patternProperties']);
        const [pattern] = patterns;
        if (pattern !== undefined) return fc.dictionary(fc.string({ maxLength: 70 }), near(pattern[1]), { maxKeys: 3 });
        const required = (schema['required'] ?? []) as readonly string[];
        const model = Object.fromEntries(schemasOf(schema['properties']).map(([key, one]) => [key, near(one)]));
        return fc.record(model, { requiredKeys: [...required] });
      }
      case 'array':
        return fc.array(near((schema['items'] ?? {}) as Schema), {
          minLength: numberOf(schema['minItems'], 0),
          maxLength: 3,
        });
      case 'string': {
        if (typeof schema['pattern'] === 'string') return fc.stringMatching(new RegExp(schema['pattern'], 'u'));
        const maxLength = Math.min(numberOf(schema['maxLength'], 80) + 1, 90);
        return fc.string({
          unit: 'binary',
          minLength: Math.min(numberOf(schema['minLength'], 0), maxLength),
          maxLength,
        });
      }
      case 'integer':
        return fc.oneof(
          fc.integer({ min: Math.max(min, -2147483648), max: Math.min(max, 2147483647) }),
          fc.constantFrom(min - 1, max + 1, min, max),
        );
      case 'number':
        return fc.oneof(fc.double({ min, max, noNaN: true }), fc.constantFrom(min, max, min - 1, max + 1));
      case 'boolean':
        return fc.boolean();
      case 'null':
        return fc.constant(null);
      default:
        return junk;
    }
  })();
  return fc.oneof({ weight: 40, arbitrary: right }, { weight: 1, arbitrary: junk });
};

test('what the build makes of a validator judges and explains every value as the validator itself', async () => {
  const folder = mkdtempSync(join(root, 'node_modules/.mingluo-made-'));
  try {
    await makeErrors(root, folder);
    let [rightOnes, wrongOnes] = [0, 0];
    for (const [room, original] of Object.entries({ ...rooms, ...more })) {
      const outfile = join(folder, `${room.replaceAll('/', '-')}.cjs`);
      const entryPoints = [join(root, room, 'validators.ts')];
      const shape = { bundle: true, platform: 'node', format: 'cjs', logLevel: 'silent' } as const;
      await build({ entryPoints, outfile, absWorkingDir: root, plugins: [madeAhead(root)], ...shape });
      const made = new Map(
        validatorsIn(createRequire(import.meta.url)(outfile) as unknown).map(([path, one]) => [path.join('.'), one]),
      );
      const originals = validatorsIn(original);
      expect([...made.keys()].sort()).toEqual(originals.map(([path]) => path.join('.')).sort());
      for (const [path, one] of originals) {
        const twin = made.get(path.join('.'));
        fc.assert(
          fc.property(near(one.Type() as Schema), (value) => {
            const isRight = one.Check(value);
            if (isRight) rightOnes += 1;
            else wrongOnes += 1;
            expect(twin?.Check(value)).toBe(isRight);
            expect(twin?.Errors(value)).toEqual(one.Errors(value));
          }),
          { numRuns: 60 },
        );
      }
    }
    expect(rightOnes).toBeGreaterThan(200);
    expect(wrongOnes).toBeGreaterThan(200);
  } finally {
    rmSync(folder, { recursive: true });
  }
}, 120_000);
