import { type Checker, durableOf, firstOf, lastingSince, settledOf, zoneOf } from './checker.ts';
import { anyFault, soundingSince, wasExchanged, wasQuiet } from './history.ts';
import { secondKeyId } from './sim-centre.ts';

export const dueOnly: Checker = {
  promise: '10',
  look: (scene) => {
    const { village, memory, history } = scene;
    const durable = durableOf(scene);
    if (durable === null || durable.settlingUntil !== null) return null;
    return firstOf(village.site.site.terminals, ({ id, zone }) => {
      const since = soundingSince(village, id);
      if (since === null) return null;
      const key = `began ${id}`;
      if (memory.get(key) === since) return null;
      memory.set(key, since);
      const play = durable.plays[zone];
      if (play !== undefined || village.time.now() - since > 1_500) return null;
      // A life before, perhaps one without memory, had it on the wire when it ended; this one finds it and switches it off.
      if (since < (village.life()?.bornAt ?? 0)) return null;
      // Switched over another line's wire, where a unit of the same address took it for its own: no box can tell.
      const { line } = village.site.wiring.terminals.find(({ terminal }) => terminal === id)?.output ?? {};
      if (wasExchanged(history, line, since - 1_000, since)) return null;
      const recent = Object.values(durable.broadcasts).some(
        ({ zones, endedAt }) =>
          zones[zone] !== undefined && (endedAt === null || (durable.last?.mono ?? 0) - endedAt < 5_000),
      );
      return recent ? null : `${id} began to sound and nothing is due in ${zone}`;
    });
  },
};

export const endsOnce: Checker = {
  promise: 'I6',
  receipt: ({ memory }, { broadcast, body, number }) => {
    if (body.stage !== 'ended' || broadcast === null) return null;
    const before = memory.get(`ended ${broadcast}`);
    memory.set(`ended ${broadcast}`, number);
    return before === undefined || before === number ? null : `broadcast ${broadcast} ended twice`;
  },
  end: (scene) => {
    const { village, history, memory } = scene;
    // It stands in the memory that the box could not read, and looks for again when nothing sounds.
    if (village.life()?.remembers === false) return null;
    const durable = durableOf(scene);
    return firstOf(history.released, ({ broadcast, body }) => {
      if (body.stage !== 'queued' || broadcast === null || memory.has(`ended ${broadcast}`)) return null;
      return durable?.broadcasts[broadcast]?.ended === null ? null : `broadcast ${broadcast} never ended`;
    });
  },
};

export const inOrder: Checker = {
  promise: 'I9',
  look: ({ village, memory }) => {
    const { receipts } = village.centre;
    if (memory.get('receipts come') === receipts.size) return null;
    memory.set('receipts come', receipts.size);
    // A map keeps the order in which its keys first came.
    let before = 0;
    return firstOf(receipts.keys(), (number) => {
      const late = number < before ? `receipt ${number} came behind ${before}` : null;
      before = number;
      return late;
    });
  },
  receipt: ({ memory }, { number }) => {
    const last = memory.get('receipt') ?? 0;
    memory.set('receipt', Math.max(last, number));
    return number === last + 1 || number <= last ? null : `receipt ${number} follows ${last}`;
  },
};

export const healthyAgain: Checker = {
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
    const [oldest] = ties.memory.owed.read(upTo + 1, 1);
    if (oldest !== undefined && ties.clock.now().mono - oldest.at.mono > 30_000)
      return `receipt ${oldest.number} of ${ties.memory.owed.latest()} is not with the centre`;
    const ill = Object.entries(terminals).find(([, { health }]) => health === 'lost');
    return ill === undefined ? null : `${ill[0]} is ${ill[1].health} (${ill[1].reason})`;
  },
};

/** Only an actual emergency, and a stop, may reach a wire before its record stands. */
export const recordFirst: Checker = {
  promise: 'I4',
  receipt: ({ memory }, { broadcast, body }) => {
    if (body.stage === 'queued' && broadcast !== null) memory.set(`durable ${broadcast}`, 1);
    return null;
  },
  look: (scene) => {
    const { village, history, memory } = scene;
    const durable = durableOf(scene);
    if (durable === null) return null;
    return firstOf(village.site.site.terminals, ({ id, zone }) => {
      const since = soundingSince(village, id);
      const broadcast = since === null ? undefined : durable.broadcasts[durable.plays[zone]?.broadcast ?? ''];
      // What an earlier life left sounding is promise 8.
      if (broadcast === undefined || since === null || since < (history.starts.at(-1)?.at ?? 0)) return null;
      const { status, class: kind } = broadcast.alert;
      if ((status === 'actual' && kind === 'emergency') || memory.has(`durable ${broadcast.id}`)) return null;
      return `${id} sounds ${broadcast.id}, which is not recorded yet`;
    });
  },
};

/** Longer than any off takes on a line that works, with its repeats. */
const offMs = 4_000;

/** Outputs are on only while something lives that wants them on. */
export const liveCause: Checker = {
  promise: 'I5',
  look: (scene) => {
    const { village, history } = scene;
    const durable = settledOf(scene);
    if (durable === null) return null;
    const now = village.time.now();
    return firstOf(village.site.wiring.terminals, (wired) => {
      const { terminal } = wired;
      const zone = zoneOf(scene, terminal);
      const isSo = soundingSince(village, terminal) !== null && durable.plays[zone] === undefined;
      const since = lastingSince(scene, 'no cause', { terminal, isSo });
      if (since === null || now - since < offMs || !wasQuiet(history, wired, since - 1_000, now)) return null;
      return `${terminal} sounds and nothing in ${zone} wants it to`;
    });
  },
};

/** What a rightly signed alarm may be refused for: replays, dates, reach, content that does not fit, latches, bounds. */
const allowedRefusals: ReadonlySet<string> = new Set([
  ...['order-replayed', 'order-expired', 'order-too-early', 'class-unfit', 'out-of-reach', 'latched-by-stop'],
  ...['queue-full', 'memory-lost', 'envelope-key-unknown'],
]);

export const alarmsAreTaken: Checker = {
  promise: 'I8',
  receipt: ({ village }, { trace, body }) => {
    const order = village.centre.orders.get(trace);
    if (body.stage !== 'refused' || order === undefined || order.wrong !== null || order.class !== 'alarm') return null;
    if (order.body.kind !== 'issue' && order.body.kind !== 'update') return null;
    const known = allowedRefusals.has(body.code) || body.code.startsWith('media-') || body.code.startsWith('audio-');
    return known ? null : `a genuine alarm was refused: ${body.code}`;
  },
};

/** A key that was taken back by order is believed no more; what it signed before stands. */
export const keysTakenBack: Checker = {
  promise: '5',
  receipt: ({ village, memory }, { trace, body }) => {
    const order = village.centre.orders.get(trace);
    const keys = order?.body['keys'];
    if (body.stage === 'done' && body.what === 'keys-set' && Array.isArray(keys)) memory.set('keys', keys.length);
    if (body.stage !== 'verified' || order?.key !== secondKeyId || memory.get('keys') === 2) return null;
    return `order ${trace} was taken from a key that is not pinned`;
  },
};

/** A box without its memory cannot know what it has carried out: it carries out nothing from afar. */
export const nothingWithoutMemory: Checker = {
  promise: '1',
  step: ({ village }, { seen }) =>
    village.life()?.remembers === false && Object.keys(seen).length > 0 ? 'a box without memory took an order' : null,
};
