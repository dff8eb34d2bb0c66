import type { Static } from 'typebox';
import type { PanelShow } from './panel-show.ts';
import { reports, shows, type PanelReportSchema } from './validators.ts';

export type PanelReport = Static<typeof PanelReportSchema>;

/** A message of the panel's process, or null for anything else. */
export const panelReportOf = (message: unknown): PanelReport | null => (reports.Check(message) ? message : null);

/** What the box wants shown, or null for anything else. */
export const panelShowOf = (message: unknown): PanelShow | null => (shows.Check(message) ? message : null);
