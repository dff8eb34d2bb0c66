/* A libmodbus client: reads, writes and broadcasts on the line given by its path; prints what it saw, one line each. */
#include <errno.h>
#include <modbus/modbus.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static int fail(const char *what) {
  printf("%s: %s\n", what, modbus_strerror(errno));
  return 1;
}

int main(int count, char **arguments) {
  uint8_t bits[8];
  uint16_t words[17];
  modbus_t *line;
  if (count != 2) return 2;
  line = modbus_new_rtu(arguments[1], 9600, 'N', 8, 1);
  if (line == NULL || modbus_connect(line) != 0) return fail("connect");
  modbus_set_response_timeout(line, 2, 0);

  modbus_set_slave(line, 1); /* the library's own name */
  if (modbus_write_register(line, 0x10, 150) != 1) return fail("hold");
  if (modbus_read_input_registers(line, 0, 4, words) != 4) return fail("inputs");
  printf("status %d current %d\n", words[0], words[1]);
  if (modbus_write_register(line, 0x10, 301) == -1) printf("too long: %s\n", modbus_strerror(errno));
  if (modbus_read_bits(line, 0, 8, bits) == -1) printf("coils: %s\n", modbus_strerror(errno));

  memset(words, 0, sizeof words);
  words[0] = 100;          /* hold 10 s */
  words[2] = 1 << 4;       /* group bit 20 */
  modbus_set_slave(line, 0); /* the library's own name */
  modbus_set_response_timeout(line, 0, 50000);
  modbus_write_registers(line, 0x1000, 17, words); /* it waits for a reply that a broadcast never has */
  usleep(200000);
  modbus_flush(line);
  modbus_set_response_timeout(line, 2, 0);
  for (int unit = 1; unit <= 3; unit++) {
    modbus_set_slave(line, unit); /* the library's own name */
    if (modbus_read_input_registers(line, 3, 1, words) != 1) return fail("remaining");
    printf("unit %d %s\n", unit, words[0] > 0 ? "sounds" : "is silent");
  }
  modbus_close(line);
  modbus_free(line);
  return 0;
}
