import type { BoxFiles } from './load-box.ts';
import type { Memory } from './memory.ts';

/** What is wrong now, for every snapshot. */
export const watchTroubles = (
  { loaded, keyFaults }: BoxFiles,
  { journal, lost }: Pick<Memory, 'journal' | 'lost'>,
): Set<string> => {
  const troubles = new Set<string>(loaded.uplinks.websocket === null ? [] : ['uplink-lost']);
  const look = (state: Memory['journal']['state']): void => {
    if (state === 'undurable') troubles.add('journal-undurable');
    else troubles.delete('journal-undurable');
  };
  if (lost !== undefined) troubles.add('memory-lost');
  if (keyFaults.length > 0) troubles.add('key-fault');
  look(journal.state);
  journal.onState(look);
  return troubles;
};
