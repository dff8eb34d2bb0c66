import { afterEach, expect, test } from 'vitest';
import { machinePorts } from '../../src/box/ports.ts';
import { cleanUp } from '../centre/support.ts';
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
