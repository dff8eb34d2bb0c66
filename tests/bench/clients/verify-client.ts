/** What one Ed25519 verification of 1 KB costs a process that has done nothing for 20 ms. Prints the median in µs. */
import { generateKeyPairSync, sign, verify } from 'node:crypto';

const { publicKey, privateKey } = generateKeyPairSync('ed25519');
const message = Buffer.alloc(1024, 'x');
const signature = sign(null, message, privateKey);
const count = Number(process.argv[2] ?? 60);
const took: number[] = [];
for (let n = 0; n < count; n += 1) {
  await new Promise((resolve) => setTimeout(resolve, 20));
  const from = process.hrtime.bigint();
  verify(null, message, publicKey, signature);
  took.push(Number(process.hrtime.bigint() - from) / 1000);
}
took.sort((a, b) => a - b);
process.stdout.write(`${took[took.length >> 1] ?? 0}\n`);
