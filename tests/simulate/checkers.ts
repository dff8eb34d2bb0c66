import type { Site, Terminal } from '../../src/core/site.ts';
import type { Broadcast, Durable } from '../../src/core/village.ts';
import { beijingMinuteOfDay } from '../../src/core/time.ts';
import { type Checker, durableOf, firstOf, type Scene, wasTaken } from './checker.ts';
import {
  alarmsAreTaken,
  dueOnly,
  endsOnce,
  healthyAgain,
  inOrder,
  keysTakenBack,
  liveCause,
  nothingWithoutMemory,
  recordFirst,
} from './checks-facts.ts';
import { heardByRank, sirenCaps } from './checks-heard.ts';
import { answersAreTold, everyOrderHasItsEnd, stopReachable } from './checks-people.ts';
import { stopWorks } from './checks-stop.ts';
import { bounded, foldIsTheState } from './checks-store.ts';
import { inWorldTime, rememberTime } from './world-time.ts';
import { anyFault, soundingSince, sounds, wasHeard, wasQuiet, wasSilent, wasExchanged } from './history.ts';

const statusWeight = { test: 1, drill: 1, actual: 2 } as const;
const severityWeight = { unknown: 0, blue: 1, yellow: 2, orange: 3, red: 4 } as const;
const stageWeight = { '24h': 0, '6h': 1, '2h': 2, now: 3 } as const;

/** Promise 2 told a second time, apart from core's own table: class and status, severity, stage. */
const weightOf = ({ alert }: Broadcast): number => {
  const kind = alert.status === 'actual' && alert.class === 'routine' ? 0 : statusWeight[alert.status];
  return kind * 100 + severityWeight[alert.severity] * 10 + stageWeight[alert.stage];
};

/** What was acknowledged is known to every later life. */
const acknowledged: Checker = {
  promise: 'I1',
  started: ({ village, history }, durable) => {
    const now = village.time.now();
    if (village.life()?.remembers === false)
      return anyFault(history, ['disk'], now - 1_000, now) ? null : 'the box starts without its memory on a sound disk';
    return firstOf(village.centre.receipts.values(), ({ trace, body }) => {
      if (body.stage !== 'received') return null;
      const order = village.centre.orders.get(trace);
      if (order === undefined || wasTaken(durable, order)) return null;
      return `order ${trace} was acknowledged and is not known after the start`;
    });
  },
};

