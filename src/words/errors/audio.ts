import { transient, type ErrorEntry } from './entry.ts';

/** Sound: synthesis, decoding, players and outputs. */
export const audioErrors = {
  'audio-internal': transient('声音内部错误：{detail}', 'Sound: internal error: {detail}'),
} as const satisfies Record<string, ErrorEntry>;
