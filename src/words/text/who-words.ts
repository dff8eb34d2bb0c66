import type { Bilingual } from '../bilingual.ts';

/** Who stands behind a mark in the journal that is no person's name: the places and things that act by themselves. */
const who: Readonly<Record<string, Bilingual>> = {
  'page-screen': { zh: '值班屏幕', en: 'the station screen' },
  'page-network': { zh: '站内网页', en: 'a page in the station' },
  'panel:key': { zh: '面板钥匙', en: 'the panel key' },
  'panel:stop': { zh: '面板停止键', en: "the panel's stop" },
  'panel:acknowledge': { zh: '面板确认键', en: "the panel's button" },
  notice: { zh: '日常通知', en: 'a notice' },
};
const sensor = /^sensor:(.+)$/;

/** The words for such a mark; null where it is none. */
export const whoText = (id: string): Bilingual | null => {
  const [, place] = sensor.exec(id) ?? [];
  if (place !== undefined) return { zh: `传感器 ${place}`, en: `sensor ${place}` };
  return Object.hasOwn(who, id) ? (who[id] ?? null) : null;
};
