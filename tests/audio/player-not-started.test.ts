import { expect, test } from 'vitest';
import { spawnPlayer } from '../../src/audio/out/player-process.ts';
import { recordFrom } from '../../src/audio/out/recorder.ts';

test.each([
  ['throws', 'no\0such', 'null bytes'],
  ['gives a child that never ran', '/nowhere/no-such', 'ENOENT'],
])(
  'a player that is not started, for which Node %s, has ended: what else sounds is not cut short',
  async (_, command, why) => {
    const player = spawnPlayer(command, []);
    expect([player.write(new Uint8Array(2)), player.pid, player.waiting()]).toEqual([false, undefined, 0]);
    expect(await new Promise((gone) => player.onExit(gone))).toContain(why);
  },
);

test('a microphone whose recorder the system will not start is deaf, and cuts no warning short', () => {
  expect(() => recordFrom('no\0such', () => undefined)()).not.toThrow();
});
