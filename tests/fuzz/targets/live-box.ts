import { sign } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { MemoryDisk } from '../../../src/store/memory-disk.ts';
import { messageExamples } from '../../../src/uplink/examples.ts';
import { centreMessages } from '../../../src/uplink/messages.ts';
import { compactBytes } from '../../intake/fixture.ts';
import { testFrame } from '../../bus/support/frames.ts';
import type { Dice } from '../../simulate/dice.ts';
import { keyFrom, rawPublicKey, type CentreOrder } from '../../simulate/sim-centre.ts';
import { loadExample, type SimVillage } from '../../simulate/sim-village.ts';
import { beidouRdss } from '../../../devices/satellite/beidou-rdss.ts';
import { heldNow } from '../held-now.ts';
import { stillness } from '../stillness.ts';
import { threadTime } from '../thread-time.ts';
import { startLiveVillage, type LiveVillage } from '../live-village.ts';
import { hurtfulBytes } from '../mutate-bytes.ts';
import { mutatedJson } from '../mutate-text.ts';
import { million, shown, type Aim, type Target, type Verdict } from '../target.ts';

/** What one input does to the village, and how it is shown. */
interface Deed {
  /** What is made ready in the village's world before the box has any work with it. */
  readonly before?: (live: LiveVillage) => void;
  readonly act: (live: LiveVillage) => void | Promise<void>;
  readonly what: string;
}

const fromCentre = Object.keys(centreMessages).flatMap((type) => messageExamples[type] ?? []);
const county = keyFrom('county');

