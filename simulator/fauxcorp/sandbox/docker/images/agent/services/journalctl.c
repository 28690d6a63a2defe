/* journalctl: what the machine's logs hold, for root and the group adm. */
#define _GNU_SOURCE
#include <getopt.h>
#include <grp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define MOST 200000
#define MOST_BYTES (16 << 20)

static const char *const LOGS[] = { "/var/log/syslog", "/var/log/auth.log", "/var/log/mail.log", "/run/log/journal/system.log" };
struct line { long long at; const char *text, *tag; int tag_size, order; };
static struct line lines[MOST];
static int count;

static int may_read(void)
{
    gid_t groups[256];
    int n = getgroups(256, groups);
    if (geteuid() == 0)
        return 1;
    for (int k = 0; k < n; k++) {
        struct group *g = getgrgid(groups[k]);
        if (g != NULL && (strcmp(g->gr_name, "adm") == 0 || strcmp(g->gr_name, "systemd-journal") == 0))
            return 1;
    }
    return 0;
}

/* Seconds since 1970 of a time with its zone; -1 if it is none. */
static long long stamp(const char *text)
{
    struct tm t = { 0 };
    int hours = 0, minutes = 0;
    const char *rest = strptime(text, "%Y-%m-%dT%H:%M:%S", &t);
    if (rest == NULL)
        return -1;
    rest += strcspn(rest, "+-Z ");
    if ((*rest == '+' || *rest == '-') && sscanf(rest + 1, "%2d:%2d", &hours, &minutes) == 2)
        return (long long)timegm(&t) - (*rest == '-' ? -1 : 1) * (hours * 3600 + minutes * 60);
    return timegm(&t);
}

static void read_log(const char *path)
{
    FILE *file = fopen(path, "re");
    char *all = malloc(MOST_BYTES + 1), *rest = all, *text;
    size_t size = file != NULL && all != NULL ? fread(all, 1, MOST_BYTES, file) : 0;
    if (file != NULL)
        fclose(file);
    if (all == NULL)
        return;
    all[size] = '\0';
    while ((text = strsep(&rest, "\n")) != NULL && count < MOST) {
        long long at = stamp(text);
        char *host = strchr(text, ' '), *tag = host != NULL ? strchr(host + 1, ' ') : NULL;
        if (at < 0 || tag == NULL)
            continue;
        lines[count] = (struct line){ at, host + 1, tag + 1, strcspn(tag + 1, ":[ "), count };
        count++;
    }
}

static int by_time(const void *a, const void *b)
{
    const struct line *x = a, *y = b;
    return x->at != y->at ? (x->at < y->at ? -1 : 1) : x->order - y->order;
}

static int is_tag(const struct line *l, const char *tag)
{
    int size = strlen(tag), own = strcspn(l->tag, "/:[ ");
    return (l->tag_size == size && strncmp(l->tag, tag, size) == 0) || (own == size && strncmp(l->tag, tag, size) == 0);
}

static int of_unit(const struct line *l, const char *unit)
{
    static const char *const other[][2] = { { "rsyslog", "rsyslogd" }, { "ssh", "sshd" }, { "cron", "CRON" }, { "sshd", "ssh" } };
    char name[256];
    snprintf(name, sizeof name, "%s", unit);
    char *dot = strrchr(name, '.');
    if (dot != NULL && strcmp(dot, ".service") == 0)
        *dot = '\0';
    if (is_tag(l, name))
        return 1;
    for (size_t n = 0; n < sizeof other / sizeof *other; n++)
        if (strcmp(name, other[n][0]) == 0 && is_tag(l, other[n][1]))
            return 1;
    if (!is_tag(l, "systemd"))
        return 0;
    strcat(name, ".service");
    const char *found = strstr(l->tag, name);
    return found != NULL && (found[-1] == ' ' || found[-1] == '(');
}

static long long moment(const char *text)
{
    time_t now = time(NULL);
    struct tm day = *localtime(&now), t;
    char unit[16] = "";
    long long number, size = 0;
    day.tm_hour = day.tm_min = day.tm_sec = 0;
    if (strcmp(text, "now") == 0) return now;
    if (strcmp(text, "today") == 0) return mktime(&day);
    if (strcmp(text, "yesterday") == 0) return mktime(&day) - 86400;
    if (sscanf(text, "%lld %15[a-z]", &number, unit) == 2 || (strlen(text) < 12 && sscanf(text, "%lld%15[a-z]", &number, unit) == 2)) {
        size = unit[0] == 's' ? 1 : strncmp(unit, "mo", 2) == 0 ? 2629800 : unit[0] == 'm' ? 60 : unit[0] == 'h' ? 3600
             : unit[0] == 'd' ? 86400 : unit[0] == 'w' ? 604800 : 0;
        if (size > 0)
            return now - llabs(number) * size;
    }
    static const char *const forms[] = { "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d", "%H:%M:%S", "%H:%M" };
    for (size_t n = 0; n < sizeof forms / sizeof *forms; n++) {
        t = day;
        const char *end = strptime(text, forms[n], &t);
        if (end != NULL && *end == '\0') {
            t.tm_isdst = -1;
            return mktime(&t);
        }
    }
    fprintf(stderr, "Failed to parse timestamp: %s\n", text);
    exit(1);
}

