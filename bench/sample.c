// SPDX-License-Identifier: GPL-2.0-only
#include "sample.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "arena.h"
#include "backend.h"
#include "bystander.h"
#include "clock.h"
#include "counters_record.h"
#include "emission.h"
#include "open_loop.h"
#include "overhead.h"
#include "placement.h"
#include "record.h"
#include "roles.h"
#include "slot_pages.h"
#include "stop.h"
#include "util/err.h"
#include "witness.h"
#include "worker.h"

/* A sample that takes longer than its phases by this is taken to hang. */
enum {
	GRACE_MS = 60000
};

struct sample {
	const struct bench *bench;
	const struct point *point;
	const struct backend *backend;
	void *state;
	struct arena arena;
	struct crew crew;
	struct witness *witness;
	struct record record;
};

static const char *word_of(const struct point *point, const char *axis)
{
	return point_value(point, axis)->text;
}

long long param_count(const struct workspace *w, const char *name)
{
	return point_value(w->params, name)->count;
}

const char *param_choice(const struct workspace *w, const char *name)
{
	return word_of(w->params, name);
}

static int reset_probes(void *arg)
{
	struct sample *s = arg;
	int ret = s->backend->reset ? s->backend->reset(s->state) : 0;

	witness_begin(s->witness);
	return ret;
}

static unsigned long long count_operations(const struct crew *crew)
{
	unsigned long long all = 0;

	for (size_t i = 0; i < crew->count; i++)
		if (role_is(&crew->workers[i], "op"))
			all += crew->workers[i].all;
	return all;
}

/* The times of all workers whose load is @name in one histogram; its values per second in *@rate.
 */
static void sum_load(const struct sample *s, const char *name, struct loghist *sum, double *rate)
{
	memset(sum, 0, sizeof(*sum));
	loghist_init(sum);
	*rate = 0;
	for (size_t i = 0; i < s->crew.count; i++) {
		const struct worker *w = &s->crew.workers[i];

		if (!role_is(w, name))
			continue;
		loghist_add(sum, w->hist);
		if (w->window)
			*rate += (double)w->hist->count * s->bench->clock_hz / (double)w->window;
	}
}

/* Seconds in which the probes counted: more than the measurement, for they see the cool-down too. */
static double counted_seconds(const struct sample *s)
{
	return (double)s->crew.span / s->bench->clock_hz;
}

static void record_net(struct sample *s)
{
	const json_t *median = json_object_get(s->record.metrics, "op.p50");

	if (median && s->bench->empty_ns >= 0)
		record_metric(&s->record, "op.net.p50",
			      json_number_value(median) - s->bench->empty_ns);
	else
		record_absent(&s->record, "op.net.p50", "the empty operation was not calibrated");
}

/* A sample whose operations mostly found nothing to do has not measured them. */
static int record_missed(struct sample *s)
{
	unsigned long long missed = 0, all = count_operations(&s->crew);

	for (size_t i = 0; i < s->crew.count; i++)
		missed += s->crew.workers[i].space.missed;
	record_metric(&s->record, "op.missed", (double)missed);
	if (2 * missed > all)
		return err_untrusted("%llu of %llu operations found nothing to do", missed, all);
	return 0;
}

static int record_operations(struct sample *s)
{
	struct loghist *sum = malloc(sizeof(*sum));
	double rate;
	int ret = 0;

	if (!sum)
		return err_memory();
	sum_load(s, "op", sum, &rate);
	record_hist(&s->record, "op", sum, "no operation was timed");
	open_loop_record(&s->crew, &s->record);
	bystander_record(&s->crew, &s->record);
	record_net(s);
	record_metric(&s->record, "op.rate", rate);
	record_metric(&s->record, "op.count", (double)sum->count);
	record_metric(&s->record, "op.all", (double)count_operations(&s->crew));
	if (!sum->count)
		ret = err_untrusted("no operation ended in measure_ms=%s",
				    word_of(s->point, "measure_ms"));
	sum_load(s, "access", sum, &rate);
	record_hist(&s->record, "access", sum, "no access was timed");
	sum_load(s, "track", sum, &rate);
	record_hist(&s->record, "track", sum, "no range came and went");
	sum_load(s, "neighbour", sum, &rate);
	record_hist(&s->record, "neighbour", sum, "no neighbour was timed");
	free(sum);
	return ret;
}

