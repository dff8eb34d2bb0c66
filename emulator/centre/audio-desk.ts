import { createHash } from 'node:crypto';
import { mkdir, open, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ok } from '../../src/words/failure.ts';
import { readAudioFacts } from './audio-length.ts';
import { centreFailed, type CentreResult } from './codes.ts';
import type { Link } from './link.ts';
import type { AlertAudio } from './orders.ts';

/** What a box asked for, as the document says. */
export interface AudioWanted {
  readonly order: string;
  readonly sha256: string;
  readonly offset: number;
  readonly length: number;
}

export interface AudioProgressTold {
  readonly order: string;
  readonly sha256: string;
  readonly received: number;
  readonly bytes: number;
  readonly state: 'receiving' | 'stored' | 'refused';
  readonly code: string | null;
}

/** How far one recording has come at one box. */
export interface AudioProgress extends AudioProgressTold {
  readonly box: string;
  /** Chunks sent so far, and how many of them began before the furthest byte that was sent. */
  readonly chunks: number;
  readonly resent: number;
  readonly resentBytes: number;
}

/** Recordings of this centre by their hash; boxes fetch them chunk by chunk. */
export interface AudioDesk {
  /** Keeps a recording and tells what an order has to say of it. */
  readonly keep: (bytes: Buffer) => Promise<CentreResult<AlertAudio>>;
  /** What an order has to say of a recording that was kept. */
  readonly named: (sha256: string) => Promise<CentreResult<AlertAudio>>;
  readonly hand: (link: Link, wanted: AudioWanted) => Promise<CentreResult<null>>;
  readonly told: (box: string, told: AudioProgressTold) => void;
  readonly progress: () => readonly AudioProgress[];
}

/** The document's largest recording. */
export const audioMaxBytes = 20_000_000;
const kept = 64;

const factsOf = (bytes: Buffer): CentreResult<AlertAudio> => {
  if (bytes.length > audioMaxBytes) return centreFailed('centre-audio-large', `${bytes.length}`);
  const facts = readAudioFacts(bytes);
  if (facts === null) return centreFailed('centre-audio-unknown');
  return ok({ sha256: createHash('sha256').update(bytes).digest('hex'), bytes: bytes.length, ...facts });
};

interface Part {
  readonly bytes: Buffer;
  /** Of the whole file. */
  readonly size: number;
}

const readPart = async (path: string, offset: number, length: number): Promise<Part | null> => {
  try {
    const file = await open(path, 'r');
    try {
      const part = Buffer.alloc(length);
      const { bytesRead } = await file.read(part, 0, length, offset);
      return { bytes: part.subarray(0, bytesRead), size: (await file.stat()).size };
    } finally {
      await file.close();
    }
  } catch {
    // The box asks for what this centre does not hold; the caller says so.
    return null;
  }
};

/** Opens the recordings under `dir`/audio. */
export const openAudioDesk = (dir: string, changed: () => void): AudioDesk => {
  const folder = join(dir, 'audio');
  const rows = new Map<string, AudioProgress & { readonly furthest: number }>();
  const put = (box: string, sha256: string, change: Partial<AudioProgress & { readonly furthest: number }>): void => {
    const key = `${box} ${sha256}`;
    const blank = {
      chunks: 0,
      resent: 0,
      resentBytes: 0,
      furthest: 0,
      received: 0,
      bytes: 0,
      order: '',
      code: null,
    } as const;
    const before = rows.get(key) ?? { ...blank, box, sha256, state: 'receiving' };
    rows.delete(key);
    rows.set(key, { ...before, ...change });
    for (const oldest of [...rows.keys()].slice(0, Math.max(0, rows.size - kept))) rows.delete(oldest);
    changed();
  };
  return {
    keep: async (bytes) => {
      const facts = factsOf(bytes);
      if (!facts.ok) return facts;
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await writeFile(join(folder, facts.value.sha256), bytes, { mode: 0o600 });
      return facts;
    },
    named: async (sha256) => {
      if (!/^[0-9a-f]{64}$/.test(sha256)) return centreFailed('centre-audio-missing', sha256.slice(0, 64), 'audio');
      const bytes = await readFile(join(folder, sha256)).catch(() => null);
      return bytes === null ? centreFailed('centre-audio-missing', sha256, 'audio') : factsOf(bytes);
    },
    hand: async (link, { order, sha256, offset, length }) => {
      const part = await readPart(join(folder, sha256), offset, length);
      if (part === null || part.bytes.length === 0) return centreFailed('centre-audio-missing', sha256);
      link.send(JSON.stringify({ type: 'audio-chunk', sha256, offset, data: part.bytes.toString('base64') }));
      const box = link.box ?? '';
      const before = rows.get(`${box} ${sha256}`);
      const end = offset + part.bytes.length;
      const furthest = before?.furthest ?? 0;
      const againBytes = Math.max(0, Math.min(furthest, end) - offset);
      put(box, sha256, {
        chunks: (before?.chunks ?? 0) + 1,
        resent: (before?.resent ?? 0) + (againBytes > 0 ? 1 : 0),
        resentBytes: (before?.resentBytes ?? 0) + againBytes,
        furthest: Math.max(furthest, end),
        order,
        received: offset,
        bytes: part.size,
        state: 'receiving',
      });
      return ok(null);
    },
    told: (box, told) => put(box, told.sha256, told),
    progress: () => [...rows.values()],
  };
};
