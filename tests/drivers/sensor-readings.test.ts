import { expect, it } from 'vitest';
import { DeadManSiren } from './units.ts';
import { Village } from './village.ts';

/** A siren that also measures how loud it is where it hangs; its definition says 0 to 140.0 dB. */
class ListeningSiren extends DeadManSiren {
  level = 400;

  override answer(pdu: Uint8Array): Uint8Array | null {
    const reply = super.answer(pdu);
    if (reply !== null && pdu[0] === 4 && pdu[1] === 0 && pdu[2]! <= 2 && pdu[2]! + pdu[4]! > 2) {
      const at = 2 + 2 * (2 - pdu[2]!);
      reply.set([this.level >> 8, this.level & 0xff], at);
    }
    return reply;
  }
}

const listening = (everyMs: number): { made: Village; siren: ListeningSiren } => {
  const made = new Village();
  const siren = made.unit(1, new ListeningSiren(made.clock, 0), 0);
  const deadMan = { kind: 'dead-man', holdMs: 15_000, retrigger: 'extends' } as const;
  made.terminal('siren', { unit: 1, channel: 1, lease: deadMan, proof: null });
  made.sensor('loud', 1, 110, { reading: 'sound-level', everyMs });
  made.drivers.startPolling();
  return { made, siren };
};

const crossings = ({ events }: Village) => events.filter(({ kind }) => kind === 'threshold');

it('what lies outside the register’s range is no reading: a torn-off probe that reads FFFF warns nobody', async () => {
  const { made, siren } = listening(2_000);
  await made.clock.advance(10_000);
  siren.level = 0xffff;
  await made.clock.advance(60_000);
  expect(crossings(made)).toEqual([]);
  siren.level = 1_400;
  await made.clock.advance(10_000);
  expect(crossings(made)).toEqual([{ kind: 'threshold', sensor: 'loud', threshold: 'heavy', value: 140 }]);
});

it('a siren with a sensor that is read once an hour is itself asked as often as its line says', async () => {
  const { made, siren } = listening(3_600_000);
  await made.clock.advance(10_000);
  siren.mute = true;
  await made.clock.advance(30_000);
  expect(made.events.slice(-1)).toEqual([{ kind: 'unit-lost', terminal: 'siren', reason: 'no-reply' }]);
});

it('a gauge that has gone silent is noted once, its return too, and its next silence: it starts no plan meanwhile', async () => {
  const made = new Village();
  const gauge = made.gauge(2);
  made.sensor('rain', 2, 50);
  made.drivers.startPolling();
  await made.clock.advance(10_000);
  expect(made.events).toEqual([]);
  gauge.mute = true;
  await made.clock.advance(600_000);
  const note = { kind: 'noted', code: 'unit-silent', detail: 'unit 2 on line a did not answer [unit-silent]' };
  expect([made.events, made.silentGauges]).toEqual([[note], 1]);
  gauge.mute = false;
  await made.clock.advance(60_000);
  expect(made.silentGauges).toBe(0);
  gauge.mute = true;
  await made.clock.advance(60_000);
  const back = { kind: 'noted', code: 'unit-answers', detail: 'unit 2 on line a answers again [unit-answers]' };
  expect(made.events).toEqual([note, back, note]);
  expect(made.silentGauges).toBe(1);
});

it('one of two gauges on a line that has gone silent is noted, however often the other answers', async () => {
  const made = new Village();
  const gauge = made.gauge(2);
  made.gauge(3);
  made.sensor('rain', 2, 50);
  made.sensor('rain-above', 3, 50);
  made.drivers.startPolling();
  await made.clock.advance(10_000);
  gauge.mute = true;
  await made.clock.advance(60_000);
  expect(made.events).toEqual([
    { kind: 'noted', code: 'unit-silent', detail: 'unit 2 on line a did not answer [unit-silent]' },
  ]);
});

it('a meter, on which neither a sensor nor a terminal hangs, is polled like the line, and starts no plan that could be missed', async () => {
  const made = new Village();
  const meter = made.meter(4);
  made.drivers.startPolling();
  await made.clock.advance(10_000);
  expect(made.line.sent.length).toBeGreaterThan(5);
  meter.mute = true;
  await made.clock.advance(60_000);
  expect(made.events).toEqual([]);
});
