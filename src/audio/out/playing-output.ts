import type { OutputWiring } from '../../core/wiring.ts';
import type { Failure } from '../../words/failure.ts';
import type { Clock } from '../make/clock.ts';
import { samplesOfMs, type Pcm } from '../pcm.ts';
import type { SoundMaker } from '../programme.ts';
import { createPacer } from './pacer.ts';
import { createPartFeed, type PartFeed, type Ways } from './part-feed.ts';
import { createReturnEar, type ReturnEar } from './return-ear.ts';
import type { Sink, SinkEvents } from './sink.ts';
import type { EarSetting } from './sound-messages.ts';
import type { SoundDeskPorts } from './sound-desk.ts';

export interface PlayingOutputOptions extends Pick<SoundDeskPorts, 'tell' | 'sink' | 'record'> {
  readonly clock: Clock;
  readonly output: OutputWiring;
  readonly ears: readonly EarSetting[];
  readonly maker: SoundMaker;
}

/** One sound output with what it plays now. */
export interface PlayingOutput {
  /** `onOver` is called once, when the run is over by whatever way. */
  readonly begin: (run: number, ways: Ways, onOver: () => void) => void;
  readonly start: (run: number, leadMs: number) => void;
  readonly stop: (run: number) => void;
  readonly close: () => void;
}

interface Run {
  readonly id: number;
  readonly parts: PartFeed;
  readonly ears: ReadonlyMap<string, ReturnEar>;
  readonly over: () => void;
  isPlaying: boolean;
  isLoud: boolean;
}

/** Enough has come back after this much sound to say whether it sounds. */
const firstJudgementMs = 1_600;
/** An output that is lost while it plays may come back within this; then the item has failed. */
const patienceMs = 2_500;

const wallOf = (now: number): number => performance.timeOrigin + now;

export const createPlayingOutput = (options: PlayingOutputOptions): PlayingOutput => {
  const { clock, tell, output, maker, ears } = options;
  let begun: readonly Run[] = [];
  let stopRecording = (): void => undefined;
  let forgetPatience = (): void => undefined;

  const playing = (): Run | undefined => begun.find((run) => run.isPlaying);
  const hear = (terminals: readonly EarSetting[], pcm: Pcm): void => {
    for (const { terminal } of terminals) playing()?.ears.get(terminal)?.heard(clock.now(), pcm);
  };
  const events: SinkEvents = {
    onHeard: (pcm) =>
      hear(
        ears.filter(({ via }) => via.kind === 'pcm-tcp'),
        pcm,
      ),
    onState: (state) => {
      tell({ say: 'output', output: output.id, failure: state.state === 'gone' ? state.failure : null });
      forgetPatience();
      if (state.state === 'gone') forgetPatience = clock.after(patienceMs, () => fail(state.failure));
    },
  };
  const sink = options.sink(output, events);
  const watched: Pick<Sink, 'write' | 'drop'> = {
    drop: sink.drop,
    write: (frame) => {
      for (const ear of playing()?.ears.values() ?? []) ear.sent(clock.now(), frame);
      return sink.write(frame);
    },
  };
  const pacer = createPacer(watched, clock);

  const report = (run: Run): void => {
    for (const [terminal, ear] of run.ears) tell({ say: 'heard', run: run.id, terminal, heard: ear.judge() });
  };
  const finish = (run: Run, why: Failure | null): void => {
    if (!begun.includes(run)) return;
    const { level, ms, failure } = run.parts.played();
    if (run.isLoud) report(run);
    run.parts.stop();
    begun = begun.filter((one) => one !== run);
    if (playing() === undefined) stopRecording();
    run.over();
    tell({ say: 'ended', run: run.id, level, ms, failure: why ?? failure });
  };
  /** Whatever plays into an output that does not come back has failed. */
  const fail = (failure: Failure): void => {
    for (const run of begun.filter(({ isPlaying }) => isPlaying)) {
      pacer.stop();
      finish(run, failure);
    }
  };
  const listen = (): void => {
    stopRecording();
    const recorded = ears.flatMap((ear) => (ear.via.kind === 'alsa' ? [{ ear, device: ear.via.device }] : []));
    const stops = recorded.map(({ ear, device }) => options.record(device, (pcm) => hear([ear], pcm)));
    stopRecording = () => stops.forEach((stop) => stop());
  };

  /** The feed with its lead-in, and a word at the first sample of the sound itself. */
  const feedOf = (run: Run, leadMs: number) => {
    let leadSamples = samplesOfMs(leadMs);
    return (samples: number): Pcm | null => {
      if (leadSamples > 0) {
        const lead = new Int16Array(Math.min(samples, leadSamples));
        leadSamples -= lead.length;
        return lead;
      }
      const pcm = run.parts.feed(samples);
      if (pcm !== null && pcm.length > 0 && !run.isLoud) {
        run.isLoud = true;
        tell({ say: 'sounding', run: run.id, at: wallOf(clock.now()) });
        clock.after(firstJudgementMs, () => {
          if (begun.includes(run)) report(run);
        });
      }
      return pcm;
    };
  };

  const stop = (run: Run): void => {
    if (run.isPlaying) pacer.stop();
    finish(run, null);
  };

  return {
    begin: (id, ways, over) => {
      const parts = createPartFeed(maker, ways, {
        onReady: () => undefined,
        onInstead: (instead) => tell({ say: 'instead', run: id, instead }),
      });
      const own = new Map(ears.map(({ terminal }) => [terminal, createReturnEar()]));
      begun = [...begun, { id, parts, ears: own, over, isPlaying: false, isLoud: false }];
    },
    start: (id, leadMs) => {
      const run = begun.find((one) => one.id === id);
      if (run === undefined || run.isPlaying) return;
      const before = playing();
      if (before !== undefined) stop(before);
      const state = sink.state();
      if (state.state === 'gone') {
        finish(run, state.failure);
        return;
      }
      run.isPlaying = true;
      listen();
      pacer.play(feedOf(run, leadMs), () => finish(run, null));
    },
    stop: (id) => {
      const run = begun.find((one) => one.id === id);
      if (run !== undefined) stop(run);
    },
    close: () => {
      forgetPatience();
      for (const run of begun) stop(run);
      stopRecording();
      sink.close();
    },
  };
};
