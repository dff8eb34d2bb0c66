import type { Receipt } from '../../src/core/receipt.ts';
import type { Broadcast, Durable } from '../../src/core/village.ts';
import { beijingMinuteOfDay } from '../../src/core/time.ts';
import { anyFault, soundingSince, sounds, wasHeard, wasQuiet, wasSilent, type History } from './history.ts';
import type { SimVillage } from './sim-village.ts';

/** A promise that was broken: which, and what was seen. */
export interface Breach {
  readonly promise: string;
  readonly what: string;
}

export interface Scene {
  readonly village: SimVillage;
  readonly history: History;
  /** What is remembered from one look to the next. */
  readonly memory: Map<string, number>;
}

/** Each rule looks at one moment and says what is wrong; null when nothing is. */
export interface Checker {
  readonly promise: string;
  /** After every moment in which the durable part changed. */
  readonly step?: (scene: Scene, durable: Durable) => string | null;
  /** Four times a second. */
  readonly look?: (scene: Scene) => string | null;
  /** For each receipt as it is released. */
  readonly receipt?: (scene: Scene, receipt: Receipt) => string | null;
  /** When the box has started anew. */
  readonly started?: (scene: Scene, durable: Durable) => string | null;
  /** When the run is over and everything has been well for a while. */
  readonly end?: (scene: Scene) => string | null;
}

const durableOf = ({ village }: Scene): Durable | null => village.life()?.box.tied.loop.village().durable ?? null;

const firstOf = <T>(list: Iterable<T>, wrong: (one: T) => string | null): string | null => {
  for (const one of list) {
    const what = wrong(one);
    if (what !== null) return what;
  }
  return null;
};

const statusWeight = { test: 1, drill: 1, actual: 2 } as const;
const severityWeight = { unknown: 0, blue: 1, yellow: 2, orange: 3, red: 4 } as const;
const stageWeight = { '24h': 0, '6h': 1, '2h': 2, now: 3 } as const;

/** Promise 2 told a second time, apart from core's own table: class and status, severity, stage. */
const weightOf = ({ alert }: Broadcast): number => {
  const kind = alert.status === 'actual' && alert.class === 'routine' ? 0 : statusWeight[alert.status];
  return kind * 100 + severityWeight[alert.severity] * 10 + stageWeight[alert.stage];
};

const acknowledged: Checker = {
  promise: '1',
  started: ({ village }, durable) =>
    village.life()?.remembers === false
      ? null
      : firstOf(village.centre.receipts.values(), ({ trace, body }) => {
          if (body.stage !== 'received') return null;
          const order = village.centre.orders.get(trace);
          if (order === undefined || durable.seen[trace] !== undefined) return null;
          const high = Object.values(durable.senders).reduce((most, { high: one }) => Math.max(most, one), 0);
          return order.counter <= high ? null : `order ${trace} was acknowledged and is not known after the start`;
        }),
  end: ({ village }) => {
    const numbers = [...village.centre.receipts.keys()].sort((a, b) => a - b);
    const gap = numbers.findIndex((number, index) => number !== index + 1);
    if (gap >= 0) return `receipt ${gap + 1} never came, ${numbers[gap] ?? 0} did`;
    return village.centre.complaints[0] ?? null;
  },
};

const onceOnly: Checker = {
  promise: 'I2',
  receipt: ({ memory }, { trace, body, number }) => {
    if (body.stage !== 'queued' || trace === '') return null;
    const key = `queued ${trace}`;
    const before = memory.get(key);
    memory.set(key, number);
    return before === undefined || before === number ? null : `order ${trace} became two broadcasts`;
  },
};

