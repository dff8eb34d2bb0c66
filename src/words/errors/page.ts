import { transient, type ErrorEntry } from './entry.ts';

/** The local page: HTTP, sessions, PINs. */
export const pageErrors = {
  'page-internal': transient('页面内部错误：{detail}', 'Page: internal error: {detail}'),
} as const satisfies Record<string, ErrorEntry>;
