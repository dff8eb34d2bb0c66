import { ok } from '../../words/failure.ts';
import { answerQuestions } from './answer-questions.ts';
import { decodeSound } from './decode-sound.ts';
import { isAsked } from './decode-question.ts';
import { readSoundFile } from './sound-file.ts';

/** Decoding in a process of its own: what it reads comes from outside. It opens the file it is asked for, and no other. */
answerQuestions(isAsked, async ({ source, keepsSound, ...question }, give) => {
  const bytes = typeof source === 'string' ? await readSoundFile(source) : ok(source);
  if (!bytes.ok) return bytes;
  return decodeSound({ ...question, bytes: bytes.value }, keepsSound ? give : null);
});
