import type { TSchema } from 'typebox';
import type { Shape } from '../check-shape.ts';
import { peopleSchema } from './people.ts';
import { planSchema } from './plan.ts';
import { siteSchema } from './site.ts';

/** One key of the site's files: `site.limits.sirenPerHour`, `site.zones[].households`, `plan.when.events`. */
export interface SchemaKey {
  readonly key: string;
  readonly shape: Shape;
  readonly required: boolean;
}

/** A text in both languages is one value to its reader, not two keys. */
const isBilingual = ({ properties }: Shape): boolean =>
  properties !== undefined && Object.keys(properties).join() === 'zh,en';

const keysBelow = (shape: Shape, prefix: string): readonly SchemaKey[] => {
  const listed = shape.items === undefined ? shape : shape.items;
  const at = shape.items === undefined ? prefix : `${prefix}[]`;
  if (isBilingual(listed)) return [];
  return Object.entries(listed.properties ?? {}).flatMap(([name, inner]) => {
    const key = `${at}.${name}`;
    return [{ key, shape: inner, required: listed.required?.includes(name) === true }, ...keysBelow(inner, key)];
  });
};

/** The files a person writes, by the first word of their keys. */
export const fileSchemas = { site: siteSchema, plan: planSchema, people: peopleSchema } as const;

/** Every key of every file, in the order of the schemas. */
export const schemaKeys: readonly SchemaKey[] = Object.entries<TSchema>(fileSchemas).flatMap(([root, schema]) =>
  keysBelow(schema, root),
);
