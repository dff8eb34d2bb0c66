import { describe, expect, it } from 'vitest';
import { beidouRdss, type RdssAnswer, type RdssRequest } from '../../devices/satellite/beidou-rdss.ts';
import type { ByteLine } from '../../src/bus/line.ts';
import { createSatelliteTerminal } from '../../src/drivers/satellite-terminal.ts';
import { createVirtualClock } from './virtual-clock.ts';

type Behaviour = (request: RdssRequest) => readonly RdssAnswer[];

const card: RdssAnswer = { frame: 'ICXX', user: 263_172, periodS: 60, level: 3 };
const selfTest: RdssAnswer = {
  frame: 'ZJXX',
  user: 263_172,
  batteryPercent: 90,
  inbound: 2,
  beams: [0, 4, 3, 0, 0, 0],
};
const sent: RdssAnswer = { frame: 'FKXX', user: 263_172, feedback: 'ok', command: 'TXSQ' };

const setUp = (onSend: Behaviour) => {
  const clock = createVirtualClock();
  const decoder = beidouRdss.unit.decoder();
  const sends: { at: number; bytes: Uint8Array; to: number }[] = [];
  const messages: string[] = [];
  let listener: (bytes: Uint8Array) => void = () => undefined;
  const answer = (request: RdssRequest): readonly RdssAnswer[] => {
    if (request.frame === 'ICJC') return [card];
    if (request.frame === 'XTZJ') return [selfTest];
    if (request.frame === 'TXSQ' && request.content.mode === 'mixed')
      sends.push({ at: clock.now(), bytes: request.content.bytes, to: request.to });
    return request.frame === 'TXSQ' ? onSend(request) : [];
  };
  const line: ByteLine = {
    id: 'satellite',
    state: 'open',
    send: (bytes) => {
      clock.setTimer(20, () => {
        for (const one of decoder.push(bytes).flatMap(answer)) listener(beidouRdss.unit.encode(one));
      });
      return Promise.resolve({ ok: true });
    },
    onBytes: (fn) => {
      listener = fn;
    },
    onState: () => undefined,
    close: () => Promise.resolve(),
  };
  const terminal = createSatelliteTerminal({
    ...{ line, clock, codec: beidouRdss.device.codec, centreCard: 200_001 },
    onMessage: (bytes, sender) => messages.push(`${sender} ${Buffer.from(bytes).toString()}`),
  });
  const receive = (bytes: Uint8Array): void => listener(bytes);
  return { clock, terminal, sends, messages, receive };
};

const payload = Uint8Array.from({ length: 69 }, (_, index) => index);

