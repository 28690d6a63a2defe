#define _GNU_SOURCE
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const FOLDERS[] = { OWN, "/run/systemd/system", "/usr/local/lib/systemd/system", VENDOR };
static const char *const KINDS[] = { ".service", ".timer", ".socket", ".target", ".path", ".mount", ".slice", ".scope" };

int unit_name(const char *given, char *out)
{
    const char *base = strrchr(given, '/');
    base = base != NULL ? base + 1 : given;
    size_t size = strlen(base);
    if (size == 0 || size > NAME - 16 || base[0] == '.')
        return 0;
    for (const char *c = base; *c; c++)
        if ((unsigned char)*c <= ' ')
            return 0;
    strcpy(out, base);
    for (size_t n = 0; n < sizeof KINDS / sizeof *KINDS; n++) {
        size_t end = strlen(KINDS[n]);
        if (size > end && strcmp(base + size - end, KINDS[n]) == 0)
            return 1;
    }
    strcat(out, ".service");
    return 1;
}

static void take(char *out, size_t size, const char *value) { snprintf(out, size, "%s", value); }

static void entry(struct unit *u, const char *key, const char *value)
{
    if (strcmp(key, "Description") == 0) take(u->description, sizeof u->description, value);
    else if (strcmp(key, "Type") == 0) take(u->type, sizeof u->type, value);
    else if (strcmp(key, "ExecStart") == 0) { if (!*value || !*u->exec) take(u->exec, sizeof u->exec, value); }
    else if (strcmp(key, "ExecStop") == 0) take(u->stop, sizeof u->stop, value);
    else if (strcmp(key, "User") == 0) take(u->user, sizeof u->user, value);
    else if (strcmp(key, "WorkingDirectory") == 0) take(u->folder, sizeof u->folder, value[0] == '-' ? value + 1 : value);
    else if (strcmp(key, "RemainAfterExit") == 0) u->remain = strchr("yt1o", value[0]) != NULL && strcmp(value, "off") != 0;
    else if (strcmp(key, "WantedBy") == 0 && !*u->wanted_by) {
        take(u->wanted_by, sizeof u->wanted_by, value);
        u->wanted_by[strcspn(u->wanted_by, " \t/")] = '\0';
    } else if (strcmp(key, "Environment") == 0) {
        size_t have = strlen(u->environment);
        snprintf(u->environment + have, sizeof u->environment - have, "%s\n", value);
    }
}

static char *trimmed(char *text)
{
    while (*text == ' ' || *text == '\t')
        text++;
    size_t size = strlen(text);
    while (size > 0 && strchr(" \t\r\n", text[size - 1]))
        text[--size] = '\0';
    return text;
}

static void parse(FILE *file, struct unit *u)
{
    char line[LINE], whole[LINE] = "";
    while (fgets(line, sizeof line, file) != NULL) {
        char *text = trimmed(line);
        size_t size = strlen(text), have = strlen(whole);
        int goes_on = size > 0 && text[size - 1] == '\\';
        if (have == 0 && (*text == '#' || *text == ';'))
            continue;
        if (goes_on)
            text[size - 1] = ' ';
        snprintf(whole + have, sizeof whole - have, "%s", text);
        if (goes_on)
            continue;
        char *value = strchr(whole, '=');
        if (value != NULL && whole[0] != '[') {
            *value = '\0';
            entry(u, trimmed(whole), trimmed(value + 1));
        }
        whole[0] = '\0';
    }
}

void unit_load(const char *name, struct unit *u)
{
    memset(u, 0, sizeof *u);
    for (size_t n = 0; n < sizeof FOLDERS / sizeof *FOLDERS; n++) {
        char target[64];
        struct stat st;
        snprintf(u->path, sizeof u->path, "%s/%s", FOLDERS[n], name);
        if (lstat(u->path, &st) != 0)
            continue;
        ssize_t size = readlink(u->path, target, sizeof target - 1);
        if ((size == 9 && memcmp(target, "/dev/null", 9) == 0) || (S_ISREG(st.st_mode) && st.st_size == 0)) {
            u->loaded = MASKED;
            return;
        }
        if (stat(u->path, &st) != 0 || !S_ISREG(st.st_mode))
            continue;
        FILE *file = fopen(u->path, "re");
        if (file == NULL)
            continue;
        u->loaded = LOADED;
        parse(file, u);
        fclose(file);
        return;
    }
    u->path[0] = '\0';
}

void unit_link(const char *name, const struct unit *u, char *out, size_t size)
{
    out[0] = '\0';
    if (u->wanted_by[0])
        snprintf(out, size, "%s/%s.wants/%s", OWN, u->wanted_by, name);
}

const char *unit_enabled(const char *name, const struct unit *u)
{
    char link[2 * NAME + 64];
    struct stat st;
    if (u->loaded == MASKED)
        return "masked";
    unit_link(name, u, link, sizeof link);
    if (!link[0])
        return "static";
    return lstat(link, &st) == 0 ? "enabled" : "disabled";
}

int copy_file(const char *from, const char *to, mode_t mode)
{
    struct stat st;
    int in = open(from, O_RDONLY | O_CLOEXEC), out = -1, good = 0;
    if (in >= 0 && fstat(in, &st) == 0 && (out = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)) >= 0) {
        ssize_t n = 0;
        for (off_t left = st.st_size; left > 0 && (n = sendfile(out, in, NULL, left)) > 0; left -= n)
            ;
        good = n >= 0;
    }
    if (in >= 0)
        close(in);
    if (out >= 0)
        close(out);
    return good;
}
