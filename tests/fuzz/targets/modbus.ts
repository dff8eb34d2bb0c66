import { readDeviceFolder } from '../../../devices/folder.ts';
import type { ReadBlock, RegisterDevice, Table, WriteTemplate } from '../../../devices/define.ts';
import { loadCatalogue } from '../../../devices/load.ts';
import { encodeWrite } from '../../../devices/write.ts';
import { AsyncLine } from '../../../src/bus/async-line.ts';
import type { Asked, Found, Framing } from '../../../src/bus/framing.ts';
import { mbapFraming } from '../../../src/bus/mbap.ts';
import { rtuFraming } from '../../../src/bus/rtu.ts';
import { settingsOf } from '../../../src/bus/settings-of.ts';
import { bookDefaults } from '../../../src/bus/unit-book.ts';
import type { Exchange } from '../../../src/bus/line.ts';
import { readAll, readPdu, type Want } from '../../../src/drivers/reads.ts';
import { testCrc, testFrame } from '../../bus/support/frames.ts';
import type { Dice } from '../../simulate/dice.ts';
import { VirtualTime } from '../../simulate/virtual-time.ts';
import { hurtfulBytes } from '../mutate-bytes.ts';
import { million, shown, type Aim, type Shot, type Target, type Verdict } from '../target.ts';

const line = 'siren-line';
const unit = 7;

const folder = readDeviceFolder('devices');
const catalogue = loadCatalogue(folder);
if (!catalogue.ok) throw new Error('the models cannot be read');
const models: readonly RegisterDevice[] = [...catalogue.value.registers.values()];

const functions: Readonly<Record<Table, ReadBlock['function']>> = { coil: 1, discrete: 2, holding: 3, input: 4 };

const wantsOf = (device: RegisterDevice): readonly Want[] =>
  device.registers
    .filter(({ access }) => access !== 'w')
    .map(({ table, address, count }) => ({
      line,
      unit,
      device,
      block: { function: functions[table], address, count },
    }));

const templatesIn = ({ output }: RegisterDevice): readonly WriteTemplate[] =>
  output === null
    ? []
    : Object.values(output).flatMap((part) =>
        typeof part === 'object' && part !== null && 'values' in part ? [part] : [],
      );

/** Every request that this model is ever sent. */
const requestsOf = (device: RegisterDevice): readonly Uint8Array[] => [
  ...wantsOf(device).map(readPdu),
  ...templatesIn(device).map((template) => encodeWrite(template, { channel: 1, durationSteps: 50 })),
];

/** A good reply to a request: any values to a read, address and value back to a write. */
const replyTo = (request: Uint8Array, dice: Dice): Uint8Array => {
  const [code = 0] = request;
  if (code > 4) return request.slice(0, 5);
  const count = (request[3] ?? 0) * 256 + (request[4] ?? 0);
  const bytes = code <= 2 ? Math.ceil(count / 8) : 2 * count;
  return Uint8Array.from([code, bytes, ...Array.from({ length: bytes }, () => dice.whole(0, 255))]);
};

const wires = [
  { framing: rtuFraming, wrap: (pdu: Uint8Array): Uint8Array => testFrame(unit, ...pdu) },
  {
    framing: mbapFraming,
    wrap: (pdu: Uint8Array): Uint8Array => Uint8Array.from([0, 9, 0, 0, 0, pdu.length + 1, unit, ...pdu]),
  },
] as const;

/** Bytes on the wire after a request: its reply, somebody else's, an exception, noise, all of it more or less damaged. */
const heardAfter = (requests: readonly Uint8Array[], request: Uint8Array, dice: Dice): readonly [Framing, Buffer] => {
  const { framing, wrap } = dice.oneOf(wires);
  const replies = [
    replyTo(request, dice),
    replyTo(dice.oneOf(requests), dice),
    ...[request, Uint8Array.of((request[0] ?? 0) | 0x80, dice.whole(0, 255))],
  ];
  return [framing, hurtfulBytes(replies.map(wrap), dice)];
};

/** What was found must really stand there, whole, and be what was asked for. */
const wrongFound = (asked: Asked, heard: Uint8Array, found: Found, rtu: boolean): Verdict => {
  const { from, to, pdu } = found;
  if (from < 0 || to > heard.length || from >= to) return `found at ${from} to ${to} of ${heard.length}`;
  const frame = [...heard.subarray(from, to)];
  const [low, high] = testCrc(frame.slice(0, -2));
  if (rtu && (frame.at(-2) !== low || frame.at(-1) !== high)) return 'a frame whose checksum is wrong';
  if (found.unit !== asked.unit) return 'the reply of another unit';
  const [code = 0] = asked.pdu;
  if (pdu[0] === (code | 0x80)) return pdu.length === 2 ? null : 'an exception of another length';
  if (pdu[0] !== code) return 'the reply to another function';
  if (code <= 4) return pdu.length === (pdu[1] ?? 0) + 2 ? null : 'a read of another length';
  return Buffer.compare(pdu, asked.pdu.subarray(0, 5)) === 0 ? null : 'a write that does not come back as it went';
};

