import type { Clock } from '../make/clock.ts';
import { samplesOfMs, type Pcm } from '../pcm.ts';
import { frameMs, type Sink } from './sink.ts';

/** Gives the next frame's samples: as many as wanted or fewer, none while they are being made; null when there will never be more. */
export type Feed = (samples: number) => Pcm | null;

/** Keeps a sink fed by the clock: a player that does not pace itself (or a pipe that takes all) never runs away. */
export interface Pacer {
  /** Feeds from now on; `onEnd` is called when the last frame has been handed over and heard. */
  readonly play: (feed: Feed, onEnd: () => void) => void;
  /** Stops feeding and drops what waits. */
  readonly stop: () => void;
}

/** Frames handed over before they are due: more than a card's buffer holds, so that it is full from the first moment on. */
const aheadFrames = 3;
/** After a stall of our own, no more than this is handed over at once; the rest of the time is lost. */
const burstFrames = 5;
/** A player works on whole periods: this much silence behind the last sample pushes it out. */
const tailMs = 100;
/** From the hand-over of the last frame to the ear, roughly. */
const heardMs = 60;

/** While the first of it is still being made, nothing is handed over: silence would go ahead of it and be heard first. */
const lookForFirstMs = 2;

const frameSamples = samplesOfMs(frameMs);

const padded = (pcm: Pcm): Pcm => {
  if (pcm.length === frameSamples) return pcm;
  const whole = new Int16Array(frameSamples);
  whole.set(pcm.subarray(0, frameSamples));
  return whole;
};

export const createPacer = (sink: Pick<Sink, 'write' | 'drop'>, clock: Clock): Pacer => {
  let forget = (): void => undefined;
  let current: object | null = null;

  const play = (feed: Feed, onEnd: () => void): void => {
    forget();
    const me = {};
    current = me;
    let startedAt = clock.now();
    let sent = 0;
    let tailFrames = tailMs / frameMs;
    const finish = (): void => {
      forget = clock.after(heardMs, () => {
        if (current !== me) return;
        current = null;
        onEnd();
      });
    };
    const wait = (): void => {
      startedAt = clock.now();
      forget = clock.after(lookForFirstMs, tick);
    };
    const send = (): 'sent' | 'not yet' | 'over' => {
      const pcm = feed(frameSamples);
      if (pcm?.length === 0 && sent === 0) return 'not yet';
      if (pcm === null) tailFrames -= 1;
      if (tailFrames < 0) return 'over';
      sink.write(padded(pcm ?? new Int16Array(0)));
      sent += 1;
      return 'sent';
    };
    const tick = (): void => {
      if (current !== me) return;
      const due = Math.floor((clock.now() - startedAt) / frameMs) + aheadFrames;
      const late = due - sent - burstFrames;
      if (late > 0) startedAt += late * frameMs;
      for (let count = Math.min(due - sent, burstFrames); count > 0; count -= 1) {
        const done = send();
        if (done === 'over') finish();
        else if (done === 'not yet') wait();
        if (done !== 'sent') return;
      }
      const nextDueMs = startedAt + (sent + 1 - aheadFrames) * frameMs - clock.now();
      forget = clock.after(Math.max(1, nextDueMs), tick);
    };
    tick();
  };

  return {
    play,
    stop: () => {
      forget();
      current = null;
      sink.drop();
    },
  };
};
