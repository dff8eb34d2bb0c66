import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { configTable } from '../../src/config/config-table.ts';
import { jsonSchemaFiles } from '../../src/config/json-schema.ts';
import { schemaKeys } from '../../src/config/schema/keys.ts';
import { configKeys } from '../../src/words/text/config-keys.ts';
import { example, exampleFolder } from './village.ts';

const page = readFileSync(join(exampleFolder, '../docs/reference/configuration.md'), 'utf8');

describe('the table of keys', () => {
  it('has every key of the schema and no other', () => {
    expect(Object.keys(configKeys).sort()).toEqual(schemaKeys.map(({ key }) => key).sort());
  });

  it('is written in docs/reference/configuration.md as it is, key for key', () => {
    const rows = (text: string) => text.split('\n').filter((line) => /^\| `(site|plan|people)\.(?!yaml)/.test(line));
    expect(rows(page)).toEqual(rows(configTable()));
  });
});

describe('the schema files', () => {
  it('lie in config/schema as the schemas give them', () => {
    const generated = jsonSchemaFiles();
    expect(readdirSync(join(exampleFolder, 'schema')).sort()).toEqual([...generated.keys()].sort());
    for (const [name, text] of generated)
      expect(readFileSync(join(exampleFolder, 'schema', name), 'utf8'), name).toBe(text);
  });

  it('are named by both editor modelines in every file of the example', () => {
    const yaml = Object.entries(example).filter(([path]) => path.endsWith('.yaml'));
    expect(yaml.length).toBeGreaterThan(2);
    for (const [path, text] of yaml) {
      const schema = path.startsWith('plans/')
        ? '../schema/plan.schema.json'
        : `./schema/${path.replace('.yaml', '')}.schema.json`;
      expect(String(text).split('\n').slice(0, 2), path).toEqual([
        `# yaml-language-server: $schema=${schema}`,
        `# $schema: ${schema}`,
      ]);
    }
  });

  it('tell editors what each key means, in both languages', () => {
    expect(jsonSchemaFiles().get('site.schema.json')).toContain('户数\\nhouseholds');
  });
});
