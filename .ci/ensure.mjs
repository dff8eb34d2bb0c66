// Runs before `npm start` and `npm test`: brings the dependencies to what package-lock.json says, and does nothing when they
// already are. Plain Node without packages, because it must work before the first install. Old syntax where it matters: an
// old Node has to get as far as the sentence that says it is too old.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const nodeMin = [20, 19];

const fail = (zh, en) => {
  console.error('\n' + zh + '\n' + en + '\n');
  process.exit(1);
};

const isOlder = (version) => {
  const [major, minor] = version.split('.').map(Number);
  return major < nodeMin[0] || (major === nodeMin[0] && minor < nodeMin[1]);
};

const packagesOf = (file) => {
  try {
    return JSON.parse(readFileSync(root + file, 'utf8')).packages;
  } catch {
    // Missing or cut short: npm writes node_modules/.package-lock.json last, so an interrupted install has none.
    return null;
  }
};

/** Compares what is installed with what is wanted, package by package; times of files say nothing after a checkout. */
const isInstalled = () => {
  const wanted = packagesOf('package-lock.json');
  const present = packagesOf('node_modules/.package-lock.json');
  if (wanted === null) fail('找不到 package-lock.json。', 'package-lock.json cannot be read.');
  if (present === null) return false;
  const same = (path) => present[path].version === (wanted[path] || {}).version;
  // An optional package of another platform is wanted by the lock and rightly absent here.
  const isComplete = Object.keys(wanted).every(
    (path) => path === '' || path in present || wanted[path].optional === true,
  );
  return isComplete && Object.keys(present).every(same);
};

const install = () => {
  console.log('正在安装依赖（首次约需一分钟）……\nInstalling dependencies (about a minute the first time)…');
  const startedAt = Date.now();
  const seconds = () => Math.round((Date.now() - startedAt) / 1000);
  const progress = setInterval(() => console.log('  … ' + seconds() + ' s'), 5000);
  const failInstall = (why) =>
    fail(
      '依赖安装失败（' + why + '）。请检查网络和 npm 源（npm config get registry），然后重试同一条命令。',
      'The dependencies could not be installed (' +
        why +
        '). Check the network and the registry (npm config get registry), then run the same command again.',
    );
  const child = spawn('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: root, stdio: 'inherit' });
  child.on('error', (error) => failInstall(error.message));
  child.on('exit', (code, signal) => {
    clearInterval(progress);
    if (code !== 0) failInstall('npm ci: ' + (signal === null ? 'exit ' + code : signal));
    console.log('依赖已就绪 · dependencies ready (' + seconds() + ' s)');
  });
};

if (isOlder(process.versions.node)) {
  fail(
    'Node.js 版本过低：需要 ' + nodeMin.join('.') + ' 或更高，当前为 ' + process.versions.node + '。',
    'Node.js is too old: ' + nodeMin.join('.') + ' or newer is needed, this is ' + process.versions.node + '.',
  );
} else if (!isInstalled()) {
  install();
}
