import type { Draft, Located, Rule } from './draft.ts';
import type { Failure } from '../words/failure.ts';
import {
  broadcastIsPossible,
  groupBitsAreSound,
  linesHaveDevices,
  portsAreSound,
  unitsAreUnique,
} from './rules/lines.ts';
import { outputsAreWhole, returnsAreThere, sharedOutputsAreSwitched, terminalsAreWired } from './rules/outputs.ts';
import {
  classesFit,
  drillsSayIt,
  liftMarksExist,
  drillTonesAreUnlocked,
  itemsAreWhole,
  nightsAreQuiet,
  noticesAreTimely,
  plansAreAudible,
  startsAreAudible,
  routineIsMild,
} from './rules/plans.ts';
import {
  linesExist,
  modelsExist,
  outputsExist,
  plansExist,
  soundsExist,
  suppliesExist,
  uniqueIds,
  zonesExist,
} from './rules/references.ts';
import { actualIsNoDrill, drillClipsSayIt, toneNumbersExist, volumesFit } from './rules/settings.ts';
import { clipsAreThere, countyFits, speechIsWhole, tonesAreAllowed, toneSoundsAreWhole } from './rules/sounds.ts';
import {
  areasAreInside,
  channelsAreUnique,
  channelsExist,
  leasesAreSound,
  readingsExist,
  unitsExist,
  voicesAreSound,
  zonesSound,
} from './rules/terminals.ts';
import { panelCanStop, panelKeyStartsAPlan, panelPinsAreUnique, panelPortIsSound } from './rules/panel.ts';
import { pageCanBeOpened, pageStaysInside } from './rules/console.ts';
import { satelliteIsThere, secretsAreElsewhere, uplinksAreGuarded } from './rules/uplinks.ts';
import {
  leasesLetGo,
  plansAreReachable,
  proofIsThere,
  thresholdsCanBeMissed,
  totalsHaveWindows,
  windowsFit,
} from './rules/warnings.ts';

/**
 * A rule and the keys it leans on beside the one it reports. Where one of them is wrong by itself, that error is told and
 * the rule waits: what follows only from a stand-in is no mistake of the person who wrote the file.
 */
interface Leaning {
  readonly rule: Rule;
  readonly on: readonly string[];
}

const leaning = (rule: Rule, ...on: readonly string[]): Leaning => ({ rule, on });

