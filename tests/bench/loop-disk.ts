import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';

/** What reached the device so far. */
export interface DeviceCount {
  readonly bytes: number;
  readonly flushes: number;
}

/** A file system of one's own on a loop device: its counters are nobody else's. */
export interface LoopDisk {
  readonly dir: string;
  readonly count: () => DeviceCount;
  readonly close: () => void;
}

const run = (command: string, ...args: readonly string[]): string => {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args[0] ?? ''}: ${stderr.trim()}`);
  return stdout.trim();
};

/** Makes and mounts a fresh ext4 image of 512 MiB below `dir`. Throws where there is no root or no loop device. */
export const openLoopDisk = (dir: string): LoopDisk => {
  const [image, mount] = [join(dir, 'disk.img'), join(dir, 'disk')];
  writeFileSync(image, '');
  truncateSync(image, 512 * 1024 * 1024);
  // Everything the file system would write later by itself is written now.
  run('mkfs.ext4', '-q', '-F', '-E', 'lazy_itable_init=0,lazy_journal_init=0', image);
  mkdirSync(mount, { recursive: true });
  const device = run('losetup', '-f', '--show', image);
  try {
    run('mount', '-o', 'noatime', device, mount);
  } catch (error) {
    run('losetup', '-d', device);
    throw error;
  }
  const count = (): DeviceCount => {
    run('sync', '-f', mount);
    const fields = readFileSync(`/sys/block/${basename(device)}/stat`, 'utf8')
      .trim()
      .split(/\s+/)
      .map(Number);
    return { bytes: (fields[6] ?? 0) * 512, flushes: fields[15] ?? 0 };
  };
  return {
    dir: mount,
    count,
    close: () => {
      run('umount', mount);
      run('losetup', '-d', device);
      rmSync(image);
    },
  };
};
