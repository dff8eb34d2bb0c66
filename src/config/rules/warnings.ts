import { planDefaults } from '../defaults.ts';
import { faultAt, type Draft, type Rule } from '../draft.ts';
import type { PlanFile } from '../schema/plan.ts';
import { modelAt, switchOf } from '../units.ts';

/** A terminal whose sound nobody can prove stays `unknown` for ever: allowed, but said. */
export const proofIsThere: Rule = ({ site, catalogue }) =>
  site.value.terminals.flatMap((terminal, index) => {
    const own = switchOf(site.value, catalogue, terminal)?.proof ?? null;
    const proven =
      own !== null || [terminal.proof, terminal.speech, terminal.returnAudio].some((one) => one !== undefined);
    return proven ? [] : faultAt(site, ['terminals', index, 'id'], 'config-warn-unproven', { terminal: terminal.id });
  });

/** Every threshold of the site with the reading it is about; none where the model or the reading is unknown. */
const thresholdsRead = ({ site, catalogue }: Draft) =>
  (site.value.sensors ?? []).flatMap((sensor, at) => {
    const reading = modelAt(site.value, catalogue, sensor)?.readings.find(({ name }) => name === sensor.reading);
    return reading === undefined
      ? []
      : sensor.thresholds.map(({ within }, index) => ({ reading, within, path: ['sensors', at, 'thresholds', index] }));
  });

/** No reading is below zero: such a threshold would be reached at every start, and its plan would sound. */
export const thresholdsCanBeMissed: Rule = ({ site }) =>
  (site.value.sensors ?? []).flatMap(({ thresholds }, at) =>
    thresholds.flatMap(({ atLeast }, index) =>
      atLeast > 0
        ? []
        : faultAt(site, ['sensors', at, 'thresholds', index, 'atLeast'], 'config-threshold-always', { atLeast }),
    ),
  );

/** How much it has grown is asked of a running total only. */
export const windowsFit: Rule = (draft) =>
  thresholdsRead(draft).flatMap(({ reading: { name, total }, within, path }) =>
    within === undefined || total === true
      ? []
      : faultAt(draft.site, [...path, 'within'], 'config-threshold-within', { name }),
  );

/** A running total reaches every threshold in the end, and stays above it. */
export const totalsHaveWindows: Rule = (draft) =>
  thresholdsRead(draft).flatMap(({ reading: { name, total }, within, path }) =>
    within === undefined && total === true ? faultAt(draft.site, path, 'config-warn-total', { name }) : [],
  );

/** An output that nothing but the box switches off: allowed, but said. */
export const leasesLetGo: Rule = ({ site, catalogue }) =>
  site.value.terminals.flatMap((terminal, index) => {
    const device = switchOf(site.value, catalogue, terminal);
    if (device?.output?.lease.kind !== 'held') return [];
    const params = { terminal: terminal.id, model: device.model };
    return faultAt(site, ['terminals', index, 'output'], 'config-warn-held', params);
  });

type When = NonNullable<PlanFile['when']>;

const allSeverities = ['red', 'orange', 'yellow', 'blue', 'unknown'] as const;
const allStages = ['now', '2h', '6h', '24h'] as const;

const covers = (wide: When, narrow: When): boolean => {
  const events = wide.events ?? [];
  const byEvent =
    events.length === 0 ||
    ((narrow.events ?? []).length > 0 &&
      (narrow.events ?? []).every((code) => events.some((one) => code.startsWith(one))));
  const bySeverity = (narrow.severities ?? allSeverities).every((one) =>
    (wide.severities ?? allSeverities).includes(one),
  );
  const byStage = (narrow.stages ?? allStages).every((one) => (wide.stages ?? allStages).includes(one));
  return byEvent && bySeverity && byStage;
};

const classOf = (plan: PlanFile): string => plan.class ?? planDefaults.class;

/** A plan that an earlier one always beats is never chosen by an alert. */
export const plansAreReachable: Rule = ({ plans }) =>
  plans.flatMap((plan, index) => {
    const { when } = plan.value;
    if (when === undefined) return [];
    const other = plans
      .slice(0, index)
      .find(
        ({ value }) => value.when !== undefined && classOf(value) === classOf(plan.value) && covers(value.when, when),
      );
    const params = { plan: plan.value.id, other: other?.value.id ?? '' };
    return other === undefined ? [] : faultAt(plan, ['when'], 'config-warn-plan-shadowed', params);
  });
