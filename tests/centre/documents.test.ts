import { spawn, type ChildProcess } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { acts } from '../../emulator/centre/acts.ts';
import { readDocument } from '../../emulator/centre/asyncapi-document.ts';
import { centreCodes } from '../../emulator/centre/codes.ts';
import { scriptedBox, until } from './scripted-box.ts';
import { cleanUp, later } from './support.ts';

afterEach(cleanUp);

const root = fileURLToPath(new URL('../..', import.meta.url));
const page = (name: string): Promise<string> => readFile(join(root, 'docs/how-to', name), 'utf8');

const codeOf = async (): Promise<string> => {
  const [, code] = /```js\n([\s\S]*?)```/.exec(await page('connect-a-centre.md')) ?? [];
  return code ?? '';
};

const ended = (child: ChildProcess): Promise<void> =>
  new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.kill();
  });

/** A port that nobody listens on, below those that the kernel gives away by itself: no other test can come by it. */
const freePort = async (): Promise<number> => {
  for (let port = 20_000 + (process.pid % 10_000); ; port += 1) {
    const probe = createServer();
    const isFree = await new Promise<boolean>((resolve) => {
      probe.once('error', () => resolve(false)).listen(port, () => resolve(true));
    });
    if (!isFree) continue;
    await new Promise((resolve) => probe.close(resolve));
    return port;
  }
};

describe('connect-a-centre.md', () => {
  it('shows a program of at most 30 lines of own code', async () => {
    const lines = (await codeOf()).split('\n').filter((line) => line.trim() !== '' && !line.startsWith('import '));
    expect(lines.length).toBeGreaterThan(10);
    expect(lines.length).toBeLessThanOrEqual(30);
  });

  it('shows a program that pushes a drill as documented, and acknowledges only what the box signed', async () => {
    // Inside the project, so that the program finds the package ws.
    const dir = await mkdtemp(join(root, 'node_modules/.connect-a-centre-'));
    later(() => rm(dir, { recursive: true, force: true }));
    const { privateKey } = generateKeyPairSync('ed25519');
    await writeFile(join(dir, 'centre-key.pem'), privateKey.export({ format: 'pem', type: 'pkcs8' }));
    await writeFile(join(dir, 'centre.mjs'), await codeOf());
    const box = scriptedBox();
    const port = String(await freePort());
    const env = { ...process.env, PORT: port, BOX: box.id, BOX_KEY: box.publicKey };
    const child = spawn(process.execPath, ['centre.mjs'], { cwd: dir, env, stdio: ['ignore', 'pipe', 'inherit'] });
    later(() => ended(child));
    let printed = '';
    child.stdout.on('data', (data: Buffer) => (printed += data.toString()));

    for (let connected = false; !connected;) {
      connected = await box.connect(`ws://127.0.0.1:${port}/`).then(
        () => true,
        () => false,
      );
    }
    box.snapshot();
    box.askTime();
    const document = readDocument();
    const [time, order] = [await box.next('time'), await box.next('order')];
    for (const message of [time, order]) expect(document.outgoing(message)).toEqual({ ok: true, value: null });
    expect(document.content('time', String(time['statement']))).toMatchObject({ ok: true, value: { box: box.id } });
    expect(document.content('order', String(order['envelope']))).toMatchObject({ ok: true, value: { class: 'drill' } });
    box.receipts(1, 2);
    await until(() => box.heard.filter(({ type }) => type === 'acknowledge').length === 2);
    await until(() => printed.split('\n').length > 2);
    expect(printed).toContain('"ack.received"');
  }, 60_000);
});

describe('practice-centre.md', () => {
  it('lists every code of the centre as it is, and no other', async () => {
    const rows = [...(await page('practice-centre.md')).matchAll(/^\| `(centre-[\w-]+)` \| (.*) \| (.*) \|$/gm)];
    expect(Object.fromEntries(rows.map(([, code, zh, en]) => [code, { zh: zh?.trim(), en: en?.trim() }]))).toEqual(
      centreCodes,
    );
  });

  it('shows only commands and fields that exist', async () => {
    const shown = [
      ...(await page('practice-centre.md')).matchAll(/^\$ (?:centre|.*centre\.entry\.\w+) ([\w-]+)(.*)$/gm),
    ];
    const strange = shown.flatMap(([, name = '', rest = '']) => {
      if (['serve', 'receipts'].includes(name)) return [];
      const fields = [...rest.matchAll(/--([\w-]+)/g)].map(([, field]) => field ?? '');
      const known = acts[name]?.fields ?? null;
      return known === null ? [name] : fields.filter((field) => !(field in known));
    });
    expect(shown.length).toBeGreaterThan(10);
    expect(strange).toEqual([]);
  });
});
