import { stat } from 'node:fs/promises';
import { failed, ok, type Failure, type Result } from '../../words/failure.ts';
import { isTonePattern, tonePatterns, type TonePattern } from '../../core/tone-pattern.ts';
import { msOfSamples, type Pcm } from '../pcm.ts';
import type { Instead, Piece, Programme, SoundMaker, StandIn } from '../programme.ts';
import type { Decoder } from './decoder.ts';
import { joined } from './loudness.ts';
import { keyOf, type PcmCache } from './pcm-cache.ts';
import { recordingOf, recordingPcm } from './recordings.ts';
import { sentencesOf } from './sentences.ts';
import type { Speech } from './speech.ts';
import { toneStretches } from './tone.ts';
import type { Lane } from './turns.ts';

/** The parts of a sound maker: the real ones in make-sound.ts, or a test's own. */
export interface MakerParts {
  readonly speech: Speech;
  readonly decoder: Decoder;
  readonly cache: PcmCache;
  /** Told what did not work although the sound was made: a full disk, an engine that was replaced. */
  readonly onTrouble: (failure: Failure) => void;
}

export const mostSpokenCharacters = 2000;
/** Longer files are decoded again each time: the cache is for what must sound at once. */
const mostCachedMs = 60_000;

type Pieces = AsyncGenerator<Result<Piece>>;
type FileProgramme = Extract<StandIn, { make: 'file' }>;

const asked = (pcm: Pcm): Result<Piece> => ok({ pcm, instead: null });

const tonePieces = async function* (given: string | TonePattern, durationMs: number): Pieces {
  if (typeof given === 'string' && !isTonePattern(given)) {
    yield failed('audio-pattern', { pattern: given });
    return;
  }
  const pattern = typeof given === 'string' ? tonePatterns[given] : given;
  for (const stretch of toneStretches(pattern, durationMs)) {
    yield asked(stretch);
    // Whoever plays may be the same thread: it has its turn between two seconds of sound.
    await new Promise(setImmediate);
  }
};

const filePieces = async function* (parts: MakerParts, programme: FileProgramme, how: How): Pieces {
  const { path, longestMs, expectMs } = programme;
  const found = await stat(path).catch(() => null);
  const key = found === null ? null : keyOf(['file', path, found.size, found.mtimeMs, found.ino, longestMs]);
  const cached = key === null ? null : await parts.cache.get(key);
  if (cached !== null) {
    yield asked(cached);
    return;
  }
  const whole: Pcm[] = [];
  let ms = 0;
  for await (const stretch of parts.decoder.file(path, { longestMs, expectMs, ...how })) {
    if (!stretch.ok) {
      yield stretch;
      return;
    }
    ms += msOfSamples(stretch.value.length);
    if (ms <= mostCachedMs) whole.push(stretch.value);
    yield asked(stretch.value);
  }
  if (key !== null && ms <= mostCachedMs) await keep(parts, { key, pcm: joined(whole), lane: how.lane });
};

interface Made {
  readonly key: string;
  readonly pcm: Pcm;
  readonly lane: Lane;
}

const keep = async ({ cache, onTrouble }: MakerParts, { key, pcm, lane }: Made): Promise<void> => {
  const why = await cache.put(key, pcm, lane);
  if (why !== null) onTrouble(failed('audio-cache', { why }).failure);
};

interface How {
  readonly lane: Lane;
  readonly signal: AbortSignal;
}

const standInPieces = async function* (parts: MakerParts, standIn: StandIn, how: How): Pieces {
  if (standIn.make === 'file') {
    yield* filePieces(parts, standIn, how);
    return;
  }
  const recording = await recordingPcm(standIn.recording);
  yield recording.ok ? asked(recording.value) : recording;
};

/** Speech sentence by sentence, the next one being made while this one plays. */
const spokenPieces = async function* (parts: MakerParts, sentences: readonly string[], how: How): Pieces {
  const say = (index: number): Promise<Result<Piece>> | null => {
    const sentence = sentences[index];
    return sentence === undefined ? null : parts.speech.say(sentence, how.lane, how.signal);
  };
  let coming = say(0);
  for (let index = 1; coming !== null; index += 1) {
    const piece = await coming;
    coming = piece.ok ? say(index) : null;
    yield piece;
  }
};

