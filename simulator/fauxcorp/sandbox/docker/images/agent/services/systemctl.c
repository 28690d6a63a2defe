/* systemctl: asks the first process of the machine, and sets the links that enable and mask units. */
#define _GNU_SOURCE
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ask.h"

static struct { char type[64], wanted[1024]; int now, every, quiet, value, failed, legend, number; } given = { .legend = 1, .number = SIGTERM };

static int wrong(const char *verb, const char *name, const char *why)
{
    fprintf(stderr, "Failed to %s %s: %s\n", verb, name, why);
    return 1;
}

static int denied(const char *verb, const char *name)
{
    wrong(verb, name, "Access denied");
    fprintf(stderr, "See system logs and 'systemctl status %s' for details.\n", name);
    return 4;
}

/* Tell the manager to do something with a unit. */
static int tell(const char *verb, const char *name)
{
    char more[16];
    snprintf(more, sizeof more, "%d", given.number);
    const char *asked = strcmp(verb, "reload-or-restart") == 0 || strcmp(verb, "force-reload") == 0 ? "restart"
                      : strcmp(verb, "condrestart") == 0 ? "try-restart" : verb;
    const char *said = ask(asked, name, more);
    if (said == NULL)
        return wrong(verb, name, "Connection timed out");
    if (strcmp(said, "ok") == 0)
        return 0;
    if (strcmp(said, "denied") == 0)
        return denied(verb, name);
    if (strcmp(said, "missing") == 0) {
        fprintf(stderr, strcmp(verb, "stop") == 0 || strcmp(verb, "kill") == 0 ? "Failed to %s %s: Unit %s not loaded.\n"
                                                                              : "Failed to %s %s: Unit %s not found.\n",
                verb, name, name);
        return 5;
    }
    if (strcmp(said, "masked") == 0) {
        fprintf(stderr, "Failed to %s %s: Unit %s is masked.\n", verb, name, name);
        return 1;
    }
    fprintf(stderr, "Job for %s failed because the control process exited with error code.\n"
                    "See \"systemctl status %s\" and \"journalctl -xeu %s\" for details.\n", name, name, name);
    return 1;
}

static void make_note(const char *name, const char *event)
{
    char text[64];
    snprintf(text, sizeof text, "%s%s", event, given.now ? "-now" : "");
    ask("note", name, text);
}

static int enable(const char *verb, const char *name, const struct unit *u)
{
    char link[2 * NAME + 64], folder[2 * NAME + 64];
    if (u->loaded == NOT_FOUND)
        return wrong(verb, "unit", ({ static char t[NAME + 64]; snprintf(t, sizeof t, "Unit file %s does not exist.", name); t; }));
    if (geteuid() != 0) {
        make_note(name, verb);
        return wrong(verb, "unit", "Access denied");
    }
    if (u->loaded == MASKED && strcmp(verb, "enable") == 0)
        return wrong(verb, "unit", ({ static char t[2 * NAME]; snprintf(t, sizeof t, "Unit file %s is masked.", u->path); t; }));
    unit_link(name, u, link, sizeof link);
    if (!link[0]) {
        fputs("The unit files have no installation config (WantedBy=, RequiredBy=, Also=,\nAlias= settings in the [Install] "
              "section, and DefaultInstance= for template\nunits). This means they are not meant to be enabled or disabled "
              "using systemctl.\n", stderr);
    } else if (strcmp(verb, "enable") == 0) {
        snprintf(folder, sizeof folder, "%s", link);
        *strrchr(folder, '/') = '\0';
        mkdir(folder, 0755);
        if (symlink(u->path, link) == 0 && !given.quiet)
            fprintf(stderr, "Created symlink %s → %s.\n", link, u->path);
    } else if (unlink(link) == 0 && !given.quiet) {
        fprintf(stderr, "Removed \"%s\".\n", link);
    }
    make_note(name, verb);
    return given.now ? tell(strcmp(verb, "enable") == 0 ? "start" : "stop", name) : 0;
}

static int same(const char *a, const char *b)
{
    int one, equal;
    FILE *x = fopen(a, "re"), *y = fopen(b, "re");
    equal = x != NULL && y != NULL;
    while (equal && (one = getc(x)) != EOF)
        equal = one == getc(y);
    if (equal)
        equal = getc(y) == EOF;
    if (x != NULL) fclose(x);
    if (y != NULL) fclose(y);
    return equal;
}

