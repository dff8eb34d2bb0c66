import type { Socket } from 'node:net';
import type { RtuLine } from './rtu-line.ts';

const headLength = 7;

const answerFrame = (transaction: number, unit: number, pdu: Uint8Array): Uint8Array => {
  const frame = Buffer.alloc(headLength + pdu.length);
  frame.writeUInt16BE(transaction, 0);
  frame.writeUInt16BE(pdu.length + 1, 4);
  frame.writeUInt8(unit, 6);
  frame.set(pdu, headLength);
  return frame;
};

/** Serves Modbus TCP on a connection with the units of a line. A head that is no Modbus head closes the connection. */
export const serveModbusTcp = (line: RtuLine, socket: Socket): (() => void) => {
  let pending = Buffer.alloc(0);
  socket.on('data', (chunk: Buffer) => {
    pending = Buffer.concat([pending, chunk]);
    while (pending.length >= headLength) {
      const length = pending.readUInt16BE(4);
      if (pending.readUInt16BE(2) !== 0 || length < 2 || length > 254) {
        socket.destroy();
        return;
      }
      if (pending.length < 6 + length) return;
      const transaction = pending.readUInt16BE(0);
      const unit = pending.readUInt8(6);
      const pdu = Uint8Array.from(pending.subarray(headLength, 6 + length));
      pending = pending.subarray(6 + length);
      line.exchange(unit, pdu, (reply) => {
        if (reply !== null && !socket.destroyed) socket.write(answerFrame(transaction, unit, reply));
      });
    }
  });
  return () => undefined;
};
