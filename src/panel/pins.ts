import type { PanelWiring } from '../core/wiring.ts';
import { outputNames, type OutputName } from './panel-show.ts';

export type InputName = 'keyOpen' | 'keyClosed' | 'stop' | 'acknowledge';

/** Pins of a panel by what hangs on them; what the site does not have is not in here. */
export interface PanelPins {
  readonly inputs: readonly { readonly name: InputName; readonly pin: number }[];
  readonly outputs: readonly { readonly name: OutputName; readonly pin: number }[];
}

const present = <N>(name: N, pin: number | null | undefined): readonly { name: N; pin: number }[] =>
  pin === null || pin === undefined ? [] : [{ name, pin }];

export const pinsOf = ({ keySwitch, stop, acknowledge, lamps, buzzer }: PanelWiring): PanelPins => ({
  inputs: [
    ...present<InputName>('keyOpen', keySwitch?.normallyOpen),
    ...present<InputName>('keyClosed', keySwitch?.normallyClosed),
    ...present<InputName>('stop', stop),
    ...present<InputName>('acknowledge', acknowledge),
  ],
  outputs: outputNames.flatMap((name) => present(name, name === 'buzzer' ? buzzer : lamps[name])),
});
