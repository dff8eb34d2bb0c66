import type { PlanView, SiteView } from './view.ts';

/** What of a drill decides which names must be typed. */
export interface Scope {
  readonly plan: string;
  readonly zones: readonly string[];
}

/** Zones that a plan is meant for; all where it names none. */
export const zonesOf = (site: SiteView, { zones }: PlanView): readonly string[] =>
  zones.length > 0 ? zones : site.zones.map(({ id }) => id);

/** The names that must be typed before a drill may reach more than the zone it begins with; none for one zone. */
export const namesToType = (site: SiteView, { plan, zones }: Scope): readonly string[] => {
  const found = site.plans.find(({ id }) => id === plan);
  const first = found === undefined ? undefined : zonesOf(site, found)[0];
  return new Set(zones).size < 2
    ? []
    : site.zones.filter(({ id }) => zones.includes(id) && id !== first).map(({ name }) => name.zh);
};

/** Is the drill no wider than what was typed? */
export const isAsTyped = (site: SiteView, scope: Scope, typed: string): boolean =>
  namesToType(site, scope).every((name) => typed.includes(name));
