import { randomInt } from 'node:crypto';
import { createServer, type ListenOptions, type Server } from 'node:net';
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
  /** Gives its port back; for after the box has ended. */
  readonly close: () => Promise<void>;
}

/** The usual port and those beside it: below the ones that the system gives to anybody who asks for just any. */
const ports = { first: 8480, last: 8579 } as const;

/** Listens there; null where somebody else does. */
const listenAt = (place: string | ListenOptions): Promise<Server | null> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(null));
    server.listen(place, () => resolve(server));
  });

const closed = (server: Server): Promise<void> => new Promise((resolve) => void server.close(() => resolve()));

const isFree = async (port: number): Promise<boolean> => {
  const probe = await listenAt({ port, host: '127.0.0.1' });
  if (probe !== null) await closed(probe);
  return probe !== null;
};

/** A port that no other village takes until it is given back. */
interface Claim {
  readonly port: number;
  readonly giveBack: () => Promise<void>;
}

/**
 * The first port from the usual one up that is free and that no other village has claimed. The box opens it only seconds
 * later, and closes it whenever it restarts, so a look at the port itself says too little: the claim is a name (abstract
 * socket) that the system gives to one process at a time and takes back when that ends, however it ends.
 */
const claimPort = async (port: number = ports.first): Promise<Claim> => {
  if (port > ports.last) {
    const range = `${ports.first}-${ports.last}`;
    throw new Error(`127.0.0.1 的端口 ${range} 都被占用 / all ports ${range} of 127.0.0.1 are taken`);
  }
  const name = await listenAt(`\0mingluo-village-page-${port}`);
  if (name === null) return claimPort(port + 1);
  const giveBack = (): Promise<void> => closed(name);
  if (await isFree(port)) return { port, giveBack };
  await giveBack();
  return claimPort(port + 1);
};

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
  const pins: Record<string, string> = {};
  for (const person of staff) {
    const file = join(runDir, 'keys', `pin-${person}`);
    askProgram(program, ['pin', 'set', person, '--file', file], `${pin}\n`);
    pins[person] = file;
  }
  const { port, giveBack } = await claimPort();
  const listen = `127.0.0.1:${port}`;
  return { url: `http://${listen}/`, pin, overrides: { console: { listen }, pins }, close: giveBack };
};
