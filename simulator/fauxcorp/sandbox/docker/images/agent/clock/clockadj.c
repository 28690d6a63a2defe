/*
 * The wall clock, adjusted. Listed in /etc/ld.so.preload, so that every dynamically linked program reads the adjusted
 * time, those that run with another user's rights too.
 *
 * The adjustment is the distance between two times of one file: the modification time, which can be set, and the
 * change time, which is the kernel's own clock at the moment when it was set. Whoever sets the first to the wanted
 * time sets the clock; it goes on from there by itself. Without the file nothing is adjusted.
 *
 * Times of files are told on the same clock: those that the kernel wrote on its own clock are adjusted, those that
 * somebody set are as they were set.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/timeb.h>
#include <threads.h>
#include <time.h>
#include <unistd.h>

#define CLOCK_FILE "/var/lib/systemd/timesync/clock"
#define SECOND INT64_C(1000000000)
#define DAY (86400 * SECOND)

struct clock { int64_t by, since; };

static int64_t ns(const struct timespec *t) { return t->tv_sec * SECOND + t->tv_nsec; }

static struct timespec spec(int64_t t)
{
    int64_t s = t / SECOND, rest = t % SECOND;
    if (rest < 0) { s--; rest += SECOND; }
    return (struct timespec){ .tv_sec = s, .tv_nsec = rest };
}

static struct clock adjustment(void)
{
    struct stat st;
    int kept = errno;
    if (syscall(SYS_newfstatat, AT_FDCWD, CLOCK_FILE, &st, 0) != 0) {
        errno = kept;
        return (struct clock){ 0, INT64_MAX };
    }
    return (struct clock){ ns(&st.st_mtim) - ns(&st.st_ctim), ns(&st.st_ctim) };
}

static int is_wall(clockid_t id) { return id == CLOCK_REALTIME || id == CLOCK_REALTIME_COARSE || id == CLOCK_TAI; }

static int64_t kernel_now(void)
{
    struct timespec t;
    syscall(SYS_clock_gettime, CLOCK_REALTIME, &t);
    return ns(&t);
}

static int64_t now(void) { return kernel_now() + adjustment().by; }

/* -- what time it is ---------------------------------------------------------------------------------------------- */

int clock_gettime(clockid_t id, struct timespec *t)
{
    if (syscall(SYS_clock_gettime, id, t) != 0)
        return -1;
    if (is_wall(id))
        *t = spec(ns(t) + adjustment().by);
    return 0;
}

int gettimeofday(struct timeval *restrict t, void *restrict zone)
{
    struct timespec s = spec(now());
    *t = (struct timeval){ s.tv_sec, s.tv_nsec / 1000 };
    if (zone != NULL)
        *(struct timezone *)zone = (struct timezone){ 0, 0 };
    return 0;
}

time_t time(time_t *t)
{
    time_t s = spec(now()).tv_sec;
    if (t != NULL)
        *t = s;
    return s;
}

int timespec_get(struct timespec *t, int base)
{
    if (base != TIME_UTC)
        return 0;
    *t = spec(now());
    return base;
}

int ftime(struct timeb *t)
{
    struct timespec s = spec(now());
    *t = (struct timeb){ .time = s.tv_sec, .millitm = s.tv_nsec / 1000000 };
    return 0;
}

/* -- waiting until a time of the wall clock ----------------------------------------------------------------------- */

#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))
#define ON_MONOTONIC 2 /* in __wrefs of a condition variable, since glibc 2.25 */

static const struct timespec *back(const struct timespec *t, struct timespec *held)
{
    if (t == NULL)
        return NULL;
    *held = spec(ns(t) - adjustment().by);
    if (held->tv_sec < 0)
        *held = (struct timespec){ 0, 0 };
    held->tv_nsec = t->tv_nsec < 0 || t->tv_nsec >= SECOND ? t->tv_nsec : held->tv_nsec;
    return held;
}

int pthread_cond_timedwait(pthread_cond_t *restrict c, pthread_mutex_t *restrict m, const struct timespec *restrict t)
{
    struct timespec held;
    return NEXT(pthread_cond_timedwait)(c, m, c->__data.__wrefs & ON_MONOTONIC ? t : back(t, &held));
}

