import { describe, expect, it } from 'vitest';
import { Village } from './village.ts';

const text = '暴雨红色预警，请立即转移，不要停留，不要过河，不要回家取东西';

/** A loudspeaker with a chip, and so many sirens on boards beside it; no board of the line answers any more. */
const deafLine = (boards: number): { village: Village; ids: readonly string[] } => {
  const village = new Village();
  village.relays(1);
  village.terminal('horn', { unit: 1, channel: 1, watts: 1, proof: null, chip: true });
  const sirens = Array.from({ length: boards }, (_, index) => `siren-${index}`);
  for (const [index, id] of sirens.entries()) {
    village.relays(index + 2);
    village.terminal(id, { unit: index + 2, channel: 1, proof: null });
  }
  // It is not to be silent, so that no frame may go to all.
  village.relays(boards + 2);
  village.terminal('other', { unit: boards + 2, channel: 1, proof: null });
  return { village, ids: ['horn', ...sirens] };
};

describe('a stop of a speech chip', () => {
  it('reaches the chip at once, also when its amplifier and everybody else on the line are deaf', async () => {
    const { village, ids } = deafLine(60);
    village.speak(['horn'], text);
    await village.clock.advance(1_000);
    const chip = village.chip('horn');
    expect(chip.speakingUntil).toBeGreaterThan(village.clock.now() + 2_000);
    for (const unit of village.line.units.values()) {
      unit.answer = () => null;
      unit.hear = () => undefined;
    }
    village.silence(ids);
    await village.clock.advance(300);
    expect(chip.heard.at(-1)).toMatchObject({ command: 'stop' });
    expect(chip.speakingUntil).toBe(0);
  });
});

describe('the words of a chip', () => {
  const spokenWhen = async (answers: (index: number) => boolean, horns = 30): Promise<readonly (number | null)[]> => {
    const village = new Village();
    const ids = Array.from({ length: horns }, (_, index) => `horn-${index}`);
    for (const [index, id] of ids.entries()) {
      const board = village.relays(index + 1);
      if (!answers(index)) board.answer = () => null;
      village.terminal(id, { unit: index + 1, channel: 1, watts: 100 - index, proof: null, chip: true });
    }
    village.relays(horns + 1);
    village.terminal('other', { unit: horns + 1, channel: 1, proof: null });
    const began = new Map<string, number>();
    village.speak(ids, text);
    for (let ms = 0; ms < 3_000; ms += 50) {
      await village.clock.advance(50);
      for (const id of ids)
        if (!began.has(id) && village.chip(id).spoken().length > 0) began.set(id, village.clock.now());
    }
    return ids.map((id) => began.get(id) ?? null);
  };

  it('do not wait for amplifiers of others that are deaf: its own has answered', async () => {
    const [first, second] = await spokenWhen((index) => index === 0);
    // Its frame, the wait for the others, the lead-in and the frame to the chip.
    expect(first).toBeLessThanOrEqual(800);
    expect(second).toBeLessThanOrEqual(800);
  });

  it('begin as soon as its own amplifier has answered, also where that takes long and others are deaf', async () => {
    const began = await spokenWhen((index) => index === 19, 80);
    // Twenty frames of 20 ms, the lead-in and the frame to the chip.
    expect(began[19]).toBeLessThanOrEqual(900);
  });

  it('do not begin before its own amplifier has answered, however long that takes', async () => {
    const last = (await spokenWhen(() => true)).at(-1);
    // Thirty frames of 20 ms and the lead-in.
    expect(last).toBeGreaterThanOrEqual(900);
    expect(last).toBeLessThanOrEqual(1_100);
  });

  it('begin together where all amplifiers answer soon, so that neighbours are understood', async () => {
    const began = await spokenWhen(() => true, 10);
    expect(began).not.toContain(null);
    expect(new Set(began).size).toBe(1);
  });
});
