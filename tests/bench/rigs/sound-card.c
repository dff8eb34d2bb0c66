/*
 * The other end of a sound card that writes down what it plays: reads 16-bit samples from a named pipe and tells when some
 * of them were loud.
 *
 *   sound-card PIPE
 *
 * Makes the pipe, prints "ready", then obeys lines on its input: `loud` prints "NS COUNT" for each stretch that came with
 * loud samples since the last time (NS: CLOCK_MONOTONIC when it came, COUNT: its samples from the first loud one to the last)
 * and an empty line. Ends with its input.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { MOST_STRETCHES = 65536, MOST_BYTES = 65536, LOUD = 1000 };

static struct { int64_t at; int count; } stretches[MOST_STRETCHES];
static int stretch_count, held;
static uint8_t bytes[MOST_BYTES];

static int64_t now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000000000LL + t.tv_nsec;
}

/* A sample may be cut in two where a player was killed: the odd byte waits for the next stretch. */
static void take(int pipe) {
  ssize_t got = read(pipe, bytes + held, sizeof bytes - held);
  if (got <= 0) return;
  int64_t at = now();
  int all = held + (int)got, from = -1, count = 0;
  for (int i = 0; i + 1 < all; i += 2) {
    int16_t sample = (int16_t)(bytes[i] | bytes[i + 1] << 8);
    if (sample < LOUD && sample > -LOUD) continue;
    if (from < 0) from = i;
    count = (i - from) / 2 + 1;
  }
  held = all % 2;
  if (held) bytes[0] = bytes[all - 1];
  if (count && stretch_count < MOST_STRETCHES) {
    stretches[stretch_count].at = at;
    stretches[stretch_count++].count = count;
  }
}

static void tell(void) {
  for (int i = 0; i < stretch_count; i++) printf("%lld %d\n", (long long)stretches[i].at, stretches[i].count);
  printf("\n");
  fflush(stdout);
  stretch_count = 0;
}

int main(int argc, char **argv) {
  if (argc < 2 || mkfifo(argv[1], 0600)) return perror("sound-card"), 1;
  prctl(PR_SET_TIMERSLACK, 1);
  /* For both: without a writer of its own it would end with the first player. */
  int pipe = open(argv[1], O_RDWR | O_NONBLOCK);
  if (pipe < 0) return perror(argv[1]), 1;
  printf("ready\n");
  fflush(stdout);
  for (;;) {
    struct pollfd ways[2] = {{pipe, POLLIN, 0}, {0, POLLIN, 0}};
    if (poll(ways, 2, -1) < 0) return 1;
    if (ways[0].revents & POLLIN) take(pipe);
    if (ways[1].revents) {
      char line[64];
      ssize_t got = read(0, line, sizeof line - 1);
      if (got <= 0) return 0;
      line[got] = 0;
      if (strstr(line, "loud")) tell();
    }
  }
}
