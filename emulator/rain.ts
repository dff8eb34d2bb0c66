import type { Clock } from './clock.ts';
import type { RegisterUnit } from './unit/unit.ts';

/** One tip of the bucket. */
export const bucketMm = 0.2;

/** Lets `mm` of rain fall into a gauge over `overMs`: whole tips only, evenly spread, counted in every accumulator. */
export const pourRain = (
  unit: RegisterUnit,
  clock: Clock,
  rain: { readonly mm: number; readonly overMs: number },
): void => {
  const tips = Math.round(rain.mm / bucketMm);
  const tip = (): void => {
    for (const register of unit.device.registers.filter(({ name }) => name === 'rain')) {
      for (let index = 0; index < register.count; index += 1) {
        const cell = unit.memory.find(register.table, register.address + index);
        if (cell !== undefined)
          cell.value = Math.min(register.range[1], cell.value + Math.round(bucketMm / register.scale));
      }
    }
  };
  for (let index = 1; index <= tips; index += 1) clock.at(clock.now() + (rain.overMs * index) / tips, tip);
};
