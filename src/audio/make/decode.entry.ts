import { decodeSound, type DecodeQuestion } from './decode-sound.ts';
import { answerQuestions } from './answer-questions.ts';

/** Decoding in a process of its own: what it reads comes from outside. It opens no file and no socket. */
const isQuestion = (value: object): value is DecodeQuestion & { readonly id: number } =>
  'bytes' in value && value.bytes instanceof Uint8Array && 'longestMs' in value && typeof value.longestMs === 'number';

answerQuestions(isQuestion, (question, give) => decodeSound(question, give));
