/* A clock that a test sets: loaded into a process with LD_PRELOAD (Linux, glibc).
 *
 *   cc -shared -fPIC -O2 -o clock.so clock.c -ldl
 *   LD_PRELOAD=clock.so TEST_CLOCK_OFFSETS=/path/offsets program
 *
 * The file holds two native 64-bit integers, in nanoseconds, which take effect the moment they are written: how far the
 * time of day is ahead of the machine's, and how far the time since the start is. Set back the latter by as long as the
 * process was stopped, and it has been suspended with its machine.
 *
 * libfaketime can do the same in principle. Its 0.9.10 (Debian 12 and 13) lets a wait for a condition variable hang as soon
 * as the offset comes from a file, and reads that file again for each look at the clock.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define SECOND INT64_C(1000000000)

static const volatile int64_t none[2];
static const volatile int64_t *offsets = none;

static int (*real_gettime)(clockid_t, struct timespec *);
static int (*real_timedwait)(pthread_cond_t *, pthread_mutex_t *, const struct timespec *);

__attribute__((constructor)) static void start(void) {
    if (real_gettime) return;
    /* The unversioned name is that of an older, incompatible one. */
    real_timedwait = dlvsym(RTLD_NEXT, "pthread_cond_timedwait", "GLIBC_2.3.2");
    if (!real_timedwait) real_timedwait = dlsym(RTLD_NEXT, "pthread_cond_timedwait");

    const char *path = getenv("TEST_CLOCK_OFFSETS");
    int file = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    if (file >= 0) {
        void *map = mmap(NULL, 2 * sizeof(int64_t), PROT_READ, MAP_SHARED, file, 0);
        if (map != MAP_FAILED) offsets = map;
        close(file);
    }
    real_gettime = dlsym(RTLD_NEXT, "clock_gettime");
}

static void add(struct timespec *time, int64_t offset) {
    int64_t total = time->tv_sec * SECOND + time->tv_nsec + offset;
    time->tv_sec = total / SECOND;
    time->tv_nsec = total % SECOND;
    if (time->tv_nsec < 0) {
        time->tv_nsec += SECOND;
        time->tv_sec--;
    }
}

int clock_gettime(clockid_t clock, struct timespec *time) {
    start();
    int result = real_gettime(clock, time);
    if (result) return result;
    switch (clock) {
        case CLOCK_REALTIME:
        case CLOCK_REALTIME_COARSE:
            add(time, offsets[0]);
            break;
        case CLOCK_MONOTONIC:
        case CLOCK_MONOTONIC_COARSE:
        case CLOCK_MONOTONIC_RAW:
        case CLOCK_BOOTTIME:
            add(time, offsets[1]);
            break;
    }
    return 0;
}

int gettimeofday(struct timeval *time, void *zone) {
    struct timespec now;
    (void)zone;
    if (clock_gettime(CLOCK_REALTIME, &now)) return -1;
    time->tv_sec = now.tv_sec;
    time->tv_usec = now.tv_nsec / 1000;
    return 0;
}

time_t time(time_t *result) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (result) *result = now.tv_sec;
    return now.tv_sec;
}

/* .NET waits by the time since the start: its moments are the machine's again once the offset is taken off. */
int pthread_cond_timedwait(pthread_cond_t *condition, pthread_mutex_t *mutex, const struct timespec *until) {
    start();
    struct timespec machine = *until;
    add(&machine, -offsets[1]);
    return real_timedwait(condition, mutex, &machine);
}
