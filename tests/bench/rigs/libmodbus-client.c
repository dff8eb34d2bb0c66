/*
 * The peer: libmodbus keeping the silence of 3.5 characters itself.
 *
 *   libmodbus-client PATH BAUD read|coil COUNT UNITS
 *
 * Prints one line of JSON: exchanges, failures, and processor time for each, in microseconds.
 */
#include <modbus.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <time.h>

static double clock_us(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1e6 + t.tv_nsec / 1e3;
}

static double used_us(void) {
  struct rusage used;
  getrusage(RUSAGE_SELF, &used);
  return (used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1e6 + used.ru_utime.tv_usec + used.ru_stime.tv_usec;
}

int main(int argc, char **argv) {
  if (argc != 6) return 2;
  int baud = atoi(argv[2]), reads = !strcmp(argv[3], "read"), count = atoi(argv[4]), units = atoi(argv[5]), failed = 0;
  double silence = baud > 19200 ? 1750 : 35e6 / baud;
  uint16_t words[16];
  prctl(PR_SET_TIMERSLACK, 1000UL, 0, 0, 0);
  modbus_t *line = modbus_new_rtu(argv[1], baud, 'N', 8, 1);
  if (!line || modbus_connect(line)) return 1;
  double before = used_us();
  for (int i = 0; i < count; i++) {
    modbus_set_slave(line, 1 + i % units);
    int got = reads ? modbus_read_registers(line, 0, 10, words) : modbus_write_bit(line, 0, 1);
    failed += got < 0;
    double until = clock_us() + silence;
    for (double left; (left = until - clock_us()) > 0;) nanosleep(&(struct timespec){0, (long)(left * 1000)}, NULL);
  }
  printf("{\"exchanges\":%d,\"failed\":%d,\"cpuUs\":%.1f}\n", count, failed, (used_us() - before) / count);
  modbus_close(line);
  return 0;
}
