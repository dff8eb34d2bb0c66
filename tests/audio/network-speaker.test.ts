import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, readdirSync, readlinkSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import fc from 'fast-check';
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { realClock } from '../../emulator/clock.ts';
import { createTcpPlug, type TcpPlug } from '../../emulator/line/tcp-plug.ts';
import { createNetworkSpeaker, type NetworkSpeaker } from '../../emulator/unit/network-speaker.ts';
import { createSoundWire, type SoundWire } from '../../emulator/unit/sound-wire.ts';
import { createSoundFrames, soundKind } from '../../src/audio/out/sound-frames.ts';
import type { Heard } from '../../src/audio/out/return-ear.ts';
import { createSoundChild, forkSound, type RunEvents, type SoundChild } from '../../src/audio/sound-child.ts';
import type { Failure } from '../../src/words/failure.ts';
import { distEntry } from '../support/dist.ts';
import { pause } from '../support/waiting.ts';
import { envelope } from './alsa.ts';

const within = { timeout: 15_000, interval: 10 };
// Longer than what a test waits for: what never comes is then told by its name.
vi.setConfig({ testTimeout: 60_000 });
const isLoud = (peak: number): boolean => peak > 0.1;

let speaker: NetworkSpeaker;
let plug: TcpPlug;
let child: SoundChild | null = null;
let hasPower = true;
const startedAt = performance.now();
const elapsedMs = (): number => performance.now() - startedAt;
const key = randomBytes(32);
const keyFile = join(mkdtempSync(join(tmpdir(), 'mingluo-key-')), 'sound.key');
const heardSince = (fromMs: number) => envelope(speaker.store.raw(fromMs, elapsedMs()));

beforeAll(() => void distEntry('sound.entry'), 120_000);
beforeEach(async () => {
  hasPower = true;
  writeFileSync(keyFile, key.toString('base64'));
  speaker = createNetworkSpeaker({
    ...{ clock: realClock(), elapsedMs, key, hasMicrophone: true, amplified: () => hasPower, changed: () => undefined },
  });
  plug = await createTcpPlug(0, (socket) => speaker.serve(socket));
});
afterEach(async () => {
  await child?.close();
  child = null;
  await plug.close();
});

const outputs: (Failure | null)[] = [];
const open = (): SoundChild => {
  outputs.length = 0;
  child = createSoundChild({
    setup: {
      outputs: [{ id: 'net', via: { kind: 'pcm-tcp', host: '127.0.0.1', port: plug.port, keyFile } }],
      ears: [{ terminal: 'yard', output: 'net', via: { kind: 'pcm-tcp' } }],
      maker: { cacheFolder: null },
    },
    onOutput: (_, failure) => outputs.push(failure),
    onTrouble: () => undefined,
    start: () => forkSound(pathToFileURL(distEntry('sound.entry'))),
  });
  return child;
};

const play = (sound: SoundChild, durationMs: number) => {
  const heard: Heard[] = [];
  const seen: { ended: Parameters<RunEvents['onEnded']>[0] | null; sounding: boolean } = {
    ended: null,
    sounding: false,
  };
  const run = sound.begin('net', [[{ make: 'tone', pattern: 'steady', durationMs }]], {
    onSounding: () => (seen.sounding = true),
    onQuiet: () => undefined,
    onInstead: () => undefined,
    onHeard: (told) => heard.push(told.heard),
    onEnded: (ended) => (seen.ended = ended),
  });
  run.start(100);
  return { run, heard, seen, isOver: () => vi.waitFor(() => expect(seen.ended).not.toBeNull(), within) };
};

const listeningPorts = (pid: number): readonly string[] => {
  const inodes = readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
    try {
      return /socket:\[(\d+)\]/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1] ?? [];
    } catch (error) {
      // Closed between the two looks.
      return error instanceof Error ? [] : [];
    }
  });
  const lines = ['tcp', 'tcp6'].flatMap((table) => readFileSync(`/proc/net/${table}`, 'utf8').split('\n').slice(1));
  return lines.filter((line) => {
    const fields = line.trim().split(/\s+/);
    return fields[3] === '0A' && inodes.includes(fields[9] ?? '');
  });
};

