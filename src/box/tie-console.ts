import { join } from 'node:path';
import type { PageSettings } from '../config/compile-console.ts';
import { startPageProcess, supervise, type Supervisor } from '../console/console-child.ts';
import type { ChildStart } from '../console/child-messages.ts';
import { controlPath } from './tie-control.ts';
import type { Ties } from './ties.ts';

const childStart = ({ files, settings }: Ties, { listen, allowedHosts }: PageSettings): ChildStart => ({
  listen,
  allowedHosts,
  control: controlPath(settings.stateDir),
  triesFile: join(settings.stateDir, 'pin-tries.json'),
  staff: files.loaded.people.staff.map(({ id, name, role }) => ({
    ...{ id, name, role },
    pinFile: files.loaded.pins[id] ?? null,
  })),
  contacts: files.loaded.people.contacts,
});

/** The page's process, supervised; null where the site has no page. What becomes of it never touches the alarm path. */
export const openConsole = (ties: Ties): Supervisor | null => {
  const { ports, files, settings, troubles } = ties;
  const { page } = files.loaded;
  if (page === null) return null;
  const start = childStart(ties, page);
  const { host } = page.listen;
  return supervise({
    start: () => startPageProcess(start),
    now: ports.stopwatch,
    after: ports.after,
    listen: `${host}:${page.listen.port}`,
    listening: (port) => settings.onPage?.(`http://${host}:${port}/`),
    state: (failure) => {
      if (failure === null) troubles.delete('page-down');
      else troubles.add('page-down');
    },
    report: (failure) => settings.onFailure?.(failure),
  });
};
