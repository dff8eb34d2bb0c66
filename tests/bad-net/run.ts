/**
 * `npm run bad-net [weather…] -- [--share 0.1]`: the compiled box in one network namespace, the practice centre in another,
 * and between them a line that loses, crawls, breaks or lies. All reports must arrive, each once. Needs root, gcc, openssl
 * and ip (iproute2). Appends a line for each weather to tests/bad-net/ledger.ndjson; ends with 1 when a report was lost or
 * doubled, with 2 when it could not be tried.
 */
import { spawn, spawnSync } from 'node:child_process';
import { createHash, createPublicKey } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openBus } from '../bench/paced-bus.ts';
import { writeSite } from '../bench/site-files.ts';
import { Talker } from '../bench/talker.ts';
import { openWorkshop, root, type Workshop } from '../bench/tools.ts';
import { commandLine, misasked } from '../support/command-line.ts';
import { distEntry } from '../support/dist.ts';
import { isRunning } from '../support/processes.ts';
import { ledgerAt, runMark, type RunMark } from '../support/ledger.ts';
import { pause } from '../support/waiting.ts';
import type { CentreTask, Held } from './centre-side.ts';
import { fillState } from './fill-state.ts';
import { addNamespace, leftBehind, namesFor, removeNamespace, sweepNamespaces } from './namespaces.ts';
import { weathers, type Weather } from './weathers.ts';

interface WeatherRow extends RunMark {
  readonly weather: string;
  readonly reports: number;
  readonly links: number;
  readonly seconds: number;
  readonly faults: readonly string[];
}

