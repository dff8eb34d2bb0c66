import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { createDecoder } from '../../../src/audio/make/decoder.ts';
import { forkChild, type Child } from '../../../src/audio/make/helper-child.ts';
import { msOfSamples } from '../../../src/audio/pcm.ts';
import { bytesOf, sineWav } from '../../audio/sound.ts';
import { distEntry } from '../../support/dist.ts';
import { hurtfulBytes } from '../mutate-bytes.ts';
import { hundredThousand, shown, type Aim, type Target, type Verdict } from '../target.ts';
import { wrongFailure } from '../verdicts.ts';

const longestMs = 400;
/** Of each kind as little as is still a file of it. */
const files: readonly Uint8Array[] = [
  sineWav({ rate: 16_000, channels: 2, bits: 16 }, 30),
  sineWav({ rate: 8_000, channels: 1, bits: 24 }, 20),
  sineWav({ rate: 48_000, channels: 1, bits: 32, float: true }, 10),
  ...[bytesOf('tone.mp3').subarray(0, 3_000), bytesOf('tone-22050.mp3').subarray(0, 3_000)],
  bytesOf('tone.opus').subarray(0, 4_000),
];

/** What a child that reads what comes from outside must never come to. */
const lost: readonly string[] = ['audio-died', 'audio-memory', 'audio-slow'];

/** The processes that this one has started, in their order. */
const childrenHere = (): readonly string[] =>
  readFileSync(`/proc/${process.pid}/task/${process.pid}/children`, 'utf8').trim().split(' ');

/** Ms for which the main thread of a process has had a processor. */
const cpuMsOf = (pid: string): number =>
  Number(readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')[0] ?? 0) / 1_000_000;

/** The real decoding process, compiled; one child for all inputs, so that what one breaks the next ones show. */
const soundAim = (): Aim => {
  const entry = pathToFileURL(distEntry('decode.entry'));
  let [child, pid, exits] = [null as Child | null, '', 0];
  const start = (): Child => {
    const before = new Set(childrenHere());
    const begun = forkChild(entry, 96);
    pid = childrenHere().find((one) => !before.has(one)) ?? '';
    child = begun;
    begun.onExit(() => (exits += 1));
    return begun;
  };
  const decoder = createDecoder({ start });
  const take = async (bytes: Uint8Array): Promise<Verdict> => {
    let samples = 0;
    for await (const stretch of decoder.bytes(bytes, { longestMs })) {
      if (stretch.ok) samples += stretch.value.length;
      else if (lost.includes(stretch.failure.code)) return stretch.failure.code;
      else return wrongFailure(stretch.failure);
    }
    if (samples === 0) return 'sound without a sample';
    return msOfSamples(samples) > longestMs ? `${msOfSamples(samples)} ms of sound` : null;
  };
  return {
    shot: (dice) => {
      const bytes = new Uint8Array(hurtfulBytes(files, dice));
      return { take: () => take(bytes), show: () => shown(bytes) };
    },
    cpuMs: () => (pid === '' ? 0 : cpuMsOf(pid)),
    heldBytes: () => child?.memory() ?? 0,
    end: () => (exits === 0 ? null : `the decoding process has ended ${exits} times`),
    close: () => decoder.close(),
  };
};

export const soundFile: Target = {
  name: 'sound-file',
  what: { zh: 'WAV、MP3、Ogg Opus（真实解码进程）', en: 'WAV, MP3 and Ogg Opus in the real decoding process' },
  ...{ covers: ['src/audio/make/decode.entry.ts', 'src/audio/make/decoder.ts'], goal: hundredThousand, apart: true },
  prepare: soundAim,
};
