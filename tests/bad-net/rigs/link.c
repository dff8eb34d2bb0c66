/*
 * A slow, lossy, far or broken line between two network namespaces: link NAMESPACE-A ADDRESS-A NAMESPACE-B ADDRESS-B.
 * Each side gets a tun device with its address (/24); every packet passes through this program. Commands on standard
 * input, one a line: `loss P` (0 to 1), `rate BITS` (a second, 0: any), `delay MS` (one way), `cut 0|1` (nothing passes,
 * nobody is told). Says `ready` once both devices are up. Ends with its input.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <poll.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define PACKET 2048
#define WAITING 64 /* packets a side: what a modem holds before it drops */

struct packet {
  int length;
  int64_t due;
  uint8_t bytes[PACKET];
};

struct way {
  int from, to;
  int64_t free_at; /* when the wire has sent what is before */
  int first, count;
  struct packet waiting[WAITING];
};

static double loss;
static int64_t rate, delay_us;
static int cut;

static void fail(const char *what) {
  perror(what);
  exit(2);
}

static int64_t now_us(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static void enter(const char *name_space) {
  char path[256];
  snprintf(path, sizeof path, "/var/run/netns/%s", name_space);
  int fd = open(path, O_RDONLY);
  if (fd < 0 || setns(fd, CLONE_NEWNET) != 0) fail(path);
  close(fd);
}

static void set(int s, unsigned long what, struct ifreq *request, const char *name) {
  strncpy(request->ifr_name, "far", IFNAMSIZ);
  if (ioctl(s, what, request) != 0) fail(name);
}

static int side(const char *name_space, const char *address) {
  enter(name_space);
  int fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK);
  if (fd < 0) fail("/dev/net/tun");
  struct ifreq request = {0};
  request.ifr_flags = IFF_TUN | IFF_NO_PI;
  set(fd, TUNSETIFF, &request, "tun");
  int s = socket(AF_INET, SOCK_DGRAM, 0);
  struct sockaddr_in in = {.sin_family = AF_INET};
  inet_pton(AF_INET, address, &in.sin_addr);
  memset(&request, 0, sizeof request);
  memcpy(&request.ifr_addr, &in, sizeof in);
  set(s, SIOCSIFADDR, &request, "address");
  inet_pton(AF_INET, "255.255.255.0", &in.sin_addr);
  memset(&request, 0, sizeof request);
  memcpy(&request.ifr_netmask, &in, sizeof in);
  set(s, SIOCSIFNETMASK, &request, "mask");
  memset(&request, 0, sizeof request);
  request.ifr_flags = IFF_UP | IFF_RUNNING;
  set(s, SIOCSIFFLAGS, &request, "up");
  close(s);
  return fd;
}

static void take(struct way *w) {
  static uint8_t spare[PACKET];
  for (;;) {
    struct packet *p = &w->waiting[(w->first + w->count) % WAITING];
    int full = w->count == WAITING;
    int length = (int)read(w->from, full ? spare : p->bytes, PACKET);
    if (length <= 0) return;
    if (full || cut || drand48() < loss) continue;
    int64_t now = now_us();
    if (w->free_at < now) w->free_at = now;
    if (rate > 0) w->free_at += (int64_t)length * 8 * 1000000 / rate;
    p->length = length;
    p->due = w->free_at + delay_us;
    w->count++;
  }
}

static void give(struct way *w) {
  while (w->count > 0 && w->waiting[w->first].due <= now_us()) {
    struct packet *p = &w->waiting[w->first];
    if (!cut && write(w->to, p->bytes, p->length) < 0 && now_us() < 0) fail("write");
    w->first = (w->first + 1) % WAITING;
    w->count--;
  }
}

static void obey(const char *line) {
  char word[16];
  double value;
  if (sscanf(line, "%15s %lf", word, &value) != 2) return;
  if (strcmp(word, "loss") == 0) loss = value;
  if (strcmp(word, "rate") == 0) rate = (int64_t)value;
  if (strcmp(word, "delay") == 0) delay_us = (int64_t)(value * 1000);
  if (strcmp(word, "cut") == 0) cut = value != 0;
}

int main(int argc, char **argv) {
  if (argc != 5) return 2;
  static struct way there, back;
  there.from = back.to = side(argv[1], argv[2]);
  there.to = back.from = side(argv[3], argv[4]);
  srand48(7);
  printf("ready\n");
  fflush(stdout);
  struct pollfd fds[3] = {{.fd = there.from, .events = POLLIN}, {.fd = back.from, .events = POLLIN}, {.fd = 0, .events = POLLIN}};
  for (;;) {
    poll(fds, 3, there.count + back.count > 0 ? 1 : 1000);
    take(&there);
    take(&back);
    give(&there);
    give(&back);
    if (fds[2].revents != 0) {
      static char text[256];
      int n = (int)read(0, text, sizeof text - 1);
      if (n <= 0) return 0;
      text[n] = 0;
      for (char *line = strtok(text, "\n"); line != NULL; line = strtok(NULL, "\n")) obey(line);
    }
  }
}
