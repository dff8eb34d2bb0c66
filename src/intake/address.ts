import { areaPrefix } from '../core/area.ts';
import type { Site, Zone } from '../core/site.ts';
import { failed, ok, type Result } from '../words/failure.ts';

const divisionCode = /^(?:[0-9]{2}|[0-9]{4}|[0-9]{6}|[0-9]{9}|[0-9]{12})$/;

/** Is this a division code of a whole level? Anything else in a scope is a box id. */
export const isDivisionCode = (text: string): boolean => divisionCode.test(text);

/** Does the whole site lie within this area? The empty prefix holds every site. */
export const areaHoldsSite = (site: Site, area: string): boolean =>
  areaPrefix(site.areaCode).startsWith(areaPrefix(area));

/** The zones of the site that lie within an area: all if the site does, else those with a code in it. */
export const zonesInArea = (site: Site, area: string): readonly Zone[] => {
  if (areaHoldsSite(site, area)) return site.zones;
  const prefix = areaPrefix(area);
  return site.zones.filter((zone) => zone.areaCodes.some((code) => areaPrefix(code).startsWith(prefix)));
};

/** The zones an envelope's scope addresses here; empty when it is for another box. */
export const zonesInScope = (site: Site, scope: string): readonly Zone[] => {
  if (scope === site.id) return site.zones;
  return isDivisionCode(scope) ? zonesInArea(site, scope) : [];
};

/** Is the scope within what the key may address? A box id counts as the whole site. */
export const scopeWithinKey = (site: Site, scope: string, keyScope: string): boolean =>
  scope === site.id ? areaHoldsSite(site, keyScope) : areaPrefix(scope).startsWith(areaPrefix(keyScope));

/** Does the scope hold the whole site? Needed by orders that name no zones and touch everything. */
export const scopeHoldsSite = (site: Site, scope: string): boolean =>
  scope === site.id || (isDivisionCode(scope) && areaHoldsSite(site, scope));

/**
 * The zones an alert names here: zone ids as they are, division codes as the zones within them, in the site's order.
 *
 * @param allowed zones within the scope of the order
 * @returns zone ids, never empty, or `order-zone-unknown`, `order-zone-out-of-scope` with the entry's place
 */
export const resolveZones = (
  site: Site,
  entries: readonly string[],
  allowed: readonly Zone[],
): Result<readonly string[]> => {
  const chosen = new Set<Zone>();
  for (const [index, entry] of entries.entries()) {
    const at = { field: `body.alert.zones[${index}]` };
    const named = site.zones.filter((zone) => zone.id === entry);
    if (named.length === 0 && !isDivisionCode(entry)) return failed('order-zone-unknown', { zone: entry }, at);
    const found = named.length > 0 ? named : zonesInArea(site, entry);
    const outside = found.find((zone) => !allowed.includes(zone));
    if (outside !== undefined) return failed('order-zone-out-of-scope', { zone: outside.id }, at);
    for (const zone of found) chosen.add(zone);
  }
  if (chosen.size === 0)
    return failed('order-zone-unknown', { zone: entries.join(' ') }, { field: 'body.alert.zones' });
  return ok(site.zones.filter((zone) => chosen.has(zone)).map((zone) => zone.id));
};
