import type { Cue, Finding } from '../core/cue.ts';
import { createToken, sleep, type Token } from './clock.ts';
import { groupBy } from './group-by.ts';
import { plainFinding, type Due, type Ordered, type Rig, type RigOptions } from './rig.ts';
import type { WiredSound } from './site-map.ts';
import type { QuietStretch, ReturnedSound, SoundPort } from './sound-port.ts';
import { lookWhilePlaying } from './sound-looks.ts';
import { leaseMs } from './target.ts';

/** Loudspeakers fed with sound made on the box: on a card or on the network, with an amplifier's relay or without. */
export interface Speakers {
  /** Cues for one output that come in the same turn with the same words are one item on that output. */
  play(cues: readonly Cue[], neighboursOff: Promise<unknown> | null): Promise<void>;
  /** Takes back what these terminals play; resolves when their sound is gone. Relays are switched off elsewhere. */
  silence(terminals: readonly string[]): Promise<void>;
  /** Is a loudspeaker without a relay silent? By the player's own word. */
  look(terminal: string): Finding | null;
}

interface Order {
  readonly cue: Cue;
  readonly speaker: WiredSound;
  readonly token: Token;
}

/** One item on one output, for every terminal that shares it. */
interface Batch {
  readonly output: string;
  readonly key: string;
  orders: readonly Order[];
  readonly neighboursOff: Promise<unknown> | null;
  readonly over: Promise<void>;
}

/** The amplifier stays on this much longer than what it carries (promise 3). */
const tailMs = 2_000;
/** An amplifier that does not answer holds up the others for at most this long. */
const amplifiersMs = 300;
/** A player that no longer answers has its sound taken for gone after this: it is killed or its channel is closed. */
const silentWithinMs = 500;
const keyOf = ({ trace, action, durationMs }: Cue): string => JSON.stringify([trace, action, durationMs]);

const wantedMs = ({ cue, speaker }: Order): number => speaker.leadInMs + cue.durationMs + tailMs;

const returnedFinding = ({ cue, speaker }: Order, { verdict, dbfs }: ReturnedSound, readAt: number): Finding | null => {
  const at = { terminal: cue.terminal, cue: cue.id, readAt };
  if (verdict === 'unclear' || speaker.returns === null) return null;
  if (verdict === 'nothing')
    return { ...at, sight: 'no-reply', grade: 'none', value: null, unit: null, reason: 'no-return' };
  const measured = { ...at, grade: speaker.returns, value: dbfs, unit: 'dBFS' } as const;
  return verdict === 'sounding'
    ? { ...measured, sight: 'sounding', reason: null }
    : { ...measured, sight: 'silent', reason: 'no-sound' };
};

const endFinding = ({ cue }: Order, ended: { dbfs: number; reason: string | null }, readAt: number): Finding => ({
  ...{ terminal: cue.terminal, cue: cue.id, readAt, grade: 'switched' as const },
  ...(ended.reason === null
    ? { sight: 'ended' as const, value: Math.round(ended.dbfs * 10) / 10, unit: 'dBFS', reason: null }
    : { sight: 'rejected' as const, value: null, unit: null, reason: ended.reason }),
});

/** Those with a relay, as the relay's drivers know them. */
const amplified = (orders: readonly Order[]): readonly Ordered[] =>
  orders.flatMap(({ cue, token, speaker: { amplifier } }) =>
    amplifier === null ? [] : [{ cue, token, wired: amplifier }],
  );

/** Amplifiers on together, each for its item and a little more; kept on while the item lasts. */
const switchAmplifiers = async (rig: Rig, orders: readonly Order[]): Promise<readonly Promise<void>[]> => {
  const ordered = amplified(orders);
  const wanted = new Map(orders.map((order) => [order.cue.id, wantedMs(order)]));
  const wantedOf = ({ cue }: Ordered): number => wanted.get(cue.id) ?? cue.durationMs;
  const earlier = ordered.map(({ wired }) => rig.switcher.runsUntil(wired.id));
  const due = ordered.map((order): Due => ({ order, durationMs: leaseMs(order.wired, wantedOf(order)) }));
  if (due.length > 0)
    await Promise.race([rig.switchOn(due, { repair: false }), sleep(rig.clock, amplifiersMs, createToken())]);
  return ordered.map(({ wired, token, cue }, index) => {
    // As long as it may take before core gives the item up; the order is taken back when it ends sooner.
    const until = rig.clock.now() + 2 * wantedOf(ordered[index] ?? { wired, token, cue }) + 5_000;
    return rig.keep({ wired, token, trace: cue.trace, earlierUntil: earlier[index] ?? 0, until });
  });
};

const switchOff = async (rig: Rig, orders: readonly Order[]): Promise<void> => {
  const targets = amplified(orders).map(({ wired }) => ({ wired, durationMs: 0 }));
  if (targets.length === 0) return;
  await rig.switcher.switchOutputs({ targets, trace: orders[0]?.cue.trace ?? null, broadcasts: false });
};

const noteSounding = (orders: readonly Order[], options: Pick<RigOptions, 'onSwitched'>, at: number): void => {
  for (const { cue, speaker } of orders) {
    if (speaker.amplifier === null) options.onSwitched?.({ trace: cue.trace, cues: [cue.id], sentAt: at, endedAt: at });
  }
};

