/**
 * How docs/how-to/mingluo.service starts the box, for whoever starts it without systemd; a test compares the two. A small
 * young generation, and one heap for all threads that is given back when it is free: 20 MB less in the main process.
 */
export const unitFlags = ['--max-semi-space-size=1'] as const;
export const unitEnvironment = { MALLOC_ARENA_MAX: '1', MALLOC_TRIM_THRESHOLD_: '131072' } as const;
