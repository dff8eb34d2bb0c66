import type { Failure } from '../../words/failure.ts';
import { faultAt, type Draft, type Rule } from '../draft.ts';
import type { PlanFile } from '../schema/plan.ts';
import type { TerminalFile } from '../schema/site.ts';
import { switchOf } from '../units.ts';

/** The highest tone number of the unit that switches a terminal; -1 where it has no tones of its own. */
const highestTone = ({ site, catalogue }: Draft, terminal: TerminalFile): number => {
  const device = switchOf(site.value, catalogue, terminal);
  const address = device?.output?.tone?.read.address;
  if (device === null || address === undefined) return -1;
  const register = device.registers.find(
    (one) => one.table === 'holding' && address >= one.address && address < one.address + one.count,
  );
  return register?.range[1] ?? -1;
};

/** A tone's number exists in at least one siren of the site. */
export const toneNumbersExist: Rule = (draft) => {
  const { site } = draft;
  const sirens = site.value.terminals.filter(({ kind }) => kind === 'siren');
  const most = Math.max(-1, ...sirens.map((terminal) => highestTone(draft, terminal)));
  return site.value.sounds.tones.flatMap(({ id, device }, index): readonly Failure[] => {
    if (device === undefined || device <= most) return [];
    const path = ['sounds', 'tones', index, 'device'];
    return most < 0
      ? faultAt(site, path, 'config-tone-no-unit', { tone: id })
      : faultAt(site, path, 'config-tone-number', { number: device, most });
  });
};

/** Only a unit that can be set takes a volume. */
export const volumesFit: Rule = ({ site, catalogue }) =>
  site.value.terminals.flatMap((terminal, index): readonly Failure[] => {
    const device = switchOf(site.value, catalogue, terminal);
    // A unit that is not there, or of no known model, is reported for that already.
    const unknown = terminal.output !== undefined && device === null;
    if (terminal.volume === undefined || unknown || (device?.output?.volume ?? null) !== null) return [];
    const model = device?.model ?? '-';
    return faultAt(site, ['terminals', index, 'volume'], 'config-volume-unfit', { terminal: terminal.id, model });
  });

type Item = PlanFile['playlist'][number];

const clipOf = ({ site }: Draft, { clip }: Item) => (site.value.sounds.clips ?? []).find(({ id }) => id === clip);

/** A recording that says 演练 has no place in an actual warning (promise 7). */
export const actualIsNoDrill: Rule = (draft) =>
  draft.plans.flatMap((plan) =>
    plan.value.playlist.flatMap((item, index) => {
      const clip = clipOf(draft, item);
      return clip?.saysDrill === true
        ? faultAt(plan, ['playlist', index, 'clip'], 'config-clip-drill-only', { clip: clip.id })
        : [];
    }),
  );

/** Speaks by nothing but its stored recordings: it cannot say the marks of a drill. */
const hasClipsOnly = ({ site, catalogue }: Draft, terminal: TerminalFile): boolean =>
  terminal.kind === 'speaker' &&
  terminal.speech === undefined &&
  terminal.sound === undefined &&
  (switchOf(site.value, catalogue, terminal)?.output?.play ?? null) !== null;

/** Warned: in a drill such a terminal leaves out a recording that does not say itself that it is one. */
export const drillClipsSayIt: Rule = (draft) => {
  const mute = draft.site.value.terminals.find((terminal) => hasClipsOnly(draft, terminal));
  if (mute === undefined) return [];
  return draft.plans.flatMap((plan) =>
    plan.value.drill.playlist.flatMap((item, index) => {
      const clip = clipOf(draft, item);
      if (clip === undefined || clip.saysDrill === true) return [];
      const params = { clip: clip.id, terminal: mute.id };
      return faultAt(plan, ['drill', 'playlist', index, 'clip'], 'config-warn-drill-clip', params);
    }),
  );
};
