import type { ReadBlock, RegisterDevice, Setting, WriteTemplate } from '../../devices/define.ts';

/** A setting of one output, at its channel; `most` is the highest value its register takes. */
export interface WiredSetting {
  readonly set: WriteTemplate;
  readonly read: ReadBlock;
  readonly most: number;
}

/** What an output keeps until its unit loses power. `volume.wanted` in the unit's own steps. */
export interface WiredSettings {
  readonly tone: WiredSetting | null;
  readonly volume: (WiredSetting & { readonly wanted: number }) | null;
}

const fullPercent = 100;

const wiredSetting = (device: RegisterDevice, setting: Setting | null, channel: number): WiredSetting | null => {
  if (setting === null) return null;
  const { set, read } = setting;
  const register = device.registers.find(
    (one) => one.table === 'holding' && read.address >= one.address && read.address < one.address + one.count,
  );
  const block: ReadBlock = { function: read.function, address: read.address + channel - 1, count: 1 };
  return { set, read: block, most: register?.range[1] ?? 0 };
};

/** The settings of one channel. A volume the site does not name is full; one that it names is never turned to nothing. */
export const wiredSettings = (device: RegisterDevice, channel: number, volumePercent?: number): WiredSettings => {
  const volume = wiredSetting(device, device.output?.volume ?? null, channel);
  const share = (volumePercent ?? fullPercent) / fullPercent;
  return {
    tone: wiredSetting(device, device.output?.tone ?? null, channel),
    volume: volume === null ? null : { ...volume, wanted: Math.max(1, Math.round(share * volume.most)) },
  };
};
