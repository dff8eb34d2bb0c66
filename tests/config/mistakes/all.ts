import type { Mistake } from './mistake.ts';
import { outputs } from './outputs.ts';
import { panel } from './panel.ts';
import { plans, sounds, uplinks } from './sounds.ts';
import { settings } from './settings.ts';
import { spelling, yaml } from './spelling.ts';
import { names, wiring } from './wiring.ts';

export const mistakes: readonly Mistake[] = [
  ...spelling,
  ...yaml,
  ...names,
  ...wiring,
  ...sounds,
  ...settings,
  ...plans,
  ...uplinks,
  ...panel,
  ...outputs,
];
