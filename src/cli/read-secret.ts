import { createInterface } from 'node:readline';
import type { ReadStream } from 'node:tty';

const enter = /[\r\n\u0004]/;
const erase = /^[\b\u007f]$/;
const longest = 64;

/** Keys of a terminal until Enter, none of them shown. Ctrl-C gives up with an empty word. */
const readKeys = (keyboard: ReadStream): Promise<string> =>
  new Promise((resolve) => {
    let typed = '';
    const done = (word: string): void => {
      keyboard.off('data', take);
      keyboard.setRawMode(false);
      keyboard.pause();
      resolve(word);
    };
    const take = (bytes: Buffer): void => {
      for (const key of bytes.toString('utf8')) {
        if (key === '\u0003' || enter.test(key)) {
          done(key === '\u0003' ? '' : typed);
          return;
        }
        if (erase.test(key)) typed = typed.slice(0, -1);
        else if (typed.length < longest) typed += key;
      }
    };
    keyboard.setRawMode(true);
    keyboard.on('data', take);
  });

/**
 * One line that nobody beside the keyboard shall read: from a terminal without showing it, or from a pipe.
 *
 * @param ask says at a terminal what is to be typed
 */
export const readSecret = async (ask: () => void): Promise<string> => {
  if (process.stdin.isTTY) {
    // Hidden before it is asked for: nothing typed early is shown.
    const word = readKeys(process.stdin);
    ask();
    return (await word).trim();
  }
  const lines = createInterface({ input: process.stdin, terminal: false });
  for await (const line of lines) {
    lines.close();
    return line.trim();
  }
  return '';
};
