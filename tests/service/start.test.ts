import { describe, expect, test } from 'vitest';
import type { SenderKey } from '../../src/core/order.ts';
import { step } from '../../src/core/step.ts';
import { emptyVillage } from '../../src/core/village.ts';
import { watchFirstSound } from '../../src/box/first-sound.ts';
import { loadBox } from '../../src/box/load-box.ts';
import { startEvents, type StartFound } from '../../src/box/start-events.ts';
import { hamlet, mondayNine } from '../core/hamlet.ts';

const key: SenderKey = {
  id: 'county',
  publicKey: 'x',
  name: 'c',
  authority: 'county',
  classes: ['alarm', 'drill'],
  scope: '',
  practice: false,
};
const found = (senders: readonly SenderKey[] | null, durable = emptyVillage.durable): StartFound => ({
  files: { loaded: { site: hamlet, hash: 'h' }, senders, real: false },
  memory: { endedInOrder: true, notes: [], recovered: { troubles: [] } },
  durable,
  clockSource: 'none',
  version: '0',
  boot: 'b',
});
const [configured] = startEvents(found([key]));
const ran = step(emptyVillage, {
  at: { mono: 0, wall: mondayNine, trust: 'trusted' },
  event: configured ?? { kind: 'wake' },
}).village.durable;
const kinds = (events: readonly { readonly kind: string }[]): readonly string[] => events.map(({ kind }) => kind);

describe('the start of a box', () => {
  test('judges what played by the restart rule before it takes a changed site', () => {
    expect(kinds(startEvents(found([key])))).toEqual(['configured', 'booted']);
    expect(kinds(startEvents(found([key], ran)))).toEqual(['booted']);
    expect(kinds(startEvents(found([key], { ...ran, siteHash: 'other' })))).toEqual(['booted', 'configured']);
  });

  test('takes keys anew when only what they may do was changed', () => {
    expect(kinds(startEvents(found([{ ...key, classes: ['drill'] }], ran)))).toContain('configured');
  });
});

describe('keys that cannot be used', () => {
  test('leave the box local, with what is wrong named, and the site as it is', async () => {
    const keys = { box: '/nowhere/box.key', senders: '/nowhere/senders.json' };
    const files = await loadBox({ configDir: 'config', devicesDir: 'devices', overrides: { keys } });
    expect(files).toMatchObject({ ok: true, value: { signer: null, senders: null } });
    if (files.ok) expect(files.value.keyFaults.map(({ code }) => code)).toContain('key-file-unreadable');
  });

  test('never replace the keys that are pinned', () => {
    expect(kinds(startEvents(found(null, ran)))).toEqual(['booted']);
    expect(startEvents(found(null, { ...ran, siteHash: 'other' }))[1]).toMatchObject({ keys: [key] });
  });
});

describe('the way to the first sound', () => {
  test('begins once: the same order by a second way changes nothing', () => {
    const watch = watchFirstSound();
    const sounded = {
      number: 1,
      at: { mono: 0, wall: 0, trust: 'guessed' },
      trace: 't',
      alert: 'a',
      broadcast: 'b',
      status: 'actual',
      body: {
        stage: 'terminal',
        terminal: 'x',
        verdict: 'sounded',
        grade: 'switched',
        reason: null,
        value: null,
        unit: null,
        ageMs: 0,
      },
    } as const;
    watch.beginNow('t', 100);
    watch.frame('t', 150, 160);
    watch.begin('t', { intakeMs: 0, receivedAt: 500, verifiedAt: 500, steppedAt: 500 });
    expect(watch.heard(sounded, 200)).toMatchObject({ parts: { queueMs: 50, lineMs: 10, deviceMs: 40 } });
    watch.beginNow('t', 900);
    expect(watch.heard(sounded, 950)).toBeNull();
  });
});
