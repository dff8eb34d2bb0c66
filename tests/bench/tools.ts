import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const here = fileURLToPath(new URL('.', import.meta.url));
export const root = fileURLToPath(new URL('../..', import.meta.url));

/** A tool of a Debian package that a section cannot do without. */
export interface Tool {
  readonly debian: string;
  /** A command, or a file with its whole path. */
  readonly binary: string;
}

export const gcc: Tool = { debian: 'gcc', binary: 'gcc' };
export const libmodbus: Tool = { debian: 'libmodbus-dev', binary: '/usr/include/modbus/modbus.h' };

export const isThere = ({ binary }: Tool): boolean =>
  binary.startsWith('/') ? existsSync(binary) : spawnSync('sh', ['-c', 'command -v "$0"', binary]).status === 0;

/** Where compiled rigs lie; below node_modules, so that packages are found from there. */
export interface Workshop {
  readonly dir: string;
  /** The binary of a C program in `rigs/`. */
  readonly compile: (source: string, flags?: readonly string[]) => string;
  /** The bundle of a TypeScript program beside this file, as it would be shipped. */
  readonly bundle: (source: string) => Promise<string>;
  readonly close: () => void;
}

export const openWorkshop = (): Workshop => {
  const dir = mkdtempSync(join(root, 'node_modules/.mingluo-bench-'));
  const made = new Map<string, string>();
  return {
    dir,
    compile: (source, flags = []) => {
      const known = made.get(source);
      if (known !== undefined) return known;
      const binary = join(dir, basename(source, '.c'));
      const args = ['-O2', '-Wall', '-o', binary, join(here, 'rigs', source), ...flags];
      const { status, stderr } = spawnSync('gcc', args, { encoding: 'utf8' });
      if (status !== 0) throw new Error(`gcc ${source}: ${stderr}`);
      made.set(source, binary);
      return binary;
    },
    bundle: async (source) => {
      const known = made.get(source);
      if (known !== undefined) return known;
      const outfile = join(dir, `${basename(source, '.ts')}.mjs`);
      const banner = { js: `import{createRequire as r}from'node:module';const require=r(import.meta.url);` };
      await build({
        entryPoints: [join(here, source)],
        ...{ outfile, bundle: true, platform: 'node', format: 'esm', target: 'node20', packages: 'external', banner },
      });
      made.set(source, outfile);
      return outfile;
    },
    close: () => rmSync(dir, { recursive: true, force: true }),
  };
};

/** Gives it a far larger share of a busy machine; only root may, and elsewhere it is left out. */
const ahead = (): readonly string[] => {
  const { status, stderr } = spawnSync('nice', ['-n', '-15', 'true'], { encoding: 'utf8' });
  return status === 0 && stderr === '' ? ['nice', '-n', '-15'] : [];
};

const apart = (): readonly string[] => {
  const processors = availableParallelism();
  const may = processors > 1 && spawnSync('taskset', ['-c', '0', 'true']).status === 0;
  return may ? ['taskset', '-c', `0-${processors - 2}`] : [];
};

const first = (): readonly string[] =>
  spawnSync('chrt', ['-f', '20', 'true']).status === 0 ? ['chrt', '-f', '20'] : ahead();

/**
 * The command on the processors that the paced bus leaves free, and before other programs where that is allowed: programs
 * are compared, not what else the machine had to do. Peer, floor and ours are all started so.
 */
export const besideTheBus = (command: string, args: readonly string[]): readonly [string, readonly string[]] => {
  const [program = command, ...rest] = [...ahead(), ...apart(), command, ...args];
  return [program, rest];
};

/**
 * The same for a client that only keeps a line's time and rests in between: before everything else, as the line itself,
 * where that is allowed. Never the whole box, which could hold the machine if something went wrong with it.
 */
export const onTimeBesideTheBus = (command: string, args: readonly string[]): readonly [string, readonly string[]] => {
  const [program = command, ...rest] = [...first(), ...apart(), command, ...args];
  return [program, rest];
};
