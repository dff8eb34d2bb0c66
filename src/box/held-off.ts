import type { Effect } from '../core/effect.ts';
import type { Durable } from '../core/village.ts';

/** Terminals on air whose output knows no lease: nothing but an off ends them. */
export const heldOnAir = ({ site, plays }: Durable): readonly string[] => {
  const held = new Set(site?.terminals.flatMap(({ id, lease }) => (lease.kind === 'held' ? [id] : [])) ?? []);
  const onAir = Object.values(plays).flatMap((play) => [
    ...(play.tone?.starts.map(({ terminal }) => terminal) ?? []),
    ...play.speaking,
  ]);
  return [...new Set(onAir)].filter((terminal) => held.has(terminal));
};

/**
 * What a box that is ended in order switches off: outputs with a lease fall silent by themselves and are left to it, a held
 * one would sound until somebody pulls its plug. The broadcast stays live; the restart rule decides when the box is back.
 */
export const offAtTheEnd = (durable: Durable): Extract<Effect, { do: 'silence' }> | null => {
  const terminals = heldOnAir(durable);
  return terminals.length === 0
    ? null
    : { do: 'silence', urgent: true, terminals, cause: 'box-ended', trace: 'box-ended' };
};
