/**
 * The box's own Modbus line for a foreign measuring rig: `create({ path, baud, bits })` gives
 * `{ read(unit, address, count), writeCoil(unit, address, on), close() }`. Unit 0 is broadcast, which nobody answers.
 * The line is bundled from its sources, its worker thread is the compiled one of dist/. `create` ends when the line has
 * rehearsed, as it has in a box that is up for a second.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = new URL('../../../', import.meta.url);

const openLineOfSources = async () => {
  const dir = mkdtempSync(fileURLToPath(new URL('node_modules/.mingluo-plugin-', root)));
  const outfile = join(dir, 'open-line.mjs');
  const entry = fileURLToPath(new URL('src/bus/open-line.ts', root));
  const esbuild = fileURLToPath(new URL('node_modules/.bin/esbuild', root));
  try {
    // A process of its own: what the bundler leaves behind here would be counted with the line.
    const form = ['--bundle', '--packages=external', '--platform=node', '--format=esm', '--target=node20'];
    execFileSync(esbuild, [entry, `--outfile=${outfile}`, ...form, '--log-level=error']);
    return (await import(pathToFileURL(outfile).href)).openLine;
  } finally {
    rmSync(dir, { recursive: true });
  }
};

const lookEveryMs = 20;

// At load: what the rig counts begins with `create`.
const openLine = await openLineOfSources();

export const create = async ({ path, baud, bits = 10, turnaroundMs = 100 }) => {
  const wiring = {
    ...{ id: 'plugin', speaks: 'modbus-rtu', echoes: false, adapterLatencyMs: 0, pollEveryMs: 1000 },
    port: { kind: 'serial', path, baud, parity: bits === 11 ? 'even' : 'none', stopBits: 1 },
  };
  const line = openLine(wiring, { workerUrl: new URL('dist/serial-line.entry.js', root) });
  while (!line.isRehearsed) await setTimeout(lookEveryMs);
  const submit = async (lane, unit, pdu) => {
    const reply = await line.submit({
      ...{ lane, unit, pdu: Uint8Array.from(pdu), trace: null },
      turnaroundMs: unit === 0 ? 0 : turnaroundMs,
    });
    if (!reply.ok) throw new Error(reply.failure.code);
    return reply.pdu;
  };
  return {
    read: (unit, address, count) => submit('poll', unit, [3, address >> 8, address & 255, count >> 8, count & 255]),
    writeCoil: (unit, address, on) => submit('alarm', unit, [5, address >> 8, address & 255, on ? 255 : 0, 0]),
    close: () => line.close(),
  };
};
