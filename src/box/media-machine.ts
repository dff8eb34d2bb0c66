import { statfs } from 'node:fs/promises';
import { createDecoder } from '../audio/make/decoder.ts';
import type { NamedMedia } from '../store/media.ts';
import { failed, type Result } from '../words/failure.ts';

/** What pushed audio needs of the machine beyond its disk. */
export interface MediaMachine {
  /** Bytes free on the disk of this folder; Infinity where it cannot be told. */
  readonly freeBytes: (dir: string) => Promise<number>;
  /** Decodes whole files, each in a child that can be killed. */
  readonly decoder: () => {
    readonly decode: (path: string, media: NamedMedia) => Promise<Result<{ readonly durationMs: number }>>;
    /** Something is about to be decoded: a child that starts now is not waited for then. */
    readonly warm: () => void;
    readonly close: () => void;
  };
}

/** A decoder that stops a minute after the length that was announced: a lying file costs no more. */
const beyondMs = 60_000;

export const realMedia: MediaMachine = {
  freeBytes: async (dir) => {
    try {
      const { bavail, bsize } = await statfs(dir);
      return bavail * bsize;
    } catch {
      // A file system that does not say is no reason to refuse a warning; a full disk still fails by its own error.
      return Infinity;
    }
  },
  decoder: () => {
    const decoder = createDecoder();
    return {
      decode: async (path, media) => {
        const facts = await decoder.check(path, { longestMs: media.durationMs + beyondMs });
        if (!facts.ok) return facts;
        return facts.value.format === media.format ? facts : failed('media-format-wrong', { said: media.format });
      },
      warm: () => decoder.warm('background'),
      close: decoder.close,
    };
  },
};