/** The counter of an order that was told to be received is on the disk: no start may know less. */
const countersRise: Checker = {
  promise: 'I3',
  receipt: ({ village, memory }, { trace, body }) => {
    const order = village.centre.orders.get(trace);
    if (body.stage !== 'verified' || order === undefined) return null;
    const { counter, key } = order;
    memory.set(`counter ${key}`, Math.max(memory.get(`counter ${key}`) ?? 0, counter));
    return null;
  },
  started: ({ village, memory }, durable) =>
    village.life()?.remembers === false
      ? null
      : firstOf(memory, ([name, high]) => {
          const [what = '', key = ''] = name.split(' ');
          const now = what === 'counter' ? (durable.senders[key]?.high ?? 0) : high;
          return now < high ? `counter of ${key} fell from ${high} to ${now}` : null;
        }),
};

const waitingIn = (durable: Durable, zone: string, mono: number): readonly Broadcast[] =>
  Object.values(durable.broadcasts).filter(
    ({ ended, expiresAt, zones }) =>
      ended === null && expiresAt > mono && zones[zone] !== undefined && zones[zone].state !== 'ended',
  );

const highestFirst: Checker = {
  promise: '2',
  step: (_, durable) => {
    if (durable.settlingUntil !== null || durable.last === null) return null;
    const { mono } = durable.last;
    return firstOf(durable.site?.zones ?? [], ({ id }) => {
      const live = waitingIn(durable, id, mono);
      const most = Math.max(-1, ...live.map(weightOf));
      const playing = durable.broadcasts[durable.plays[id]?.broadcast ?? ''];
      if (most < 0 || durable.degraded[id] !== undefined) return null;
      if (playing === undefined) return `zone ${id} is silent while a broadcast waits`;
      return weightOf(playing) < most ? `zone ${id} plays ${playing.id} while a higher one waits` : null;
    });
  },
};

/** Ms of a dead box after which nothing may sound any more: the longest flash-on with its tail. */
const leaseMaxMs = { siren: 182_000, speaker: 900_000 } as const;
const deadManMs = 31_000;

const noSoundWithoutLease: Checker = {
  promise: '3',
  look: ({ village, history }) => {
    const died = history.deaths.at(-1)?.at;
    if (village.life() !== null || died === undefined) return null;
    const dead = village.time.now() - died;
    return firstOf(village.site.site.terminals, ({ id, kind, lease }) => {
      const most = lease.kind === 'dead-man' ? deadManMs : leaseMaxMs[kind];
      return dead > most && sounds(village, id) ? `${id} sounds ${dead} ms after the box died` : null;
    });
  },
};

const sirenLongest: Checker = {
  promise: '9',
  look: ({ village }) =>
    firstOf(village.site.site.terminals, ({ id, kind }) => {
      const since = soundingSince(village, id);
      if (kind !== 'siren' || since === null) return null;
      const ms = village.time.now() - since;
      return ms > 180_000 + 30_000 ? `${id} has sounded for ${ms} ms` : null;
    }),
};

/** Box time as the world's: a receipt may be released long after it was made, when a disk comes back. */
const inWorldTime = (village: SimVillage, mono: number): number => {
  const clock = village.life()?.box.tied.ties.clock;
  return clock === undefined ? mono : mono + village.time.now() - clock.now().mono;
};

/** Evidence and the world's truth are compared within this: a read takes time, and a segment may just have ended. */
const evidenceMs = 2_500;

const evidenceIsTrue: Checker = {
  promise: '4',
  receipt: ({ village }, { body, at }) => {
    if (body.stage === 'ended' && body.due !== body.sounded + body.failed + body.unknown)
      return `due ${body.due} is not ${body.sounded} + ${body.failed} + ${body.unknown}`;
    if (body.stage !== 'terminal') return null;
    const read = inWorldTime(village, at.mono) - body.ageMs;
    const [from, to] = [read - evidenceMs, read + evidenceMs];
    const said = `${body.terminal} ${body.verdict} (${body.grade}) at ${at.mono}`;
    if (body.verdict === 'sounded' && body.grade === 'switched') return `${said}: switched is never sounded`;
    // A chip says that it has spoken; whether its amplifier carried that is beyond it.
    if (body.grade === 'chip' && body.verdict === 'sounded') return null;
    if (body.verdict === 'sounded' && !wasHeard(village, body.terminal, from - 15_000, to))
      return `${said}: it was never heard`;
    return body.verdict === 'failed' && !wasSilent(village, body.terminal, from, to) ? `${said}: it was heard` : null;
  },
};

