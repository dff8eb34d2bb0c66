import type { FrameDevice } from '../define.ts';
import { rdssHost } from './rdss-host.ts';
import { rdssUnit } from './rdss-unit.ts';

export type { RdssContent, RdssRejection } from './rdss-content.ts';
export type { RdssFeedback, RdssOrder, RdssReport } from './rdss-host.ts';
export type { RdssAnswer, RdssRequest } from './rdss-unit.ts';

/**
 * BeiDou RDSS terminal, binary protocol "2.1": `$` and four letters, total length u16 BE, user address of 3 bytes,
 * payload, XOR of everything before. Host side and unit side are written apart and share only the checksum.
 */
const device: FrameDevice = {
  model: 'beidou-rdss',
  kind: 'satellite',
  name: { zh: '北斗 RDSS 短报文终端（2.1 协议）', en: 'BeiDou RDSS short-message terminal (protocol 2.1)' },
  source: 'working code: github yufei2207/learn (bd1), github lysssssss/BDS_4_0',
  verified: true,
  ours: false,
  line: { baud: 115200, parity: 'none', stopBits: 1 },
};

export const beidouRdss = {
  device,
  host: rdssHost,
  unit: rdssUnit,
} as const;
