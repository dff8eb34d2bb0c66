import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalJson } from '../../src/core/canonical-json.ts';
import { canPlay } from '../../src/core/make-broadcast.ts';
import { compareRank } from '../../src/core/precedence.ts';
import type { Site } from '../../src/core/site.ts';
import { step } from '../../src/core/step.ts';
import { emptyVillage } from '../../src/core/village.ts';
import { runs } from '../support/runs.ts';
import { cardTerminals, zonesNamed } from './card.ts';
import { alert, hamlet, Hamlet, plan } from './hamlet.ts';

/** Three zones on one card, each by its own amplifier; the middle one also has a chip, the last one a siren. */
const site: Site = {
  ...hamlet,
  zones: zonesNamed('east', 'west', 'hill'),
  terminals: cardTerminals,
  plans: [
    plan('move-now'),
    plan('twice', {
      playlist: [
        { play: 'speech', text: '一', clip: null },
        { play: 'speech', text: '二', clip: null },
      ],
    }),
    plan('bare', { drill: { playlist: [{ play: 'tone', tone: 'steady' }], repeats: 1, sirenUnlockMs: 3_000 } }),
    plan('words', { playlist: [{ play: 'speech', text: null, clip: null }], repeats: 2 }),
    plan('notice', { class: 'routine', playlist: [{ play: 'speech', text: null, clip: null }], repeats: 1 }),
  ],
};

const ended = (village: Hamlet, ...terminals: string[]) =>
  village.tell({
    kind: 'evidence',
    findings: terminals.map((terminal) => village.finding(terminal, 'ended', { grade: 'switched' })),
  });

const heardAt = (village: Hamlet, terminal: string): readonly number[] =>
  village.heard().flatMap((one) => (one.terminal === terminal ? [one.at] : []));

const degraded = (village: Hamlet): readonly string[] =>
  village.receipts().flatMap(({ body }) => (body.stage === 'degraded' ? [`${body.zone} ${body.reason}`] : []));

const issue = (village: Hamlet, id: string, zones: readonly string[], more: Parameters<typeof alert>[1] = {}) =>
  village.issue({ kind: 'issue', alert: alert(id, { plan: 'words', zones, ...more }) });