const onlyTheAuthorised: Checker = {
  promise: '5',
  receipt: ({ village, history }, { trace, body }) => {
    if (body.stage !== 'verified' && body.stage !== 'queued') return null;
    const order = village.centre.orders.get(trace);
    if (order !== undefined) {
      const never = order.wrong === 'forged' || order.wrong === 'unknown-key' || order.wrong === 'elsewhere';
      return never ? `order ${trace} is ${order.wrong} and was taken` : null;
    }
    if (trace.startsWith('sensor-')) return history.rains.length > 0 ? null : `${trace} and it never rained`;
    const known = history.triggers.has(trace) || /^(?:notice|continue)/.test(trace) || trace.includes('-');
    return known ? null : `${trace} has no author`;
  },
};

const stopMs = 1_200;

const stopWorks: Checker = {
  promise: '6',
  look: ({ village, history, memory }) => {
    const stop = history.stops.at(-1);
    const now = village.time.now();
    if (stop === undefined || now - stop.at < stopMs || memory.get('stop looked') === stop.at) return null;
    memory.set('stop looked', stop.at);
    const sameLife = history.deaths.every(({ at }) => at < stop.at) || (history.deaths.at(-1)?.at ?? 0) < stop.at;
    if (!sameLife || history.lastIssueAt.at > stop.at - 1) return null;
    return firstOf(village.site.wiring.terminals, (wired) => {
      const { terminal } = wired;
      const loud = sounds(village, terminal) && wasQuiet(history, wired, stop.at - 1, now);
      return loud ? `${terminal} sounds ${now - stop.at} ms after a stop` : null;
    });
  },
};

const drillStaysDrill: Checker = {
  promise: '7',
  receipt: ({ village, history }, { trace, status, body, at }) => {
    const alert = village.centre.orders.get(trace)?.body['alert'];
    const said = typeof alert === 'object' && alert !== null && 'status' in alert ? alert.status : status;
    if (status !== null && said !== status) return `order ${trace} is told as ${status} and is not`;
    if (body.stage !== 'started' || status === null || status === 'actual' || history.clockWasWrong) return null;
    const { quietFromMinute, quietToMinute } = village.site.site.limits;
    const minute = beijingMinuteOfDay(at.wall);
    const quiet = minute >= quietFromMinute || minute < quietToMinute;
    return quiet ? `a ${status} began in the quiet hours` : null;
  },
};

const restartIsADecision: Checker = {
  promise: '8',
  look: ({ village, history, memory }) => {
    const started = history.starts.at(-1)?.at;
    const durable = durableOf({ village, history, memory });
    const now = village.time.now();
    if (started === undefined || durable === null || now - started < 2_500 || now - started > 2_800) return null;
    const live = new Set(
      Object.values(durable.plays).flatMap(({ tone, speaking }) => [
        ...(tone?.starts.map(({ terminal }) => terminal) ?? []),
        ...speaking,
      ]),
    );
    return firstOf(village.site.wiring.terminals, (wired) => {
      const { terminal } = wired;
      const stray = sounds(village, terminal) && !live.has(terminal) && wasQuiet(history, wired, started - 60_000, now);
      return stray ? `${terminal} sounds without a cause ${now - started} ms after the start` : null;
    });
  },
};

const bounds = { broadcasts: 400, seen: 1_000, latches: 64, degraded: 200, stateBytes: 1_000_000 } as const;

const bounded: Checker = {
  promise: '9',
  end: (scene) => {
    const durable = durableOf(scene);
    if (durable === null) return null;
    const bytes = JSON.stringify({ ...durable, site: null }).length;
    if (bytes > bounds.stateBytes) return `the durable part has grown to ${bytes} bytes`;
    if (Object.keys(durable.broadcasts).length > bounds.broadcasts) return 'too many broadcasts are kept';
    return Object.keys(durable.seen).length > bounds.seen ? 'too many orders are remembered' : null;
  },
};

