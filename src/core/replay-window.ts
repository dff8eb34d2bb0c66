import type { SenderState } from './village.ts';

const width = 1024;
const mask = (1n << BigInt(width)) - 1n;

/** A sender never heard. */
export const unheard: SenderState = { high: 0, window: '0' };

/** True when this counter was never accepted and still lies inside the window (orders by satellite may overtake). */
export const isFresh = (state: SenderState, counter: number): boolean => {
  if (counter > state.high) return true;
  const behind = state.high - counter;
  if (behind >= width) return false;
  return ((BigInt(`0x${state.window}`) >> BigInt(behind)) & 1n) === 0n;
};

/** The state after accepting `counter`; `high` never goes down. */
export const accept = (state: SenderState, counter: number): SenderState => {
  const window = BigInt(`0x${state.window}`);
  if (counter <= state.high) {
    return { high: state.high, window: (window | (1n << BigInt(state.high - counter))).toString(16) };
  }
  const shift = counter - state.high;
  const moved = shift >= width ? 0n : (window << BigInt(shift)) & mask;
  return { high: counter, window: (moved | 1n).toString(16) };
};
