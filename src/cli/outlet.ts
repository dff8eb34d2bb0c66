import { failed } from '../words/failure.ts';
import { fail, type Io } from './command.ts';

/** What is needed of a stream to write lines to it. */
export interface LineSink {
  readonly write: (text: string) => unknown;
  readonly on: (event: 'error', listener: (error: Error) => void) => unknown;
}

/** Lines to a stream until nobody reads it any more: `| head` or a closed terminal must not end the box. */
export const outlet = (stream: LineSink): ((line: string) => void) => {
  let broken = false;
  stream.on('error', () => {
    broken = true;
  });
  return (line) => {
    if (!broken) stream.write(`${line}\n`);
  };
};

/** Runs a command; what nobody expected becomes one line with a code, not a page of a program's inside. */
export const guarded = async (io: Io, work: () => Promise<number>): Promise<number> => {
  try {
    return await work();
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    return fail(io, failed('unexpected', { detail }).failure);
  }
};
