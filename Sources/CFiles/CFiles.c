#define _GNU_SOURCE
#include "CFiles.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/statfs.h>

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
    return 0;
}
