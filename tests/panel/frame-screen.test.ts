import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createFrameScreen, type KnownBoard } from '../../src/panel/frame-screen.ts';

const known: KnownBoard = { pins: 20, isMapped: true, asked: new Set([4]) };
const screening = (board: KnownBoard = known) => {
  const frames: number[][] = [];
  const screen = createFrameScreen(
    () => board,
    (frame) => frames.push([...frame]),
  );
  return { screen, frames, push: (...bytes: number[]) => screen.push(Uint8Array.from(bytes)) };
};

describe('the screen before the library', () => {
  it.each([
    ['a version', [0xf9, 2, 5]],
    ['a digital report', [0x90, 0x7f, 1]],
    ['the state of a pin that was asked for', [0xf0, 0x6e, 4, 0x0b, 1, 0xf7]],
    ['a firmware name', [0xf0, 0x79, 2, 5, 0x41, 0, 0xf7]],
  ])('lets %s through, whole, however it is cut', (_what, frame) => {
    const { push, frames } = screening();
    expect(frame.map((byte) => push(byte))).toEqual(frame.map(() => 0));
    expect(frames).toEqual([frame]);
  });

  it.each([
    ['the state of a pin nobody asked for', [0xf0, 0x6e, 5, 0x0b, 1, 0xf7]],
    ['the state of a pin that is not there', [0xf0, 0x6e, 0x7f, 0, 0, 0xf7]],
    ['a digital report with a ninth pin', [0x90, 0x7f, 2]],
    ['a second capability report', [0xf0, 0x6c, 0, 1, 0x7f, 0xf7]],
    ['a second mapping', [0xf0, 0x6a, ...Array.from({ length: 20 }, () => 0x7f), 0xf7]],
    ['an empty sysex', [0xf0, 0xf7]],
    ['data without a command', [1, 2, 3]],
    ['a reset', [0xff]],
  ])('counts %s as noise', (_what, bytes) => {
    const { push, frames } = screening();
    expect(push(...bytes)).toBe(bytes.length);
    expect(frames).toEqual([]);
  });

  it('drops analog values and texts of the board without a word', () => {
    const { push, frames } = screening();
    expect(push(0xe3, 1, 2, 0xf0, 0x71, 0x48, 0, 0x69, 0, 0xf7)).toBe(0);
    expect(frames).toEqual([]);
  });

  it('reads the next frame after one that was cut off', () => {
    const { push, frames } = screening();
    expect(push(0xf0, 0x6e, 4, 0x0b, 0x90, 1, 0)).toBe(4);
    expect(frames).toEqual([[0x90, 1, 0]]);
  });

  it('accounts for every byte and never holds more than the longest frame, for any bytes in any pieces', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 40 }), (pieces) => {
        const { screen, frames } = screening({ ...known, pins: 0, isMapped: false });
        let noise = 0;
        let given = 0;
        for (const piece of pieces) {
          noise += screen.push(piece);
          given += piece.length;
          expect(screen.pending).toBeLessThanOrEqual(2_304);
        }
        const taken = frames.reduce((sum, frame) => sum + frame.length, 0);
        expect(noise + taken + screen.pending).toBeLessThanOrEqual(given);
        for (const frame of frames) {
          expect(frame[0]).toBeGreaterThanOrEqual(0x80);
          expect(frame.slice(1, -1).every((byte) => byte < 0x80)).toBe(true);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