const replyShot = (device: RegisterDevice, requests: readonly Uint8Array[], dice: Dice): Shot => {
  const pdu = dice.oneOf(requests);
  const asked: Asked = { unit, pdu, tag: 9 };
  const [framing, heard] = heardAfter(requests, pdu, dice);
  const ended = dice.chance(0.5);
  const wants = wantsOf(device);
  const reply = hurtfulBytes([replyTo(dice.oneOf(requests), dice)], dice);
  const timing = { queuedMs: 0, sentAt: 0, endedAt: 0 };
  const take = async (): Promise<Verdict> => {
    framing.foreign(asked, heard);
    const found = framing.find(asked, heard, ended);
    const wrong = found === null ? null : wrongFound(asked, heard, found, framing === rtuFraming);
    if (wrong !== null) return wrong;
    const submit = (): Promise<{ ok: true; pdu: Uint8Array; timing: typeof timing }> =>
      Promise.resolve({ ok: true, pdu: reply, timing });
    const readings = await readAll(wants, { lines: new Map([[line, { submit }]]), lane: 'poll', trace: null });
    const values = wants.map((want) => readings.valueOf(want));
    const odd = values.find(
      (value) => value.ok && !(Number.isInteger(value.raw) && value.raw >= 0 && value.raw <= 0xffff),
    );
    return odd === undefined ? null : `a reading of ${JSON.stringify(odd)}`;
  };
  return { take, show: () => `${shown(pdu)} answered ${shown(heard)}; read as ${shown(reply)}` };
};

/** The definition itself, its writes, both framings, and what is read out of a reply; nothing of the line's machine. */
const coversOf = ({ model }: RegisterDevice): readonly string[] => [
  ...folder.filter(({ text }) => new RegExp(`^model: ${model}$`, 'm').test(text)).map(({ file }) => `devices/${file}`),
  ...['devices/write.ts', 'src/bus/mbap.ts', 'src/bus/rtu.ts', 'src/drivers/reads.ts'],
];

/** One target for each model that is described by registers: the replies of its units. */
export const modbusModels: readonly Target[] = models.map((device) => ({
  name: `modbus-${device.model}`,
  what: { zh: `${device.model} 的应答`, en: `replies of ${device.model}, on RTU and TCP` },
  ...{ covers: coversOf(device), goal: million },
  prepare: () => {
    const requests = requestsOf(device);
    return { shot: (dice) => replyShot(device, requests, dice) };
  },
}));

const settings = settingsOf(
  {
    ...{ id: line, speaks: 'modbus-rtu', echoes: false, adapterLatencyMs: 0, pollEveryMs: 1_000 },
    port: { kind: 'serial', path: '/dev/none', baud: 9_600, parity: 'none', stopBits: 1 },
  },
  { patienceMs: 2, lateGuardMs: bookDefaults.lateGuardMs },
);
/** Three exchanges with their repeats, longest replies and silences, and a line that is held off by babble meanwhile. */
const settledWithinMs = 20_000;

/** The line's whole machine, with a wire that answers each request with something else, in pieces, early or late. */
const lineShot = (requests: readonly Uint8Array[], dice: Dice): Shot => {
  const time = new VirtualTime();
  const said: string[] = [];
  const exchanges: readonly Exchange[] = Array.from({ length: 3 }, (_, index) => ({
    ...{ lane: dice.oneOf(['alarm', 'upkeep', 'read-back', 'poll'] as const), unit: unit + (index >> 1), trace: null },
    ...{ pdu: dice.oneOf(requests), turnaroundMs: 30 },
  }));
  const speak = (give: (bytes: Uint8Array) => void): void => {
    const [, heard] = heardAfter(requests, dice.oneOf(requests), dice);
    said.push(shown(heard.subarray(0, 300)));
    const cut = dice.whole(0, heard.length);
    const after = dice.oneOf([0, 1, 5, 40, 400]);
    if (cut > 0) time.after(after, () => give(heard.subarray(0, cut)));
    if (cut < heard.length) time.after(after + dice.oneOf([0, 1, 3, 30]), () => give(heard.subarray(cut)));
  };
  const take = async (): Promise<Verdict> => {
    const asynchronous = new AsyncLine(
      settings,
      (events) => {
        time.after(1, () => events.opened());
        return { write: () => speak(events.bytes), close: () => undefined };
      },
      { now: () => time.now(), at: (at, wake) => ({ cancel: time.at(at, wake) }) },
    );
    let [settled, wrong] = [0, null as Verdict];
    for (const exchange of exchanges) {
      void asynchronous.submit(exchange).then((reply) => {
        settled += 1;
        const write = (exchange.pdu[0] ?? 0) > 4;
        const same = reply.ok && Buffer.compare(reply.pdu, exchange.pdu.subarray(0, 5)) === 0;
        if (write && reply.ok && !same) wrong = 'a write was believed without its echo';
      });
    }
    await time.runUntil(settledWithinMs);
    await asynchronous.close();
    return settled === exchanges.length ? wrong : `${settled} of ${exchanges.length} exchanges have settled`;
  };
  return { take, show: () => said.join(' ') };
};

export const modbusLine: Target = {
  name: 'modbus-line',
  what: { zh: '一条线的整机收发', en: 'the whole machine of a line: pieces, late and foreign replies, babble' },
  ...{ covers: ['devices', 'src/bus/async-line.ts', 'src/bus/settings-of.ts'], goal: million },
  prepare: (): Aim => {
    const requests = models.flatMap(requestsOf);
    return { shot: (dice) => lineShot(requests, dice) };
  },
};
