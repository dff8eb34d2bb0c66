import { beforeAll, expect, test } from 'vitest';
import type { LiveView, SiteView } from '../../src/console/view.ts';
import { createActions, createStore } from '../../src/console/web/actions.ts';
import { continueButton, stopToTakeBack } from '../../src/console/web/go-on.ts';
import { emptyModel, type Model } from '../../src/console/web/model.ts';
import { calmView, exampleSite } from './rig.ts';
import { mayGoOn, onAir } from './scenes.ts';

let site: SiteView;
beforeAll(async () => void (site = await exampleSite()));

interface Asked {
  readonly stoppedMs?: number;
  /** How long ago the page got the state. */
  readonly heldMs?: number;
  readonly more?: Partial<LiveView>;
}

/** A page that learnt of a stop when it was so old, and of nothing since. */
const page = ({ stoppedMs = 60_000, heldMs = 0, more = {} }: Asked): Model => {
  const live = calmView(site, { stop: { ageMs: stoppedMs, warnings: [mayGoOn('a-1', '河坝滑坡')] }, ...more });
  return { ...emptyModel, site, live, gotAt: 0, gotAgeMs: 0, now: heldMs };
};

/** What the button is like, and what it asks for. */
const shown = (asked: Asked) => {
  const [model, told]: [Model, string[]] = [page(asked), []];
  const goOn = (alert: string): void => void told.push(alert);
  const actions = { ...createActions(createStore(model, () => undefined)), goOn };
  const props = continueButton({ model, actions, dispatch: () => undefined }, null)?.props as
    { class: string; disabled: boolean; onClick: () => void } | undefined;
  props?.onClick();
  return { isThere: props !== undefined, isSoon: props?.class.includes('soon'), isOff: props?.disabled, told };
};

test('a stop grows older while the box is silent, and what stands for ten minutes goes by that', () => {
  const ageOf = (heldMs: number) => stopToTakeBack(page({ stoppedMs: 590_000, heldMs }))?.ageMs;
  expect([ageOf(0), ageOf(4_000), ageOf(10_000), ageOf(10_001)]).toEqual([590_000, 594_000, 600_000, undefined]);
});

test('the button is the big one of just now for ten seconds after the stop, silent ones included', () => {
  const soon = (heldMs: number) => shown({ stoppedMs: 8_000, heldMs }).isSoon;
  expect([soon(0), soon(1_999), soon(2_000)]).toEqual([true, true, false]);
});

test('the button rests for two seconds after something began, and not longer though the box is silent', () => {
  const off = (receivedAgoMs: number, heldMs: number) =>
    shown({ heldMs, more: { live: [onAir(site, { alert: 'b', receivedAgoMs })] } }).isOff;
  expect([off(1_999, 0), off(2_000, 0), off(500, 1_499), off(500, 1_500)]).toEqual([true, false, true, false]);
});

test('the button names the first of what was stopped, and is not there where nothing was', () => {
  const warnings = [mayGoOn('a-7', '河坝滑坡'), mayGoOn('a-8', '老街积水')];
  expect(shown({ more: { stop: { ageMs: 0, warnings } } }).told).toEqual(['a-7']);
  expect(shown({ more: { stop: { ageMs: 0, warnings: [] } } }).isThere).toBe(false);
  expect(shown({ more: { stop: null } }).isThere).toBe(false);
});
