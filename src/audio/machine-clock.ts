/**
 * How far the machine's monotonic clock is ahead of this process's own, ms. Processes agree by it; by the wall clock they do
 * not, once that has been set between the start of the one and of the other.
 */
export const machineAheadMs = (): number => Number(process.hrtime.bigint()) / 1e6 - performance.now();
