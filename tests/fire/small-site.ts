import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';

interface Part {
  readonly id: string;
  readonly sound?: unknown;
  readonly speech?: unknown;
}

interface SiteFile {
  readonly lines: readonly Part[];
  readonly terminals: readonly Part[];
  readonly uplinks: Readonly<Record<string, unknown>>;
}

const keptLines = ['cabinet', 'sirens', 'weather'];
/** Parts of the box that are processes or threads of their own: a life without them costs half the processor. */
const without = ['console', 'panel', 'outputs', 'notices', 'sensors'];
/** What only loudspeakers can play. */
const spokenPlans = ['22-flash-flood-watch.yaml', '95-daily-notice.yaml'];

/** The example village with its sirens alone: no page, no panel, no loudspeaker, no satellite. */
export const smallSite = (): string => {
  const dir = mkdtempSync(join(tmpdir(), 'mingluo-small-'));
  cpSync('config', dir, { recursive: true });
  const site = parse(readFileSync(join(dir, 'site.yaml'), 'utf8')) as SiteFile;
  const small = {
    ...Object.fromEntries(Object.entries(site).filter(([name]) => !without.includes(name))),
    lines: site.lines.filter(({ id }) => keptLines.includes(id)),
    terminals: site.terminals.filter(({ sound, speech }) => sound === undefined && speech === undefined),
    uplinks: { websocket: site.uplinks['websocket'] },
  };
  for (const plan of spokenPlans) rmSync(join(dir, 'plans', plan));
  writeFileSync(join(dir, 'site.yaml'), JSON.stringify(small, null, 1));
  return dir;
};
