/* Units of the service manager: what their files say, and where these lie. */
#ifndef UNIT_H
#define UNIT_H

#include <stddef.h>
#include <sys/types.h>

#define OWN "/etc/systemd/system"
#define VENDOR "/usr/lib/systemd/system"
#define SOCKET "/run/systemd/private"
#define NAME 256
#define LINE 4096

enum loaded { NOT_FOUND, LOADED, MASKED };

struct unit {
    enum loaded loaded;
    char path[NAME + 64];      /* of its file */
    char description[NAME];
    char type[32];
    char exec[LINE];           /* ExecStart= */
    char stop[LINE];           /* ExecStop= */
    char user[64];
    char folder[NAME];         /* WorkingDirectory= */
    char wanted_by[NAME];      /* [Install] WantedBy=, the first one */
    char environment[LINE];    /* NAME=value, each with a newline after it */
    int remain;                /* RemainAfterExit= */
};

/* A name as a unit has it: with its ending. 0 if it cannot be one. */
int unit_name(const char *given, char *out);
/* Read a unit's file. */
void unit_load(const char *name, struct unit *u);
/* The link that enables a unit; empty if it has no section for that. */
void unit_link(const char *name, const struct unit *u, char *out, size_t size);
/* enabled, disabled, masked or static. */
const char *unit_enabled(const char *name, const struct unit *u);
/* Copy a file. 0 if that failed. */
int copy_file(const char *from, const char *to, mode_t mode);

#endif
