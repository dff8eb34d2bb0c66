import type { OutputWiring, ReturnWiring } from '../../core/wiring.ts';
import type { Failure } from '../../words/failure.ts';
import type { Level } from '../level.ts';
import type { SoundMakerOptions } from '../make/make-sound.ts';
import type { Instead, Programme } from '../programme.ts';
import type { Ways } from './part-feed.ts';
import type { Heard } from './return-ear.ts';

/** A terminal from which sound comes back. */
export interface EarSetting {
  readonly terminal: string;
  readonly output: string;
  readonly via: ReturnWiring['via'];
}

export interface SoundSetup {
  readonly outputs: readonly OutputWiring[];
  readonly ears: readonly EarSetting[];
  readonly maker: Omit<SoundMakerOptions, 'onTrouble'>;
}

/** What the box tells the sound process. `run` numbers one item on one output. */
export type SoundAsk =
  | { readonly do: 'setup'; readonly setup: SoundSetup }
  /** Begin to make it; nothing is heard yet. */
  | { readonly do: 'begin'; readonly run: number; readonly output: string; readonly ways: Ways }
  /** Play it: this much silence, then the sound. What the output played before is dropped. */
  | { readonly do: 'start'; readonly run: number; readonly leadMs: number }
  | { readonly do: 'stop'; readonly run: number }
  | { readonly do: 'prepare'; readonly programmes: readonly Programme[] }
  /** Is its loop still turning? Answered at once with the same word. */
  | { readonly do: 'alive' };

/** What the sound process tells the box. Instants are ms of the machine's monotonic clock, so that both agree. */
export type SoundTell =
  | { readonly say: 'ready' }
  | { readonly say: 'alive' }
  | { readonly say: 'output'; readonly output: string; readonly failure: Failure | null }
  /** The first of the item itself that can be heard has been handed to the output. */
  | { readonly say: 'sounding'; readonly run: number; readonly at: number }
  /** It pauses in its middle, as a recording may; told again once that is over. */
  | { readonly say: 'quiet'; readonly run: number; readonly from: number; readonly until: number | null }
  | { readonly say: 'instead'; readonly run: number; readonly instead: Instead }
  | { readonly say: 'heard'; readonly run: number; readonly terminal: string; readonly heard: Heard }
  | {
      readonly say: 'ended';
      readonly run: number;
      readonly level: Level;
      readonly ms: number;
      readonly failure: Failure | null;
    }
  | { readonly say: 'prepared'; readonly made: number; readonly of: number }
  | { readonly say: 'trouble'; readonly failure: Failure };

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

const words: ReadonlySet<unknown> = new Set([
  'setup',
  'begin',
  'start',
  'stop',
  'prepare',
  'alive',
  'ready',
  'output',
  'sounding',
  'quiet',
  'instead',
  'heard',
  'ended',
  'prepared',
  'trouble',
]);

/** Both ends are this program of the same build; anything else on the channel is passed over. */
export const isSoundAsk = (value: unknown): value is SoundAsk => isRecord(value) && words.has(value['do']);
export const isSoundTell = (value: unknown): value is SoundTell => isRecord(value) && words.has(value['say']);
