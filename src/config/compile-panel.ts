import type { PanelWiring } from '../core/wiring.ts';
import type { LineOverride } from './compile-wiring.ts';
import { panelDefaults } from './defaults.ts';
import type { Draft } from './draft.ts';
import type { PanelFile } from './schema/panel.ts';

/** Firmata is always 8N1. */
const frame = { parity: 'none', stopBits: 1 } as const;

const portOf = ({ port }: PanelFile, override: LineOverride | undefined): PanelWiring['port'] => {
  const baud = port.baud ?? panelDefaults.baud;
  if (override?.kind === 'tcp') return { ...override, baud };
  if (override?.kind === 'serial') return { ...override, baud, ...frame };
  if (port.serial !== undefined) return { kind: 'serial', path: port.serial, baud, ...frame };
  const [host = '', number = '0'] = (port.tcp ?? '').split(':');
  return { kind: 'tcp', host, port: Number(number), baud };
};

/** The panel as it is wired, or null for a site without one. */
export const compilePanel = ({ site }: Draft, override: LineOverride | undefined): PanelWiring | null => {
  const { panel } = site.value;
  if (panel === undefined) return null;
  const { keySwitch, lamps = {} } = panel;
  return {
    port: portOf(panel, override),
    keySwitch:
      keySwitch === undefined
        ? null
        : { ...keySwitch, zones: keySwitch.zones ?? [], severity: keySwitch.severity ?? panelDefaults.severity },
    stop: panel.stop?.pin ?? null,
    acknowledge: panel.acknowledge?.pin ?? null,
    lamps: {
      power: lamps.power ?? null,
      alarm: lamps.alarm ?? null,
      fault: lamps.fault ?? null,
      uplink: lamps.uplink ?? null,
    },
    buzzer: panel.buzzer?.pin ?? null,
  };
};
