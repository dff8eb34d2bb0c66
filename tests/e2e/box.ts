import { spawnSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Event, SentFrame } from '../../src/core/event.ts';
import { distEntry } from '../support/dist.ts';
import { workdayMorning } from '../../emulator/centre/beijing-time.ts';
import type { BoxReceipt, StoredReceipt } from '../../emulator/centre/receipt.ts';
import { runVillage, type Village, type VillageOptions } from '../../emulator/start/run-village.ts';

/** The compiled program, built anew when its sources are newer. */
export const program = distEntry('mingluo');

/** A time of the next workday in Beijing. */
export const workdayAt = (hour: number, minute: number): number =>
  workdayMorning(Date.now()) + ((hour - 9) * 60 + minute) * 60_000;

/** The whole village with the compiled box, as `npm start` brings it up; quiet. */
export const startVillage = (
  startWallMs: number,
  faults: readonly string[] = [],
  more: Pick<VillageOptions, 'satellitePeriodS' | 'tcpLines'> = {},
): Promise<Village> =>
  runVillage({
    ...more,
    program,
    configDir: 'config',
    devicesDir: 'devices',
    runDir: mkdtempSync(join(tmpdir(), 'mingluo-e2e-')),
    startWallMs,
    faults,
    talk: { language: 'en', say: () => undefined, show: () => undefined },
  });

/** Runs the box's own command line; what it prints, and its exit code. */
export const mingluo = (
  ...args: string[]
): { readonly status: number | null; readonly out: string; readonly err: string } => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], {
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    env: { ...process.env, LANG: 'en_US.UTF-8', LC_ALL: 'en_US.UTF-8' },
  });
  return { status, out: stdout, err: stderr };
};

/** Every frame that the box's journal holds, in order. */
export const framesOf = ({ stateDir }: Village): readonly SentFrame[] =>
  mingluo('journal', 'export', '--state', stateDir)
    .out.split('\n')
    .filter((line) => line !== '')
    .flatMap((line) => {
      const { payload } = JSON.parse(line) as { payload: { event: Event } };
      return payload.event.kind === 'frames' ? payload.event.frames : [];
    });

/** Everything the centre has stored, and a promise for the first receipt, past or future, that fits. */
export const receiptsOf = (village: Village) => {
  const all = (): readonly BoxReceipt[] => village.centre.receipts().map(({ receipt }) => receipt);
  const first = (fits: (receipt: BoxReceipt) => boolean, withinMs = 60_000): Promise<BoxReceipt> => {
    const known = all().find(fits);
    if (known !== undefined) return Promise.resolve(known);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        stop();
        const seen = all().map(({ number, body }) => `${number} ${JSON.stringify(body)}`);
        reject(new Error(`no such receipt within ${withinMs} ms; the centre has:\n${seen.join('\n')}`));
      }, withinMs);
      const stop = village.centre.onReceipt(({ receipt }: StoredReceipt) => {
        if (!fits(receipt)) return;
        clearTimeout(timer);
        stop();
        resolve(receipt);
      });
    });
  };
  return { all, first };
};

export const stageIs =
  (stage: string, more: Readonly<Record<string, unknown>> = {}) =>
  ({ body }: BoxReceipt): boolean =>
    body.stage === stage && Object.entries(more).every(([name, value]) => body[name] === value);
