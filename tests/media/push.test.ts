import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import type { Centre } from '../../emulator/centre/centre.ts';
import type { SentOrder } from '../../emulator/centre/order-desk.ts';
import type { AlertAudio } from '../../emulator/centre/orders.ts';
import { failed, ok } from '../../src/words/failure.ts';
import { realMedia } from '../../src/box/media-machine.ts';
import { cleanUp, later, temporaryFolder } from '../centre/support.ts';
import { hamlet } from '../core/hamlet.ts';
import { pause, until } from '../support/waiting.ts';
import { sha256Of, startPushBox, startPushCentre, wavOf } from './rig.ts';

afterEach(cleanUp);

/** A village in which a recording can be heard: elsewhere it is not fetched. */
const withOutput = {
  ...hamlet,
  areaCode: '500112199000',
  terminals: hamlet.terminals.map((one) => (one.kind === 'speaker' ? { ...one, output: 'card' } : one)),
};

const kept = async (centre: Centre, bytes: Buffer): Promise<AlertAudio> => {
  const audio = await centre.keepAudio(bytes);
  if (!audio.ok) throw new Error(audio.failure.code);
  return audio.value;
};

const sent = async (order: ReturnType<Centre['issue']>): Promise<SentOrder> => {
  const result = await order;
  if (!result.ok) throw new Error(result.failure.code);
  return result.value;
};

const spokenAudio = (box: Awaited<ReturnType<typeof startPushBox>>): (string | null)[] =>
  Object.values(box.village().durable.broadcasts).flatMap(({ items }) =>
    items.flatMap((item) => (item.play === 'speech' ? [item.audio] : [])),
  );

