/* The first process of the machine: it starts the services, takes in what loses its parent, and does as systemctl says. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "daemon.h"
#include "manager.h"

/*
 * What runs from the start, a process a line, fields with tabs between them; it is gone once it was read:
 *   since <seconds since 1970>        when the machine started
 *   made <seconds since 1970>         the time of the programs
 *   file <path>                       a program that is there
 *   run <number> <user> <unit or -> <program> <how it shows>
 */
#define TABLE "/run/systemd/boot"
#define MOST_NUMBER 4000

static time_t boot, made;

static void install(const char *path)
{
    struct timespec times[2] = { { .tv_sec = made }, { .tv_sec = made } };
    char folder[NAME];
    unsigned seed = 5381;
    snprintf(folder, sizeof folder, "%s", path);
    char *end = strrchr(folder, '/');
    if (end == NULL || end == folder || access(path, F_OK) == 0)
        return;
    *end = '\0';
    folders(folder, 0755);
    if (!copy_file(SELF, path, 0755))
        return;
    for (const char *c = path; *c; c++)
        seed = seed * 33 + (unsigned char)*c;
    if (truncate(path, 65536 + seed % 400000 * 8) == 0 && made)
        utimensat(AT_FDCWD, path, times, 0);
}

/* Use up numbers of processes until the next one is the wanted one. */
static void count_to(pid_t wanted)
{
    static pid_t last = 1;
    while (last < wanted - 1 && last < MOST_NUMBER) {
        pid_t pid = vfork();
        if (pid == 0)
            _exit(0);
        if (pid < 0)
            return;
        last = pid;
        waitpid(pid, NULL, 0);
    }
    if (last < wanted)
        last = wanted;
}

static void start_one(char *text)
{
    char *field[5], *rest_of = text;
    for (int n = 0; n < 5; n++)
        if ((field[n] = strsep(&rest_of, n < 4 ? "\t" : "\n")) == NULL)
            return;
    const char *user = field[1], *unit = field[2], *exe = field[3], *line = field[4];
    install(exe);
    count_to(atoi(field[0]));
    const char *program = access(exe, X_OK) == 0 ? exe : SELF;
    struct service *s = strcmp(unit, "-") != 0 ? service_of(unit) : NULL;
    struct stat own, there;
    if (stat(SELF, &own) != 0 || stat(exe, &there) != 0 || there.st_mtim.tv_sec != made)
        program = SELF; /* the program itself is installed, and is not started */
    pid_t pid = rest(program, line, user);
    if (s == NULL)
        return;
    struct unit u;
    unit_load(unit, &u);
    s->pid = pid;
    s->state = ACTIVE;
    s->since = boot ? boot + pid / 80 : time(NULL);
    snprintf(s->description, sizeof s->description, "%s", u.description[0] ? u.description : s->name);
    snprintf(s->line, sizeof s->line, "%s", line);
    snprintf(s->exe, sizeof s->exe, "%s", program);
    snprintf(s->original, sizeof s->original, "%s", u.exec);
}

static void start_all(void)
{
    char line[LINE];
    FILE *table = fopen(TABLE, "re");
    if (table == NULL)
        return;
    unlink(TABLE);
    while (fgets(line, sizeof line, table) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        char *value = strchr(line, '\t');
        if (value == NULL)
            continue;
        *value++ = '\0';
        if (strcmp(line, "since") == 0) boot = atoll(value);
        else if (strcmp(line, "made") == 0) made = atoll(value);
        else if (strcmp(line, "file") == 0) install(value);
        else if (strcmp(line, "run") == 0) start_one(value);
    }
    fclose(table);
}

/* -- what systemctl asks ------------------------------------------------------------------------------------------ */

static const char *const STATES[] = { "inactive", "active", "active", "failed" };
static const char *const SUBSTATES[] = { "dead", "running", "exited", "failed" };

static void say(int client, const char *text)
{
    send(client, text, strlen(text), MSG_NOSIGNAL | MSG_DONTWAIT);
    close(client);
}

static void list(int client)
{
    static char text[UNITS * (NAME + 64)];
    size_t size = 0;
    for (int n = 0; n < service_count; n++) {
        struct service *s = &services[n];
        size += snprintf(text + size, sizeof text - size, "%s %s %s %d %lld %d\n", s->name, STATES[s->state],
                         SUBSTATES[s->state], s->pid, (long long)s->since, s->status);
    }
    text[size] = '\0';
    say(client, size > 0 ? text : "\n");
}