const alertOf = (more: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> => ({
  ...{ id: 'a1', status: 'actual', class: 'emergency', event: '11D02', severity: 'red', stage: 'now' },
  ...{ authority: 'county', voice: 'recorded', zones: ['heba', 'laojie'], headline: '通知', text: '请立即转移。' },
  ...{ plan: null, sirenUnlocked: false, ...more },
});

type Asked = Parameters<SimVillage['centre']['make']>[0];
const drill: Asked = {
  class: 'drill',
  body: { kind: 'issue', alert: alertOf({ status: 'drill', sirenUnlocked: true }) },
};
const bodies: readonly Asked[] = [
  { class: 'alarm', body: { kind: 'issue', alert: alertOf() } },
  { class: 'alarm', body: { kind: 'update', alert: alertOf({ severity: 'orange' }) } },
  drill,
  { class: 'routine', body: { kind: 'issue', alert: alertOf({ class: 'routine', plan: 'daily-notice' }) } },
];

/** What makes an order none, by docs/reference/order-envelope.md, whoever signs it. */
const breaks: readonly ((order: Record<string, unknown>, dice: Dice) => Readonly<Record<string, unknown>>)[] = [
  (order, dice) => ({ ...order, v: dice.oneOf([0, 2, '1', null]) }),
  (order, dice) => ({ ...order, scope: dice.oneOf(['990000', '', '5', '__proto__', 500_112, null]) }),
  (order, dice) => ({ ...order, counter: dice.oneOf([0, -1, 1.5, '7', 2 ** 53, null]) }),
  (order, dice) => ({ ...order, validForS: dice.oneOf([0, -60, 604_801, 1e12, '60', null]) }),
  (order, dice) => ({ ...order, notBefore: dice.oneOf([-1, 0.5, 1_000, 'now', null]) }),
  (order, dice) => ({ ...order, class: dice.oneOf(['stop', 'keys', 'Alarm', 'all', null]) }),
  (order, dice) => ({ ...order, id: dice.oneOf(['', 'F'.repeat(32), 'a'.repeat(31), 'a'.repeat(33), 5, null]) }),
  (order, dice) => ({ ...order, key: dice.oneOf(['county-2', '', 'constructor', 1, null]) }),
  (order, dice) => ({ ...order, [dice.oneOf(['x', 'Class', 'constructor'])]: 1 }),
  (order, dice) => ({ ...order, body: { kind: dice.oneOf(['ISSUE', 'play', 'toString', '']), alert: alertOf() } }),
  (order, dice) => ({
    ...order,
    body: {
      kind: 'issue',
      alert: alertOf({
        [dice.oneOf(['zones', 'severity', 'status', 'class', 'stage', 'sirenUnlocked', 'more'])]: dice.oneOf([
          ...[['atlantis'], 'purple', 'ACTUAL', [], {}, 7, ['heba', '__proto__']],
        ]),
      }),
    },
  }),
];

const brokenOrder = (honest: CentreOrder, dice: Dice): string => {
  const order = JSON.parse(honest.envelope) as Record<string, unknown>;
  return JSON.stringify(dice.oneOf(breaks)(order, dice));
};

const orderText = (key: string, signature: string, envelope: string): string =>
  JSON.stringify({ type: 'order', key, signature, envelope });

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

interface Honest {
  readonly orders: readonly CentreOrder[];
  /** Signed, and refused all the same: expired, for elsewhere, by a stranger. */
  readonly wrong: readonly CentreOrder[];
}

/** Mostly the wire of a genuine order with something changed behind its signature. */
const anOrder = ({ orders, wrong }: Honest, dice: Dice): string | null => {
  const honest = dice.oneOf(orders);
  const { key, signature, envelope } = dice.chance(0.1) ? dice.oneOf(wrong) : honest;
  if (envelope !== honest.envelope) return orderText(key, signature, envelope);
  if (dice.chance(0.3)) {
    const broken = brokenOrder(honest, dice);
    return orderText('county-1', base64(sign(null, Buffer.from(broken), county)), broken);
  }
  const changed = hurtfulBytes([Buffer.from(envelope)], dice).toString('utf8');
  const spoilt = dice.chance(0.3) ? base64(hurtfulBytes([Buffer.from(signature, 'base64')], dice)) : signature;
  const isSame = changed === envelope && spoilt === signature;
  return isSame ? null : orderText(dice.chance(0.1) ? dice.oneOf(['county-2', '', 'x']) : key, spoilt, changed);
};

const message = (honest: Honest, dice: Dice): Deed => {
  const text = dice.chance(0.35) ? mutatedJson(fromCentre, dice) : anOrder(honest, dice);
  return { act: ({ say }) => (text === null ? undefined : say(text)), what: text ?? '(unchanged)' };
};

/** The rain gauge is left out: whoever writes its good replies decides by right what the box believes of the rain. */
const lines = ['cabinet', 'sirens', 'amps'] as const;
const replies: readonly Uint8Array[] = [
  ...[1, 2, 3, 4].map((code) => testFrame(1, code, 2, 0xff, 0xff)),
  ...[testFrame(1, 5, 2, 0, 0, 50), testFrame(1, 6, 0, 16, 0, 150), testFrame(2, 4, 2, 1, 0), testFrame(1, 0x83, 2)],
];

const lineNoise = (dice: Dice): Deed => {
  const line = dice.oneOf(lines);
  const bytes = hurtfulBytes(replies, dice).subarray(0, 300);
  const act = ({ village }: LiveVillage): void =>
    village.world.lines.get(line)?.wire.transmitter.send(bytes, village.time.now());
  return { act, what: `${line} ${shown(bytes)}` };
};

const fingerprinted = compactBytes({ box: 'shiling' }, keyFrom('stranger'), rawPublicKey(county));

const satellite = (dice: Dice): Deed => {
  const content = hurtfulBytes([fingerprinted, compactBytes({ box: 'shiling' })], dice).subarray(0, 209);
  const frame = beidouRdss.unit.encode({
    ...{ frame: 'TXXX', user: 263_172, sender: 1, hour: 1, minute: 2 },
    content: { mode: 'mixed', bytes: content },
  });
  const bytes = dice.chance(0.5) ? hurtfulBytes([frame], dice) : frame;
  const act = ({ village }: LiveVillage): void =>
    village.world.lines.get('beidou')?.wire.transmitter.send(bytes, village.time.now());
  return { act, what: `satellite ${shown(bytes)}` };
};

const files = ['/state/checkpoint/checkpoint-1.json', '/state/checkpoint/checkpoint-2.json'] as const;
const segment = '/state/journal/segment-000000000001.journal';
const restartMs = 6_000;

/** The box dies, finds its files spoilt and lives on with them for a while; then it gets its own ones back. */
const spoiltState = (dice: Dice): Deed => {
  const seed = dice.whole(1, 1e6);
  let good: MemoryDisk | null = null;
  const before = ({ village }: LiveVillage): void => {
    village.die('killed');
    // Copied as a power cut would leave it: what a start finds after a mere kill is the same files, spoilt ones too.
    const kept = village.disk().afterPowerCut(seed);
    good = kept;
    const paths = [...files, segment].filter((path) => kept.peek(path) !== null);
    for (const path of dice.someOf(paths)) {
      village.disk().tamper(path, (bytes) => {
        const used = Buffer.from(bytes.subarray(0, 64 * 1024));
        return Buffer.concat([hurtfulBytes([used], dice).subarray(0, used.length), bytes.subarray(used.length)]);
      });
    }
    // A disk is copied for this: the box does not answer for the pause in which the collector takes the one before.
    heldNow();
  };
  const act = async ({ village, live, moved }: LiveVillage): Promise<void> => {
    // Its disk may be asked again and again in the time of the village: a start is not waited for before time goes on.
    void village.start();
    await live(restartMs);
    if (moved() !== null || good === null) return;
    village.die('killed');
    village.putDisk(good);
    void village.start();
    await live(restartMs);
  };
  return { before, act, what: `spoilt state, seed ${seed}` };
};

const aDeed = (honest: Honest, dice: Dice): Deed => {
  if (dice.chance(0.0005)) return spoiltState(dice);
  if (dice.chance(0.1)) return satellite(dice);
  return dice.chance(0.2) ? lineNoise(dice) : message(honest, dice);
};

const honestOrders = ({ centre }: SimVillage): Honest => ({
  orders: bodies.map((body) => centre.make(body)),
  wrong: (['forged', 'expired', 'elsewhere', 'unknown-key'] as const).flatMap((wrong) =>
    bodies.map((body) => centre.make({ ...body, wrong })),
  ),
});

/** What the box has been sent by then is kept by the centre and its shelves; a new village begins with none of it. */
const villageInputs = 20_000;
/** Longer than the way of any of these bytes. */
const inputMs = 20;
/** A box that works for longer than this on what comes to it within this falls behind. */
const beatMs = 100;

/** The same box must still obey: an order that nobody changed sounds, and this watch sees it. */
const stillObeys = async ({ village, live, moved }: LiveVillage): Promise<Verdict> => {
  await live(5_000);
  const before = moved();
  if (before !== null) return before;
  village.centre.send(village.centre.make(drill));
  await live(8_000);
  if (moved() === null) return 'after all that the box obeys no honest order';
  const silent = village.site.site.terminals.every(({ id }) => village.world.timeline.of(id).length === 0);
  return silent ? 'an honest order moved nothing' : null;
};

const liveAim = async (): Promise<Aim> => {
  const loaded = await loadExample('.');
  const thread = threadTime();
  const liveIn = (seed: number): Promise<LiveVillage> => startLiveVillage(loaded, seed, () => still.look());
  let [live, taken, generation] = [await liveIn(1), 0, 1];
  const still = stillness(beatMs, thread.ms, () => live.village.time.now());
  let honest = honestOrders(live.village);
  // Buffers are for the most part the disk of the village, which its journal fills up to its bound: a new village has a new one.
  let buffers = heldNow().external;
  const renew = async (): Promise<Verdict> => {
    const wrong = await stillObeys(live);
    live.village.world.close();
    [generation, taken] = [generation + 1, 0];
    live = await liveIn(generation);
    honest = honestOrders(live.village);
    // The bytes of a buffer are given back after the collection that found it to be garbage.
    heldNow();
    await nextTurn();
    buffers = heldNow().external;
    still.begin();
    return wrong;
  };
  return {
    shot: (dice) => {
      const deed = aDeed(honest, dice);
      const take = async (): Promise<Verdict> => {
        taken += 1;
        deed.before?.(live);
        still.begin();
        await deed.act(live);
        await live.live(inputMs);
        const wrong = live.moved();
        // What one input has moved is not laid at the door of the next.
        if (wrong !== null) await renew();
        return wrong ?? (taken >= villageInputs ? renew() : null);
      };
      return { take, show: () => deed.what };
    },
    longestMs: still.longestMs,
    heldBytes: () => heldNow().heapUsed + buffers,
    end: () => stillObeys(live),
    close: () => {
      thread.close();
      live.village.world.close();
    },
  };
};

export const liveBox: Target = {
  name: 'live-box',
  what: {
    zh: '整机：坏指令、坏消息、线路噪声、坏状态文件，输出不动',
    en: 'the whole box in its village: whatever it is sent, no output moves but by a valid signed order',
  },
  ...{ covers: ['config', 'devices', 'src/box/live-box.ts'], goal: million },
  prepare: liveAim,
};
