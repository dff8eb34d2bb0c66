import type { FrameDevice } from './define.ts';
import { beidouRdss } from './satellite/beidou-rdss.ts';
import { syn6288 } from './speech/syn6288.ts';

/** The devices that speak frames of their own; each is one TypeScript file. */
export const frameDevices: ReadonlyMap<string, FrameDevice> = new Map(
  [syn6288.device, beidouRdss.device].map((device) => [device.model, device]),
);
