/*
 * Modbus RTU units on a pseudo terminal whose bytes take the time of a real wire. Written for the tests of the bus room,
 * with frame code of its own.
 *
 *   paced-unit BAUD TURNAROUND_US UNITS     prints the tty's path, serves units 1..UNITS (function 3, registers count up)
 *
 * When its input closes it prints: requests, replies, frames that began before 3.5 characters of silence,
 * requests with a wrong CRC, the line time that the exchanges need at least,
 * and the time from the first request to the last reply, both in microseconds.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

static int64_t now_us(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static unsigned crc_of(const uint8_t *bytes, int count) {
  unsigned crc = 0xffff;
  for (int i = 0; i < count; i++) {
    crc ^= bytes[i];
    for (int bit = 0; bit < 8; bit++) crc = crc & 1 ? crc >> 1 ^ 0xa001 : crc >> 1;
  }
  return crc;
}

static void wait_until(int64_t at) {
  int64_t left;
  while ((left = at - now_us()) > 0) {
    if (left < 150) continue;
    struct timespec pause = {left / 1000000, (left - 120) % 1000000 * 1000};
    nanosleep(&pause, NULL);
  }
}

int main(int argc, char **argv) {
  if (argc != 4) return 2;
  double character = 10e6 / atoi(argv[1]);
  int64_t turnaround = atoi(argv[2]), silence = atoi(argv[1]) > 19200 ? 1750 : (int64_t)(3.5 * character);
  int units = atoi(argv[3]), unit_side, line_side;
  char name[128];
  struct termios raw;
  if (turnaround < silence) turnaround = silence;
  if (openpty(&unit_side, &line_side, name, NULL, NULL)) return 1;
  tcgetattr(line_side, &raw);
  cfmakeraw(&raw);
  tcsetattr(line_side, TCSANOW, &raw);
  prctl(PR_SET_TIMERSLACK, 1000UL, 0, 0, 0);
  printf("%s\n", name);
  fflush(stdout);

  long requests = 0, replies = 0, early = 0, wrong = 0;
  int64_t first = 0, last = 0, quiet_since = 0;
  double needed = 0;
  uint8_t in[512], out[300];
  int have = 0;
  for (;;) {
    struct pollfd ports[2] = {{unit_side, POLLIN, 0}, {0, POLLIN, 0}};
    poll(ports, 2, -1);
    if (ports[1].revents) {
      if (read(0, out, sizeof out) <= 0) break;
    }
    if (!(ports[0].revents & POLLIN)) continue;
    int64_t at = now_us();
    int count = read(unit_side, in + have, sizeof in - have);
    if (count <= 0) continue;
    if (have == 0) {
      if (!first) first = at;
      if (quiet_since && at < quiet_since + silence) early++;
    }
    have += count;
    if (have < 8) continue;
    have = 0;
    requests++;
    int64_t end = at + (int64_t)(8 * character);
    quiet_since = end;
    if (crc_of(in, 6) != (unsigned)(in[6] | in[7] << 8)) {
      wrong++;
      continue;
    }
    if (in[0] < 1 || in[0] > units || in[1] != 3) continue;
    int words = in[4] << 8 | in[5], length = 3 + 2 * words;
    if (words > 125) continue;
    out[0] = in[0], out[1] = 3, out[2] = 2 * words;
    for (int i = 0; i < words; i++) out[3 + 2 * i] = in[0], out[4 + 2 * i] = in[3] + i;
    unsigned crc = crc_of(out, length);
    out[length++] = crc & 0xff, out[length++] = crc >> 8;
    wait_until(end + turnaround + (int64_t)(length * character));
    /* Taken before the write: when this program is held up behind it, the other side must not look too early. */
    last = quiet_since = now_us();
    if (write(unit_side, out, length) != length) break;
    replies++;
    needed += (8 + length) * character + turnaround + silence;
  }
  printf("{\"requests\":%ld,\"replies\":%ld,\"early\":%ld,\"wrong\":%ld,\"neededUs\":%.0f,\"elapsedUs\":%lld}\n", requests,
         replies, early, wrong, needed, (long long)(last + silence - first));
  return 0;
}
