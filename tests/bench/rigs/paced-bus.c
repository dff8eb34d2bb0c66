/*
 * A Modbus RTU segment on a pseudo terminal, paced as the wire would pace it, with units 1 to N on it.
 *
 *   paced-bus BAUD [--units N] [--dead 3,7-9] [--turnaround US] [--strict] [--sirens]
 *
 * A character is 10 bits (8N1). A unit knows a frame by 3.5 characters of silence (1.75 ms above 19200 baud), answers when
 * silence or its turnaround is over, and its bytes arrive one by one. A strict unit drops a frame that began too early.
 * With --sirens the units follow the project's own siren profile (docs/reference/devices.md, mingluo-siren) as far as a
 * box needs it: hold, group map, current, remaining hold and supply; unit N has group bit N - 1.
 * Prints the terminal's path, then obeys lines on its input: `report` prints one line of JSON and begins to count anew,
 * `frames` prints "NS HEX" for each request since the last report (NS: CLOCK_MONOTONIC of its first byte) and an empty
 * line, `dead LIST` makes other units dead. Ends with its input. Runs ahead of everything else where it may (SCHED_FIFO):
 * a wire is not put aside because a machine is busy. Where there are several processors it keeps the last one for itself.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

typedef int64_t ns;

enum { MOST_UNITS = 247, REGISTERS = 256, LONGEST = 300, MOST_REPLIES = 200000, MOST_FRAMES = 65536 };

static ns character, silence, turnaround;
/* What this program may notice late is not held against the client. */
static const ns tolerance = 150000;
static int units = MOST_UNITS, strict;
static uint8_t dead[256], coils[256][REGISTERS];
static uint16_t registers[256][REGISTERS];
static int sirens;
static ns hold_until[256];

static struct {
  long requests, replies, broadcasts, damaged, early, dropped, collisions;
  ns first, last, needed, siren_from, siren_on[256];
  int gaps;
} seen;
static float gap_us[MOST_REPLIES];
static struct { ns at; uint8_t length, bytes[40]; } frames[MOST_FRAMES];
static int frame_count;

static uint8_t request[LONGEST], reply[LONGEST];
static int request_length, frame_length, reply_length, reply_sent;
static ns request_began, request_end, reply_from, line_quiet_from;
static int quiet_after_reply;

static ns now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static unsigned crc_of(const uint8_t *bytes, int count) {
  unsigned crc = 0xffff;
  for (int i = 0; i < count; i++) {
    crc ^= bytes[i];
    for (int bit = 0; bit < 8; bit++) crc = crc & 1 ? crc >> 1 ^ 0xa001 : crc >> 1;
  }
  return crc;
}

static void set_dead(char *list) {
  memset(dead, 0, sizeof dead);
  for (char *part = strtok(list, ", \n"); part; part = strtok(NULL, ", \n")) {
    int from, to, n = sscanf(part, "%d-%d", &from, &to);
    if (n < 1) continue;
    if (n < 2) to = from;
    for (int unit = from; unit <= to && unit < 256; unit++)
      if (unit >= 0) dead[unit] = 1;
  }
}

static void forget(void) {
  memset(&seen, 0, sizeof seen);
  memset(coils, 0, sizeof coils);
  frame_count = 0;
  quiet_after_reply = 0;
}

static void energise(int unit, ns at) {
  if (!seen.siren_on[unit]) seen.siren_on[unit] = at;
}

static int writes(int function) {
  return function == 5 || function == 6 || function == 15 || function == 16;
}

static int remaining(int unit, ns at) {
  return hold_until[unit] > at ? (hold_until[unit] - at + 99999999) / 100000000 : 0;
}

/* An input register of a siren. */
static uint16_t siren_input(int unit, int address, ns at) {
  int left = remaining(unit, at);
  switch (address) {
    case 0: return left > 0;
    case 1: return left > 0 ? 420 : 0;
    case 2: return left > 0 ? 1100 : 300;
    case 3: return left;
    case 4: return 1;
    case 5: return 2400;
  }
  return 0;
}

static void siren_write(int unit, ns at) {
  int address = request[2] << 8 | request[3], bit = unit - 1;
  if (request[1] == 6 && address == 0x10) hold_until[unit] = at + (request[4] << 8 | request[5]) * 100000000LL;
  if (request[1] == 16 && address == 0x1000 && frame_length >= 7 + 34) {
    const uint8_t *word = request + 9 + 2 * (bit / 16);
    if ((word[0] << 8 | word[1]) >> bit % 16 & 1) hold_until[unit] = at + (request[7] << 8 | request[8]) * 100000000LL;
  }
}

