import type { PanelWiring } from '../../src/core/wiring.ts';
import { realClock } from '../clock.ts';
import { createPanel, type EmulatedPanel } from '../panel/panel.ts';

/** The panel of the site, hung up; null for a site without one. */
export const startVillagePanel = (wiring: PanelWiring | null, runDir: string): Promise<EmulatedPanel | null> =>
  wiring === null ? Promise.resolve(null) : createPanel({ wiring, runDir, clock: realClock() });

/** Where the box finds the panel, whatever its site says; nothing for a site without one. `overTcp`: not by its terminal. */
export const panelOverride = (panel: EmulatedPanel | null, overTcp: boolean) => {
  if (panel === null) return {};
  const { ptyPath, tcpPort } = panel;
  return {
    panel:
      ptyPath === null || overTcp
        ? { kind: 'tcp', host: '127.0.0.1', port: tcpPort }
        : { kind: 'serial', path: ptyPath },
  };
};
