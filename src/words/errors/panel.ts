import { transient, type ErrorEntry } from './entry.ts';

/** Panel: the Firmata board with key switch, buttons and lamps. */
export const panelErrors = {
  'panel-internal': transient('面板内部错误：{detail}', 'Panel: internal error: {detail}'),
} as const satisfies Record<string, ErrorEntry>;
