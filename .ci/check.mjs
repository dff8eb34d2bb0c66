// `npm test`: format, lint, types, build, then every test; all of them run, whatever fails before. Ends with one closing
// line. The tests of core run with coverage: a branch of src/core that none of them takes is a failure. Arguments go to
// vitest instead, without coverage: `npm test -- tests/house`; the gates run all the same.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { closingLine, readSkips, total } from './count.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), 'mingluo-test-'));
const ledgerFile = join(scratch, 'skips');
writeFileSync(ledgerFile, '');

/** The whole check takes less than 15 minutes on a quiet machine of two cores; a step that hangs is ended and counted as failed. */
const stepMsMax = 25 * 60_000;

const secondsSince = (startedAt) => ((Date.now() - startedAt) / 1000).toFixed(1);

/** Runs one step; `stdio` says where its output goes, and what `pipe` caught is given back. */
const run = (title, command, args, stdio) =>
  new Promise((resolve) => {
    const startedAt = Date.now();
    const env = { ...process.env, MINGLUO_SKIPS: ledgerFile };
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', stdio, stdio], env, timeout: stepMsMax });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', (text) => (said += text));
    child.once('error', (error) => resolve({ title, passed: false, said: error.message, seconds: '0.0' }));
    child.once('close', (code) => resolve({ title, passed: code === 0, said, seconds: secondsSince(startedAt) }));
  });

const tell = ({ title, passed, seconds }) => console.log(`── ${title}: ${passed ? 'ok' : 'FAILED'} (${seconds} s)`);

const tool = (name) => join(root, 'node_modules/.bin', name);
const gateSteps = [
  ['lint', tool('eslint'), ['--max-warnings', '0', '.']],
  ['format', tool('prettier'), ['--check', '--log-level', 'warn', '.']],
  ['types', tool('tsc'), ['--noEmit']],
  ['types of the page', tool('tsc'), ['--noEmit', '-p', 'src/console/web']],
  ['build', process.execPath, [join(root, '.ci/build.mjs')]],
];

/** Gates share nothing, so there are as many at a time as there are processors; each tells when it has ended. */
const runGates = async () => {
  const waiting = [...gateSteps];
  const gates = [];
  const work = async () => {
    for (let step = waiting.shift(); step !== undefined; step = waiting.shift()) {
      const gate = await run(...step, 'pipe');
      if (gate.said !== '') console.log(gate.said.trimEnd());
      tell(gate);
      gates.push(gate);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
  return gates;
};

const gates = await runGates();

/** One run of vitest: whether it passed, and what it reported; null where it never came to that. */
const runTests = async (title, args) => {
  console.log(`\n── ${title}`);
  const reportFile = join(scratch, `${title}.json`);
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${reportFile}`];
  const tests = await run(title, tool('vitest'), ['run', ...reporters, ...args], 'inherit');
  tell(tests);
  return { ...tests, report: existsSync(reportFile) ? JSON.parse(readFileSync(reportFile, 'utf8')) : null };
};

const asked = process.argv.slice(2);
const testSteps =
  asked.length > 0
    ? [['tests', asked]]
    : [
        ['tests of core, every branch', ['--coverage', 'tests/core']],
        ['all other tests', ['--exclude', 'tests/core/**']],
      ];
const testRuns = [];
for (const step of testSteps) testRuns.push(await runTests(...step));

const skips = readSkips(readFileSync(ledgerFile, 'utf8'));
rmSync(scratch, { recursive: true, force: true });

const counted = total(gates, testRuns, skips);

console.log();
for (const step of [...gates, ...testRuns]) if (!step.passed) console.log(`failed: ${step.title}`);
if (skips.packages.length > 0) {
  console.log(`缺少 Debian 软件包 · missing Debian packages: ${skips.packages.join(' ')} (.ci/debian.sh)`);
}
console.log(closingLine(counted));
process.exitCode = counted.failed === 0 ? 0 : 1;
