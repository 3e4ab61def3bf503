/* SPDX-License-Identifier: GPL-2.0-only */
/* An open file goes from process to process through a socket. */
#ifndef TESTS_KMOD_LIB_PASSING_H
#define TESTS_KMOD_LIB_PASSING_H

/* Both end the process where they cannot. */
void send_fd(int sock, int fd);
int receive_fd(int sock);

#endif
