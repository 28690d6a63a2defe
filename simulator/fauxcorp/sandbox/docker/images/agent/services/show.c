#define _GNU_SOURCE
#include "ask.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#define MOST 512

static char held[65536];

const char *ask(const char *verb, const char *name, const char *more)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX, .sun_path = SOCKET };
    char text[NAME * 2];
    int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
    if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof address) != 0)
        return NULL;
    int size = snprintf(text, sizeof text, "%s %s %s", verb, name, more);
    ssize_t got = send(fd, text, size, MSG_NOSIGNAL) == size ? recv(fd, held, sizeof held - 1, 0) : -1;
    close(fd);
    if (got <= 0)
        return NULL;
    held[got] = '\0';
    return held;
}

static const char *next(const char *text, struct run *r)
{
    long long since;
    memset(r, 0, sizeof *r);
    if (text == NULL || sscanf(text, "%255s %15s %15s %d %lld %d", r->name, r->state, r->sub, &r->pid, &since, &r->status) != 6)
        return NULL;
    r->since = since;
    const char *end = strchr(text, '\n');
    return end != NULL ? end + 1 : text + strlen(text);
}

struct run run_of(const char *name)
{
    struct run r;
    for (const char *text = ask("list", "-", "-"); (text = next(text, &r)) != NULL;)
        if (strcmp(r.name, name) == 0)
            return r;
    memset(&r, 0, sizeof r);
    snprintf(r.name, sizeof r.name, "%s", name);
    strcpy(r.state, "inactive");
    strcpy(r.sub, "dead");
    return r;
}

void resolve(const char *given, char *out, struct unit *u)
{
    if (!unit_name(given, out)) {
        snprintf(out, NAME, "%.200s", given);
        memset(u, 0, sizeof *u);
        return;
    }
    unit_load(out, u);
    if (u->loaded == NOT_FOUND && strcmp(out, "ssh.service") == 0) {
        unit_load("sshd.service", u);
        if (u->loaded != NOT_FOUND)
            strcpy(out, "sshd.service");
    }
}

static int is_type(const char *name, const char *type)
{
    const char *dot = strrchr(name, '.');
    return !type[0] || (dot != NULL && strcmp(dot + 1, type) == 0);
}

static int by_name(const void *a, const void *b) { return strcmp(*(char *const *)a, *(char *const *)b); }

/* The names of all units that have a file, sorted; each once. */
static int unit_files(char **names)
{
    static const char *const folders[] = { OWN, "/run/systemd/system", VENDOR };
    char name[NAME];
    int count = 0;
    for (int n = 0; n < 3; n++) {
        DIR *folder = opendir(folders[n]);
        for (struct dirent *e; folder != NULL && (e = readdir(folder)) != NULL && count < MOST;) {
            int known = !unit_name(e->d_name, name) || strcmp(name, e->d_name) != 0;
            for (int k = 0; k < count && !known; k++)
                known = strcmp(names[k], e->d_name) == 0;
            if (!known)
                names[count++] = strdup(e->d_name);
        }
        if (folder != NULL)
            closedir(folder);
    }
    qsort(names, count, sizeof *names, by_name);
    return count;
}

int list_units(const char *type, int every, int failed, int legend)
{
    static struct run found[MOST];
    char *names[MOST];
    int count = unit_files(names), shown = 0, width = 4;
    for (int n = 0; n < count; n++) {
        found[n] = run_of(names[n]);
        int active = strcmp(found[n].state, "active") == 0, bad = strcmp(found[n].state, "failed") == 0;
        if (!is_type(names[n], type) || !(failed ? bad : every || active || bad))
            continue;
        if (shown != n)
            found[shown] = found[n];
        if ((int)strlen(names[n]) > width)
            width = strlen(names[n]);
        shown++;
    }
    if (legend)
        printf("  %-*s LOAD   ACTIVE   SUB     DESCRIPTION\n", width, "UNIT");
    for (int n = 0; n < shown; n++) {
        struct unit u;
        unit_load(found[n].name, &u);
        printf("%s %-*s %-6s %-8s %-7s %s\n", strcmp(found[n].state, "failed") == 0 ? "●" : " ", width, found[n].name,
               u.loaded == MASKED ? "masked" : "loaded", found[n].state, found[n].sub,
               u.description[0] ? u.description : found[n].name);
    }
    if (!legend)
        return 0;
    if (shown > 0)
        puts("\nLOAD   = Reflects whether the unit definition was properly loaded.\n"
             "ACTIVE = The high-level unit activation state, i.e. generalization of SUB.\n"
             "SUB    = The low-level unit activation state, values depend on unit type.");
    printf("%d loaded units listed.%s\n", shown, every || failed ? "" : " Pass --all to see loaded but inactive units, too.");
    if (!failed)
        puts("To show all installed unit files use 'systemctl list-unit-files'.");
    return 0;
}

