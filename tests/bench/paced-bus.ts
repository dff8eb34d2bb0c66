import { Talker } from './talker.ts';
import type { Workshop } from './tools.ts';

export interface BusOptions {
  readonly baud: number;
  readonly units: number;
  readonly dead?: string;
  readonly turnaroundUs?: number;
  readonly strict?: boolean;
  /** The units are sirens of the project's own profile. */
  readonly sirens?: boolean;
}

/** What the wire saw since the last report; times in microseconds. */
export interface BusReport {
  readonly requests: number;
  readonly replies: number;
  readonly broadcasts: number;
  readonly damaged: number;
  readonly early: number;
  readonly dropped: number;
  readonly collisions: number;
  readonly neededUs: number;
  readonly elapsedUs: number;
  readonly silenceUs: number;
  readonly gapP50Us: number;
  readonly gapP90Us: number;
  readonly gapP99Us: number;
  readonly sirensOn: number;
  readonly lastOnUs: number;
}

export interface SeenFrame {
  /** CLOCK_MONOTONIC of its first byte, nanoseconds: the scale of `process.hrtime`. */
  readonly at: bigint;
  readonly hex: string;
}

/** A paced line on a pseudo terminal: see rigs/paced-bus.c. */
export interface PacedBus {
  readonly path: string;
  readonly report: () => Promise<BusReport>;
  readonly frames: () => Promise<readonly SeenFrame[]>;
  readonly setDead: (list: string) => void;
  readonly close: () => Promise<void>;
}

export const openBus = async (workshop: Workshop, options: BusOptions): Promise<PacedBus> => {
  const { baud, units, dead, turnaroundUs, strict, sirens } = options;
  const talker = new Talker(workshop.compile('paced-bus.c', ['-lutil']), [
    String(baud),
    ...['--units', String(units)],
    ...(dead === undefined ? [] : ['--dead', dead]),
    ...(turnaroundUs === undefined ? [] : ['--turnaround', String(turnaroundUs)]),
    ...(sirens === true ? ['--sirens'] : []),
    ...(strict === true ? ['--strict'] : []),
  ]);
  const path = await talker.line();
  return {
    path,
    report: async () => {
      talker.say('report');
      return JSON.parse(await talker.line()) as BusReport;
    },
    frames: async () => {
      talker.say('frames');
      const frames: SeenFrame[] = [];
      for (let line = await talker.line(); line !== ''; line = await talker.line()) {
        const [at = '0', hex = ''] = line.split(' ');
        frames.push({ at: BigInt(at), hex });
      }
      return frames;
    },
    setDead: (list) => talker.say(`dead ${list}`),
    close: () => talker.close(),
  };
};

/**
 * Wire time needed, over wire time needed plus what the client lost between a reply and its next request: by the median
 * loss, so that a moment in which the host did something else does not count.
 */
export const efficiencyOf = ({ neededUs, gapP50Us, silenceUs, replies }: BusReport): number =>
  neededUs / (neededUs + (gapP50Us - silenceUs) * replies);

/** The same over the whole run, the host's moments included. */
export const plainEfficiencyOf = ({ neededUs, elapsedUs }: BusReport): number => neededUs / elapsedUs;
