import type { LoadedSite } from '../../src/config/load-site.ts';
import type { Receipt } from '../../src/core/receipt.ts';
import { diceOf, type Dice } from '../simulate/dice.ts';
import { simVillage, type SimVillage } from '../simulate/sim-village.ts';
import { failAt, type CallCount, type Failing } from './failing-ports.ts';

/** What one scripted night came to. */
export interface NightStory {
  readonly count: CallCount;
  /** Codes that the box reported, to its log or upstream, each with how often. */
  readonly reported: ReadonlyMap<string, number>;
  readonly broken: readonly string[];
}

interface Night {
  readonly village: SimVillage;
  readonly dice: Dice;
  readonly released: Receipt[];
  readonly broken: string[];
  readonly report: (code: string) => void;
}

const person = '李某';
const zonesOf = ({ site }: SimVillage): readonly string[] => site.site.zones.map(({ id }) => id);

const alertOf = (id: string, zones: readonly string[], more: Readonly<Record<string, unknown>> = {}) => ({
  ...{ id, status: 'actual', class: 'emergency', event: '11D02', severity: 'red', stage: 'now', authority: 'county' },
  ...{ voice: 'recorded', zones, headline: '预警', text: '请立即转移。', plan: null, sirenUnlocked: false },
  ...more,
});

const issue = (
  { village }: Night,
  orderClass: 'alarm' | 'drill' | 'routine',
  alert: ReturnType<typeof alertOf>,
): string => {
  const order = village.centre.make({ class: orderClass, body: { kind: 'issue', alert } });
  // A link that is just down is up again a little later; the centre hands the order over then.
  const hand = (): void => {
    if (!village.centre.send(order)) village.time.after(500, hand);
  };
  hand();
  return order.id;
};

const about = ({ village }: Night, kind: 'cancel' | 'all-clear' | 'correction', alertId: string): void => {
  const body = kind === 'cancel' ? { kind, alertId } : { kind, alertId, text: '预警解除。' };
  village.centre.send(village.centre.make({ class: 'alarm', body }));
};

const onSite = ({ village, dice }: Night, what: 'trigger' | 'stop' | 'continue' | 'answered'): void => {
  const loop = village.life()?.box.tied.loop;
  const id = dice.hex(16);
  if (what === 'continue') void loop?.tell({ kind: 'continue', person, id });
  else if (what !== 'trigger') void loop?.tell({ kind: what, source: 'cli', person, id });
  else {
    const trigger = { id, plan: 'flash-flood-now', zones: ['shangba'], status: 'actual', severity: 'red' } as const;
    void loop?.tell({
      kind: 'trigger',
      trigger: { ...trigger, text: null, person, source: 'cli', sirenUnlocked: false },
    });
  }
};

const startAnew = async ({ village, broken }: Night): Promise<void> => {
  village.die('killed');
  await village.start().catch((error: unknown) => void broken.push(`the start threw: ${String(error)}`));
};

/** Every port is used: orders, audio, speech, sirens, people, the end of a journal's life and a new start. */
const script: readonly (readonly [atS: number, act: (night: Night) => unknown])[] = [
  [2, (night) => issue(night, 'alarm', alertOf('a1', ['heba', 'xuexiao']))],
  [
    5,
    (night) => issue(night, 'alarm', alertOf('a2', ['xuexiao'], { audio: night.village.centre.newAudio(night.dice) })),
  ],
  [12, (night) => onSite(night, 'trigger')],
  [16, (night) => onSite(night, 'answered')],
  [18, (night) => issue(night, 'drill', alertOf('a3', ['laojie'], { status: 'drill' }))],
  [24, (night) => about(night, 'cancel', 'a1')],
  [26, (night) => about(night, 'correction', 'a2')],
  [32, (night) => onSite(night, 'stop')],
  [36, (night) => onSite(night, 'continue')],
  [40, (night) => night.village.centre.send(night.village.centre.makeKeys(false))],
  [42, (night) => about(night, 'all-clear', 'a2')],
  [48, startAnew],
  [54, (night) => onSite(night, 'stop')],
];
const nextOrderS = 70;
/** Long enough for a retry of the disk (1 s doubling), a reconnection (at most 60 s) and the sweep of the sound. */
const heardWithinS = 30;
const endS = 130;