const ledger = ledgerAt<WeatherRow>(root, 'tests/bad-net/ledger.ndjson');
const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const say = (line: string): void => void process.stdout.write(`${line}\n`);
const done = (command: string, ...args: readonly string[]): string => {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${stderr.trim()}`);
  return stdout;
};
/** Ten minutes without anything new are taken for the end of all hope. */
const hopeMs = 600_000;
const addresses = { centre: '10.77.0.1', box: '10.77.0.2' } as const;

const pinOf = (name: string): string => {
  const spki = createPublicKey(readFileSync(`${name}.crt`)).export({ type: 'spki', format: 'der' });
  return `sha256/${createHash('sha256').update(spki).digest('base64')}`;
};

const certificate = (name: string): string => {
  done(
    'openssl',
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'],
    ...['-subj', '/CN=centre.invalid', '-keyout', `${name}.key`, '-out', `${name}.crt`],
  );
  return name;
};

const rawKeyOf = (pemFile: string): string =>
  createPublicKey(readFileSync(pemFile, 'utf8'))
    .export({ format: 'der', type: 'spki' })
    .subarray(12)
    .toString('base64');

interface Trial {
  readonly weather: Weather;
  readonly reports: number;
  readonly dir: string;
  readonly workshop: Workshop;
}

/** What is to be undone when the trial ends, newest last. */
const endings: (() => unknown)[] = [];
const endAll = async (): Promise<void> => {
  for (const end of endings.splice(0).reverse()) await end();
};

/** Two namespaces and the line between them. */
const openLink = async ({ weather, workshop }: Trial) => {
  const names = namesFor(process.pid);
  for (const name of [names.centre, names.box]) {
    endings.push(() => removeNamespace(name));
    addNamespace(name);
  }
  const link = new Talker(workshop.compile('../../bad-net/rigs/link.c'), [
    ...[names.centre, addresses.centre, names.box, addresses.box],
  ]);
  endings.push(() => link.close());
  if ((await link.line()) !== 'ready') throw new Error('no link');
  for (const command of weather.line) link.say(command);
  return { link, names };
};

const openFarEnd = async (trial: Trial, nameSpace: string, boxKey: string): Promise<readonly [Talker, number]> => {
  const right = certificate(join(trial.dir, 'right'));
  const wrong = trial.weather.wrongKeyMs === undefined ? null : certificate(join(trial.dir, 'wrong'));
  const task: CentreTask = { ...{ dir: join(trial.dir, 'centre'), address: addresses.centre }, boxKey, right, wrong };
  const tsx = ['--import', 'tsx', here('centre-side.ts'), JSON.stringify(task)];
  const centre = new Talker('ip', ['netns', 'exec', nameSpace, process.execPath, ...tsx]);
  endings.push(() => centre.close());
  return [centre, Number((await centre.line()).split(' ')[1])];
};

const startBox = (trial: Trial, nameSpace: string, overrides: object): void => {
  const file = join(trial.dir, 'overrides.json');
  writeFileSync(file, JSON.stringify(overrides));
  const args = ['run', '--config', join(trial.dir, 'site'), '--state', join(trial.dir, 'state'), '--overrides', file];
  const box = spawn('ip', ['netns', 'exec', nameSpace, process.execPath, distEntry('mingluo'), ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  box.stderr.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-2000)));
  const ended = new Promise<void>((resolve) => {
    box.once('close', (code, signal) => {
      if (code !== 0) say(`      the box ended: ${String(code ?? signal)} ${said}`);
      resolve();
    });
  });
  endings.push(() => {
    box.kill('SIGTERM');
    return ended;
  });
};

/** The line goes through its turns until it is told to end; resolves to how many have begun. */
const turnAbout = async (weather: Weather, link: Talker, isOver: () => boolean): Promise<number> => {
  let begun = 0;
  while (weather.turns !== undefined && !isOver()) {
    for (const [command, ms] of weather.turns) {
      if (isOver()) break;
      link.say(command);
      begun += 1;
      for (let left = ms; left > 0 && !isOver(); left -= 100) await pause(100);
    }
  }
  return begun;
};

const heldBy = async (centre: Talker): Promise<Held> => {
  centre.say('held');
  return JSON.parse(await centre.line()) as Held;
};

/** Until all has arrived, or nothing comes any more. */
const waitForAll = async (centre: Talker, reports: number): Promise<Held> => {
  let held = await heldBy(centre);
  let [newsAt, toldAt] = [performance.now(), 0];
  while (held.different < reports && performance.now() - newsAt < hopeMs) {
    await pause(1_000);
    const now = await heldBy(centre);
    if (now.receipts > held.receipts) newsAt = performance.now();
    held = now;
    if (performance.now() - toldAt < 10_000) continue;
    toldAt = performance.now();
    say(`    ${held.receipts} / ${reports}, ${held.links} links`);
  }
  return held;
};

/** A line that turns has shown nothing before it was there, gone, and there again. */
const turnsLeast = 3;

const endure = async (trial: Trial): Promise<Held> => {
  const { weather, dir, workshop } = trial;
  writeSite(join(dir, 'site'), { ...{ units: 1, zones: 1, baud: 9600, pollEvery: '10 s' } });
  const keys = { box: join(dir, 'keys/box.key'), senders: join(dir, 'keys/senders.json') };
  mkdirSync(join(dir, 'keys'));
  done(process.execPath, distEntry('mingluo'), 'keys', 'new', keys.box);
  await fillState(join(dir, 'state'), trial.reports);
  const bus = await openBus(workshop, { baud: 9600, units: 1, sirens: true });
  endings.push(() => bus.close());
  const { link, names } = await openLink(trial);
  const [centre, port] = await openFarEnd(trial, names.centre, rawKeyOf(keys.box));
  centre.say('keys');
  writeFileSync(keys.senders, await centre.line(), { mode: 0o600 });
  const pinFile = join(dir, 'keys/pin');
  writeFileSync(pinFile, `${pinOf(join(dir, 'right'))}\n`, { mode: 0o600 });
  startBox(trial, names.box, {
    lines: { sirens: { kind: 'serial', path: bus.path } },
    ...{ uplinkUrl: `wss://${addresses.centre}:${port}/box`, pinFile, keys },
  });
  let isOver = false;
  const turning = turnAbout(weather, link, () => isOver);
  try {
    if (weather.wrongKeyMs !== undefined) {
      await pause(weather.wrongKeyMs);
      const { receipts } = await heldBy(centre);
      if (receipts > 0) throw new Error(`${receipts} reports went to a centre with another key`);
      centre.say('right');
    }
    const held = await waitForAll(centre, trial.reports);
    isOver = true;
    const turns = await turning;
    if (weather.turns !== undefined && turns < turnsLeast)
      throw new Error(
        `all was there after ${turns} of ${turnsLeast} turns of the line: too few reports to show anything`,
      );
    return held;
  } finally {
    isOver = true;
    await turning;
  }
};

