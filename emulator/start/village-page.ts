import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { askProgram } from './box-process.ts';

/** The page of the village's box: where it listens, and the one PIN of this run. */
export interface VillagePage {
  readonly url: string;
  readonly pin: string;
  /** What the box is told of it. */
  readonly overrides: {
    readonly console: { readonly listen: string };
    readonly pins: Readonly<Record<string, string>>;
  };
}

const usualPort = 8480;

const isFree = (port: number): Promise<number | null> =>
  new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(null));
    probe.listen(port, '127.0.0.1', () => {
      const address = probe.address();
      const free = typeof address === 'object' && address !== null ? address.port : null;
      probe.close(() => resolve(free));
    });
  });

/** The page's usual port where it is free, else another: chosen once, so that it stays the same when the box restarts. */
const choosePort = async (): Promise<number> => (await isFree(usualPort)) ?? (await isFree(0)) ?? usualPort;

/** Made anew for every run, and never one that `pin set` refuses as too easy. */
const newPin = (): string => `${randomInt(1, 10)}${String(randomInt(0, 10_000)).padStart(4, '0')}${randomInt(0, 10)}`;

const isEasy = (pin: string): boolean =>
  new Set(Array.from(pin.slice(1), (digit, index) => Number(digit) - Number(pin[index]))).size === 1;

const pinOfRun = (): string => {
  const pin = newPin();
  return isEasy(pin) ? pinOfRun() : pin;
};

/** PIN files of this run for everybody who works the box, in the run's own folder, made by the box's own command. */
export const makeVillagePage = async (
  program: string,
  runDir: string,
  staff: readonly string[],
): Promise<VillagePage> => {
  const pin = pinOfRun();
  const port = await choosePort();
  const pins: Record<string, string> = {};
  for (const person of staff) {
    const file = join(runDir, 'keys', `pin-${person}`);
    askProgram(program, ['pin', 'set', person, '--file', file], `${pin}\n`);
    pins[person] = file;
  }
  const listen = `127.0.0.1:${port}`;
  return { url: `http://${listen}/`, pin, overrides: { console: { listen }, pins } };
};
