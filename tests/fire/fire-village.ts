import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runVillage, type Village } from '../../emulator/start/run-village.ts';
import { workdayMorning } from '../../emulator/centre/beijing-time.ts';
import type { StoredReceipt } from '../../emulator/centre/receipt.ts';
import { startLife, type Life, type LifeOptions } from './life.ts';
import { programOfRun } from './program.ts';

/** The example village and its practice centre, real lines between them, and a box that begins and ends as it is told. */
export interface FireVillage extends Village {
  /** Every receipt that the centre took, oldest first; the centre's own list is cut. */
  readonly taken: readonly StoredReceipt[];
  readonly begin: (how?: Pick<LifeOptions, 'under' | 'environment'>) => Life;
}

export interface FireOptions {
  readonly configDir?: string;
  /** An empty folder that is to be the state folder of the box; one in the run's own folder where nothing is said. */
  readonly stateOn?: string;
  /** Called when everything has ended and before the run's folder goes. */
  readonly beforeRemoval?: () => void;
}

/** The village's own supervisor is sent home at once: who ends and starts the box here must know when. */
export const startFireVillage = async (options: FireOptions = {}): Promise<FireVillage> => {
  const { configDir = 'config', stateOn } = options;
  const program = programOfRun();
  const runDir = mkdtempSync(join(tmpdir(), 'mingluo-fire-'));
  if (stateOn !== undefined) symlinkSync(stateOn, join(runDir, 'state'));
  const village = await runVillage({
    ...{ program, configDir, devicesDir: 'devices', runDir, faults: [], satellitePeriodS: 1 },
    startWallMs: workdayMorning(Date.now()),
    talk: { language: 'en', say: () => undefined, show: () => undefined },
  });
  await village.box.stop();
  const taken: StoredReceipt[] = [];
  const stopListening = village.centre.onReceipt((receipt) => void taken.push(receipt));
  let life: Life | null = null;
  return {
    ...village,
    taken,
    begin: (how = {}) => {
      const overridesFile = join(runDir, 'overrides.json');
      life = startLife({ program, configDir, overridesFile, stateDir: village.stateDir, ...how });
      return life;
    },
    close: async () => {
      if (life !== null && life.end() === null) await life.stop();
      stopListening();
      await village.close();
      options.beforeRemoval?.();
      rmSync(runDir, { recursive: true, force: true });
    },
  };
};
