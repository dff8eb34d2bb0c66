import type { Failure } from '../../words/failure.ts';
import { planDefaults } from '../defaults.ts';
import { faultAt, type Rule } from '../draft.ts';
import { nearestWord } from '../nearest-word.ts';
import type { PanelFile } from '../schema/panel.ts';
import type { Path } from '../yaml-source.ts';

interface Wired {
  readonly path: Path;
  readonly pin: number | undefined;
}

const pinsOf = ({ keySwitch, stop, acknowledge, lamps, buzzer }: PanelFile): readonly Wired[] => [
  { path: ['keySwitch', 'normallyOpen'], pin: keySwitch?.normallyOpen },
  { path: ['keySwitch', 'normallyClosed'], pin: keySwitch?.normallyClosed },
  { path: ['stop', 'pin'], pin: stop?.pin },
  { path: ['acknowledge', 'pin'], pin: acknowledge?.pin },
  ...(['power', 'alarm', 'fault', 'uplink'] as const).map((lamp) => ({ path: ['lamps', lamp], pin: lamps?.[lamp] })),
  { path: ['buzzer', 'pin'], pin: buzzer?.pin },
];

/** One thing hangs on one pin. */
export const panelPinsAreUnique: Rule = ({ site }) => {
  const { panel } = site.value;
  if (panel === undefined) return [];
  const users = new Map<number, string>();
  return pinsOf(panel).flatMap(({ path, pin }): readonly Failure[] => {
    if (pin === undefined) return [];
    const user = users.get(pin);
    if (user !== undefined) return faultAt(site, ['panel', ...path], 'panel-pin-twice', { pin, role: user });
    users.set(pin, path.join('.'));
    return [];
  });
};

/** The panel has one port, and no line uses it. */
export const panelPortIsSound: Rule = ({ site }) => {
  const { panel, lines } = site.value;
  if (panel === undefined) return [];
  const { serial, tcp } = panel.port;
  const path = ['panel', 'port'];
  if ((serial === undefined) === (tcp === undefined)) return faultAt(site, path, 'config-port-choice', {});
  const number = tcp === undefined ? 1 : Number(tcp.split(':')[1]);
  if (number < 1 || number > 65_535) return faultAt(site, [...path, 'tcp'], 'config-port-number', { port: number });
  const name = serial ?? tcp ?? '';
  const user = lines.find(({ port }) => (port.serial ?? port.tcp) === name);
  const at = [...path, serial === undefined ? 'tcp' : 'serial'];
  return user === undefined ? [] : faultAt(site, at, 'config-port-duplicate', { port: name, line: user.id });
};

/** The key starts a plan that exists, for an emergency, in zones that exist. */
export const panelKeyStartsAPlan: Rule = ({ site, plans, plansComplete }) => {
  const key = site.value.panel?.keySwitch;
  if (key === undefined) return [];
  const path = ['panel', 'keySwitch'];
  const plan = plans.find(({ value }) => value.id === key.plan)?.value;
  const planNames = plans.map(({ value }) => value.id);
  const zoneNames = site.value.zones.map(({ id }) => id);
  const unknownPlan = { name: key.plan, nearest: nearestWord(key.plan, planNames) };
  return [
    ...(plan === undefined && plansComplete
      ? faultAt(site, [...path, 'plan'], 'config-plan-unknown', unknownPlan)
      : []),
    ...(plan !== undefined && (plan.class ?? planDefaults.class) === 'routine'
      ? faultAt(site, [...path, 'plan'], 'config-plan-class', { plan: key.plan, class: 'emergency' })
      : []),
    ...(key.zones ?? []).flatMap((name, index) =>
      zoneNames.includes(name)
        ? []
        : faultAt(site, [...path, 'zones', index], 'config-zone-unknown', {
            name,
            nearest: nearestWord(name, zoneNames),
          }),
    ),
  ];
};

/** A panel that can start and cannot stop: allowed, but said. */
export const panelCanStop: Rule = ({ site }) => {
  const { panel } = site.value;
  const startsOnly = panel?.keySwitch !== undefined && panel.stop === undefined;
  return startsOnly ? faultAt(site, ['panel', 'keySwitch'], 'panel-without-stop', {}) : [];
};
