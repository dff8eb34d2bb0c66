import type { RegisterDevice } from '../../devices/define.ts';
import { syn6288 } from '../../devices/speech/syn6288.ts';
import { diceOf } from '../simulate/dice.ts';
import type { CentreEnd } from '../simulate/sim-net.ts';
import { simVillage, type SimVillage } from '../simulate/sim-village.ts';
import type { Verdict } from './target.ts';

/** The whole box in the example village, and what has moved there. */
export interface LiveVillage {
  readonly village: SimVillage;
  /** A message of the centre, as it is. */
  readonly say: (text: string) => void;
  readonly live: (ms: number) => Promise<void>;
  /** What sounds, is switched, was taken for an order or was sent to be switched; null while all is still. */
  readonly moved: () => Verdict;
}

/** Polls, settings and the time of the centre are done by then. */
const settleMs = 40_000;

/** Settings of a unit may be set anew when its replies were damaged; all other writes must write nothing but zero. */
const isSetting = ({ output }: RegisterDevice, code: number, address: number): boolean =>
  [output?.tone, output?.volume].some((one) => one?.set.function === code && one.set.address === address);

/** In words what a frame to a unit would switch; null for a read, an off or a setting. */
const switches = (devices: readonly RegisterDevice[], frame: Uint8Array): Verdict => {
  const [, code = 0, high = 0, low = 0] = frame;
  if (code <= 4 || devices.some((device) => isSetting(device, code, (high << 8) | low))) return null;
  const data = frame.subarray(code > 6 ? 7 : 4, -2);
  return data.every((byte) => byte === 0) ? null : `a frame that switches: ${Buffer.from(frame).toString('hex')}`;
};

const watchFrames = (site: SimVillage['site']) => {
  const chips = new Map<string, ReturnType<typeof syn6288.unit.decoder>>();
  const speaks = (line: string, bytes: Uint8Array): Verdict => {
    const decoder = chips.get(line) ?? syn6288.unit.decoder();
    chips.set(line, decoder);
    const spoken = decoder.push(bytes).some((request) => request.ok && request.command === 'speak');
    return spoken ? `the chip on ${line} was told to speak` : null;
  };
  const devicesOn = new Map(
    site.wiring.lines.map(({ id }) => {
      const units = site.wiring.units.filter(({ line }) => line === id);
      return [id, units.flatMap(({ model }) => site.catalogue.registers.get(model) ?? [])] as const;
    }),
  );
  let found: Verdict = null;
  return {
    found: (): Verdict => found,
    sent: (line: string, bytes: Uint8Array): void => {
      const wiring = site.wiring.lines.find(({ id }) => id === line);
      if (line === site.wiring.satellite?.line) return;
      found ??= wiring?.speaks === 'bytes' ? speaks(line, bytes) : switches(devicesOn.get(line) ?? [], bytes);
    },
  };
};

const movedIn = ({ world, life, site }: SimVillage): Verdict => {
  const { broadcasts = {}, plays = {} } = life()?.box.tied.loop.village().durable ?? {};
  const [taken] = [...Object.values(broadcasts).map(({ id }) => id), ...Object.keys(plays)];
  if (taken !== undefined) return `the box took it for an order: ${taken}`;
  for (const [key, { unit }] of world.units) if (unit.channels.some(({ on }) => on)) return `${key} is switched on`;
  const loud = site.site.terminals.find(({ id }) => world.timeline.of(id).length > 0);
  return loud === undefined ? null : `${loud.id} sounds`;
};

/**
 * A village that has started and is still: the example site, all of the box but its processes, on a clock of its own. `look`
 * is called after every moment that it lives from then on.
 */
export const startLiveVillage = async (
  loaded: SimVillage['site'],
  seed: number,
  look?: () => void,
): Promise<LiveVillage> => {
  let [end, failure] = [null as CentreEnd | null, null as Verdict];
  const frames = watchFrames(loaded);
  const village = simVillage({
    ...{ dice: diceOf(seed), loaded, startWallMs: Date.UTC(2026, 10, 23, 4, 0) },
    ...{ onReceipt: () => undefined, onOwed: () => undefined, onMemoryBack: () => undefined },
    onFailure: ({ code }) => {
      if (code.endsWith('-internal')) failure ??= `the box failed: ${code}`;
    },
    onConnected: (opened) => void (end = opened),
    onSent: frames.sent,
  });
  village.net.setWeather({ state: 'up', delayMs: 0 });
  await village.start();
  await village.time.runUntil(settleMs);
  const still = movedIn(village) ?? frames.found();
  if (still !== null || end === null) throw new Error(`the village does not settle: ${still ?? 'no link'}`);
  return {
    village,
    say: (text) => end?.send(text),
    live: (ms) => village.time.runUntil(village.time.now() + ms, look),
    moved: () => failure ?? frames.found() ?? movedIn(village),
  };
};
