import { encodeStatus, terminalStates } from '../../../src/uplink/satellite-status.ts';
import { scaled, type Row, type SectionResult, type Sizes } from '../goal.ts';
import type { Workshop } from '../tools.ts';

const limitBytes = 70;
const sender = { boxId: 'bench', macKey: Buffer.alloc(32, 7), counter: 1 };

/** The longest status of this many terminals over random states, with the A4 mark that the link adds. */
const longest = (terminals: number, count: number): number => {
  const lengths = Array.from({ length: count }, () => {
    const states = Array.from({ length: terminals }, () => terminalStates[Math.floor(Math.random() * 4)] ?? 'unknown');
    const encoded = encodeStatus({ alertId: 'a', states }, sender);
    return encoded.ok ? encoded.value.length + 1 : Number.POSITIVE_INFINITY;
  });
  return Math.max(...lengths);
};

const json = (terminals: number): number =>
  JSON.stringify(Array.from({ length: terminals }, (_, n) => ({ id: `siren-${n}`, state: 'sounded' }))).length;

/** The site's status in one message of the shortest satellite channel. */
export const satelliteSection = (_: Workshop, sizes: Sizes): Promise<SectionResult> => {
  const count = scaled(sizes, 1000, 20);
  const rows = [64, 247].map((terminals): Row => {
    const bytes = longest(terminals, count);
    return {
      what: { zh: `${terminals} 个终端的状态，字节`, en: `the status of ${terminals} terminals, bytes` },
      ...{ value: bytes, op: '<=', goal: limitBytes, ours: `${bytes} B`, floor: '' },
      peer: `JSON ${json(terminals)} B`,
    };
  });
  return Promise.resolve({ rows, charts: [], remarks: [] });
};
