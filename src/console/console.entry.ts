/**
 * The page's own process: HTTP and WebSocket, sessions and PINs. It holds no line, no key and no journal; what it asks of
 * the box goes over the control socket. It ends when the box ends.
 */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { linkToBox, type BoxLink } from './box-link.ts';
import type { ChildReport, ChildStart } from './child-messages.ts';
import { createDoorkeeper, type Employee } from './doorkeeper.ts';
import { gateOf, type Gate } from './hosts.ts';
import { createHttp } from './http.ts';
import { createHub } from './live-hub.ts';
import { createLockout } from './lockout.ts';
import { loadPageFiles } from './page-files.ts';
import { parsePin, type PinRecord } from './pin-file.ts';
import { addRoutes } from './routes.ts';
import { createSessions } from './sessions.ts';
import { writeFileDurably } from '../store/disk.ts';
import { textKeeper } from '../store/text-keeper.ts';

const aliveEveryMs = 2_000;
const now = (): number => performance.now();
const newId = (): string => randomBytes(16).toString('hex');
const tell = (report: ChildReport): void => void process.send?.(report);
const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const readText = (file: string): string | null => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
};

/** A power cut leaves the old file or the new one. A disk that fails or hangs must not stop a login, nor a stop. */
const keeperOf = (file: string): ((text: string) => void) =>
  textKeeper(
    (text) => writeFileDurably(file, text),
    ({ code }) => tell({ told: 'pin-file', file, detail: code }),
  );

/** A person's PIN as its file holds it now; a file that cannot be used is told once. */
const pinReader = (file: string | null): (() => PinRecord | null) => {
  let isTold = false;
  return () => {
    const text = file === null ? null : readText(file);
    if (file === null || text === null) return null;
    const parsed = parsePin(file, text);
    if (parsed.ok) return parsed.value;
    if (!isTold) tell({ told: 'pin-file', file, detail: parsed.failure.code });
    isTold = true;
    return null;
  };
};

const doorOf = (start: ChildStart, link: BoxLink) => {
  const staff = start.staff.map(({ pinFile, ...person }): Employee => ({ ...person, pin: pinReader(pinFile) }));
  const lockout = createLockout({
    now,
    load: () => readText(start.triesFile),
    save: keeperOf(start.triesFile),
  });
  const sessions = createSessions({ now, newId });
  const report = (wrong: number): void => void link.ask({ do: 'note', code: 'page-pin-guessing', wrong });
  return { sessions, admit: createDoorkeeper({ staff, lockout, sessions, report }) };
};

const run = async (start: ChildStart): Promise<void> => {
  const { listen } = start;
  const link = linkToBox(start.control);
  let gate: Gate = gateOf(listen, listen.port, start.allowedHosts);
  const hub = createHub(link, () => gate);
  const web = import.meta.url.endsWith('.ts') ? '../../dist/web/' : './web/';
  const files = loadPageFiles(new URL(web, import.meta.url));
  const app = createHttp({ gate: () => gate, files, upgrade: hub.upgrade });
  addRoutes(app, { link, contacts: start.contacts, ...doorOf(start, link) });
  await app.listen({ host: listen.host.replace(/^\[|\]$/g, ''), port: listen.port });
  const address = app.server.address();
  const port = typeof address === 'object' && address !== null ? address.port : listen.port;
  gate = gateOf(listen, port, start.allowedHosts);
  tell({ told: 'listening', port });
};

process.once('disconnect', () => process.exit());
process.once('message', (message) => {
  setInterval(() => tell({ told: 'alive' }), aliveEveryMs);
  // The box itself sends this, the process that started this one.
  run(message as ChildStart).catch((error: unknown) => {
    tell({ told: 'listen-failed', detail: wordsOf(error) });
    setTimeout(() => process.exit(1), 100);
  });
});
