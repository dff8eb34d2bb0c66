import type { Clock } from '../make/clock.ts';
import type { Pcm } from '../pcm.ts';
import type { SoundMaker } from '../programme.ts';
import type { Sink, SinkEvents } from './sink.ts';
import type { SoundSetup, SoundTell } from './sound-messages.ts';

export interface SoundDeskPorts {
  readonly clock: Clock;
  readonly tell: (message: SoundTell) => void;
  readonly maker: (setup: SoundSetup) => SoundMaker;
  readonly sink: (output: SoundSetup['outputs'][number], events: SinkEvents) => Sink;
  /** Records from a device until the returned function is called. */
  readonly record: (device: string, onHeard: (pcm: Pcm) => void) => () => void;
}
