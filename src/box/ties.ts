import type { BoxClock } from './clock.ts';
import type { Receipt } from '../core/receipt.ts';
import type { BoxFiles, LoadSettings } from './load-box.ts';
import type { Loop } from './loop.ts';
import type { Memory } from './memory.ts';
import type { BoxPorts } from './ports.ts';
import { version } from './program.ts';
import { snapshotOf } from './snapshot.ts';
import type { Journal } from '../store/journal.ts';
import { emptyHead, type JournalHead } from '../store/record.ts';
import type { Snapshot } from '../uplink/messages.ts';
import type { Failure } from '../words/failure.ts';

export interface BoxSettings extends LoadSettings {
  readonly stateDir: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The machine's own where left out. */
  readonly ports?: BoxPorts;
  /** Every receipt as it is released, for the person who watches. */
  readonly onReceipt?: (receipt: Receipt) => void;
  /** The page's address, each time it begins to listen. */
  readonly onPage?: (url: string) => void;
  readonly onFailure?: (failure: Failure) => void;
  /** A box that started without its memory could read it now, and nothing sounds: start it anew. */
  readonly onMemoryBack?: () => void;
  /** The state folder is locked for this box; where left out, it always is. */
  readonly isFolderOurs?: () => boolean;
  /** A box that started without its lock finds its folder taken by another: `stop` then writes nothing there. */
  readonly onFolderTaken?: (failure: Failure) => void;
}

/** What the edges share while they are tied together; made once at the start. */
export interface Ties {
  readonly ports: BoxPorts;
  readonly settings: BoxSettings;
  readonly files: BoxFiles;
  readonly memory: Memory;
  readonly clock: BoxClock;
  readonly loop: () => Loop;
  /** Error codes that are true now; they stand in every snapshot. */
  readonly troubles: Set<string>;
}

/** No believable time lies before the day this version was made. */
export const madeAt = Date.UTC(2026, 10, 1);

/** What the centre may hold the box to: nothing while the newest records may yet be lost, as without a memory. */
export const witnessed = (journal: Pick<Journal, 'head' | 'proven'>): JournalHead =>
  journal.proven() < journal.head().number ? emptyHead : journal.head();

export const snapshotNow = ({ memory, clock, loop, troubles }: Ties): Snapshot =>
  snapshotOf({
    durable: loop().village().durable,
    at: clock.now(),
    software: `mingluo ${version}`,
    journal: witnessed(memory.journal),
    latestReceipt: memory.owed.latest(),
    goneReceipts: memory.owed.gone(),
    troubles: [...troubles],
  });
