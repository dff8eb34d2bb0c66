import { accepted, refused, type Checked } from '../problems.ts';
import { panelButtons, panelFaults, type EmulatedPanel, type PanelFace } from './panel.ts';

export const panelShape =
  '{"key": "on"|"off"} or {"press": "stop"|"acknowledge", "forMs"?: number} or {"fault": "unplugged"|"silent"|"restart"|"noise"|"cut-open"|"cut-closed"|"none"}';

const wrong = (): Checked<never> => refused('emulator-body-malformed', { expected: panelShape });
const usualPressMs = 200;
const pressMaxMs = 600_000;

/** Hands at the panel: turn the key, press a button, break something. Answers with what is seen afterwards. */
export const actOnPanel = async (
  panel: EmulatedPanel,
  body: Readonly<Record<string, unknown>>,
): Promise<Checked<PanelFace>> => {
  const { key, press, fault, forMs = usualPressMs } = body;
  if ([key, press, fault].filter((one) => one !== undefined).length !== 1) return wrong();
  if (typeof forMs !== 'number' || !(forMs >= 1 && forMs <= pressMaxMs)) return wrong();
  const button = panelButtons.find((name) => name === press);
  const broken = panelFaults.find((name) => name === fault);
  if (key === 'on' || key === 'off') panel.turnKey(key === 'on');
  else if (button !== undefined) panel.press(button, forMs);
  else if (broken !== undefined) await panel.setFault(broken);
  else return wrong();
  return accepted(panel.face());
};
