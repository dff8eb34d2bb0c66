import type { Failure } from '../../words/failure.ts';
import { planDefaults, quietDefaults, sensorDefaults } from '../defaults.ts';
import { faultAt, type Draft, type Located, type Rule } from '../draft.ts';
import { minuteOfDay, msOf } from '../duration.ts';
import type { PlanFile } from '../schema/plan.ts';
import type { SiteFile, TerminalFile } from '../schema/site.ts';
import { switchOf } from '../units.ts';
import type { Path } from '../yaml-source.ts';

type Item = PlanFile['playlist'][number];

/** Which keys an item of each kind needs, and which it may have besides `play`. */
const keysOf = {
  tone: { needs: ['tone'], may: ['tone'] },
  speech: { needs: [], may: ['text', 'clip'] },
  clip: { needs: ['clip'], may: ['clip'] },
} as const satisfies Record<Item['play'], { needs: readonly (keyof Item)[]; may: readonly (keyof Item)[] }>;

const itemFaults = (plan: Located<PlanFile>, item: Item, path: Path): readonly Failure[] => {
  const { needs, may }: { needs: readonly (keyof Item)[]; may: readonly (keyof Item)[] } = keysOf[item.play];
  const missing = needs
    .filter((key) => item[key] === undefined)
    .flatMap((key) => faultAt(plan, path, 'config-item-needs', { play: item.play, key }));
  const extra = (['tone', 'text', 'clip'] as const)
    .filter((key) => item[key] !== undefined && !may.includes(key))
    .flatMap((key) => faultAt(plan, [...path, key], 'config-item-extra', { play: item.play, key }));
  return [...missing, ...extra];
};

/** Each item says what it plays and nothing else. */
export const itemsAreWhole: Rule = ({ plans }) =>
  plans.flatMap((plan) => [
    ...plan.value.playlist.flatMap((item, index) => itemFaults(plan, item, ['playlist', index])),
    ...plan.value.drill.playlist.flatMap((item, index) => itemFaults(plan, item, ['drill', 'playlist', index])),
  ]);

/**
 * Words written for a drill say so. The marks at both ends are core's and cannot be left out; this law catches the text of
 * the real thing copied into a drill.
 */
export const drillsSayIt: Rule = ({ plans }) =>
  plans.flatMap((plan) =>
    plan.value.drill.playlist.flatMap(({ text }, index) =>
      text === undefined || text.includes('演练')
        ? []
        : faultAt(plan, ['drill', 'playlist', index, 'text'], 'config-drill-unmarked', {}),
    ),
  );

/** Anything else between braces would be read out in the village as it stands. */
export const liftMarksExist: Rule = ({ plans }) =>
  plans.flatMap((plan) =>
    (['correction', 'allClear'] as const).flatMap((key) => {
      const mark = /\{([^}]*)/.exec((plan.value.lift?.[key] ?? '').replaceAll('{name}', ''))?.[1];
      return mark === undefined ? [] : faultAt(plan, ['lift', key], 'config-lift-mark', { mark });
    }),
  );

/** Routine content never uses a siren and always ends by itself. */
export const routineIsMild: Rule = ({ plans }) =>
  plans
    .filter(({ value }) => (value.class ?? planDefaults.class) === 'routine')
    .flatMap((plan) => [
      ...plan.value.playlist.flatMap((item, index) =>
        item.play === 'tone' ? faultAt(plan, ['playlist', index], 'config-routine-siren', {}) : [],
      ),
      ...(plan.value.repeats === undefined ? faultAt(plan, ['id'], 'config-routine-endless', {}) : []),
    ]);

/** Notices use routine plans, thresholds emergency plans. */
export const classesFit: Rule = ({ site, plans }) => {
  const classOf = (id: string) => {
    const plan = plans.find(({ value }) => value.id === id);
    return plan === undefined ? null : (plan.value.class ?? planDefaults.class);
  };
  const notices = (site.value.notices ?? []).flatMap(({ plan }, index) =>
    classOf(plan) === 'emergency'
      ? faultAt(site, ['notices', index, 'plan'], 'config-plan-class', { plan, class: 'routine' })
      : [],
  );
  const thresholds = (site.value.sensors ?? []).flatMap((sensor, at) =>
    sensor.thresholds.flatMap(({ plan }, index) =>
      classOf(plan) === 'routine'
        ? faultAt(site, ['sensors', at, 'thresholds', index, 'plan'], 'config-plan-class', { plan, class: 'emergency' })
        : [],
    ),
  );
  return [...notices, ...thresholds];
};

/** People sleep at least then. A site may be quiet longer, never shorter. */
const nightMinutes = { from: '22:00', to: '06:00' } as const;

const within = (minute: number, from: string, to: string): boolean => {
  const [start, end] = [minuteOfDay(from), minuteOfDay(to)];
  return start <= end ? minute >= start && minute < end : minute >= start || minute < end;
};

