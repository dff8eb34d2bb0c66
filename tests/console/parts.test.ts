import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { feedPace, feedWatcher } from '../../src/box/watch-feed.ts';
import type { ChildReport } from '../../src/console/child-messages.ts';
import { reportIn } from '../../src/console/child-messages.ts';
import { supervise, type PageProcess } from '../../src/console/console-child.ts';
import { gateOf } from '../../src/console/hosts.ts';
import { checkPin, isPin, parsePin, writePin } from '../../src/console/pin-file.ts';
import { createSessions, sessionLimits } from '../../src/console/sessions.ts';
import type { LiveView, SiteView } from '../../src/console/view.ts';
import { VirtualClock } from './virtual-clock.ts';

const person = { id: 'li-ming', name: '李明', role: 'staff' } as const;

describe('PIN files', () => {
  test('hold no digit of the PIN, fit it, and fit no other', async () => {
    const line = await writePin('480915');
    expect(line).not.toContain('480915');
    const parsed = parsePin('pin', line);
    if (!parsed.ok) throw new Error(parsed.failure.code);
    expect(await isPin('480915', parsed.value)).toBe(true);
    expect(await isPin('480916', parsed.value)).toBe(false);
    expect(await isPin('480915', null)).toBe(false);
    expect(await writePin('480915')).not.toBe(line);
  });

  test('a PIN is six digits, and not the first that anybody tries', () => {
    for (const pin of ['', '12345', '1234567', '12a456', '４８０９１５', ' 480915'])
      expect(checkPin(pin)).toMatchObject({ ok: false, failure: { code: 'pin-form' } });
    for (const pin of ['000000', '999999', '123456', '654321', '456789'])
      expect(checkPin(pin)).toMatchObject({ ok: false, failure: { code: 'pin-weak' } });
    expect(checkPin('480915').ok).toBe(true);
  });

  test('property: no text but a PIN file is one', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ maxLength: 300 }), fc.constant('scrypt$15$8$1$AAAA$BBBB')), (text) => {
        expect(parsePin('pin', text)).toMatchObject({ ok: false, failure: { code: 'pin-file-invalid' } });
      }),
      { numRuns: 500 },
    );
  });
});

describe('sessions', () => {
  const world = () => {
    let at = 0;
    let last = 0;
    const sessions = createSessions({ now: () => at, newId: () => String((last += 1)).padStart(32, '0') });
    return { sessions, pass: (ms: number) => (at += ms) };
  };

  test('end after ten minutes without a touch', () => {
    const { sessions, pass } = world();
    const { id } = sessions.open(person);
    pass(sessionLimits.idleMs - 1);
    expect(sessions.find(id, false)).not.toBeNull();
    pass(1);
    expect(sessions.find(id, true)).toBeNull();
  });

  test('end fifteen minutes after the PIN, however often somebody touches the page', () => {
    const { sessions, pass } = world();
    const { id } = sessions.open(person);
    for (let minute = 0; minute < 14; minute += 1) {
      pass(60_000);
      expect(sessions.find(id, true)).not.toBeNull();
    }
    pass(60_000);
    expect(sessions.find(id, true)).toBeNull();
  });

  test('are bounded: the oldest goes', () => {
    const { sessions } = world();
    const first = sessions.open(person).id;
    for (let more = 0; more < sessionLimits.most; more += 1) sessions.open(person);
    expect(sessions.find(first, false)).toBeNull();
  });
});

