#define _GNU_SOURCE
#include "manager.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define JOURNAL "/run/log/journal/system.log"
#define NOTES "/var/lib/systemd/units.log"
#define MOST_JOURNAL (1 << 20)
#define MOST_NOTES (1 << 16)
#define STOP_SECONDS 5
#define WORDS 128

struct service services[UNITS];
int service_count;

struct service *service_of(const char *name)
{
    for (int n = 0; n < service_count; n++)
        if (strcmp(services[n].name, name) == 0)
            return &services[n];
    if (service_count == UNITS)
        return NULL;
    struct service *s = &services[service_count++];
    memset(s, 0, sizeof *s);
    snprintf(s->name, sizeof s->name, "%s", name);
    s->client = s->output = -1;
    return s;
}

/* -- what is written down ----------------------------------------------------------------------------------------- */

void folders(const char *path, mode_t mode)
{
    char part[NAME];
    for (const char *end = strchr(path + 1, '/');; end = strchr(end + 1, '/')) {
        snprintf(part, sizeof part, "%.*s", end != NULL ? (int)(end - path) : (int)strlen(path), path);
        mkdir(part, mode);
        if (end == NULL)
            return;
    }
}

static void add(const char *path, mode_t mode, off_t most, const char *text)
{
    struct stat st;
    int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, mode);
    if (fd < 0)
        return;
    /* The journal is for the group adm too. */
    if (mode & 040 && fchown(fd, 0, 4) != 0)
        errno = 0;
    if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && (st.st_size < most || ftruncate(fd, 0) == 0))
        if (write(fd, text, strlen(text)) < 0)
            errno = 0;
    close(fd);
}

void journal(const char *tag, pid_t pid, const char *format, ...)
{
    char text[1024], line[2048], host[128] = "localhost", when[64];
    va_list more;
    va_start(more, format);
    vsnprintf(text, sizeof text, format, more);
    va_end(more);
    time_t now = time(NULL);
    gethostname(host, sizeof host - 1);
    strftime(when, sizeof when, "%Y-%m-%dT%H:%M:%S.000000+00:00", gmtime(&now));
    snprintf(line, sizeof line, "%s %s %s[%d]: %s\n", when, host, tag != NULL ? tag : "systemd", tag != NULL ? pid : 1, text);
    add(JOURNAL, 0640, MOST_JOURNAL, line);
}

void note(const char *event, const char *unit, uid_t uid, pid_t pid)
{
    static unsigned long number;
    char line[NAME + 128];
    snprintf(line, sizeof line, "%lu %s %s %u %d\n", ++number, event, unit, uid, pid);
    add(NOTES, 0600, MOST_NOTES, line);
}

void answer(struct service *s, const char *text)
{
    if (s->client < 0)
        return;
    send(s->client, text, strlen(text), MSG_NOSIGNAL | MSG_DONTWAIT);
    close(s->client);
    s->client = -1;
}

/* -- children ----------------------------------------------------------------------------------------------------- */

static int split(char *text, char **words, int most)
{
    int count = 0;
    char *out = text;
    while (*text && count < most - 1) {
        while (*text == ' ' || *text == '\t')
            text++;
        if (!*text)
            break;
        words[count++] = out;
        char quote = 0;
        for (; *text && (quote || (*text != ' ' && *text != '\t')); text++) {
            if (quote ? *text == quote : *text == '"' || *text == '\'')
                quote = quote ? 0 : *text;
            else if (*text == '\\' && text[1] && quote != '\'')
                *out++ = *++text;
            else if (*text == '%' && text[1] == '%')
                *out++ = *text++;
            else
                *out++ = *text;
        }
        if (*text)
            text++;
        *out++ = '\0';
    }
    words[count] = NULL;
    return count;
}

