import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  againAfterMs,
  contactSeen,
  faultAfterMs,
  judgeKey,
  keyDisturbed,
  keyDueAt,
  newKey,
  stableMs,
  type KeyAct,
  type KeyState,
} from '../../src/panel/key-switch.ts';

const off = (at: number, state = newKey(0)): KeyState =>
  contactSeen(contactSeen(state, 'open', false, at), 'closed', true, at);
const on = (at: number, state: KeyState): KeyState =>
  contactSeen(contactSeen(state, 'closed', false, at), 'open', true, at);
const agreed = (state: KeyState, at: number) => judgeKey(state, { agrees: true, askedAt: at, at });
const armed = agreed(off(0), stableMs).state;

describe('the two contacts of a key', () => {
  it('are due after 300 ms in which nothing moved, whatever came before', () => {
    const turned = on(1_000, armed);
    expect(stableMs).toBe(300);
    expect(keyDueAt(turned)).toBe(1_300);
    expect(keyDueAt(contactSeen(turned, 'open', false, 1_100))).toBe(1_100 + faultAfterMs);
    expect(keyDueAt(keyDisturbed(turned, 1_200))).toBe(1_200 + stableMs);
  });

  it('are a turn only with the word of the board', () => {
    const turned = on(1_000, armed);
    const asked = { askedAt: 1_300, at: 1_320 };
    expect(judgeKey(turned, { agrees: false, ...asked }).act).toBe('none');
    expect(judgeKey(turned, { agrees: true, ...asked }).act).toBe('turned');
    expect(judgeKey(contactSeen(turned, 'open', false, 1_310), { agrees: true, ...asked }).act).toBe('none');
  });

  it('start nothing when the key is on at the first look, until it was off', () => {
    const found = agreed(on(0, newKey(0)), stableMs);
    expect(found.act).toBe('left-on');
    const back = agreed(off(2_000, found.state), 2_000 + stableMs);
    expect(back.act).toBe('off');
    expect(agreed(on(4_000, back.state), 4_000 + stableMs).act).toBe('turned');
  });

  it('are a fault when both are alike for a second, and a fault takes the next turn its right', () => {
    const cut = contactSeen(armed, 'closed', false, 1_000);
    expect(keyDueAt(cut)).toBe(1_000 + faultAfterMs);
    const fault = agreed(cut, 2_000);
    expect(fault.act).toBe('fault');
    // A second wire is shorted: the two now look like a turned key.
    expect(agreed(contactSeen(fault.state, 'open', true, 3_000), 3_300).act).toBe('left-on');
  });

  it('turn again only a second after the last turn', () => {
    const first = agreed(on(1_000, armed), 1_300);
    const back = agreed(off(1_400, first.state), 1_700);
    const soon = agreed(on(1_750, back.state), 2_050);
    expect(soon.act).toBe('none');
    expect(agreed(soon.state, 1_300 + againAfterMs + stableMs).act).toBe('turned');
  });

  it('never turn while they are alike, unstable, or were not seen off: any sequence', () => {
    const move = fc.record({
      contact: fc.constantFrom('open' as const, 'closed' as const),
      isClosed: fc.boolean(),
      afterMs: fc.integer({ min: 0, max: 1_500 }),
      agrees: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(move, { maxLength: 40 }), (moves) => {
        let state = newKey(0);
        let at = 0;
        let offSeen = false;
        for (const { contact, isClosed, afterMs, agrees } of moves) {
          state = contactSeen(state, contact, isClosed, at);
          const movedAt = state.since;
          at += afterMs;
          const due = keyDueAt(state);
          if (due === null || due > at) continue;
          const { open, closed } = state.contacts;
          const judged = judgeKey(state, { agrees, askedAt: at, at });
          const act: KeyAct = judged.act;
          if (act === 'turned') {
            expect([open, closed, agrees, offSeen]).toEqual([true, false, true, true]);
            expect(at - movedAt).toBeGreaterThanOrEqual(stableMs);
            offSeen = false;
          }
          if (act === 'off') offSeen = true;
          if (act === 'fault') offSeen = false;
          state = judged.state;
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