/** Who is not heard at all between two instants of the night. */
const unheard = ({ world, site }: SimVillage, fromMs: number): readonly string[] =>
  site.site.terminals.flatMap(({ id }) =>
    world.timeline.of(id).some(({ fromMs: from, toMs }) => (toMs ?? Infinity) > fromMs && from >= fromMs - 1)
      ? []
      : [id],
  );

const judge = (night: Night, next: string): void => {
  const { village, released, broken } = night;
  const numbers = [...village.centre.receipts.keys()].sort((a, b) => a - b);
  const gap = numbers.findIndex((number, index) => number !== index + 1);
  if (gap >= 0) broken.push(`receipt ${gap + 1} never came to the centre`);
  broken.push(...village.centre.complaints);
  const told = new Set([...village.centre.receipts.values()].map(({ trace }) => trace));
  for (const { id, body } of village.centre.orders.values())
    if (village.centre.sent.has(id) && !told.has(id)) broken.push(`order ${body.kind} was never answered`);
  const ended = released.find(({ trace, body }) => trace === next && body.stage === 'ended')?.body;
  if (ended?.stage !== 'ended') broken.push('the next order never ended');
  else if (ended.due !== ended.sounded + ended.failed + ended.unknown) broken.push('due is not the sum');
};

const live = async (night: Night): Promise<void> => {
  const { village } = night;
  const { time } = village;
  await village.start();
  for (const [atS, act] of script) {
    await time.runUntil(atS * 1_000);
    await act(night);
  }
  await time.runUntil(nextOrderS * 1_000);
  const next = issue(night, 'alarm', alertOf('next', zonesOf(village)));
  await time.runUntil((nextOrderS + heardWithinS) * 1_000);
  const mute = unheard(village, nextOrderS * 1_000);
  if (mute.length > 0) night.broken.push(`the next order is not heard at ${mute.join(' ')}`);
  onSite(night, 'stop');
  await time.runUntil(endS * 1_000);
  judge(night, next);
};

/** One night on virtual time, the same every time, but for the one call that fails. */
export const tortureNight = async (loaded: LoadedSite, failing: Failing | null): Promise<NightStory> => {
  const dice = diceOf(1);
  const released: Receipt[] = [];
  const broken: string[] = [];
  const reported = new Map<string, number>();
  const report = (code: string): void => void reported.set(code, (reported.get(code) ?? 0) + 1);
  const village = simVillage({
    dice: dice.stream('village'),
    startWallMs: Date.UTC(2026, 10, 23, 1, 0),
    loaded,
    onReceipt: (receipt) => {
      released.push(receipt);
      const { body } = receipt;
      if (body.stage === 'noted' || body.stage === 'refused') report(body.code);
      if (body.stage === 'health' && body.health !== 'well') report(`health ${body.reason}`);
      if (body.stage === 'terminal' && body.verdict !== 'sounded') report(`terminal ${String(body.reason)}`);
    },
    onOwed: (owed) => released.push(...owed),
    onFailure: ({ code }) => report(code),
    onMemoryBack: () => void startAnew(night),
  });
  const night: Night = { village, dice: dice.stream('night'), released, broken, report };
  const rejected = (error: unknown): void => void broken.push(`a promise was left to fail: ${String(error)}`);
  process.on('unhandledRejection', rejected);
  const count = failAt(village, failing);
  try {
    await live(night);
  } catch (error) {
    broken.push(`it threw: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  } finally {
    process.off('unhandledRejection', rejected);
    village.world.close();
  }
  return { count, reported, broken };
};
