import type { Effect } from '../../src/core/effect.ts';
import { alert, Hamlet } from './hamlet.ts';

/** Two warnings on air, one in each zone. */
export const both = (): Hamlet => {
  const village = new Hamlet();
  village.issue({ kind: 'issue', alert: alert('a') });
  village.run(10);
  village.issue({ kind: 'issue', alert: alert('b', { zones: ['west'], severity: 'orange' }) });
  village.run(500);
  return village;
};

export const stopAll = (village: Hamlet, id = 's1'): readonly Effect[] =>
  village.tell({ kind: 'stop', source: 'panel', person: 'li', id });

export const goOn = (village: Hamlet, id = 'c1'): readonly Effect[] =>
  village.tell({ kind: 'continue', person: 'li', id });

export const bodies = (effects: readonly Effect[]) =>
  effects.flatMap((effect) => (effect.do === 'receipt' ? [effect.receipt.body] : []));

export const live = (village: Hamlet): readonly string[] =>
  Object.values(village.village.durable.broadcasts).flatMap(({ ended, alert: { id } }) => (ended === null ? [id] : []));

export const textsOnAir = (village: Hamlet): readonly string[] =>
  Object.values(village.village.durable.broadcasts).flatMap(({ ended, alert: { text } }) =>
    ended === null ? [text] : [],
  );
