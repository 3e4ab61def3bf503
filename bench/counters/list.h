/* SPDX-License-Identifier: GPL-2.0-only */
/* shootdown list counters. */
#ifndef BENCH_COUNTERS_LIST_H
#define BENCH_COUNTERS_LIST_H

/* Prints what can be counted on this machine, and why not what cannot. 0. */
int counters_list(void);

#endif
