import type { Catalogue, RegisterDevice } from '../../devices/define.ts';
import type { LineFile, SiteFile } from './schema/site.ts';

/** The line of that name, or null. */
export const lineOf = (site: SiteFile, id: string): LineFile | null =>
  site.lines.find((line) => line.id === id) ?? null;

/** The model of a unit on a line, or null where line, unit or model is unknown. */
export const modelAt = (
  site: SiteFile,
  catalogue: Catalogue,
  ref: { readonly line: string; readonly unit: number },
): RegisterDevice | null => {
  const unit = lineOf(site, ref.line)?.units?.find((one) => one.unit === ref.unit);
  return unit === undefined ? null : (catalogue.registers.get(unit.model) ?? null);
};

/** The model that switches a terminal; null for one without a switched output. */
export const switchOf = (
  site: SiteFile,
  catalogue: Catalogue,
  { output }: { readonly output?: { readonly line: string; readonly unit: number } },
): RegisterDevice | null => (output === undefined ? null : modelAt(site, catalogue, output));
