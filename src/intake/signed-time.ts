import type { MonoMs, WallMs } from '../core/time.ts';
import { failed, ok, type Result } from '../words/failure.ts';
import { shapeFailure } from './shape.ts';
import { readStrictJson } from './strict-json.ts';
import { statement } from './validators.ts';
import { textOf, verifySigned, type SignedBytes, type Trust } from './verify.ts';

/** Longest raw statement of time, in bytes. */
export const timeMaxBytes = 1024;
/** A slower answer is refused: its delay is the most by which the clock could be wrong. */
export const timeMaxRoundTripMs = 10_000;

/** The one open question: the nonce that was sent, and when. */
export interface TimeQuestion {
  readonly nonce: string;
  readonly askedAt: MonoMs;
}

/** At `mono` the wall clock said `wall`, give or take `errorMs`. */
export interface ClockEvidence {
  readonly sender: string;
  readonly mono: MonoMs;
  readonly wall: WallMs;
  readonly errorMs: number;
}

export interface TimeContext extends Trust {
  readonly boxId: string;
  readonly question: TimeQuestion | null;
  /** When the answer came. */
  readonly now: MonoMs;
  /** A wall time that has passed by what the centre said before; its time never goes back before it. */
  readonly floor: WallMs;
}

/**
 * Reads the centre's signed time. It counts only as the answer to a nonce of ours and only while the answer is young, so a
 * recorded or held-back time is worth nothing. The key must have the class `alarm`: who may wake the village may tell it
 * the time.
 *
 * @returns evidence for the clock, or an `envelope-…`, `order-class-not-allowed` or `time-…` code
 */
export const readSignedTime = (signed: SignedBytes, context: TimeContext): Result<ClockEvidence> => {
  const pinned = verifySigned(signed, context, timeMaxBytes);
  if (!pinned.ok) return pinned;
  const { sender } = pinned.value;
  const text = textOf(signed.raw);
  if (!text.ok) return text;
  const json = readStrictJson(text.value);
  if (!json.ok) return json;
  const said = json.value;
  if (!statement.Check(said)) return shapeFailure(statement.Errors(said));
  if (said.key !== signed.key) {
    return failed('envelope-key-mismatch', { inner: said.key, outer: signed.key }, { field: 'key' });
  }
  if (!sender.classes.includes('alarm')) {
    return failed('order-class-not-allowed', { class: 'alarm', key: sender.id });
  }
  if (said.box !== context.boxId) return failed('time-wrong-box', { box: said.box }, { field: 'box' });
  const { question, now, floor } = context;
  if (question === null || said.nonce !== question.nonce) return failed('time-not-asked', {}, { field: 'nonce' });
  const roundTripMs = now - question.askedAt;
  if (roundTripMs < 0 || roundTripMs > timeMaxRoundTripMs) {
    return failed('time-too-slow', { ms: roundTripMs, max: timeMaxRoundTripMs });
  }
  const wall = said.at + Math.round(roundTripMs / 2);
  if (wall < floor) return failed('time-backward', {}, { field: 'at' });
  return ok({ sender: sender.id, mono: now, wall, errorMs: Math.ceil(roundTripMs / 2) });
};
