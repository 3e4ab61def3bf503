// SPDX-License-Identifier: GPL-2.0-only
#include "session.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "message.h"
#include "qemu.h"
#include "util/control.h"
#include "util/err.h"
#include "util/lines.h"

#define IDLE_S     120
/* From the start of QEMU to that of the command: a debug kernel on a busy host needs a minute. */
#define BOOT_S     180
/* A guest with so many CPUs is given twice that, and so on. */
#define CPUS_TWICE 60
/* From the verdict to the end of QEMU; only the reset of an emulated machine lies between. */
#define GRACE_MS   5000

struct session {
	const struct vm_spec *spec;
	vm_line_fn line;
	void *arg;
	struct vm_outcome *outcome;
	struct vm_console *console;
	struct vm_qemu qemu;
	struct lines lines[PORTS];
	/* When the guest is given up. */
	long long deadline_ms;
	/* The command has ended and its exit code is known. */
	bool verdict;
};

static long long now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

/* @seconds of a guest with a few CPUs, for as many as this one has: there are fewer real ones. */
static unsigned int for_cpus(const struct session *s, unsigned int seconds)
{
	return seconds + seconds * s->spec->cpus / CPUS_TWICE;
}

static unsigned int boot_s(const struct session *s)
{
	return s->spec->boot_s ? s->spec->boot_s : for_cpus(s, BOOT_S);
}

static unsigned int idle_s(const struct session *s)
{
	return s->spec->silent_s + (s->spec->idle_s ? s->spec->idle_s : for_cpus(s, IDLE_S));
}

/* Words for the message only: whether the guest failed is not decided by them. */
static bool tells_of_end(const char *line)
{
	static const char *const words[] = { "Kernel panic", "Oops",
					     "BUG:", "WARNING:", "fault, probably" };
	size_t i;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strstr(line, words[i]))
			return true;
	return false;
}

static int take_console(void *arg, const char *line, size_t len)
{
	struct vm_console *console = ((struct session *)arg)->console;
	char *kept;

	while (len && line[len - 1] == '\r')
		len--;
	if (!len)
		return 0;
	kept = console->line[console->count++ % CONSOLE_LINES];
	snprintf(kept, CONSOLE_WIDTH, "%.*s", (int)len, line);
	control_clean(kept);
	if (!console->broken[0] && tells_of_end(line))
		snprintf(console->broken, CONSOLE_WIDTH, "%.*s", (int)len, line);
	return 0;
}

static int take_result(void *arg, const char *line, size_t len)
{
	struct session *s = arg;

	return s->line ? s->line(s->arg, line, len) : 0;
}

static int take_verdict(void *arg, const char *line, size_t len)
{
	struct session *s = arg;
	struct verdict verdict;
	int ret = verdict_read(&verdict, line, len);

	if (ret)
		return ret;
	if (verdict.kind == VERDICT_START) {
		s->outcome->started = true;
	} else if (verdict.kind == VERDICT_SPLAT) {
		snprintf(s->outcome->splat, sizeof(s->outcome->splat), "%s", verdict.text);
	} else {
		s->outcome->exit_code = verdict.exit_code;
		s->verdict = true;
		s->deadline_ms = now_ms() + GRACE_MS;
	}
	return 0;
}

static int take_message(void *arg, const char *line, size_t len)
{
	(void)arg;
	fprintf(stderr, "%.*s\n", (int)len, line);
	return 0;
}

/*
 * By enum vm_port. @progress: bytes show that the command is alive; a kernel that hangs may still
 * talk to its console.
 */
static const struct {
	lines_fn take;
	bool progress;
} ports[PORTS] = {
	[PORT_CONSOLE] = { take_console, false }, [PORT_RESULTS] = { take_result, true },
	[PORT_VERDICT] = { take_verdict, true },  [PORT_MESSAGES] = { take_message, true },
	[PORT_QEMU] = { take_console, false },
};

/* Reads what there is. 1 while more may come, 0 at the end of the port, or a negative errno. */
static int read_port(struct session *s, int port)
{
	char data[65536];
	ssize_t len = read(s->qemu.fd[port], data, sizeof(data));
	int ret;

	if (len < 0)
		return errno == EAGAIN || errno == EINTR;
	if (len == 0)
		return 0;
	if (ports[port].progress && !s->verdict)
		s->deadline_ms = now_ms() + idle_s(s) * 1000LL;
	ret = lines_feed(&s->lines[port], data, (size_t)len, ports[port].take, s);
	return ret ? ret : 1;
}

static int read_ports(struct session *s, struct pollfd poll[PORTS])
{
	int port, ret;

	for (port = 0; port < PORTS; port++) {
		if (poll[port].fd < 0 || !poll[port].revents)
			continue;
		ret = read_port(s, port);
		if (ret < 0)
			return ret;
		if (ret == 0)
			poll[port].fd = -1;
	}
	return 0;
}

