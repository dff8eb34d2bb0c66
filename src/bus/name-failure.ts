import { failed, type Failure } from '../words/failure.ts';
import type { Asked, Framing } from './framing.ts';
import type { CounterName } from './line.ts';
import type { Outcome } from './machine-settings.ts';
import { exceptionOf } from './reply-shape.ts';

export interface NamedFailure {
  readonly failure: Failure;
  readonly counter: CounterName;
  /** The unit's own reply may still come. */
  readonly owed: boolean;
  /** It counts against the unit; noise of others does not. */
  readonly blamesUnit: boolean;
}

export interface Circumstances {
  readonly damaged: boolean;
  readonly doubtful: boolean;
  readonly babbling: boolean;
}

/** Says by what was heard why an exchange failed. */
export const nameFailure = (
  { id: line, framing }: { readonly id: string; readonly framing: Framing },
  asked: Asked,
  heard: Uint8Array,
  { damaged, doubtful, babbling }: Circumstances,
): NamedFailure => {
  const { unit } = asked;
  const named = (failure: Failure, counter: CounterName, owed = true): NamedFailure => {
    return { failure, counter, owed, blamesUnit: !damaged && !babbling };
  };
  if (damaged) return named(failed('echo-damaged', { line }).failure, 'echoDamaged');
  if (heard.length === 0 && doubtful) return named(failed('reply-doubtful', { line, unit }).failure, 'mismatched');
  if (heard.length === 0) return named(failed('unit-silent', { line, unit }).failure, 'timeouts');
  if (babbling) return named(failed('line-babbling', { line, bytes: heard.length }).failure, 'garbled');
  const other = framing.foreign(asked, heard);
  if (other === null) {
    return named(failed('reply-garbled', { line, unit, bytes: heard.length }).failure, 'garbled', false);
  }
  return other.unit === unit
    ? named(failed('reply-mismatch', { line, unit }).failure, 'mismatched')
    : named(failed('reply-wrong-unit', { line, unit, got: other.unit }).failure, 'wrongUnit');
};

/** How an exchange ended whose reply came whole: well, or with the unit's own refusal (`modbus-exception`). */
export const outcomeOf = (
  line: string,
  asked: Asked,
  { pdu, frame }: { readonly pdu: Uint8Array; readonly frame: Uint8Array },
): Outcome => {
  const exception = exceptionOf(pdu);
  if (exception === null) return { ok: true, pdu, frame };
  const params = { line, unit: asked.unit, function: asked.pdu[0] ?? 0, exception };
  return { ok: false, failure: failed('modbus-exception', params).failure, frame };
};
