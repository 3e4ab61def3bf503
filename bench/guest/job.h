/* SPDX-License-Identifier: GPL-2.0-only */
/* One job for the guest, as a cpio archive: /job/cmd and the files that it needs. */
#ifndef BENCH_GUEST_JOB_H
#define BENCH_GUEST_JOB_H

/*
 * Appends to the file @fd an archive with /job/cmd, a shell script that runs @command
 * (NULL-terminated, not empty), and each of @files (NULL-terminated, or NULL) as /job/BASENAME.
 * 0, or err_*().
 */
int vm_job_append(int fd, const char *const *command, const char *const *files);

#endif
