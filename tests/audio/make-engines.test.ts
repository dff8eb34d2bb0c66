import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { otherEngine } from '../../src/audio/make/other-engines.ts';
import type { SpeechEngine } from '../../src/audio/make/speech-engine.ts';
import { ok } from '../../src/words/failure.ts';
import { sineWav } from './sound.ts';

import { folder } from './decode-bench.ts';
import { engineOf, piecesOf, workshop } from './workshop.ts';

describe('a speech engine of the site', () => {
  const wav = join(folder, 'spoken.wav');
  writeFileSync(wav, sineWav({ rate: 16_000, channels: 1, bits: 16 }, 500));
  const say = async (command: readonly string[], timeoutMs = 30_000) => {
    const engine = otherEngine({ engine: 'command', command, timeoutMs });
    return engine?.say('请立即转移', 'urgent');
  };

  it('is a program that takes the text and gives a WAV file', async () => {
    const copy = join(folder, 'text');
    const program = `cat > ${copy}; cat ${wav}`;
    const result = await say(['sh', '-c', program]);
    expect(result?.ok === true && result.value.length).toBe(readFileSync(wav).length);
    expect(readFileSync(copy, 'utf8')).toBe('请立即转移');
  });

  it.each([
    { what: 'is not there', command: ['/no/such/program'], withinMs: 30_000, why: /ENOENT/ },
    { what: 'cannot be started', command: ['no\0such'], withinMs: 30_000, why: /ERR_INVALID_ARG_VALUE/ },
    { what: 'fails', command: ['sh', '-c', 'exit 3'], withinMs: 30_000, why: /exit 3/ },
    { what: 'does not end', command: ['sh', '-c', 'sleep 60 & sleep 60'], withinMs: 1500, why: /no answer/ },
    { what: 'never stops writing', command: ['sh', '-c', 'cat /dev/zero'], withinMs: 1500, why: /more than|no answer/ },
  ])('that $what is a named failure in bounded time', async ({ command, withinMs, why }) => {
    const result = await say(command, withinMs);
    expect(result).toMatchObject({ ok: false, failure: { code: 'audio-engine' } });
    expect(result?.ok === false && result.failure.params['why']).toMatch(why);
  });

  const servers: Server[] = [];
  afterAll(() => servers.forEach((server) => server.close().closeAllConnections()));
  const served = async (answer: (text: string) => { status: number; body: Buffer; location?: string } | null) => {
    const server = createServer((request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        const given = answer(Buffer.concat(parts).toString());
        if (given === null) return;
        if (given.location !== undefined) response.setHeader('location', given.location);
        response.writeHead(given.status).end(given.body);
      });
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    return `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}/speak`;
  };
  const post = async (url: string, timeoutMs = 30_000) =>
    otherEngine({ engine: 'http', url, timeoutMs })?.say('请立即转移', 'urgent');

  it('is a server to which the text is posted', async () => {
    const texts: string[] = [];
    const url = await served((text) => {
      texts.push(text);
      return { status: 200, body: readFileSync(wav) };
    });
    const result = await post(url);
    expect(result?.ok === true && result.value.length).toBe(readFileSync(wav).length);
    expect(texts).toEqual(['请立即转移']);
  });

  it.each([
    { what: 'answers with an error', answer: () => ({ status: 500, body: Buffer.from('no') }), why: /HTTP 500/ },
    {
      what: 'leads elsewhere',
      answer: () => ({ status: 302, body: Buffer.alloc(0), location: 'http://127.0.0.1:1/' }),
      why: /./,
    },
    { what: 'does not answer', answer: () => null, withinMs: 500, why: /no answer in time/ },
    {
      what: 'answers without end',
      answer: () => ({ status: 200, body: Buffer.alloc(21 * 1024 * 1024) }),
      why: /more than/,
    },
  ])('that $what is a named failure', async ({ answer, withinMs, why }) => {
    const result = await post(await served(answer), withinMs);
    expect(result).toMatchObject({ ok: false, failure: { code: 'audio-engine' } });
    expect(result?.ok === false && result.failure.params['why']).toMatch(why);
  });

  it('whose answer is no sound is passed over', async () => {
    const rubbish = engineOf('rubbish', true);
    const bad: SpeechEngine = { ...rubbish, say: () => Promise.resolve(ok(Buffer.from('<html>'))) };
    const { pieces } = await piecesOf(workshop([bad, engineOf('good', true)]).maker, '请注意收听。');
    expect(pieces[0]?.instead).toMatchObject({ by: 'engine', why: { code: 'audio-format' } });
  });
});
