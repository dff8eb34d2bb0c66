import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCentre, type Centre, type CentreOptions } from '../../emulator/centre/centre.ts';
import { scriptedBox, type ScriptedBox } from './scripted-box.ts';

const cleanUps: (() => Promise<void>)[] = [];

/** For `afterEach`: closes what was opened, newest first. */
export const cleanUp = async (): Promise<void> => {
  for (const clean of cleanUps.splice(0).reverse()) await clean();
};

export const later = (clean: () => Promise<void>): void => void cleanUps.push(clean);

export const temporaryFolder = async (): Promise<string> => {
  const dir = await mkdtemp(join(tmpdir(), 'mingluo-centre-'));
  later(() => rm(dir, { recursive: true, force: true }));
  return dir;
};

/** A centre on a free port in a folder of its own. */
export const startCentre = async (options: Partial<CentreOptions> = {}): Promise<Centre> => {
  const dir = options.dir ?? (await temporaryFolder());
  const centre = await createCentre({ port: 0, startWallMs: Date.parse('2026-11-23T09:00+08:00'), ...options, dir });
  later(() => centre.close());
  return centre;
};

/** A scripted box that is enrolled, connected and proven; `state` changes what its snapshot says. */
export const connectBox = async (
  centre: Centre,
  box: ScriptedBox = scriptedBox(),
  state: object = {},
): Promise<ScriptedBox> => {
  const heard = box.heard.length;
  await centre.enrol(box.id, box.publicKey);
  await box.connect(centre.url);
  later(() => (box.isOpen() ? box.leave() : Promise.resolve()));
  box.snapshot(state);
  box.askTime();
  await box.next('time', heard);
  return box;
};