/* Applies the request to one unit; the length of its reply without CRC. */
static int apply(int unit, ns at, uint8_t *out) {
  int function = request[1], address = request[2] << 8 | request[3], count = request[4] << 8 | request[5];
  out[0] = unit, out[1] = function;
  if (sirens) siren_write(unit, at);
  switch (function) {
    case 1:
    case 2:
      if (count > 2000) break;
      out[2] = (count + 7) / 8;
      memset(out + 3, 0, out[2]);
      for (int i = 0; i < count; i++)
        if (coils[unit][(address + i) % REGISTERS]) out[3 + i / 8] |= 1 << i % 8;
      return 3 + out[2];
    case 3:
    case 4:
      if (count > 125) break;
      out[2] = 2 * count;
      for (int i = 0; i < count; i++) {
        uint16_t word = sirens && function == 4 ? siren_input(unit, address + i, at) : registers[unit][(address + i) % REGISTERS];
        out[3 + 2 * i] = word >> 8, out[4 + 2 * i] = word;
      }
      return 3 + out[2];
    case 5:
      coils[unit][address % REGISTERS] = count != 0;
      if (count) energise(unit, at);
      memcpy(out + 2, request + 2, 4);
      return 6;
    case 6:
      registers[unit][address % REGISTERS] = count;
      if (count) energise(unit, at);
      memcpy(out + 2, request + 2, 4);
      return 6;
    case 15:
    case 16:
      if (function == 16)
        for (int i = 0; i < count && 8 + 2 * i < frame_length; i++)
          registers[unit][(address + i) % REGISTERS] = request[7 + 2 * i] << 8 | request[8 + 2 * i];
      energise(unit, at);
      memcpy(out + 2, request + 2, 4);
      return 6;
  }
  out[1] = function | 0x80, out[2] = 1;
  return 3;
}

/* The frame is over: 3.5 characters of silence followed its last stop bit at `end`. */
static void take_frame(ns end) {
  int length = request_length, unit = request[0];
  uint8_t ignored[LONGEST];
  frame_length = length;
  request_length = 0;
  seen.requests++;
  if (frame_count < MOST_FRAMES) {
    frames[frame_count].at = request_began;
    frames[frame_count].length = length < 40 ? length : 40;
    memcpy(frames[frame_count].bytes, request, length < 40 ? length : 40);
    frame_count++;
  }
  line_quiet_from = end;
  quiet_after_reply = 0;
  seen.last = end + silence;
  if (length < 4 || crc_of(request, length - 2) != (unsigned)(request[length - 2] | request[length - 1] << 8)) {
    seen.damaged++;
    return;
  }
  if (writes(request[1]) && !seen.siren_from) seen.siren_from = request_began;
  seen.needed += length * character + silence;
  if (unit == 0) {
    seen.broadcasts++;
    for (int each = 1; each <= units; each++)
      if (!dead[each]) apply(each, end + silence, ignored);
    return;
  }
  if (unit > units || dead[unit]) return;
  ns wait = turnaround > silence ? turnaround : silence;
  reply_length = apply(unit, end + silence, reply);
  unsigned crc = crc_of(reply, reply_length);
  reply[reply_length++] = crc, reply[reply_length++] = crc >> 8;
  reply_sent = 0;
  reply_from = end + wait;
  line_quiet_from = reply_from + reply_length * character;
  quiet_after_reply = 1;
  seen.replies++;
  seen.needed += wait + reply_length * character;
  seen.last = line_quiet_from + silence;
}

/* Bytes of the client. Its first byte tells how well it kept the silence. */
static void take_bytes(const uint8_t *bytes, int count, ns at) {
  /* The silence has passed though this program was late to see it. */
  if (request_length && reply_sent >= reply_length && at >= request_end + silence - tolerance) take_frame(request_end);
  if (request_length == 0) {
    if (!seen.first) seen.first = at;
    if (line_quiet_from) {
      int too_early = at < line_quiet_from + silence - tolerance;
      if (at < line_quiet_from) seen.collisions++;
      seen.early += too_early;
      if (quiet_after_reply && seen.gaps < MOST_REPLIES) gap_us[seen.gaps++] = (at - line_quiet_from) / 1e3;
      if (too_early && strict) {
        seen.dropped++;
        line_quiet_from = at + count * character;
        quiet_after_reply = 0;
        return;
      }
    }
    request_began = at;
    request_end = at > line_quiet_from ? at : line_quiet_from;
  }
  if (at > request_end) request_end = at;
  request_end += count * character;
  if (request_length + count <= LONGEST) memcpy(request + request_length, bytes, count), request_length += count;
}

static int by_size(const void *a, const void *b) {
  float x = *(const float *)a, y = *(const float *)b;
  return (x > y) - (x < y);
}

static double share(double part) {
  return seen.gaps ? gap_us[(int)(part * (seen.gaps - 1))] : 0;
}

