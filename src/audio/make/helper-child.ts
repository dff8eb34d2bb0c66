import { fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { errorCodes, type ErrorCode } from '../../words/error-codes.ts';
import { failed, ok, type Failure, type Result } from '../../words/failure.ts';
import type { Clock } from './clock.ts';
import { createTurns, type Lane } from './turns.ts';

/** A child process as this room needs it; simulated in tests of limits. */
export interface Child {
  readonly send: (message: object) => void;
  readonly onMessage: (take: (message: unknown) => void) => void;
  readonly onExit: (gone: () => void) => void;
  readonly kill: () => void;
  /** Resident bytes, null where the system does not tell. */
  readonly memory: () => number | null;
}

export interface HelperLimits {
  /** From question to last answer. */
  readonly timeLimitMs: number;
  readonly memoryLimitBytes: number;
}

export interface Question {
  readonly ask: object;
  readonly lane?: Lane;
  /** Takes each stretch of samples as it comes. */
  readonly take: (samples: Int16Array) => void;
  readonly signal?: AbortSignal | undefined;
  readonly timeLimitMs?: number;
}

/** One question at a time to a child that is killed when it oversteps its limits, and started anew. */
export interface Helper {
  /** The answer beside the samples. Errors: audio-slow, audio-memory, audio-died, audio-stopped, and the child's own. */
  readonly ask: (question: Question) => Promise<Result<Readonly<Record<string, unknown>>>>;
  /** Starts the child now, so that the first question does not wait for it; nobody asks, and it ends as an idle one does. */
  readonly warm: () => void;
  readonly close: () => void;
}

const pageBytes = 4096;

const residentBytes = (pid: number | undefined): number | null => {
  if (pid === undefined || process.platform !== 'linux') return null;
  try {
    return Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]) * pageBytes;
  } catch {
    // It is gone already: its exit is on the way and tells more.
    return null;
  }
};

/**
 * What keeps a child small that handles a few large buffers: a young generation of 1 MB, and WebAssembly compiled once,
 * without a second, optimised copy. Measured with 15 minutes of MP3 and Opus: half the memory, no more time.
 */
const smallFlags = ['--max-semi-space-size=1', '--liftoff-only'] as const;

/** What a child may know of our environment: where programs are, and how memory is to be asked for and given back. */
const handedDown = ['PATH', 'MALLOC_ARENA_MAX', 'MALLOC_TRIM_THRESHOLD_'] as const;

const childEnvironment = (): NodeJS.ProcessEnv =>
  Object.fromEntries(
    handedDown.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
  );

