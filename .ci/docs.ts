// `npm run docs`: writes every document that is made from the code, where it differs. tests/house compares them.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { documents } from './documents.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

const readOrEmpty = (file: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
};

for (const [path, write] of Object.entries(documents)) {
  const text = write();
  if (readOrEmpty(root + path) === text) continue;
  writeFileSync(root + path, text);
  console.log(`written: ${path}`);
}
