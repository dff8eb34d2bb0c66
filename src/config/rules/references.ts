import type { ErrorCode } from '../../words/error-codes.ts';
import type { Failure } from '../../words/failure.ts';
import { faultAt, type Draft, type Located, type Rule } from '../draft.ts';
import { nearestWord } from '../nearest-word.ts';
import type { Path } from '../yaml-source.ts';

interface Named {
  readonly file: Located<unknown>;
  readonly id: string;
  readonly path: Path;
}

const idsOf = (file: Located<unknown>, list: readonly { readonly id: string }[] | undefined, path: Path): Named[] =>
  (list ?? []).map(({ id }, index) => ({ file, id, path: [...path, index, 'id'] }));

const duplicates = (named: readonly Named[]): Failure[] => {
  const first = new Map<string, Named>();
  return named.flatMap((one) => {
    const earlier = first.get(one.id);
    if (earlier === undefined) {
      first.set(one.id, one);
      return [];
    }
    const { file = '', line = 0 } = earlier.file.source.at(earlier.path);
    return faultAt(one.file, one.path, 'config-id-duplicate', { id: one.id, file, line });
  });
};

/** Ids are unique within their kind. */
export const uniqueIds: Rule = ({ site, people, plans }) => {
  const { value } = site;
  const lists: Named[][] = [
    idsOf(site, value.zones, ['zones']),
    idsOf(site, value.supplies, ['supplies']),
    idsOf(site, value.lines, ['lines']),
    idsOf(site, value.outputs, ['outputs']),
    idsOf(site, value.terminals, ['terminals']),
    idsOf(site, value.sensors, ['sensors']),
    idsOf(site, value.sounds.tones, ['sounds', 'tones']),
    idsOf(site, value.sounds.clips, ['sounds', 'clips']),
    idsOf(site, value.notices, ['notices']),
    ...(value.sensors ?? []).map(({ thresholds }, index) => idsOf(site, thresholds, ['sensors', index, 'thresholds'])),
    plans.map((plan) => ({ file: plan, id: plan.value.id, path: ['id'] })),
    people === null ? [] : idsOf(people, people.value.staff, ['staff']),
  ];
  return lists.flatMap(duplicates);
};

/** One mention of something by name. */
interface Mention {
  readonly file: Located<unknown>;
  readonly path: Path;
  readonly name: string;
}

const unknownNames = (mentions: readonly Mention[], valid: readonly string[], code: ErrorCode): Failure[] =>
  mentions
    .filter(({ name }) => !valid.includes(name))
    .flatMap(({ file, path, name }) => faultAt(file, path, code, { name, nearest: nearestWord(name, valid) }));

const listed = (file: Located<unknown>, names: readonly string[], path: Path): Mention[] =>
  names.map((name, index) => ({ file, name, path: [...path, index] }));

const zoneMentions = ({ site, people, plans }: Draft): Mention[] => [
  ...site.value.terminals.map(({ zone }, index) => ({ file: site, name: zone, path: ['terminals', index, 'zone'] })),
  ...(site.value.notices ?? []).flatMap(({ zones }, index) => listed(site, zones, ['notices', index, 'zones'])),
  ...(site.value.sensors ?? []).flatMap(({ thresholds }, sensor) =>
    thresholds.flatMap(({ zones }, index) => listed(site, zones, ['sensors', sensor, 'thresholds', index, 'zones'])),
  ),
  ...plans.flatMap((plan) => listed(plan, plan.value.zones, ['zones'])),
  ...(people?.value.contacts ?? []).flatMap(({ zones }, index) =>
    people === null ? [] : listed(people, zones, ['contacts', index, 'zones']),
  ),
];

export const zonesExist: Rule = (draft) =>
  unknownNames(
    zoneMentions(draft),
    draft.site.value.zones.map(({ id }) => id),
    'config-zone-unknown',
  );

