import { readFileSync } from 'node:fs';

export interface PageFile {
  readonly type: string;
  readonly body: Buffer;
}

const served = {
  '/': ['index.html', 'text/html; charset=utf-8'],
  '/page.js': ['page.js', 'text/javascript; charset=utf-8'],
  '/page.css': ['page.css', 'text/css; charset=utf-8'],
  '/gong.svg': ['gong.svg', 'image/svg+xml'],
} as const;

/** The page's files, read once: no address a browser can write reaches the disk. Throws when one is missing. */
export const loadPageFiles = (folder: URL): ReadonlyMap<string, PageFile> =>
  new Map(
    Object.entries(served).map(([path, [name, type]]) => [path, { type, body: readFileSync(new URL(name, folder)) }]),
  );

/** Sent with every answer: nothing from elsewhere, nothing inline, in no frame, kept nowhere. */
export const safetyHeaders = {
  'content-security-policy':
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
  'cache-control': 'no-store',
} as const;
