import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { failed } from '../../src/words/failure.ts';
import { exampleSite, pin, startRig, type PageRig } from '../page/rig.ts';
import { asking, logIn, own, post, sendBytes } from './raw-client.ts';

let rig: PageRig;
let port: number;
beforeAll(async () => {
  rig = await startRig(await exampleSite(), ['station.local']);
  ({ port } = rig);
}, 60_000);
afterAll(() => rig.close());

const lift = { what: 'correction', alert: 'local-1', text: '更正：刚才是误播。' } as const;
const start = {
  plan: 'geohazard-now',
  zones: ['heba'],
  status: 'actual',
  severity: 'red',
  text: null,
  sirenUnlocked: false,
};
const triggers = (): number => rig.asked.filter(({ do: what }) => what === 'trigger').length;

describe('who may ask the page', () => {
  test('a foreign Host gets nothing, whatever it asks for', async () => {
    for (const host of ['evil.example', `evil.example:${port}`, '127.0.0.1:1', '127.0.0.1', `127.0.0.1:${port}.evil`]) {
      for (const path of ['/', '/page.js', '/api/site', '/api/session', '/nothing']) {
        const answer = await asking({ port, path, headers: { host } });
        expect([host, path, answer.status >= 400]).toEqual([host, path, true]);
        expect(answer.text).not.toContain('heba');
      }
    }
  });

  test('a name that the site lists is let in, with the port that is listened on', async () => {
    expect((await asking({ port, path: '/', headers: { host: `station.local:${port}` } })).status).toBe(200);
  });

  test('a page of somebody else cannot stop, answer or log in: neither without Origin nor with a foreign one', async () => {
    const before = rig.asked.length;
    const foreign = [
      'https://evil.example',
      'null',
      `http://127.0.0.1:${port}.evil.example`,
      `http://evil@127.0.0.1:1`,
    ];
    for (const path of [
      '/api/stop',
      '/api/answer',
      '/api/login',
      '/api/start',
      '/api/continue',
      '/api/lift',
      '/api/touch',
      '/api/logout',
    ]) {
      for (const origin of foreign) {
        const { status } = await asking({ port, path, method: 'POST', headers: own(port, { origin }), body: '{}' });
        expect([path, origin, status]).toEqual([path, origin, 403]);
      }
      for (const missing of ['origin', 'x-mingluo']) {
        const headers = Object.fromEntries(Object.entries(own(port)).filter(([name]) => name !== missing));
        expect((await asking({ port, path, method: 'POST', headers, body: '{}' })).status).toBe(403);
      }
    }
    expect(rig.asked.length).toBe(before);
  });

  test('a form of another page, in a type that needs no leave, is refused', async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x']) {
      const headers = own(port, { 'content-type': type });
      const { status, body } = await asking({ port, path: '/api/stop', method: 'POST', headers, body: '{}' });
      expect([type, status, body['code']]).toEqual([type, 400, 'page-request-invalid']);
    }
  });

  test('every answer carries the rules by which the browser keeps strangers out', async () => {
    for (const path of ['/', '/page.js', '/api/site', '/nowhere']) {
      const { headers } = await asking({ port, path });
      expect(headers['content-security-policy']).toContain("default-src 'self'");
      expect(headers['content-security-policy']).not.toContain('unsafe');
      expect(headers['x-content-type-options']).toBe('nosniff');
      expect(headers['x-frame-options']).toBe('DENY');
      expect(headers['referrer-policy']).toBe('no-referrer');
    }
    const { text } = await asking({ port, path: '/' });
    expect(text).not.toMatch(/<script(?![^>]*src=)|<style|\son\w+=|https?:/);
  });

  test('no address reaches a file beside the page', async () => {
    const ups = ['../', '..%2f', '%2e%2e/', '..\\', '%2e%2e%2f', '....//', '..;/', '%252e%252e%252f', '/./../'];
    for (const up of ups) {
      for (const target of ['etc/passwd', 'package.json', 'console.entry.js', 'pin-tries.json']) {
        const answer = await sendBytes(
          port,
          `GET /${up.repeat(6)}${target} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: close\r\n\r\n`,
        );
        expect(answer).toMatch(/^HTTP\/1\.1 40[04]/);
        expect(answer).not.toMatch(/root:|"dependencies"|import /);
      }
    }
  });
});

