import { transient, type ErrorEntry } from './entry.ts';

/** Warning audio pushed by the centre: chunks, hashes, the store. */
export const mediaErrors = {
  'media-internal': transient('音频推送内部错误：{detail}', 'Pushed audio: internal error: {detail}'),
} as const satisfies Record<string, ErrorEntry>;