static void report(void) {
  qsort(gap_us, seen.gaps, sizeof gap_us[0], by_size);
  ns last_on = 0;
  int on = 0;
  for (int unit = 1; unit < 256; unit++)
    if (seen.siren_on[unit]) on++, last_on = seen.siren_on[unit] > last_on ? seen.siren_on[unit] : last_on;
  printf("{\"requests\":%ld,\"replies\":%ld,\"broadcasts\":%ld,\"damaged\":%ld,\"early\":%ld,\"dropped\":%ld,"
         "\"collisions\":%ld,\"neededUs\":%.1f,\"elapsedUs\":%.1f,\"silenceUs\":%.1f,\"gapP50Us\":%.1f,\"gapP90Us\":%.1f,"
         "\"gapP99Us\":%.1f,\"sirensOn\":%d,\"lastOnUs\":%.1f}\n",
         seen.requests, seen.replies, seen.broadcasts, seen.damaged, seen.early, seen.dropped, seen.collisions,
         seen.needed / 1e3, (seen.last - seen.first) / 1e3, silence / 1e3, share(.5), share(.9), share(.99), on,
         on ? (last_on - seen.siren_from) / 1e3 : 0);
  forget();
}

static void tell_frames(void) {
  for (int i = 0; i < frame_count; i++) {
    printf("%lld ", (long long)frames[i].at);
    for (int j = 0; j < frames[i].length; j++) printf("%02x", frames[i].bytes[j]);
    putchar('\n');
  }
  putchar('\n');
  frame_count = 0;
}

static int obey(void) {
  static char text[4096];
  static int length;
  int count = read(0, text + length, sizeof text - 1 - length);
  if (count <= 0) return 0;
  length += count, text[length] = 0;
  for (char *end; (end = strchr(text, '\n'));) {
    *end = 0;
    if (!strcmp(text, "report")) report();
    else if (!strcmp(text, "frames")) tell_frames();
    else if (!strncmp(text, "dead", 4)) set_dead(text + 4);
    fflush(stdout);
    length -= end + 1 - text;
    memmove(text, end + 1, length + 1);
  }
  return 1;
}

static ns next_due(void) {
  if (reply_sent < reply_length) return reply_from + (reply_sent + 1) * character;
  return request_length ? request_end + silence : 0;
}

static void send_due(int port, ns at) {
  int due = reply_sent;
  while (due < reply_length && reply_from + (due + 1) * character <= at) due++;
  if (due == reply_sent) return;
  int count = write(port, reply + reply_sent, due - reply_sent);
  if (count > 0) reply_sent += count;
}

static void turn(int port) {
  const ns margin = 100000;
  for (;;) {
    struct pollfd ports[2] = {{port, POLLIN, 0}, {0, POLLIN, 0}};
    ns due = next_due(), left = due ? due - now() - margin : 0;
    if (!due) ppoll(ports, 2, NULL, NULL);
    else if (left > 0) ppoll(ports, 2, &(struct timespec){left / 1000000000LL, left % 1000000000LL}, NULL);
    if (ports[1].revents && !obey()) return;
    uint8_t bytes[LONGEST];
    int count = read(port, bytes, sizeof bytes);
    if (count > 0) take_bytes(bytes, count, now());
    ns at = now();
    if (reply_sent < reply_length) send_due(port, at);
    else if (request_length && at >= request_end + silence) take_frame(request_end);
  }
}

int main(int argc, char **argv) {
  int port, client;
  char path[128];
  struct termios raw;
  if (argc < 2 || atoi(argv[1]) <= 0) return 2;
  double baud = atoi(argv[1]);
  character = 10e9 / baud;
  silence = baud > 19200 ? 1750000 : character * 7 / 2;
  for (int i = 2; i < argc; i++) {
    char *value = i + 1 < argc ? argv[i + 1] : "";
    if (!strcmp(argv[i], "--strict")) strict = 1;
    else if (!strcmp(argv[i], "--units")) units = atoi(value), i++;
    else if (!strcmp(argv[i], "--dead")) set_dead(value), i++;
    else if (!strcmp(argv[i], "--turnaround")) turnaround = atoll(value) * 1000, i++;
    else if (!strcmp(argv[i], "--sirens")) sirens = 1;
    else return 2;
  }
  if (units < 1 || units > MOST_UNITS || openpty(&port, &client, path, NULL, NULL)) return 1;
  tcgetattr(client, &raw);
  cfmakeraw(&raw);
  tcsetattr(client, TCSANOW, &raw);
  fcntl(port, F_SETFL, O_NONBLOCK);
  prctl(PR_SET_TIMERSLACK, 1000UL, 0, 0, 0);
  cpu_set_t last;
  CPU_ZERO(&last);
  CPU_SET(sysconf(_SC_NPROCESSORS_ONLN) - 1, &last);
  if (sysconf(_SC_NPROCESSORS_ONLN) > 1) sched_setaffinity(0, sizeof last, &last);
  sched_setscheduler(0, SCHED_FIFO, &(struct sched_param){.sched_priority = 40});
  for (int unit = 0; unit < 256; unit++)
    for (int i = 0; i < REGISTERS; i++) registers[unit][i] = unit * 256 + i;
  printf("%s\n", path);
  fflush(stdout);
  turn(port);
  return 0;
}