/** Starts an entry beside this module, compiled or through tsx, with no environment but what Node itself needs. */
export const forkChild = (entry: URL, heapMegabytes: number): Child => {
  const fromSource = entry.pathname.endsWith('.ts');
  const child = fork(entry, {
    cwd: dirname(fileURLToPath(entry)),
    env: childEnvironment(),
    execArgv: [`--max-old-space-size=${heapMegabytes}`, ...smallFlags, ...(fromSource ? ['--import', 'tsx'] : [])],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  return {
    // A message to a child that has just died is answered by its exit.
    send: (message) => {
      if (child.connected) child.send(message, () => undefined);
    },
    onMessage: (take) => child.on('message', take),
    onExit: (gone) => {
      child.once('exit', gone);
      child.once('error', gone);
    },
    kill: () => child.kill('SIGKILL'),
    memory: () => residentBytes(child.pid),
  };
};

const isCode = (code: unknown): code is ErrorCode => typeof code === 'string' && Object.hasOwn(errorCodes, code);

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

/** A failure told by a child that may have been taken over by what it read: only known codes and short plain values. */
const failureIn = (told: unknown): Failure => {
  const internal: Failure = { code: 'audio-internal', params: { detail: 'answer not understood' } };
  if (!isRecord(told) || !isCode(told['code'])) return internal;
  const params: Record<string, string | number> = {};
  for (const [key, value] of Object.entries(isRecord(told['params']) ? told['params'] : {})) {
    if (typeof value === 'number') params[key] = value;
    if (typeof value === 'string') params[key] = value.slice(0, 200);
  }
  return { code: told['code'], params };
};

const watchEveryMs = 50;

interface Asking extends Question {
  readonly id: number;
  readonly finish: (result: Result<Readonly<Record<string, unknown>>>, kills: boolean) => void;
}

const hear = (asking: Asking, message: unknown): void => {
  if (!isRecord(message) || message['id'] !== asking.id) return;
  if (message['samples'] instanceof Int16Array) asking.take(message['samples']);
  else if ('failure' in message) asking.finish({ ok: false, failure: failureIn(message['failure']) }, false);
  else if (isRecord(message['end'])) asking.finish(ok(message['end']), false);
};

export interface HelperOptions {
  readonly name: string;
  readonly start: () => Child;
  readonly limits: HelperLimits;
  readonly clock: Clock;
  /** Ends a child that nobody asks for so long; null keeps it. */
  readonly idleMs: number | null;
}

interface Watched {
  readonly clock: Clock;
  readonly limits: HelperLimits;
  readonly name: string;
  readonly memory: () => number;
}

/** Looks every 50 ms whether the one that is asked stays within its limits; the returned function ends that. */
const watch = ({ clock, limits, name, memory }: Watched, one: Asking): (() => void) => {
  const since = clock.now();
  const limitMs = one.timeLimitMs ?? limits.timeLimitMs;
  const look = (): void => {
    const bytes = memory();
    if (bytes > limits.memoryLimitBytes)
      one.finish(failed('audio-memory', { helper: name, megabytes: Math.round(bytes / 1e6) }), true);
    else if (clock.now() - since >= limitMs) one.finish(failed('audio-slow', { helper: name, ms: limitMs }), true);
    else forget = clock.after(watchEveryMs, look);
  };
  let forget = clock.after(watchEveryMs, look);
  return () => forget();
};

interface Hearing {
  readonly message: (message: unknown) => void;
  /** It ended by itself, or something else ended it. */
  readonly lost: () => void;
}

/** Short of memory the system starts none, and Node throws. */
const started = (start: () => Child): Child | null => {
  try {
    return start();
  } catch {
    return null;
  }
};

/** At most one child at a time: started when it is wanted, told apart from those that were dropped. */
const keepOne = (start: () => Child, hearing: Hearing) => {
  let child: Child | null = null;
  const wanted = (): Child | null => {
    if (child !== null) return child;
    const fresh = started(start);
    child = fresh;
    fresh?.onMessage(hearing.message);
    fresh?.onExit(() => {
      if (child !== fresh) return;
      child = null;
      hearing.lost();
    });
    return fresh;
  };
  return {
    child: wanted,
    /** False where no child can be had. */
    send: (message: object): boolean => {
      const asked = wanted();
      asked?.send(message);
      return asked !== null;
    },
    drop: (): void => {
      child?.kill();
      child = null;
    },
    memory: (): number => child?.memory() ?? 0,
  };
};

export const createHelper = (options: HelperOptions): Helper => {
  const { name, clock, limits } = options;
  const turns = createTurns();
  let asking: Asking | null = null;
  let lastId = 0;
  let isClosed = false;
  let forgetIdle = (): void => undefined;
  const kept = keepOne(options.start, {
    message: (message) => {
      if (asking !== null) hear(asking, message);
    },
    lost: () => asking?.finish(failed('audio-died', { helper: name }), false),
  });
  const rest = (): void => {
    forgetIdle();
    if (options.idleMs !== null) forgetIdle = clock.after(options.idleMs, kept.drop);
  };
  const put = (question: Question): Promise<Result<Readonly<Record<string, unknown>>>> =>
    new Promise((resolve) => {
      forgetIdle();
      lastId += 1;
      const stopped = (): void => one.finish(failed('audio-stopped'), true);
      const one: Asking = {
        ...question,
        id: lastId,
        finish: (result, kills) => {
          if (asking !== one) return;
          asking = null;
          unwatch();
          question.signal?.removeEventListener('abort', stopped);
          if (kills) kept.drop();
          rest();
          resolve(result);
        },
      };
      asking = one;
      question.signal?.addEventListener('abort', stopped);
      const unwatch = watch({ clock, limits, name, memory: kept.memory }, one);
      if (!kept.send({ ...question.ask, id: one.id })) one.finish(failed('audio-died', { helper: name }), false);
    });
  return {
    ask: (question) =>
      turns.run(question.lane ?? 'urgent', () => {
        if (isClosed || question.signal?.aborted === true) return Promise.resolve(failed('audio-stopped'));
        return put(question);
      }),
    warm: () => {
      if (isClosed) return;
      kept.child();
      if (asking === null) rest();
    },
    close: () => {
      isClosed = true;
      forgetIdle();
      asking?.finish(failed('audio-stopped'), true);
      kept.drop();
    },
  };
};