const faultsOf = (held: Held, reports: number): readonly string[] => [
  ...(held.different < reports ? [`${reports - held.different} not there, and ten minutes without news`] : []),
  ...(held.different < held.receipts ? [`${held.receipts - held.different} doubled`] : []),
  ...held.remarks.filter((remark) => !remark.startsWith('centre-box-problem')),
];

const tryOne = async (weather: Weather, share: number, workshop: Workshop): Promise<readonly string[]> => {
  const reports = Math.max(20, Math.round(weather.reports * share));
  say(`\n── ${weather.what.zh} · ${weather.what.en}: ${reports}`);
  const dir = mkdtempSync(join(tmpdir(), `mingluo-bad-net-${process.pid}-`));
  endings.push(async () => {
    await pause(500);
    rmSync(dir, { recursive: true, force: true });
  });
  const mark = runMark(root);
  const startedAt = performance.now();
  try {
    const held = await endure({ weather, reports, dir, workshop });
    const faults = faultsOf(held, reports);
    const seconds = Math.round((performance.now() - startedAt) / 1000);
    say(`${faults.length === 0 ? 'PASS' : 'FAIL'}  ${held.receipts} reports, ${held.links} links, ${seconds} s`);
    for (const fault of faults) say(`      ${fault}`);
    ledger.add({
      ...{ ...mark, weather: weather.name, reports: held.receipts },
      ...{ links: held.links, seconds, faults },
    });
    return faults;
  } finally {
    await endAll();
  }
};

/** Namespaces and folders of runs that were killed. */
const sweepAll = async (): Promise<readonly string[]> => {
  const dirs = leftBehind(readdirSync(tmpdir()), isRunning);
  for (const dir of dirs) rmSync(join(tmpdir(), dir), { recursive: true, force: true });
  return [...(await sweepNamespaces()), ...dirs];
};

let told = false;

/** A run that is told to end leaves nothing behind: no namespace, no box, no folder. */
const endWhenTold = (workshop: Workshop): void => {
  for (const [name, number] of [
    ['SIGINT', 2],
    ['SIGTERM', 15],
    ['SIGHUP', 1],
  ] as const) {
    // tsx may pass on what the terminal has sent already: the second one changes nothing.
    process.on(name, () => {
      if (told) return;
      told = true;
      void endAll().finally(() => {
        workshop.close();
        process.exit(128 + number);
      });
    });
  }
};

const usage = `npm run bad-net -- [weather…] [--share 1]\n  ${weathers.map(({ name }) => name).join(' ')}`;

const main = async (): Promise<number> => {
  const { values, positionals } = commandLine(usage, {
    allowPositionals: true,
    options: { share: { type: 'string' } },
  });
  const unknown = positionals.filter((name) => !weathers.some((weather) => weather.name === name));
  if (unknown.length > 0) return misasked(`no such weather: ${unknown.join(' ')}`, usage);
  if (process.getuid?.() !== 0) throw new Error('需要 root · root is needed (network namespaces)');
  for (const name of await sweepAll()) say(`${name}: 上次没有收尾 · left by a run that was killed; removed`);
  const workshop = openWorkshop();
  endWhenTold(workshop);
  let bad = 0;
  try {
    for (const weather of weathers) {
      if (positionals.length > 0 && !positionals.includes(weather.name)) continue;
      if ((await tryOne(weather, Number(values.share ?? 1), workshop)).length > 0) bad += 1;
    }
  } finally {
    workshop.close();
  }
  return bad === 0 ? 0 : 1;
};

process.exitCode = await main().catch((error: unknown) => {
  // What it was waiting for was ended on purpose.
  if (told) return 2;
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  return 2;
});
