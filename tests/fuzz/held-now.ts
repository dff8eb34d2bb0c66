import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collect: unknown = runInNewContext('gc');

/** What is held when nothing is garbage; how much of the machine V8 keeps for later is its own affair. */
export const heldNow = (): Pick<NodeJS.MemoryUsage, 'heapUsed' | 'external'> => {
  if (typeof collect === 'function') Reflect.apply(collect, undefined, []);
  const { heapUsed, external } = process.memoryUsage();
  return { heapUsed, external };
};