const dueOnly: Checker = {
  promise: '10',
  look: (scene) => {
    const { village, memory } = scene;
    const durable = durableOf(scene);
    if (durable === null || durable.settlingUntil !== null) return null;
    return firstOf(village.site.site.terminals, ({ id, zone }) => {
      const since = soundingSince(village, id);
      const key = `began ${id}`;
      if (since === null || memory.get(key) === since) return null;
      memory.set(key, since);
      const play = durable.plays[zone];
      if (play !== undefined || village.time.now() - since > 1_500) return null;
      const recent = Object.values(durable.broadcasts).some(
        ({ zones, endedAt }) =>
          zones[zone] !== undefined && (endedAt === null || (durable.last?.mono ?? 0) - endedAt < 5_000),
      );
      return recent ? null : `${id} began to sound and nothing is due in ${zone}`;
    });
  },
};

const endsOnce: Checker = {
  promise: 'I6',
  receipt: ({ memory }, { broadcast, body, number }) => {
    if (body.stage !== 'ended' || broadcast === null) return null;
    const before = memory.get(`ended ${broadcast}`);
    memory.set(`ended ${broadcast}`, number);
    return before === undefined || before === number ? null : `broadcast ${broadcast} ended twice`;
  },
  end: (scene) => {
    const { history, memory } = scene;
    const durable = durableOf(scene);
    return firstOf(history.released, ({ broadcast, body }) => {
      if (body.stage !== 'queued' || broadcast === null || memory.has(`ended ${broadcast}`)) return null;
      return durable?.broadcasts[broadcast]?.ended === null ? null : `broadcast ${broadcast} never ended`;
    });
  },
};

const inOrder: Checker = {
  promise: 'I9',
  receipt: ({ memory }, { number }) => {
    const last = memory.get('receipt') ?? 0;
    memory.set('receipt', Math.max(last, number));
    return number === last + 1 || number <= last ? null : `receipt ${number} follows ${last}`;
  },
};

const refusalsHaveReasons: Checker = {
  promise: 'I11',
  receipt: (_, { body, number }) =>
    body.stage === 'refused' && body.code === '' ? `receipt ${number} refuses without a reason` : null,
};

const healthyAgain: Checker = {
  promise: 'I12',
  end: (scene) => {
    const { village, history } = scene;
    const now = village.time.now();
    if (anyFault(history, ['disk', 'net', 'power', 'line', 'unit'], now - 60_000, now)) return null;
    const life = village.life();
    if (life === null) return 'the box does not live';
    const { loop, uplink, ties } = life.box.tied;
    // What sounds from memory alone would be lost by a new start: it is waited for.
    if (!life.remembers && Object.keys(loop.village().durable.plays).length > 0) return null;
    if (!life.remembers) return 'the box has not got its memory back';
    if (uplink?.connected() !== true) return 'the box is not connected';
    if (!loop.isDurable()) return 'the box is not durable';
    const { acknowledged: upTo, terminals } = loop.village().durable;
    if (ties.memory.owed.latest() !== upTo) return `receipts up to ${upTo} of ${ties.memory.owed.latest()} are there`;
    const ill = Object.entries(terminals).find(([, { health }]) => health === 'lost');
    return ill === undefined ? null : `${ill[0]} is ${ill[1].health} (${ill[1].reason})`;
  },
};

/** Every promise of the house and every invariant that a moment can show. */
export const checkers: readonly Checker[] = [
  ...[acknowledged, onceOnly, countersRise, highestFirst, noSoundWithoutLease, sirenLongest, evidenceIsTrue],
  ...[onlyTheAuthorised, stopWorks, drillStaysDrill, restartIsADecision, bounded, dueOnly, endsOnce, inOrder],
  ...[refusalsHaveReasons, healthyAgain],
];