describe('one sound output', () => {
  test('zones of one broadcast that begin the same item in the same step share it', () => {
    const village = new Hamlet(site);
    issue(village, 'a', ['east', 'west', 'hill']);
    expect(heardAt(village, 'east-card')).toEqual([0]);
    expect(heardAt(village, 'west-card')).toEqual([0]);
    expect(heardAt(village, 'hill-card')).toEqual([0]);
    expect(degraded(village)).toEqual([]);
  });

  test('the end that the player tells ends the item, and proves nothing of what was heard', () => {
    const village = new Hamlet(site);
    issue(village, 'a', ['east']);
    village.run(2_000);
    ended(village, 'east-card');
    expect(village.village.durable.plays['east']?.phase).toBe('pause');
    const told = village.receipts().flatMap(({ body }) => (body.stage === 'terminal' ? [body] : []));
    expect(told).toMatchObject([{ terminal: 'east-card', verdict: 'unknown', reason: 'switched-only' }]);
  });

  test('a higher rank takes it: the other zone falls silent there, says so, and begins its item again when it is free', () => {
    const village = new Hamlet(site);
    issue(village, 'low', ['east'], { severity: 'blue' });
    village.run(1_000);
    issue(village, 'high', ['hill']);
    expect(heardAt(village, 'hill-card')).toEqual([1_000]);
    expect(village.effects('silence').at(-1)?.terminals).toEqual(['east-card']);
    expect(degraded(village)).toContain('east output-shared');
    expect(village.village.durable.plays['east']?.phase).toBe('waiting');
    village.run(2_000);
    ended(village, 'hill-card');
    village.run(10_000);
    ended(village, 'hill-card');
    expect(heardAt(village, 'east-card')).toEqual([0, village.mono]);
    expect(degraded(village).at(-1)).toBe('east restored');
  });

  test('a lower rank has what else its zone can play, and the card when it is free', () => {
    const village = new Hamlet(site);
    issue(village, 'high', ['east']);
    village.run(500);
    issue(village, 'low', ['west'], { severity: 'blue' });
    expect(heardAt(village, 'west-chip')).toEqual([500]);
    expect(heardAt(village, 'west-card')).toEqual([]);
    expect(degraded(village)).toEqual(['west output-shared']);
  });

  test('an equal rank lets the item on it end, and whoever waited longest comes next', () => {
    const village = new Hamlet(site);
    issue(village, 'first', ['east']);
    village.run(500);
    issue(village, 'second', ['hill']);
    expect(heardAt(village, 'hill-card')).toEqual([]);
    village.run(1_500);
    ended(village, 'east-card');
    expect(heardAt(village, 'hill-card')).toEqual([2_000]);
    village.run(1_000);
    ended(village, 'hill-card');
    village.run(60_000);
    expect(heardAt(village, 'east-card').length).toBe(2);
    expect(heardAt(village, 'hill-card').length).toBe(2);
  });

  test('whoever waits comes before the next item of whoever has it', () => {
    const village = new Hamlet(site);
    issue(village, 'first', ['east'], { plan: 'twice' });
    village.run(500);
    issue(village, 'second', ['hill']);
    village.run(500);
    ended(village, 'east-card');
    expect(heardAt(village, 'hill-card')).toEqual([1_000]);
    expect(heardAt(village, 'east-card')).toEqual([0]);
    village.run(500);
    ended(village, 'hill-card');
    expect(heardAt(village, 'east-card')).toEqual([0, 1_500]);
  });

  test('zones that a siren put out of step come together again at the next item', () => {
    const village = new Hamlet({ ...site, tones: [{ ...hamlet.tones[0]!, onMs: 2_000 }] });
    issue(village, 'a', ['east', 'hill'], { plan: 'move-now' });
    village.run(2_200);
    ended(village, 'east-card', 'hill-card');
    village.run(10);
    const before = heardAt(village, 'east-card').length;
    village.run(200);
    expect(before).toBe(1);
    expect(heardAt(village, 'east-card')).toEqual([0, 2_300]);
    expect(heardAt(village, 'hill-card')).toEqual([0, 2_300]);
  });

  test('a drill waits for its mark rather than sound its siren bare', () => {
    const village = new Hamlet(site);
    issue(village, 'real', ['east'], { plan: 'words' });
    village.run(100);
    village.issue(
      { kind: 'issue', alert: alert('d', { status: 'drill', zones: ['hill'], sirenUnlocked: true, plan: 'bare' }) },
      { class: 'drill' },
    );
    village.run(1_000);
    expect(heardAt(village, 'hill-siren')).toEqual([]);
    expect(village.village.durable.plays['hill']?.phase).toBe('waiting');
  });

  test('a tone is one piece at a loudspeaker and segments at a siren, and both fall under the caps', () => {
    const village = new Hamlet({ ...site, plans: [plan('rapid', { playlist: [{ play: 'tone', tone: 'rapid' }] })] });
    issue(village, 'a', ['hill'], { plan: 'rapid' });
    village.run(9_500);
    const heard = village.heard().filter(({ play }) => play === 'tone');
    expect(heard.filter(({ terminal }) => terminal === 'hill-card')).toMatchObject([{ at: 0, durationMs: 9_000 }]);
    expect(heard.filter(({ terminal }) => terminal === 'hill-siren').map(({ at }) => at)).toEqual([
      0, 2_000, 4_000, 6_000, 8_000,
    ]);
    expect(village.village.durable.sirenUse['hill']?.[0]?.onMs).toBe(5_000);
  });
});

type Act = (village: Hamlet) => void;

