import type { Alert } from '../../src/core/alert.ts';
import type { Finding } from '../../src/core/cue.ts';
import type { Effect } from '../../src/core/effect.ts';
import type { Event, LocalTrigger } from '../../src/core/event.ts';
import { nextWake } from '../../src/core/next-wake.ts';
import type { Order, OrderBody } from '../../src/core/order.ts';
import type { Receipt } from '../../src/core/receipt.ts';
import type { Plan, Site, Terminal } from '../../src/core/site.ts';
import { step } from '../../src/core/step.ts';
import type { Instant } from '../../src/core/time.ts';
import { emptyVillage, type Village } from '../../src/core/village.ts';

/** 2026-11-23, a Monday, 09:00 in Beijing. */
export const mondayNine = Date.UTC(2026, 10, 23, 1, 0, 0);

export const siren = (id: string, zone: string, more: Partial<Terminal> = {}): Terminal => ({
  id,
  name: { zh: id, en: id },
  zone,
  kind: 'siren',
  abilities: ['tone'],
  output: null,
  lease: { kind: 'timed', longestMs: 180_000, retrigger: 'unknown' },
  proof: 'current',
  supply: null,
  leadInMs: 0,
  speech: null,
  ...more,
});

export const speaker = (id: string, zone: string, more: Partial<Terminal> = {}): Terminal => ({
  ...siren(id, zone),
  kind: 'speaker',
  abilities: ['speech'],
  proof: 'chip',
  leadInMs: 500,
  speech: { baseMs: 500, perCharacterMs: 250 },
  ...more,
});

export const plan = (id: string, more: Partial<Plan> = {}): Plan => ({
  id,
  name: { zh: id, en: id },
  class: 'emergency',
  events: [],
  severities: [],
  stages: [],
  zones: ['east'],
  playlist: [
    { play: 'tone', tone: 'steady' },
    { play: 'speech', text: null, clip: null },
  ],
  repeats: 2,
  intervalMs: 4_000,
  afterRestart: 'resume',
  drill: { playlist: [{ play: 'speech', text: '这是演练内容', clip: null }], repeats: 1, sirenUnlockMs: 3_000 },
  ...more,
});

/** Two zones, each with two sirens and a speaker: enough village for every decision. */
export const hamlet: Site = {
  id: 'hamlet',
  areaCode: '500112101200',
  name: { zh: '小村', en: 'hamlet' },
  zones: [
    { id: 'east', name: { zh: '东', en: 'east' }, areaCodes: ['500112101201'], households: 20, people: 61 },
    { id: 'west', name: { zh: '西', en: 'west' }, areaCodes: ['500112101202'], households: 31, people: 99 },
  ],
  terminals: [
    siren('east-siren-1', 'east'),
    siren('east-siren-2', 'east', { lease: { kind: 'dead-man', holdMs: 20_000, retrigger: 'extends' } }),
    speaker('east-speaker', 'east'),
    siren('west-siren-1', 'west'),
    speaker('west-speaker', 'west'),
  ],
  supplies: [],
  tones: [
    { id: 'steady', name: { zh: '长鸣', en: 'steady' }, onMs: 10_000, offMs: 0, cycles: 1 },
    { id: 'rapid', name: { zh: '急促', en: 'rapid' }, onMs: 1_000, offMs: 1_000, cycles: 5 },
  ],
  clips: [],
  plans: [
    plan('move-now'),
    plan('notice', { class: 'routine', playlist: [{ play: 'speech', text: null, clip: null }], repeats: 1 }),
  ],
  notices: [],
  sensors: [],
  limits: {
    sirenLongestMs: 180_000,
    sirenPauseMs: 60_000,
    sirenPerHourMs: 1_200_000,
    quietFromMinute: 21 * 60,
    quietToMinute: 7 * 60,
    routineLongestMs: 900_000,
    routinePerDay: 6,
    queueMax: 8,
    holdRoutineAfterStopMs: 600_000,
    renewEveryMs: 5_000,
    audioStoreBytes: 500_000_000,
  },
};

export const alert = (id: string, more: Partial<Alert> = {}): Alert => ({
  id,
  status: 'actual',
  class: 'emergency',
  event: '11D02',
  severity: 'red',
  stage: 'now',
  authority: 'county',
  voice: 'recorded',
  zones: ['east'],
  headline: '泥石流红色预警',
  text: '请立即转移',
  plan: 'move-now',
  sirenUnlocked: false,
  ...more,
});

