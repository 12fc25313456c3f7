/* A disk that forgets what was not synced: loaded into a process with LD_PRELOAD (Linux, glibc).
 *
 *   cc -shared -fPIC -O2 -pthread -o powercut.so powercut.c -ldl
 *   LD_PRELOAD=powercut.so POWERCUT_LIVE=/path/live POWERCUT_DISK=/path/disk program
 *
 * The program works in the folder POWERCUT_LIVE. POWERCUT_DISK holds what a disk would hold if the power failed at this
 * moment: of every file, exactly what had been written when it was last synced. Kill the program with SIGKILL, and that
 * folder is the disk after the cut. Both folders must exist; folders inside them are not followed.
 *
 * The model, which is the worst that a journalling file system does to a careful program:
 *  - Data that was written and not synced is gone. All of it, always: a page cache that was never flushed.
 *  - A cut during a sync leaves any part of that sync's data, because the copy below can be killed half way.
 *  - A file exists on the disk once it was synced. Removed and renamed names change on the disk, in order, with the next
 *    sync of any file or of the folder.
 * A write that this library did not see (mmap, O_TRUNC, sendfile) is not on the disk, so a mistake in here can only make
 * a program look worse than it is.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#define MAX_FILES 64
#define MAX_CHANGES 256
#define TO_THE_END INT64_MAX
#define REAL(name) ((__typeof__(&name))real(#name))

typedef struct { int64_t from, to; } extent;

/* What was written to a file since its last sync. */
typedef struct {
    char name[NAME_MAX + 1]; /* empty: this place is free */
    extent *extents;
    size_t count, capacity;
} dirty_file;

/* A name that was removed (to is empty) or renamed, and that is still the old one on the disk. */
typedef struct { char from[NAME_MAX + 1], to[NAME_MAX + 1]; } name_change;

static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
static const char *live_folder, *disk_folder;
static size_t live_length;
static dirty_file files[MAX_FILES];
static name_change changes[MAX_CHANGES];
static size_t change_count;

static void *real(const char *name)
{
    return dlsym(RTLD_NEXT, name);
}

static void fail(const char *why)
{
    dprintf(STDERR_FILENO, "powercut: %s (errno %d)\n", why, errno);
    abort();
}

__attribute__((constructor)) static void start(void)
{
    live_folder = getenv("POWERCUT_LIVE");
    disk_folder = getenv("POWERCUT_DISK");
    live_length = live_folder ? strlen(live_folder) : 0;
}

/* The name of a path inside the live folder; NULL for any other. */
static const char *name_inside(const char *path)
{
    if (!live_length || !disk_folder || strncmp(path, live_folder, live_length) != 0 || path[live_length] != '/')
        return NULL;
    const char *name = path + live_length + 1;
    return *name && !strchr(name, '/') && strlen(name) <= NAME_MAX ? name : NULL;
}

/* Where an open file is now. A file that has lost its name has no place on the disk either. */
static int path_of(int fd, char *path)
{
    char link[64];
    struct stat info;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = live_length ? readlink(link, path, PATH_MAX - 1) : -1;
    if (length <= 0 || path[0] != '/' || fstat(fd, &info) != 0 || info.st_nlink == 0)
        return 0;
    path[length] = 0;
    return 1;
}

static dirty_file *find(const char *name, int add)
{
    dirty_file *unused = NULL;
    for (size_t i = 0; i < MAX_FILES; i++) {
        if (strcmp(files[i].name, name) == 0)
            return &files[i];
        if (!unused && !files[i].name[0])
            unused = &files[i];
    }
    if (!add)
        return NULL;
    if (!unused)
        fail("too many files");
    strcpy(unused->name, name);
    unused->count = 0;
    return unused;
}

static void forget(const char *name)
{
    dirty_file *file = find(name, 0);
    if (file)
        file->name[0] = 0;
}

static void mark(int fd, int64_t from, int64_t to)
{
    char path[PATH_MAX];
    if (from >= to)
        return; /* nothing was written; errno says why */
    const char *name = path_of(fd, path) ? name_inside(path) : NULL;
    if (!name)
        return;
    pthread_mutex_lock(&gate);
    dirty_file *file = find(name, 1);
    extent *last = file->count ? &file->extents[file->count - 1] : NULL;
    if (last && last->from <= from && from <= last->to) {
        last->to = last->to > to ? last->to : to; /* a log grows at its end */
    } else {
        if (file->count == file->capacity) {
            file->capacity = file->capacity ? file->capacity * 2 : 64;
            file->extents = realloc(file->extents, file->capacity * sizeof(extent));
            if (!file->extents)
                fail("out of memory");
        }
        file->extents[file->count++] = (extent){ from, to };
    }
    pthread_mutex_unlock(&gate);
}

static void disk_path(char *path, const char *name)
{
    snprintf(path, PATH_MAX, "%s/%s", disk_folder, name);
}

