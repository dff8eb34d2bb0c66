import WebSocket from 'ws';

/** Orders as the centre writes them to a link. */
const isOrder = (data: unknown): boolean => typeof data === 'string' && data.startsWith('{"type":"order"');

let leftAt: bigint | null = null;
let isWatched = false;

/**
 * Watches the sockets of this process, in which the practice centre runs: an order leaves it when its bytes are handed to
 * the link. What the centre does before (it signs, and its own disk must have the order first) is not the box's time.
 */
const watch = (): void => {
  if (isWatched) return;
  isWatched = true;
  const send = Object.getOwnPropertyDescriptor(WebSocket.prototype, 'send')?.value as WebSocket['send'];
  WebSocket.prototype.send = function (this: WebSocket, ...given: Parameters<WebSocket['send']>): void {
    if (isOrder(given[0])) leftAt = process.hrtime.bigint();
    send.apply(this, given);
  } as WebSocket['send'];
};

/** Does what sends an order, and tells when the order left (CLOCK_MONOTONIC, ns); null when it did not. */
export const leaving = async <T>(
  issue: () => Promise<T>,
): Promise<{ readonly result: T; readonly at: bigint | null }> => {
  watch();
  leftAt = null;
  const result = await issue();
  return { result, at: leftAt };
};
