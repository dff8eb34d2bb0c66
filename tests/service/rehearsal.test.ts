import { describe, expect, it } from 'vitest';
import { rehearse } from '../../src/box/rehearsal.ts';
import { Hamlet } from '../core/hamlet.ts';

describe('a rehearsal', () => {
  it('thinks an alarm through to its cues and leaves the village as it was', () => {
    const hamlet = new Hamlet();
    const before = structuredClone(hamlet.village);
    const effects = rehearse(hamlet.village, hamlet.at);
    expect(effects.filter((effect) => effect === 'sound').length).toBeGreaterThan(0);
    expect(hamlet.village).toEqual(before);
  });
});
