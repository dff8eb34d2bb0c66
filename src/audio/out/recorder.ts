import { pcmRate, type Pcm } from '../pcm.ts';
import { spawnPlayer, type StartPlayer } from './player-process.ts';
import { samplesOf } from './sink.ts';

/** Records from a device of the machine until it is stopped. It only listens: when it dies, nothing comes back. */
export const recordFrom = (
  device: string,
  onHeard: (pcm: Pcm) => void,
  start: StartPlayer = spawnPlayer,
): (() => void) => {
  const format = ['-q', '-t', 'raw', '-f', 'S16_LE', '-c', '1', '-r', String(pcmRate)];
  const process = start('arecord', [...format, '-D', device, '--buffer-time=200000', '--period-time=20000']);
  let odd = Buffer.alloc(0);
  process.onWords(() => undefined);
  process.onExit(() => undefined);
  process.onOutput((bytes) => {
    const all = Buffer.concat([odd, bytes]);
    odd = Buffer.from(all.subarray(all.length - (all.length % 2)));
    if (all.length > 1) onHeard(samplesOf(all));
  });
  return () => process.kill();
};
