import { createConnection } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Village } from '../../emulator/start/run-village.ts';
import { mingluo, receiptsOf, stageIs, startVillage, workdayAt } from './box.ts';

/** What comes in wrong gets a named code, loses nothing, and the process lives (issue: bad input; promise 11). */
describe('bad input to the real process', { timeout: 90_000 }, () => {
  let village: Village;
  let pid: number | null;

  beforeAll(async () => {
    village = await startVillage(workdayAt(10, 0));
    await receiptsOf(village).first(stageIs('noted', { code: 'clock-source' }));
    pid = village.box.pid();
  }, 90_000);

  afterAll(() => village.close(), 60_000);

  test.each([
    ['bad-signature', 'envelope-signature-wrong'],
    ['unknown-key', 'envelope-key-unknown'],
    ['expired', 'order-expired'],
    ['wrong-scope', 'order-wrong-box'],
  ] as const)('an order with %s is refused with its code', async (misdeed, code) => {
    await village.centre.issue({ headline: 'x', text: 'x' }, { misdeed });
    const refused = await receiptsOf(village).first(stageIs('refused', { code }));
    expect(refused.body['detail']).not.toBe('');
    expect(village.world.state().terminals.every(({ heard }) => heard === null)).toBe(true);
  });

  test('bytes that are no message are answered as a problem and the link goes on', async () => {
    const { centre } = village;
    for (const raw of [
      '{',
      '[]',
      '{"type":"order"}',
      '{"type":"__proto__"}',
      Buffer.from([0, 255, 1]),
      'x'.repeat(60_000),
    ]) {
      centre.sendRaw(raw);
    }
    const sent = await centre.issue({ status: 'drill', headline: '演练', text: '演练', zones: ['xuexiao'] });
    if (!sent.ok) throw new Error(sent.failure.code);
    await receiptsOf(village).first(
      (receipt) => receipt.trace === sent.value.id && receipt.body.stage === 'started',
      60_000,
    );
    expect(village.box.pid()).toBe(pid);
  }, 90_000);

  test('the control socket answers rubbish by its code', async () => {
    const lines = ['{', '{"do":{"toString":1}}', '{"do":"trigger"}', '7'];
    const said = await new Promise<string>((resolve) => {
      let text = '';
      const socket = createConnection(join(village.stateDir, 'control.sock'));
      socket.on('data', (chunk: Buffer) => {
        text += chunk.toString();
        if (text.split('\n').length > lines.length) socket.end();
      });
      socket.on('close', () => resolve(text));
      socket.write(lines.map((line) => `${line}\n`).join(''));
    });
    const codes = said
      .split('\n')
      .flatMap((line) => (line === '' ? [] : [(JSON.parse(line) as { code: string }).code]));
    expect(codes).toEqual([
      'control-not-json',
      'control-request-invalid',
      'control-request-invalid',
      'control-request-invalid',
    ]);
    expect(village.box.pid()).toBe(pid);
  });

  test('rubbish on every line moves no output and leaves the box alive', async () => {
    mingluo('stop', '--state', village.stateDir, '--person', '李某');
    await receiptsOf(village).first(stageIs('unproven-silence'), 30_000);
    const { timeline } = village.world.core;
    const sounds = (): number => village.site.terminals.reduce((sum, { id }) => sum + timeline.of(id).length, 0);
    const before = sounds();
    for (const { id } of village.world.wiring.lines.filter(({ speaks }) => speaks !== 'bytes')) {
      expect(village.world.core.faults.add({ target: id, fault: 'noise', value: 0.5 }).ok).toBe(true);
    }
    // Polls run into the noise until a terminal is given up: the box has really read rubbish.
    await receiptsOf(village).first(stageIs('health', { health: 'lost' }), 60_000);
    expect(mingluo('status', '--state', village.stateDir).status).toBe(0);
    expect(sounds()).toBe(before);
    expect(village.box.pid()).toBe(pid);
  }, 120_000);
});
