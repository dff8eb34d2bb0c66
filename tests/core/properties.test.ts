import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalJson } from '../../src/core/canonical-json.ts';
import { step } from '../../src/core/step.ts';
import { emptyVillage } from '../../src/core/village.ts';
import type { Alert } from '../../src/core/alert.ts';
import type { Site } from '../../src/core/site.ts';
import { runs } from '../support/runs.ts';
import { alert, hamlet, Hamlet, plan } from './hamlet.ts';

const site: Site = {
  ...hamlet,
  plans: [
    plan('move-now'),
    plan('rapid', {
      playlist: [
        { play: 'tone', tone: 'rapid' },
        { play: 'speech', text: 'x', clip: null },
      ],
      repeats: 0,
    }),
    plan('notice', { class: 'routine', playlist: [{ play: 'speech', text: null, clip: null }], repeats: 2 }),
  ],
};

type Act = (village: Hamlet) => void;

const ids = ['a', 'b', 'c'];
const zones = fc.constantFrom(['east'], ['west'], ['east', 'west']);
const changes: fc.Arbitrary<Partial<Alert>> = fc.record({
  severity: fc.constantFrom('red', 'orange', 'blue'),
  stage: fc.constantFrom('now', '6h'),
  plan: fc.constantFrom('move-now', 'rapid'),
  zones,
});

/** Everything that can happen to a village, small enough to shrink. */
const acts: fc.Arbitrary<Act> = fc.oneof(
  fc.tuple(fc.constantFrom(...ids), changes).map(
    ([id, change]): Act =>
      (village) =>
        void village.issue({ kind: 'issue', alert: alert(id, change) }),
  ),
  fc.tuple(fc.constantFrom('d1', 'd2'), zones).map(
    ([id, where]): Act =>
      (village) =>
        void village.issue(
          { kind: 'issue', alert: alert(id, { status: 'drill', zones: where, sirenUnlocked: true }) },
          { class: 'drill' },
        ),
  ),
  zones.map(
    (where): Act =>
      (village) =>
        void village.issue(
          { kind: 'issue', alert: alert('n', { class: 'routine', plan: 'notice', zones: where }) },
          { class: 'routine' },
        ),
  ),
  fc.constantFrom(...ids).map(
    (alertId): Act =>
      (village) =>
        void village.issue({ kind: 'cancel', alertId }),
  ),
  fc.constantFrom(...ids).map(
    (alertId): Act =>
      (village) =>
        void village.issue({ kind: 'all-clear', alertId, text: '解除' }),
  ),
  fc.constant<Act>(
    (village) => void village.tell({ kind: 'stop', source: 'panel', person: 'li', id: `s${village.mono}` }),
  ),
  fc.constant<Act>((village) => void village.tell({ kind: 'continue', person: 'li', id: `c${village.mono}` })),
  fc.constant<Act>((village) => {
    village.tell({ kind: 'booted', version: '0', boot: `b${village.mono}`, clean: false });
    village.run(300);
    village.tell({ kind: 'outputs', on: [], unread: [] });
  }),
  fc
    .tuple(
      fc.constantFrom(...hamlet.terminals.map(({ id }) => id)),
      fc.constantFrom('sounding', 'silent', 'no-reply', 'off', 'spoken'),
    )
    .map(
      ([terminal, sight]): Act =>
        (village) =>
          void village.tell({ kind: 'evidence', findings: [village.finding(terminal, sight)] }),
    ),
  fc.integer({ min: 1, max: 20_000 }).map(
    (ms): Act =>
      (village) =>
        void village.run(ms),
  ),
);

const played = (happenings: readonly Act[]): Hamlet => {
  const village = new Hamlet(site);
  for (const act of happenings) {
    act(village);
    village.run(1);
  }
  return village;
};

const sequences = fc.array(acts, { minLength: 1, maxLength: 40 });
const tries = runs(150);

/** Hundreds of nights, counted branch by branch in `npm test`: the limit is for a test that hangs. */
describe('whatever happens', { timeout: 90_000 }, () => {
  test('receipts count without a gap, every ended broadcast is queued once and due = sounded + failed + unknown', () => {
    fc.assert(
      fc.property(sequences, (happenings) => {
        const village = played(happenings).run(8 * 3_600_000);
        const receipts = village.receipts();
        const first = receipts[0]?.number ?? 0;
        expect(receipts.map(({ number }) => number)).toEqual(receipts.map((_, index) => first + index));
        const of = (stage: string) =>
          receipts.filter(({ body }) => body.stage === stage).map(({ broadcast }) => broadcast);
        expect([...of('ended')].sort()).toEqual([...of('queued')].sort());
        for (const { body } of receipts) {
          if (body.stage === 'ended') expect(body.due).toBe(body.sounded + body.failed + body.unknown);
        }
      }),
      tries,
    );
  });

  test('the journal of what changed folds to the very state, and the state survives its canonical form', () => {
    fc.assert(
      fc.property(sequences, (happenings) => {
        const village = played(happenings);
        const folded = village.journal.reduce((state, happening) => step(state, happening).village, emptyVillage);
        expect(canonicalJson(folded.durable)).toBe(canonicalJson(village.village.durable));
      }),
      tries,
    );
  });

  test('siren and speech never overlap in one zone', () => {
    fc.assert(
      fc.property(sequences, (happenings) => {
        const village = played(happenings).run(60_000);
        const zoneOf = (id: string): string => hamlet.terminals.find((terminal) => terminal.id === id)?.zone ?? '';
        const sirenUntil = new Map<string, number>();
        const terminalUntil = new Map<string, number>();
        const speaking = new Map<string, string>();
        for (const { at, effect } of village.log) {
          if (effect.do === 'silence') {
            for (const id of effect.terminals) {
              terminalUntil.delete(id);
              speaking.delete(id);
            }
            sirenUntil.clear();
            for (const [id, until] of terminalUntil)
              sirenUntil.set(zoneOf(id), Math.max(until, sirenUntil.get(zoneOf(id)) ?? 0));
          }
          if (effect.do !== 'sound') continue;
          for (const { terminal, action, durationMs } of effect.cues) {
            const zone = zoneOf(terminal);
            if (action.play === 'tone') {
              terminalUntil.set(terminal, at + durationMs);
              sirenUntil.set(zone, Math.max(at + durationMs, sirenUntil.get(zone) ?? 0));
            } else expect(at).toBeGreaterThanOrEqual(sirenUntil.get(zone) ?? 0);
          }
        }
      }),
      tries,
    );
  });

  test('a zone with something live is never left without play, pause or settling', () => {
    fc.assert(
      fc.property(sequences, (happenings) => {
        const { durable } = played(happenings).village;
        if (durable.settlingUntil !== null) return;
        for (const { id } of hamlet.zones) {
          const live = Object.values(durable.broadcasts).some(
            ({ ended, zones: progress }) =>
              ended === null && progress[id] !== undefined && progress[id].state !== 'ended',
          );
          expect(durable.plays[id] !== undefined).toBe(live);
        }
      }),
      tries,
    );
  });
});