int pthread_cond_clockwait(pthread_cond_t *c, pthread_mutex_t *m, clockid_t id, const struct timespec *t)
{
    struct timespec held;
    return NEXT(pthread_cond_clockwait)(c, m, id, is_wall(id) ? back(t, &held) : t);
}

int cnd_timedwait(cnd_t *restrict c, mtx_t *restrict m, const struct timespec *restrict t)
{
    struct timespec held;
    return NEXT(cnd_timedwait)(c, m, back(t, &held));
}

int sem_timedwait(sem_t *restrict s, const struct timespec *restrict t)
{
    struct timespec held;
    return NEXT(sem_timedwait)(s, back(t, &held));
}

int sem_clockwait(sem_t *restrict s, clockid_t id, const struct timespec *restrict t)
{
    struct timespec held;
    return NEXT(sem_clockwait)(s, id, is_wall(id) ? back(t, &held) : t);
}

int pthread_mutex_timedlock(pthread_mutex_t *restrict m, const struct timespec *restrict t)
{
    struct timespec held;
    return NEXT(pthread_mutex_timedlock)(m, back(t, &held));
}

int clock_nanosleep(clockid_t id, int flags, const struct timespec *t, struct timespec *left)
{
    struct timespec held;
    return NEXT(clock_nanosleep)(id, flags, (flags & TIMER_ABSTIME) && is_wall(id) ? back(t, &held) : t, left);
}

/* -- times of files ----------------------------------------------------------------------------------------------- */

/*
 * A time of a file that the kernel wrote: with the last change of the file, or since the clock was set. A folder's that
 * would lie days ahead on the adjusted clock, and not on the kernel's, is of the days when the machine was made. Files
 * of those days keep their times: others, like Python's compiled modules, have noted them.
 */
static int64_t adjusted(int64_t t, int64_t changed, int folder, const struct clock *clock)
{
    int64_t apart = t > changed ? t - changed : changed - t, real = kernel_now();
    int written = apart < SECOND || (t <= real && (t >= clock->since || (folder && t > real + clock->by + DAY)));
    return written ? t + clock->by : t;
}

static int told(int failed, struct stat *st)
{
    if (failed)
        return -1;
    struct clock clock = adjustment();
    int64_t changed = ns(&st->st_ctim);
    st->st_mtim = spec(adjusted(ns(&st->st_mtim), changed, S_ISDIR(st->st_mode), &clock));
    st->st_atim = spec(adjusted(ns(&st->st_atim), changed, S_ISDIR(st->st_mode), &clock));
    st->st_ctim = spec(changed + clock.by);
    return 0;
}

int fstatat(int fd, const char *restrict path, struct stat *restrict st, int flags)
{
    return told(syscall(SYS_newfstatat, fd, path, st, flags) != 0, st);
}

int stat(const char *restrict path, struct stat *restrict st) { return fstatat(AT_FDCWD, path, st, 0); }
int lstat(const char *restrict path, struct stat *restrict st) { return fstatat(AT_FDCWD, path, st, AT_SYMLINK_NOFOLLOW); }
int fstat(int fd, struct stat *st) { return told(syscall(SYS_fstat, fd, st) != 0, st); }

/* The same record under its other names. */
int fstatat64(int fd, const char *restrict path, struct stat64 *restrict st, int flags)
{
    return fstatat(fd, path, (struct stat *)st, flags);
}
int stat64(const char *restrict path, struct stat64 *restrict st) { return stat(path, (struct stat *)st); }
int lstat64(const char *restrict path, struct stat64 *restrict st) { return lstat(path, (struct stat *)st); }
int fstat64(int fd, struct stat64 *st) { return fstat(fd, (struct stat *)st); }

/* The names that programs of before glibc 2.33 call. */
int __xstat(int version, const char *path, struct stat *st) { (void)version; return stat(path, st); }
int __lxstat(int version, const char *path, struct stat *st) { (void)version; return lstat(path, st); }
int __fxstat(int version, int fd, struct stat *st) { (void)version; return fstat(fd, st); }
int __fxstatat(int version, int fd, const char *path, struct stat *st, int flags)
{
    (void)version;
    return fstatat(fd, path, st, flags);
}
int __xstat64(int version, const char *path, struct stat64 *st) { (void)version; return stat64(path, st); }
int __lxstat64(int version, const char *path, struct stat64 *st) { (void)version; return lstat64(path, st); }
int __fxstat64(int version, int fd, struct stat64 *st) { (void)version; return fstat64(fd, st); }
int __fxstatat64(int version, int fd, const char *path, struct stat64 *st, int flags)
{
    (void)version;
    return fstatat64(fd, path, st, flags);
}

