import { describe, expect, test } from 'vitest';
import { tiePanel, type PanelTied, type StartPanel } from '../../src/box/tie-panel.ts';
import type { Event } from '../../src/core/event.ts';
import { emptyVillage } from '../../src/core/village.ts';
import type { PanelShow } from '../../src/panel/panel-show.ts';
import type { PanelReport } from '../../src/panel/report.ts';
import { mondayNine } from '../core/hamlet.ts';
import { createVirtualClock } from '../drivers/virtual-clock.ts';
import { panelWiring } from './bench.ts';

/** The tie between a panel process that the test plays and a loop that only listens. */
const bench = (more: { readonly recorded?: boolean; readonly connected?: boolean } = {}) => {
  const clock = createVirtualClock();
  const told: Event[] = [];
  const shown: PanelShow[] = [];
  const troubles = new Set<string>();
  const every = (ms: number, call: () => void): (() => void) => {
    let cancel = (): void => undefined;
    const again = (): void => {
      cancel = clock.setTimer(ms, () => {
        call();
        again();
      });
    };
    again();
    return () => cancel();
  };
  let report: (said: PanelReport) => void = () => undefined;
  const start: StartPanel = ({ onReport }) => {
    report = onReport;
    return { show: (next) => void shown.push(next), pid: () => 1, stop: () => Promise.resolve() };
  };
  const tied: PanelTied = {
    ties: {
      troubles,
      clock: { now: () => ({ mono: clock.now(), wall: mondayNine, trust: 'trusted' }) },
      ports: {
        after: (ms, call) => clock.setTimer(ms, call),
        every,
        newId: () => 'id-1',
        stopwatch: () => clock.now(),
      },
      files: { loaded: { panel: panelWiring } },
      loop: () => ({
        village: () => emptyVillage,
        tell: (event) => {
          told.push(event);
          return Promise.resolve(more.recorded ?? true);
        },
      }),
    },
    uplink: more.connected === undefined ? null : { connected: () => more.connected === true },
    watch: { beginNow: () => undefined, durable: () => undefined },
  };
  const panel = tiePanel(tied, start);
  return { clock, told, shown, troubles, panel, say: (said: PanelReport) => report(said) };
};

const notes = (told: readonly Event[]): readonly string[] =>
  told.flatMap((event) => (event.kind === 'noted' ? [event.code] : []));

describe('what people do at the panel', () => {
  test('a stop is told at once, also without uplink and while no record can be made', () => {
    const { told, say } = bench({ recorded: false });
    say({ say: 'stop' });
    expect(told).toEqual([{ kind: 'stop', source: 'panel', person: 'panel:stop', id: 'id-1' }]);
  });

  test('a turn starts the plan of the key, actual, with its zones and colour; an acknowledgement answers', () => {
    const { told, say } = bench();
    say({ say: 'turned' });
    say({ say: 'acknowledge' });
    const { plan, zones, severity } = panelWiring.keySwitch ?? { plan: '', zones: [], severity: 'red' };
    expect(told).toMatchObject([
      { kind: 'trigger', trigger: { plan, zones, severity, status: 'actual', source: 'panel', sirenUnlocked: false } },
      { kind: 'answered', source: 'panel', person: 'panel:acknowledge' },
    ]);
  });
});

describe('troubles of the panel', () => {
  test('a board that comes back within ten seconds was never away; longer is told, and over when it is back', async () => {
    const { clock, told, troubles, say } = bench();
    say({ say: 'up' });
    say({ say: 'down', code: 'panel-silent', detail: 'x' });
    await clock.advance(9_900);
    say({ say: 'up' });
    await clock.advance(30_000);
    expect([notes(told), [...troubles]]).toEqual([[], []]);
    say({ say: 'down', code: 'panel-silent', detail: 'x' });
    await clock.advance(10_100);
    expect([notes(told), [...troubles]]).toEqual([['panel-lost'], ['panel-lost']]);
    say({ say: 'up' });
    expect([...troubles]).toEqual([]);
  });

  test('a fault and a key left on stand among the troubles until the key is seen off', () => {
    const { troubles, say } = bench();
    say({ say: 'key', position: 'fault' });
    expect([...troubles]).toEqual(['panel-key-fault']);
    say({ say: 'key', position: 'left-on' });
    expect([...troubles]).toEqual(['panel-key-left-on']);
    say({ say: 'key', position: 'off' });
    expect([...troubles]).toEqual([]);
  });

  test('a stop that is stuck stays told when the other button comes free, whichever stuck first', () => {
    for (const first of ['stop', 'acknowledge'] as const) {
      const { troubles, say } = bench();
      say({ say: 'stuck', button: first, isStuck: true });
      say({ say: 'stuck', button: first === 'stop' ? 'acknowledge' : 'stop', isStuck: true });
      say({ say: 'stuck', button: 'acknowledge', isStuck: false });
      expect([...troubles]).toEqual(['panel-button-stuck']);
      say({ say: 'stuck', button: 'stop', isStuck: false });
      expect([...troubles]).toEqual([]);
      say({ say: 'stuck', button: 'stop', isStuck: true });
      say({ say: 'up' });
      expect([...troubles]).toEqual([]);
      // What stuck before the panel was attached anew is told again, or is free.
      say({ say: 'stuck', button: 'acknowledge', isStuck: true });
      say({ say: 'stuck', button: 'acknowledge', isStuck: false });
      expect([...troubles]).toEqual([]);
    }
  });

  test('of two buttons that are stuck each is noted, whichever stuck first: the centre is to hear that a stop is dead', () => {
    for (const [first, second] of [
      ['acknowledge', 'stop'],
      ['stop', 'acknowledge'],
    ] as const) {
      const { told, say } = bench();
      for (const button of [first, second, first]) say({ say: 'stuck', button, isStuck: true });
      expect(told.flatMap((event) => (event.kind === 'noted' ? [event.detail] : []))).toEqual([first, second]);
    }
  });

  test('what comes and goes all night is noted once in ten minutes', async () => {
    const { clock, told, say } = bench();
    say({ say: 'up' });
    for (let turn = 0; turn < 100; turn += 1) {
      say({ say: 'stuck', button: 'stop', isStuck: turn % 2 === 0 });
      await clock.advance(1_000);
    }
    expect(notes(told)).toEqual(['panel-button-stuck']);
    say({ say: 'noise', bytes: 63 });
    say({ say: 'noise', bytes: 64 });
    expect(notes(told)).toEqual(['panel-button-stuck', 'panel-noise']);
  });
});

describe('what the panel shows', () => {
  test('is looked at five times a second until the box ends', async () => {
    const { clock, shown, panel } = bench({ connected: true });
    await clock.advance(1_050);
    expect(shown).toHaveLength(6);
    expect(shown.at(-1)).toEqual({ power: true, alarm: 'off', fault: false, uplink: true, buzzer: false });
    await panel?.stop();
    await clock.advance(5_000);
    expect(shown).toHaveLength(6);
  });
});
