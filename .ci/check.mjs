// `npm test`: format, lint, types, build, then every test; all of them run, whatever fails before. Ends with one closing
// line. Arguments go to vitest: `npm test -- tests/house`; the gates run all the same.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { closingLine, readSkips, total } from './count.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), 'mingluo-test-'));
const reportFile = join(scratch, 'vitest.json');
const ledgerFile = join(scratch, 'skips');
writeFileSync(ledgerFile, '');

/** The whole check stays under 15 minutes; a step that hangs is ended and counted as failed. */
const stepMsMax = 13 * 60_000;

const run = (title, command, args) => {
  console.log(`\n── ${title}`);
  const startedAt = Date.now();
  const env = { ...process.env, MINGLUO_SKIPS: ledgerFile };
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: 'inherit', env, timeout: stepMsMax });
  if (error !== undefined) console.error(error.message);
  const passed = status === 0;
  console.log(`── ${title}: ${passed ? 'ok' : 'FAILED'} (${((Date.now() - startedAt) / 1000).toFixed(1)} s)`);
  return { title, passed };
};

const tool = (name) => join(root, 'node_modules/.bin', name);
const gates = [
  run('format', tool('prettier'), ['--check', '--log-level', 'warn', '.']),
  run('lint', tool('eslint'), ['--max-warnings', '0', '.']),
  run('types', tool('tsc'), ['--noEmit']),
  run('types of the page', tool('tsc'), ['--noEmit', '-p', 'src/console/web']),
  run('build', process.execPath, [join(root, '.ci/build.mjs')]),
];
const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${reportFile}`];
const tests = run('tests', tool('vitest'), ['run', ...reporters, ...process.argv.slice(2)]);

const report = existsSync(reportFile) ? JSON.parse(readFileSync(reportFile, 'utf8')) : null;
const skips = readSkips(readFileSync(ledgerFile, 'utf8'));
rmSync(scratch, { recursive: true, force: true });

const counted = total(gates, report, skips);
// vitest can fail without a failed test, for instance on an unhandled rejection.
if (!tests.passed && counted.failed === gates.filter((gate) => !gate.passed).length) counted.failed += 1;

console.log();
for (const gate of gates) if (!gate.passed) console.log(`failed: ${gate.title}`);
if (skips.packages.length > 0) {
  console.log(`缺少 Debian 软件包 · missing Debian packages: ${skips.packages.join(' ')} (.ci/debian.sh)`);
}
console.log(closingLine(counted));
process.exitCode = counted.failed === 0 ? 0 : 1;
