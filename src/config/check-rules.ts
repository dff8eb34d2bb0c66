import type { Draft, Rule } from './draft.ts';
import type { Failure } from '../words/failure.ts';
import {
  broadcastIsPossible,
  groupBitsAreSound,
  linesHaveDevices,
  portsAreSound,
  unitsAreUnique,
} from './rules/lines.ts';
import {
  classesFit,
  drillsSayIt,
  drillTonesAreUnlocked,
  itemsAreWhole,
  noticesAreTimely,
  plansAreAudible,
  routineIsMild,
} from './rules/plans.ts';
import {
  linesExist,
  modelsExist,
  plansExist,
  soundsExist,
  suppliesExist,
  uniqueIds,
  zonesExist,
} from './rules/references.ts';
import { clipsAreThere, countyFits, tonesAreAllowed } from './rules/sounds.ts';
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
import { satelliteIsThere, secretsAreElsewhere, uplinksAreGuarded } from './rules/uplinks.ts';
import { leasesLetGo, plansAreReachable, proofIsThere } from './rules/warnings.ts';

/** A broken one of these is an error: the box does not start. */
const laws: readonly Rule[] = [
  uniqueIds,
  zonesExist,
  linesExist,
  suppliesExist,
  modelsExist,
  soundsExist,
  plansExist,
  portsAreSound,
  linesHaveDevices,
  unitsAreUnique,
  groupBitsAreSound,
  broadcastIsPossible,
  unitsExist,
  channelsExist,
  channelsAreUnique,
  voicesAreSound,
  leasesAreSound,
  zonesSound,
  areasAreInside,
  readingsExist,
  tonesAreAllowed,
  countyFits,
  clipsAreThere,
  itemsAreWhole,
  drillsSayIt,
  routineIsMild,
  classesFit,
  noticesAreTimely,
  plansAreAudible,
  uplinksAreGuarded,
  satelliteIsThere,
  secretsAreElsewhere,
];

/** One of these is said at start and in `config check`, and the box starts. */
const cautions: readonly Rule[] = [proofIsThere, leasesLetGo, drillTonesAreUnlocked, plansAreReachable];

/** All laws and cautions over one site. */
export const checkRules = (
  draft: Draft,
): { readonly failures: readonly Failure[]; readonly warnings: readonly Failure[] } => ({
  failures: laws.flatMap((rule) => rule(draft)),
  warnings: cautions.flatMap((rule) => rule(draft)),
});
