import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

export interface HttpSeatLimits {
  readonly connections: number;
  readonly perAddress: number;
  /** An answer that is not taken for so long gives its place no right any more. */
  readonly answerMs: number;
}

interface Seat {
  readonly socket: Socket;
  readonly address: string;
  /** Requests that are complete and not yet answered, with the time they came. */
  readonly asked: Map<ServerResponse, { readonly request: IncomingMessage; readonly at: number }>;
  isLive: boolean;
}

const countsOf = (seats: Iterable<Seat>): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>();
  for (const { address } of seats) counts.set(address, (counts.get(address) ?? 0) + 1);
  return counts;
};

/**
 * Few connections in all and from one address. A newcomer gets in: the oldest one that the page is not answering makes
 * room, of the address that holds the most. So slow headers, slow bodies and a storm of connections show out their own kind,
 * and one address cannot keep the others out. With nobody to show out, the newcomer is shut at once.
 *
 * @param now milliseconds of a clock that only goes forward
 */
export const boundConnections = (server: Server, limits: HttpSeatLimits, now: () => number): void => {
  // In the order of arrival.
  const seats = new Map<Socket, Seat>();
  const isAnswered = ({ asked, isLive }: Seat): boolean =>
    isLive || [...asked.values()].some(({ request, at }) => request.complete && now() - at < limits.answerMs);
  const showOut = (among: readonly Seat[]): boolean => {
    const counts = countsOf(among);
    const idle = among.filter((seat) => !isAnswered(seat));
    const most = Math.max(...idle.map(({ address }) => counts.get(address) ?? 0));
    const gone = idle.find(({ address }) => counts.get(address) === most);
    if (gone === undefined) return false;
    seats.delete(gone.socket);
    gone.socket.destroy();
    return true;
  };
  const hasRoom = (address: string): boolean => {
    const own = [...seats.values()].filter((seat) => seat.address === address);
    if (own.length >= limits.perAddress && !showOut(own)) return false;
    return seats.size < limits.connections || showOut([...seats.values()]);
  };
  server.on('connection', (socket: Socket) => {
    const address = socket.remoteAddress ?? '';
    if (!hasRoom(address)) {
      socket.destroy();
      return;
    }
    seats.set(socket, { socket, address, asked: new Map(), isLive: false });
    socket.once('close', () => seats.delete(socket));
  });
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const seat = seats.get(request.socket);
    seat?.asked.set(response, { request, at: now() });
    response.once('close', () => seat?.asked.delete(response));
  });
  server.on('upgrade', (request: IncomingMessage) => {
    const seat = seats.get(request.socket);
    // The live hub has its own bounds for those.
    if (seat !== undefined) seat.isLive = true;
  });
};
