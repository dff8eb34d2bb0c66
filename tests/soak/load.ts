import { act, type Scene } from '../fire/acts.ts';
import type { Tally } from '../fire/section.ts';
import type { Dice } from '../simulate/dice.ts';
import { openBrowser } from './browser.ts';

/** An ordinary hour of the rainy season; polls come on top, as the site has them. */
export const ordinaryHour = { acts: 2, pageLoads: 60, logIns: 4, linkBreaks: 6 } as const;

const watchMs = 2_000;
const cutMs = 1_500;
const people = ['li-ming', 'wang-fang', 'chen-gong'] as const;

interface Habit {
  readonly name: string;
  readonly perHour: number;
  readonly act: () => Promise<unknown>;
}

const habitsOf = (scene: Scene, dice: Dice, seen: Tally): readonly Habit[] => {
  const { page, centre } = scene.village;
  const browsers = people.map((person) => openBrowser(page.url, person, page.pin));
  const counted = async (name: string, done: Promise<boolean>): Promise<void> => {
    if (!(await done)) seen.add(`${name} that failed`);
  };
  return [
    { name: 'acts', perHour: ordinaryHour.acts, act: () => act(scene) },
    {
      name: 'page loads',
      perHour: ordinaryHour.pageLoads,
      act: () => counted('page loads', dice.oneOf(browsers).reload(watchMs)),
    },
    {
      name: 'log-ins',
      perHour: ordinaryHour.logIns,
      act: () => counted('log-ins', dice.oneOf(browsers).logIn()),
    },
    {
      name: 'link breaks',
      perHour: ordinaryHour.linkBreaks,
      act: () => {
        centre.cutUplink(dice.whole(1, cutMs));
        return Promise.resolve();
      },
    },
  ];
};

/** Does all of it, each at its own uneven pace, so many times as often as in an ordinary hour, until it is told to stop. */
export const keepBusy = (scene: Scene, times: number, seen: Tally): (() => Promise<void>) => {
  const over = new AbortController();
  const ended = new Promise<void>((resolve) => {
    over.signal.addEventListener('abort', () => {
      resolve();
    });
  });
  const pause = async (ms: number): Promise<void> => {
    let timer: NodeJS.Timeout | undefined;
    const passed = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, ms);
    });
    await Promise.race([passed, ended]);
    clearTimeout(timer);
  };
  const turns = habitsOf(scene, scene.dice.stream('habits'), seen).map(async ({ name, perHour, act: once }) => {
    const dice = scene.dice.stream(name);
    for (;;) {
      await pause(dice.waitMs(perHour * times));
      if (over.signal.aborted) return;
      await once();
      seen.add(name);
    }
  });
  return async () => {
    over.abort();
    await Promise.all(turns);
  };
};
