import type { ItemView, PlanView, SiteView } from '../console/view.ts';
import type { LoadedSite } from '../config/load-site.ts';
import { whoText } from '../words/text/who-words.ts';
import type { NameOf } from '../words/text/page-receipts.ts';
import type { PeopleFile } from '../config/schema/people.ts';
import type { Severity } from '../core/alert.ts';
import { liftSentence } from '../core/lift-sentence.ts';
import type { Wiring } from '../core/wiring.ts';
import type { Plan, PlaylistItem, Site } from '../core/site.ts';

const allSeverities: readonly Severity[] = ['red', 'orange', 'yellow', 'blue'];

/** Whoever starts it on site knows its level: an unknown one is for orders, unless the plan has no other. */
const levelsOf = ({ severities }: Plan): readonly Severity[] => {
  if (severities.length === 0) return allSeverities;
  const known = severities.filter((one) => one !== 'unknown');
  return known.length > 0 ? known : severities;
};

const itemView = (site: Site, item: PlaylistItem): ItemView => {
  if (item.play === 'clip') return { play: 'clip', name: item.clip };
  if (item.play === 'speech') return { play: 'speech', text: item.text };
  const name = site.tones.find(({ id }) => id === item.tone)?.name ?? { zh: item.tone, en: item.tone };
  return { play: 'tone', name };
};

const planView = (site: Site, plan: Plan): PlanView => ({
  id: plan.id,
  name: plan.name,
  class: plan.class,
  severities: levelsOf(plan),
  zones: plan.zones,
  items: plan.playlist.map((item) => itemView(site, item)),
  repeats: plan.repeats,
  drillItems: plan.drill.playlist.map((item) => itemView(site, item)),
  drillRepeats: plan.drill.repeats,
  lift: { correction: liftSentence(plan, 'correction'), 'all-clear': liftSentence(plan, 'all-clear') },
  sirenUnlockMs: plan.drill.sirenUnlockMs,
});

/** How often a terminal's unit is asked: each of its line in turn, so at most the line's period. */
const pollPeriod = ({ terminals, lines }: Wiring, terminal: string): number | null => {
  const output = terminals.find((one) => one.terminal === terminal)?.output;
  return lines.find(({ id }) => id === output?.line)?.pollEveryMs ?? null;
};

/** Names of zones, terminals and people by their ids; an id nobody knows stays as it is. */
export const nameIn = ({ site, people }: Pick<LoadedSite, 'site' | 'people'>): NameOf => {
  const staff = people.staff.map(({ id, name }) => [id, { zh: name, en: name }] as const);
  const placed = [...site.zones, ...site.terminals].map(({ id, name }) => [id, name] as const);
  const names = new Map([...placed, ...staff]);
  return (id) => names.get(id) ?? whoText(id) ?? { zh: id, en: id };
};

/** What the page needs to know of the site. No telephone number, no path and no secret is in it: anybody may look. */
export const siteViewOf = (site: Site, people: PeopleFile, wiring: Wiring): SiteView => ({
  id: site.id,
  name: site.name,
  zones: site.zones.map(({ id, name, households, people: heads }) => ({ id, name, households, people: heads })),
  terminals: site.terminals.map(({ id, name, zone, kind, abilities, proof }) => ({
    ...{ id, name, zone, kind, abilities, proof },
    seenEveryMs: pollPeriod(wiring, id),
  })),
  plans: site.plans.map((plan) => planView(site, plan)),
  staff: people.staff.flatMap(({ id, name, pin_file: pin }) => (pin === undefined ? [] : [{ id, name }])),
  night: { from: site.limits.quietFromMinute, to: site.limits.quietToMinute },
});
