// SPDX-License-Identifier: GPL-2.0-only
#include "progress.h"

#include <stdio.h>
#include <unistd.h>

#include "util/clock.h"

/* Seconds between two lines where there is no terminal. */
static const double line_every_s = 15;

void progress_start(struct progress *p, size_t planned, bool quiet)
{
	double now = clock_seconds();

	*p = (struct progress){
		.planned = planned,
		.started = now,
		.shown = now,
		.terminal = isatty(STDERR_FILENO),
		.quiet = quiet,
	};
}

static void show(struct progress *p, const char *what)
{
	double took = clock_seconds() - p->started;
	double left = p->done ? took / (double)p->done * (double)(p->planned - p->done) : 0;
	char failed[32] = "";

	if (p->failed)
		snprintf(failed, sizeof(failed), ", %zu failed", p->failed);
	fprintf(stderr, "%s%4zu/%zu samples%s, %.0f s left%s%.40s%s", p->terminal ? "\r\033[K" : "",
		p->done, p->planned, failed, left, *what ? ": " : "", what,
		p->terminal ? "" : "\n");
	fflush(stderr);
	p->shown = clock_seconds();
}

void progress_step(struct progress *p, bool ok, const char *what)
{
	p->done++;
	p->failed += !ok;
	if (p->done > p->planned)
		p->planned = p->done;
	if (!p->quiet && (p->terminal || clock_seconds() - p->shown >= line_every_s))
		show(p, what);
}

void progress_stop(struct progress *p)
{
	if (p->terminal && !p->quiet && p->done)
		fputs("\r\033[K", stderr);
}
