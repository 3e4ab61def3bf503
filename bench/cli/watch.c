// SPDX-License-Identifier: GPL-2.0-only
#include "watch.h"

#include <errno.h>
#include <string.h>

#include "util/control.h"
#include "util/err.h"
#include "util/json.h"

static int watch_begin(struct sink *sink, json_t *run)
{
	struct watch *w = (struct watch *)sink;

	progress_start(&w->progress, (size_t)json_integer_value(json_object_get(run, "planned")),
		       w->quiet);
	return w->next->begin(w->next, run);
}

static void name_point(const json_t *axes, char *name, size_t size)
{
	snprintf(name, size, "%s %s ranges=%" JSON_INTEGER_FORMAT, json_text(axes, "workload"),
		 json_text(axes, "variant"), json_integer_value(json_object_get(axes, "ranges")));
	control_clean(name);
}

static int watch_sample(struct sink *sink, json_t *sample)
{
	struct watch *w = (struct watch *)sink;
	const char *status = json_text(sample, "status");
	char name[128];

	name_point(json_object_get(sample, "axes"), name, sizeof(name));
	if (!strcmp(status, "ok"))
		w->ok++;
	else if (!strcmp(status, "skipped"))
		w->skipped++;
	else if (!w->failed++)
		snprintf(w->first_failure, sizeof(w->first_failure), "%s: %s", name,
			 json_text(sample, "why"));
	progress_step(&w->progress, strcmp(status, "failed"), name);
	return w->next->sample(w->next, sample);
}

static int watch_end(struct sink *sink, const char *status, const char *why)
{
	struct watch *w = (struct watch *)sink;

	w->ended = true;
	progress_stop(&w->progress);
	return w->next->end(w->next, status, why);
}

void watch_open(struct watch *watch, struct sink *next, bool quiet)
{
	*watch = (struct watch){
		.sink = { .begin = watch_begin, .sample = watch_sample, .end = watch_end },
		.next = next,
		.quiet = quiet,
		.progress.quiet = quiet,
	};
}

void watch_close(struct watch *watch, const char *why)
{
	if (!watch->ended)
		watch_end(&watch->sink, "incomplete", why);
}

int watch_verdict(const struct watch *w)
{
	if (w->failed)
		return err_untrusted("%zu of %zu samples failed, first %s", w->failed,
				     w->ok + w->failed + w->skipped, w->first_failure);
	if (!w->ok && w->skipped)
		return err_skipped("all %zu samples were skipped", w->skipped);
	if (!w->ok)
		return err_skipped("no sample was taken; is the time budget too short?");
	return 0;
}
