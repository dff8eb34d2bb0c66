import type { FrameDevice, SatelliteCodec, SatelliteReport } from '../define.ts';
import { rdssHost, type RdssReport } from './rdss-host.ts';
import { rdssUnit } from './rdss-unit.ts';

export type { RdssContent, RdssRejection } from './rdss-content.ts';
export type { RdssFeedback, RdssOrder, RdssReport } from './rdss-host.ts';
export type { RdssAnswer, RdssRequest } from './rdss-unit.ts';

/**
 * BeiDou RDSS terminal, binary protocol "2.1": `$` and four letters, total length u16 BE, user address of 3 bytes,
 * payload, XOR of everything before. Host side and unit side are written apart and share only the checksum.
 */
/** The terminal may send when card and hardware are good and at least one beam is received (start-up rule of the sources). */
const reportOf = (report: RdssReport): readonly SatelliteReport[] => {
  switch (report.frame) {
    case 'TXXX': {
      const { sender, crcGood: good, content } = report;
      return content.mode === 'mixed' ? [{ kind: 'message', sender, good, bytes: content.bytes }] : [];
    }
    case 'FKXX': {
      if (report.feedback === 'ok') return report.command === 'TXSQ' ? [{ kind: 'sent' }] : [];
      if (report.feedback === 'too-soon') return [{ kind: 'wait', seconds: report.waitS ?? 0 }];
      return report.feedback === 'unsuppressed' ? [] : [{ kind: 'refused', reason: report.feedback }];
    }
    case 'ICXX':
      return [{ kind: 'card', periodS: report.periodS, ownCard: report.user }];
    case 'ZJXX': {
      const fault = report.icFault !== 0 ? 'card' : report.hardwareFault !== 0 ? 'hardware' : '';
      const signal = report.beams.some((power) => power > 0) ? '' : 'no-beam';
      const suppressed = (report.inbound & 1) === 0 ? '' : 'suppressed';
      const reason = fault || suppressed || signal;
      return [{ kind: 'self-test', ready: reason === '', reason }];
    }
    case 'rejected':
      return [{ kind: 'damaged', reason: `${report.name} ${report.reason}` }];
    case 'other':
      return [];
  }
};

const codec: SatelliteCodec = {
  askCard: () => rdssHost.encode({ frame: 'ICJC', card: 0 }) ?? new Uint8Array(),
  askSelfTest: () => rdssHost.encode({ frame: 'XTZJ', periodS: 0 }) ?? new Uint8Array(),
  send: ({ from, to, bytes }) => rdssHost.encode({ frame: 'TXSQ', from, to, content: { mode: 'mixed', bytes } }),
  decoder: () => {
    const frames = rdssHost.decoder();
    return { push: (bytes) => frames.push(bytes).flatMap(reportOf) };
  },
};

const device: FrameDevice = {
  model: 'beidou-rdss',
  kind: 'satellite',
  name: { zh: '北斗 RDSS 短报文终端（2.1 协议）', en: 'BeiDou RDSS short-message terminal (protocol 2.1)' },
  source: 'working code: github yufei2207/learn (bd1), github lysssssss/BDS_4_0',
  verified: true,
  ours: false,
  codec,
  line: { baud: 115200, parity: 'none', stopBits: 1 },
};

export const beidouRdss = {
  device,
  host: rdssHost,
  unit: rdssUnit,
} as const;
