// `npm run docs`: writes every document that is made from the code, where it differs; with `--check` it only names them and
// fails.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { documents } from './documents.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const isCheck = process.argv.includes('--check');

for (const [path, write] of Object.entries(documents)) {
  const file = root + path;
  const present = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const text = write(present);
  if (present === text) continue;
  if (isCheck) process.exitCode = 1;
  else writeFileSync(file, text);
  console.log(isCheck ? `过期，请运行 npm run docs · out of date, run npm run docs: ${path}` : `written: ${path}`);
}
