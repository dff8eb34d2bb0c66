/**
 * `npm run power-cut -- --cuts 30 --seed 1 [--logs DIR]`: the compiled box runs in a virtual machine, its village and its
 * centre outside of it. The machine's power is cut at random moments, in the middle of orders and of its own start. What
 * the box had given out before must still be there after the next start. Appends a line to tests/power-cut/ledger.ndjson;
 * ends with 1 when something was lost, with 2 when the machine could not be made. `--forget` puts the disk of the very
 * first start back after each cut: the rig must tell losses then, or it could not tell any.
 */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { workdayMorning } from '../../emulator/centre/beijing-time.ts';
import type { SignedOrder } from '../../emulator/centre/orders.ts';
import { seededRandom, type Random } from '../../emulator/random.ts';
import { runVillage, type Village } from '../../emulator/start/run-village.ts';
import type { BoxProcess } from '../../emulator/start/box-process.ts';
import { distEntry } from '../support/dist.ts';
import { commandLine, misasked } from '../support/command-line.ts';
import { ledgerAt, runMark, type RunMark } from '../support/ledger.ts';
import { pause, within } from '../support/waiting.ts';
import { mindsOf, orderAbout, takenTwice, withoutEnd } from './lives.ts';
import { makeParts, missingTools, packSite, switchOn, type Machine, type Parts } from './machine.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const ledgerFile = 'tests/power-cut/ledger.ndjson';
interface CutsRow extends RunMark {
  readonly seed: number;
  readonly cuts: number;
  readonly cutWhileStarting: number;
  readonly boots: number;
  readonly orders: number;
  readonly lost: readonly string[];
}
const say = (line: string): void => void process.stdout.write(`${line}\n`);
const quiet = { language: 'en', say: () => undefined, show: () => undefined } as const;

const bootWithinMs = 180_000;
const settledWithinMs = 240_000;
/** A look walks through all receipts of the run. */
const lookEveryMs = 20;

const usage = 'npm run power-cut -- [--cuts 30] [--seed S] [--logs DIR] [--forget]';
const readOptions = () => {
  const { values } = commandLine(usage, {
    options: {
      ...{ cuts: { type: 'string' }, seed: { type: 'string' }, logs: { type: 'string' } },
      forget: { type: 'boolean' },
    },
  });
  const [cuts, seed] = [Number(values.cuts ?? 30), Number(values.seed ?? Date.now() % 1_000_000)];
  if (!Number.isInteger(cuts) || cuts < 1 || !Number.isInteger(seed))
    return misasked('--cuts, --seed: whole numbers', usage);
  const forget = values.forget === true;
  return { cuts, seed, forget, logs: values.logs ?? mkdtempSync(join(tmpdir(), 'mingluo-power-cut-logs-')) };
};

/** The village's overrides, with the paths of the machine; and every port that lies outside of it. */
const fillSite = (folder: string, configDir: string, overridesFile: string): void => {
  const runDir = join(overridesFile, '..');
  cpSync(configDir, join(folder, 'config'), { recursive: true });
  mkdirSync(join(folder, 'run'));
  cpSync(join(runDir, 'keys'), join(folder, 'run/keys'), { recursive: true });
  const text = readFileSync(overridesFile, 'utf8').replaceAll(runDir, '/tmp/run');
  writeFileSync(join(folder, 'run/overrides.json'), text);
  const own = /"listen": "127\.0\.0\.1:(\d+)"/.exec(text)?.[1];
  const ports = [...text.matchAll(/"port": (\d+)|127\.0\.0\.1:(\d+)/g)].map(([, port, other]) => port ?? other);
  const outside = [...new Set(ports.filter((port) => port !== own))].map(Number);
  writeFileSync(join(folder, 'ports.json'), JSON.stringify({ ports: outside }));
};

interface Rig {
  readonly random: Random;
  readonly village: Village;
  readonly parts: Parts;
  readonly site: string;
  readonly logs: string;
}

const openRig = async (logs: string, random: Random): Promise<Rig> => {
  const parts = makeParts();
  let site = '';
  const outside: BoxProcess = {
    ...{ pid: () => null, starts: () => 0, pageIsUp: Promise.resolve(), stop: () => Promise.resolve() },
  };
  const village = await runVillage({
    ...{ program: distEntry('mingluo'), configDir: join(root, 'config'), devicesDir: join(root, 'devices') },
    ...{ runDir: mkdtempSync(join(tmpdir(), 'mingluo-power-cut-run-')), startWallMs: workdayMorning(Date.now()) },
    ...{ faults: [], tcpLines: 'all', talk: quiet },
    bringUp: ({ configDir, overridesFile }) => {
      site = packSite(parts, (folder) => fillSite(folder, configDir, overridesFile));
      return outside;
    },
  });
  return { village, parts, site, logs, random };
};

interface Tally {
  orders: number;
  cutWhileStarting: number;
  boots: number;
  readonly startsMs: number[];
  readonly lost: string[];
}

const powerOn = ({ village, parts, site, logs }: Rig, name: string, mode: 'run' | 'inspect' = 'run'): Machine =>
  switchOn(parts, site, { mode, wallMs: village.centre.wall(), logFile: join(logs, `${name}.log`) });

const connected = ({ village }: Rig): boolean => village.centre.connected().includes(village.site.id);