type SpeechProgramme = Extract<Programme, { make: 'speech' }>;

const speechPieces = async function* (parts: MakerParts, { text, otherwise }: SpeechProgramme, how: How): Pieces {
  const sentences = text.length > mostSpokenCharacters ? [] : sentencesOf(text);
  let why: Failure | null =
    sentences.length === 0 ? failed('audio-text', { most: mostSpokenCharacters }).failure : null;
  for await (const piece of spokenPieces(parts, sentences, how)) {
    if (piece.ok) yield piece;
    else why = piece.failure;
  }
  if (why === null) return;
  const mark = recordingOf(text);
  const standIn: StandIn | undefined = mark === null ? otherwise : { make: 'stored', recording: mark };
  if (standIn === undefined || why.code === 'audio-stopped') {
    yield { ok: false, failure: why };
    return;
  }
  const instead: Instead = { by: 'recording', why };
  for await (const piece of standInPieces(parts, standIn, how))
    yield piece.ok ? ok({ pcm: piece.value.pcm, instead }) : piece;
};

const piecesOf = (parts: MakerParts, programme: Programme, how: How): Pieces => {
  switch (programme.make) {
    case 'tone':
      return tonePieces(programme.pattern, programme.durationMs);
    case 'speech':
      return speechPieces(parts, programme, how);
    case 'file':
    case 'stored':
      return standInPieces(parts, programme, how);
  }
};

const gather = async (pieces: Pieces): Promise<Result<Pcm>> => {
  const whole: Pcm[] = [];
  for await (const piece of pieces) {
    if (!piece.ok) return piece;
    whole.push(piece.value.pcm);
  }
  const [only] = whole;
  return ok(whole.length === 1 && only !== undefined ? only : joined(whole));
};

const stopping = async function* (pieces: Pieces, signal: AbortSignal): Pieces {
  for await (const piece of pieces) {
    if (signal.aborted) {
      yield failed('audio-stopped');
      return;
    }
    yield piece;
  }
};

/** The same failure is told once: an engine that is missing is missing for every sentence. */
const onceEach = (tell: (failure: Failure) => void): ((failure: Failure) => void) => {
  const told = new Set<string>();
  return (failure) => {
    const news = JSON.stringify([failure.code, failure.params]);
    if (!told.has(news)) tell(failure);
    told.add(news);
  };
};

/** A sound maker over given parts; createSoundMaker of make-sound.ts gives the real ones. */
export const soundMakerOver = (parts: MakerParts): SoundMaker => {
  const lifetime = new AbortController();
  const urgent = (given: AbortSignal | undefined): How => ({ lane: 'urgent', signal: signalOf(given) });
  const signalOf = (given: AbortSignal | undefined): AbortSignal =>
    given === undefined ? lifetime.signal : AbortSignal.any([given, lifetime.signal]);
  const pieces = (programme: Programme, given?: AbortSignal): Pieces => {
    const how = urgent(given);
    return stopping(piecesOf(parts, programme, how), how.signal);
  };
  return {
    pieces,
    make: (programme, signal) => gather(pieces(programme, signal)),
    prepare: async (programmes, onProgress) => {
      const how: How = { lane: 'background', signal: lifetime.signal };
      const tell = onceEach(parts.onTrouble);
      let made = 0;
      for (const programme of programmes) {
        if (how.signal.aborted) return;
        const result = programme.make === 'tone' ? null : await gather(piecesOf(parts, programme, how));
        if (result?.ok === false && result.failure.code !== 'audio-stopped') tell(result.failure);
        made += 1;
        onProgress?.(made, programmes.length);
      }
    },
    close: () => {
      lifetime.abort();
      parts.speech.close();
      parts.decoder.close();
      return Promise.resolve();
    },
  };
};