const playBatch = async (rig: Rig, options: RigOptions, port: SoundPort, batch: Batch): Promise<void> => {
  const { orders } = batch;
  const [first] = orders;
  if (first === undefined) return;
  const { action, durationMs, trace } = first.cue;
  const alive = (): readonly Order[] => orders.filter(({ token }) => token.alive());
  const looks: Promise<unknown>[] = [];
  const tone = action.play === 'tone' ? (rig.site.tones.find(({ id }) => id === action.tone) ?? null) : null;
  const playing = createToken();
  let quiet: readonly QuietStretch[] = [];
  const isQuiet = (at: number): boolean => quiet.some(({ from, until }) => at >= from && at < (until ?? Infinity));
  const ended = new Promise<{ readonly dbfs: number; readonly reason: string | null }>((resolve) => {
    const run = port.begin(
      { output: batch.output, action, durationMs, trace },
      {
        onEnded: (end) => {
          playing.cancel();
          resolve(end);
        },
        onSounding: (beganAt, stopwatchAt) => {
          noteSounding(alive(), options, stopwatchAt);
          const item = { tone, beganAt, playing, isQuiet };
          looks.push(...amplified(alive()).map((order) => lookWhilePlaying(rig, order, item)));
        },
        onQuiet: (stretch) => (quiet = [...quiet.filter(({ until }) => until !== null), stretch]),
        onReturned: (returned) => {
          const order = alive().find(({ cue }) => cue.terminal === returned.terminal);
          const found = order === undefined ? null : returnedFinding(order, returned, rig.clock.now());
          if (found !== null) rig.report([found]);
        },
      },
    );
    for (const { token } of orders)
      token.onCancel(() => {
        if (alive().length === 0) run.stop();
      });
    const start = async (): Promise<void> => {
      if (batch.neighboursOff !== null) await batch.neighboursOff;
      kept = await switchAmplifiers(rig, alive());
      if (alive().length > 0) run.start(Math.max(0, ...alive().map(({ speaker }) => speaker.leadInMs)));
    };
    void start();
  });
  let kept: readonly Promise<void>[] = [];
  const end = await ended;
  await Promise.all(looks);
  const left = alive();
  await switchOff(rig, left);
  rig.report(left.filter(({ token }) => token.alive()).map((order) => endFinding(order, end, rig.clock.now())));
  for (const { token } of left) token.cancel();
  await Promise.all(kept);
};

/** Gathers cues by output within one turn of the program: what core ordered in one step is carried out as one. */
const createBatches = (play: (batch: Batch) => Promise<void>) => {
  let gathering: readonly Batch[] = [];
  const open = (output: string, key: string, neighboursOff: Promise<unknown> | null): Batch => {
    const batch: Batch = {
      ...{ output, key, neighboursOff, orders: [] },
      over: Promise.resolve().then(() => {
        gathering = gathering.filter((one) => one !== batch);
        return play(batch);
      }),
    };
    gathering = [...gathering, batch];
    return batch;
  };
  return (order: Order, neighboursOff: Promise<unknown> | null): Batch => {
    const { output } = order.speaker;
    const key = keyOf(order.cue);
    const same = gathering.find((one) => one.output === output && one.key === key);
    const batch = same ?? open(output, key, neighboursOff);
    batch.orders = [...batch.orders, order];
    return batch;
  };
};

const tellOutputs = (rig: Rig, options: RigOptions, port: SoundPort): void =>
  port.onOutput((output, reason) => {
    for (const speaker of rig.map.sounds.values()) {
      if (speaker.output !== output) continue;
      const terminal = speaker.id;
      options.report(reason === null ? { kind: 'unit-back', terminal } : { kind: 'unit-lost', terminal, reason });
    }
  });

/** `port` null: the program has no way to make sound; every cue is answered `rejected`. */
export const createSpeakers = (rig: Rig, options: RigOptions, port: SoundPort | null): Speakers => {
  /** What each terminal plays, until its sound is gone. */
  const playing = new Map<string, Batch>();
  const gather = createBatches((batch) => (port === null ? Promise.resolve() : playBatch(rig, options, port, batch)));
  if (port !== null) tellOutputs(rig, options, port);

  const orderOf = (cue: Cue): readonly Order[] => {
    const speaker = rig.map.sounds.get(cue.terminal);
    if (speaker !== undefined && port !== null) return [{ cue, speaker, token: rig.newToken(cue.terminal) }];
    rig.report([
      plainFinding({ cue, clock: rig.clock }, { sight: 'rejected', grade: 'switched', reason: 'no-output' }),
    ]);
    return [];
  };
  return {
    play: async (cues, neighboursOff) => {
      const batches = groupBy(cues.flatMap(orderOf), (order) => gather(order, neighboursOff));
      await Promise.all(
        [...batches].map(async ([batch, orders]) => {
          for (const { speaker } of orders) playing.set(speaker.id, batch);
          await batch.over;
          for (const { speaker } of orders) if (playing.get(speaker.id) === batch) playing.delete(speaker.id);
        }),
      );
    },
    silence: async (terminals) => {
      const gone = terminals.flatMap((terminal) => playing.get(terminal)?.over ?? []);
      for (const terminal of terminals) if (rig.map.sounds.has(terminal)) rig.newToken(terminal);
      await Promise.race([Promise.all(gone), sleep(rig.clock, silentWithinMs, createToken())]);
    },
    look: (terminal) => {
      const speaker = rig.map.sounds.get(terminal);
      if (speaker === undefined || speaker.amplifier !== null) return null;
      const sight = playing.has(terminal) ? 'on' : 'off';
      const at = { terminal, cue: null, readAt: rig.clock.now() };
      return {
        ...at,
        sight,
        grade: 'switched',
        value: null,
        unit: null,
        reason: sight === 'on' ? 'off-ignored' : null,
      };
    },
  };
};
