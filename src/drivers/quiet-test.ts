import { encodeWrite } from '../../devices/write.ts';
import type { ModbusLine } from '../bus/line.ts';
import type { QuietResult } from '../core/cue.ts';
import { createToken, sleep, type DriverClock, type Token } from './clock.ts';
import { readAll } from './reads.ts';
import type { SiteMap, WiredTerminal } from './site-map.ts';

export interface QuietTesterOptions {
  readonly map: SiteMap;
  readonly lines: ReadonlyMap<string, ModbusLine>;
  readonly clock: DriverClock;
  readonly report: (terminal: string, result: QuietResult) => void;
}

export interface QuietTester {
  /** Lets a unit test itself and reports what it found; takes back the test before. */
  test(terminal: string, trace: string): Promise<void>;
  /** An order to sound wins at once: nothing more is asked for the test, and nothing is reported. */
  giveUp(): void;
}

type QuietTest = NonNullable<WiredTerminal['output']['quietTest']>;

/** How often the result register is looked at; the lane of polls, so that nothing ever waits for it. */
const lookEveryMs = 500;

const meaningOf = (test: QuietTest, raw: number): QuietResult | null => {
  if (raw === test.good) return 'good';
  if (raw === test.amplifierFault) return 'amplifier-fault';
  return raw === test.hornOpen ? 'horn-open' : null;
};

/** Starts the test; false when the unit did not take it. */
const start = async (wired: WiredTerminal, test: QuietTest, trace: string, lines: QuietTesterOptions['lines']) => {
  const pdu = encodeWrite(test.start, { channel: wired.channel });
  const { turnaroundMs } = wired.device.line;
  const exchange = { lane: 'poll', unit: wired.unit, pdu, turnaroundMs, trace, attempts: 2 } as const;
  return (await lines.get(wired.line)?.submit(exchange))?.ok === true;
};

/**
 * Reads the result register until it says something: only a word after `running` was seen is of this test, an older one
 * stands there until then.
 */
const awaitResult = async (
  wired: WiredTerminal,
  test: QuietTest,
  { lines, clock }: QuietTesterOptions,
  token: Token,
): Promise<QuietResult> => {
  const { line, unit, device, channel } = wired;
  const block = { function: test.result.function, address: test.result.address + channel - 1, count: 1 };
  const want = { line, unit, device, block };
  const until = clock.now() + test.withinMs + 2 * lookEveryMs;
  for (let ran = false; clock.now() < until && token.alive(); await sleep(clock, lookEveryMs, token)) {
    const value = (await readAll([want], { lines, lane: 'poll', trace: null })).valueOf(want);
    if (!value.ok) continue;
    ran ||= value.raw === test.running;
    const meaning = ran ? meaningOf(test, value.raw) : null;
    if (meaning !== null) return meaning;
  }
  return 'no-reply';
};

/** The test without a sound, by what the definition says of it: start, wait, read what was found. */
export const createQuietTester = (options: QuietTesterOptions): QuietTester => {
  let running: Token = createToken();
  const run = async (terminal: string, trace: string, token: Token): Promise<QuietResult> => {
    const wired = options.map.terminals.get(terminal);
    const test = wired?.output.quietTest ?? null;
    if (wired === undefined || test === null) return 'unsupported';
    if (!(await start(wired, test, trace, options.lines))) return 'no-reply';
    return awaitResult(wired, test, options, token);
  };
  return {
    giveUp: () => running.cancel(),
    test: async (terminal, trace) => {
      running.cancel();
      const token = createToken();
      running = token;
      const result = await run(terminal, trace, token);
      if (token.alive()) options.report(terminal, result);
    },
  };
};
