import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import iconv from 'iconv-lite';
import { beidouRdss, type RdssContent } from '../../devices/satellite/beidou-rdss.ts';
import { syn6288 } from '../../devices/speech/syn6288.ts';

const bytes = fc.uint8Array({ maxLength: 300 });
/** Noise that looks like the real thing: starts of frames, right letters, wrong lengths. */
const nearly = (...starts: readonly string[]) =>
  fc
    .array(
      fc.oneof(
        fc.constantFrom(...starts).map((hex) => Buffer.from(hex, 'hex')),
        fc.uint8Array({ maxLength: 20 }),
      ),
      { maxLength: 8 },
    )
    .map((parts) => Uint8Array.from(Buffer.concat(parts)));
const speechNoise = nearly('fd', 'fd0002', 'fd000221de', 'fd00cb01', 'fdffff', 'fd0000');
const satelliteNoise = nearly(
  '24',
  '2454585351',
  '24545853510016',
  '24464b58580010',
  '245458585800ff',
  '244943585800160404',
);

describe('the speech codec', () => {
  it('never throws on any bytes, on either side', () => {
    fc.assert(
      fc.property(fc.oneof(bytes, speechNoise), (noise) => {
        syn6288.host.decoder().push(noise);
        for (const request of syn6288.unit.decoder().push(noise)) expect(typeof request.ok).toBe('boolean');
      }),
      { numRuns: 500 },
    );
  });

  it('hears a frame after any noise once the line was quiet, and however it is cut', () => {
    const frame = syn6288.host.encode({ command: 'speak', text: '请转移' })!;
    fc.assert(
      fc.property(speechNoise, fc.integer({ min: 0, max: frame.length }), (noise, cut) => {
        const decoder = syn6288.unit.decoder();
        decoder.push(noise);
        decoder.reset();
        const heard = [...decoder.push(frame.subarray(0, cut)), ...decoder.push(frame.subarray(cut))];
        expect(heard).toEqual([{ ok: true, command: 'speak', encoding: 'gbk', music: 0, text: '请转移' }]);
      }),
      { numRuns: 300 },
    );
  });

  it('rejects every frame with one damaged byte', () => {
    const frame = syn6288.host.encode({ command: 'speak', text: '红色预警' })!;
    fc.assert(
      fc.property(fc.integer({ min: 3, max: frame.length - 1 }), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const damaged = Uint8Array.from(frame, (byte, index) => (index === at ? byte ^ flip : byte));
        expect(syn6288.unit.decoder().push(damaged)).toEqual([{ ok: false, reason: 'checksum' }]);
      }),
    );
  });

  it.each([
    ['a length of zero', 'fd0000', 'length'],
    ['more than 200 bytes of text', 'fd00cc', 'length'],
    ['an unknown command', 'fd000255aa', 'command'],
    ['an unknown encoding', 'fd0004010741be', 'encoding'],
    ['a stop with a parameter', 'fd00030200fc', 'length'],
    ['an unknown rate', 'fd00033107c8', 'command'],
  ] as const)('rejects %s', (_, hex, reason) => {
    expect(syn6288.unit.decoder().push(Buffer.from(hex, 'hex'))[0]).toEqual({ ok: false, reason });
  });

  it('splits any text into parts that fit a frame, at punctuation, and loses nothing', () => {
    const character = fc.constantFrom(...Array.from('暴雨红色预警请立即转移，。！？abc123,.; '));
    const anyText = fc.oneof(
      fc.array(character, { maxLength: 600 }).map((all) => all.join('')),
      fc.string({ unit: 'binary', maxLength: 300 }),
    );
    fc.assert(
      fc.property(anyText, (text) => {
        const parts = syn6288.host.split(text, { volume: 16 });
        for (const part of parts) {
          expect(part.startsWith('[v16]')).toBe(true);
          expect(iconv.encode(part, 'gbk').length).toBeLessThanOrEqual(200);
          expect(syn6288.host.encode({ command: 'speak', text: part })).not.toBeNull();
        }
        const said = parts.map((part) => part.slice('[v16]'.length)).join('');
        expect(said).toBe(text.replace(/[[\]]/g, '，').replace(/\s+/gu, ' ').trim());
      }),
      { numRuns: 300 },
    );
  });

  it('cuts between sentences rather than within them', () => {
    const sentence = '请立即向高处转移，不要返回取物，也不要过河。';
    const parts = syn6288.host.split(sentence.repeat(12), { volume: 16 });
    expect(parts.length).toBeGreaterThan(1);
    for (const part of parts) expect(part).toMatch(/[，。]$/u);
  });

  it('lets no message change the volume by its words', () => {
    expect(syn6288.host.split('[v0]请转移', { volume: 16 })).toEqual(['[v16]，v0，请转移']);
  });

  it('has nothing to send for no text or too much of it', () => {
    expect(syn6288.host.encode({ command: 'speak', text: '' })).toBeNull();
    expect(syn6288.host.encode({ command: 'speak', text: '雨'.repeat(101) })).toBeNull();
    expect(syn6288.host.split(' \n', { volume: 16 })).toEqual([]);
  });
});

