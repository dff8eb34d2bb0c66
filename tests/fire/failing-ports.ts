import type { Exchange, ModbusLine, ByteLine } from '../../src/bus/line.ts';
import type { SoundChild } from '../../src/audio/sound-child.ts';
import type { DiskCall } from '../../src/store/memory-disk.ts';
import type { Link } from '../../src/uplink/link.ts';
import { failed } from '../../src/words/failure.ts';
import type { SimVillage } from '../simulate/sim-village.ts';

/** The ways in which the box touches the world; each call on one of them may fail. */
export const portNames = ['disk', 'modbus', 'bytes', 'link', 'sound'] as const;
export type PortName = (typeof portNames)[number];

/** One call that is to fail: the how-manieth on its port, or of those that are so `named` there, and how. */
export interface Failing {
  readonly port: PortName;
  readonly named?: string;
  readonly call: number;
  /** For the disk, an errno. */
  readonly errno: 'EIO' | 'ENOSPC';
}

/** What was called, and what the failing call was. */
export interface CallCount {
  readonly calls: Record<PortName, number>;
  /** The call that failed, in words; null while it has not come. */
  failed: string | null;
}

/** Numbers without their variable part, so that calls of one kind have one name. */
const kindOf = (path: string): string =>
  path
    .replace(/[0-9a-f]{64}/, 'HASH')
    .replace(/[0-9a-f]{8,}|\d+/g, 'N')
    .replace('/state/', '');

const modbusThat = (line: ModbusLine, fails: (what: string) => boolean): ModbusLine =>
  new Proxy(line, {
    get: (target, name) => {
      if (name !== 'submit') {
        const value: unknown = Reflect.get(target, name, target);
        const bound: unknown = typeof value === 'function' ? value.bind(target) : value;
        return bound;
      }
      return (exchange: Exchange) => {
        if (!fails(`exchange on ${target.id}, ${exchange.lane}`)) return target.submit(exchange);
        const timing = { queuedMs: 0, sentAt: 0, endedAt: 0 };
        return Promise.resolve({ ...failed('line-gone', { line: target.id, reason: 'torture' }), timing });
      };
    },
  });

const bytesThat = (line: ByteLine, fails: (what: string) => boolean): ByteLine =>
  new Proxy(line, {
    get: (target, name) => {
      if (name !== 'send') {
        const value: unknown = Reflect.get(target, name, target);
        const bound: unknown = typeof value === 'function' ? value.bind(target) : value;
        return bound;
      }
      return (bytes: Uint8Array) =>
        fails(`bytes on ${target.id}`)
          ? Promise.resolve(failed('line-gone', { line: target.id, reason: 'torture' }))
          : target.send(bytes);
    },
  });

/** A socket that breaks at a call breaks as a whole. */
const linkThat = (link: Link, fails: (what: string) => boolean): Link => ({
  ...link,
  send: (text) => (fails('send to the centre') ? link.terminate() : link.send(text)),
  ping: (number) => (fails('ping to the centre') ? link.terminate() : link.ping(number)),
});

/** A child that fails at a call is dead, and its supervisor sees that a moment later. */
const soundThat = (child: SoundChild, fails: (what: string) => boolean, crash: () => void): SoundChild => ({
  ...child,
  begin: (output, ways, events) => {
    if (fails('begin an item')) crash();
    const run = child.begin(output, ways, events);
    return {
      start: (leadMs) => {
        if (fails('start an item')) crash();
        run.start(leadMs);
      },
      stop: () => {
        if (fails('stop an item')) crash();
        run.stop();
      },
    };
  },
  prepare: (programmes) => {
    if (fails('prepare items')) crash();
    child.prepare(programmes);
  },
});

/** Puts counting ports, one call of which fails, between the box and the simulated village; before its first start. */
export const failAt = (village: SimVillage, failing: Failing | null): CallCount => {
  const count: CallCount = { calls: { disk: 0, modbus: 0, bytes: 0, link: 0, sound: 0 }, failed: null };
  let come = 0;
  const failsOn =
    (port: PortName) =>
    (what: string): boolean => {
      count.calls[port] += 1;
      if (failing?.port !== port || !what.includes(failing.named ?? '')) return false;
      come += 1;
      if (failing.call !== come) return false;
      count.failed = `${port}: ${what}`;
      village.note(`! ${count.failed} fails`);
      return true;
    };
  const diskFails = failsOn('disk');
  village.setDisk({
    fault: ({ act, path }: DiskCall) => (diskFails(`${act} ${kindOf(path)}`) ? (failing?.errno ?? null) : null),
  });
  const { lines, net, sound } = village;
  const { modbus, bytes } = lines;
  const { child } = sound;
  const { links } = net;
  Object.assign(lines, {
    modbus: (...args: Parameters<typeof modbus>) => modbusThat(modbus(...args), failsOn('modbus')),
    bytes: (...args: Parameters<typeof bytes>) => bytesThat(bytes(...args), failsOn('bytes')),
  });
  Object.assign(net, {
    links: (...args: Parameters<typeof links>) => {
      const link = linkThat(links(...args), failsOn('link'));
      if (failsOn('link')('connect to the centre')) link.terminate();
      return link;
    },
  });
  Object.assign(sound, {
    child: (...args: Parameters<typeof child>) =>
      soundThat(child(...args), failsOn('sound'), () => void village.time.after(0, sound.crash)),
  });
  return count;
};
