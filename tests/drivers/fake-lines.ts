import type { ByteLine, Exchange, LineState, ModbusLine, Reply } from '../../src/bus/line.ts';
import { counterNames, type CounterName, type LineHealth } from '../../src/bus/line.ts';
import type { DriverClock } from '../../src/drivers/clock.ts';
import { failed } from '../../src/words/failure.ts';
import { syn6288, type Syn6288Request } from '../../devices/speech/syn6288.ts';
import type { TestUnit } from './units.ts';

export interface Sent {
  readonly at: number;
  readonly unit: number;
  readonly lane: Exchange['lane'];
  readonly pdu: string;
  readonly attempts: number | undefined;
}

const exchangeMs = 20;
const noHealth = (): LineHealth => ({
  ...(Object.fromEntries(counterNames.map((name) => [name, 0])) as Record<CounterName, number>),
  quarantined: [],
});

/** A Modbus line in virtual time: one exchange after the other, alarms first; broadcasts reach every unit. */
export class FakeLine implements ModbusLine {
  readonly id: string;
  state: LineState = 'open';
  readonly sent: Sent[] = [];
  readonly units = new Map<number, TestUnit>();
  private readonly clock: DriverClock;
  private readonly waiting: { exchange: Exchange; resolve: (reply: Reply) => void; queuedAt: number }[] = [];
  private busy = false;

  constructor(id: string, clock: DriverClock) {
    this.id = id;
    this.clock = clock;
  }

  submit(exchange: Exchange): Promise<Reply> {
    if (exchange.lane === 'alarm') this.makeRoom(exchange);
    return new Promise((resolve) => {
      this.waiting.push({ exchange, resolve, queuedAt: this.clock.now() });
      this.run();
    });
  }

  /** Upkeep that waits gives way to an order for the same unit, as on a real line. */
  private makeRoom({ unit, pdu }: Exchange): void {
    const now = this.clock.now();
    const isWrite = (one: Uint8Array): boolean => one[0]! > 4;
    for (const one of [...this.waiting]) {
      const { lane, unit: other, pdu: its } = one.exchange;
      if (lane !== 'upkeep' || !isWrite(pdu) || !isWrite(its) || (unit !== other && unit * other !== 0)) continue;
      this.waiting.splice(this.waiting.indexOf(one), 1);
      const timing = { queuedMs: now - one.queuedAt, sentAt: now, endedAt: now };
      one.resolve({ ...failed('exchange-superseded', { line: this.id }), timing });
    }
  }

  /** The units whose exchanges wait for their turn. */
  get inLine(): readonly number[] {
    return this.waiting.map(({ exchange }) => exchange.unit);
  }

  private run(): void {
    if (this.busy) return;
    const lanes = ['alarm', 'upkeep', 'read-back', 'poll'] as const;
    const lane = lanes.find((one) => this.waiting.some(({ exchange }) => exchange.lane === one));
    const index = this.waiting.findIndex(({ exchange }) => exchange.lane === lane);
    const next = this.waiting[index];
    if (next === undefined) return;
    this.waiting.splice(index, 1);
    this.busy = true;
    const { exchange, resolve, queuedAt } = next;
    const sentAt = this.clock.now();
    const { unit, pdu } = exchange;
    this.sent.push({
      at: sentAt,
      unit,
      lane: exchange.lane,
      pdu: Buffer.from(pdu).toString('hex'),
      attempts: exchange.attempts,
    });
    this.clock.setTimer(exchangeMs, () => {
      const timing = { queuedMs: sentAt - queuedAt, sentAt, endedAt: this.clock.now() };
      resolve(this.replyTo(unit, pdu, timing));
      this.busy = false;
      this.run();
    });
  }

