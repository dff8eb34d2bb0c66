import { requestLength, testCrc, testFrame, TestUnits } from './frames.ts';

/** The far side of a test line: cuts requests out of bytes, checks their CRC, and answers for its units. */
export class TestServer extends TestUnits {
  readonly requests: Uint8Array[] = [];
  /** Bytes that were no request. */
  wrong = 0;
  /** What to send instead of the right reply; null: the right one. */
  script: (request: Uint8Array) => Uint8Array | null = () => null;
  private pending = new Uint8Array(0);

  constructor(units: readonly number[], reply: (bytes: Uint8Array) => void) {
    super(units);
    this.reply = reply;
  }

  reply: (bytes: Uint8Array) => void;

  take(bytes: Uint8Array): void {
    this.pending = Uint8Array.from([...this.pending, ...bytes]);
    for (let length = requestLength(this.pending); length > 0; length = requestLength(this.pending)) {
      const request = this.pending.slice(0, length);
      this.pending = this.pending.slice(length);
      const [low, high] = testCrc([...request.subarray(0, -2)]);
      if (request.at(-2) === low && request.at(-1) === high) this.request(request);
      else this.wrong += 1;
    }
  }

  private request(request: Uint8Array): void {
    this.requests.push(request);
    const [unit = 0] = request;
    const pdu = request.slice(1, -2);
    const scripted = this.script(request);
    if (scripted !== null) this.reply(scripted);
    else if (unit === 0) for (const each of this.alive) this.answer(each, pdu);
    else if (this.alive.has(unit)) this.reply(testFrame(unit, ...this.answer(unit, pdu)));
  }
}