static int64_t statx_ns(const struct statx_timestamp *t) { return t->tv_sec * SECOND + t->tv_nsec; }

static void set(struct statx_timestamp *t, int64_t value)
{
    struct timespec s = spec(value);
    t->tv_sec = s.tv_sec;
    t->tv_nsec = s.tv_nsec;
}

int statx(int fd, const char *restrict path, int flags, unsigned mask, struct statx *restrict x)
{
    if (syscall(SYS_statx, fd, path, flags, mask | STATX_CTIME | STATX_TYPE, x) != 0)
        return -1;
    struct clock clock = adjustment();
    int64_t changed = statx_ns(&x->stx_ctime);
    int folder = S_ISDIR(x->stx_mode);
    set(&x->stx_mtime, adjusted(statx_ns(&x->stx_mtime), changed, folder, &clock));
    set(&x->stx_atime, adjusted(statx_ns(&x->stx_atime), changed, folder, &clock));
    set(&x->stx_ctime, changed + clock.by);
    if (x->stx_mask & STATX_BTIME)
        set(&x->stx_btime, statx_ns(&x->stx_btime) + clock.by);
    return 0;
}

/* -- when the machine started: what ps counts the starts of processes from ------------------------------------------- */

#define MOST 262144
#define BOOT "\nbtime "

/* The kernel's statistics with the start of the machine adjusted, as an open file; -1 if that is not to be had. */
static int statistics(void)
{
    int kept = errno, out = -1;
    char *text = malloc(MOST);
    int in = syscall(SYS_openat, AT_FDCWD, "/proc/stat", O_RDONLY | O_CLOEXEC);
    size_t size = 0;
    if (text != NULL && in >= 0)
        for (ssize_t n; size < MOST - 1 && (n = read(in, text + size, MOST - 1 - size)) > 0; size += n)
            ;
    if (size > 0) {
        text[size] = '\0';
        char *line = strstr(text, BOOT), *end;
        if (line != NULL && (out = memfd_create("stat", MFD_CLOEXEC)) >= 0) {
            long long boot = strtoll(line + strlen(BOOT), &end, 10);
            int written = dprintf(out, "%.*s%lld%s", (int)(line + strlen(BOOT) - text), text,
                                  boot + (long long)(adjustment().by / SECOND), end);
            if (written < 0 || lseek(out, 0, SEEK_SET) != 0) {
                close(out);
                out = -1;
            }
        }
    }
    if (in >= 0)
        close(in);
    free(text);
    errno = kept;
    return out;
}

static int wants_statistics(const char *path) { return path[0] == '/' && path[1] == 'p' && strcmp(path, "/proc/stat") == 0; }

static int opened(int folder, const char *path, int flags, mode_t mode)
{
    if (wants_statistics(path) && (flags & O_ACCMODE) == O_RDONLY) {
        int fd = statistics();
        if (fd >= 0)
            return fd;
    }
    return NEXT(openat)(folder, path, flags, mode);
}

#define MODE(flags) ({ mode_t m = 0; if ((flags) & (O_CREAT | O_TMPFILE)) { va_list a; va_start(a, flags); \
    m = va_arg(a, mode_t); va_end(a); } m; })

int open(const char *path, int flags, ...) { return opened(AT_FDCWD, path, flags, MODE(flags)); }
int open64(const char *path, int flags, ...) { return opened(AT_FDCWD, path, flags, MODE(flags)); }
int openat(int folder, const char *path, int flags, ...) { return opened(folder, path, flags, MODE(flags)); }
int openat64(int folder, const char *path, int flags, ...) { return opened(folder, path, flags, MODE(flags)); }

FILE *fopen(const char *restrict path, const char *restrict how)
{
    int fd = wants_statistics(path) && how[0] == 'r' ? statistics() : -1;
    return fd >= 0 ? fdopen(fd, how) : NEXT(fopen)(path, how);
}

FILE *fopen64(const char *restrict path, const char *restrict how) { return fopen(path, how); }
