import type { Event } from '../core/event.ts';
import type { PanelWiring } from '../core/wiring.ts';
import { startPanel, type PanelProcess } from '../panel/panel-process.ts';
import { panelShow } from '../panel/panel-show.ts';
import type { PanelReport } from '../panel/report.ts';
import type { ErrorCode } from '../words/error-codes.ts';
import type { Uplink } from '../uplink/session.ts';
import type { FirstSoundWatch } from './first-sound.ts';
import type { Loop } from './loop.ts';
import type { Ties } from './ties.ts';

export interface TiedPanel {
  readonly stop: () => Promise<void>;
}

/** What the panel needs of a tied box. */
export interface PanelTied {
  readonly ties: Pick<Ties, 'troubles'> & {
    readonly clock: Pick<Ties['clock'], 'now'>;
    readonly ports: Pick<Ties['ports'], 'after' | 'every' | 'newId' | 'stopwatch'>;
    readonly files: { readonly loaded: Pick<Ties['files']['loaded'], 'panel'> };
    readonly loop: () => Pick<Loop, 'tell' | 'village'>;
  };
  readonly uplink: Pick<Uplink, 'connected'> | null;
  readonly watch: Pick<FirstSoundWatch, 'beginNow' | 'durable'>;
}

/** The panel's process as the tie needs it; another one in tests. */
export type StartPanel = typeof startPanel;

/** How often what is shown is compared with what should be. */
const lookEveryMs = 200;
/** A board that comes back within this time was never away: a siren's inrush may make it start again. */
const lostAfterMs = 10_000;
/** The same thing is noted again at the earliest after this time, however often it comes and goes. */
const noteAgainAfterMs = 10 * 60_000;

/** A byte now and then is nothing to tell the centre. */
const noiseNoted = 64;

/** Troubles of the panel: true now, and noted for the centre when they begin. */
const panelTroubles = (tied: PanelTied) => {
  const { troubles, clock, loop } = tied.ties;
  const notedAt = new Map<string, number>();
  const note = (code: ErrorCode, detail: string, part = ''): void => {
    const { mono } = clock.now();
    const what = `${code} ${part}`;
    if (mono - (notedAt.get(what) ?? Number.NEGATIVE_INFINITY) < noteAgainAfterMs) return;
    notedAt.set(what, mono);
    void loop().tell({ kind: 'noted', code, detail });
  };
  return {
    note,
    /** `part`: which of several that may have it; each is noted for itself. */
    begin: (code: ErrorCode, detail: string, part = ''): void => {
      if (troubles.has(code) && part === '') return;
      troubles.add(code);
      note(code, detail, part);
    },
    end: (code: ErrorCode): void => void troubles.delete(code),
  };
};

type Troubles = ReturnType<typeof panelTroubles>;
type StuckReport = Extract<PanelReport, { say: 'stuck' }>;

/** The link of the board, with patience: short gaps are no trouble. */
const watchLink = ({ ties }: PanelTied, troubles: Troubles) => {
  let cancel: (() => void) | null = null;
  let latest = 'not attached yet';
  const down = (detail: string): void => {
    latest = detail;
    cancel ??= ties.ports.after(lostAfterMs, () => troubles.begin('panel-lost', latest));
  };
  down(latest);
  return {
    down,
    up: (): void => {
      cancel?.();
      cancel = null;
      troubles.end('panel-lost');
    },
    stop: (): void => cancel?.(),
  };
};

/** What a person at the panel does, as events; `id` is one from the key to the frame on the wire. */
const eventOf = (say: 'turned' | 'stop' | 'acknowledge', id: string, key: PanelWiring['keySwitch']): Event | null => {
  if (say === 'stop') return { kind: 'stop', source: 'panel', person: 'panel:stop', id };
  if (say === 'acknowledge') return { kind: 'answered', source: 'panel', person: 'panel:acknowledge', id };
  if (key === null) return null;
  const { plan, zones, severity } = key;
  const by = { text: null, person: 'panel:key', source: 'panel', sirenUnlocked: false } as const;
  return { kind: 'trigger', trigger: { id, plan, zones, severity, status: 'actual', ...by } };
};

const judgeKeyReport = (troubles: Troubles, position: 'off' | 'on' | 'fault' | 'left-on'): void => {
  if (position === 'fault') troubles.begin('panel-key-fault', 'both contacts are alike');
  else troubles.end('panel-key-fault');
  if (position === 'left-on') troubles.begin('panel-key-left-on', 'on when the panel was attached');
  else if (position !== 'fault') troubles.end('panel-key-left-on');
};

/** One button says nothing of the other: a dead stop is noted beside it, and stays told when the other comes free. */
const takeStuck = (troubles: Troubles, stuck: Set<string>, { button, isStuck }: StuckReport): void => {
  if (isStuck) {
    stuck.add(button);
    troubles.begin('panel-button-stuck', button, button);
    return;
  }
  stuck.delete(button);
  if (stuck.size === 0) troubles.end('panel-button-stuck');
};

/** Takes the reports of the panel's process. A stop goes to the loop before anything else is looked at. */
const reportTaker = (tied: PanelTied, wiring: PanelWiring, link: ReturnType<typeof watchLink>, troubles: Troubles) => {
  const { ports, loop } = tied.ties;
  const stuck = new Set<string>();
  const act = (say: 'turned' | 'stop' | 'acknowledge'): void => {
    const id = ports.newId();
    const event = eventOf(say, id, wiring.keySwitch);
    if (event === null) return;
    if (say === 'turned') tied.watch.beginNow(id, ports.stopwatch());
    void loop()
      .tell(event)
      .then((isRecorded) => {
        if (isRecorded) tied.watch.durable(id, ports.stopwatch());
      });
  };
  return (report: PanelReport): void => {
    switch (report.say) {
      case 'stop':
      case 'turned':
      case 'acknowledge':
        act(report.say);
        if (report.say === 'turned') judgeKeyReport(troubles, 'on');
        return;
      case 'up':
        link.up();
        // Every attachment finds out for itself whether a button is stuck.
        stuck.clear();
        troubles.end('panel-button-stuck');
        return;
      case 'down':
        link.down(`${report.code} ${report.detail}`);
        return;
      case 'key':
        judgeKeyReport(troubles, report.position);
        return;
      case 'stuck':
        takeStuck(troubles, stuck, report);
        return;
      case 'noise':
        if (report.bytes >= noiseNoted) troubles.note('panel-noise', `${report.bytes} bytes within a minute`);
        return;
      case 'beat':
        return;
    }
  };
};

/** The operating panel, tied to the loop; null where the site has none. */
export const tiePanel = (tied: PanelTied, start: StartPanel = startPanel): TiedPanel | null => {
  const { ties, uplink } = tied;
  const wiring = ties.files.loaded.panel;
  if (wiring === null) return null;
  const { ports, clock, loop } = ties;
  const troubles = panelTroubles(tied);
  const link = watchLink(tied, troubles);
  const panel: PanelProcess = start({
    wiring,
    timers: { now: ports.stopwatch, after: ports.after },
    onReport: reportTaker(tied, wiring, link, troubles),
  });
  const look = (): void => {
    const { durable } = loop().village();
    const connected = uplink?.connected() ?? false;
    panel.show(panelShow({ durable, mono: clock.now().mono, connected, troubles: ties.troubles }));
  };
  look();
  const stopLooking = ports.every(lookEveryMs, look);
  return {
    stop: async () => {
      stopLooking();
      link.stop();
      await panel.stop();
    },
  };
};
