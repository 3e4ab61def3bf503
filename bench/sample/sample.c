// SPDX-License-Identifier: GPL-2.0-only
#include "sample.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/counters/perf.h"
#include "bench/plan/cost.h"
#include "measure.h"
#include "util/clock.h"
#include "util/err.h"
#include "util/stop.h"
#include "workloads/cgroup.h"

/* A sample that takes longer than its phases by this is taken to hang. */
enum {
	GRACE_MS = 60000
};

static bool write_all(int fd, const char *bytes, size_t size)
{
	while (size) {
		ssize_t n = write(fd, bytes, size);

		if (n < 0 && errno != EINTR)
			return false;
		if (n > 0) {
			bytes += n;
			size -= (size_t)n;
		}
	}
	return true;
}

/* In one piece: jansson writes each word of a file alone, and the parent would read each alone. */
static bool hand_over(const json_t *record, int fd)
{
	char *text = record ? json_dumps(record, JSON_COMPACT | JSON_REAL_PRECISION(10)) : NULL;
	bool done = text && write_all(fd, text, strlen(text));

	free(text);
	return done;
}

static void __attribute__((noreturn))
child_main(const struct bench *bench, const struct point *point, struct perf *perf, pid_t parent,
	   int fd)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent) /* it was killed before that */
		_exit(1);
	signal(SIGINT, SIG_DFL);
	signal(SIGTERM, SIG_DFL);
	prctl(PR_SET_NAME, "sample:set-up");
	_exit(hand_over(measure_point(bench, point, perf), fd) ? 0 : 1);
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

/* Seconds after which a sample of @point is taken to hang. */
static double patience(const struct point *point)
{
	return overhead_most_s(point) + 1e-3 * (GRACE_MS + point_warmup_most(point) +
						(double)point_value(point, "measure_ms")->count);
}

/* The sample's process, whose record is to be read from *@fd; or -errno with a sentence. */
static pid_t start(const struct bench *bench, const struct point *point, struct perf *perf, int *fd)
{
	pid_t parent = getpid(), pid;
	int pipe_fds[2];

	if (pipe2(pipe_fds, O_CLOEXEC))
		return err_setup("cannot make a pipe for a sample: %m");
	pid = fork();
	if (!pid) {
		close(pipe_fds[0]);
		child_main(bench, point, perf, parent, pipe_fds[1]);
	}
	close(pipe_fds[1]);
	*fd = pipe_fds[0];
	if (pid > 0)
		return pid;
	close(*fd);
	return err_setup("cannot make a process for a sample: %m");
}

/* Waits for the process @pid and its record. NULL as sample_run(). */
static json_t *await(const struct bench *bench, double hangs, pid_t pid, int fd, int *ret)
{
	struct text text = { 0 };
	json_t *out = NULL;
	int status = 0;

	*ret = read_until(fd, fmin(hangs, bench->deadline), &text);
	if (*ret == -ETIMEDOUT && bench->deadline < hangs)
		*ret = -ETIME;
	if (*ret)
		kill(pid, SIGKILL);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	cgroup_sweep(pid);
	close(fd);
	if (*ret != -EINTR && *ret != -ETIME) {
		out = judge(*ret, status, &text);
		*ret = 0;
	}
	free(text.bytes);
	return out;
}

json_t *sample_run(const struct bench *bench, const struct point *point, int *ret)
{
	double hangs = clock_seconds() + patience(point);
	struct perf *perf = bench->perf ? perf_open(bench->perf) : NULL;
	json_t *out = NULL, *profile;
	int fd = -1;
	pid_t pid;

	*ret = bench->perf && !perf ? -ENODEV : 0;
	if (*ret)
		return NULL;
	pid = start(bench, point, perf, &fd);
	*ret = pid < 0 ? pid : 0;
	if (!*ret) {
		/* Without perf the sample waits in vain, and says so. */
		if (perf)
			perf_attach(perf, pid);
		out = await(bench, hangs, pid, fd, ret);
	}
	profile = perf ? perf_close(perf) : NULL;
	if (out && profile)
		json_object_set(out, "perf", profile);
	json_decref(profile);
	return out;
}
