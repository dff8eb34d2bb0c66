import { supervise, type PageProcess } from '../../src/console/console-child.ts';
import { VirtualTime } from '../simulate/virtual-time.ts';

/** What the supervisor of a page process reports in its first five seconds, of its own time. */
export const toldOf = async (start: () => PageProcess): Promise<readonly string[]> => {
  const time = new VirtualTime();
  const told: string[] = [];
  supervise({
    start,
    now: () => time.now(),
    after: (ms, call) => time.after(ms, call),
    listen: '127.0.0.1:0',
    listening: () => undefined,
    state: () => undefined,
    report: ({ code, params }) => told.push(`${code} ${String(params['detail'])}`),
  });
  await time.runUntil(5_000);
  return told;
};