static void clean(int output)
{
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    setsid();
    if (chdir("/") != 0)
        _exit(200);
    int null = open("/dev/null", O_RDWR);
    dup2(null, 0);
    dup2(output >= 0 ? output : null, 1);
    dup2(output >= 0 ? output : null, 2);
    close_range(3, ~0U, 0);
    clearenv();
    setenv("LANG", "C.UTF-8", 1);
    setenv("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", 1);
    umask(022);
}

static void become(const char *user)
{
    struct passwd *p = getpwnam(user);
    if (p == NULL || initgroups(user, p->pw_gid) != 0 || setgid(p->pw_gid) != 0 || setuid(p->pw_uid) != 0)
        _exit(217);
    setenv("HOME", p->pw_dir, 1);
    setenv("USER", user, 1);
    setenv("LOGNAME", user, 1);
}

pid_t rest(const char *exe, const char *line, const char *user)
{
    pid_t pid = fork();
    if (pid != 0)
        return pid;
    char text[512], *words[WORDS], *left = text;
    int count = 0;
    snprintf(text, sizeof text, "%s", line);
    if (strstr(line, ": ") != NULL) /* a title that a program gave itself */
        words[count++] = text;
    else
        while (left != NULL && count < WORDS - 1)
            words[count++] = strsep(&left, " ");
    words[count] = NULL;
    clean(-1);
    if (strcmp(user, "root") != 0)
        become(user);
    execv(exe, words);
    _exit(203);
}

static void run(const struct unit *u, const char *command, int output)
{
    char text[LINE], variables[LINE], *words[WORDS];
    snprintf(text, sizeof text, "%s", command + strspn(command, "-@:+!"));
    snprintf(variables, sizeof variables, "%s", u->environment);
    clean(output);
    for (char *c = variables; *c; c++)
        if (*c == '\n')
            *c = ' ';
    int count = split(variables, words, WORDS);
    for (int n = 0; n < count; n++)
        if (strchr(words[n], '=') != NULL)
            putenv(words[n]);
    if (u->folder[0] && chdir(u->folder) != 0)
        _exit(200);
    if (u->user[0] && strcmp(u->user, "root") != 0)
        become(u->user);
    if (split(text, words, WORDS) > 0)
        execvp(words[0], words);
    _exit(203);
}

int service_start(struct service *s, const struct unit *u)
{
    int ends[2] = { -1, -1 };
    snprintf(s->description, sizeof s->description, "%s", u->description[0] ? u->description : s->name);
    s->stopping = s->again = 0;
    s->since = time(NULL);
    const char *dot = strrchr(s->name, '.');
    if (strcmp(dot, ".service") != 0) {
        s->state = ACTIVE;
        return 1;
    }
    if (!u->exec[0])
        return 0;
    s->forks = strcmp(u->type, "forking") == 0;
    s->waits_for_end = strcmp(u->type, "oneshot") == 0;
    int at_rest = s->line[0] && strcmp(u->exec, s->original) == 0;
    if (at_rest) {
        s->forks = s->waits_for_end = 0;
        s->pid = rest(s->exe, s->line, "root");
    } else {
        if (s->output >= 0)
            close(s->output);
        s->output = -1;
        if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0)
            return 0;
        fcntl(ends[1], F_SETFL, 0);
        s->pid = fork();
        if (s->pid == 0)
            run(u, u->exec, ends[1]);
        close(ends[1]);
        s->output = ends[0];
    }
    if (s->pid < 0) {
        s->pid = 0;
        return 0;
    }
    s->state = ACTIVE;
    journal(NULL, 1, s->waits_for_end ? "Starting %s - %s..." : "Started %s - %s.", s->name, s->description);
    return 1;
}

int service_signal(const struct service *s, int number)
{
    /* All that it started too, unless it left the group. */
    return kill(-s->pid, number) == 0 || kill(s->pid, number) == 0;
}