static void act(int client, uid_t uid, const char *verb, const char *name, int number)
{
    struct unit u;
    char event[32];
    unit_load(name, &u);
    struct service *s = u.loaded != NOT_FOUND ? service_of(name) : NULL;
    int runs = s != NULL && s->pid > 0;
    if (s == NULL) {
        for (int n = 0; n < service_count && s == NULL; n++)
            s = strcmp(services[n].name, name) == 0 && services[n].state == ACTIVE ? &services[n] : NULL;
        if (s == NULL) { say(client, "missing"); return; }
        runs = s->pid > 0;
    }
    if (uid != 0) {
        snprintf(event, sizeof event, "refused-%.20s", verb);
        note(event, name, uid, s->pid);
        say(client, "denied");
        return;
    }
    if (strcmp(verb, "kill") == 0) {
        say(client, runs && service_signal(s, number) ? "ok" : "missing");
        return;
    }
    int stops = strcmp(verb, "stop") == 0;
    if (!stops && u.loaded == MASKED) { say(client, "masked"); return; }
    if (s->client >= 0) { say(client, "busy"); return; }
    if (strcmp(verb, "try-restart") == 0 && !runs) { say(client, "ok"); return; }
    if (strcmp(verb, "start") != 0 || s->state != ACTIVE)
        note(stops ? "stop" : runs ? "restart" : "start", name, uid, s->pid);
    if (runs && strcmp(verb, "start") != 0) {
        s->client = client;
        s->again = !stops;
        service_stop(s);
    } else if (stops) {
        s->state = INACTIVE;
        say(client, "ok");
    } else if (s->state == ACTIVE) {
        say(client, "ok");
    } else if (!service_start(s, &u)) {
        say(client, "failed");
    } else if (s->waits_for_end) {
        s->client = client;
    } else {
        say(client, "ok");
    }
}

static void request(int listener)
{
    char text[NAME * 2] = "", *words[3] = { "", "", "" };
    struct ucred who;
    socklen_t size = sizeof who;
    struct timeval patience = { .tv_usec = 200000 };
    int client = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
    if (client < 0)
        return;
    setsockopt(client, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    if (getsockopt(client, SOL_SOCKET, SO_PEERCRED, &who, &size) != 0 || recv(client, text, sizeof text - 1, 0) <= 0) {
        close(client);
        return;
    }
    char *rest_of = text;
    for (int n = 0; n < 3 && rest_of != NULL; n++)
        words[n] = strsep(&rest_of, " ");
    char name[NAME];
    if (strcmp(words[0], "list") == 0) {
        list(client);
    } else if (!unit_name(words[1], name)) {
        say(client, "missing");
    } else if (strcmp(words[0], "note") == 0) {
        char event[64];
        snprintf(event, sizeof event, "%s%.32s", who.uid != 0 ? "refused-" : "", words[2]);
        note(event, name, who.uid, 0);
        say(client, "ok");
    } else {
        act(client, who.uid, words[0], name, atoi(words[2]));
    }
}

/* -- the loop ----------------------------------------------------------------------------------------------------- */

static void reap(void)
{
    int status;
    for (pid_t pid; (pid = waitpid(-1, &status, WNOHANG)) > 0;)
        service_ended(pid, status);
}

static void heard(struct service *s)
{
    char text[1000], *rest_of = text, tag[64], *line;
    ssize_t size = read(s->output, text, sizeof text - 1);
    if (size < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (size <= 0) {
        close(s->output);
        s->output = -1;
        return;
    }
    text[size] = '\0';
    snprintf(tag, sizeof tag, "%.*s", (int)(strrchr(s->name, '.') - s->name), s->name);
    while ((line = strsep(&rest_of, "\n")) != NULL)
        if (*line)
            journal(tag, s->pid, "%s", line);
}

static int control(void)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX, .sun_path = SOCKET };
    int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
    unlink(SOCKET);
    if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof address) != 0 || listen(fd, 64) != 0)
        return -1;
    chmod(SOCKET, 0666);
    return fd;
}

static void loop(int signals, int listener)
{
    struct signalfd_siginfo info;
    for (;;) {
        struct pollfd fds[UNITS + 2] = { { .fd = signals, .events = POLLIN }, { .fd = listener, .events = POLLIN } };
        int waiting = 0, count = service_count;
        time_t now = time(NULL);
        for (int n = 0; n < count; n++) {
            struct service *s = &services[n];
            fds[n + 2] = (struct pollfd){ .fd = s->output, .events = POLLIN };
            waiting |= s->stopping && s->pid > 0;
            if (s->stopping && s->pid > 0 && now > s->late)
                service_signal(s, SIGKILL);
        }
        if (poll(fds, count + 2, waiting ? 1000 : -1) < 0)
            continue;
        for (int n = 0; n < count; n++)
            if (fds[n + 2].revents)
                heard(&services[n]);
        if (fds[0].revents && read(signals, &info, sizeof info) > 0)
            reap();
        if (fds[1].revents & POLLIN)
            request(listener);
    }
}

int main(int argc, char **argv)
{
    if (getpid() != 1)
        return daemon_main(argc, argv);
    sigset_t all;
    prctl(PR_SET_NAME, "systemd");
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, NULL);
    int null = open("/dev/null", O_RDWR);
    for (int n = 0; n < 3; n++)
        dup2(null, n);
    if (null > 2)
        close(null);
    umask(022);
    folders("/run/systemd/system", 0755);
    folders("/run/log/journal", 0755);
    folders("/var/lib/systemd", 0755);
    unlink("/run/log/journal/system.log");
    sigset_t child;
    sigemptyset(&child);
    sigaddset(&child, SIGCHLD);
    int signals = signalfd(-1, &child, SFD_CLOEXEC | SFD_NONBLOCK), listener = control();
    start_all();
    reap();
    loop(signals, listener);
}
