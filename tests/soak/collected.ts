import { once } from 'node:events';
import WebSocket from 'ws';
import { programOf } from '../bench/village-size.ts';
import { sizeOf, treeOf } from '../bench/process-size.ts';
import { pause } from '../support/waiting.ts';

/** Where a process of Node listens for a debugger once it was sent SIGUSR1 (nodejs.org, "Debugging Node.js"). */
const debuggerList = 'http://127.0.0.1:9229/json/list';
const openWithinMs = 5_000;
const everyMs = 50;

const urlIn = (list: unknown): string | null => {
  const [first] = Array.isArray(list) ? (list as readonly unknown[]) : [];
  if (typeof first !== 'object' || first === null || !('webSocketDebuggerUrl' in first)) return null;
  return typeof first.webSocketDebuggerUrl === 'string' ? first.webSocketDebuggerUrl : null;
};

/** Null while nobody listens. */
const debuggerUrl = async (): Promise<string | null> => {
  try {
    return urlIn(await (await fetch(debuggerList)).json());
  } catch (error) {
    if (error instanceof Error) return null;
    throw error;
  }
};

/** Is it there to be told? One that lived for a moment has ended since it was listed. */
const isTold = (pid: number): boolean => {
  try {
    return process.kill(pid, 'SIGUSR1');
  } catch {
    // Whoever is gone keeps nothing.
    return false;
  }
};

const openDebugger = async (pid: number): Promise<WebSocket | null> => {
  if (!isTold(pid)) return null;
  const until = performance.now() + openWithinMs;
  let url = await debuggerUrl();
  while (url === null && performance.now() < until) {
    await pause(everyMs);
    url = await debuggerUrl();
  }
  if (url === null) return null;
  const socket = new WebSocket(url);
  await once(socket, 'open');
  return socket;
};

/** Asks the debugger and waits for the answer; calls go one after the other. */
const asker = (socket: WebSocket): ((method: string, params?: object) => Promise<unknown>) => {
  let last = 0;
  return (method, params = {}) => {
    const id = (last += 1);
    const answer = new Promise<unknown>((resolve) => {
      const hear = (text: string): void => {
        const said: unknown = JSON.parse(text);
        if (typeof said !== 'object' || said === null || !('id' in said) || said.id !== id) return;
        socket.off('message', take);
        resolve('result' in said ? said.result : null);
      };
      const take = (data: Buffer): void => hear(data.toString('utf8'));
      socket.on('message', take);
    });
    socket.send(JSON.stringify({ id, method, params }));
    return answer;
  };
};

/** The number of the process that listens: another one may have been quicker to take the port. */
const pidOf = (answer: unknown): unknown => {
  const result = typeof answer === 'object' && answer !== null && 'result' in answer ? answer.result : null;
  return typeof result === 'object' && result !== null && 'value' in result ? result.value : null;
};

/**
 * With these on, a collection throws away what V8 made of functions that do not run just then: bytecode, machine code and
 * what it has learned of their types. All of it is made anew when they are called: a process that warms up loses nothing.
 */
const flushing = (on: boolean): string =>
  ['stress-flush-code', 'flush-baseline-code']
    .map((flag) => `process.getBuiltinModule('v8').setFlagsFromString('--${on ? '' : 'no-'}${flag}')`)
    .join(';');

/** What one collection lets go of may be all that held something else. */
const collections = 3;

/** What is a process's own once all that it needs no more is collected, compiled code too, MB; null where it could not be asked. */
export const keptBy = async (pid: number): Promise<number | null> => {
  const socket = await openDebugger(pid);
  if (socket === null) return null;
  const ask = asker(socket);
  const isIt = pidOf(await ask('Runtime.evaluate', { expression: 'process.pid', returnByValue: true })) === pid;
  if (isIt) {
    await ask('Runtime.evaluate', { expression: flushing(true) });
    for (let n = 0; n < collections; n += 1) await ask('HeapProfiler.collectGarbage');
    await ask('Runtime.evaluate', { expression: flushing(false) });
  }
  const kept = isIt ? sizeOf(pid).ownMb : null;
  // The port is free again for the next one.
  await ask('Runtime.evaluate', { expression: 'setTimeout(() => process._debugEnd(), 50), 1' });
  socket.close();
  const freeUntil = performance.now() + openWithinMs;
  while ((await debuggerUrl()) !== null && performance.now() < freeUntil) await pause(everyMs);
  return kept;
};

/** What the processes of a box keep, by the name of the program; one that lives for a moment only is left out. */
export const keptInTree = async (pid: number): Promise<Readonly<Record<string, number>>> => {
  const kept: Record<string, number> = {};
  for (const one of treeOf(pid)) {
    const name = programOf(one);
    const mb = name === 'decode.entry' ? null : await keptBy(one);
    if (mb !== null) kept[name] = (kept[name] ?? 0) + mb;
  }
  return kept;
};
