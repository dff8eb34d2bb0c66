import { describe, expect, it } from 'vitest';
import { backOffMs } from '../../src/uplink/back-off.ts';
import type { SignedSnapshot, SignedStatus } from '../../src/uplink/messages.ts';
import { openUplink } from '../../src/uplink/session.ts';
import { boxSigned, makeBench, numbersIn, order, settle, start } from './fixture.ts';

describe('a session that opens', () => {
  it('sends a signed snapshot first, then asks for the time, then sends what is not acknowledged', async () => {
    const bench = makeBench();
    bench.store.newest = 3;
    bench.store.acked = 1;
    const uplink = start(bench);
    expect(uplink.connected()).toBe(false);
    bench.newest().open();
    await settle();
    const [snapshot, question, receipts] = bench.newest().sent;
    expect(bench.newest().sent.map((message) => message.type)).toEqual(['snapshot', 'time-request', 'receipts']);
    if (snapshot?.type !== 'snapshot' || question?.type !== 'time-request') throw new Error('other messages');
    expect(boxSigned(snapshot.signed, snapshot.signature)).toBe(true);
    expect(JSON.parse(snapshot.signed)).toMatchObject({ type: 'box.snapshot', sequence: 1, journal: { records: 3 } });
    expect(numbersIn(receipts!)).toEqual([2, 3]);
    expect(uplink.connected()).toBe(true);
    uplink.close();
  });

  it('hands signed bytes on untouched, with the question that was open', async () => {
    const bench = makeBench();
    start(bench);
    bench.newest().open();
    bench.newest().say(order('{ "v" : 1, "text":"鸣\\u0000" }'));
    bench.newest().say({ type: 'time', key: 'county-1', signature: `${'A'.repeat(86)}==`, statement: 'not json' });
    await settle();
    expect(bench.orders).toEqual(['{ "v" : 1, "text":"鸣\\u0000" }']);
    expect(bench.times).toEqual(['1'.padStart(32, '0')]);
  });

  it('answers a ping with a fresh signed status that holds the nonce, its sequence after the snapshot', async () => {
    const bench = makeBench();
    const uplink = start(bench);
    bench.newest().open();
    bench.newest().say({ type: 'ping', nonce: 'f'.repeat(32) });
    uplink.sendStatus();
    await settle();
    const statuses = bench.newest().sent.flatMap((message) => (message.type === 'status' ? [message] : []));
    expect(statuses.every(({ signed, signature }) => boxSigned(signed, signature))).toBe(true);
    const said = statuses.map(({ signed }) => JSON.parse(signed) as SignedStatus);
    expect(said.map(({ sequence, nonce }) => [sequence, nonce])).toEqual([
      [2, 'f'.repeat(32)],
      [3, null],
    ]);
  });

  it('asks for the time again every 15 minutes', async () => {
    const bench = makeBench();
    start(bench);
    bench.newest().open();
    await bench.clock.pass(46 * 60_000);
    expect(bench.newest().sent.filter((message) => message.type === 'time-request')).toHaveLength(4);
  });

  it('asks for the time again at once while its answer takes too long, four times in all', async () => {
    const bench = makeBench();
    start(bench);
    bench.newest().open();
    const asked = (): number => bench.newest().sent.filter((message) => message.type === 'time-request').length;
    const answerAfter = async (ms: number): Promise<number> => {
      await bench.clock.pass(ms);
      bench.newest().say({ type: 'time', key: 'county-1', signature: `${'A'.repeat(86)}==`, statement: '{}' });
      return asked();
    };
    expect(await answerAfter(10_000)).toBe(1);
    expect([await answerAfter(1), await answerAfter(10_000)]).toEqual([2, 2]);
    for (const times of [3, 4, 4]) expect(await answerAfter(10_001)).toBe(times);
    await bench.clock.pass(15 * 60_000);
    expect(asked()).toBe(5);
    expect(await answerAfter(10_001)).toBe(6);
  });
});

