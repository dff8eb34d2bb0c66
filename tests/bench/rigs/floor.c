/*
 * The floor under a trigger: a program that waits on a TCP connection and writes one frame to a line for each message.
 *
 *   floor PORT PATH
 */
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

int main(int argc, char **argv) {
  if (argc != 3) return 2;
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(atoi(argv[1])), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  int link = socket(AF_INET, SOCK_STREAM, 0), line = open(argv[2], O_RDWR | O_NOCTTY), on = 1;
  setsockopt(link, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (line < 0 || connect(link, (struct sockaddr *)&to, sizeof to)) return 1;
  static const uint8_t frame[8] = {0x00, 0x05, 0x00, 0x00, 0xff, 0x00, 0x8d, 0xeb};
  char message[4096];
  while (recv(link, message, sizeof message, 0) > 0)
    if (write(line, frame, sizeof frame) != sizeof frame) return 1;
  return 0;
}
