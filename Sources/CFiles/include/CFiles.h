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

/// Begins to write a file's dirty pages to its disk, without waiting for any of them.
void spool_start_writing(int descriptor);

/// Whether the kernel is of this release (`major.minor`) or later; 0 also if that cannot be known.
int spool_kernel_since(int major, int minor);

/// Makes room in the process's table of open files while no thread shares it yet: later, each growth of it waits for all cores.
void spool_widen_open_files(void);

/// Raises the limit of open files to what this process may have, and says what it is; -1 with errno.
long spool_raise_open_files(void);

/// Two heaps for all threads, and large buffers given back at once. Nothing but memory is lost where that is refused.
void spool_spare_memory(void);

#endif
