import { join } from 'node:path';
import type { Alert } from '../../emulator/centre/orders.ts';
import { askBox } from '../../src/console/control-client.ts';
import { wavBytes } from '../media/wav.ts';
import type { Dice } from '../simulate/dice.ts';
import { pause } from '../support/waiting.ts';
import type { FireVillage } from './fire-village.ts';

/** What people on site were told is done and recorded. */
export interface Promised {
  readonly locals: string[];
  /** Alerts that the centre has issued, for what is said of them later. */
  readonly alerts: string[];
}

export interface Scene {
  readonly village: FireVillage;
  readonly dice: Dice;
  readonly promised: Promised;
}

type Act = (scene: Scene) => Promise<unknown>;

const severities = ['red', 'orange', 'yellow', 'blue'] as const;
/** With a number behind it: a text that was said before is not made again. */
const texts = ['请立即转移。', '水位正在上涨，听到警报马上离开。'] as const;

const alertOf = ({ village, dice }: Scene, given: Partial<Alert>): Partial<Alert> => ({
  ...{ status: 'actual', class: 'emergency', event: '11D02', stage: 'now', headline: '预警' },
  ...{ severity: dice.oneOf(severities), text: `${dice.oneOf(texts)}水位${dice.whole(1, 99)}米。` },
  zones: dice.someOf(village.site.zones.map(({ id }) => id)),
  ...given,
});

const issue =
  (given: (scene: Scene) => Partial<Alert>): Act =>
  async (scene) => {
    const sent = await scene.village.centre.issue(alertOf(scene, given(scene)));
    if (sent.ok && sent.value.alertId !== null) scene.promised.alerts.push(sent.value.alertId);
  };

const about =
  (act: (scene: Scene, alert: string) => Promise<unknown>): Act =>
  async (scene) => {
    const { alerts } = scene.promised;
    if (alerts.length > 0) await act(scene, scene.dice.oneOf(alerts.slice(-6)));
  };

const withAudio: Act = async (scene) => {
  const audio = await scene.village.centre.keepAudio(wavBytes(scene.dice.whole(400, 3_000), scene.dice.whole(1, 1e6)));
  if (audio.ok) await issue(() => ({ audio: audio.value, zones: ['xuexiao'] }))(scene);
};

const again: Act = ({ village, dice }) => {
  const orders = village.centre.orders();
  if (orders.length > 0) village.centre.repeat(dice.oneOf(orders.slice(-20)), dice.whole(1, 3));
  return Promise.resolve();
};

/** Asks the box on its own socket; what it says is recorded must be there after its death. */
const ask = async ({ village, promised }: Scene, request: Parameters<typeof askBox>[1]): Promise<void> => {
  const reply = await askBox(join(village.stateDir, 'control.sock'), request);
  if (!reply.ok || !reply.value.ok || reply.value['recorded'] !== true) return;
  promised.locals.push(String(reply.value['id']));
};

/** Somebody on site starts a warning in one zone. */
export const triggerIn = (scene: Scene, zone: string): Promise<void> =>
  ask(scene, {
    ...{ do: 'trigger', plan: 'flash-flood-now', zones: [zone] },
    ...{ status: 'actual', severity: 'red', text: null, sirenUnlocked: false },
    person: scene.dice.oneOf(['李某', '王某', '陈某']),
  });
const localTrigger: Act = (scene) => triggerIn(scene, scene.dice.oneOf(scene.village.site.zones).id);
export const stopOnSite = (scene: Scene): Promise<void> => ask(scene, { do: 'stop', person: '李某' });

/** What goes on in the village while the box is shot at, and how often. */
const acts: readonly (readonly [weight: number, act: Act])[] = [
  [4, issue(() => ({}))],
  [2, issue(() => ({ status: 'drill' }))],
  [1, issue(() => ({ class: 'routine', severity: 'unknown', plan: 'daily-notice' }))],
  [1, withAudio],
  [1, about(({ village, dice }, id) => village.centre.update({ id, severity: dice.oneOf(severities) }))],
  [1, about(({ village }, id) => village.centre.cancel(id))],
  [1, about(({ village }, id) => village.centre.allClear(id))],
  [0.5, ({ village }) => village.centre.stop(null)],
  [2, again],
  [0.5, localTrigger],
  [0.5, stopOnSite],
  [0.3, ({ village }) => village.centre.setKeys(village.centre.keys)],
];
const whole = acts.reduce((sum, [weight]) => sum + weight, 0);

const drawn = (dice: Dice): Act => {
  let left = dice.unit() * whole;
  for (const [weight, act] of acts) {
    left -= weight;
    if (left < 0) return act;
  }
  return again;
};

/** One thing that happens in a village. */
export const act = (scene: Scene): Promise<unknown> => drawn(scene.dice)(scene);

/** Goes on with orders, stops and repetitions, at short and uneven intervals, until told to stop. */
export const goOn = (scene: Scene): (() => Promise<void>) => {
  let over = false;
  const turn = async (): Promise<void> => {
    while (!over) {
      await act(scene);
      await pause(scene.dice.whole(50, 900));
    }
  };
  const done = turn();
  return () => {
    over = true;
    return done;
  };
};