static void change_name(const char *from, const char *to)
{
    if (change_count == MAX_CHANGES)
        fail("too many changed names");
    strcpy(changes[change_count].from, from);
    strcpy(changes[change_count].to, to);
    change_count++;
}

static void put_names_on_disk(void)
{
    char from[PATH_MAX], to[PATH_MAX];
    for (size_t i = 0; i < change_count; i++) {
        disk_path(from, changes[i].from);
        disk_path(to, changes[i].to);
        /* A name that never was on the disk cannot be changed there. */
        int result = changes[i].to[0] ? REAL(rename)(from, to) : REAL(unlink)(from);
        if (result != 0 && errno != ENOENT)
            fail("the disk does not take a name");
    }
    change_count = 0;
}

static void copy(int from, int to, extent part, int64_t size)
{
    char buffer[65536];
    int64_t end = part.to < size ? part.to : size;
    for (int64_t at = part.from; at < end;) {
        size_t wanted = (uint64_t)(end - at) < sizeof buffer ? (size_t)(end - at) : sizeof buffer;
        ssize_t got = pread(from, buffer, wanted, at);
        if (got < 0)
            fail("the file cannot be read");
        if (got == 0)
            return;
        if (REAL(pwrite)(to, buffer, (size_t)got, at) != got)
            fail("the disk does not take data");
        at += got;
    }
}

/* Under the lock, after the real sync: what was written until now is on the disk. */
static void put_file_on_disk(const char *live, const char *name)
{
    char disk[PATH_MAX];
    disk_path(disk, name);
    int from = open(live, O_RDONLY | O_CLOEXEC);
    int is_new = access(disk, F_OK) != 0;
    int to = open(disk, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    struct stat info;
    if (from < 0 || to < 0 || fstat(from, &info) != 0)
        fail("a file cannot be opened");
    dirty_file *file = find(name, 0);
    if (is_new)
        copy(from, to, (extent){ 0, TO_THE_END }, info.st_size);
    else if (file)
        for (size_t i = 0; i < file->count; i++)
            copy(from, to, file->extents[i], info.st_size);
    if (REAL(ftruncate)(to, info.st_size) != 0)
        fail("the disk does not take a size");
    if (file)
        file->name[0] = 0;
    close(from);
    close(to);
}

static int sync_with(int (*sync)(int), int fd)
{
    char path[PATH_MAX];
    int result = sync(fd);
    if (result != 0 || !path_of(fd, path))
        return result;
    const char *name = name_inside(path);
    if (name || (disk_folder && strcmp(path, live_folder) == 0)) {
        pthread_mutex_lock(&gate);
        put_names_on_disk();
        if (name)
            put_file_on_disk(path, name);
        pthread_mutex_unlock(&gate);
    }
    return 0;
}

int fsync(int fd) { return sync_with(REAL(fsync), fd); }
int fdatasync(int fd) { return sync_with(REAL(fdatasync), fd); }

ssize_t pwrite(int fd, const void *data, size_t size, off_t at)
{
    ssize_t written = REAL(pwrite)(fd, data, size, at);
    mark(fd, at, at + written);
    return written;
}

ssize_t pwrite64(int fd, const void *data, size_t size, off64_t at)
{
    ssize_t written = REAL(pwrite64)(fd, data, size, at);
    mark(fd, at, at + written);
    return written;
}

ssize_t pwritev(int fd, const struct iovec *parts, int count, off_t at)
{
    ssize_t written = REAL(pwritev)(fd, parts, count, at);
    mark(fd, at, at + written);
    return written;
}

ssize_t write(int fd, const void *data, size_t size)
{
    ssize_t written = REAL(write)(fd, data, size);
    if (written > 0 && fd > STDERR_FILENO) {
        int error = errno;
        off_t end = lseek(fd, 0, SEEK_CUR);
        errno = error;
        mark(fd, end - written, end);
    }
    return written;
}

int ftruncate(int fd, off_t size)
{
    int result = REAL(ftruncate)(fd, size);
    if (result == 0)
        mark(fd, size, TO_THE_END);
    return result;
}

int ftruncate64(int fd, off64_t size)
{
    int result = REAL(ftruncate64)(fd, size);
    if (result == 0)
        mark(fd, size, TO_THE_END);
    return result;
}

int unlink(const char *path)
{
    int result = REAL(unlink)(path);
    const char *name = result == 0 ? name_inside(path) : NULL;
    if (name) {
        pthread_mutex_lock(&gate);
        forget(name);
        change_name(name, "");
        pthread_mutex_unlock(&gate);
    }
    return result;
}

int rename(const char *from, const char *to)
{
    int result = REAL(rename)(from, to);
    const char *old_name = result == 0 ? name_inside(from) : NULL, *new_name = result == 0 ? name_inside(to) : NULL;
    if (old_name && new_name) {
        pthread_mutex_lock(&gate);
        forget(new_name);
        dirty_file *file = find(old_name, 0);
        if (file)
            strcpy(file->name, new_name);
        change_name(old_name, new_name);
        pthread_mutex_unlock(&gate);
    }
    return result;
}
