import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { diskPort } from '../../src/config/file-port.ts';
import { loadSite } from '../../src/config/load-site.ts';
import { catalogue, exampleFolder } from './village.ts';

const folder = mkdtempSync(join(tmpdir(), 'mingluo-config-'));
afterAll(() => rmSync(folder, { recursive: true }));

it('the disk gives files and links to files, and nothing for what is absent or a folder', async () => {
  mkdirSync(join(folder, 'plans/sub'), { recursive: true });
  writeFileSync(join(folder, 'plans/a.yaml'), 'id: a');
  symlinkSync(join(folder, 'plans/a.yaml'), join(folder, 'plans/b.yaml'));
  expect([...(await diskPort.list(join(folder, 'plans')))].sort()).toEqual(['a.yaml', 'b.yaml']);
  expect(await diskPort.list(join(folder, 'nowhere'))).toEqual([]);
  expect(await diskPort.readFile(join(folder, 'plans/b.yaml'))).toEqual(Buffer.from('id: a'));
  expect(await diskPort.readFile(join(folder, 'plans/sub'))).toBeNull();
  expect(await diskPort.readFile(join(folder, 'plans/a.yaml/x'))).toBeNull();
});

it('the example village loads from the disk, with its key files inside its folder', async () => {
  const village = await loadSite({ files: diskPort, dir: exampleFolder, catalogue });
  expect(village).toMatchObject({ ok: true, keys: { box: join(exampleFolder, 'keys/box.key') } });
});

it('a folder that is no site, or is not there, is named once', async () => {
  const dir = join(folder, 'nowhere');
  const refused = await loadSite({ files: diskPort, dir, catalogue });
  expect(refused).toMatchObject({ ok: false, failures: [{ code: 'config-folder-empty', params: { dir } }] });
  expect(refused.ok ? [] : refused.failures).toHaveLength(1);
});
