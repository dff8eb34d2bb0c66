import type { OutputWiring } from '../../core/wiring.ts';
import type { Failure } from '../../words/failure.ts';
import { machineAheadMs } from '../machine-clock.ts';
import type { Clock } from '../make/clock.ts';
import { samplesOfMs, type Pcm } from '../pcm.ts';
import type { SoundMaker } from '../programme.ts';
import { createLoudWatch, type LoudEvents } from './loud-watch.ts';
import { createPacer, type Feed, type Pacer } from './pacer.ts';
import { createPartFeed, type PartFeed, type Ways } from './part-feed.ts';
import { createReturnEar, type ReturnEar } from './return-ear.ts';
import type { Sink, SinkState } from './sink.ts';
import type { EarSetting } from './sound-messages.ts';
import type { SoundDeskPorts } from './sound-desk-ports.ts';

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

/** The run's sound with its lead-in; of the sound itself is told when it can be heard. */
const feedOf = ({ parts }: Run, leadMs: number, events: LoudEvents): Feed => {
  let leadSamples = samplesOfMs(leadMs);
  const watch = createLoudWatch(events);
  return (samples) => {
    if (leadSamples > 0) {
      const lead = new Int16Array(Math.min(samples, leadSamples));
      leadSamples -= lead.length;
      return lead;
    }
    const pcm = parts.feed(samples);
    if (pcm !== null) watch(pcm, samples);
    return pcm;
  };
};

class Playing implements PlayingOutput {
  private readonly options: PlayingOutputOptions;
  private readonly sink: Sink;
  private readonly pacer: Pacer;
  private begun: readonly Run[] = [];
  private stopRecording: () => void = () => undefined;
  private isPatient = false;
  private forgetPatience: () => void = () => undefined;

  constructor(options: PlayingOutputOptions) {
    this.options = options;
    this.sink = options.sink(options.output, {
      onHeard: (pcm) => this.hear('pcm-tcp', null, pcm),
      onState: (state) => this.noteState(state),
    });
    this.pacer = createPacer({ drop: () => this.sink.drop(), write: (frame) => this.write(frame) }, options.clock);
  }

  begin(id: number, ways: Ways, over: () => void): void {
    const { maker, tell, ears } = this.options;
    const parts = createPartFeed(maker, ways, { onInstead: (instead) => tell({ say: 'instead', run: id, instead }) });
    const own = new Map(ears.map(({ terminal }) => [terminal, createReturnEar()]));
    this.begun = [...this.begun, { id, parts, ears: own, over, isPlaying: false, isLoud: false }];
  }

  start(id: number, leadMs: number): void {
    const run = this.find(id);
    if (run === undefined || run.isPlaying) return;
    const before = this.playing();
    if (before !== undefined) this.end(before);
    const state = this.sink.state();
    if (state.state === 'gone') {
      this.finish(run, state.failure);
      return;
    }
    run.isPlaying = true;
    this.listen();
    this.pacer.play(
      feedOf(run, leadMs, {
        onLoud: () => this.sounds(run),
        onQuiet: (quietMs, isOver) => this.tellQuiet(run, quietMs, isOver),
      }),
      () => this.finish(run, null),
    );
  }

  stop(id: number): void {
    const run = this.find(id);
    if (run !== undefined) this.end(run);
  }

  close(): void {
    this.forgetPatience();
    for (const run of this.begun) this.end(run);
    this.stopRecording();
    this.sink.close();
  }

  private find(id: number): Run | undefined {
    return this.begun.find((run) => run.id === id);
  }

  private playing(): Run | undefined {
    return this.begun.find((run) => run.isPlaying);
  }

  private write(frame: Pcm): boolean {
    for (const ear of this.playing()?.ears.values() ?? []) ear.sent(this.options.clock.now(), frame);
    return this.sink.write(frame);
  }

  private hear(kind: 'alsa' | 'pcm-tcp', terminal: string | null, pcm: Pcm): void {
    const { ears, clock } = this.options;
    for (const ear of ears) {
      if (ear.via.kind !== kind || (terminal !== null && ear.terminal !== terminal)) continue;
      this.playing()?.ears.get(ear.terminal)?.heard(clock.now(), pcm);
    }
  }

  private sounds(run: Run): void {
    const { tell, clock } = this.options;
    run.isLoud = true;
    tell({ say: 'sounding', run: run.id, at: clock.now() + machineAheadMs() });
    clock.after(firstJudgementMs, () => {
      if (this.begun.includes(run)) this.report(run);
    });
  }

  private tellQuiet({ id }: Run, quietMs: number, isOver: boolean): void {
    const { tell, clock } = this.options;
    const now = clock.now() + machineAheadMs();
    tell({ say: 'quiet', run: id, from: now - quietMs, until: isOver ? now : null });
  }

  private report(run: Run): void {
    for (const [terminal, ear] of run.ears)
      this.options.tell({ say: 'heard', run: run.id, terminal, heard: ear.judge() });
  }

  private noteState(state: SinkState): void {
    const { tell, output, clock } = this.options;
    tell({ say: 'output', output: output.id, failure: state.state === 'gone' ? state.failure : null });
    // Each attempt that fails says so again: none of them begins the patience anew.
    if (state.state === 'gone' && this.isPatient) return;
    this.forgetPatience();
    this.isPatient = state.state === 'gone';
    if (state.state === 'gone') this.forgetPatience = clock.after(patienceMs, () => this.fail(state.failure));
  }

  /** Whatever plays into an output that does not come back has failed. */
  private fail(failure: Failure): void {
    this.isPatient = false;
    const run = this.playing();
    if (run === undefined) return;
    this.pacer.stop();
    this.finish(run, failure);
  }

  private end(run: Run): void {
    if (run.isPlaying) this.pacer.stop();
    this.finish(run, null);
  }

  private finish(run: Run, why: Failure | null): void {
    if (!this.begun.includes(run)) return;
    const { level, ms, failure } = run.parts.played();
    if (run.isLoud) this.report(run);
    run.parts.stop();
    this.begun = this.begun.filter((one) => one !== run);
    if (this.playing() === undefined) this.stopRecording();
    run.over();
    this.options.tell({ say: 'ended', run: run.id, level, ms, failure: why ?? failure });
  }

  /** Recording devices are open only while something plays. */
  private listen(): void {
    const { ears, record } = this.options;
    this.stopRecording();
    const stops = ears.flatMap(({ terminal, via }) =>
      via.kind === 'alsa' ? [record(via.device, (pcm) => this.hear('alsa', terminal, pcm))] : [],
    );
    this.stopRecording = () => stops.forEach((stop) => stop());
  }
}

export const createPlayingOutput = (options: PlayingOutputOptions): PlayingOutput => new Playing(options);