describe('a loudspeaker on the network', () => {
  test('sounds for the box that knows its key, what it hears comes back, and a stop is heard within 300 ms', async () => {
    const sound = open();
    await vi.waitFor(() => expect(outputs).toContain(null), within);
    const before = elapsedMs();
    const { run, heard, seen, isOver } = play(sound, 10_000);
    await vi.waitFor(() => expect(heard.length).toBeGreaterThan(0), within);
    expect(heard[0]).toMatchObject({ verdict: 'sounding' });
    expect(heard[0]?.dbfs).toBeCloseTo(-21, 0);
    const stoppedAt = elapsedMs();
    run.stop();
    await isOver();
    await pause(500);
    expect(heardSince(before).filter(isLoud).length).toBeGreaterThan(20);
    expect(heardSince(stoppedAt + 300).filter(isLoud)).toEqual([]);
    expect(seen.ended?.failure).toBeNull();
  });

  test('whose amplifier is dead sends silence back: that is evidence of silence', async () => {
    hasPower = false;
    const sound = open();
    await vi.waitFor(() => expect(outputs).toContain(null), within);
    const { heard, isOver } = play(sound, 2_000);
    await isOver();
    expect(heard.at(-1)).toMatchObject({ verdict: 'silent' });
  });

  test('plays nothing for whoever throws samples at it', async () => {
    const before = elapsedMs();
    const loud = Buffer.alloc(48_000, 0x55);
    const socket = connect({ host: '127.0.0.1', port: plug.port });
    socket.on('error', () => socket.destroy());
    socket.resume();
    const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
    socket.write(loud);
    await closed;
    expect(speaker.refused()).toBe(1);
    expect(speaker.isPlaying()).toBe(false);
    expect(heardSince(before).filter(isLoud)).toEqual([]);
  });

  test('plays nothing for a box with another key, and the box says that it is gone and why', async () => {
    writeFileSync(keyFile, randomBytes(32).toString('base64'));
    const sound = open();
    await vi.waitFor(() => expect(outputs.some((failure) => failure?.code === 'audio-loudspeaker')).toBe(true), within);
    const { seen, isOver } = play(sound, 500);
    await isOver();
    expect(seen.ended?.failure?.code).toBe('audio-loudspeaker');
    expect(speaker.refused()).toBeGreaterThan(0);
    expect(speaker.isPlaying()).toBe(false);
  });

  test('that was unplugged is found again within the time of a retry', async () => {
    const sound = open();
    await vi.waitFor(() => expect(outputs).toContain(null), within);
    await plug.unplug();
    await vi.waitFor(() => expect(outputs.at(-1)?.code).toBe('audio-loudspeaker'), within);
    await plug.plug();
    await vi.waitFor(() => expect(outputs.at(-1)).toBeNull(), within);
    const { seen, isOver } = play(sound, 200);
    await isOver();
    expect(seen.ended?.failure).toBeNull();
  });

  test('is connected to by the box: the sound process listens nowhere', async () => {
    const sound = open();
    await vi.waitFor(() => expect(outputs).toContain(null), within);
    expect(listeningPorts(process.pid)).not.toEqual([]);
    expect(listeningPorts(sound.pid() ?? 0)).toEqual([]);
  });
});

/** How many messages the loudspeaker believes; null when it hangs up. */
const believed = (loudspeaker: SoundWire, bytes: Buffer): number | null =>
  loudspeaker.take(bytes)?.messages.length ?? null;

/** Both ends talking to each other without a network. */
const shaken = () => {
  const box = createSoundFrames(key);
  const loudspeaker = createSoundWire({ key, hasMicrophone: false });
  const proof = box.take(loudspeaker.hello);
  const accepted = loudspeaker.take(proof.ok && proof.answer !== null ? proof.answer : Buffer.alloc(0));
  box.take(accepted?.answer ?? Buffer.alloc(0));
  return { box, loudspeaker };
};

describe('the words between box and loudspeaker', () => {
  test('every message carries its proof: one changed bit, a repeat or another order is not believed', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 2, maxLength: 200 }), fc.nat(), (payload, place) => {
        const { box, loudspeaker } = shaken();
        const [first, second] = [box.say(soundKind.sound, payload), box.say(soundKind.sound, payload)];
        if (first === null || second === null) throw new Error('not proven');
        expect(believed(loudspeaker, first)).toBe(1);
        const changed = Buffer.from(second);
        const at = place % changed.length;
        changed[at] = (changed[at] ?? 0) ^ 1;
        const { box: other, loudspeaker: its } = shaken();
        const again = other.say(soundKind.sound, payload) ?? Buffer.alloc(0);
        expect(believed(its, again)).toBe(1);
        expect(believed(its, again)).toBe(null);
        const judged = loudspeaker.take(changed);
        expect(judged === null || judged.messages.length === 0).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  test('whatever bytes come, the box believes nothing of them and does not fall', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 80 }), { maxLength: 20 }), (chunks) => {
        const box = createSoundFrames(key);
        for (const chunk of chunks) {
          const taken = box.take(chunk);
          if (!taken.ok) break;
          expect(taken.messages).toEqual([]);
        }
        expect(box.isProven()).toBe(false);
        expect(box.say(soundKind.sound, new Uint8Array(2))).toBeNull();
      }),
      { numRuns: 1_000 },
    );
  });

  test('bytes may come in any pieces', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 30 }), (cuts) => {
        const { box, loudspeaker } = shaken();
        const sent = Buffer.concat(
          [1, 2, 3].map((value) => box.say(soundKind.sound, Buffer.of(value, 0)) ?? Buffer.alloc(0)),
        );
        const got: number[] = [];
        for (let at = 0, index = 0; at < sent.length; index += 1) {
          const size = cuts[index % cuts.length] ?? 1;
          const taken = loudspeaker.take(sent.subarray(at, at + size));
          for (const { payload } of taken?.messages ?? []) got.push(payload[0] ?? 0);
          at += size;
        }
        expect(got).toEqual([1, 2, 3]);
      }),
      { numRuns: 300 },
    );
  });
});
