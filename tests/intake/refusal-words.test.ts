import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseEnvelope, readEnvelope } from '../../src/intake/envelope.ts';
import { shapeFailure } from '../../src/intake/shape.ts';
import { jsonMaxDepth, readStrictJson } from '../../src/intake/strict-json.ts';
import { textOf, verifySigned } from '../../src/intake/verify.ts';
import { alertOf, contextWith, envelopeOf, otherKey, senderKey, signedBy } from './fixture.ts';
import { runs } from '../support/runs.ts';

const parsed = (envelope: unknown): unknown => {
  const result = parseEnvelope(Buffer.from(JSON.stringify(envelope)));
  return result.ok ? 'read' : result.failure;
};
const issue = (more: object): object => envelopeOf({ body: { kind: 'issue', alert: { ...alertOf(), ...more } } });
const refusal = (code: string, params: object, field?: string): object =>
  field === undefined ? { code, params } : { code, params, at: { field } };

describe('what is wrong with the shape of an order', () => {
  it.each([
    [issue({ headline: 'x'.repeat(201) }), 'maxLength 200', 'body.alert.headline'],
    [issue({ stage: 'soon' }), 'enum now 2h 6h 24h', 'body.alert.stage'],
    [issue({ sirenUnlocked: 'no' }), 'type boolean', 'body.alert.sirenUnlocked'],
    [issue({ zones: [] }), 'minItems 1', 'body.alert.zones'],
    [issue({ zones: ['a', 'b', 7] }), 'type string', 'body.alert.zones[2]'],
    [envelopeOf({ counter: 0 }), 'minimum >= 1', 'counter'],
    [envelopeOf({ v: 2 }), 'const 1', 'v'],
  ])('is told by the rule, in signs, and the place: %#', (envelope, rule, field) => {
    expect(parsed(envelope)).toMatchObject(refusal('envelope-wrong-value', { rule }, field));
  });

  it('is an unknown field before a missing one, and that before a wrong value', () => {
    const wrong = { counter: 0 };
    const missing = { ...wrong, id: undefined };
    expect(parsed(envelopeOf({ ...missing, more: 1 }))).toMatchObject(
      refusal('envelope-unknown-field', { name: 'more' }, 'more'),
    );
    expect(parsed(envelopeOf(missing))).toMatchObject(refusal('envelope-missing-field', { name: 'id' }, 'id'));
    expect(parsed(envelopeOf(wrong))).toMatchObject(refusal('envelope-wrong-value', {}, 'counter'));
  });

  it('names an unknown field by 64 characters at most', () => {
    for (const length of [64, 65, 3000]) {
      const name = 'n'.repeat(64);
      expect(parsed(envelopeOf({ ['n'.repeat(length)]: 1 }))).toMatchObject(
        refusal('envelope-unknown-field', { name }, name),
      );
    }
  });

  it.each(['a1', '1a', 'a 1', '0x'])('takes the name %j for a name and not for a place in a list', (name) => {
    expect(parsed(envelopeOf({ body: { kind: 'cancel', alertId: 'a', [name]: 1 } }))).toMatchObject(
      refusal('envelope-unknown-field', { name }, `body.${name}`),
    );
  });

  it('is told as a choice where several shapes were possible', () => {
    expect(parsed(issue({ plan: 7 }))).toMatchObject(
      refusal('envelope-wrong-value', { rule: 'anyOf' }, 'body.alert.plan'),
    );
    expect(parsed([])).toMatchObject(refusal('envelope-wrong-value', { rule: 'type object' }, ''));
  });

  it('is told even where a validator would find nothing to say', () => {
    expect(shapeFailure([], 'body')).toEqual({
      ok: false,
      failure: expect.objectContaining(refusal('envelope-wrong-value', { rule: 'schema' }, 'body')) as unknown,
    });
  });
});

describe('what cannot be verified', () => {
  const good = signedBy(envelopeOf());
  const failure = (signed: typeof good, context = contextWith(), most = 8192): unknown => {
    const result = verifySigned(signed, context, most);
    return result.ok ? result.value.sender.id : result.failure;
  };

  it('is told with its numbers and names', () => {
    expect(failure(good)).toBe('county-1');
    expect(failure(good, contextWith(), good.raw.length)).toBe('county-1');
    expect(failure(good, contextWith(), good.raw.length - 1)).toMatchObject(
      refusal('envelope-too-long', { bytes: good.raw.length, max: good.raw.length - 1 }),
    );
    for (const length of [0, 63, 65]) {
      expect(failure({ ...good, signature: new Uint8Array(length) })).toMatchObject(
        refusal('envelope-framing', { detail: `${length} bytes of signature` }, 'signature'),
      );
    }
    expect(failure(signedBy(envelopeOf(), otherKey))).toMatchObject(
      refusal('envelope-signature-wrong', { key: 'county-1' }),
    );
    expect(failure(good, contextWith([senderKey({ practice: true })]))).toMatchObject(
      refusal('envelope-key-practice', { key: 'county-1' }),
    );
  });

  it('names a key that nobody knows by 64 characters at most', () => {
    expect(failure({ ...good, key: 'k'.repeat(64_000) })).toMatchObject(
      refusal('envelope-key-unknown', { key: 'k'.repeat(64) }, 'key'),
    );
    expect(failure({ ...good, key: 'who' })).toMatchObject(refusal('envelope-key-unknown', { key: 'who' }, 'key'));
  });

  it('keeps a byte order mark in sight, so that it is refused, and is no text when it is broken', () => {
    expect(textOf(Buffer.from('\ufeff{}'))).toEqual({ ok: true, value: '\ufeff{}' });
    const result = readEnvelope(signedBy(`\ufeff${JSON.stringify(envelopeOf())}`), contextWith(), 'websocket');
    expect(result).toMatchObject({ ok: false, failure: { code: 'envelope-not-json', params: { position: 1 } } });
    expect(textOf(Buffer.of(0xc3))).toMatchObject({ ok: false, failure: { code: 'envelope-not-utf8' } });
    expect(textOf(Buffer.alloc(0))).toEqual({ ok: true, value: '' });
  });
});