export const linesExist: Rule = ({ site }) => {
  const { value } = site;
  const mentions: Mention[] = [
    ...value.terminals.flatMap((terminal, index) => [
      ...(terminal.output === undefined
        ? []
        : [{ file: site, name: terminal.output.line, path: ['terminals', index, 'output', 'line'] }]),
      ...(terminal.proof === undefined
        ? []
        : [{ file: site, name: terminal.proof.line, path: ['terminals', index, 'proof', 'line'] }]),
      ...(terminal.speech === undefined
        ? []
        : [{ file: site, name: terminal.speech.line, path: ['terminals', index, 'speech', 'line'] }]),
    ]),
    ...(value.sensors ?? []).map(({ line }, index) => ({ file: site, name: line, path: ['sensors', index, 'line'] })),
    ...(value.uplinks?.satellite === undefined
      ? []
      : [{ file: site, name: value.uplinks.satellite.line, path: ['uplinks', 'satellite', 'line'] }]),
  ];
  const valid = value.lines.map(({ id }) => id);
  return unknownNames(mentions, valid, 'config-line-unknown');
};

export const suppliesExist: Rule = ({ site }) => {
  const mentions = site.value.terminals.flatMap(({ supply }, index) =>
    supply === undefined ? [] : [{ file: site, name: supply, path: ['terminals', index, 'supply'] }],
  );
  const valid = (site.value.supplies ?? []).map(({ id }) => id);
  return unknownNames(mentions, valid, 'config-supply-unknown');
};

export const outputsExist: Rule = ({ site }) => {
  const mentions = site.value.terminals.flatMap(({ sound }, index) =>
    sound === undefined ? [] : [{ file: site, name: sound.output, path: ['terminals', index, 'sound', 'output'] }],
  );
  const valid = (site.value.outputs ?? []).map(({ id }) => id);
  return unknownNames(mentions, valid, 'config-output-unknown');
};

export const modelsExist: Rule = ({ site, catalogue, modelsComplete }) => {
  if (!modelsComplete) return [];
  const units = site.value.lines.flatMap(({ units = [] }, line) =>
    units.map(({ model }, index) => ({ file: site, name: model, path: ['lines', line, 'units', index, 'model'] })),
  );
  const devices = site.value.lines.flatMap(({ device }, line) =>
    device === undefined ? [] : [{ file: site, name: device, path: ['lines', line, 'device'] }],
  );
  return [
    ...unknownNames(units, [...catalogue.registers.keys()], 'config-model-unknown'),
    ...unknownNames(devices, [...catalogue.frames.keys()], 'config-model-unknown'),
  ];
};

const playlistsOf = ({ plans }: Draft) =>
  plans.flatMap((plan) => [
    ...plan.value.playlist.map((item, index) => ({ plan, item, path: ['playlist', index] })),
    ...plan.value.drill.playlist.map((item, index) => ({ plan, item, path: ['drill', 'playlist', index] })),
  ]);

export const soundsExist: Rule = (draft) => {
  const { tones, clips = [] } = draft.site.value.sounds;
  const items = playlistsOf(draft);
  const toneMentions = items.flatMap(({ plan, item, path }) =>
    item.tone === undefined ? [] : [{ file: plan, name: item.tone, path: [...path, 'tone'] }],
  );
  const clipMentions = items.flatMap(({ plan, item, path }) =>
    item.clip === undefined ? [] : [{ file: plan, name: item.clip, path: [...path, 'clip'] }],
  );
  return [
    ...unknownNames(
      toneMentions,
      tones.map(({ id }) => id),
      'config-tone-unknown',
    ),
    ...unknownNames(
      clipMentions,
      clips.map(({ id }) => id),
      'config-clip-unknown',
    ),
  ];
};

export const plansExist: Rule = ({ site, plans, plansComplete }) => {
  if (!plansComplete) return [];
  const mentions: Mention[] = [
    ...(site.value.notices ?? []).map(({ plan }, index) => ({
      file: site,
      name: plan,
      path: ['notices', index, 'plan'],
    })),
    ...(site.value.sensors ?? []).flatMap(({ thresholds }, sensor) =>
      thresholds.map(({ plan }, index) => ({
        file: site,
        name: plan,
        path: ['sensors', sensor, 'thresholds', index, 'plan'],
      })),
    ),
  ];
  return unknownNames(
    mentions,
    plans.map(({ value }) => value.id),
    'config-plan-unknown',
  );
};