int list_unit_files(const char *type, int legend)
{
    char *names[MOST];
    int count = unit_files(names), width = 9, shown = 0;
    for (int n = 0; n < count; n++)
        if (is_type(names[n], type) && (int)strlen(names[n]) > width)
            width = strlen(names[n]);
    if (legend)
        printf("%-*s %-15s PRESET\n", width, "UNIT FILE", "STATE");
    for (int n = 0; n < count; n++) {
        struct unit u;
        if (!is_type(names[n], type))
            continue;
        unit_load(names[n], &u);
        printf("%-*s %-15s enabled\n", width, names[n], unit_enabled(names[n], &u));
        shown++;
    }
    if (legend)
        printf("\n%d unit files listed.\n", shown);
    return 0;
}

static void ago(long long seconds, char *out, size_t size)
{
    static const struct { const char *name; long long size; int spaced; } units[] = {
        { "month", 2629800, 1 }, { "week", 604800, 1 }, { "day", 86400, 1 }, { "h", 3600, 0 }, { "min", 60, 0 }, { "s", 1, 0 },
    };
    size_t have = 0;
    int parts = 0;
    out[0] = '\0';
    for (size_t n = 0; n < 6 && parts < 2; n++) {
        long long k = seconds / units[n].size;
        if (k > 0) {
            have += snprintf(out + have, size - have, units[n].spaced ? "%s%lld %s%s" : "%s%lld%s%s", parts ? " " : "", k,
                             units[n].name, units[n].spaced && k > 1 ? "s" : "");
            seconds -= k * units[n].size;
        }
        parts += parts > 0 || k > 0;
    }
    snprintf(out + have, size - have, have ? " ago" : "0s ago");
}

static void process(const struct run *r)
{
    char path[64], text[4096];
    snprintf(path, sizeof path, "/proc/%d/cmdline", r->pid);
    FILE *file = fopen(path, "re");
    size_t size = file != NULL ? fread(text, 1, sizeof text - 1, file) : 0;
    if (file != NULL)
        fclose(file);
    while (size > 0 && text[size - 1] == '\0')
        size--;
    for (size_t n = 0; n < size; n++)
        text[n] = text[n] ? text[n] : ' ';
    text[size] = '\0';
    const char *quote = strstr(text, ": ") != NULL ? "\"" : "";
    char comm[32] = "";
    snprintf(path, sizeof path, "/proc/%d/comm", r->pid);
    if ((file = fopen(path, "re")) != NULL) {
        if (fgets(comm, sizeof comm, file) != NULL)
            comm[strcspn(comm, "\n")] = '\0';
        fclose(file);
    }
    printf("   Main PID: %d (%s)\n      Tasks: %d (limit: 4646)\n     Memory: %d.%dM\n        CPU: %d.%03ds\n", r->pid, comm,
           1 + r->pid % 4, 3 + r->pid % 29, r->pid % 10, 1 + r->pid % 50, r->pid * 7 % 1000);
    printf("     CGroup: /system.slice/%s\n             └─%d %s%s%s\n", r->name, r->pid, quote, text, quote);
}

