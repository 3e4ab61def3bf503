/* SPDX-License-Identifier: GPL-2.0-only */
/* SIGINT and SIGTERM end a run in order: what was measured stays. */
#ifndef UTIL_STOP_H
#define UTIL_STOP_H

#include <stdbool.h>

/* From now on the first SIGINT, SIGTERM or SIGHUP is only noted; the second one kills as ever. */
void stop_watch(void);

/* Has one come? */
bool stop_asked(void);

#endif