describe('the satellite terminal', () => {
  it('asks card and self-test first, and sends 69 bytes to the centre in one message', async () => {
    const { clock, terminal, sends } = setUp(() => [sent]);
    const done = terminal.send(payload);
    await clock.advance(1_000);
    expect(await done).toEqual({ ok: true, value: null });
    expect(terminal.state()).toEqual({ ready: true, reason: '', periodS: 60 });
    expect(sends).toMatchObject([{ to: 200_001, bytes: payload }]);
  });

  it('waits for the card between two messages', async () => {
    const { clock, terminal, sends } = setUp(() => [sent]);
    void terminal.send(payload);
    void terminal.send(payload);
    await clock.advance(120_000);
    expect(sends).toHaveLength(2);
    expect(sends[1]!.at - sends[0]!.at).toBeGreaterThanOrEqual(60_000);
  });

  it('waits an hour at most, whatever a damaged terminal says', async () => {
    // 2 147 483 647 seconds, in a frame whose checksum is right.
    const years = beidouRdss.unit.encode({ frame: 'FKXX', user: 263_172, feedback: 'too-soon', waitS: 0 });
    const damaged = Uint8Array.from(years);
    damaged.set([0xff, 0xff, 0xff, 0x7f], 11);
    damaged[15] = damaged.subarray(0, 15).reduce((sum, byte) => sum ^ byte, 0);
    let asked = 0;
    const { clock, terminal, receive } = setUp(() => {
      asked += 1;
      if (asked === 1) receive(damaged);
      return asked > 1 ? [sent] : [];
    });
    const done = terminal.send(payload);
    await clock.advance(3_700_000);
    expect(await done).toEqual({ ok: true, value: null });
  });

  it('waits as long as the terminal says and sends again', async () => {
    let asked = 0;
    const { clock, terminal, sends } = setUp(() => {
      asked += 1;
      return asked > 1 ? [sent] : [{ frame: 'FKXX', user: 263_172, feedback: 'too-soon', waitS: 42 }];
    });
    const done = terminal.send(payload);
    await clock.advance(44_000);
    expect(await done).toEqual({ ok: true, value: null });
    expect(sends[1]!.at - sends[0]!.at).toBeGreaterThanOrEqual(42_000);
    expect(sends[1]!.at - sends[0]!.at).toBeLessThan(44_000);
  });

  it('hears an order whole although the one before it broke off on the line', async () => {
    const { clock, messages, receive } = setUp(() => [sent]);
    await clock.advance(10_000);
    const message = (text: string): Uint8Array =>
      beidouRdss.unit.encode({
        ...{ frame: 'TXXX', user: 263_172, sender: 200_001, hour: 3, minute: 0 },
        content: { mode: 'mixed', bytes: Buffer.from(text) },
      });
    receive(message('a long order that is cut off in its middle '.repeat(4)).subarray(0, 30));
    await clock.advance(60_000);
    receive(message('stop'));
    expect(messages).toEqual(['200001 stop']);
  });

  it('hears an order whole that comes in pieces', async () => {
    const { clock, messages, receive } = setUp(() => [sent]);
    await clock.advance(10_000);
    const order = beidouRdss.unit.encode({
      ...{ frame: 'TXXX', user: 263_172, sender: 200_001, hour: 3, minute: 0 },
      content: { mode: 'mixed', bytes: Buffer.from('stop') },
    });
    for (const byte of order) {
      receive(Uint8Array.of(byte));
      await clock.advance(1_000);
    }
    expect(messages).toEqual(['200001 stop']);
  });

  it('gives up after a bounded number of tries, and says whether it was refused or silent', async () => {
    const refusing = setUp(() => [{ frame: 'FKXX', user: 263_172, feedback: 'not-locked' }]);
    const refused = refusing.terminal.send(payload);
    await refusing.clock.advance(600_000);
    expect(await refused).toMatchObject({ failure: { code: 'satellite-refused', params: { reason: 'not-locked' } } });
    expect(refusing.sends).toHaveLength(4);
    const mute = setUp(() => []);
    const silent = mute.terminal.send(payload);
    await mute.clock.advance(600_000);
    expect(await silent).toMatchObject({ failure: { code: 'satellite-silent' } });
  });

  it('refuses what does not fit a message, and more than its queue holds', async () => {
    const { clock, terminal } = setUp(() => [sent]);
    const tooLong = terminal.send(new Uint8Array(210));
    expect(await tooLong).toMatchObject({ failure: { code: 'satellite-message-too-long', params: { bytes: 210 } } });
    const many = Array.from({ length: 9 }, () => terminal.send(payload));
    expect(await many[8]).toMatchObject({ failure: { code: 'satellite-busy' } });
    terminal.stop();
    await clock.advance(1_000);
    expect(await many[7]).toMatchObject({ failure: { code: 'satellite-stopped' } });
  });

  it('hands over received messages that are whole, in the middle of noise, and none that are damaged', async () => {
    const { clock, messages, receive } = setUp(() => [sent]);
    await clock.advance(1_000);
    const content = { mode: 'mixed', bytes: Buffer.from('order') } as const;
    const frame = beidouRdss.unit.encode({ frame: 'TXXX', user: 1, sender: 200_001, hour: 9, minute: 0, content });
    const damaged = Uint8Array.from(frame, (byte, index) => (index === 20 ? byte ^ 1 : byte));
    const badAir = beidouRdss.unit.encode({ frame: 'TXXX', user: 1, sender: 200_001, hour: 9, minute: 0, content });
    badAir[badAir.length - 2] = 1;
    badAir[badAir.length - 1] = badAir[badAir.length - 1]! ^ 1;
    receive(Buffer.concat([Buffer.from('$$noise$TXXX'), frame.subarray(0, 9)]));
    receive(Buffer.concat([frame.subarray(9), damaged, badAir, frame]));
    expect(messages).toEqual(['200001 order', '200001 order']);
  });
});
