import { listen } from '../../emulator/circuit.ts';
import { createPcmStore } from '../../emulator/ear/pcm-store.ts';
import type { WorldCore } from '../../emulator/world-core.ts';
import { silentDbfs } from '../../src/audio/level.ts';
import type { Part, Ways } from '../../src/audio/out/part-feed.ts';
import type { SoundAsk, SoundSetup, SoundTell } from '../../src/audio/out/sound-messages.ts';
import {
  createSoundChild,
  type SoundChild,
  type SoundChildOptions,
  type SoundProcess,
} from '../../src/audio/sound-child.ts';
import type { TerminalWiring } from '../../src/core/wiring.ts';
import { failed, type Failure } from '../../src/words/failure.ts';
import type { Dice } from './dice.ts';
import type { VirtualTime } from './virtual-time.ts';

/** What goes wrong in the sound process; it is the same for every output. */
export type SoundTrouble = 'cannot-make' | 'slow-making' | 'deaf' | null;

export interface SimSound {
  /** The box's sound process: its supervision is real, what it makes and plays is not. */
  readonly child: (options: SoundChildOptions) => SoundChild;
  /** The process dies; its supervisor starts another. */
  readonly crash: () => void;
  readonly setTrouble: (trouble: SoundTrouble) => void;
  /** To be called when faults have changed: an unplugged loudspeaker is told as lost. */
  readonly settle: () => void;
  /** The box is gone, and with it the channel: the process ends and its loudspeakers fall silent. */
  readonly boxDied: () => void;
}

interface SoundParts {
  readonly time: VirtualTime;
  readonly world: WorldCore;
  readonly terminals: readonly TerminalWiring[];
  readonly dice: Dice;
  readonly note: (text: string) => void;
}

/** What still sounds when nothing more comes: the loudspeaker's own buffer. */
const bufferMs = 40;
const channelMs = 1;
const judgeAfterMs = 1_600;
const playedDbfs = -18;

const lengthOf = (part: Part): number => {
  switch (part.make) {
    case 'tone':
    case 'silence':
      return part.durationMs;
    case 'speech':
      return 400 + 190 * part.text.length;
    case 'file':
      return part.expectMs ?? 4_000;
    case 'stored':
      return 5_000;
  }
};

/** A loudspeaker of one output: what comes out of it, and when. */
const createLoudspeaker = ({ time, world, terminals }: SoundParts, output: string) => {
  const own = terminals.filter(({ sound }) => sound === output);
  const store = createPcmStore();
  let playing = false;
  let loud = false;
  const set = (nowPlaying: boolean, nowLoud: boolean): void => {
    [playing, loud] = [nowPlaying, nowLoud];
    for (const terminal of own) listen(world, terminal);
  };
  world.speakers.set(output, {
    serve: () => () => undefined,
    isPlaying: () => playing,
    isLoud: () => playing && loud,
    store,
    refused: () => 0,
  });
  return { set, silentSoon: () => void time.after(bufferMs, () => set(false, false)) };
};

type Loudspeaker = ReturnType<typeof createLoudspeaker>;

interface Run {
  readonly id: number;
  readonly output: string;
  readonly parts: readonly Part[];
  readonly readyAt: number;
  readonly failure: Failure | null;
  startedAt: number | null;
  cancels: (() => void)[];
}

interface Desk {
  readonly obey: (ask: SoundAsk) => void;
  readonly settle: () => void;
  readonly end: () => void;
}

interface DeskPorts extends SoundParts {
  readonly loudspeakers: ReadonlyMap<string, Loudspeaker>;
  readonly trouble: () => SoundTrouble;
  readonly tell: (message: SoundTell) => void;
}

/** Its output cannot be reached: the failure that says so. */
const goneOf = (world: WorldCore, output: string): Failure | null =>
  world.faults.onLine('unplugged', output) === null
    ? null
    : failed('audio-loudspeaker', { output, why: 'unplugged' }).failure;

const heardOf = (deaf: boolean) =>
  deaf
    ? ({ verdict: 'nothing', dbfs: null, similarity: 0 } as const)
    : ({ verdict: 'sounding', dbfs: -30, similarity: 1 } as const);

/** A run whose making begins now: what there is to play, and when it can sound. */
const newRun = ({ time, dice, trouble }: DeskPorts, id: number, output: string, ways: Ways): Run => {
  const [parts = []] = ways;
  const broken = trouble() === 'cannot-make' && parts.some(({ make }) => make !== 'tone');
  const failure = parts.length === 0 ? failed('audio-nothing').failure : null;
  const made = broken ? failed('audio-no-engine', { detail: 'simulated' }).failure : failure;
  const makingMs = trouble() === 'slow-making' ? dice.whole(2_000, 20_000) : dice.whole(3, 400);
  return { id, output, parts, readyAt: time.now() + makingMs, failure: made, startedAt: null, cancels: [] };
};

