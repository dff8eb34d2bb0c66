import { expect, test } from 'vitest';
import type { Terminal } from '../../src/core/site.ts';
import { alert, Hamlet, hamlet } from './hamlet.ts';

const [siren = ''] = hamlet.terminals.map(({ id }) => id);
const healthOf = (village: Hamlet): string | undefined => village.village.durable.terminals[siren]?.health;

test('a unit that was lost before a restart is well again when polling finds it after it', () => {
  const village = new Hamlet();
  village.tell({ kind: 'unit-lost', terminal: siren, reason: 'no-reply' });
  village.tell({ kind: 'booted', version: '0', boot: 'b1', clean: false });
  expect(healthOf(village)).toBe('lost');
  village.tell({ kind: 'unit-back', terminal: siren });
  expect(healthOf(village)).toBe('well');
});

test('that a unit answers does not prove an amplifier that has failed', () => {
  const village = new Hamlet();
  village.tell({ kind: 'evidence', findings: [village.finding(siren, 'rejected', { reason: 'busy' })] });
  village.tell({ kind: 'unit-back', terminal: siren });
  expect(healthOf(village)).toBe('suspect');
});

test('a unit that could not be read at the start is well again when it answers', () => {
  const village = new Hamlet();
  village.tell({ kind: 'booted', version: '0', boot: 'b1', clean: true });
  village.tell({ kind: 'outputs', on: [], unread: [siren] });
  expect(healthOf(village)).toBe('suspect');
  village.tell({ kind: 'unit-back', terminal: siren });
  expect(healthOf(village)).toBe('well');
});

test.each(['no-reply', 'line-gone', 'reply-garbled'])(
  'a unit that did not answer in an alarm (%s) is well again when it answers',
  (reason) => {
    const village = new Hamlet();
    village.tell({ kind: 'evidence', findings: [village.finding(siren, 'no-reply', { reason })] });
    expect(healthOf(village)).toBe('suspect');
    village.tell({ kind: 'unit-back', terminal: siren });
    expect(healthOf(village)).toBe('well');
  },
);

test('an amplifier that was measured dead is not well because its chip has spoken', () => {
  const speaker = 'east-speaker';
  const measured = (one: Terminal): Terminal => (one.id === speaker ? { ...one, proof: 'current' } : one);
  const village = new Hamlet({ ...hamlet, terminals: hamlet.terminals.map(measured) });
  village.issue({ kind: 'issue', alert: alert('a') });
  village.run(12_000);
  const dead = village.finding(speaker, 'silent', { grade: 'current', reason: 'no-current', value: 0, unit: 'A' });
  village.tell({ kind: 'evidence', findings: [dead] });
  village.spoken(speaker);
  expect(village.village.durable.terminals[speaker]?.health).toBe('suspect');
  village.tell({
    kind: 'evidence',
    findings: [village.finding(speaker, 'sounding', { grade: 'current', value: 3, unit: 'A' })],
  });
  expect(village.village.durable.terminals[speaker]?.health).toBe('well');
});

test('that a unit answers says nothing of a return line that carried no sound', () => {
  const village = new Hamlet();
  village.tell({ kind: 'evidence', findings: [village.finding(siren, 'no-reply', { reason: 'no-return' })] });
  village.tell({ kind: 'unit-back', terminal: siren });
  expect(healthOf(village)).toBe('suspect');
});