describe('a session that lost its link', () => {
  it('comes back after a growing random pause of 1 to 60 s', () => {
    expect([0, 1, 4, 5, 50].map((attempt) => backOffMs(attempt, 0))).toEqual([1000, 1000, 1000, 1000, 1000]);
    expect([0, 1, 4, 5, 50].map((attempt) => backOffMs(attempt, 0.9999999))).toEqual([2000, 4000, 32000, 60000, 60000]);
  });

  it('tries again for ever, at least once a minute, and tells of it once an outage', async () => {
    const bench = makeBench();
    start(bench);
    for (let attempt = 0; attempt < 72 * 60; attempt += 1) {
      bench.newest().cut({ code: 'uplink-unreachable', params: { detail: 'ECONNREFUSED' } });
      await bench.redial();
    }
    expect(bench.reports).toEqual(['uplink-unreachable']);
  });

  it('starts with short pauses again after a link that lived', async () => {
    const bench = makeBench();
    start(bench);
    for (let attempt = 0; attempt < 8; attempt += 1) {
      bench.newest().cut();
      await bench.redial();
    }
    bench.newest().open();
    await bench.clock.pass(10_000);
    const before = bench.links.length;
    bench.newest().cut();
    await bench.clock.pass(2_000);
    expect(bench.links.length).toBe(before + 1);
  });

  it('gives up a handshake after 15 s', async () => {
    const bench = makeBench();
    start(bench);
    await bench.clock.pass(14_999);
    expect(bench.links[0]?.ended).toBe(false);
    await bench.clock.pass(1);
    expect(bench.links[0]?.ended).toBe(true);
    expect(bench.reports[0]).toBe('uplink-handshake-slow');
  });

  it('finds a half-open link within 90 s of its death', async () => {
    const bench = makeBench();
    start(bench);
    bench.newest().open();
    await bench.clock.pass(30_001);
    bench.newest().answersPings = false;
    await bench.clock.pass(89_998);
    expect(bench.links[0]?.ended).toBe(false);
    await bench.clock.pass(1);
    expect(bench.links[0]?.ended).toBe(true);
    expect(bench.reports).toContain('uplink-silent');
  });

  it('keeps a quiet link that answers pings for a day', async () => {
    const bench = makeBench();
    start(bench);
    bench.newest().open();
    await bench.clock.pass(24 * 3_600_000);
    expect(bench.links).toHaveLength(1);
    expect(bench.links[0]?.pings).toBe(24 * 120);
  });

  it('sends a snapshot with a higher sequence number after each reconnect', async () => {
    const bench = makeBench();
    start(bench);
    for (let round = 0; round < 3; round += 1) {
      bench.newest().open();
      await settle();
      bench.newest().cut();
      await bench.redial();
    }
    const sequences = bench.links.flatMap(({ sent }) =>
      sent
        .slice(0, 1)
        .map((message) => ('signed' in message ? (JSON.parse(message.signed) as SignedSnapshot).sequence : 0)),
    );
    expect(sequences).toEqual([1, 2, 3]);
    expect(bench.states).toEqual([true, false, true, false, true, false]);
  });

  it('stays away once it is closed', async () => {
    const bench = makeBench();
    const uplink = start(bench);
    bench.newest().open();
    uplink.close();
    await bench.clock.pass(3_600_000);
    expect(bench.links).toHaveLength(1);
    expect(bench.links[0]?.ended).toBe(true);
  });
});

describe('a message that is none', () => {
  it.each([
    ['no JSON', '{', 'uplink-message-not-json'],
    ['an array', '[]', 'uplink-message-not-json'],
    ['nothing', 'null', 'uplink-message-not-json'],
    ['an unknown type', '{"type":"shutdown"}', 'uplink-message-unknown'],
    ['a type that is no text', '{"type":["order"]}', 'uplink-message-unknown'],
    ['more fields', '{"type":"acknowledge","number":1,"x":1}', 'uplink-message-shape'],
    ['no number', '{"type":"acknowledge","number":"1"}', 'uplink-message-shape'],
    ['deep nesting', `{"type":${'['.repeat(20_000)}${']'.repeat(20_000)}}`, 'uplink-message-unknown'],
    ['too much', ' '.repeat(65_537), 'uplink-message-too-long'],
    ['an acknowledgement of the future', '{"type":"acknowledge","number":9}', 'uplink-acknowledge-ahead'],
  ])('(%s) is answered with a problem in both languages, and the link stays', async (_, text, code) => {
    const bench = makeBench();
    start(bench);
    bench.newest().open();
    bench.newest().say(text);
    await settle();
    const problem = bench.newest().sent.find((message) => message.type === 'problem');
    expect(problem).toMatchObject({ code });
    expect(problem?.zh).not.toBe(problem?.en);
    expect(bench.links[0]?.ended).toBe(false);
    expect(bench.reports).toEqual([code]);
  });
});

describe('the address of a centre', () => {
  const codeOf = (url: string, pins: readonly string[] = []): string => {
    const uplink = openUplink(makeBench({ url, pins }).options);
    return uplink.ok ? 'opened' : uplink.failure.code;
  };
  const pin = `sha256/${'A'.repeat(43)}=`;

  it.each([
    ['ws://127.0.0.1:9/', 'opened'],
    ['ws://127.9.9.9/', 'opened'],
    ['ws://[::1]:9/', 'opened'],
    ['ws://localhost/', 'opened'],
    ['ws://centre.example/', 'uplink-insecure'],
    ['ws://127.0.0.1.example/', 'uplink-insecure'],
    ['ws://10.0.0.1/', 'uplink-insecure'],
    ['wss://centre.example/', 'uplink-pin-missing'],
    ['wss://127.0.0.1/', 'uplink-pin-missing'],
    ['http://127.0.0.1/', 'uplink-url'],
    ['ws://user:word@127.0.0.1/', 'uplink-url'],
    ['centre', 'uplink-url'],
  ])('%s without a pin: %s', (url, code) => {
    expect(codeOf(url)).toBe(code);
  });

  it('with wss needs a readable pin', () => {
    expect(codeOf('wss://centre.example/', [pin])).toBe('opened');
    expect(codeOf('wss://centre.example/', [pin, 'sha256/short'])).toBe('uplink-pin-unreadable');
  });
});
