import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { createSoundWire, kinds } from '../../emulator/unit/sound-wire.ts';
import { createSoundFrames, soundKind } from '../../src/audio/out/sound-frames.ts';

/** The golden bytes of docs/reference/sound-over-tcp.md, made by neither of our two programs. */
const page = readFileSync(new URL('../../docs/reference/sound-over-tcp.md', import.meta.url), 'utf8');
const golden = (message: string): string =>
  new RegExp(`^\\| ${message}[^|]*\\| \`([0-9a-f]+)\` \\|$`, 'm').exec(page)?.[1] ?? '';
const bytes = (message: string): Buffer => Buffer.from(golden(message), 'hex');

const key = Uint8Array.from({ length: 32 }, (_, index) => index);
const theirs = Buffer.alloc(32, 0x11);
const ours = Buffer.alloc(32, 0x22);

test('the box says the golden bytes, and believes those of the loudspeaker', () => {
  const box = createSoundFrames(key, ours);
  const proof = box.take(bytes('hello'));
  expect(proof).toMatchObject({ ok: true, messages: [] });
  expect(proof.ok ? proof.answer?.toString('hex') : '').toBe(golden('proof'));
  expect(box.take(bytes('accepted'))).toMatchObject({ ok: true });
  expect(box.say(soundKind.sound, Buffer.from('0100ffff', 'hex'))?.toString('hex')).toBe(golden('sound'));
  expect(box.say(soundKind.stop, new Uint8Array(0))?.toString('hex')).toBe(golden('stop'));
  expect(box.take(bytes('alive'))).toMatchObject({ ok: true, messages: [{ kind: soundKind.alive }] });
});

test('the loudspeaker says the golden bytes, and believes those of the box', () => {
  const loudspeaker = createSoundWire({ key, hasMicrophone: true, nonce: theirs });
  expect(loudspeaker.hello.toString('hex')).toBe(golden('hello'));
  expect(loudspeaker.take(bytes('proof'))?.answer?.toString('hex')).toBe(golden('accepted'));
  expect(loudspeaker.take(Buffer.concat([bytes('sound'), bytes('stop')]))?.messages.map(({ kind }) => kind)).toEqual([
    kinds.sound,
    kinds.stop,
  ]);
  expect(loudspeaker.say(kinds.alive, Buffer.alloc(4))?.toString('hex')).toBe(golden('alive'));
});