describe('names of the page', () => {
  test('property: only the listed names with the right port are let in', () => {
    const gate = gateOf({ host: '0.0.0.0', port: 8480 }, 8480, ['station.local']);
    const good = ['localhost:8480', '127.0.0.1:8480', '[::1]:8480', 'station.local:8480', 'Station.Local:8480'];
    for (const host of good) expect(gate.host(host)).toBe(true);
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.domain(),
          fc.constantFrom('localhost', 'station.local:1', '0.0.0.0:8480', 'x.station.local:8480'),
        ),
        (host) => {
          fc.pre(!good.includes(host));
          expect([gate.host(host), gate.origin(`http://${host}`), gate.origin(host)]).toEqual([false, false, false]);
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('the supervisor of the page', () => {
  const world = () => {
    const clock = new VirtualClock();
    const started: { report: (report: ChildReport) => void; end: (how: string) => void; signals: string[] }[] = [];
    const states: (string | null)[] = [];
    const reported: string[] = [];
    const start = (): PageProcess => {
      const signals: string[] = [];
      const one: (typeof started)[number] = { report: () => undefined, end: () => undefined, signals };
      started.push(one);
      return {
        onReport: (listener) => void (one.report = listener),
        onEnd: (listener) => void (one.end = listener),
        end: (signal) => void signals.push(signal),
      };
    };
    const supervisor = supervise({
      ...{ start, now: clock.now, after: clock.after, listen: '127.0.0.1:8480', listening: () => undefined },
      state: (failure) => states.push(failure?.code ?? null),
      report: ({ code, params }) => void reported.push(`${code} ${params['detail']}`),
    });
    return { clock, started, states, reported, supervisor };
  };

  test('starts a page that died again, ever slower while it keeps dying', () => {
    const { clock, started, states } = world();
    const gaps: number[] = [];
    for (let death = 0; death < 8; death += 1) {
      const before = clock.now();
      started.at(-1)?.end('SIGKILL');
      clock.runUntil(() => started.length === death + 2);
      gaps.push(clock.now() - before);
    }
    expect(gaps).toEqual([400, 800, 1_600, 3_200, 6_400, 10_000, 10_000, 10_000]);
    expect(states.every((code) => code === 'page-down')).toBe(true);
    started.at(-1)?.report({ told: 'listening', port: 8480 });
    expect(states.at(-1)).toBeNull();
  });

  test('says once why there is no page, until it is another reason or the page was there meanwhile', () => {
    const { clock, started, states, reported } = world();
    const dies = (detail: string | null): void => {
      if (detail !== null) started.at(-1)?.report({ told: 'listen-failed', detail });
      const count = started.length;
      started.at(-1)?.end('exit 1');
      clock.runUntil(() => started.length === count + 1);
    };
    for (let night = 0; night < 100; night += 1) dies('EADDRINUSE');
    expect(reported).toEqual(['page-listen-failed EADDRINUSE']);
    expect(clock.now()).toBeGreaterThan(90 * 10_000);
    dies('EACCES');
    dies(null);
    dies(null);
    expect(reported.slice(1)).toEqual(['page-listen-failed EACCES', 'page-down exit 1']);
    started.at(-1)?.report({ told: 'listening', port: 8480 });
    dies(null);
    expect(reported.slice(3)).toEqual(['page-down exit 1']);
    expect(states.filter((code) => code === 'page-down')).toHaveLength(104);
  });

  test('ends a page that says nothing for ten seconds', () => {
    const { clock, started } = world();
    clock.run(6_000);
    started[0]?.report({ told: 'alive' });
    clock.run(9_900);
    expect(started[0]?.signals).toEqual([]);
    clock.run(200);
    expect(started[0]?.signals).toEqual(['SIGKILL']);
  });

  test('property: only messages of the known forms are believed', () => {
    fc.assert(
      fc.property(fc.anything(), (message) => {
        const report = reportIn(message);
        expect(report === null || ['alive', 'listening', 'listen-failed', 'pin-file'].includes(report.told)).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('what is pushed to whoever watches', () => {
  const world = () => {
    const clock = new VirtualClock();
    const pushed: { readonly at: number; readonly sequence: unknown; readonly hasSite: boolean }[] = [];
    let changed: () => void = () => undefined;
    let isKeepingUp = true;
    const site = {
      id: 's',
      name: { zh: 's', en: 's' },
      zones: [],
      terminals: [],
      plans: [],
      staff: [],
      night: { from: 0, to: 0 },
    } satisfies SiteView;
    const live = {} as LiveView;
    const stop = feedWatcher(
      {
        now: clock.now,
        after: clock.after,
        site: () => site,
        live: () => live,
        onChange: (listener) => ((changed = listener), () => (changed = () => undefined)),
      },
      {
        push: ({ sequence, site: sent }) =>
          void pushed.push({ at: clock.now(), sequence, hasSite: sent !== undefined }),
        keepsUp: () => isKeepingUp,
      },
    );
    return { clock, pushed, change: () => changed(), stop, keepUp: (keeps: boolean) => (isKeepingUp = keeps) };
  };

  test('everything at once, the site only then; without change a sign of life every two seconds', () => {
    const { clock, pushed } = world();
    clock.run(6_500);
    expect(pushed.map(({ at, hasSite }) => [at, hasSite])).toEqual([
      [0, true],
      [2_000, false],
      [4_000, false],
      [6_000, false],
    ]);
  });

  test('a storm of changes is one push a second', () => {
    const { clock, pushed, change } = world();
    for (let step = 0; step < 500; step += 1) {
      change();
      clock.run(10);
    }
    expect(pushed.length).toBeLessThanOrEqual(1 + 5_000 / feedPace.soonestMs);
    expect(pushed.length).toBeGreaterThanOrEqual(4);
  });

  test('a change after a pause is pushed at once', () => {
    const { clock, pushed, change } = world();
    clock.run(1_500);
    change();
    clock.run(1);
    expect(pushed.at(-1)?.at).toBe(1_500);
  });

  test('one that does not read gets nothing until it does, and nothing is heaped up for it', () => {
    const { clock, pushed, keepUp, stop } = world();
    keepUp(false);
    clock.run(20_000);
    expect(pushed.length).toBe(1);
    keepUp(true);
    clock.run(2_000);
    expect(pushed.length).toBe(2);
    stop();
    clock.run(60_000);
    expect(pushed.length).toBe(2);
  });
});