describe('a text that is no JSON', () => {
  const failure = (text: string): unknown => {
    const result = readStrictJson(text);
    return result.ok ? { read: result.value } : result.failure;
  };

  it.each([
    ['', 1],
    ['  x', 3],
    ['[1,]', 4],
    ['[1 2]', 4],
    ['[1', 3],
    ['[', 2],
    ['{', 2],
    ['{"a"', 5],
    ['{"a" 1}', 6],
    ['{"a":1', 7],
    ['{"a":1,}', 8],
    ['{"a":1 "b":2}', 8],
    ['{,}', 2],
    ['{a:1}', 2],
    ['1 2', 3],
    ['[] ]', 4],
    ['"abc', 1],
    ['"\\q"', 1],
    ['"\\u00g0"', 1],
    ['"\\u00e"', 1],
    ['-', 1],
    ['--1', 1],
    ['01', 2],
    ['1.', 2],
    ['1.x', 2],
    ['1e', 2],
    ['1e+', 2],
    ['truex', 5],
    ['\u00a01', 1],
    ['\u000b1', 1],
  ])('%j is told at its character %i', (text, position) => {
    expect(failure(text)).toMatchObject(refusal('envelope-not-json', { position }));
  });

  it.each([
    ['0', 0],
    ['-0.5', -0.5],
    ['10', 10],
    ['1.25e+2', 125],
    ['1E-2', 0.01],
    ['2e3', 2000],
    ['12.50', 12.5],
    ['"\\u00e9\\n\\"\\\\\\/\\b\\f\\r\\t"', 'é\n"\\/\b\f\r\t'],
    ['"\\uD83D\\uDEA8"', '🚨'],
    ['"\\uABCD\\uabcd\\u0190"', '\uabcd\uabcd\u0190'],
    ['""', ''],
    [' [ ] ', []],
    ['\t{\n}\r', {}],
    ['[true,false,null]', [true, false, null]],
    ['{ "a" : [ 1 , { "b" : "" } ] , "c" : 2 }', { a: [1, { b: '' }], c: 2 }],
  ])('but %j is read', (text, value) => {
    expect(failure(text)).toEqual({ read: value });
  });

  it('is refused with the name of a key that stands twice or that is no ordinary one', () => {
    expect(failure('{"a":1,"a":2}')).toMatchObject(refusal('envelope-duplicate-key', { name: 'a' }, 'a'));
    expect(failure('{"__proto__":1}')).toMatchObject(
      refusal('envelope-unknown-field', { name: '__proto__' }, '__proto__'),
    );
    expect(failure('['.repeat(jsonMaxDepth + 1))).toMatchObject(refusal('envelope-too-deep', { max: jsonMaxDepth }));
    expect(failure('{"a":'.repeat(jsonMaxDepth - 1) + '{}' + '}'.repeat(jsonMaxDepth - 1))).toHaveProperty('read');
    expect(failure('{"a":'.repeat(jsonMaxDepth) + '1' + '}'.repeat(jsonMaxDepth))).toMatchObject(
      refusal('envelope-too-deep', { max: jsonMaxDepth }),
    );
  });

  it('has no number or word that another reader would read otherwise', () => {
    const piece = fc.constantFrom('0', '1', '9', '-', '+', '.', 'e', 'E', 'true', 'null', 'false', 'NaN', ' ');
    fc.assert(
      fc.property(fc.array(piece, { minLength: 1, maxLength: 6 }), (pieces) => {
        const text = pieces.join('');
        let theirs: unknown = null;
        try {
          theirs = { read: JSON.parse(text) as unknown };
        } catch {
          // What JSON.parse refuses is refused here, too.
          expect(failure(text)).toMatchObject({ code: 'envelope-not-json' });
          return;
        }
        expect(failure(text)).toEqual(theirs);
      }),
      runs(1000),
    );
  });
});
