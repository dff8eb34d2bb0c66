import type { Chip, SpeechEnd } from './chip.ts';
import { createToken, sleep } from './clock.ts';
import { plainFinding, type Ordered, type Rig } from './rig.ts';
import { lookWhilePlaying, type Looked } from './sound-looks.ts';
import type { Switched } from './switch-outputs.ts';
import { leaseMs } from './target.ts';

/** The amplifier stays on this much longer than what it carries (promise 3). */
const tailMs = 2_000;

/** So long all wait for each other, so that neighbours speak together. */
const togetherMs = 300;

const wantedMs = ({ cue, wired }: Ordered): number => wired.leadInMs + cue.durationMs + tailMs;

/** What is said or played at the terminal itself, looked at while it lasts. Its own silences are not known. */
const lookAt = (rig: Rig, order: Ordered): { readonly looked: Promise<Looked>; readonly over: () => void } => {
  const playing = createToken();
  const item = { tone: null, beganAt: rig.clock.now(), playing, isQuiet: () => false };
  return { looked: lookWhilePlaying(rig, order, item), over: () => playing.cancel() };
};

const switchOff = async (rig: Rig, { cue, wired, token }: Ordered): Promise<void> => {
  if (!token.alive()) return;
  await rig.switcher.switchOutputs({ targets: [{ wired, durationMs: 0 }], trace: cue.trace, broadcasts: false });
};

/** Parts one after the other, each begun when the chip has ended the one before. */
const speakParts = async (
  rig: Rig,
  { wired: { speech }, token }: Ordered,
  chip: Chip,
  text: string,
): Promise<SpeechEnd> => {
  const parts = speech?.codec.parts(text) ?? [];
  if (speech === null || parts.length === 0) return { end: 'rejected', reason: 'nothing-to-say' };
  for (const part of parts) {
    const end = await chip.speak(part, speech.estimateMs(part), token);
    if (end.end !== 'spoken') return end;
    await sleep(rig.clock, speech.codec.frameGapMs, token);
  }
  return { end: 'spoken' };
};

interface Spoken {
  readonly end: SpeechEnd;
  readonly amplifier: Switched | undefined;
  readonly looked: Looked;
}

/** Why nobody has seen the amplifier switch on; null where somebody has, or where nothing could show it. */
const muteReason = ({ wired }: Ordered, { amplifier, looked }: Spoken): string | null => {
  if (looked !== 'unanswered') return null;
  if (amplifier?.how === 'failed') return `amplifier-${amplifier.reason}`;
  return amplifier?.how === 'broadcast' && wired.proof !== null ? 'amplifier-no-reply' : null;
};

/**
 * A chip that spoke into an amplifier nobody has seen switch on proves nothing of what was heard; nor does one whose
 * amplifier was seen off, or only ever quiet, in too short a time to prove that it is dead.
 */
const speechFinding = ({ clock }: Rig, order: Ordered, spoken: Spoken) => {
  const { cue } = order;
  const { end, looked } = spoken;
  if (end.end === 'rejected' || end.end === 'no-reply')
    return plainFinding({ cue, clock }, { sight: end.end, grade: 'chip', reason: end.reason });
  if (looked === 'quiet' || looked === 'off')
    return plainFinding({ cue, clock }, { sight: 'ended', grade: 'switched', reason: null });
  const mute = muteReason(order, spoken);
  return plainFinding({ cue, clock }, { sight: mute === null ? 'spoken' : 'no-reply', grade: 'chip', reason: mute });
};

const speak = async (rig: Rig, order: Ordered, text: string, amplifier: Switched | undefined): Promise<void> => {
  const chip = rig.chipOf(order.wired);
  if (chip === null) {
    const seen = { sight: 'rejected', grade: 'chip', reason: 'no-chip' } as const;
    rig.report([plainFinding({ cue: order.cue, clock: rig.clock }, seen)]);
    return;
  }
  const { looked, over } = lookAt(rig, order);
  const end = await speakParts(rig, order, chip, text);
  over();
  const told = { end, amplifier, looked: await looked };
  await switchOff(rig, order);
  if (order.token.alive() && end.end !== 'taken-back') rig.report([speechFinding(rig, order, told)]);
};

