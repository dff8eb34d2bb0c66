import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { emptyVillage } from '../../src/core/village.ts';
import { step } from '../../src/core/step.ts';
import { answer, show, trigger } from '../../src/cli/local.ts';
import { quietTest } from '../../src/cli/self-test.ts';
import { turnLoop } from '../../src/box/loop.ts';
import { obeyControl } from '../../src/box/obey-control.ts';
import type { ControlRequest } from '../../src/console/control-requests.ts';
import { openControlServer } from '../../src/console/control-server.ts';
import type { Io } from '../../src/cli/command.ts';
import { explain } from '../../src/words/error-codes.ts';
import { failed, ok } from '../../src/words/failure.ts';
import { alert, hamlet, mondayNine, order } from '../core/hamlet.ts';

const talk = (): { io: Io; said: string[] } => {
  const said: string[] = [];
  const say = (line: string): void => void said.push(line);
  return { said, io: { language: 'en', out: say, err: say, environment: {} } };
};

const at = { mono: 1, wall: mondayNine, trust: 'trusted' } as const;
const event = { kind: 'configured', hash: 'h', site: hamlet, keys: [], real: false } as const;
const loop = (from = step(emptyVillage, { at, event }).village) =>
  turnLoop(from, {
    now: () => at,
    setTimer: () => () => undefined,
    append: () => Promise.resolve(ok({ number: 1, hash: '' })),
    carryOut: () => undefined,
    release: () => undefined,
    answer: () => undefined,
    stateHash: () => '',
    report: () => undefined,
  });

describe('a trigger by hand', () => {
  test('that the box refuses is answered with the refusal in both languages', async () => {
    const ports = { loop: loop(), newId: () => 'T1', snapshot: () => expect.fail('not asked') };
    const answer = await obeyControl(ports, {
      do: 'trigger',
      plan: 'no-plan-of-ours',
      zones: [],
      status: 'drill',
      severity: 'red',
      text: null,
      person: 'li',
      sirenUnlocked: false,
    });
    expect(answer).toMatchObject({ ok: false, failure: { code: 'no-such-plan', params: { plan: 'no-plan-of-ours' } } });
    if (!answer.ok) expect(explain(answer.failure).zh).toContain('no-plan-of-ours');
  });

  test('ends with 5 when it was refused, with 6 when it is not recorded, and says so', () => {
    const { io, said } = talk();
    expect(show(io, { ok: false, code: 'no-such-plan', zh: '没有', en: 'none' })).toBe(5);
    expect(show(io, { ok: true, id: 'a', recorded: false })).toBe(6);
    expect(said.at(-1)).toContain('not recorded yet');
    expect(show(io, { ok: true, id: 'a', recorded: true })).toBe(0);
  });
});

describe('a trigger on the command line', () => {
  const plan = 'flash-flood-now';

  test('goes to every zone that is written with a comma between, and to none while any word is left over', async () => {
    const asked: ControlRequest[] = [];
    const folder = mkdtempSync(join(tmpdir(), 'mingluo-cli-'));
    const server = await openControlServer(join(folder, 'control.sock'), {
      obey: (one) => {
        asked.push(one);
        return Promise.resolve(ok({ id: 'T1', recorded: true }));
      },
      watch: () => () => undefined,
      now: () => 0,
    });
    const { io, said } = talk();
    const run = (...words: string[]) => trigger.run([plan, '--confirm', plan, '--state', folder, ...words], io);
    expect(await run('--zones', 'heba', 'shangba')).toBe(2);
    expect(await run('--text', '河水', '上涨')).toBe(2);
    expect([asked, said.at(-1)]).toEqual([[], `usage: mingluo ${trigger.usage}`]);
    expect(await run('--zones', 'heba,shangba')).toBe(0);
    expect(asked).toMatchObject([{ do: 'trigger', zones: ['heba', 'shangba'] }]);
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  });
});

