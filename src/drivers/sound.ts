import type { Cue } from '../core/cue.ts';
import type { Effect } from '../core/effect.ts';
import { plainFinding, type Ordered, type Rig } from './rig.ts';
import { playVoice } from './voice.ts';

const soundTones = async (rig: Rig, tones: readonly Ordered[], how: { readonly repair: boolean }): Promise<void> => {
  const { clock, switcher } = rig;
  const earlier = tones.map(({ wired }) => switcher.runsUntil(wired.id));
  const until = tones.map(({ cue }) => clock.now() + cue.durationMs);
  const due = tones.map((order) => ({ order, durationMs: order.cue.durationMs }));
  await rig.switchOn(due, how);
  const checked = switcher.settings.check(
    tones.flatMap(({ wired, token }) => (token.alive() ? [wired] : [])),
    tones[0]?.cue.trace ?? null,
  );
  // Core itself renews a siren's dead-man; here only an earlier timed on that off may not have ended is watched.
  await Promise.all(
    tones.map(async ({ wired, token, cue }, index) => {
      const earlierUntil = earlier[index] ?? 0;
      if (wired.output.lease.kind !== 'timed' || earlierUntil <= clock.now()) return;
      await rig.keep({ wired, token, trace: cue.trace, earlierUntil, until: until[index] ?? 0 });
    }),
  );
  await checked;
};

const repeatsHarmlessly = ({ wired }: Ordered): boolean => ['extends', 'ignored'].includes(wired.output.retrigger);

/** A repair is unicast, and never a second on to what may be running: it is read as off, or a repeat does no harm. */
const repairTones = async (rig: Rig, tones: readonly Ordered[]): Promise<void> => {
  const doubtful = tones.filter((one) => !repeatsHarmlessly(one)).map(({ wired }) => wired);
  const read = await rig.states(doubtful, 'upkeep', tones[0]?.cue.trace ?? null);
  const safe = tones.filter((one) => repeatsHarmlessly(one) || read.get(one.wired.id) === 'off');
  // Whoever missed the order may have been without power, and has then forgotten what it was set to.
  for (const { wired, cue } of safe) rig.switcher.settings.restore(wired, cue.trace);
  await soundTones(rig, safe, { repair: true });
};

const reject = (rig: Rig, cue: Cue, reason: string): void =>
  rig.report([plainFinding({ cue, clock: rig.clock }, { sight: 'rejected', grade: 'none', reason })]);

/**
 * Switches on. A cue that its terminal cannot carry out is answered `rejected` at once, never left open. What sounded in
 * the same zones is waited for first (`neighboursOff`): siren and speech never overlap, also not on two lines.
 */
export const sound = async (
  rig: Rig,
  { cues, repair }: Extract<Effect, { do: 'sound' }>,
  neighboursOff: Promise<unknown> | null = null,
): Promise<void> => {
  const able = cues.flatMap((cue): Ordered[] => {
    const wired = rig.map.terminals.get(cue.terminal);
    if (wired !== undefined && (cue.action.play !== 'speech' || wired.speech !== null))
      return [{ cue, wired, token: rig.newToken(cue.terminal) }];
    reject(rig, cue, wired === undefined ? 'not-wired' : 'no-chip');
    return [];
  });
  // The orders stand already, so that a stop which comes while we wait takes them back.
  if (neighboursOff !== null) await neighboursOff;
  const tones = able.filter(({ cue }) => cue.action.play === 'tone');
  const voices = able.filter(({ cue }) => cue.action.play !== 'tone');
  await Promise.all([
    repair ? repairTones(rig, tones) : soundTones(rig, tones, { repair: false }),
    playVoice(rig, voices),
  ]);
};