/** Somebody on site starts a plan, at the page unless it is said otherwise. */
export const trigger = (id: string, more: Partial<LocalTrigger> = {}): Event => ({
  kind: 'trigger',
  trigger: {
    ...{ id, plan: 'move-now', zones: ['east'], status: 'actual', severity: 'red', text: null },
    ...{ person: 'li', source: 'console', sirenUnlocked: false },
    ...more,
  },
});

let counter = 0;
/** An order that passed intake; every call takes the next counter of its sender. */
export const order = (body: OrderBody, more: Partial<Order> = {}): Order => {
  counter += 1;
  const id = counter.toString(16).padStart(32, '0');
  return {
    id,
    sender: 'county',
    authority: 'county',
    counter,
    class: 'alarm',
    notBefore: mondayNine - 60_000,
    validForMs: 3_600_000,
    body,
    via: 'websocket',
    hash: `hash-${id}`,
    ...more,
  };
};

export interface Logged {
  readonly at: number;
  readonly effect: Effect;
}

const sounds = (effect: Effect, terminal: string): boolean =>
  effect.do === 'sound' && effect.cues.some((cue) => cue.terminal === terminal);

/** A village on virtual time: events go in, wakes come by themselves, and every effect is kept with its instant. */
export class Hamlet {
  village: Village = emptyVillage;
  mono = 0;
  wall: number;
  trust: Instant['trust'];
  readonly log: Logged[] = [];
  readonly journal: { at: Instant; event: Event }[] = [];

  constructor(site: Site = hamlet, wall = mondayNine, trust: Instant['trust'] = 'trusted') {
    this.wall = wall;
    this.trust = trust;
    this.tell({ kind: 'configured', hash: 'h', site, keys: [], real: false });
    this.tell({ kind: 'booted', version: '0', boot: 'b0', clean: true });
    this.tell({ kind: 'outputs', on: [], unread: [] });
    this.log.length = 0;
  }

  get at(): Instant {
    return { mono: this.mono, wall: this.wall + this.mono, trust: this.trust };
  }

  /** Feeds one event; returns its effects. */
  tell(event: Event): readonly Effect[] {
    const stepped = step(this.village, { at: this.at, event });
    this.village = stepped.village;
    if (stepped.changed) this.journal.push({ at: this.at, event });
    for (const effect of stepped.effects) this.log.push({ at: this.mono, effect });
    return stepped.effects;
  }

  issue(body: OrderBody, more: Partial<Order> = {}): Order {
    const made = order(body, more);
    this.tell({ kind: 'order', order: made });
    return made;
  }

  /** Lets time pass, waking exactly when core asks to be woken. */
  run(forMs: number): this {
    const until = this.mono + forMs;
    for (;;) {
      const wake = nextWake(this.village, this.at);
      if (wake === null || wake > until) break;
      this.mono = wake;
      this.tell({ kind: 'wake' });
    }
    this.mono = until;
    return this;
  }

  /** The chips of these terminals report the end of their speech. */
  spoken(...terminals: string[]): readonly Effect[] {
    const findings = terminals.map((terminal) => this.finding(terminal, 'spoken', { grade: 'chip' }));
    return this.tell({ kind: 'evidence', findings });
  }

  finding(terminal: string, sight: Finding['sight'], more: Partial<Finding> = {}): Finding {
    const cue = this.lastCue(terminal)?.id ?? null;
    return {
      terminal,
      cue,
      sight,
      grade: 'current',
      value: null,
      unit: null,
      readAt: this.mono,
      reason: null,
      ...more,
    };
  }

  lastCue(terminal: string): { id: string; durationMs: number } | undefined {
    const { effect } = this.log.findLast((one) => sounds(one.effect, terminal)) ?? {};
    return effect?.do === 'sound' ? effect.cues.findLast((cue) => cue.terminal === terminal) : undefined;
  }

  effects<K extends Effect['do']>(kind: K): readonly (Effect & { do: K })[] {
    return this.log.flatMap(({ effect }) => (effect.do === kind ? [effect as Effect & { do: K }] : []));
  }

  receipts(): readonly Receipt[] {
    return this.effects('receipt').map((effect) => effect.receipt);
  }

  stages(trace?: string): readonly string[] {
    return this.receipts()
      .filter((receipt) => trace === undefined || receipt.trace === trace)
      .map((receipt) => receipt.body.stage);
  }

  /** Every ON with its instant, terminal and length: the time line a listener would write down. */
  heard(): readonly { at: number; terminal: string; play: string; durationMs: number }[] {
    return this.log.flatMap(({ at, effect }) =>
      effect.do !== 'sound'
        ? []
        : effect.cues.map(({ terminal, action, durationMs }) => ({ at, terminal, play: action.play, durationMs })),
    );
  }
}
