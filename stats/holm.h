/* SPDX-License-Identifier: GPL-2.0-only */
/* What is left of a p when it is one of many? */
#ifndef STATS_HOLM_H
#define STATS_HOLM_H

#include <stddef.h>

/*
 * Turns the @count p of one table into those after Holm's correction: the chance that any of
 * those below a limit is a chance find is itself below that limit. The i-th smallest, from 0,
 * times how many there are from it on; never less than that of a smaller one, 1 at most. Those
 * that are NAN stay, and do not count. S. Holm, "A simple sequentially rejective multiple test
 * procedure", Scandinavian Journal of Statistics 6 (1979). 0 or -ENOMEM.
 */
int stats_holm(double *p, size_t count);

#endif
