import modbus from 'modbus-serial';
import type { SyncPort } from './sync-port.ts';

type Client = InstanceType<typeof modbus.default>;

/** What modbus-serial made of a reply; `none` when it has no parser for the function. */
type Verdict =
  { readonly kind: 'none' } | { readonly kind: 'error' } | { readonly kind: 'read'; readonly data: Uint8Array | null };

const word = (bytes: Uint8Array, at: number): number => ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);

/** Register writes whose byte count fits: modbus-serial builds exactly this PDU from its words. */
const wordsOf = (pdu: Uint8Array): number[] | null => {
  const count = word(pdu, 3);
  if (pdu.length < 8 || pdu[5] !== 2 * count || pdu.length !== 6 + 2 * count) return null;
  return Array.from({ length: count }, (_, at) => word(pdu, 6 + 2 * at));
};

/**
 * modbus-serial as this line uses it: it builds the request frame and parses the reply, over our synchronous port. It
 * gets no timeout, so it keeps no timers, and one transaction at a time, so nothing piles up in it. Its `writeCoil`
 * turns every value into FF00, which a relay board takes for minutes: all but reads and register writes go the way of
 * its custom function, which sends the PDU as it is.
 */
export class ModbusClient {
  private readonly client: Client;
  private readonly port: SyncPort;
  private verdict: Verdict = { kind: 'none' };

  constructor(port: SyncPort) {
    this.port = port;
    this.client = new modbus.default(port);
    this.client.open();
  }

  /** Builds the frame and lets the port write it. `frame` is what must come out. */
  send(unit: number, pdu: Uint8Array, frame: Uint8Array): void {
    const { client } = this;
    this.port.expect(frame);
    this.verdict = { kind: 'none' };
    const code = pdu[0] ?? 0;
    const [address, count] = [word(pdu, 1), word(pdu, 3)];
    const next = (error: Error | null, result?: object): void => {
      const data = result !== undefined && 'buffer' in result ? result.buffer : null;
      this.verdict =
        error === null ? { kind: 'read', data: data instanceof Uint8Array ? data : null } : { kind: 'error' };
    };
    const words = code === 16 ? wordsOf(pdu) : null;
    if (words !== null) client.writeFC16(unit, address, words, next);
    else if (pdu.length !== 5) client.writeCustomFC(unit, code, [...pdu.subarray(1)], next);
    else if (code === 1) client.writeFC1(unit, address, count, next);
    else if (code === 2) client.writeFC2(unit, address, count, next);
    else if (code === 3) client.writeFC3(unit, address, count, next);
    else if (code === 4) client.writeFC4(unit, address, count, next);
    else if (code === 6) client.writeFC6(unit, address, count, next);
    else client.writeCustomFC(unit, code, [...pdu.subarray(1)], next);
  }

  /** The reply PDU by modbus-serial's own reading of the frame; null when it finds fault with it. */
  parse(frame: Uint8Array): Uint8Array | null {
    this.port.deliver(frame);
    const { verdict } = this;
    if (verdict.kind === 'error') return null;
    const pdu = frame.slice(1, frame.length - 2);
    if (verdict.kind === 'none' || verdict.data === null || (pdu[0] ?? 0) > 4) return pdu;
    return Uint8Array.of(pdu[0] ?? 0, verdict.data.length, ...verdict.data);
  }
}