static int open_count(const struct pollfd poll[PORTS])
{
	int port, count = 0;

	for (port = 0; port < PORTS; port++)
		count += poll[port].fd >= 0;
	return count;
}

/* Until QEMU has closed all ports. 0, -ETIMEDOUT, -EINTR, or what a line function returned. */
static int serve(struct session *s, int signals)
{
	struct pollfd fds[PORTS + 1];
	long long left;
	int port, ret;

	for (port = 0; port < PORTS; port++)
		fds[port] = (struct pollfd){ .fd = s->qemu.fd[port], .events = POLLIN };
	fds[PORTS] = (struct pollfd){ .fd = signals, .events = POLLIN };
	s->deadline_ms = now_ms() + boot_s(s) * 1000LL;
	while (open_count(fds)) {
		left = s->deadline_ms - now_ms();
		if (left <= 0)
			return -ETIMEDOUT;
		if (poll(fds, PORTS + 1, (int)left) < 0 && errno != EINTR)
			return err_setup("cannot wait for the guest: %s", strerror(errno));
		if (fds[PORTS].revents)
			return -EINTR;
		ret = read_ports(s, fds);
		if (ret)
			return ret;
	}
	return 0;
}

static int explain_end(const struct session *s, int status)
{
	const char *how = WIFSIGNALED(status) ? "signal" : "exit code";
	int number = WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status);

	if (s->console->broken[0])
		return err_untrusted("the guest's kernel broke down: \"%s\"; what came before is "
				     "kept",
				     s->console->broken);
	if (number && !s->outcome->started)
		return err_setup("QEMU ended with %s %d before the guest was up; "
				 "the lines above are its last",
				 how, number);
	return err_untrusted("the guest was lost: QEMU ended (%s %d) without the command's exit "
			     "code; what came before is kept",
			     how, number);
}

static int explain(const struct session *s, int ret, int status)
{
	s->outcome->stuck = ret == -ETIMEDOUT && !s->outcome->started;
	if (s->outcome->stuck)
		return err_untrusted("the guest did not boot within %u s and was stopped",
				     boot_s(s));
	if (ret == -ETIMEDOUT)
		return err_untrusted("the guest hung: nothing came from its command for %u s; it "
				     "was stopped, and what came before is kept",
				     idle_s(s));
	return ret ? ret : explain_end(s, status);
}

/* The verdict is written after the last result, and a port is drained before it is closed. */
static int conclude(struct session *s, int ret)
{
	int status = vm_qemu_stop(&s->qemu);
	int port;

	for (port = 0; port < PORTS; port++) {
		bool cut = port == PORT_RESULTS && !s->verdict;

		if (!cut && (ret == 0 || port != PORT_RESULTS))
			lines_flush(&s->lines[port], ports[port].take, s);
		lines_free(&s->lines[port]);
	}
	if (s->verdict && (ret == 0 || ret == -ETIMEDOUT))
		return 0;
	return explain(s, ret, status);
}

/* SIGINT, SIGTERM and SIGHUP as a file to wait for; @before is what to go back to. */
static int catch_signals(sigset_t *before)
{
	sigset_t caught;

	sigemptyset(&caught);
	sigaddset(&caught, SIGINT);
	sigaddset(&caught, SIGTERM);
	sigaddset(&caught, SIGHUP);
	sigprocmask(SIG_BLOCK, &caught, before);
	return signalfd(-1, &caught, SFD_CLOEXEC | SFD_NONBLOCK);
}

/* Takes the signal that ended the guest away, or it would end the caller next. */
static void release_signals(int fd, const sigset_t *before)
{
	struct signalfd_siginfo info;

	while (read(fd, &info, sizeof(info)) > 0)
		;
	close(fd);
	sigprocmask(SIG_SETMASK, before, NULL);
}

int vm_session(const struct vm_spec *spec, const struct vm_image *image, const char *accel,
	       vm_line_fn line, void *arg, struct vm_outcome *outcome, struct vm_console *console)
{
	struct session s = {
		.spec = spec, .line = line, .arg = arg, .outcome = outcome, .console = console
	};
	int initrd = vm_image_pack(spec, image);
	sigset_t before;
	int signals, ret;

	memset(console, 0, sizeof(*console));
	if (initrd < 0)
		return initrd;
	signals = catch_signals(&before);
	ret = vm_qemu_start(&s.qemu, spec, image->kernel, initrd, accel);
	if (!ret)
		ret = conclude(&s, serve(&s, signals));
	close(initrd);
	release_signals(signals, &before);
	return ret;
}

void vm_console_print(const struct vm_console *console)
{
	unsigned int from = console->count > CONSOLE_LINES ? console->count - CONSOLE_LINES : 0;
	unsigned int i;

	if (!console->count)
		return;
	fprintf(stderr, "The last lines of the guest's console:\n");
	for (i = from; i < console->count; i++)
		fprintf(stderr, "  | %s\n", console->line[i % CONSOLE_LINES]);
}
