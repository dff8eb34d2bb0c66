import type { Said, SectionResult, Sizes } from './goal.ts';
import { alarmSection } from './sections/alarm.ts';
import { busSection } from './sections/bus.ts';
import { deadSection } from './sections/dead.ts';
import { durableSection } from './sections/durable.ts';
import { floodSection } from './sections/flood.ts';
import { growthSection } from './sections/growth.ts';
import { processesSection } from './sections/processes.ts';
import { satelliteSection } from './sections/satellite.ts';
import { sirensSection } from './sections/sirens.ts';
import { soundSection } from './sections/sound.ts';
import { stallSection } from './sections/stall.ts';
import { triggerSection } from './sections/trigger.ts';
import { aplay } from './file-card.ts';
import { gcc, libmodbus, type Tool, type Workshop } from './tools.ts';

export interface Section {
  readonly name: string;
  readonly title: Said;
  /** Without these it cannot be measured at all. */
  readonly needs: readonly Tool[];
  readonly run: (workshop: Workshop, sizes: Sizes) => Promise<SectionResult>;
}

const section = (name: string, title: Said, needs: readonly Tool[], run: Section['run']): Section => ({
  ...{ name, title, needs, run },
});

const bothTools = [gcc, libmodbus];

/** In the order in which they are run and shown. */
export const sections: readonly Section[] = [
  section('bus', { zh: '线路', en: 'The line' }, bothTools, busSection),
  section('sirens', { zh: '全部响起', en: 'All sirens on' }, bothTools, sirensSection),
  section('alarm', { zh: '轮询时的警报', en: 'An alarm on a busy line' }, [gcc], alarmSection),
  section('trigger', { zh: '从指令到线上', en: 'From the order to the wire' }, [gcc], triggerSection),
  section('stall', { zh: '主线程被占住', en: 'A blocked main thread' }, [gcc], stallSection),
  section('dead', { zh: '失联的设备', en: 'Dead units' }, [gcc], deadSection),
  section('flood', { zh: '洪水攻击下', en: 'Under a flood' }, [gcc], floodSection),
  section('durable', { zh: '落盘', en: 'What reaches the disk' }, [], durableSection),
  section('processes', { zh: '进程', en: 'Processes' }, [gcc], processesSection),
  section('growth', { zh: '随设备数增长', en: 'Growth with the number of units' }, [gcc], growthSection),
  section('sound', { zh: '声音', en: 'Sound' }, [gcc, aplay], soundSection),
  section('satellite', { zh: '卫星', en: 'By satellite' }, [], satelliteSection),
];