describe('a quiet test by hand', () => {
  const ports = { loop: loop(), newId: () => 'Q1', snapshot: () => expect.fail('not asked') };
  const request = { do: 'quiet-test', person: 'li' } as const;

  test('of a terminal that is not there is refused in words; of all it is begun and recorded', async () => {
    const strange = await obeyControl(ports, { ...request, terminals: ['east-sirene'] });
    expect(strange).toMatchObject({ ok: false, failure: { code: 'no-such-terminal' } });
    expect(await obeyControl(ports, { ...request, terminals: [] })).toEqual(ok({ id: 'Q1', recorded: true }));
    const again = await obeyControl(ports, { ...request, terminals: [] });
    expect(again).toMatchObject({ ok: false, failure: { code: 'quiet-test-busy' } });
  });

  test('reaches the box with the names on the command line', async () => {
    const asked: ControlRequest[] = [];
    const folder = mkdtempSync(join(tmpdir(), 'mingluo-cli-'));
    const server = await openControlServer(join(folder, 'control.sock'), {
      obey: (one) => {
        asked.push(one);
        return Promise.resolve(ok({ id: 'Q1', recorded: true }));
      },
      watch: () => () => undefined,
      now: () => 0,
    });
    const { io } = talk();
    expect(await quietTest.run(['heba-siren-2', '--person', 'li', '--state', folder], io)).toBe(0);
    expect(asked).toEqual([{ do: 'quiet-test', terminals: ['heba-siren-2'], person: 'li' }]);
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  });
});

describe('an answer by hand', () => {
  const { village } = step(emptyVillage, { at, event });
  const warned = step(village, {
    at,
    event: { kind: 'order', order: order({ kind: 'issue', alert: alert('a1') }) },
  }).village;

  /** The command against a control socket with the box's own way of obeying behind it. */
  const answering = async (from: typeof village, args: readonly string[]) => {
    const ports = { loop: loop(from), newId: () => 'A1', snapshot: () => expect.fail('not asked') };
    const folder = mkdtempSync(join(tmpdir(), 'mingluo-cli-'));
    const server = await openControlServer(join(folder, 'control.sock'), {
      obey: (request) => obeyControl(ports, request),
      watch: () => () => undefined,
      now: () => 0,
    });
    const { io, said } = talk();
    const status = await answer.run([...args, '--state', folder], io);
    await server.close();
    rmSync(folder, { recursive: true, force: true });
    return { status, said: said.join('\n'), village: ports.loop.village() };
  };

  test('answers for the live warning under the name of the person, and says for which', async () => {
    const { status, said, village: after } = await answering(warned, ['--person', 'li']);
    expect(status).toBe(0);
    expect(JSON.parse(said)).toEqual({ id: 'A1', alerts: ['a1'], recorded: true });
    expect(Object.values(after.durable.broadcasts)[0]?.answer).toMatchObject({ person: 'li', source: 'cli' });
  });

  test('with nothing to answer is refused in words', async () => {
    const { status, said } = await answering(village, ['--person', 'li']);
    expect(status).toBe(5);
    expect(said).toBe(explain(failed('nothing-to-answer').failure).en);
  });

  test('with an option that is none ends as misuse, and without a box as unreachable', async () => {
    expect((await answering(warned, ['--loud'])).status).toBe(2);
    const { io } = talk();
    expect(await answer.run(['--state', '/nonexistent'], io)).toBe(4);
  });

  test('without a box says what to look at, also where only the socket of a dead one is left', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'mingluo-nobody-'));
    const path = join(folder, 'control.sock');
    const heard: string[][] = [];
    // What is no socket refuses a connection just as the socket of a process that was killed does.
    for (const leave of [() => undefined, () => writeFileSync(path, '')]) {
      leave();
      const { io, said } = talk();
      expect(await answer.run(['--state', folder], io)).toBe(4);
      heard.push(said);
    }
    rmSync(folder, { recursive: true });
    const words = explain(failed('control-nobody', { path }).failure);
    expect(words.en).toContain('--state');
    expect(words.zh).toContain('--state');
    for (const said of heard) expect(said.join()).toContain(words.en);
  });
});