describe('PINs and sessions', () => {
  test('stop and "I have heard" need no PIN, and say from where they came', async () => {
    expect((await post(port, '/api/stop', {})).status).toBe(200);
    expect((await post(port, '/api/answer', {})).status).toBe(200);
    expect(rig.asked.slice(-2)).toEqual([
      { do: 'stop', person: 'page-screen', source: 'console' },
      { do: 'answer', person: 'page-screen', source: 'console' },
    ]);
  });

  test('nothing else works without a PIN', async () => {
    const before = rig.asked.length;
    for (const [path, body] of [
      ['/api/start', start],
      ['/api/continue', { alert: 'local-1' }],
      ['/api/lift', lift],
      ['/api/touch', {}],
    ] as const) {
      expect((await post(port, path, body)).body['code']).toBe('page-locked');
    }
    for (const path of ['/api/contacts', '/api/raw'])
      expect((await asking({ port, path })).body['code']).toBe('page-locked');
    expect(rig.asked.length).toBe(before);
  });

  test('telephone numbers and PIN files stand nowhere in what anybody may read', async () => {
    const site = await asking({ port, path: '/api/site' });
    expect(site.status).toBe(200);
    expect(site.text).not.toMatch(/023-670|pin_file|scrypt|keys\//);
  });

  test('with the PIN a warning starts under the name of the person who entered it', async () => {
    const session = await logIn(port, 'li-ming', pin);
    expect((await post(port, '/api/start', start, session)).status).toBe(200);
    expect(rig.asked.at(-1)).toEqual({ do: 'trigger', ...start, person: 'li-ming', source: 'console' });
    expect((await post(port, '/api/lift', lift, session)).status).toBe(200);
    expect(rig.asked.at(-1)).toEqual({ do: 'lift', ...lift, person: 'li-ming' });
    for (const bad of [{ ...lift, what: 'cancel' }, { ...lift, text: '' }, { ...lift, person: 'chen-gong' }, {}])
      expect((await post(port, '/api/lift', bad, session)).body['code']).toBe('page-request-invalid');
    expect((await asking({ port, path: '/api/contacts', headers: session })).text).toContain('023-67000011');
    expect((await asking({ port, path: '/api/raw', headers: session })).body['code']).toBe('page-role-refused');
  });

  test('a drill for more than the zone it begins with starts only with the names of the others typed', async () => {
    const session = await logIn(port, 'li-ming', pin);
    const before = triggers();
    const wide = { ...start, status: 'drill', plan: 'geohazard-now', zones: ['heba', 'shangba', 'laojie'] };
    const narrow = { ...wide, zones: ['heba'] };
    for (const typed of [undefined, '', '上坝村', '河坝组']) {
      const answer = await post(port, '/api/start', { ...wide, ...(typed === undefined ? {} : { typed }) }, session);
      expect([answer.status, answer.body['code']]).toEqual([409, 'page-drill-names']);
      expect(answer.body['zh']).toContain('上坝村、老街');
    }
    // One zone named many times over, and another zone beside it, is wider all the same.
    const twice = { ...wide, zones: ['heba', 'heba', 'shangba'] };
    expect((await post(port, '/api/start', twice, session)).body['code']).toBe('page-drill-names');
    expect(triggers()).toBe(before);
    expect((await post(port, '/api/start', narrow, session)).status).toBe(200);
    expect((await post(port, '/api/start', { ...wide, typed: '老街 上坝村' }, session)).status).toBe(200);
    expect(rig.asked.at(-1)).toEqual({ do: 'trigger', ...wide, person: 'li-ming', source: 'console' });
    expect(triggers()).toBe(before + 2);
  });

  test('a cookie without its token starts nothing, nor does the token of another session', async () => {
    const [mine, other] = [await logIn(port, 'li-ming', pin), await logIn(port, 'chen-gong', pin)];
    const before = triggers();
    for (const token of ['', 'x', other['x-csrf'] ?? '']) {
      const answer = await post(port, '/api/start', start, { ...mine, 'x-csrf': token });
      expect([answer.status, answer.body['code']]).toEqual([403, 'page-token-refused']);
    }
    expect(triggers()).toBe(before);
  });

  test('a session id that somebody planted before the login is worth nothing after it', async () => {
    const planted = 'a'.repeat(32);
    const answer = await post(port, '/api/login', { person: 'li-ming', pin }, { cookie: `mingluo=${planted}` });
    const [cookie = ''] = answer.headers['set-cookie'] ?? [];
    expect(cookie).toMatch(/^mingluo=[0-9a-f]{32}; Path=\/; Max-Age=900; HttpOnly; SameSite=Strict$/);
    expect(cookie).not.toContain(planted);
    const { body } = await asking({ port, path: '/api/session', headers: { cookie: `mingluo=${planted}` } });
    expect(body['person']).toBeNull();
  });

  test('after logging out the old cookie is dead', async () => {
    const session = await logIn(port, 'li-ming', pin);
    await post(port, '/api/logout', {}, session);
    expect((await post(port, '/api/start', start, session)).status).toBe(401);
  });

  test('a refusal of the box comes back with its code and both languages', async () => {
    rig.answerWith(failed('quiet-hours', { from: '21:00', to: '07:00' }));
    const answer = await post(port, '/api/start', start, await logIn(port, 'li-ming', pin));
    rig.answerWith({ ok: true, value: { id: 'a1', recorded: true } });
    expect([answer.status, answer.body['code']]).toEqual([409, 'quiet-hours']);
    expect(answer.body['zh']).toContain('21:00');
  });
});

describe('bad input to the page', () => {
  test('bodies that are no request are named and reach nobody', async () => {
    const session = await logIn(port, 'li-ming', pin);
    const before = rig.asked.length;
    const bad = [
      '',
      'null',
      '[]',
      '7',
      '{',
      '{"plan":1}',
      JSON.stringify({ ...start, person: 'root' }),
      JSON.stringify({ ...start, zones: [] }),
      JSON.stringify({ ...start, status: 'test' }),
      JSON.stringify({ ...start, text: 'x'.repeat(501) }),
      '{"__proto__":{"plan":"x"}}',
    ];
    for (const body of bad) {
      const answer = await asking({ port, path: '/api/start', method: 'POST', headers: own(port, session), body });
      expect([body.slice(0, 40), answer.status, answer.body['code']]).toEqual([
        body.slice(0, 40),
        400,
        'page-request-invalid',
      ]);
    }
    expect(rig.asked.length).toBe(before);
  });

  test('a body beyond 64 kB and headers beyond 8 kB are refused', async () => {
    const answer = await asking({
      port,
      path: '/api/stop',
      method: 'POST',
      headers: own(port),
      body: `{"a":"${'x'.repeat(70_000)}"}`,
    });
    expect([answer.status, answer.body['code']]).toEqual([413, 'page-too-large']);
    const long = await sendBytes(
      port,
      `GET / HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nX-Long: ${'y'.repeat(9_000)}\r\n\r\n`,
    );
    expect(long).toMatch(/^(HTTP\/1\.1 4|$)/);
  });

  test('property: whatever bytes arrive, the page lives and asks nothing of the box', async () => {
    const before = rig.asked.length;
    const line = fc.oneof(
      fc.string({ maxLength: 60 }),
      fc.constantFrom(
        'GET / HTTP/1.1',
        'POST /api/stop HTTP/1.1',
        'POST /api/start HTTP/1.0',
        `Host: 127.0.0.1:${port}`,
        'Content-Length: -1',
        'Content-Length: 99999999',
        'Transfer-Encoding: chunked',
        'x-mingluo: page',
        'Upgrade: websocket',
        'Connection: upgrade',
        '',
        '0',
        '{}',
      ),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 12 }), async (lines) => {
        await sendBytes(port, `${lines.join('\r\n')}\r\n\r\n`, 25);
      }),
      { numRuns: 200 },
    );
    expect((await asking({ port, path: '/healthz' })).status).toBe(200);
    expect(rig.asked.length).toBe(before);
  }, 60_000);
});

/** Last: it locks the account and the address of this test. */
describe('guessing', () => {
  test('five wrong PINs lock account and address; the right one waits too; the sixth is not even looked at', async () => {
    for (const guess of ['111222', '333444', '555666', '777888', '999000']) {
      expect((await post(port, '/api/login', { person: 'chen-gong', pin: guess })).body['code']).toBe('page-pin-wrong');
    }
    const sixth = await post(port, '/api/login', { person: 'chen-gong', pin });
    expect([sixth.status, sixth.body['code']]).toEqual([429, 'page-pin-wait']);
    expect((await post(port, '/api/login', { person: 'li-ming', pin })).status).toBe(429);
    expect((await post(port, '/api/stop', {})).status).toBe(200);
  });
});