/** A stored clip: its length is known; that it sounded is the proof input's word, and only then is its end reported. */
const playClip = async (rig: Rig, order: Ordered): Promise<void> => {
  const { cue, wired, token } = order;
  const { looked, over } = lookAt(rig, order);
  await sleep(rig.clock, cue.durationMs, token);
  over();
  await switchOff(rig, order);
  if ((await looked) !== 'sounding' || !token.alive()) return;
  const grade = wired.proof?.grade ?? 'none';
  rig.report([plainFinding({ cue, clock: rig.clock }, { sight: 'spoken', grade, reason: null })]);
};

const run = async (rig: Rig, order: Ordered, amplifier: Switched | undefined, earlierUntil: number): Promise<void> => {
  const { wired, token, cue } = order;
  // As long as the chip may take before it is given up; the order is taken back when it ends sooner.
  const longestMs = cue.action.play === 'speech' ? 2 * wantedMs(order) + 5_000 : wired.leadInMs + cue.durationMs;
  const kept = rig.keep({ wired, token, trace: cue.trace, earlierUntil, until: rig.clock.now() + longestMs });
  if (await sleep(rig.clock, wired.leadInMs, token)) {
    if (cue.action.play === 'speech') await speak(rig, order, cue.action.text, amplifier);
    else await playClip(rig, order);
  }
  token.cancel();
  await kept;
};

/** Tracks are chosen before the output comes on; a terminal without stored tracks cannot play a clip. */
const hasTrack = async (rig: Rig, { cue, wired, token }: Ordered): Promise<boolean> => {
  const track = cue.action.play === 'clip' ? cue.action.track : null;
  const chosen = track !== null && (await rig.switcher.chooseTrack(wired, track, cue.trace));
  if (!chosen && token.alive()) {
    const seen = { sight: 'rejected', grade: 'none', reason: 'no-track' } as const;
    rig.report([plainFinding({ cue, clock: rig.clock }, seen)]);
  }
  return chosen && token.alive();
};

/** What each amplifier has answered, told one by one. */
const awaitEach = () => {
  const known = new Map<string, Switched>();
  const waiting = new Map<string, () => void>();
  return {
    onSwitched: (terminal: string, switched: Switched): void => {
      known.set(terminal, switched);
      waiting.get(terminal)?.();
    },
    known: (terminal: string): Switched | undefined => known.get(terminal),
    of: (terminal: string): Promise<void> =>
      new Promise((resolve) => {
        if (known.has(terminal)) resolve();
        else waiting.set(terminal, resolve);
      }),
  };
};

/**
 * Amplifiers on, then the words. All begin together where all have answered soon; an amplifier that does not answer
 * holds up no other for longer than that.
 */
const start = async (rig: Rig, orders: readonly Ordered[]): Promise<void> => {
  if (orders.length === 0) return;
  const earlier = orders.map(({ wired }) => rig.switcher.runsUntil(wired.id));
  const due = orders.map((order) => ({ order, durationMs: leaseMs(order.wired, wantedMs(order)) }));
  const answers = awaitEach();
  const all = rig.switchOn(due, { repair: false, onSwitched: answers.onSwitched });
  await Promise.race([all, sleep(rig.clock, togetherMs, createToken())]);
  await Promise.all(
    orders.map(async (order, index) => {
      const { id } = order.wired;
      await Promise.race([all, answers.of(id)]);
      await run(rig, order, answers.known(id), earlier[index] ?? 0);
    }),
  );
  await all;
};

/** A unit that is slow to take its track holds up no chip. */
const startClips = async (rig: Rig, orders: readonly Ordered[]): Promise<void> => {
  const able = await Promise.all(orders.map((order) => hasTrack(rig, order)));
  await start(
    rig,
    orders.filter((_, index) => able[index] === true),
  );
};

/**
 * Speech and clips: amplifiers on together, a lead-in, then each chip at its own pace; while it speaks the amplifier's
 * proof is read; at the end the amplifier goes off and the chip's own word is reported. Taken back, it says nothing more.
 */
export const playVoice = async (rig: Rig, orders: readonly Ordered[]): Promise<void> => {
  const clips = orders.filter(({ cue }) => cue.action.play === 'clip');
  await Promise.all([
    start(
      rig,
      orders.filter((order) => !clips.includes(order)),
    ),
    startClips(rig, clips),
  ]);
};
