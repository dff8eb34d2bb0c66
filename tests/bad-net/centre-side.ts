/**
 * The far end of the bad line: a practice centre behind a TLS server. Its one argument is the task as JSON. Prints `ready`
 * with the port, then once a second what it holds; `right` on its input puts the right key in.
 */
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { createServer, type TLSSocket } from 'node:tls';
import { createCentre } from '../../emulator/centre/centre.ts';

export interface CentreTask {
  readonly dir: string;
  readonly address: string;
  readonly boxKey: string;
  /** Files of certificate and key; the wrong ones are shown first where they are given. */
  readonly right: string;
  readonly wrong: string | null;
}

/** What the centre holds now. */
export interface Held {
  readonly receipts: number;
  /** Numbers among them; fewer when one was stored twice. */
  readonly different: number;
  readonly remarks: readonly string[];
  readonly links: number;
}

const { dir, address, boxKey, right, wrong } = JSON.parse(process.argv[2] ?? '') as CentreTask;
const pair = (name: string) => ({ key: readFileSync(`${name}.key`), cert: readFileSync(`${name}.crt`) });
const centre = await createCentre({ port: 0, dir, area: '500112199', boxes: [{ id: 'bench', publicKey: boxKey }] });
const inner = Number(new URL(centre.url).port);

/** How often each number was stored; the centre itself shows only its newest receipts. */
const stored = new Map<number, number>();
centre.onReceipt(({ receipt }) => stored.set(receipt.number, (stored.get(receipt.number) ?? 0) + 1));

let links = 0;
const carry = (outside: TLSSocket): void => {
  links += 1;
  const inside = connect({ port: inner, host: '127.0.0.1', noDelay: true });
  for (const [from, to] of [
    [outside, inside],
    [inside, outside],
  ] as const) {
    from.pipe(to);
    from.on('error', () => to.destroy());
    from.on('close', () => to.destroy());
  }
};
const server = createServer(pair(wrong ?? right), carry);
server.on('tlsClientError', () => undefined);
server.listen(0, address, () => {
  const at = server.address();
  process.stdout.write(`ready ${typeof at === 'object' && at !== null ? at.port : 0}\n`);
});
createInterface({ input: process.stdin })
  .on('line', (line) => {
    if (line === 'right') server.setSecureContext(pair(right));
    if (line === 'keys') process.stdout.write(`${JSON.stringify(centre.keys)}\n`);
    if (line !== 'held') return;
    const held: Held = {
      receipts: [...stored.values()].reduce((sum, times) => sum + times, 0),
      different: stored.size,
      remarks: centre.remarks().map(({ code, detail }) => `${code} ${detail}`.slice(0, 100)),
      links,
    };
    process.stdout.write(`${JSON.stringify(held)}\n`);
  })
  .on('close', () => process.exit(0));
