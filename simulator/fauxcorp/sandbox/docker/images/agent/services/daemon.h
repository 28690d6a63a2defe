/* A service at rest. */
#ifndef DAEMON_H
#define DAEMON_H

/* Be the service that argv[0] names, until a signal ends it. */
int daemon_main(int argc, char **argv);

#endif