/** Waits until the box is back; tells how long its program took from its start to its word that it is up. */
const booted = async (rig: Rig, machine: Machine, tally: Tally, name: string): Promise<boolean> => {
  let startedAt = NaN;
  machine.onLine((line) => {
    if (line === 'GUEST up') startedAt = performance.now();
    if (line.startsWith('UP mingluo')) tally.startsMs.push(performance.now() - startedAt);
    if (line.startsWith('GUEST box ended')) tally.lost.push(`${name}: ${line}`);
  });
  await within(bootWithinMs, () => connected(rig) || !machine.isOn(), lookEveryMs);
  const isBack = connected(rig);
  if (isBack) tally.boots += 1;
  else tally.lost.push(`${name}: did not come back within ${bootWithinMs / 1000} s`);
  return isBack;
};

/** Everything that was lost by now and was not told yet. */
const tellLosses = (rig: Rig, tally: Tally, name: string): void => {
  const { centre } = rig.village;
  for (const found of [...mindsOf(centre), ...takenTwice(centre)]) {
    if (tally.lost.some((told) => told.endsWith(found))) continue;
    tally.lost.push(`${name}: ${found}`);
    say(`  LOST ${found}`);
  }
};

/** One life: power on, orders, power off. A quarter of them end before the box is up. */
const live = async (
  rig: Rig,
  tally: Tally,
  repeat: readonly SignedOrder[],
  name: string,
): Promise<readonly SignedOrder[]> => {
  const { random } = rig;
  const machine = powerOn(rig, name);
  if (random() < 0.25) {
    await pause(2_000 + 14_000 * random());
    await machine.cut();
    await within(30_000, () => !connected(rig), lookEveryMs);
    tally.cutWhileStarting += 1;
    return repeat;
  }
  let sent: readonly SignedOrder[] = [];
  if (await booted(rig, machine, tally, name)) {
    // What was said before the cut is said again: an order that was taken then must not be taken anew.
    for (const order of repeat) rig.village.centre.repeat(order, 1);
    sent = await orderAbout({
      ...{ centre: rig.village.centre, random, receipts: 1 + Math.floor(40 * random()), atMostMs: 60_000 },
    });
    tally.orders += sent.length;
  }
  await machine.cut();
  await within(30_000, () => !connected(rig), lookEveryMs);
  tellLosses(rig, tally, name);
  return sent;
};

/** The last start: everything settles, and the journal is verified by the box's own command. */
const inspect = async (rig: Rig, tally: Tally, repeat: readonly SignedOrder[]): Promise<void> => {
  const { centre } = rig.village;
  const machine = powerOn(rig, 'last');
  if (await booted(rig, machine, tally, 'last')) {
    for (const order of repeat) centre.repeat(order, 1);
    await centre.stop(null);
    await within(settledWithinMs, () => withoutEnd(centre).length === 0, lookEveryMs);
    tally.lost.push(...withoutEnd(centre));
  }
  await machine.cut();
  tellLosses(rig, tally, 'last');
  const looking = powerOn(rig, 'inspect', 'inspect');
  let verified = 'no answer';
  looking.onLine((line) => {
    if (line.startsWith('GUEST journal')) say(`  ${line.slice(6)}`);
    if (line.startsWith('GUEST verified')) verified = line.slice(15);
  });
  const timer = setTimeout(() => void looking.cut(), bootWithinMs);
  await looking.ended;
  clearTimeout(timer);
  if (verified !== '0') tally.lost.push(`journal verify: ${verified}`);
};

const main = async (): Promise<number> => {
  const missing = missingTools();
  if (missing.length > 0) {
    say(`缺少 Debian 软件包 · missing Debian packages: ${missing.join(' ')}`);
    return 2;
  }
  const { cuts, seed, logs, forget } = readOptions();
  const mark = runMark(root);
  say(`正在准备虚拟机…… · making the machine… (logs ${logs})`);
  const rig = await openRig(logs, seededRandom(seed));
  const tally: Tally = { orders: 0, cutWhileStarting: 0, boots: 0, startsMs: [], lost: [] };
  try {
    if (forget) cpSync(rig.parts.data, join(rig.parts.dir, 'data.new'));
    let repeat: readonly SignedOrder[] = [];
    for (let cut = 1; cut <= cuts; cut += 1) {
      repeat = await live(rig, tally, repeat, `life-${cut}`);
      if (forget) cpSync(join(rig.parts.dir, 'data.new'), rig.parts.data);
      const receipts = rig.village.centre.receipts().length;
      say(`断电 · cut ${cut}/${cuts}: ${tally.orders} orders, ${receipts} receipts, ${tally.lost.length} lost`);
    }
    await inspect(rig, tally, repeat);
  } finally {
    await rig.village.close();
    rig.parts.close();
  }
  for (const line of tally.lost) say(`LOST ${line}`);
  if (forget) return tally.lost.length === 0 ? 0 : 1;
  ledgerAt<CutsRow>(root, ledgerFile).add({
    ...{ ...mark, seed, cuts },
    ...{ cutWhileStarting: tally.cutWhileStarting, boots: tally.boots, orders: tally.orders, lost: tally.lost },
  });
  say(
    `\n${cuts} 次断电 · cuts, ${tally.boots} boots, ${tally.orders} orders, ${tally.lost.length} lost (seed ${seed})`,
  );
  return tally.lost.length === 0 ? 0 : 1;
};

process.exitCode = await main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  return 2;
});
