/* SPDX-License-Identifier: GPL-2.0-only */
/* A memory cgroup for a test: what is charged to it, and its limits. */
#ifndef TESTS_KMOD_LIB_GROUP_H
#define TESTS_KMOD_LIB_GROUP_H

#define GROUP_ROOT "/sys/fs/cgroup"
#define GROUP      GROUP_ROOT "/secmmu-test"

/* 0 or -errno. */
int file_write(const char *path, const char *text);

/* Move this process into a new group without a limit; skips the test where there is no controller. */
void group_enter(void);
/* Out of it again, and away with it. */
void group_leave(void);

/* The number behind @key in @file of the group; the first one for "". */
long group_read(const char *file, const char *key);
/* 0 or -errno. */
int group_write(const char *file, const char *text);

#endif
