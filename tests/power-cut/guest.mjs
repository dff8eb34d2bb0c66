// What runs in the machine: carries the box's connections to the village outside (10.0.2.2, qemu's user network), and
// starts the box again whenever it ends, as its systemd unit would. Told by the kernel's command line: `mode=run` or
// `mode=inspect`, which verifies the journal of the box that was cut off, says what it found, and switches the power off.
import { spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';

const outside = '10.0.2.2';
const program = '/system/app/dist/mingluo.js';
const state = '/mnt/state';
const say = (line) => process.stdout.write(`GUEST ${line}\n`);

const carry = (port) =>
  new Promise((resolve) => {
    const server = createServer({ allowHalfOpen: true, noDelay: true }, (inside) => {
      const far = connect({ port, host: outside, allowHalfOpen: true, noDelay: true });
      for (const [from, to] of [
        [inside, far],
        [far, inside],
      ]) {
        from.pipe(to);
        from.on('error', () => to.destroy());
        from.on('close', () => to.destroy());
      }
    });
    server.listen(port, '127.0.0.1', resolve);
  });

const start = () => {
  const args = ['--max-semi-space-size=1', program, 'run', '--config', '/site/config', '--state', state];
  const box = spawn(process.execPath, [...args, '--overrides', '/tmp/run/overrides.json', '--quiet'], {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, LANG: 'en' },
  });
  box.once('close', (code, signal) => {
    say(`box ended ${String(code ?? signal)}`);
    setTimeout(start, 200);
  });
};

const inspect = () => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, 'journal', 'verify', '--state', state], {
    encoding: 'utf8',
    env: { ...process.env, LANG: 'en' },
  });
  for (const line of `${stdout}${stderr}`.trim().split('\n')) say(`journal ${line}`);
  say(`verified ${String(status)}`);
  spawnSync('/bin/poweroff', ['-f']);
};

if (readFileSync('/proc/cmdline', 'utf8').includes('mode=inspect')) inspect();
else {
  const { ports } = JSON.parse(readFileSync('/site/ports.json', 'utf8'));
  await Promise.all(ports.map(carry));
  say('up');
  start();
}
