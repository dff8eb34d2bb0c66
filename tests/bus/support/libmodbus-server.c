/* A Modbus RTU server of libmodbus for the tests: libmodbus-server TTY BAUD PARITY UNIT. Holding register n holds 3 n. */
#include <errno.h>
#include <modbus/modbus.h>
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv) {
  if (argc != 5) return 2;
  modbus_t *bus = modbus_new_rtu(argv[1], atoi(argv[2]), argv[3][0], 8, 1);
  modbus_mapping_t *map = modbus_mapping_new(100, 100, 100, 100);
  uint8_t request[MODBUS_RTU_MAX_ADU_LENGTH];
  if (bus == NULL || map == NULL) return 1;
  for (int n = 0; n < 100; n++) map->tab_registers[n] = 3 * n;
  modbus_set_slave(bus, atoi(argv[4]));
  if (modbus_connect(bus) != 0) return 1;
  puts("ready");
  fflush(stdout);
  for (;;) {
    int length = modbus_receive(bus, request);
    if (length > 0) modbus_reply(bus, request, length, map);
    else if (length < 0 && errno == EIO) return 0;
  }
}