/** A broken one of these is an error: the box does not start. */
const laws: readonly Leaning[] = [
  leaning(uniqueIds),
  leaning(zonesExist, 'site.zones[].id'),
  leaning(linesExist, 'site.lines[].id'),
  leaning(suppliesExist, 'site.supplies[].id'),
  leaning(outputsExist, 'site.outputs[].id'),
  leaning(outputsAreWhole, 'site.outputs'),
  leaning(terminalsAreWired, 'site.terminals'),
  leaning(returnsAreThere, 'site.outputs', 'site.terminals'),
  leaning(sharedOutputsAreSwitched, 'site.terminals'),
  leaning(modelsExist),
  leaning(soundsExist, 'site.sounds.tones[].id', 'site.sounds.clips[].id'),
  leaning(plansExist),
  leaning(portsAreSound, 'site.lines[].port', 'site.lines[].speaks'),
  leaning(linesHaveDevices, 'site.lines[].speaks', 'site.lines[].units', 'site.lines[].device'),
  leaning(unitsAreUnique, 'site.lines[].units'),
  leaning(groupBitsAreSound, 'site.lines[].units'),
  leaning(broadcastIsPossible, 'site.lines[].units'),
  leaning(unitsExist, 'site.lines[].id', 'site.lines[].units'),
  leaning(channelsExist, 'site.lines[].id', 'site.lines[].units'),
  leaning(channelsAreUnique, 'site.terminals[].output', 'site.terminals[].proof'),
  leaning(voicesAreSound, 'site.lines', 'site.terminals[].kind', 'site.terminals[].speech'),
  leaning(leasesAreSound, 'site.lines', 'site.limits'),
  leaning(zonesSound, 'site.terminals[].zone'),
  leaning(areasAreInside, 'site.areaCode'),
  leaning(readingsExist, 'site.lines'),
  leaning(thresholdsCanBeMissed),
  leaning(windowsFit, 'site.lines', 'site.sensors[].reading'),
  leaning(tonesAreAllowed, 'site.limits.sirenLongest', 'site.sounds.airDefence', 'site.sounds.tones[]'),
  leaning(toneSoundsAreWhole),
  leaning(speechIsWhole),
  leaning(countyFits, 'site.areaCode'),
  leaning(clipsAreThere),
  leaning(toneNumbersExist, 'site.lines', 'site.terminals'),
  leaning(volumesFit, 'site.lines', 'site.terminals'),
  leaning(actualIsNoDrill, 'site.sounds.clips', 'plan.playlist'),
  leaning(itemsAreWhole, 'plan.playlist[].play', 'plan.drill.playlist[].play'),
  leaning(drillsSayIt),
  leaning(liftMarksExist),
  leaning(routineIsMild, 'plan.class', 'plan.playlist[].play'),
  leaning(classesFit, 'plan.class', 'plan.id'),
  leaning(nightsAreQuiet, 'site.limits.quietHours'),
  leaning(noticesAreTimely, 'site.limits.quietHours'),
  leaning(plansAreAudible, 'site.terminals', 'site.lines', 'plan.playlist'),
  leaning(uplinksAreGuarded, 'site.uplinks.websocket'),
  leaning(satelliteIsThere, 'site.lines'),
  leaning(panelPinsAreUnique),
  leaning(panelPortIsSound, 'site.lines[].port'),
  leaning(panelKeyStartsAPlan, 'site.zones[].id', 'plan.class'),
  leaning(secretsAreElsewhere),
  leaning(pageCanBeOpened),
];

/** One of these is said at start and in `config check`, and the box starts. */
const cautions: readonly Leaning[] = [
  leaning(pageStaysInside),
  leaning(proofIsThere, 'site.lines', 'site.terminals'),
  leaning(leasesLetGo, 'site.lines'),
  leaning(totalsHaveWindows, 'site.lines', 'site.sensors[].reading'),
  leaning(panelCanStop, 'site.panel.stop'),
  leaning(startsAreAudible, 'site.terminals', 'site.lines', 'plan.playlist'),
  leaning(drillTonesAreUnlocked),
  leaning(drillClipsSayIt, 'site.lines', 'site.terminals', 'site.sounds.clips'),
  leaning(plansAreReachable, 'plan.when', 'plan.class'),
];

/** Is one of the two keys the other, or above it? */
const related = (left: string, right: string): boolean => {
  const [short, long] = left.length <= right.length ? [left, right] : [right, left];
  return long === short || long.startsWith(`${short}.`) || long.startsWith(`${short}[`);
};

const patchedKeys = (root: string, files: readonly (Located<unknown> | null)[]): readonly string[] =>
  files
    .flatMap((file) => [...(file?.patched ?? [])])
    .map((field) => (field === '' ? root : `${root}.${field.replaceAll(/\[\d+\]/g, '[]')}`));

/** All laws and cautions over one site. */
export const checkRules = (
  draft: Draft,
): { readonly failures: readonly Failure[]; readonly warnings: readonly Failure[] } => {
  const patched = [
    ...patchedKeys('site', [draft.site]),
    ...patchedKeys('people', [draft.people]),
    ...patchedKeys('plan', draft.plans),
  ];
  const holds = ({ on }: Leaning): boolean => !on.some((key) => patched.some((one) => related(one, key)));
  const judge = (rules: readonly Leaning[]) => rules.filter(holds).flatMap(({ rule }) => rule(draft));
  return { failures: judge(laws), warnings: judge(cautions) };
};
