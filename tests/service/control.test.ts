import { describe, expect, test } from 'vitest';
import { parseControlRequest } from '../../src/console/control-requests.ts';
import { answerRequest } from '../../src/console/control-server.ts';

describe('the control socket', () => {
  test('answers a request whose members cannot even be turned into text', () => {
    for (const line of ['{"do":{"toString":1}}', '{"do":null}', '{"do":[[]]}', '7', 'null']) {
      expect(parseControlRequest(line)).toMatchObject({ ok: false, failure: { code: 'control-request-invalid' } });
    }
  });

  test('turns whatever goes wrong in a request into an answer', async () => {
    const obey = (): Promise<never> => Promise.reject(new Error('torn'));
    expect(await answerRequest('{"do":"status"}', obey)).toMatchObject({
      ok: false,
      failure: { code: 'control-internal', params: { detail: 'torn' } },
    });
  });
});