const zones = fc.constantFrom(['east'], ['west'], ['hill'], ['east', 'hill'], ['east', 'west', 'hill']);
const acts: fc.Arbitrary<Act> = fc.oneof(
  fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.constantFrom('red', 'orange', 'blue'), zones).map(
    ([id, severity, where]): Act =>
      (village) =>
        void issue(village, id, where, { severity: severity as 'red', plan: id === 'a' ? 'move-now' : 'words' }),
  ),
  zones.map(
    (where): Act =>
      (village) =>
        void village.issue(
          { kind: 'issue', alert: alert('d', { status: 'drill', zones: where, sirenUnlocked: true }) },
          { class: 'drill' },
        ),
  ),
  fc.constantFrom('a', 'b', 'c').map(
    (alertId): Act =>
      (village) =>
        void village.issue({ kind: 'cancel', alertId }),
  ),
  fc.constant<Act>(
    (village) => void village.tell({ kind: 'stop', source: 'panel', person: 'li', id: `s${village.mono}` }),
  ),
  fc.subarray(site.terminals.map(({ id }) => id)).map(
    (terminals): Act =>
      (village) =>
        void ended(village, ...terminals),
  ),
  fc.integer({ min: 1, max: 8_000 }).map(
    (ms): Act =>
      (village) =>
        void village.run(ms),
  ),
);
const sequences = fc.array(acts, { minLength: 1, maxLength: 30 });

const onCard = (village: Hamlet): readonly string[] => {
  const { plays, broadcasts } = village.village.durable;
  return Object.entries(plays).flatMap(([zone, play]) => {
    const sounds = play.phase === 'item' && play.speaking.some((id) => id.endsWith('-card'));
    const progress = broadcasts[play.broadcast]?.zones[zone];
    return sounds ? [`${play.broadcast} ${progress?.item ?? 0} ${play.startedAt}`] : [];
  });
};

describe('whatever happens, on one sound output', () => {
  const after = (check: (village: Hamlet) => void): void => {
    fc.assert(
      fc.property(sequences, (happenings) => {
        const village = new Hamlet(site);
        for (const act of happenings) {
          act(village);
          check(village);
          village.run(1);
          check(village);
        }
      }),
      runs(300),
    );
  };

  test('it never carries two items', () => {
    after((village) => expect(new Set(onCard(village)).size).toBeLessThanOrEqual(1));
  });

  test('the highest rank that needs it has it, or no one of lower rank', () => {
    after((village) => {
      const { plays, broadcasts } = village.village.durable;
      const wanting = Object.entries(plays).flatMap(([zone, play]) => {
        const broadcast = broadcasts[play.broadcast];
        const card = site.terminals.find((one) => one.zone === zone && one.output === 'card');
        const uses = card !== undefined && broadcast?.items.some((item) => canPlay(card, item)) === true;
        return uses ? [broadcast] : [];
      });
      const holders = Object.values(plays).flatMap((play) =>
        play.phase === 'item' && play.speaking.some((id) => id.endsWith('-card'))
          ? (broadcasts[play.broadcast] ?? [])
          : [],
      );
      for (const holder of holders)
        for (const other of wanting) expect(compareRank(other.rank, holder.rank)).toBeLessThanOrEqual(0);
    });
  });

  test('no zone waits while nobody has it, for longer than zones of one broadcast wait for each other', () => {
    after((village) => {
      const { plays } = village.village.durable;
      const waiting = Object.values(plays).filter((play) => play.phase === 'waiting');
      const tooLong = waiting.filter((play) => village.mono - play.startedAt > 3_000);
      const idle = Object.values(plays).every((play) => play.phase === 'waiting');
      if (idle) expect(tooLong).toEqual([]);
    });
  });

  test('every broadcast comes to its end with its account, and the journal folds to the very state', () => {
    fc.assert(
      fc.property(sequences, (happenings) => {
        const village = new Hamlet(site);
        for (const act of happenings) act(village);
        village.run(2 * 3_600_000);
        const bodies = village.receipts().map(({ body }) => body);
        expect(bodies.filter(({ stage }) => stage === 'ended').length).toBe(
          bodies.filter(({ stage }) => stage === 'queued').length,
        );
        for (const body of bodies)
          if (body.stage === 'ended') expect(body.due).toBe(body.sounded + body.failed + body.unknown);
        const folded = village.journal.reduce((state, happening) => step(state, happening).village, emptyVillage);
        expect(canonicalJson(folded.durable)).toBe(canonicalJson(village.village.durable));
      }),
      runs(100),
    );
  }, 60_000);
});
