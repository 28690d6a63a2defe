/* What systemctl knows of the machine, and its answers to questions. */
#ifndef ASK_H
#define ASK_H

#include <sys/types.h>
#include <time.h>

#include "unit.h"

struct run {
    char name[NAME], state[16], sub[16];
    pid_t pid;
    time_t since;
    int status;
};

/* Ask the manager; the answer, or NULL if it does not answer. */
const char *ask(const char *verb, const char *name, const char *more);
/* What runs, or ran, of a unit. */
struct run run_of(const char *name);
/* A name as a unit has it that there is: with its ending, an alias resolved. */
void resolve(const char *given, char *out, struct unit *u);

int list_units(const char *type, int every, int failed, int legend);
int list_unit_files(const char *type, int legend);
int status(const char *name, const struct unit *u);
int show(const char *name, const struct unit *u, const char *wanted, int value);
int cat(const char *name, const struct unit *u);

#endif