/* What the device saw that it should not have, and what it still holds that it should not. */
static int record_stale(struct sample *s)
{
	unsigned long long stale = 0;
	int ret = 0;

	if (!roles_play_device(&s->crew)) {
		record_absent(&s->record, "stale", "no worker played the device");
		return 0;
	}
	for (size_t i = 0; i < s->crew.count; i++)
		stale += s->crew.workers[i].space.stale;
	if (s->backend->verify)
		ret = s->backend->verify(s->state, &stale);
	record_metric(&s->record, "stale", (double)stale);
	if (!ret && stale)
		ret = err_untrusted("the device used or kept %llu stale translations", stale);
	return ret;
}

static int read_probes(struct sample *s)
{
	return s->backend->read ? s->backend->read(s->state, &s->record, counted_seconds(s)) : 0;
}

static int measure(struct sample *s)
{
	int ret = crew_start(&s->crew);

	if (ret)
		return ret;
	ret = crew_measure(&s->crew, point_value(s->point, "warmup_ms")->count,
			   point_value(s->point, "measure_ms")->count, reset_probes, s);
	witness_end(s->witness);
	if (!ret)
		ret = record_operations(s);
	counters_record(&s->crew, s->bench->counters, &s->record);
	witness_record(s->witness, &s->record, count_operations(&s->crew));
	if (!ret)
		ret = record_missed(s);
	if (!ret)
		ret = read_probes(s);
	if (!ret)
		ret = record_stale(s);
	if (!ret)
		record_rest_absent(&s->record, s->backend->silent);
	if (!ret)
		ret = emission_check(s->point, &s->record, count_operations(&s->crew));
	if (!ret)
		ret = placement_check(&s->crew);
	if (!ret)
		ret = slot_pages_check(&s->crew, s->point);
	crew_stop(&s->crew);
	return ret;
}

/* Has the machine what each worker needs for what it does? Asked once for all that do the same. */
static int check_machine(const struct sample *s)
{
	const struct workload *asked = NULL;
	const char *reason = NULL;

	for (size_t i = 0; !reason && i < s->crew.count; i++) {
		const struct workload *load = s->crew.workers[i].workload;

		if (load->lacks && load != asked)
			reason = load->lacks(&s->crew.workers[i].space);
		asked = load;
	}
	return reason ? err_skipped("%s %s", asked->name, reason) : 0;
}

static int hire_and_measure(struct sample *s)
{
	const struct hire hire = {
		.point = s->point,
		.arena = &s->arena,
		.backend = s->backend,
		.state = s->state,
	};
	int ret;

	s->crew.topo = s->bench->topo;
	s->crew.counters = s->bench->counters;
	ret = roles_hire(&s->crew, &hire);
	if (!ret)
		ret = slot_pages_possible(&s->crew, s->point);
	if (!ret)
		ret = check_machine(s);
	open_loop_set(&s->crew, point_value(s->point, "rate")->count, s->bench->clock_hz);
	return ret ? ret : measure(s);
}

static int subscribe_and_measure(struct sample *s)
{
	int ret = arena_open(&s->arena, s->point);

	if (ret)
		return ret;
	s->witness = witness_open(s->bench->counters);
	if (s->backend->attach)
		ret = s->backend->attach(s->point, s->bench->select, &s->arena, &s->state);
	if (ret)
		return ret;
	ret = hire_and_measure(s);
	if (s->backend->detach)
		s->backend->detach(s->state);
	witness_close(s->witness);
	return ret;
}

static const char *status_name(void)
{
	switch (err_exit_code()) {
	case EXIT_FINE:
		return "ok";
	case EXIT_SKIPPED:
		return "skipped";
	default:
		return "failed";
	}
}

/*
 * fork() left our pages shared with the parent: each first write would copy a page and so emit a
 * CLEAR that is not the workload's. Locking memory copies all that can be written now. Without
 * the right to lock, those few events stay, and the sample says so.
 */
static bool own_all_pages(void)
{
	return !mlockall(MCL_CURRENT) && !munlockall();
}

/* In the sample's process: measures, and says it in JSON. */
static json_t *sample_child(const struct bench *bench, const struct point *point)
{
	struct sample s = {
		.bench = bench,
		.point = point,
		.backend = backend_find(word_of(point, "variant"), bench->select),
	};
	double from = clock_seconds();
	bool owned;
	json_t *out;

	/* Huge pages would change what an operation does with its first pages. */
	if (!point->workload->huge && !slot_pages_huge(point))
		prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0);
	owned = own_all_pages();
	if (!record_open(&s.record, bench->clock_hz))
		subscribe_and_measure(&s);
	out = json_pack("{s:s, s:s, s:f, s:f}", "status", status_name(), "why", err_text(),
			"started_s", from - bench->started, "took_s", clock_seconds() - from);
	if (s.crew.workers && err_exit_code() != EXIT_SKIPPED)
		json_object_set_new(out, "placement", placement_describe(&s.crew));
	if (!owned)
		record_note(&s.record, "memory could not be locked: a few CLEAR events may be "
				       "copies of the engine's own pages");
	if (json_array_size(s.record.notes))
		json_object_set(out, "notes", s.record.notes);
	json_object_set(out, "metrics", s.record.metrics);
	json_object_set(out, "absent", s.record.absent);
	json_object_set(out, "hist", s.record.hist);
	/* The workers' memory goes with the process: where not all could be started, some still run. */
	record_close(&s.record);
	return out;
}

