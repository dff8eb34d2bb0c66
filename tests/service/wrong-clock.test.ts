import { afterEach, expect, test } from 'vitest';
import { machinePorts } from '../../src/box/ports.ts';
import { cleanUp } from '../centre/support.ts';
import { diceOf } from '../simulate/dice.ts';
import { loadExample, simVillage } from '../simulate/sim-village.ts';
import { until } from '../support/waiting.ts';
import { bringUp } from './live-rig.ts';

afterEach(cleanUp);

const hourMs = 3_600_000;

test(
  "the centre's signed time corrects a battery-backed clock that is eight hours ahead, and an alarm of an hour is taken",
  { timeout: 60_000 },
  async () => {
    const clock = {
      ...machinePorts.clock,
      wall: () => Date.now() + 8 * hourMs,
      ntpSynchronised: () => false,
      rtcPresent: () => true,
    };
    const { centre, begin, failures } = await bringUp({ clock });
    const box = await begin();
    const source = () => box.tied.loop.village().durable.clockSource;
    await until('a link', () => centre.connected().length === 1);
    await until('an answer', () => source() === 'centre' || failures.includes('time-backward'));
    expect([source(), failures]).toEqual(['centre', []]);
    const sent = await centre.issue({ status: 'actual', severity: 'red', headline: '立即转移', zones: ['heba'] });
    if (!sent.ok) throw new Error(sent.failure.code);
    const stages = () =>
      centre.receipts().flatMap(({ receipt }) => (receipt.trace === sent.value.id ? [receipt.body.stage] : []));
    await until('what became of it', () => stages().some((stage) => stage === 'started' || stage === 'refused'));
    expect(stages()).toContain('started');
  },
);

test('a box whose question for the time was held up on the line knows it as soon as the line carries the next one', async () => {
  const village = simVillage({
    ...{ dice: diceOf(1), startWallMs: Date.UTC(2026, 10, 23, 2, 0), loaded: await loadExample(process.cwd()) },
    ...{ onReceipt: () => undefined, onOwed: () => undefined, onFailure: () => undefined },
    onMemoryBack: () => undefined,
  });
  const source = () => village.life()?.box.tied.loop.village().durable.clockSource;
  village.net.setWeather({ state: 'up', delayMs: 6_000 });
  await village.start();
  await village.time.runUntil(15_000);
  expect(source()).not.toBe('centre');
  village.net.setWeather({ state: 'up', delayMs: 20 });
  await village.time.runUntil(60_000);
  expect(source()).toBe('centre');
});
