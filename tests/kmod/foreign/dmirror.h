/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The kernel's own device for tests of HMM, test_hmm.ko: a second device on our memory, which can do
 * what ours cannot: take pages into memory of its own, and take them for itself alone.
 */
#ifndef TESTS_KMOD_FOREIGN_DMIRROR_H
#define TESTS_KMOD_FOREIGN_DMIRROR_H

#include <stddef.h>

/* One of its two devices with private memory; -errno: there is none. */
int dmirror_open(unsigned int number);

/*
 * What it does with @pages pages at @at; each page's bytes are in @data then, or come from there. 0 or
 * -errno; -EIO: with fewer pages than it was asked for.
 */
int dmirror_read(int fd, void *at, size_t pages, void *data);
int dmirror_write(int fd, void *at, size_t pages, const void *data);
/* Into its memory, and back. A CPU that touches one brings it back, too. */
int dmirror_take(int fd, void *at, size_t pages, void *data);
int dmirror_give(int fd, void *at, size_t pages);
/* For itself alone, until any other touches one. */
int dmirror_claim(int fd, void *at, size_t pages, void *data);
/* -EPERM: it still has one of them to itself. */
int dmirror_has_lost(int fd, void *at, size_t pages);

#endif
