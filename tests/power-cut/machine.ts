import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const root = here('../..');

/** Programs and the Debian packages they come from; nothing of it needs root. */
export const toolsNeeded = [
  ['qemu-system-x86_64', 'qemu-system-x86'],
  ['busybox', 'busybox-static'],
  ['cpio', 'cpio'],
  ['mkfs.ext4', 'e2fsprogs'],
  ['dpkg', 'dpkg'],
  ['apt-get', 'apt'],
] as const;

const path = `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin`;

/** Runs a program to its end; throws with what it said when it fails. */
const done = (command: string, args: readonly string[], cwd: string, input?: string): string => {
  const { status, stdout, stderr } = spawnSync(command, args, {
    ...{ cwd, encoding: 'utf8', env: { ...process.env, PATH: path }, maxBuffer: 64 * 1024 * 1024 },
    ...(input === undefined ? {} : { input }),
  });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${stderr.trim()}`);
  return stdout;
};

export const missingTools = (): readonly string[] =>
  toolsNeeded
    .filter(([binary]) => spawnSync('sh', ['-c', 'command -v "$0"', binary], { env: { PATH: path } }).status !== 0)
    .map(([, debian]) => debian);

/** In the order in which they must be loaded: each asks for those before it. */
const modules = [
  ...['virtio_ring', 'virtio', 'virtio_pci_legacy_dev', 'virtio_pci_modern_dev', 'virtio_pci', 'virtio_blk'],
  ...['failover', 'net_failover', 'virtio_net'],
];

/** Debian's kernel for virtual machines, taken apart without being installed. */
const takeKernel = (dir: string): { readonly kernel: string; readonly modules: readonly string[] } => {
  const depends = done('apt-cache', ['depends', 'linux-image-cloud-amd64'], dir);
  const name = /Depends: (linux-image-\S+)/.exec(depends)?.[1];
  if (name === undefined) throw new Error('linux-image-cloud-amd64: no such package');
  done('apt-get', ['download', name], dir);
  const deb = readdirSync(dir).find((file) => file.endsWith('.deb'));
  done('dpkg', ['-x', deb ?? '', 'kernel'], dir);
  const files = done('find', ['kernel', '-name', '*.ko', '-o', '-name', 'vmlinuz-*'], dir).trim().split('\n');
  const kernel = files.find((file) => basename(file).startsWith('vmlinuz-'));
  if (kernel === undefined) throw new Error(`${name}: no kernel in it`);
  const found = modules.flatMap((module) => files.find((file) => basename(file) === `${module}.ko`) ?? []);
  return { kernel: join(dir, kernel), modules: found.map((file) => join(dir, file)) };
};

const packFirstFiles = (dir: string, kernelModules: readonly string[]): string => {
  const first = join(dir, 'first');
  mkdirSync(join(first, 'modules'), { recursive: true });
  mkdirSync(join(first, 'bin'));
  cpSync('/bin/busybox', join(first, 'bin/busybox'));
  cpSync(here('init.sh'), join(first, 'init'));
  chmodSync(join(first, 'init'), 0o755);
  kernelModules.forEach((file, index) => {
    cpSync(file, join(first, 'modules', `${String(index).padStart(2, '0')}-${basename(file)}`));
  });
  done('sh', ['-c', 'cd first && find . | cpio -o -H newc --quiet | gzip -1 > ../first.gz'], dir);
  return join(dir, 'first.gz');
};

/** An ext4 image that holds a folder; `extraMb` stay free. */
const imageOf = (folder: string, image: string, extraMb: number): string => {
  const usedMb = Number(done('du', ['-sm', folder], '/').split('\t')[0]);
  done('mkfs.ext4', ['-q', '-d', folder, image, `${Math.ceil(usedMb * 1.2) + extraMb}M`], '/');
  return image;
};

/** This Node with every library it links to, and the compiled box with the optional speech package. */
const packSystem = (dir: string): string => {
  const system = join(dir, 'system');
  mkdirSync(join(system, 'lib'), { recursive: true });
  mkdirSync(join(system, 'lib64'));
  cpSync(process.execPath, join(system, 'node'));
  for (const [, library] of done('ldd', [process.execPath], dir).matchAll(/(\/\S+\.so\S*)/g)) {
    const target = library?.includes('ld-linux') === true ? 'lib64' : 'lib';
    cpSync(library ?? '', join(system, target, basename(library ?? '')), { dereference: true });
  }
  const app = join(system, 'app');
  cpSync(join(root, 'dist'), join(app, 'dist'), { recursive: true, filter: (file) => !file.endsWith('.map') });
  const speech = 'node_modules/@echogarden/espeak-ng-emscripten';
  if (existsSync(join(root, speech))) cpSync(join(root, speech), join(app, speech), { recursive: true });
  cpSync(here('guest.mjs'), join(app, 'guest.mjs'));
  return imageOf(system, join(dir, 'system.img'), 16);
};

export interface Parts {
  readonly dir: string;
  readonly kernel: string;
  readonly firstFiles: string;
  readonly system: string;
  readonly data: string;
  readonly close: () => void;
}

/** Everything of the machine but its site. Takes some seconds and a download of the kernel (27 MB). */
export const makeParts = (): Parts => {
  const dir = mkdtempSync(join(tmpdir(), 'mingluo-power-cut-'));
  const { kernel, modules: kernelModules } = takeKernel(dir);
  mkdirSync(join(dir, 'empty'));
  return {
    ...{ dir, kernel, firstFiles: packFirstFiles(dir, kernelModules), system: packSystem(dir) },
    data: imageOf(join(dir, 'empty'), join(dir, 'data.img'), 256),
    close: () => rmSync(dir, { recursive: true, force: true }),
  };
};

/** What the box is told: its site, its keys and overrides, and the ports that lie outside the machine. */
export const packSite = (parts: Parts, fill: (folder: string) => void): string => {
  const folder = join(parts.dir, 'site');
  mkdirSync(folder);
  fill(folder);
  return imageOf(folder, join(parts.dir, 'site.img'), 16);
};

export interface Machine {
  readonly onLine: (listener: (line: string) => void) => void;
  /** The power is gone: what had not reached the disk is lost with the machine's memory. */
  readonly cut: () => Promise<void>;
  readonly ended: Promise<void>;
  readonly isOn: () => boolean;
}

export interface Power {
  readonly mode: 'run' | 'inspect';
  /** What the machine's own clock says when the power comes. */
  readonly wallMs: number;
  readonly logFile: string;
}

/** A site's disk keeps what was flushed; the host's own cache is bypassed (cache=none), as it would survive the cut. */
const driveOf = (file: string, more: string): readonly string[] => [
  '-drive',
  `file=${file},format=raw,if=virtio,${more}`,
];

const ended = (child: ChildProcess): Promise<void> => new Promise((resolve) => child.once('close', () => resolve()));

/** Switches the power on. */
export const switchOn = (parts: Parts, site: string, { mode, wallMs, logFile }: Power): Machine => {
  mkdirSync(dirname(logFile), { recursive: true });
  const child = spawn(
    'qemu-system-x86_64',
    [
      ...['-accel', 'tcg,thread=multi', '-smp', '2', '-m', '768', '-display', 'none', '-serial', 'stdio', '-no-reboot'],
      ...['-monitor', 'none', '-rtc', `base=${new Date(wallMs).toISOString().slice(0, 19)}`],
      ...['-kernel', parts.kernel, '-initrd', parts.firstFiles, '-append', `console=ttyS0 quiet panic=1 mode=${mode}`],
      ...driveOf(parts.data, 'cache=none,aio=threads'),
      ...driveOf(parts.system, 'readonly=on'),
      ...driveOf(site, 'readonly=on'),
      ...['-netdev', 'user,id=outside', '-device', 'virtio-net-pci,netdev=outside'],
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const listeners: ((line: string) => void)[] = [];
  const lines: string[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => {
    lines.push(line.trim());
    for (const listener of listeners) listener(line.trim());
  });
  child.stderr.on('data', (chunk: Buffer) => lines.push(chunk.toString().trim()));
  const gone = ended(child).then(() => writeFileSync(logFile, `${lines.join('\n')}\n`));
  return {
    onLine: (listener) => void listeners.push(listener),
    cut: () => {
      child.kill('SIGKILL');
      return gone;
    },
    ended: gone,
    isOn: () => child.exitCode === null && child.signalCode === null,
  };
};
