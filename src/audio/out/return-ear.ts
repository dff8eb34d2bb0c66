import { audibleDbfs, levelOf } from '../level.ts';
import { msOfSamples, samplesOfMs, type Pcm } from '../pcm.ts';

/** What came back while something played. */
export interface Heard {
  /** `sounding`: it sounds where we do. `silent`: it hears nothing while we are loud. `unclear`: neither. `nothing`: deaf. */
  readonly verdict: 'sounding' | 'silent' | 'unclear' | 'nothing';
  /** Level of what came back while we were loud, dBFS; null where nothing came at all. */
  readonly dbfs: number | null;
  /** Share of our loud windows in which it was loud too, 0–1. */
  readonly similarity: number;
}

/** Compares what goes out with what comes back, by energy in the same windows of time. */
export interface ReturnEar {
  /** A frame left at this instant (ms); silence counts too. */
  readonly sent: (at: number, pcm: Pcm) => void;
  /** Sound came in, its last sample at this instant. */
  readonly heard: (at: number, pcm: Pcm) => void;
  readonly judge: () => Heard;
}

const windowMs = 50;
/** Network, buffers and air may hold sound back for so long. */
const longestLagMs = 700;
const silentDbfs = -50;
/** Wind and rain stand in the microphone before we begin; we must stand out of them. */
const aboveNoiseDb = 6;
/**
 * What comes in just before we begin may be our own beginning: both instants are taken where sound is handed over, and a
 * busy machine hands the one over late. Taken for noise, it would make everything after it silence.
 */
const beginningMs = 200;
const enough = 0.6;
const tooLittle = 0.2;
/** Windows needed before anything is said. */
const windowsMin = 6;
/** A minute of windows: what is older says nothing new. */
const windowsMax = (60 * 1000) / windowMs;

type Windows = Map<number, number>;

/** Mean energy of each window, in parts of full scale. */
const putEnergy = (windows: Windows, from: number, pcm: Pcm): void => {
  const step = samplesOfMs(windowMs);
  for (let at = 0; at < pcm.length; at += step) {
    const part = pcm.subarray(at, at + step);
    const index = Math.floor((from + msOfSamples(at)) / windowMs);
    const energy = 10 ** (levelOf(part).rmsDbfs / 10);
    windows.set(index, Math.max(energy, windows.get(index) ?? 0));
  }
  for (const index of windows.keys()) {
    if (windows.size <= windowsMax) break;
    windows.delete(index);
  }
};

const dbOf = (energy: number): number => 10 * Math.log10(Math.max(energy, 1e-10));
const meanDb = (energies: readonly number[]): number =>
  dbOf(energies.reduce((sum, one) => sum + one, 0) / Math.max(1, energies.length));

export const createReturnEar = (): ReturnEar => {
  const out: Windows = new Map();
  const back: Windows = new Map();
  const loudWindows = (): readonly number[] =>
    [...out].filter(([, energy]) => dbOf(energy) > audibleDbfs).map(([index]) => index);

  const at = (lag: number, loud: readonly number[], floorDb: number): Omit<Heard, 'verdict'> & { known: number } => {
    const energies = loud.flatMap((index) => back.get(index + lag) ?? []);
    const hits = energies.filter((energy) => dbOf(energy) > floorDb).length;
    return {
      known: energies.length,
      similarity: energies.length === 0 ? 0 : hits / energies.length,
      dbfs: energies.length === 0 ? null : meanDb(energies),
    };
  };

  return {
    sent: (instant, pcm) => putEnergy(out, instant, pcm),
    heard: (instant, pcm) => putEnergy(back, instant - msOfSamples(pcm.length), pcm),
    judge: () => {
      const loud = loudWindows();
      const first = loud[0] ?? Infinity;
      const noiseEnds = first - beginningMs / windowMs;
      const before = [...back].filter(([index]) => index < noiseEnds).map(([, energy]) => energy);
      const floorDb = Math.max(silentDbfs, before.length === 0 ? silentDbfs : meanDb(before) + aboveNoiseDb);
      let best = at(0, loud, floorDb);
      for (let lag = 1; lag <= longestLagMs / windowMs; lag += 1) {
        const one = at(lag, loud, floorDb);
        if (one.known >= Math.min(windowsMin, best.known) && one.similarity > best.similarity) best = one;
      }
      const { similarity, known } = best;
      const dbfs = best.dbfs === null ? null : Math.round(best.dbfs * 10) / 10;
      if (known === 0) return { verdict: 'nothing', dbfs: null, similarity };
      if (known < windowsMin) return { verdict: 'unclear', dbfs, similarity };
      if (similarity >= enough) return { verdict: 'sounding', dbfs, similarity };
      return { verdict: similarity <= tooLittle ? 'silent' : 'unclear', dbfs, similarity };
    },
  };
};