static void print(const struct line *l)
{
    char when[64];
    time_t at = l->at;
    strftime(when, sizeof when, "%b %d %H:%M:%S", localtime(&at));
    printf("%s %s\n", when, l->text);
}

static void status(const char *unit)
{
    int from = count, left = 10;
    if (!may_read()) {
        putchar('\n');
        fflush(stdout);
        fputs("Warning: some journal files were not opened due to insufficient permissions.\n", stderr);
        exit(0);
    }
    while (from > 0 && left > 0)
        left -= of_unit(&lines[--from], unit);
    for (int n = from, first = 1; n < count; n++)
        if (of_unit(&lines[n], unit)) {
            if (first)
                putchar('\n');
            first = 0;
            print(&lines[n]);
        }
    exit(0);
}

static const char *units[32], *tag = "", *wanted = "";
static int unit_count, most = -1, reverse, quiet, kernel;
static long long since, until;
static const char *status_of;

static void options(int argc, char **argv)
{
    enum { USAGE = 256, STATUS, SKIP, SKIP_VALUE, VACUUM };
    static const struct option names[] = {
        { "unit", 1, 0, 'u' }, { "lines", 1, 0, 'n' }, { "reverse", 0, 0, 'r' }, { "since", 1, 0, 'S' }, { "until", 1, 0, 'U' },
        { "grep", 1, 0, 'g' }, { "identifier", 1, 0, 't' }, { "priority", 1, 0, 'p' }, { "boot", 2, 0, 'b' }, { "follow", 0, 0, 'f' },
        { "dmesg", 0, 0, 'k' }, { "quiet", 0, 0, 'q' }, { "output", 1, 0, 'o' }, { "catalog", 0, 0, 'x' }, { "pager-end", 0, 0, 'e' },
        { "disk-usage", 0, 0, USAGE }, { "status", 1, 0, STATUS }, { "no-pager", 0, 0, SKIP }, { "no-hostname", 0, 0, SKIP },
        { "utc", 0, 0, SKIP }, { "all", 0, 0, 'a' }, { "full", 0, 0, 'l' }, { "system", 0, 0, SKIP }, { "no-tail", 0, 0, SKIP },
        { "vacuum-time", 1, 0, VACUUM }, { "vacuum-size", 1, 0, VACUUM }, { "rotate", 0, 0, VACUUM }, { "flush", 0, 0, VACUUM }, { 0 },
    };
    for (int c; (c = getopt_long(argc, argv, "u:n:rS:U:g:t:p:b::fkqxeo:alm", names, NULL)) != -1;)
        switch (c) {
        case 'u': if (unit_count < 32) units[unit_count++] = optarg; break;
        case 'n': most = atoi(optarg); break;
        case 'r': reverse = 1; break;
        case 'S': since = moment(optarg); break;
        case 'U': until = moment(optarg); break;
        case 'g': wanted = optarg; break;
        case 't': tag = optarg; break;
        case 'f': most = most < 0 ? 10 : most; break;
        case 'k': kernel = 1; break;
        case 'q': quiet = 1; break;
        case USAGE: puts("Archived and active journals take up 128.0M in the file system."); exit(0);
        case STATUS: status_of = optarg; break;
        case VACUUM:
            if (geteuid() != 0) {
                fputs("Failed to rotate or vacuum: Permission denied\n", stderr);
                exit(1);
            }
            exit(0);
        case '?': exit(1);
        default: break;
        }
}

int main(int argc, char **argv)
{
    options(argc, argv);
    for (size_t n = 0; may_read() && n < sizeof LOGS / sizeof *LOGS; n++)
        read_log(LOGS[n]);
    qsort(lines, count, sizeof *lines, by_time);
    if (status_of != NULL)
        status(status_of);
    if (!may_read()) {
        if (!quiet)
            fputs("Hint: You are currently not seeing messages from other users and the system.\n"
                  "      Users in groups 'adm', 'systemd-journal' can see all messages.\n"
                  "      Pass -q to turn off this notice.\n", stderr);
        fputs("No journal files were opened due to insufficient permissions.\n", stderr);
        return 1;
    }
    static int shown[MOST];
    int found = 0;
    for (int n = 0; n < count; n++) {
        int fits = unit_count == 0;
        for (int k = 0; k < unit_count; k++)
            fits |= of_unit(&lines[n], units[k]);
        fits &= lines[n].at >= since && (until == 0 || lines[n].at <= until) && (!*wanted || strcasestr(lines[n].text, wanted) != NULL);
        fits &= (!*tag || is_tag(&lines[n], tag)) && (!kernel || is_tag(&lines[n], "kernel"));
        if (fits)
            shown[found++] = n;
    }
    int first = most >= 0 && most < found ? found - most : 0;
    for (int n = first; n < found; n++)
        print(&lines[shown[reverse ? found - 1 - (n - first) : n]]);
    if (found == 0)
        puts("-- No entries --");
    return 0;
}