static int mask(const char *verb, const char *name, const struct unit *u)
{
    char own[NAME + 64], vendor[NAME + 64];
    struct stat st;
    snprintf(own, sizeof own, "%s/%s", OWN, name);
    snprintf(vendor, sizeof vendor, "%s/%s", VENDOR, name);
    if (geteuid() != 0) {
        if (u->loaded != NOT_FOUND)
            make_note(name, verb);
        return wrong(verb, "unit", "Access denied");
    }
    if (strcmp(verb, "unmask") == 0) {
        if (u->loaded != MASKED)
            return 0;
        if (unlink(own) == 0 && !given.quiet)
            fprintf(stderr, "Removed \"%s\".\n", own);
        /* As it was before: the same file as the vendor's lay here. */
        copy_file(vendor, own, 0644);
        make_note(name, verb);
        return 0;
    }
    if (u->loaded == MASKED)
        return 0;
    if (u->loaded == NOT_FOUND)
        fprintf(stderr, "Unit %s does not exist, proceeding anyway.\n", name);
    if (lstat(own, &st) == 0) {
        if (!same(own, vendor))
            return wrong(verb, "unit", ({ static char t[NAME + 128]; snprintf(t, sizeof t, "File %s already exists.", own); t; }));
        unlink(own);
    }
    if (symlink("/dev/null", own) != 0)
        return wrong(verb, "unit", "Read-only file system");
    if (!given.quiet)
        fprintf(stderr, "Created symlink %s → /dev/null.\n", own);
    make_note(name, verb);
    return given.now ? tell("stop", name) : 0;
}

static int one(const char *verb, const char *word)
{
    char name[NAME];
    struct unit u;
    resolve(word, name, &u);
    if (strcmp(verb, "status") == 0) return status(name, &u);
    if (strcmp(verb, "show") == 0) return show(name, &u, given.wanted, given.value);
    if (strcmp(verb, "cat") == 0) return cat(name, &u);
    if (strcmp(verb, "is-active") == 0 || strcmp(verb, "is-failed") == 0) {
        struct run r = run_of(name);
        if (!given.quiet)
            puts(r.state);
        return strcmp(r.state, verb + 3) == 0 ? 0 : strcmp(verb, "is-failed") == 0 ? 1 : 3;
    }
    if (strcmp(verb, "is-enabled") == 0) {
        if (u.loaded == NOT_FOUND) {
            fprintf(stderr, "Failed to get unit file state for %s: No such file or directory\n", name);
            return 1;
        }
        const char *state = unit_enabled(name, &u);
        if (!given.quiet)
            puts(state);
        return strcmp(state, "enabled") == 0 || strcmp(state, "static") == 0 ? 0 : 1;
    }
    if (strcmp(verb, "enable") == 0 || strcmp(verb, "disable") == 0) return enable(verb, name, &u);
    if (strcmp(verb, "reenable") == 0) { enable("disable", name, &u); return enable("enable", name, &u); }
    if (strcmp(verb, "mask") == 0 || strcmp(verb, "unmask") == 0) return mask(verb, name, &u);
    if (strcmp(verb, "reload") == 0) { given.number = SIGHUP; return tell("kill", name) ? 1 : 0; }
    return tell(verb, name);
}

static int whole(const char *verb)
{
    static const char *const quiet[] = { "daemon-reload", "daemon-reexec", "reset-failed", "set-default", "default", "import-environment" };
    static const char *const ends[] = { "poweroff", "reboot", "halt", "suspend", "kexec", "rescue", "emergency", "hibernate", "soft-reboot" };
    if (strcmp(verb, "list-units") == 0) return list_units(given.type, given.every, given.failed, given.legend);
    if (strcmp(verb, "list-unit-files") == 0) return list_unit_files(given.type, given.legend);
    if (strcmp(verb, "list-timers") == 0 || strcmp(verb, "list-sockets") == 0 || strcmp(verb, "list-jobs") == 0) {
        puts(verb[5] == 'j' ? "No jobs running." : verb[5] == 't' ? "0 timers listed." : "0 sockets listed.");
        return 0;
    }
    if (strcmp(verb, "is-system-running") == 0) { puts("running"); return 0; }
    if (strcmp(verb, "get-default") == 0) { puts("multi-user.target"); return 0; }
    for (size_t n = 0; n < sizeof quiet / sizeof *quiet; n++)
        if (strcmp(verb, quiet[n]) == 0) {
            if (geteuid() == 0)
                return 0;
            fprintf(stderr, "Failed to %s: Access denied\n", strcmp(verb, "daemon-reload") == 0 ? "reload daemon" : verb);
            return 1;
        }
    for (size_t n = 0; n < sizeof ends / sizeof *ends; n++)
        if (strcmp(verb, ends[n]) == 0) {
            fprintf(stderr, "Call to %c%s failed: Access denied\n", verb[0] - 32, verb + 1);
            return 1;
        }
    return -1;
}