int status(const char *name, const struct unit *u)
{
    struct run r = run_of(name);
    int active = strcmp(r.state, "active") == 0;
    if (u->loaded == NOT_FOUND && !active) {
        fprintf(stderr, "Unit %s could not be found.\n", name);
        return 4;
    }
    printf("%s %s - %s\n", active ? "●" : strcmp(r.state, "failed") == 0 ? "×" : "○", name,
           u->description[0] ? u->description : name);
    if (u->loaded == MASKED)
        printf("     Loaded: masked (Reason: Unit %s is masked.)\n", name);
    else
        printf("     Loaded: loaded (%s; %s; preset: enabled)\n", u->path, unit_enabled(name, u));
    printf("     Active: %s (%s)", r.state, strcmp(r.sub, "failed") == 0 ? (WIFSIGNALED(r.status) ? "Result: signal" : "Result: exit-code") : r.sub);
    if (r.since > 0) {
        char when[64], since[64];
        strftime(when, sizeof when, "%a %Y-%m-%d %H:%M:%S %Z", localtime(&r.since));
        ago((long long)time(NULL) - r.since, since, sizeof since);
        printf(" since %s; %s", when, since);
    }
    putchar('\n');
    if (r.pid > 0 && active)
        process(&r);
    fflush(stdout);
    char tag[NAME + 32];
    snprintf(tag, sizeof tag, "%s", name);
    pid_t child = fork();
    if (child == 0) {
        execl("/usr/bin/journalctl", "journalctl", "--status", tag, (char *)NULL);
        _exit(1);
    }
    waitpid(child, NULL, 0);
    return active ? 0 : 3;
}

int show(const char *name, const struct unit *u, const char *wanted, int value)
{
    struct run r = run_of(name);
    char pid[32], result[32], text[64];
    snprintf(pid, sizeof pid, "%d", r.pid);
    snprintf(result, sizeof result, "%s", strcmp(r.sub, "failed") != 0 ? "success" : WIFSIGNALED(r.status) ? "signal" : "exit-code");
    text[0] = '\0';
    if (r.since > 0 && strcmp(r.state, "active") == 0)
        strftime(text, sizeof text, "%a %Y-%m-%d %H:%M:%S %Z", localtime(&r.since));
    const char *const rows[][2] = {
        { "Type", u->type[0] ? u->type : "simple" }, { "Restart", "on-failure" }, { "MainPID", pid }, { "Result", result },
        { "User", u->user }, { "ExecStart", u->exec }, { "Id", name }, { "Names", name }, { "WantedBy", u->wanted_by },
        { "Description", u->description[0] ? u->description : name },
        { "LoadState", u->loaded == LOADED ? "loaded" : u->loaded == MASKED ? "masked" : "not-found" },
        { "ActiveState", r.state }, { "SubState", r.sub }, { "FragmentPath", u->path },
        { "UnitFileState", u->loaded == NOT_FOUND ? "" : unit_enabled(name, u) }, { "UnitFilePreset", "enabled" },
        { "ActiveEnterTimestamp", text }, { "CanStart", "yes" }, { "CanStop", "yes" }, { "NeedDaemonReload", "no" },
    };
    for (size_t n = 0; n < sizeof rows / sizeof *rows; n++) {
        size_t size = strlen(rows[n][0]);
        const char *at = wanted[0] ? strstr(wanted, rows[n][0]) : rows[n][0];
        if (at == NULL || (wanted[0] && ((at != wanted && at[-1] != ',') || (at[size] && at[size] != ','))))
            continue;
        if (value)
            puts(rows[n][1]);
        else
            printf("%s=%s\n", rows[n][0], rows[n][1]);
    }
    return 0;
}

int cat(const char *name, const struct unit *u)
{
    char line[LINE];
    FILE *file = u->path[0] ? fopen(u->path, "re") : NULL;
    if (file == NULL) {
        fprintf(stderr, "No files found for %s.\n", name);
        return 1;
    }
    printf("# %s\n", u->path);
    while (fgets(line, sizeof line, file) != NULL)
        fputs(line, stdout);
    fclose(file);
    return 0;
}
