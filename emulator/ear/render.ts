import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { PcmStore } from './pcm-store.ts';
import type { Sound, Stretch, Timeline } from './timeline.ts';
import type { Speech } from './speech.ts';
import { createWav, sampleRate, type WavFile } from './wav.ts';

export interface Recording {
  readonly durationMs: number;
  /** WAV by terminal. */
  readonly files: Readonly<Record<string, string>>;
  readonly mix: string;
  /** True when speech had to be replaced by shaped noise. */
  readonly speechIsNoise: boolean;
}

export interface RenderOptions {
  readonly timeline: Timeline;
  readonly terminals: readonly string[];
  readonly folder: string;
  readonly speech: Speech;
  /** What came over the network, by sound output. */
  readonly stores?: ReadonlyMap<string, PcmStore>;
}

const blockSamples = sampleRate;
/** A WAV holds at most this much of a run: its last hours. */
const longestMs = 4 * 3_600_000;
const fadeSamples = 80;
const toneLevel = 0.5;
/** What one terminal alone has in the mix. */
const mixLevel = 0.5;
/** All together stay below full scale by this. */
const mixRoom = 0.95;
/** No sample of this kind of sound is larger; those of speech and of the network may come near full scale. */
const peaks: Readonly<Record<Sound['kind'], number>> = { tone: toneLevel, clip: toneLevel, speech: 1, pcm: 1 };

const sampleAt = (ms: number): number => Math.round((ms * sampleRate) / 1000);

type Voice = (sample: number) => number;

/** A stored clip, as far as the village knows it: a trembling tone of its own for each track. */
const clipVoice = (track: number): Voice => {
  const hz = 440 + 20 * (track % 20);
  return (sample) => {
    const seconds = sample / sampleRate;
    return toneLevel * Math.sin(2 * Math.PI * hz * seconds) * (0.6 + 0.4 * Math.sin(2 * Math.PI * 4 * seconds));
  };
};

/** The samples that came over the network between these instants, as they were heard. */
const heardVoice = (store: PcmStore | undefined, fromMs: number, toMs: number): Voice => {
  const start = sampleAt(fromMs);
  const heard = store?.between(fromMs, toMs) ?? new Float32Array(0);
  return (sample) => heard[sample - start] ?? 0;
};

const voiceOf = async (sound: Exclude<Sound, { kind: 'pcm' }>, speech: Speech): Promise<Voice> => {
  if (sound.kind === 'tone') {
    const { hz, level } = sound;
    return (sample) => level * toneLevel * Math.sin((2 * Math.PI * hz * sample) / sampleRate);
  }
  if (sound.kind === 'clip') return clipVoice(sound.track);
  const spoken = await speech.samples(sound.text);
  const start = sampleAt(sound.startsAt);
  return (sample) => spoken[sample - start] ?? 0;
};

interface Part {
  readonly from: number;
  readonly to: number;
  readonly voice: Voice;
  readonly peak: number;
}

type Ears = Pick<RenderOptions, 'speech' | 'stores'>;

const partOf = async ({ fromMs, toMs, sound }: Stretch, endMs: number, { speech, stores }: Ears): Promise<Part> => ({
  from: sampleAt(fromMs),
  to: sampleAt(toMs ?? endMs),
  peak: peaks[sound.kind],
  voice:
    sound.kind === 'pcm' ? heardVoice(stores?.get(sound.output), fromMs, toMs ?? endMs) : await voiceOf(sound, speech),
});

/** Adds a part to a block that begins at sample `start`, with short fades so that switching does not click. */
const addPart = (block: Float32Array, start: number, { from, to, voice }: Part): void => {
  const last = Math.min(to, start + block.length);
  for (let sample = Math.max(from, start); sample < last; sample += 1) {
    const fade = Math.min(1, (sample - from) / fadeSamples, (to - sample) / fadeSamples);
    block[sample - start] = (block[sample - start] ?? 0) + fade * voice(sample);
  }
};

const within = (parts: readonly Part[], start: number): readonly Part[] =>
  parts.filter((part) => part.from < start + blockSamples && part.to > start);

/** How loud each voice may be in the mix of the block that begins at `start`: together they cannot clip. */
const levelOf = (tracks: readonly Track[], start: number): number => {
  const most = tracks.map(({ parts }) => Math.max(0, ...within(parts, start).map(({ peak }) => peak)));
  const together = most.reduce((sum, peak) => sum + peak, 0);
  return Math.min(mixLevel, mixRoom / Math.max(mixRoom, together));
};

/** The level at each sample of a block: it goes evenly to the next one's, and is never above what either may have. */
const levelsOf = (tracks: readonly Track[], start: number): ((index: number) => number) => {
  const here = levelOf(tracks, start);
  const first = Math.min(levelOf(tracks, start - blockSamples), here);
  const last = Math.min(here, levelOf(tracks, start + blockSamples));
  return (index) => first + ((last - first) * index) / blockSamples;
};

const breathe = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

interface Track {
  readonly wav: WavFile;
  readonly parts: readonly Part[];
}

/** Writes the blocks in which anything sounds; between two blocks the lines get their turn. */
const writeBlocks = async (
  tracks: readonly Track[],
  mix: WavFile,
  span: { from: number; to: number },
): Promise<void> => {
  for (let start = span.from; start < span.to; start += blockSamples) {
    const length = Math.min(blockSamples, span.to - start);
    const together = new Float32Array(length);
    const level = levelsOf(tracks, start);
    let sounds = false;
    for (const { wav, parts } of tracks) {
      const here = within(parts, start);
      if (here.length === 0) continue;
      sounds = true;
      const block = new Float32Array(length);
      for (const part of here) addPart(block, start, part);
      wav.write(start - span.from, block);
      for (let index = 0; index < length; index += 1)
        together[index] = (together[index] ?? 0) + level(index) * (block[index] ?? 0);
      await breathe();
    }
    if (sounds) mix.write(start - span.from, together);
  }
};

/** One WAV for each terminal and one of all together, from the start of the run (at most its last four hours) until now. */
export const renderRun = async (options: RenderOptions): Promise<Recording> => {
  const { timeline, terminals, folder, speech } = options;
  mkdirSync(folder, { recursive: true });
  const endMs = timeline.elapsedMs;
  const span = { from: sampleAt(Math.max(0, endMs - longestMs)), to: sampleAt(endMs) };
  const files = Object.fromEntries(terminals.map((terminal) => [terminal, join(folder, `${terminal}.wav`)]));
  const mixPath = join(folder, 'mix.wav');
  const parts = await Promise.all(
    terminals.map((terminal) => Promise.all(timeline.of(terminal).map((stretch) => partOf(stretch, endMs, options)))),
  );
  const length = span.to - span.from;
  const mix = createWav(mixPath, length);
  const tracks = terminals.map((terminal, index) => ({
    wav: createWav(files[terminal] ?? mixPath, length),
    parts: parts[index] ?? [],
  }));
  try {
    await writeBlocks(tracks, mix, span);
  } finally {
    for (const { wav } of tracks) wav.close();
    mix.close();
  }
  return { durationMs: (1000 * length) / sampleRate, files, mix: mixPath, speechIsNoise: speech.isNoise };
};
