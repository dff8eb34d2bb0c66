/**
 * `npm start`: an emulated township village, the box, and a practice centre, with one drill played through the whole path.
 * Options: `--once`, `--at HH:MM` (simulated time of the next workday), `--config DIR`, `--run DIR`, `--fault TARGET=FAULT`.
 */
import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { workdayMorning } from './centre/beijing-time.ts';
import { playDrill, waitForBox, type DrillOutcome } from './start/play-drill.ts';
import { runVillage, type Village } from './start/run-village.ts';
import { talkTo } from './start/talk.ts';

const exitCodes = { done: 0, failed: 1, usage: 2, refused: 5, partly: 6 } as const;
const boxWithinMs = 60_000;
const drillWithinMs = 120_000;

const beside = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const talk = talkTo(process.stdout, process.env);
const elapsedS = (): string => (performance.now() / 1000).toFixed(1);

const optionsKnown = {
  once: { type: 'boolean' },
  at: { type: 'string' },
  config: { type: 'string' },
  run: { type: 'string' },
  fault: { type: 'string', multiple: true },
  help: { type: 'boolean', short: 'h' },
} as const;

const parsed = () => {
  try {
    return parseArgs({ options: optionsKnown }).values;
  } catch {
    // Whatever the parser minds, in its own words and language: a person is told what there is.
    return null;
  }
};

/** What was asked for; null when that cannot be understood. */
const readOptions = () => {
  const values = parsed();
  const time = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(values?.at ?? '09:00');
  if (values === null || time === null) return null;
  const minutes = Number(time[1]) * 60 + Number(time[2]);
  // 09:00 of a workday is the base; any other time of the same day is counted from its midnight.
  const startWallMs = workdayMorning(Date.now()) + (minutes - 9 * 60) * 60_000;
  return { ...values, startWallMs };
};

const codeOf = (outcome: DrillOutcome): number => {
  switch (outcome.outcome) {
    case 'refused':
      talk.say('refused', { detail: outcome.detail[talk.language] });
      return exitCodes.refused;
    case 'no-result':
      talk.say('noProof', { seconds: drillWithinMs / 1000 });
      return exitCodes.failed;
    case 'ended':
      talk.say('proven', { ...outcome, seconds: elapsedS() });
      return outcome.due > 0 && outcome.sounded === outcome.due ? exitCodes.done : exitCodes.partly;
  }
};

const interrupted = (): Promise<null> =>
  new Promise((resolve) => {
    process.once('SIGINT', () => resolve(null));
    process.once('SIGTERM', () => resolve(null));
  });

const play = async (village: Village): Promise<number> => {
  if (!(await waitForBox(village, talk, boxWithinMs))) {
    talk.say('noProof', { seconds: boxWithinMs / 1000 });
    return exitCodes.failed;
  }
  const code = codeOf(await playDrill(village, { talk, elapsedS, withinMs: drillWithinMs }));
  const { mix } = await village.world.record();
  talk.say('wavs', { dir: mix });
  return code;
};

const main = async (): Promise<number> => {
  const options = readOptions();
  if (options === null) {
    talk.say('usage');
    return exitCodes.usage;
  }
  if (options.help === true) {
    talk.say('help');
    return exitCodes.done;
  }
  const stopped = interrupted();
  const village = await runVillage({
    program: beside(existsSync(beside('./mingluo.js')) ? './mingluo.js' : '../dist/mingluo.js'),
    configDir: options.config ?? 'config',
    devicesDir: existsSync(beside('./devices')) ? beside('./devices') : beside('../devices'),
    runDir: options.run ?? mkdtempSync(join(tmpdir(), 'mingluo-')),
    startWallMs: options.startWallMs,
    faults: options.fault ?? [],
    talk,
  });
  const code = await Promise.race([play(village), stopped]);
  if (code !== null && options.once !== true) {
    talk.say('running');
    await stopped;
  }
  talk.say('ending');
  await village.close();
  return code ?? exitCodes.done;
};

process.exitCode = await main().catch((error: unknown) => {
  talk.say('failed', { detail: error instanceof Error ? error.message : String(error) });
  return exitCodes.failed;
});