/* As json_dump_callback_t wants it. */
static int write_all(const char *buffer, size_t size, void *arg)
{
	const int *fd = arg;

	while (size) {
		ssize_t n = write(*fd, buffer, size);

		if (n < 0 && errno != EINTR)
			return -1;
		if (n > 0) {
			buffer += n;
			size -= (size_t)n;
		}
	}
	return 0;
}

static void __attribute__((noreturn))
child_main(const struct bench *bench, const struct point *point, pid_t parent, int fd)
{
	json_t *out;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent) /* it was killed before that */
		_exit(1);
	signal(SIGINT, SIG_DFL);
	signal(SIGTERM, SIG_DFL);
	prctl(PR_SET_NAME, "sample:set-up");
	out = sample_child(bench, point);
	_exit(out && !json_dump_callback(out, write_all, &fd,
					 JSON_COMPACT | JSON_REAL_PRECISION(10))
		      ? 0
		      : 1);
}

struct text {
	char *bytes;
	size_t len;
};

/* Reads until the end, the deadline or SIGINT. 0, -ETIMEDOUT, -EINTR or -errno. */
static int read_until(int fd, double deadline, struct text *text)
{
	for (;;) {
		struct pollfd p = { .fd = fd, .events = POLLIN };
		double left = deadline - clock_seconds();
		ssize_t n;
		char *grown;

		if (stop_asked())
			return -EINTR;
		if (left <= 0)
			return -ETIMEDOUT;
		if (poll(&p, 1, (int)(1e3 * left) + 1) <= 0)
			continue;
		grown = realloc(text->bytes, text->len + 65536);
		if (!grown)
			return -ENOMEM;
		text->bytes = grown;
		n = read(fd, text->bytes + text->len, 65536);
		/* Ctrl-C is for the process too, and it may end before we hear of it. */
		if (n == 0)
			return stop_asked() ? -EINTR : 0;
		if (n > 0)
			text->len += (size_t)n;
	}
}

static json_t *failure(const char *format, ...) __attribute__((format(printf, 1, 2)));
static json_t *failure(const char *format, ...)
{
	va_list args;
	json_t *why;

	va_start(args, format);
	why = json_vsprintf(format, args);
	va_end(args);
	return json_pack("{s:s, s:o}", "status", "failed", "why", why);
}

/* What became of the child, from how it ended and what it said. */
static json_t *judge(int ret, int status, const struct text *text)
{
	json_t *out;

	if (ret == -ETIMEDOUT)
		return failure("the sample's process hung and was killed");
	if (ret)
		return failure("cannot read what the sample's process says: %s", strerror(-ret));
	if (WIFSIGNALED(status))
		return failure("the sample's process died of signal %d (%s)", WTERMSIG(status),
			       strsignal(WTERMSIG(status)));
	out = json_loadb(text->bytes ? text->bytes : "", text->len, 0, NULL);
	return out ? out
		   : failure("the sample's process ended with exit code %d and without a result",
			     WEXITSTATUS(status));
}

json_t *sample_run(const struct bench *bench, const struct point *point, int *ret)
{
	double deadline = clock_seconds() + overhead_ranges_most_s(point) +
			  1e-3 * (double)(GRACE_MS + point_value(point, "warmup_ms")->count +
					  point_value(point, "measure_ms")->count);
	struct text text = { 0 };
	json_t *out = NULL;
	pid_t parent = getpid(), pid;
	int pipe_fds[2], status = 0;

	if (pipe2(pipe_fds, O_CLOEXEC) || (pid = fork()) < 0) {
		*ret = err_setup("cannot make a process for a sample: %m");
		return NULL;
	}
	if (!pid) {
		close(pipe_fds[0]);
		child_main(bench, point, parent, pipe_fds[1]);
	}
	close(pipe_fds[1]);
	*ret = read_until(pipe_fds[0], deadline, &text);
	if (*ret)
		kill(pid, SIGKILL);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	close(pipe_fds[0]);
	if (*ret != -EINTR) {
		out = judge(*ret, status, &text);
		*ret = 0;
	}
	free(text.bytes);
	return out;
}
