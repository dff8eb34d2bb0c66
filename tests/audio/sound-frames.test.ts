import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { createSoundFrames, soundKind } from '../../src/audio/out/sound-frames.ts';

const key = Buffer.alloc(32, 7);
const theirs = Buffer.alloc(32, 1);
const ours = Buffer.alloc(32, 2);

const hmac = (secret: Uint8Array, ...parts: readonly (string | Uint8Array)[]): Buffer =>
  parts.reduce((mac, part) => mac.update(part), createHmac('sha256', secret)).digest();
const message = (kind: number, payload: Uint8Array): Buffer =>
  Buffer.concat([Buffer.of(kind, payload.length >> 8, payload.length & 255), payload]);

const hello = message(soundKind.hello, Buffer.concat([Buffer.from('MLSOUND1'), theirs]));
const accepted = (secret: Uint8Array): Buffer =>
  message(soundKind.accepted, Buffer.concat([hmac(secret, 'mingluo-sound-1 loudspeaker', ours, theirs), Buffer.of(0)]));
const alive = (secret: Uint8Array, count: number): Buffer => {
  const session = hmac(secret, 'mingluo-sound-1 session', theirs, ours);
  const said = message(soundKind.alive, Buffer.alloc(0));
  const counter = Buffer.of(0, 0, 0, count);
  return Buffer.concat([said, hmac(session, 'L', counter, said).subarray(0, 16)]);
};

const shaken = () => {
  const frames = createSoundFrames(key, ours);
  expect(frames.take(hello)).toMatchObject({ ok: true });
  expect(frames.say(soundKind.sound, Buffer.alloc(4))).toBeNull();
  expect(frames.take(accepted(key))).toMatchObject({ ok: true, messages: [] });
  return frames;
};

describe('the box, before it gives sound to a loudspeaker', () => {
  test('believes one that knows the key, and no other', () => {
    expect(shaken().isProven()).toBe(true);
    const frames = createSoundFrames(key, ours);
    frames.take(hello);
    expect(frames.take(accepted(Buffer.alloc(32, 8)))).toEqual({ ok: false, why: 'it does not know the key' });
    expect(frames.isProven()).toBe(false);
    expect(frames.say(soundKind.sound, Buffer.alloc(4))).toBeNull();
  });

  test('believes a message only with its own proof, in its turn, once', () => {
    const frames = shaken();
    expect(frames.take(alive(key, 0))).toMatchObject({ ok: true, messages: [{ kind: soundKind.alive }] });
    expect(frames.take(alive(key, 0))).toMatchObject({ ok: false });
    expect(shaken().take(alive(key, 1))).toMatchObject({ ok: false });
    expect(shaken().take(alive(Buffer.alloc(32, 8), 0))).toMatchObject({ ok: false });
  });
});