  private replyTo(unit: number, pdu: Uint8Array, timing: Reply['timing']): Reply {
    if (this.state !== 'open') return { ...failed('line-gone', { line: this.id, reason: 'test' }), timing };
    if (unit === 0) {
      for (const one of this.units.values()) one.hear(pdu);
      return { ok: true, pdu: new Uint8Array(), timing };
    }
    const reply = this.units.get(unit)?.answer(pdu) ?? null;
    if (reply === null) return { ...failed('unit-silent', { line: this.id, unit }), timing };
    if (reply[0]! < 0x80) return { ok: true, pdu: reply, timing };
    return {
      ...failed('modbus-exception', { line: this.id, unit, function: pdu[0]!, exception: reply[1]! }),
      timing,
    };
  }

  /** Hex PDUs of writes, with the unit: `0:05020000c8`. */
  writes(): readonly string[] {
    return this.sent
      .filter(({ pdu }) => Number.parseInt(pdu.slice(0, 2), 16) > 4)
      .map(({ unit, pdu }) => `${unit}:${pdu}`);
  }

  onState(): void {
    // The state of a fake line is set by the test.
  }

  close(): Promise<void> {
    this.state = 'closed';
    return Promise.resolve();
  }

  health(): LineHealth {
    return noHealth();
  }
}

/** A speech chip at the other end of a byte line: 0.25 s a character, or as the test wants it. */
export class FakeChipLine implements ByteLine {
  readonly id: string;
  state: LineState = 'open';
  readonly heard: Syn6288Request[] = [];
  mode: 'good' | 'silent' | 'rejects' | 'no-end' | 'resets' = 'good';
  msPerCharacter = 250;
  speakingUntil = 0;
  private readonly clock: DriverClock;
  private readonly decoder = syn6288.unit.decoder();
  private listener: (bytes: Uint8Array) => void = () => undefined;
  private stopEnd: () => void = () => undefined;

  constructor(id: string, clock: DriverClock) {
    this.id = id;
    this.clock = clock;
  }

  /** What the chip says by itself. */
  say(reply: Parameters<typeof syn6288.unit.reply>[0]): void {
    this.listener(syn6288.unit.reply(reply));
  }

  private speak(text: string): void {
    this.stopEnd();
    const lengthMs = text.replace(/\[[^\]]*\]/g, '').length * this.msPerCharacter;
    this.speakingUntil = this.clock.now() + lengthMs;
    const resets = this.mode === 'resets';
    if (resets) this.mode = 'good';
    this.stopEnd = this.clock.setTimer(resets ? lengthMs / 2 : lengthMs, () => {
      this.speakingUntil = 0;
      if (this.mode !== 'no-end') this.say(resets ? 'initialised' : 'idle');
    });
  }

  private take(request: Syn6288Request): void {
    this.heard.push(request);
    if (this.mode === 'silent') return;
    if (!request.ok || (this.mode === 'rejects' && request.command === 'speak')) {
      this.say('rejected');
      return;
    }
    this.say('accepted');
    if (request.command === 'speak') this.speak(request.text);
    if (request.command === 'stop') {
      this.stopEnd();
      this.speakingUntil = 0;
    }
    if (request.command === 'status') this.say(this.speakingUntil > this.clock.now() ? 'speaking' : 'idle');
  }

  spoken(): readonly string[] {
    return this.heard.flatMap((one) => (one.ok && one.command === 'speak' ? [one.text] : []));
  }

  send(bytes: Uint8Array): ReturnType<ByteLine['send']> {
    if (this.state !== 'open') return Promise.resolve(failed('line-gone', { line: this.id, reason: 'test' }));
    return new Promise((resolve) => {
      this.clock.setTimer(bytes.length, () => {
        resolve({ ok: true });
        this.clock.setTimer(5, () => this.decoder.push(bytes).forEach((request) => this.take(request)));
      });
    });
  }

  onBytes(listener: (bytes: Uint8Array) => void): void {
    this.listener = listener;
  }

  onState(): void {
    // The state of a fake line is set by the test.
  }

  close(): Promise<void> {
    this.state = 'closed';
    return Promise.resolve();
  }
}