const content: fc.Arbitrary<RdssContent> = fc.oneof(
  fc.array(fc.constantFrom(...Array.from('暴雨红色预警请立即转移')), { minLength: 1, maxLength: 100 }).map((all) => ({
    mode: 'chinese' as const,
    text: all.join(''),
  })),
  fc.stringMatching(/^[0-9bcdef][0-9a-f]{0,200}$/).map((digits) => ({ mode: 'code' as const, digits })),
  fc.uint8Array({ maxLength: 209 }).map((all) => ({ mode: 'mixed' as const, bytes: all })),
);
const address = fc.integer({ min: 0, max: 0xffffff });

describe('the satellite codec', () => {
  it('never throws and never hangs on any bytes, on either side', () => {
    fc.assert(
      fc.property(fc.oneof(bytes, satelliteNoise), (noise) => {
        for (const report of beidouRdss.host.decoder().push(noise)) expect(typeof report.frame).toBe('string');
        for (const report of beidouRdss.unit.decoder().push(noise)) expect(typeof report.frame).toBe('string');
        for (const report of beidouRdss.device.codec.decoder().push(noise)) expect(typeof report.kind).toBe('string');
      }),
      { numRuns: 500 },
    );
  });

  it('brings any content over, in both directions, however the stream is cut', () => {
    fc.assert(
      fc.property(content, address, address, fc.integer({ min: 1, max: 40 }), (what, from, to, piece) => {
        const order = beidouRdss.host.encode({ frame: 'TXSQ', from, to, content: what })!;
        const unit = beidouRdss.unit.decoder();
        const host = beidouRdss.host.decoder();
        const answer = beidouRdss.unit.encode({
          frame: 'TXXX',
          user: to,
          sender: from,
          hour: 1,
          minute: 2,
          content: what,
        });
        const asked = [];
        const seen = [];
        for (let at = 0; at < order.length; at += piece) asked.push(...unit.push(order.subarray(at, at + piece)));
        for (let at = 0; at < answer.length; at += piece) seen.push(...host.push(answer.subarray(at, at + piece)));
        expect(asked).toEqual([{ frame: 'TXSQ', to, express: false, content: what }]);
        expect(seen).toMatchObject([{ frame: 'TXXX', user: to, sender: from, crcGood: true, content: what }]);
      }),
      { numRuns: 300 },
    );
  });

  it('finds a good frame again after a damaged one, without losing it', () => {
    const frame = beidouRdss.unit.encode({ frame: 'FKXX', user: 5, feedback: 'ok', command: 'TXSQ' });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: frame.length - 1 }), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const damaged = Uint8Array.from(frame, (byte, index) => (index === at ? byte ^ flip : byte));
        const decoder = beidouRdss.host.decoder();
        const filler = new Uint8Array(600);
        const seen = decoder.push(Buffer.concat([damaged, frame, filler]));
        expect(seen.at(-1)).toEqual({ frame: 'FKXX', user: 5, feedback: 'ok', command: 'TXSQ', waitS: null });
        expect(seen.filter((one) => one.frame === 'FKXX')).toHaveLength(1);
      }),
    );
  });

  it('reads the seconds to wait in both forms that are in use', () => {
    const decoder = beidouRdss.host.decoder();
    const last = beidouRdss.unit.encode({ frame: 'FKXX', user: 5, feedback: 'too-soon', waitS: 42 });
    const little = Uint8Array.from(last);
    little.set([42, 0, 0, 0], 11);
    expect(decoder.push(last)).toMatchObject([{ feedback: 'too-soon', waitS: 42 }]);
    expect(decoder.push(little)).toMatchObject([{ feedback: 'too-soon', waitS: 42 }]);
  });

  it('sends nothing that does not fit or is not what it says', () => {
    const order = (what: RdssContent) => beidouRdss.host.encode({ frame: 'TXSQ', from: 0, to: 0, content: what });
    expect(order({ mode: 'mixed', bytes: new Uint8Array(210) })).toBeNull();
    expect(order({ mode: 'code', digits: '12x' })).toBeNull();
    expect(order({ mode: 'chinese', text: '' })).toBeNull();
  });

  it('refuses a received message whose bit length and bytes disagree', () => {
    const frame = beidouRdss.unit.encode({
      ...{ frame: 'TXXX', user: 1, sender: 2, hour: 0, minute: 0 },
      content: { mode: 'mixed', bytes: Uint8Array.of(1, 2, 3) },
    });
    const wrong = Uint8Array.from(frame);
    wrong[17] = wrong[17]! ^ 8;
    wrong[wrong.length - 1] = wrong[wrong.length - 1]! ^ 8;
    expect(beidouRdss.host.decoder().push(wrong)).toEqual([{ frame: 'rejected', reason: 'content', name: 'TXXX' }]);
  });

  it('calls the terminal ready only with card, hardware and a beam', () => {
    const codec = beidouRdss.device.codec;
    if (!('askCard' in codec)) throw new Error('not a satellite');
    const test = (beams: readonly number[], inbound: number) =>
      codec.decoder().push(beidouRdss.unit.encode({ frame: 'ZJXX', user: 1, batteryPercent: 50, inbound, beams }));
    expect(test([0, 4, 0, 0, 0, 0], 2)).toEqual([{ kind: 'self-test', ready: true, reason: '' }]);
    expect(test([0, 0, 0, 0, 0, 0], 2)).toEqual([{ kind: 'self-test', ready: false, reason: 'no-beam' }]);
    expect(test([0, 4, 0, 0, 0, 0], 3)).toEqual([{ kind: 'self-test', ready: false, reason: 'suppressed' }]);
  });
});
