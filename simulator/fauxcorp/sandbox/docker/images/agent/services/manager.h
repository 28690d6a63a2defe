/* The services of the machine: which there are, which run, starting and stopping them. */
#ifndef MANAGER_H
#define MANAGER_H

#include <sys/types.h>
#include <time.h>

#include "unit.h"

#define UNITS 128
#define SELF "/usr/lib/systemd/systemd"

enum state { INACTIVE, ACTIVE, EXITED, FAILED };

struct service {
    char name[NAME];
    char description[NAME];
    enum state state;
    pid_t pid;
    time_t since;
    int status;        /* of the last end, as wait tells it */
    int stopping;      /* it was told to end */
    time_t late;       /* when it is ended by force */
    int again;         /* start it once it has ended */
    int client;        /* who waits for it; -1 for nobody */
    int waits_for_end; /* of a start: until it has done its work */
    int output;        /* the end of a pipe, what it says; -1 for none */
    int forks;
    /* A service at rest: how it shows, the program, and the ExecStart= under which it is that. */
    char line[512], exe[NAME], original[LINE];
};

extern struct service services[UNITS];
extern int service_count;

/* The service of a name, made if it is not there; NULL if there are too many. */
struct service *service_of(const char *name);
/* Start it. 0 if that cannot be. */
int service_start(struct service *s, const struct unit *u);
/* Tell it to end. */
void service_stop(struct service *s);
/* Send it a signal. 0 if that cannot be. */
int service_signal(const struct service *s, int number);
/* A child has ended. */
void service_ended(pid_t pid, int status);
/* Say in the journal: as `tag`, or of the manager itself if that is NULL. */
void journal(const char *tag, pid_t pid, const char *format, ...) __attribute__((format(printf, 3, 4)));
/* Note what was done to a unit. */
void note(const char *event, const char *unit, uid_t uid, pid_t pid);
/* Answer whoever waits for a service. */
void answer(struct service *s, const char *text);
/* Become a service at rest, in a child. */
pid_t rest(const char *exe, const char *line, const char *user);
/* Make it and the folders above it. */
void folders(const char *path, mode_t mode);

#endif
