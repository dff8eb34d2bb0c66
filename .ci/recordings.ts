// Makes the recordings that the box plays when nothing can be synthesised: `npx tsx .ci/recordings.ts`. Needs the optional
// speech package. Run by hand when a text or the loudness changes; the files are kept in the repository.
import { writeFile } from 'node:fs/promises';
import { createDecoder } from '../src/audio/make/decoder.ts';
import { createSpeech } from '../src/audio/make/speech.ts';
import { createBuiltinSpeech } from '../src/audio/make/speech-engine.ts';
import { realClock } from '../src/audio/make/clock.ts';
import { joined } from '../src/audio/make/loudness.ts';
import { memoryCache } from '../src/audio/make/pcm-cache.ts';
import { recordingTexts } from '../src/audio/make/recordings.ts';
import { sentencesOf } from '../src/audio/make/sentences.ts';
import { wavOf } from '../src/audio/make/wav-reader.ts';
import { pcmRate, type Pcm } from '../src/audio/pcm.ts';

const mostBytes = 100_000;

/** The same file with 8 bit samples: half the size, for the longer texts. */
const halved = (pcm: Pcm): Uint8Array => {
  const samples = Uint8Array.from(pcm, (sample) => Math.min(255, Math.max(0, Math.round(sample / 256) + 128)));
  const header = Buffer.from(wavOf(new Int16Array(0), pcmRate));
  header.writeUInt32LE(36 + samples.length, 4);
  header.writeUInt32LE(pcmRate, 28);
  header.writeUInt16LE(1, 32);
  header.writeUInt16LE(8, 34);
  header.writeUInt32LE(samples.length, 40);
  return Buffer.concat([header, samples]);
};

const decoder = createDecoder();
const speech = createSpeech({
  engines: [createBuiltinSpeech()],
  decoder,
  cache: memoryCache(1_000_000),
  clock: realClock,
  onTrouble: ({ code }) => console.error(code),
});
for (const [name, text] of Object.entries(recordingTexts)) {
  const parts: Pcm[] = [];
  for (const sentence of sentencesOf(text)) {
    const piece = await speech.say(sentence, 'urgent');
    if (!piece.ok) throw new Error(piece.failure.code);
    parts.push(piece.value.pcm);
  }
  const whole = wavOf(joined(parts), pcmRate);
  const file = whole.length <= mostBytes ? whole : halved(joined(parts));
  await writeFile(new URL(`../src/audio/make/recordings/${name}.wav`, import.meta.url), file);
  console.log(`${name}: ${(joined(parts).length / pcmRate).toFixed(2)} s, ${file.length} bytes`);
}
speech.close();
decoder.close();
