/* A service at rest: it has a name, some memory and its port, and waits until it is told to end. */
#define _GNU_SOURCE
#include "daemon.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

static const struct { const char *name; int port; const char *greeting; } PORTS[] = {
    { "sshd", 22, "SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u5\r\n" },
    { "smbd", 445, "" },
    { "nginx", 80, "" },
    { "postgres", 5432, "" },
};
/* What is mapped so that the service has the size of one; the page cache has these files anyway. */
static const char *const MAPPED[] = { "libcrypto.so.3", "libc.so.6", "libgnutls.so.30" };

static void short_name(const char *line, char *out, size_t size)
{
    size_t end = strcspn(line, " :");
    const char *start = line;
    for (const char *c = line; c < line + end; c++)
        if (*c == '/')
            start = c + 1;
    snprintf(out, size, "%.*s", (int)(line + end - start), start);
}

static void grow(unsigned seed)
{
    char path[128];
    for (size_t n = 0; n < sizeof MAPPED / sizeof *MAPPED; n++) {
        snprintf(path, sizeof path, "%s/%s", LIBRARIES, MAPPED[n]);
        int fd = open(path, O_RDONLY | O_CLOEXEC);
        if (fd < 0)
            continue;
        off_t size = lseek(fd, 0, SEEK_END);
        if (size > 0)
            mmap(NULL, n == 0 ? size - (seed % 97) * 20480 : size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, fd, 0);
        close(fd);
    }
    mmap(NULL, (4 + seed % 61) << 20, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
}

static int listening(int port)
{
    int one = 1, zero = 0, fd = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in6 both = { .sin6_family = AF_INET6, .sin6_port = htons(port), .sin6_addr = in6addr_any };
    struct sockaddr_in v4 = { .sin_family = AF_INET, .sin_port = htons(port) };
    if (fd >= 0) {
        setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
        setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &zero, sizeof zero);
        if (bind(fd, (struct sockaddr *)&both, sizeof both) == 0 && listen(fd, 128) == 0)
            return fd;
        close(fd);
    }
    fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (bind(fd, (struct sockaddr *)&v4, sizeof v4) == 0 && listen(fd, 128) == 0)
        return fd;
    close(fd);
    return -1;
}

static void serve(int fd, const char *greeting)
{
    for (;;) {
        int one = accept4(fd, NULL, NULL, SOCK_CLOEXEC);
        if (one < 0) {
            poll(NULL, 0, 200);
            continue;
        }
        send(one, greeting, strlen(greeting), MSG_NOSIGNAL);
        shutdown(one, SHUT_WR);
        struct pollfd until = { .fd = one, .events = POLLIN };
        poll(&until, 1, 200);
        close(one);
    }
}

int daemon_main(int argc, char **argv)
{
    char name[16] = "";
    unsigned seed = 5381;
    if (getppid() != 1) {
        /* Called by hand. With an option it is asked about itself or its settings, and has nothing to say. */
        if (argc > 1)
            return 0;
        short_name(argv[0], name, sizeof name);
        if (geteuid() != 0) {
            fprintf(stderr, "%s: must be run as root\n", name);
            return 1;
        }
        if (daemon(0, 0) != 0)
            return 1;
    }
    short_name(argv[0], name, sizeof name);
    prctl(PR_SET_NAME, name);
    for (const char *c = name; *c; c++)
        seed = seed * 33 + (unsigned char)*c;
    signal(SIGHUP, SIG_IGN);
    signal(SIGPIPE, SIG_IGN);
    signal(SIGUSR1, SIG_IGN);
    signal(SIGUSR2, SIG_IGN);
    grow(seed);
    for (size_t n = 0; n < sizeof PORTS / sizeof *PORTS; n++)
        if (strcmp(PORTS[n].name, name) == 0) {
            int fd = listening(PORTS[n].port);
            if (fd >= 0)
                serve(fd, PORTS[n].greeting);
        }
    for (;;)
        pause();
}
