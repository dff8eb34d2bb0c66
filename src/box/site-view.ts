import type { ItemView, PlanView, SiteView } from '../console/view.ts';
import type { PeopleFile } from '../config/schema/people.ts';
import type { Severity } from '../core/alert.ts';
import type { Plan, PlaylistItem, Site } from '../core/site.ts';

const allSeverities: readonly Severity[] = ['red', 'orange', 'yellow', 'blue'];

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
  severities: plan.severities.length > 0 ? plan.severities : allSeverities,
  zones: plan.zones,
  items: plan.playlist.map((item) => itemView(site, item)),
  repeats: plan.repeats,
  drillItems: plan.drill.playlist.map((item) => itemView(site, item)),
  drillRepeats: plan.drill.repeats,
  sirenUnlockMs: plan.drill.sirenUnlockMs,
});

/** What the page needs to know of the site. No telephone number, no path and no secret is in it: anybody may look. */
export const siteViewOf = (site: Site, people: PeopleFile): SiteView => ({
  id: site.id,
  name: site.name,
  zones: site.zones.map(({ id, name, households, people: heads }) => ({ id, name, households, people: heads })),
  terminals: site.terminals.map(({ id, name, zone, kind, abilities, proof }) => ({
    ...{ id, name, zone, kind, abilities, proof },
  })),
  plans: site.plans.map((plan) => planView(site, plan)),
  staff: people.staff.flatMap(({ id, name, pin_file: pin }) => (pin === undefined ? [] : [{ id, name }])),
  night: { from: site.limits.quietFromMinute, to: site.limits.quietToMinute },
});
