/**
 * `node first-exchanges.mjs PATH`: opens a line there, waits until it has rehearsed, and then lets V8 print which of its
 * quick programs it throws away while the first real exchanges go over the wire.
 */
import { setFlagsFromString } from 'node:v8';
import { create } from '../../bench/plugins/bus-driver.mjs';

const rounds = 20;

const line = await create({ path: process.argv[2], baud: 115_200, turnaroundMs: 5000 });
setFlagsFromString('--trace-deopt');
for (let round = 0; round < rounds; round += 1) {
  await line.read(1, 0, 10);
  await line.writeCoil(1, 0, true);
}
setFlagsFromString('--no-trace-deopt');
await line.close();
