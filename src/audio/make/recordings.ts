import { fileURLToPath } from 'node:url';
import { failed, ok, type Result } from '../../words/failure.ts';
import { pcmRate, type Pcm } from '../pcm.ts';
import type { Recording } from '../programme.ts';
import { readSoundFile } from './sound-file.ts';
import { readWav } from './wav-reader.ts';

/** What each recording says. They were made once with the built-in engine and are kept beside the program. */
export const recordingTexts: Readonly<Record<Recording, string>> = {
  'drill-mark': '演练，演练，演练。',
  'test-mark': '测试，测试，测试。',
  evacuate: '请立即转移，请立即转移。',
};

const spokenSigns = /[\p{P}\p{Z}\s]/gu;

/** The recording that says exactly this text, null where none does. */
export const recordingOf = (text: string): Recording | null => {
  const bare = (given: string): string => given.replaceAll(spokenSigns, '');
  if (bare(text) === bare(recordingTexts['drill-mark'])) return 'drill-mark';
  return bare(text) === bare(recordingTexts['test-mark']) ? 'test-mark' : null;
};

const known = new Map<Recording, Pcm>();

/** A recording at 24 kHz, without any child: it is there when nothing else is. Errors: of its file, audio-unreadable. */
export const recordingPcm = async (recording: Recording): Promise<Result<Pcm>> => {
  const before = known.get(recording);
  if (before !== undefined) return ok(before);
  const file = fileURLToPath(new URL(`./recordings/${recording}.wav`, import.meta.url));
  const bytes = await readSoundFile(file);
  if (!bytes.ok) return bytes;
  const wav = readWav(bytes.value);
  if (!wav.ok || wav.value.rate !== pcmRate) return failed('audio-unreadable', { file, why: 'not 24 kHz WAV' });
  const pcm = Int16Array.from(wav.value.mono(0, wav.value.frames), (sample) => Math.round(32_767 * sample));
  known.set(recording, pcm);
  return ok(pcm);
};
