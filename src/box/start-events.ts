import { canonicalJson } from '../core/canonical-json.ts';
import type { Event } from '../core/event.ts';
import type { Durable } from '../core/village.ts';
import type { ClockSource } from './clock.ts';
import type { BoxFiles } from './load-box.ts';
import type { Memory } from './memory.ts';

export interface StartFound {
  readonly files: Pick<BoxFiles, 'senders' | 'real'> & { readonly loaded: Pick<BoxFiles['loaded'], 'site' | 'hash'> };
  readonly memory: Pick<Memory, 'endedInOrder' | 'notes'> & {
    readonly recovered: Pick<Memory['recovered'], 'troubles'>;
  };
  readonly durable: Durable;
  readonly clockSource: ClockSource;
  readonly version: string;
  readonly boot: string;
}

/**
 * Events of the start. What played before the box went down is judged by the restart rule first, any other event would
 * carry it on; only a new box needs its site before anything else.
 */
export const startEvents = ({ files, memory, durable, clockSource, version, boot }: StartFound): readonly Event[] => {
  const { loaded, senders, real } = files;
  // A file of keys that cannot be read says nothing: the keys that are pinned stay.
  const otherKeys = senders !== null && durable.keysOfFiles !== canonicalJson(senders);
  const changed = durable.siteHash !== loaded.hash || durable.real !== real || otherKeys;
  const clean = memory.endedInOrder && memory.recovered.troubles.length === 0;
  const { site, hash } = loaded;
  const configured: Event = { kind: 'configured', hash, site, keys: senders ?? durable.keys, real };
  const booted: Event = { kind: 'booted', version, boot, clean };
  const found = [
    ...memory.recovered.troubles.map(({ code, record }) => ({ code, detail: `record ${record}` })),
    ...memory.notes.map(({ code, params }) => ({ code, detail: JSON.stringify(params) })),
  ];
  return [
    ...(durable.site === null ? [configured, booted] : [booted, ...(changed ? [configured] : [])]),
    ...found.map(({ code, detail }): Event => ({ kind: 'noted', code, detail })),
    ...(clockSource === durable.clockSource ? [] : [{ kind: 'clock', source: clockSource } as const]),
  ];
};