describe('warning audio from the centre', () => {
  it('comes over the socket of its order and lies on the disk under its hash', { timeout: 60_000 }, async () => {
    const [centre, dir] = [await startPushCentre(), await temporaryFolder()];
    const box = await startPushBox(centre, { dir, site: withOutput });
    const bytes = wavOf(4_000);
    const audio = await kept(centre, bytes);
    await until('a link', () => centre.connected().length === 1);
    const order = await sent(centre.issue({ status: 'actual', zones: ['east'], text: '请转移', audio }));
    await until('the order', () => box.stages(order.id).includes('started'));
    expect(spokenAudio(box).every((one) => one === null)).toBe(true);
    await until('the audio', () => spokenAudio(box).includes(audio.sha256));
    expect(box.stages(order.id).slice(0, 4)).toEqual(['received', 'verified', 'queued', 'started']);
    const path = box.media.audioFile(audio.sha256) ?? '';
    expect(sha256Of(readFileSync(path))).toBe(sha256Of(bytes));
    expect(box.files()).toEqual([audio.sha256]);
    await until('the end told', () => centre.audioProgress()[0]?.state === 'stored');
    expect(centre.audioProgress()[0]).toMatchObject({ received: bytes.length, bytes: bytes.length, resent: 0 });
    expect(box.problems).toEqual([]);
  });

  it('goes on where it stopped: three cuts cost one chunk each at most', { timeout: 60_000 }, async () => {
    const [centre, dir] = [await startPushCentre(), await temporaryFolder()];
    const box = await startPushBox(centre, { dir });
    const bytes = wavOf(60_000, 7);
    const audio = await kept(centre, bytes);
    await until('a link', () => centre.connected().length === 1);
    const order = await sent(centre.storeAudio(audio));
    // Seeded: three different places of the file.
    for (const share of [0.13, 0.41, 0.77]) {
      await until(`${share} of it`, () => (centre.audioProgress()[0]?.received ?? 0) >= share * bytes.length);
      const before = centre.audioProgress()[0]?.resent ?? 0;
      centre.cutUplink(50);
      await until('the cut', () => centre.connected().length === 0);
      await until('the link again', () => centre.connected().length === 1);
      const chunks = centre.audioProgress()[0]?.chunks ?? 0;
      await until('two more', () => (centre.audioProgress()[0]?.chunks ?? 0) >= chunks + 2);
      expect((centre.audioProgress()[0]?.resent ?? 0) - before).toBeLessThanOrEqual(1);
    }
    await until('the answer', () => box.stages(order.id).includes('done:audio-stored'));
    expect(centre.audioProgress()[0]?.resent).toBeLessThanOrEqual(3);
    expect(sha256Of(readFileSync(box.media.audioFile(audio.sha256) ?? ''))).toBe(audio.sha256);
  });

  it('that is not what its hash says is deleted, told, and never queued', { timeout: 60_000 }, async () => {
    const [centre, dir] = [await startPushCentre(), await temporaryFolder()];
    const box = await startPushBox(centre, { dir, site: withOutput });
    const audio = await kept(centre, wavOf(500));
    const { writeFile } = await import('node:fs/promises');
    await until('a link', () => centre.connected().length === 1);
    await writeFile((await centreDir(centre, audio)) ?? '', wavOf(500, 99));
    const order = await sent(centre.issue({ zones: ['east'], headline: '', text: '', audio }));
    await until('the refusal', () => box.stages(order.id).includes('refused:media-hash-wrong'));
    expect(box.stages(order.id)).toEqual(['received', 'verified', 'noted:waiting-audio', 'refused:media-hash-wrong']);
    expect(box.files()).toEqual([]);
    expect(Object.keys(box.village().durable.broadcasts)).toEqual([]);
  });

  it('whose decoder refuses it is refused with that code', { timeout: 60_000 }, async () => {
    const [centre, dir] = [await startPushCentre(), await temporaryFolder()];
    const box = await startPushBox(centre, { dir, decode: () => Promise.resolve(failed('audio-empty')) });
    const audio = await kept(centre, wavOf(300));
    await until('a link', () => centre.connected().length === 1);
    const order = await sent(centre.storeAudio(audio));
    await until('the refusal', () => box.stages(order.id).includes('refused:audio-empty'));
    expect(box.files()).toEqual([]);
  });

  it('that lies about its length or format is refused', { timeout: 60_000 }, async () => {
    const [centre, dir] = [await startPushCentre(), await temporaryFolder()];
    const box = await startPushBox(centre, {
      dir,
      decode: () => Promise.resolve({ ok: true, value: { durationMs: 300 } }),
    });
    const audio = await kept(centre, wavOf(300));
    await until('a link', () => centre.connected().length === 1);
    const long = await sent(centre.storeAudio({ ...audio, durationMs: 900 }));
    await until('the refusal', () => box.stages(long.id).includes('refused:media-duration-wrong'));
    const other = await sent(centre.storeAudio({ ...audio, format: 'mp3' }));
    await until('the other refusal', () => box.stages(other.id).includes('refused:media-format-wrong'));
  });

  it('pushed ahead makes the order that plays it short, and it plays at once', { timeout: 60_000 }, async () => {
    const [centre, dir] = [await startPushCentre(), await temporaryFolder()];
    const box = await startPushBox(centre, { dir });
    const audio = await kept(centre, wavOf(800));
    await until('a link', () => centre.connected().length === 1);
    const ahead = await sent(centre.storeAudio(audio));
    await until('it is stored', () => box.stages(ahead.id).includes('done:audio-stored'));
    const order = await sent(centre.issue({ status: 'actual', zones: ['east'], headline: '', text: '', audio }));
    await until('it starts', () => box.stages(order.id).includes('queued'));
    expect(Buffer.byteLength(order.envelope)).toBeLessThanOrEqual(1024);
    expect(spokenAudio(box)).toEqual([audio.sha256]);
  });

  it('is fetched on from the disk after the box was started anew', { timeout: 60_000 }, async () => {
    const [centre, dir] = [await startPushCentre(), await temporaryFolder()];
    const bytes = wavOf(12_000, 3);
    const audio = await kept(centre, bytes);
    const first = await startPushBox(centre, { dir });
    await until('a link', () => centre.connected().length === 1);
    await sent(centre.storeAudio(audio));
    await until('a part', () => (centre.audioProgress()[0]?.received ?? 0) > 60_000);
    first.stop();
    await until('it is gone', () => centre.connected().length === 0);
    const second = await startPushBox(centre, { dir, village: first.village() });
    await until('it is stored', () => second.media.audioFile(audio.sha256) !== null);
    expect(centre.audioProgress()[0]?.resentBytes).toBeLessThanOrEqual(32_768);
  });

  it(
    'is decoded in a child before it is queued, and a file that is cut off is refused',
    { timeout: 90_000 },
    async () => {
      const [centre, dir] = [await startPushCentre(), await temporaryFolder()];
      const decoder = realMedia.decoder();
      later(() => {
        decoder.close();
        return Promise.resolve();
      });
      const box = await startPushBox(centre, { dir, decode: decoder.decode });
      const [whole, cut] = [await kept(centre, wavOf(1_000)), await kept(centre, wavOf(9_000).subarray(0, 20_000))];
      await until('a link', () => centre.connected().length === 1);
      const good = await sent(centre.storeAudio(whole));
      await until('it is stored', () => box.stages(good.id).includes('done:audio-stored'), 60_000);
      const bad = await sent(centre.storeAudio(cut));
      await until('the refusal', () => box.stages(bad.id).includes('refused:audio-truncated'), 60_000);
      expect(box.files()).toEqual([whole.sha256]);
    },
  );

  it('has its decoder started before the last byte is here, and not while most is missing', async () => {
    const [centre, dir] = [await startPushCentre(), await temporaryFolder()];
    const bytes = wavOf(30_000);
    const audio = await kept(centre, bytes);
    const startedAt: number[] = [];
    let decodedAt = 0;
    const box = await startPushBox(centre, {
      dir,
      warm: () => startedAt.push(centre.audioProgress()[0]?.received ?? 0),
      decode: (_, media) => {
        decodedAt = startedAt.length;
        return Promise.resolve(ok({ durationMs: media.durationMs }));
      },
    });
    await until('a link', () => centre.connected().length === 1);
    const order = await sent(centre.storeAudio(audio));
    await until('it is stored', () => box.stages(order.id).includes('done:audio-stored'));
    expect(decodedAt).toBeGreaterThan(0);
    expect(startedAt[0]).toBeGreaterThan(bytes.length - 200_000);
    expect(startedAt[0]).toBeLessThan(bytes.length - 65_536);
  });

  it('holds up no order: a stop arrives during the push about as fast as without it', { timeout: 90_000 }, async () => {
    const [centre, dir] = [await startPushCentre(), await temporaryFolder()];
    const box = await startPushBox(centre, { dir });
    const big = await kept(centre, wavOf(800_000));
    await until('a link', () => centre.connected().length === 1);
    const median = async (): Promise<number> => {
      const times: number[] = [];
      for (let count = 0; count < 15; count += 1) {
        const from = performance.now();
        const order = await sent(centre.stop(null));
        await until('the stop', () => box.stages(order.id).includes('received'));
        times.push(performance.now() - from);
        await pause(60);
      }
      return times.sort((a, b) => a - b)[7] ?? 0;
    };
    const alone = await median();
    await sent(centre.storeAudio(big));
    await until('it runs', () => (centre.audioProgress()[0]?.received ?? 0) > 100_000);
    const during = await median();
    expect(centre.audioProgress()[0]?.state).toBe('receiving');
    console.info(`order to box: ${alone.toFixed(1)} ms alone, ${during.toFixed(1)} ms during a push`);
    expect(during).toBeLessThan(alone * 3 + 60);
  });

  it('and its order may be signed with SM2', { timeout: 60_000 }, async () => {
    const [centre, dir] = [await startPushCentre({ keyKind: 'sm2' }), await temporaryFolder()];
    expect(centre.keys[0]).toMatchObject({ algorithm: 'sm2', practice: true });
    const box = await startPushBox(centre, { dir });
    const audio = await kept(centre, wavOf(300));
    await until('a link', () => centre.connected().length === 1);
    const order = await sent(centre.storeAudio(audio));
    await until('it is stored', () => box.stages(order.id).includes('done:audio-stored'));
    const forged = await sent(centre.issue({ zones: ['east'] }, { misdeed: 'bad-signature' }));
    await until('the refusal', () => box.receipts.some(({ body }) => body.stage === 'refused'));
    expect(box.stages(forged.id)).toEqual([]);
  });

  it('leaves no room on a disk that is nearly full', { timeout: 60_000 }, async () => {
    const [centre, dir] = [await startPushCentre(), await temporaryFolder()];
    const box = await startPushBox(centre, { dir, freeBytes: () => Promise.resolve(1_000_100) });
    const audio = await kept(centre, wavOf(300));
    await until('a link', () => centre.connected().length === 1);
    await sent(centre.storeAudio(audio));
    await until('the report', () => box.problems.includes('media-disk-low'));
    expect(box.files()).toEqual([]);
  });
});

const centreDir = async (centre: Centre, { sha256 }: AlertAudio): Promise<string | null> => {
  const found = await centre.namedAudio(sha256);
  return found.ok ? `${centre.dir}/audio/${sha256}` : null;
};
