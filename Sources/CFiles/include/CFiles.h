// What Swift's Glibc module does not show, and nothing else.
#ifndef SPOOL_CFILES_H
#define SPOOL_CFILES_H

/// renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE): 0, or -1 with errno.
int spool_rename_noreplace(const char *from, const char *to);

/// What statfs(2) says that we need.
struct spool_filesystem {
    unsigned long long magic, block, blocks, available, files, free_files;
    int is_read_only;
};

/// statfs(path): 0, or -1 with errno.
int spool_statfs(const char *path, struct spool_filesystem *result);

/// syncfs(descriptor): 0, or -1 with errno.
int spool_syncfs(int descriptor);

/// Raises the limit of open files to what this process may have, and says what it is; -1 with errno.
long spool_raise_open_files(void);

/// Two heaps for all threads, and large buffers given back at once. Nothing but memory is lost where that is refused.
void spool_spare_memory(void);

#endif
