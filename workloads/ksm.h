/* SPDX-License-Identifier: GPL-2.0-only */
/* Slots of equal pages that the kernel's same-page merging makes one. */
#ifndef WORKLOADS_KSM_H
#define WORKLOADS_KSM_H

struct workspace;

/* As struct workload's lacks(): ksmd, and one worker, since what is merged is known of all only. */
const char *ksm_lacks(const struct workspace *w);

/*
 * Writes equal pages that are nobody else's. ksmd counts them as merged until it has met them again,
 * so this waits until it has. 0, or -errno; -ETIMEDOUT after some seconds.
 */
int ksm_part(const struct workspace *w);

/* Waits until ksmd has merged all pages of the slot. 0, or -errno. */
int ksm_wait(const struct workspace *w);

#endif
