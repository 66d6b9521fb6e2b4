#define _GNU_SOURCE
#include "CFiles.h"

#include <fcntl.h>
#include <malloc.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include <sys/utsname.h>
#include <unistd.h>

int spool_rename_noreplace(const char *from, const char *to) {
    return renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE);
}

int spool_statfs(const char *path, struct spool_filesystem *result) {
    struct statfs raw;
    if (statfs(path, &raw) != 0) return -1;
    result->magic = (unsigned int)raw.f_type;
    result->block = (unsigned long long)(raw.f_frsize > 0 ? raw.f_frsize : raw.f_bsize);
    result->blocks = raw.f_blocks;
    result->available = raw.f_bavail;
    result->files = raw.f_files;
    result->free_files = raw.f_ffree;
    result->is_read_only = (raw.f_flags & ST_RDONLY) != 0;
    return 0;
}

int spool_syncfs(int descriptor) {
    return syncfs(descriptor);
}

void spool_start_writing(int descriptor) {
    sync_file_range(descriptor, 0, 0, SYNC_FILE_RANGE_WRITE);
}

int spool_kernel_since(int major, int minor) {
    struct utsname name;
    int is_major, is_minor;
    if (uname(&name) != 0 || sscanf(name.release, "%d.%d", &is_major, &is_minor) != 2) return 0;
    return is_major > major || (is_major == major && is_minor >= minor);
}

void spool_widen_open_files(void) {
    const rlim_t wanted = 4096;
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
    if (limit.rlim_cur < wanted) {
        limit.rlim_cur = wanted < limit.rlim_max ? wanted : limit.rlim_max;
        if (setrlimit(RLIMIT_NOFILE, &limit) != 0) return;
    }
    int last = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, (limit.rlim_cur < wanted ? (int)limit.rlim_cur : (int)wanted) - 1);
    if (last >= 0) close(last);
}

long spool_raise_open_files(void) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return -1;
    if (limit.rlim_cur != limit.rlim_max) {
        rlim_t before = limit.rlim_cur;
        limit.rlim_cur = limit.rlim_max;
        if (setrlimit(RLIMIT_NOFILE, &limit) != 0) limit.rlim_cur = before;
    }
    return limit.rlim_cur > 1L << 30 ? 1L << 30 : (long)limit.rlim_cur;
}

void spool_spare_memory(void) {
    mallopt(M_ARENA_MAX, 2);
    mallopt(M_MMAP_THRESHOLD, 256 << 10);
}
