import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readDeviceFolder } from '../../devices/folder.ts';
import { parseDevice } from '../../devices/load.ts';
import { registerDeviceSchema } from '../../devices/schema.ts';
import { deviceErrors } from '../../src/words/errors/device.ts';

const files = readDeviceFolder(new URL('../../devices', import.meta.url).pathname);
const relay = files.find(({ file }) => file.includes('waveshare'))!.text;
const problemsOf = (text: string) => {
  const parsed = parseDevice({ file: 'x.yaml', text });
  return parsed.ok ? [] : parsed.problems;
};

describe('a device file', () => {
  it('with a misspelt key is one error, at the key, with the nearest word', () => {
    const text = relay.replace('channels: 8', 'chanels: 8');
    const line = text.split('\n').findIndex((one) => one.startsWith('chanels')) + 1;
    expect(problemsOf(text)).toEqual([
      {
        code: 'device-key-unknown',
        params: { key: 'chanels', nearest: 'channels' },
        at: { file: 'x.yaml', line, column: 1, field: 'chanels' },
      },
    ]);
  });

  it('with a misspelt key deep inside is one error too', () => {
    expect(problemsOf(relay.replace('offCancels:', 'offCancel:'))).toMatchObject([
      { code: 'device-key-unknown', params: { nearest: 'offCancels' }, at: { column: 3 } },
    ]);
  });

  it('with a number in place of an output is told what an output is', () => {
    const [problem] = problemsOf(relay.replace('proof: null', 'proof: 5'));
    expect(problem).toMatchObject({
      code: 'device-value-wrong',
      params: { expected: 'object' },
      at: { field: 'proof' },
    });
  });

  it('with a word that is not in its list names the words', () => {
    expect(problemsOf(relay.replace('retrigger: unknown', 'retrigger: maybe'))).toMatchObject([
      { code: 'device-value-wrong', params: { expected: 'extends | ignored | chops | unknown' } },
    ]);
  });

  it('with a reading of two words is refused: the first word alone would be taken for its value', () => {
    const gauge = files.find(({ file }) => file.includes('tipping'))!.text;
    const text = gauge.replace('address: 0x0000, count: 1 }', 'address: 0x0000, count: 2 }');
    expect(problemsOf(text)).toMatchObject([
      { code: 'device-value-wrong', params: { expected: '<= 1' }, at: { field: 'readings[0].block.count' } },
    ]);
  });

  it('with a missing key says which', () => {
    expect(problemsOf(relay.replace('channels: 8\n', ''))).toMatchObject([
      { code: 'device-key-missing', params: { key: 'channels' } },
    ]);
  });

  it('with a word for a number says where', () => {
    const [problem] = problemsOf(relay.replace('channels: 8', 'channels: many'));
    expect(problem).toMatchObject({ code: 'device-value-wrong', at: { field: 'channels', column: 11 } });
  });

  it('that is broken YAML is told by line and column', () => {
    expect(problemsOf('model: [a\nkind: relay')[0]).toMatchObject({ code: 'device-yaml-broken', at: { line: 2 } });
  });

  it('that is longer than any device is one error', () => {
    const problems = problemsOf(`model: x\n${'# again\n'.repeat(5_000)}`);
    expect(problems).toMatchObject([{ code: 'device-yaml-broken', at: { line: 1 } }]);
  });

  it('may rule its comments with dashes', () => {
    expect(problemsOf(`# ${'- '.repeat(40)}\n${relay}`)).toEqual(problemsOf(relay));
  });

  it.each(['- ', '? ', '- \t'])('with thousands of "%s" in one line is one error at the first of them', (begun) => {
    const loaded = parseDevice({ file: 'deep.yaml', text: `model:\n  ${begun.repeat(10_000)}x\nkind: siren\n` });
    const problems = loaded.ok ? [] : loaded.problems.map(({ code, at }) => `${code} ${at.line}:${at.column}`);
    expect(problems).toEqual(['device-yaml-broken 2:3']);
  });

  it('with a thousand open brackets is one error at the first of them, not a tenth of a second of complaints', () => {
    const problems = problemsOf(`model: x\nkind: ${'['.repeat(1_000)}`);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({ code: 'device-yaml-broken', at: { line: 2, column: 7 } });
  });

  it('with a key told twice is an error', () => {
    expect(problemsOf(relay + 'channels: 8\n')[0]).toMatchObject({ code: 'device-yaml-broken' });
  });

  it.each(['', '42', '[]', 'null', '- a', '&a [*a]'])('that is "%s" is an error and nothing else', (text) => {
    expect(problemsOf(text).length).toBeGreaterThan(0);
  });

  it('that multiplies itself by anchors is refused', () => {
    const bomb = [
      'a: &a [1,1,1,1,1,1,1,1,1]',
      ...'bcdefghi'.split('').map((name, index) => {
        const before = 'abcdefgh'[index]!;
        return `${name}: &${name} [${Array.from({ length: 9 }, () => `*${before}`).join(',')}]`;
      }),
    ].join('\n');
    expect(problemsOf(bomb).length).toBeGreaterThan(0);
  });

  it('mutated anywhere gives a value or named errors of the one table, never an exception', () => {
    const mutation = fc.record({ at: fc.nat(relay.length), cut: fc.nat(12), put: fc.string({ maxLength: 6 }) });
    fc.assert(
      fc.property(fc.array(mutation, { minLength: 1, maxLength: 3 }), (mutations) => {
        const text = mutations.reduce(
          (whole, { at, cut, put }) => whole.slice(0, at) + put + whole.slice(at + cut),
          relay,
        );
        for (const problem of problemsOf(text)) {
          expect(Object.keys(deviceErrors)).toContain(problem.code);
          expect(problem.at.line).toBeGreaterThan(0);
          const template = deviceErrors[problem.code].en + deviceErrors[problem.code].zh;
          for (const mark of template.matchAll(/\{([a-zA-Z]+)\}/g)) expect(problem.params).toHaveProperty(mark[1]!);
        }
      }),
      { numRuns: 100 },
    );
  });

  it('is described by a JSON Schema that forbids unknown keys everywhere', () => {
    const schema = JSON.stringify(registerDeviceSchema);
    const objects = schema.match(/"type":"object"/g)!.length;
    expect(schema.match(/"additionalProperties":false/g)!.length).toBe(objects);
  });
});
