import type { Finding } from '../../src/core/cue.ts';
import type { Tone } from '../../src/core/site.ts';
import { createToken } from '../../src/drivers/clock.ts';
import { lookWhilePlaying } from '../../src/drivers/sound-looks.ts';
import { cueOf } from './village.ts';
import { createVirtualClock } from './virtual-clock.ts';

export interface Scene {
  readonly tone: Pick<Tone, 'onMs' | 'offMs'> | null;
  readonly durationMs: number;
  /** What the loudspeaker draws, this long after the item began. */
  readonly sounds: (atMs: number) => boolean;
  /** How long the line takes for the look of this number, ms; null: no reply comes. */
  readonly lateMs: (look: number) => number | null;
  /** So much later than it was the box takes the beginning to be. */
  readonly takenLateMs?: number;
  /** The order is taken back so long after it began, while others go on playing. */
  readonly takenBackAtMs?: number;
  /** Long silences of what is played itself, as the player has told of them by then. */
  readonly quiet?: (atMs: number, toldAtMs: number) => boolean;
}

export const watched = async (scene: Scene) => {
  const { tone, durationMs, sounds, lateMs, takenLateMs = 0, takenBackAtMs = 60_000, quiet = () => false } = scene;
  const clock = createVirtualClock();
  const told: { readonly sight: Finding['sight']; readonly at: number }[] = [];
  const began = clock.now();
  await clock.advance(takenLateMs);
  let looks = 0;
  const look = async (): Promise<readonly Finding[]> => {
    const delay = lateMs((looks += 1));
    await new Promise<void>((resolve) => void clock.setTimer(delay ?? 250, resolve));
    const readAt = clock.now();
    const sight = delay === null ? 'no-reply' : sounds(readAt - began) ? 'sounding' : 'silent';
    return [{ terminal: 'east', cue: 'c', sight, grade: 'current', value: 0, unit: 'A', readAt, reason: null }];
  };
  const playing = createToken();
  clock.setTimer(durationMs - takenLateMs, playing.cancel);
  const cue = cueOf('east', { play: 'tone', tone: 't' }, durationMs);
  const token = createToken();
  clock.setTimer(takenBackAtMs, token.cancel);
  const order = { cue, wired: { id: 'east', proof: {} }, token };
  const whole = tone === null ? null : { id: 't', name: { zh: '警报', en: 'alarm' }, cycles: 9, ...tone };
  const isQuiet = (at: number): boolean => quiet(at - began, clock.now() - began);
  const item = { tone: whole, beganAt: clock.now(), playing, isQuiet };
  const report = (found: readonly Finding[]): void =>
    void told.push(...found.map(({ sight }) => ({ sight, at: clock.now() - began })));
  const done = lookWhilePlaying({ clock, look, report }, order, item);
  await clock.advance(60_000);
  return { told, looked: await done, looks };
};

export const sightsOf = async (scene: Scene): Promise<readonly string[]> =>
  (await watched(scene)).told.map(({ sight }) => sight);

export const lagsMs = [0, 100, 300, 400, 450, 500, 530, 600, 700, 800, 900, 1_000, 1_200, 1_400, 1_500] as const;
/** What a loudspeaker gives that is read so much later than the box plays it. */
export const givenLate =
  ({ onMs, offMs }: Pick<Tone, 'onMs' | 'offMs'>, lagMs: number) =>
  (atMs: number): boolean =>
    atMs >= lagMs && (atMs - lagMs) % (onMs + offMs) < onMs;
/** The same, slow to rise and quick to fall. */
export const givenSoftly =
  ({ onMs, offMs }: Pick<Tone, 'onMs' | 'offMs'>, lagMs: number) =>
  (atMs: number): boolean => {
    const phaseMs = (atMs - lagMs) % (onMs + offMs);
    return atMs >= lagMs && phaseMs >= 90 && phaseMs <= onMs - 90;
  };