void service_stop(struct service *s)
{
    struct unit u;
    s->stopping = 1;
    s->late = time(NULL) + STOP_SECONDS;
    journal(NULL, 1, "Stopping %s - %s...", s->name, s->description);
    unit_load(s->name, &u);
    if (u.stop[0] && fork() == 0)
        run(&u, u.stop, -1);
    service_signal(s, SIGTERM);
    service_signal(s, SIGCONT);
}

/* -- their end ---------------------------------------------------------------------------------------------------- */

/* The process that a forking service left behind: the newest one that this one has as its parent now. */
static pid_t left_behind(pid_t after)
{
    pid_t found = 0;
    DIR *all = opendir("/proc");
    for (struct dirent *e; all != NULL && (e = readdir(all)) != NULL;) {
        char path[64], text[512];
        int pid = atoi(e->d_name), parent = 0, known = 0;
        if (pid <= after)
            continue;
        snprintf(path, sizeof path, "/proc/%d/stat", pid);
        int fd = open(path, O_RDONLY | O_CLOEXEC);
        ssize_t size = fd >= 0 ? read(fd, text, sizeof text - 1) : -1;
        if (fd >= 0)
            close(fd);
        text[size > 0 ? size : 0] = '\0';
        char *end = strrchr(text, ')');
        if (end == NULL || sscanf(end + 1, " %*c %d", &parent) != 1 || parent != 1)
            continue;
        for (int n = 0; n < service_count; n++)
            known |= services[n].pid == pid;
        if (!known && pid > found)
            found = pid;
    }
    if (all != NULL)
        closedir(all);
    return found;
}

static void told_end(struct service *s, int status, int clean_end)
{
    if (WIFSIGNALED(status) && !s->stopping && !clean_end)
        journal(NULL, 1, "%s: Main process exited, code=killed, status=%d/%s", s->name, WTERMSIG(status),
                sigabbrev_np(WTERMSIG(status)) != NULL ? sigabbrev_np(WTERMSIG(status)) : "?");
    if (WIFEXITED(status) && WEXITSTATUS(status) != 0)
        journal(NULL, 1, "%s: Main process exited, code=exited, status=%d/%s", s->name, WEXITSTATUS(status),
                WEXITSTATUS(status) == 203 ? "EXEC" : WEXITSTATUS(status) == 217 ? "USER" : "FAILURE");
    if (s->state == FAILED)
        journal(NULL, 1, "%s: Failed with result '%s'.", s->name, WIFSIGNALED(status) ? "signal" : "exit-code");
    else
        journal(NULL, 1, "%s: Deactivated successfully.", s->name);
    if (s->stopping)
        journal(NULL, 1, "Stopped %s - %s.", s->name, s->description);
    else if (s->waits_for_end && s->state != FAILED)
        journal(NULL, 1, "Finished %s - %s.", s->name, s->description);
}

void service_ended(pid_t pid, int status)
{
    struct service *s = NULL;
    struct unit u;
    for (int n = 0; n < service_count; n++)
        if (services[n].pid == pid)
            s = &services[n];
    if (s == NULL)
        return;
    if (s->forks && !s->stopping && WIFEXITED(status) && WEXITSTATUS(status) == 0) {
        s->forks = 0;
        s->pid = left_behind(pid);
        if (s->pid > 0)
            return;
    }
    int by = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    int clean_end = (WIFEXITED(status) && WEXITSTATUS(status) == 0) || by == SIGTERM || by == SIGHUP || by == SIGINT || by == SIGPIPE;
    unit_load(s->name, &u);
    s->pid = 0;
    s->status = status;
    s->state = s->stopping || clean_end ? (u.remain && !s->stopping && !by ? EXITED : INACTIVE) : FAILED;
    s->since = time(NULL);
    told_end(s, status, clean_end);
    if (!s->stopping)
        note("dead", s->name, 0, pid);
    if (s->again && u.loaded == LOADED) {
        answer(s, service_start(s, &u) ? "ok" : "failed");
        return;
    }
    answer(s, s->state == FAILED ? "failed" : "ok");
}
