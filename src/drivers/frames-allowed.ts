import type { WriteTemplate } from '../../devices/define.ts';
import { encodeWrite } from '../../devices/write.ts';
import type { Bilingual } from '../words/bilingual.ts';
import { outputKey, reachOf } from './guard.ts';
import type { SiteMap, WiredLine } from './site-map.ts';

/** One broadcast frame of a line: whether the guard can ever allow it, what it moves, and why. */
export interface FrameVerdict {
  readonly line: string;
  readonly model: string;
  readonly action: 'on' | 'off' | 'all-off' | 'group';
  /** From 1; null where the frame is not about one channel. */
  readonly channel: number | null;
  /** Hex of the PDU, with one step of duration where it has one. */
  readonly pdu: string;
  readonly allowed: boolean;
  /** Wired terminals that sound together when it is sent. */
  readonly terminals: readonly string[];
  readonly reason: Bilingual;
}

type Asked = Pick<FrameVerdict, 'model' | 'action' | 'channel'> & { readonly template: WriteTemplate };

const asked = (line: WiredLine): readonly Asked[] => {
  const models = new Map(
    line.units.flatMap(({ device }) => (device === null ? [] : [[device.model, device] as const])),
  );
  return [...models.values()].flatMap(({ model, channels, output }): Asked[] => {
    if (output === null) return [];
    const perChannel = Array.from({ length: channels }, (_, index) => index + 1).flatMap((channel): Asked[] => [
      { model, action: 'on', channel, template: output.on },
      { model, action: 'off', channel, template: output.off },
    ]);
    const whole: Asked[] =
      output.allOff === null ? [] : [{ model, action: 'all-off', channel: null, template: output.allOff }];
    const group: Asked[] =
      output.group === null ? [] : [{ model, action: 'group', channel: null, template: output.group }];
    return [...perChannel, ...whole, ...group];
  });
};

const judge = (map: SiteMap, line: WiredLine, { model, action, channel, template }: Asked): FrameVerdict => {
  const groupBits = line.units.flatMap(({ device, groupBit }) =>
    device !== null && device.output !== null && device.output.group !== null && groupBit !== null ? [groupBit] : [],
  );
  const pdu = encodeWrite(template, { channel: channel ?? 1, durationSteps: action === 'off' ? 0 : 1, groupBits });
  const about = { line: line.id, model, action, channel, pdu: Buffer.from(pdu).toString('hex').toUpperCase() };
  const refused = (reason: Bilingual): FrameVerdict => ({ ...about, allowed: false, terminals: [], reason });
  if (!line.broadcasts) return refused({ zh: '此线路不支持广播', en: 'this line has no broadcast' });
  const reach = reachOf(line, pdu);
  if (!reach.certain) {
    const { unit } = reach;
    return refused({
      zh: `不知道此帧会让设备 ${unit} 做什么`,
      en: `nobody knows what this frame does to unit ${unit}`,
    });
  }
  const wired = new Map(
    [...map.terminals.values()].flatMap((one) =>
      one.line === line.id ? [[outputKey(one.unit, one.channel), one.id]] : [],
    ),
  );
  const stray = [...reach.moved].find((key) => !wired.has(key));
  if (stray !== undefined) {
    const [unit = '', output = ''] = stray.split('.');
    const zh = `会动作设备 ${unit} 第 ${output} 路，该路没有接终端`;
    return refused({ zh, en: `it would move output ${output} of unit ${unit}, which no terminal uses` });
  }
  const terminals = [...reach.moved].flatMap((key) => wired.get(key) ?? []);
  if (terminals.length < 2)
    return refused({ zh: '只涉及一路，单播更好', en: 'it moves one output; unicast proves more' });
  const zh = action === 'group' ? '可用于任意子集' : `仅当恰好这 ${terminals.length} 路到期时使用`;
  const en = action === 'group' ? 'for any subset' : `used when exactly these ${terminals.length} outputs are due`;
  return { ...about, allowed: true, terminals, reason: { zh, en } };
};

/** Every broadcast frame the models on a line could use, each allowed or not, and why: what `config check` prints. Pure. */
export const framesAllowed = (map: SiteMap, line: string): readonly FrameVerdict[] => {
  const wired = map.lines.get(line);
  return wired === undefined ? [] : asked(wired).map((one) => judge(map, wired, one));
};