/** The queue comes back: what was queued and has not ended is there after every start. Every receipt reaches the centre. */
const nothingVanishes: Checker = {
  promise: '1',
  started: ({ village, history }, durable) => {
    if (village.life()?.remembers === false) return null;
    const ended = new Set(
      history.released.flatMap(({ body, broadcast }) => (body.stage === 'ended' ? [broadcast] : [])),
    );
    return firstOf(history.released, ({ body, broadcast }) => {
      if (body.stage !== 'queued' || broadcast === null || ended.has(broadcast)) return null;
      return durable.broadcasts[broadcast] === undefined ? `${broadcast} was queued and vanished with the start` : null;
    });
  },
  end: ({ village }) => {
    const numbers = [...village.centre.receipts.keys()].sort((a, b) => a - b);
    const gap = numbers.findIndex((number, index) => number !== index + 1);
    if (gap >= 0) return `receipt ${gap + 1} never came, ${numbers[gap] ?? 0} did`;
    return village.centre.complaints[0] ?? village.centre.setBacks[0] ?? null;
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

/** Nothing is ever switched on for longer; the tail is what a device's own timer may take beyond it. */
const leaseMaxMs = 180_000;
const tailMs = 2_000;
const deadManMs = 31_000;

/** Ms after its box has died in which a terminal may still sound: a siren's segment, a loudspeaker's item, a dead-man. */
const leaseOf = ({ tones }: Site, { kind, lease }: Terminal): number => {
  const longest = kind === 'siren' ? Math.max(0, ...tones.map(({ onMs }) => onMs)) : leaseMaxMs;
  const ordered = Math.min(longest, leaseMaxMs) + tailMs;
  return lease.kind === 'dead-man' ? Math.min(ordered, deadManMs) : ordered;
};

const noSoundWithoutLease: Checker = {
  promise: '3',
  look: ({ village, history }) => {
    const died = history.deaths.at(-1)?.at;
    if (village.life() !== null || died === undefined) return null;
    const dead = village.time.now() - died;
    return firstOf(village.site.site.terminals, (terminal) => {
      const left = dead > leaseOf(village.site.site, terminal) && sounds(village, terminal.id);
      return left ? `${terminal.id} sounds ${dead} ms after the box died` : null;
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

/** Evidence and the world's truth are compared within this: a read takes time, and a segment may just have ended. */
const evidenceMs = 2_500;

/** The proof came over another line's wire, where a meter of the same address answered for it: no box can tell. */
const wasReadElsewhere = (
  { village, history }: Scene,
  terminal: string,
  [from, to]: readonly [number, number],
): boolean => {
  const proof = village.site.wiring.terminals.find((wired) => wired.terminal === terminal)?.proof;
  return wasExchanged(history, proof?.line, from, to);
};

const evidenceIsTrue: Checker = {
  promise: '4',
  look: rememberTime,
  receipt: (scene, { body, at }) => {
    const { village } = scene;
    if (body.stage === 'ended' && body.due !== body.sounded + body.failed + body.unknown)
      return `due ${body.due} is not ${body.sounded} + ${body.failed} + ${body.unknown}`;
    if (body.stage !== 'terminal') return null;
    const read = inWorldTime(scene, at.mono) - body.ageMs;
    const [from, to] = [read - evidenceMs, read + evidenceMs];
    const said = `${body.terminal} ${body.verdict} (${body.grade}) at ${at.mono}`;
    if (body.verdict === 'sounded' && body.grade === 'switched') return `${said}: switched is never sounded`;
    // A chip says that it has spoken; whether its amplifier carried that is beyond it.
    if (body.grade === 'chip' && body.verdict === 'sounded') return null;
    if (wasReadElsewhere(scene, body.terminal, [from, to])) return null;
    if (body.verdict === 'sounded' && !wasHeard(village, body.terminal, from, to)) return `${said}: it was never heard`;
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

const drillStaysDrill: Checker = {
  promise: '7',
  receipt: ({ village }, { trace, status, body, at }) => {
    const alert = village.centre.orders.get(trace)?.body['alert'];
    const said = typeof alert === 'object' && alert !== null && 'status' in alert ? alert.status : status;
    if (status !== null && said !== status) return `order ${trace} is told as ${status} and is not`;
    if (body.stage !== 'started' || status === null || status === 'actual') return null;
    const { quietFromMinute, quietToMinute } = village.site.site.limits;
    const minute = beijingMinuteOfDay(at.wall);
    const quiet = minute >= quietFromMinute || minute < quietToMinute;
    return quiet ? `a ${status} began in the quiet hours` : null;
  },
};

const restartIsADecision: Checker = {
  promise: '8',
  look: ({ village, history }) => {
    const started = history.starts.at(-1)?.at;
    const durable = durableOf({ village });
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
      const stray = sounds(village, terminal) && !live.has(terminal) && wasQuiet(history, wired, started - 3_000, now);
      return stray ? `${terminal} sounds without a cause ${now - started} ms after the start` : null;
    });
  },
};

/** Every promise of the house and every invariant that a moment can show. */
export const checkers: readonly Checker[] = [
  ...[
    acknowledged,
    nothingVanishes,
    onceOnly,
    countersRise,
    highestFirst,
    noSoundWithoutLease,
    sirenLongest,
    evidenceIsTrue,
  ],
  ...[onlyTheAuthorised, stopWorks, drillStaysDrill, restartIsADecision, bounded, dueOnly, endsOnce, inOrder],
  ...[heardByRank, sirenCaps, answersAreTold, everyOrderHasItsEnd, stopReachable, foldIsTheState],
  ...[healthyAgain, recordFirst, liveCause, alarmsAreTaken, keysTakenBack, nothingWithoutMemory],
];
