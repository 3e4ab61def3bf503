/* SPDX-License-Identifier: GPL-2.0-only */
/* Another process: files are handed to it, and live on there when their address space has gone. */
#ifndef TESTS_FUZZ_ABI_HOLDER_H
#define TESTS_FUZZ_ABI_HOLDER_H

struct failure;

/* Starts it; the socket to it. What is wrong there is told in @failure, which is shared memory. */
int holder_start(struct failure *failure);
void holder_give(int socket, int fd);
/* All that it holds is closed once this returns. */
void holder_drop(int socket);
/* It ends. */
void holder_stop(int socket);

#endif
