/**
 * Speech in a process of its own: the package is GPL-3 and may take its time, so it stands in a separate program that is
 * started, asked over a pipe, and killed when it does not answer. Takes `{ id, text, wordsPerMinute }`, gives 16 bit
 * samples and, at the end, their rate.
 */
import { failed, ok, type Result } from '../../words/failure.ts';
import { answerQuestions, type Give } from './answer-questions.ts';
import { speechData } from './speech-data.ts';

interface SpeechQuestion {
  readonly text: string;
  readonly wordsPerMinute: number;
}

const open = async () => {
  const { default: load } = await import('@echogarden/espeak-ng-emscripten');
  const { open: openFile, getPreloadedPackage } = speechData(
    new URL('espeak-ng.data', import.meta.resolve('@echogarden/espeak-ng-emscripten')),
  );
  const { eSpeakNGWorker: Speaker, FS } = await load({ getPreloadedPackage });
  // All files of the package share these.
  FS.lookupPath('/usr/share/espeak-ng-data/phontab').node.stream_ops.open = openFile;
  const speaker = new Speaker();
  speaker.set_voice('', 'cmn', 0, 0, 0);
  return speaker;
};

/** The package is optional: where it is missing every question is answered so, and the box goes on without it. */
const opened = open().then(ok, (error: unknown) =>
  failed('audio-no-engine', { detail: error instanceof Error ? error.message.slice(0, 100) : 'unknown' }),
);

const speak = async ({ text, wordsPerMinute }: SpeechQuestion, give: Give): Promise<Result<object>> => {
  const speaker = await opened;
  if (!speaker.ok) return speaker;
  const pieces: Int16Array[] = [];
  speaker.value.set_rate(wordsPerMinute);
  speaker.value.synthesize(text, (samples) => {
    if (samples !== null) pieces.push(samples);
    return false;
  });
  for (const piece of pieces) await give(piece);
  return ok({ rate: speaker.value.get_samplerate() });
};

const isQuestion = (value: object): value is SpeechQuestion =>
  'text' in value && typeof value.text === 'string' && 'wordsPerMinute' in value;

answerQuestions(isQuestion, speak);
