/* The same system calls as the birth of an entry, and nothing else: what this disk can give at most.
 *
 *   commits FOLDER COUNT WIDTH SIZE
 *
 * WIDTH threads commit COUNT entries of SIZE bytes: created under a lock in tmp, envelope's place kept, payload written,
 * looked for in the states, envelope written, file synced, renamed without overwrite, both folders synced. Prints seconds.
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { ENVELOPE = 1024, PATH = 512 };
static const char *const states[] = {"ready", "active", "deferred", "hold", "failed", "exported"};
static const char *root;
static int count;
static size_t size;
static atomic_int next;

static void checked(int result, const char *what) {
    if (result < 0) err(1, "%s", what);
}

static void write_all(int file, const char *bytes, size_t length) {
    while (length > 0) {
        ssize_t written = write(file, bytes, length);
        checked((int)written, "write");
        bytes += written;
        length -= (size_t)written;
    }
}

static void sync_folder(const char *name) {
    char path[PATH];
    snprintf(path, sizeof path, "%s/%s", root, name);
    int folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
    checked(folder, "open");
    checked(fsync(folder), "fsync");
    close(folder);
}

static void commit(int number, const char *payload, const char *envelope) {
    char temporary[PATH], target[PATH], other[PATH];
    struct stat status;
    snprintf(temporary, sizeof temporary, "%s/tmp/joe-%d.0123456789abcdef", root, number);
    int file = open(temporary, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    checked(file, "open");
    checked(flock(file, LOCK_EX), "flock");
    checked(lstat(temporary, &status), "stat");
    checked(fstat(file, &status), "fstat");
    write_all(file, envelope, ENVELOPE);
    write_all(file, payload, size);
    for (size_t state = 0; state < sizeof states / sizeof *states; state++) {
        snprintf(other, sizeof other, "%s/%s/joe-%d.entry", root, states[state], number);
        if (lstat(other, &status) == 0 || errno != ENOENT) errx(1, "%s is there", other);
    }
    checked((int)pwrite(file, envelope, ENVELOPE, 0), "pwrite");
    checked(fsync(file), "fsync");
    snprintf(target, sizeof target, "%s/ready/joe-%d.entry", root, number);
    checked(renameat2(AT_FDCWD, temporary, AT_FDCWD, target, RENAME_NOREPLACE), "rename");
    sync_folder("ready");
    sync_folder("tmp");
    close(file);
}

static void *work(void *unused) {
    char *payload = malloc(size), envelope[ENVELOPE];
    if (payload == NULL) err(1, "malloc");
    memset(payload, 'x', size);
    memset(envelope, ' ', sizeof envelope);
    for (int number; (number = atomic_fetch_add(&next, 1)) < count;) commit(number, payload, envelope);
    free(payload);
    return unused;
}

int main(int argc, char **argv) {
    if (argc != 5) errx(64, "usage: commits FOLDER COUNT WIDTH SIZE");
    root = argv[1];
    count = atoi(argv[2]);
    int width = atoi(argv[3]);
    size = (size_t)atol(argv[4]);
    if (width < 1 || width > 64) errx(64, "WIDTH is 1 to 64");
    char path[PATH];
    checked(mkdir(root, 0700), root);
    snprintf(path, sizeof path, "%s/tmp", root);
    checked(mkdir(path, 0700), path);
    for (size_t state = 0; state < sizeof states / sizeof *states; state++) {
        snprintf(path, sizeof path, "%s/%s", root, states[state]);
        checked(mkdir(path, 0700), path);
    }
    struct timespec start, end;
    pthread_t threads[64];
    clock_gettime(CLOCK_MONOTONIC, &start);
    for (int index = 0; index < width; index++) pthread_create(&threads[index], NULL, work, NULL);
    for (int index = 0; index < width; index++) pthread_join(threads[index], NULL);
    clock_gettime(CLOCK_MONOTONIC, &end);
    printf("%.4f\n", (double)(end.tv_sec - start.tv_sec) + (double)(end.tv_nsec - start.tv_nsec) / 1e9);
    return 0;
}
