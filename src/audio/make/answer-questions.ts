import type { Result } from '../../words/failure.ts';

/** Gives a stretch of samples to the asker; resolves when it is handed over. */
export type Give = (samples: Int16Array) => Promise<void>;

const post = (message: object): Promise<void> =>
  new Promise((resolve) => {
    if (process.send === undefined) resolve();
    else process.send(message, () => resolve());
  });

/**
 * The child's side of helper-child.ts: answers the questions of the parent one after the other, and ends with it. What the
 * question's own code throws is told as an internal failure.
 */
export const answerQuestions = <Q extends object>(
  isQuestion: (value: object) => value is Q,
  answer: (question: Q, give: Give) => Promise<Result<object>>,
): void => {
  const told = async (id: unknown, question: Q): Promise<object> => {
    try {
      const result = await answer(question, (samples) => post({ id, samples }));
      return result.ok ? { id, end: result.value } : { id, failure: result.failure };
    } catch (error) {
      const detail = error instanceof Error ? error.message.slice(0, 200) : 'unknown';
      return { id, failure: { code: 'audio-internal', params: { detail } } };
    }
  };
  process.on('message', (message: unknown) => {
    if (typeof message !== 'object' || message === null || !('id' in message)) return;
    if (!isQuestion(message)) return;
    void told(message.id, message).then(post);
  });
  process.on('disconnect', () => process.exit(0));
};