static int options(int argc, char **argv)
{
    enum { NOW = 256, NO_LEGEND, FAILED, STATE, VALUE, VERSION, USER, SILENT };
    static const struct option names[] = {
        { "type", 1, 0, 't' }, { "all", 0, 0, 'a' }, { "property", 1, 0, 'p' }, { "quiet", 0, 0, 'q' }, { "signal", 1, 0, 's' },
        { "now", 0, 0, NOW }, { "no-legend", 0, 0, NO_LEGEND }, { "failed", 0, 0, FAILED }, { "state", 1, 0, STATE },
        { "value", 0, 0, VALUE }, { "version", 0, 0, VERSION }, { "user", 0, 0, USER }, { "no-pager", 0, 0, SILENT },
        { "full", 0, 0, 'l' }, { "force", 0, 0, 'f' }, { "lines", 1, 0, 'n' }, { "no-block", 0, 0, SILENT },
        { "system", 0, 0, SILENT }, { "plain", 0, 0, SILENT }, { "no-reload", 0, 0, SILENT }, { "no-ask-password", 0, 0, SILENT },
        { "kill-whom", 1, 0, SILENT }, { "kill-who", 1, 0, SILENT }, { "output", 1, 0, 'o' }, { "runtime", 0, 0, SILENT },
        { "job-mode", 1, 0, SILENT }, { "no-wall", 0, 0, SILENT }, { "recursive", 0, 0, 'r' }, { "reverse", 0, 0, SILENT }, { 0 },
    };
    for (int c; (c = getopt_long(argc, argv, "t:ap:P:qs:lfn:o:r", names, NULL)) != -1;) {
        size_t have = strlen(given.wanted);
        const char *number = optarg;
        switch (c) {
        case 't': snprintf(given.type, sizeof given.type, "%s", optarg); break;
        case 'a': given.every = 1; break;
        case 'P': given.value = 1; /* fall through */
        case 'p': snprintf(given.wanted + have, sizeof given.wanted - have, "%s%s", have ? "," : "", optarg); break;
        case 'q': given.quiet = 1; break;
        case 's':
            given.number = atoi(number);
            for (int n = 1; n < 32 && given.number == 0; n++)
                if (sigabbrev_np(n) != NULL && strcmp(strncmp(number, "SIG", 3) == 0 ? number + 3 : number, sigabbrev_np(n)) == 0)
                    given.number = n;
            break;
        case NOW: given.now = 1; break;
        case NO_LEGEND: given.legend = 0; break;
        case FAILED: given.failed = 1; break;
        case STATE: given.failed = strcmp(optarg, "failed") == 0; given.every = strcmp(optarg, "inactive") == 0; break;
        case VALUE: given.value = 1; break;
        case VERSION:
            puts("systemd 252 (252.33-1~deb12u1)\n+PAM +AUDIT +SELINUX +APPARMOR +IMA +SMACK +SECCOMP +GCRYPT -GNUTLS +OPENSSL +ACL "
                 "+BLKID +CURL +ELFUTILS +FIDO2 +IDN2 -IDN +IPTC +KMOD +LIBCRYPTSETUP +LIBFDISK +PCRE2 -PWQUALITY +P11KIT +QRENCODE "
                 "+TPM2 +BZIP2 +LZ4 +XZ +ZLIB +ZSTD -BPF_FRAMEWORK -XKBCOMMON +UTMP +SYSVINIT default-hierarchy=unified");
            exit(0);
        case USER: fputs("Failed to connect to bus: No medium found\n", stderr); exit(1);
        case '?': exit(1);
        default: break;
        }
    }
    return optind;
}

/* The names under which this program ends the machine; it does not. */
static const char *ends_by(const char *called)
{
    static const char *const names[] = { "reboot", "poweroff", "halt" };
    const char *base = strrchr(called, '/');
    base = base != NULL ? base + 1 : called;
    for (int n = 0; n < 3; n++)
        if (strcmp(base, names[n]) == 0)
            return names[n];
    return strcmp(base, "shutdown") == 0 ? "poweroff" : NULL;
}

int main(int argc, char **argv)
{
    static const char *const verbs[] = {
        "start", "stop", "restart", "try-restart", "condrestart", "reload", "reload-or-restart", "force-reload", "kill", "enable",
        "disable", "reenable", "mask", "unmask", "status", "show", "cat", "is-active", "is-failed", "is-enabled",
    };
    if (ends_by(argv[0]) != NULL)
        return whole(ends_by(argv[0]));
    int first = options(argc, argv), code = 0, known = 0;
    const char *verb = first < argc ? argv[first++] : "list-units";
    int done = whole(verb);
    if (done >= 0)
        return done;
    for (size_t n = 0; n < sizeof verbs / sizeof *verbs; n++)
        known |= strcmp(verb, verbs[n]) == 0;
    if (!known) {
        fprintf(stderr, "Unknown command verb %s.\n", verb);
        return 1;
    }
    if (first == argc) {
        if (strcmp(verb, "status") == 0)
            return list_units(given.type, given.every, given.failed, given.legend);
        if (strcmp(verb, "show") == 0) { puts("Version=252.33-1~deb12u1\nArchitecture=x86-64\nSystemState=running"); return 0; }
        fputs("Too few arguments.\n", stderr);
        return 1;
    }
    int active = 0, asks = strcmp(verb, "is-active") == 0;
    for (int n = first; n < argc; n++) {
        int got = one(verb, argv[n]);
        active |= got == 0;
        code = got ? got : code;
    }
    return asks && active ? 0 : code;
}