const nightIsQuiet = (from: string, to: string): boolean => {
  const length = (minuteOfDay(nightMinutes.to) - minuteOfDay(nightMinutes.from) + 1440) % 1440;
  const start = minuteOfDay(nightMinutes.from);
  return Array.from({ length }, (_, index) => (start + index) % 1440).every((minute) => within(minute, from, to));
};

export const nightsAreQuiet: Rule = ({ site }) => {
  const { from, to } = site.value.limits?.quietHours ?? quietDefaults;
  return nightIsQuiet(from, to)
    ? []
    : faultAt(site, ['limits', 'quietHours'], 'config-quiet-short', { ...nightMinutes });
};

/** A notice inside the quiet hours would never be played. */
export const noticesAreTimely: Rule = ({ site }) => {
  const { from, to } = site.value.limits?.quietHours ?? quietDefaults;
  return (site.value.notices ?? []).flatMap(({ at }, index) =>
    within(minuteOfDay(at), from, to)
      ? faultAt(site, ['notices', index, 'at'], 'config-notice-quiet', { at, from, to })
      : [],
  );
};

/** A sound output speaks every text; it needs the sound of a tone and the file of a clip. */
const outputPlays = ({ sounds }: SiteFile, item: Item): boolean => {
  if (item.play === 'speech') return true;
  if (item.play === 'clip') return (sounds.clips ?? []).some(({ id, file }) => id === item.clip && file !== undefined);
  return sounds.tones.some(({ id, sound }) => id === item.tone && sound !== undefined);
};

const canPlay = ({ site, catalogue }: Draft, terminal: TerminalFile, item: Item): boolean => {
  if (terminal.kind === 'siren') return item.play === 'tone';
  if (terminal.sound !== undefined) return outputPlays(site.value, item);
  const storesClips = (switchOf(site.value, catalogue, terminal)?.output?.play ?? null) !== null;
  const speaks = terminal.speech !== undefined;
  // A speaker without any voice is reported for that already.
  if (!speaks && !storesClips) return true;
  if (item.play === 'speech') return speaks || (storesClips && item.clip !== undefined);
  return item.play === 'clip' && storesClips;
};

/** A place that names zones for a plan: the plan itself, a threshold or the key that starts it. */
interface Starting {
  readonly file: Located<unknown>;
  readonly path: Path;
  readonly plan: string;
  readonly zones: readonly string[];
}

/** Zones in which nothing of the plan can be heard. A plan or zone that is not there is reported for that already. */
const inaudibleIn = (draft: Draft, { file, path, plan, zones }: Starting): readonly Failure[] => {
  const playlist = draft.plans.find(({ value }) => value.id === plan)?.value.playlist;
  if (playlist === undefined) return [];
  return zones.flatMap((zone, index) => {
    const there = draft.site.value.terminals.filter((terminal) => terminal.zone === zone);
    const heard = there.some((terminal) => playlist.some((item) => canPlay(draft, terminal, item)));
    return heard || there.length === 0 ? [] : faultAt(file, [...path, index], 'config-plan-inaudible', { plan, zone });
  });
};

/** In every zone that a plan names, at least one of its items can be heard. */
export const plansAreAudible: Rule = (draft) =>
  draft.plans.flatMap((plan) =>
    inaudibleIn(draft, { file: plan, path: ['zones'], plan: plan.value.id, zones: plan.value.zones }),
  );

/** Warned: a threshold or the key starts a plan where nothing of it can be heard. */
export const startsAreAudible: Rule = (draft) => {
  const { site } = draft;
  const key = site.value.panel?.keySwitch;
  const thresholds = (site.value.sensors ?? []).flatMap((sensor, at) =>
    sensor.thresholds.flatMap(({ plan, zones, status = sensorDefaults.status }, index) => {
      const path = ['sensors', at, 'thresholds', index, 'zones'];
      return status === 'actual' ? inaudibleIn(draft, { file: site, path, plan, zones }) : [];
    }),
  );
  if (key?.zones === undefined) return thresholds;
  const { plan, zones } = key;
  return [...thresholds, ...inaudibleIn(draft, { file: site, path: ['panel', 'keySwitch', 'zones'], plan, zones })];
};

/** Warned: a drill with a tone that stays locked. */
export const drillTonesAreUnlocked: Rule = ({ plans }) =>
  plans.flatMap((plan) => {
    const { playlist, sirenUnlock = planDefaults.sirenUnlock } = plan.value.drill;
    const index = playlist.findIndex(({ play }) => play === 'tone');
    return index < 0 || msOf(sirenUnlock) > 0
      ? []
      : faultAt(plan, ['drill', 'playlist', index], 'config-warn-drill-tone', { plan: plan.value.id });
  });
