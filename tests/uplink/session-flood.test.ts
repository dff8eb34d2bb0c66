import { describe, expect, it } from 'vitest';
import { backlogMaxBytes } from '../../src/uplink/backlog.ts';
import { answersPerSecond } from '../../src/uplink/conversation.ts';
import { openUplink } from '../../src/uplink/session.ts';
import { makeBench, order, settle, start } from './fixture.ts';

describe('a flood', () => {
  it('waits for the budget in order, with the socket held when much waits, and loses nothing', async () => {
    const bench = makeBench();
    start(bench);
    bench.newest().open();
    const long = Array.from({ length: 340 }, (_, index) => String(index).padEnd(8_000));
    for (const text of long.slice(0, 240)) bench.newest().say(order(text));
    expect(bench.orders).toHaveLength(40);
    // So far whatever else the centre says is still read.
    expect(bench.newest().held).toBe(false);
    for (const text of long.slice(240)) bench.newest().say(order(text));
    expect(bench.newest().held).toBe(true);
    await bench.clock.pass(16_000);
    expect(bench.orders).toEqual(long);
    expect(bench.newest().held).toBe(false);
    expect(bench.links).toHaveLength(1);
  });

  it('counts the time of an order from when it came, and not from when its turn was', async () => {
    const waited: number[] = [];
    const bench = makeBench({ onOrder: (_, { receivedAt }) => waited.push(bench.clock.now() - receivedAt) });
    start(bench);
    bench.newest().open();
    for (let index = 0; index < 60; index += 1) bench.newest().say(order(String(index)));
    await bench.clock.pass(5_000);
    expect([waited.length, waited[0], waited.at(-1)]).toEqual([60, 0, 1_000]);
  });

  it('keeps neither acknowledgements nor signs of life waiting behind a thousand orders', async () => {
    const bench = makeBench();
    bench.store.newest = 50;
    start(bench);
    bench.newest().open();
    await settle();
    const before = bench.newest().sent.length;
    for (let index = 0; index < 1_000; index += 1) bench.newest().say(order(String(index).padEnd(900)));
    bench.newest().say({ type: 'acknowledge', number: 8 });
    bench.newest().say({ type: 'ping', nonce: 'f'.repeat(32) });
    expect(bench.newest().held).toBe(false);
    // At 20 messages a second, as this bench admits: the orders take 48 s.
    await bench.clock.pass(150);
    expect(bench.store.acked).toBe(8);
    const answers = bench.newest().sent.slice(before);
    expect(answers.map(({ type }) => type).sort()).toEqual(expect.arrayContaining(['receipts', 'status']));
    await bench.clock.pass(60_000);
    expect(bench.orders.map(Number)).toEqual(Array.from({ length: 1_000 }, (_, index) => index));
  });

  it('of pings does not keep an order waiting without end', async () => {
    const bench = makeBench();
    start(bench);
    bench.newest().open();
    const ping = { type: 'ping', nonce: 'f'.repeat(32) };
    for (let index = 0; index < 1_000; index += 1) bench.newest().say(ping);
    bench.newest().say(order('evacuate'));
    for (let index = 0; index < 1_000; index += 1) bench.newest().say(ping);
    await bench.clock.pass(1_000);
    expect(bench.orders).toEqual(['evacuate']);
  });

  it('that keeps the socket unread for minutes is not taken for a dead link', async () => {
    const bench = makeBench();
    start(bench);
    bench.newest().open();
    bench.newest().answersPings = false;
    // 60 kB each, at one every two seconds: above the bound for more than the 90 s after which a silent link is left.
    let at = 0;
    const slow = makeBench({ admit: (now) => (now >= at ? ((at = now + 20_000), 0) : at - now) });
    start(slow);
    slow.newest().open();
    slow.newest().answersPings = false;
    for (let index = 0; index < 50; index += 1) slow.newest().say(order('x'.repeat(60_000)));
    expect(slow.newest().held).toBe(true);
    await slow.clock.pass(140_000);
    expect(slow.newest().held).toBe(true);
    expect(slow.links).toHaveLength(1);
    await bench.clock.pass(140_000);
    expect(bench.links.length).toBeGreaterThan(1);
  });

  it('that overruns the backlog ends the link and nothing else', async () => {
    const bench = makeBench();
    start(bench);
    bench.newest().open();
    const padding = 'x'.repeat(1_000);
    const enough = backlogMaxBytes / 1_000 + 41;
    for (let index = 0; index < enough && bench.links[0]?.ended === false; index += 1) {
      bench.newest().say({ type: padding });
    }
    expect(bench.links[0]?.ended).toBe(true);
    expect(bench.reports).toContain('uplink-flooded');
    await bench.redial();
    bench.newest().open();
    bench.newest().say(order('after'));
    expect(bench.orders).toEqual(['after']);
  });
});

describe('what takes long', () => {
  it('gets half of the time, in order, and the rest goes on meanwhile', async () => {
    const bench = makeBench();
    const taken: number[] = [];
    const uplink = openUplink({
      ...bench.options,
      admit: () => 0,
      onOrder: () => {
        taken.push(bench.clock.now());
        bench.clock.work(2);
      },
    });
    expect(uplink.ok).toBe(true);
    bench.newest().open();
    for (let index = 0; index < 100; index += 1) bench.newest().say(order(String(index)));
    expect(taken.length).toBeLessThan(10);
    await bench.clock.pass(1_000);
    expect(taken).toHaveLength(100);
    expect((taken.at(-1) ?? 0) - (taken[0] ?? 0)).toBeGreaterThan(350);
  });

  it('a flood of pings and nonsense is answered within bounds, and told', async () => {
    const bench = makeBench();
    const uplink = openUplink({ ...bench.options, admit: () => 0 });
    expect(uplink.ok).toBe(true);
    bench.newest().open();
    await settle();
    const before = bench.newest().sent.length;
    for (let index = 0; index < 100; index += 1) {
      bench.newest().say({ type: 'nonsense' });
      bench.newest().say({ type: 'ping', nonce: 'f'.repeat(32) });
    }
    await settle();
    expect(bench.newest().sent.length - before).toBe(answersPerSecond);
    expect(bench.reports).toContain('uplink-answers-bounded');
    await bench.clock.pass(1_000);
    bench.newest().say({ type: 'ping', nonce: 'f'.repeat(32) });
    expect(bench.newest().sent.at(-1)?.type).toBe('status');
  });
});
