import type { Plugin } from 'esbuild';

/** Types of made-ahead.mjs, for its test. */
export declare const madeAhead: (root: string) => Plugin;
export declare const makeErrors: (root: string, outdir: string) => Promise<unknown>;