/** The runs that are under way: each sounds on its loudspeaker and ends once. */
const createRuns = (ports: DeskPorts, judge: (run: Run) => void) => {
  const { time, world, loudspeakers, tell, note } = ports;
  const runs = new Map<number, Run>();

  const finish = (run: Run, failure: Failure | null): void => {
    if (!runs.delete(run.id)) return;
    for (const cancel of run.cancels) cancel();
    const { startedAt } = run;
    if (startedAt !== null) loudspeakers.get(run.output)?.silentSoon();
    const ms = startedAt === null ? 0 : Math.max(0, time.now() - startedAt);
    const rmsDbfs = ms > 0 ? playedDbfs : silentDbfs;
    tell({ say: 'ended', run: run.id, level: { rmsDbfs, peakDbfs: rmsDbfs }, ms, failure: failure ?? run.failure });
  };
  /** Plays the parts one behind the other, each from its own moment. */
  const sound = (run: Run): void => {
    const speaker = loudspeakers.get(run.output);
    run.startedAt = time.now();
    note(`loudspeaker ${run.output} sounds`);
    tell({ say: 'sounding', run: run.id, at: time.now() });
    let at = time.now();
    for (const part of run.parts) {
      run.cancels.push(time.at(at, () => speaker?.set(true, part.make !== 'silence')));
      at += lengthOf(part);
    }
    run.cancels.push(
      time.after(judgeAfterMs, () => judge(run)),
      time.at(at, () => finish(run, null)),
    );
  };
  const start = (run: Run, leadMs: number): void => {
    for (const other of [...runs.values()])
      if (other !== run && other.output === run.output && other.startedAt !== null) finish(other, null);
    const gone = goneOf(world, run.output);
    if (gone !== null || run.failure !== null) finish(run, gone);
    else run.cancels.push(time.at(Math.max(run.readyAt, time.now() + leadMs), () => sound(run)));
  };
  return { runs, start, finish };
};

/** What the sound process does with what it is told, with made-up sound in place of samples. */
const createDesk = (ports: DeskPorts): Desk => {
  const { world, loudspeakers, trouble, tell } = ports;
  const lost = new Map<string, boolean>();
  let setup: SoundSetup | null = null;

  const judge = (run: Run): void => {
    for (const ear of setup?.ears ?? []) {
      if (ear.output !== run.output) continue;
      tell({ say: 'heard', run: run.id, terminal: ear.terminal, heard: heardOf(trouble() === 'deaf') });
    }
  };
  const { runs, start, finish } = createRuns(ports, judge);
  const settle = (): void => {
    for (const { id } of setup?.outputs ?? []) {
      const failure = goneOf(world, id);
      if (lost.get(id) === (failure !== null)) continue;
      lost.set(id, failure !== null);
      tell({ say: 'output', output: id, failure });
      if (failure !== null) for (const run of [...runs.values()]) if (run.output === id) finish(run, failure);
    }
  };
  return {
    settle,
    obey: (ask) => {
      if (ask.do === 'setup') {
        setup = ask.setup;
        tell({ say: 'ready' });
        settle();
      } else if (ask.do === 'begin') runs.set(ask.run, newRun(ports, ask.run, ask.output, ask.ways));
      else if (ask.do === 'prepare') tell({ say: 'prepared', made: ask.programmes.length, of: ask.programmes.length });
      else if (ask.do === 'alive') tell({ say: 'alive' });
      else {
        const run = runs.get(ask.run);
        if (run !== undefined && ask.do === 'start') start(run, ask.leadMs);
        else if (run !== undefined) finish(run, null);
      }
    },
    end: () => {
      for (const run of runs.values()) for (const cancel of run.cancels) cancel();
      runs.clear();
      for (const speaker of loudspeakers.values()) speaker.silentSoon();
    },
  };
};

/** A sound process behind its channel; none of its words arrive once it has ended, or once its box is dead. */
const startProcess = (
  time: VirtualTime,
  isHeard: () => boolean,
  openDesk: (tell: DeskPorts['tell']) => Desk,
): SoundProcess => {
  let hear: (message: unknown) => void = () => undefined;
  let running = true;
  let gone = (): void => undefined;
  const later = (call: () => void): void =>
    void time.after(channelMs, () => {
      if (running && isHeard()) call();
    });
  const desk = openDesk((message) => later(() => hear(message)));
  const stop = (): void => {
    if (!running) return;
    running = false;
    desk.end();
    if (isHeard()) gone();
  };
  return {
    send: (ask) => later(() => desk.obey(ask)),
    onMessage: (take) => void (hear = take),
    onExit: (told) => void (gone = told),
    end: () => void time.after(channelMs, stop),
    kill: stop,
    pid: 1,
  };
};

/** The sound process of the simulated world, and the network loudspeakers it feeds. */
export const simSound = (parts: SoundParts, outputs: readonly string[]): SimSound => {
  const { time } = parts;
  const loudspeakers = new Map(outputs.map((output) => [output, createLoudspeaker(parts, output)]));
  let trouble: SoundTrouble = null;
  let desk: Desk | null = null;
  let exit = (): void => undefined;

  const end = (): void => {
    desk?.end();
    desk = null;
  };
  const child: SimSound['child'] = (options) => {
    let alive = true;
    closeEarlier();
    closeEarlier = () => void (alive = false);
    return createSoundChild({
      ...options,
      aheadMs: 0,
      clock: {
        now: () => time.now(),
        after: (ms, call) => time.after(ms, () => (alive ? call() : undefined)),
      },
      start: () => {
        const started = startProcess(
          time,
          () => alive,
          (tell) => {
            const mine = createDesk({ ...parts, loudspeakers, trouble: () => trouble, tell });
            desk = mine;
            return {
              ...mine,
              end: () => {
                mine.end();
                if (desk === mine) desk = null;
              },
            };
          },
        );
        exit = started.kill;
        return started;
      },
    });
  };
  let closeEarlier = (): void => undefined;
  return {
    child,
    crash: () => {
      parts.note('sound process dies');
      exit();
    },
    setTrouble: (next) => void (trouble = next),
    settle: () => desk?.settle(),
    boxDied: () => {
      closeEarlier();
      end();
    },
  };
};
