// SPDX-License-Identifier: GPL-2.0-only
/* Runs a program: its process, its threads, its end; and makes sure that nothing of it is left. */
#include "run.h"

#include <linux/futex.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/kmod/lib/tap.h"
#include "world.h"

/* One that takes longer hangs. */
#define TIMEOUT_MS 120000

static struct counts *counts;
static struct failure *failure;
static int holder;

void world_fail(struct world *world, const struct call *call, const char *format, ...)
{
	char what[256];
	va_list args;

	va_start(args, format);
	vsnprintf(what, sizeof(what), format, args);
	va_end(args);
	if (!failure_is_first(world->failure))
		return;
	snprintf(world->failure->text, sizeof(world->failure->text), "call %td, %u %s%s: %s",
		 call - world->program->call + 1, call->thread, op_names[call->op],
		 world->child ? " (in a child)" : "", what);
}

/* Changes the word that a call in another thread is being made with. */
static void *flipper(void *arg)
{
	struct world *world = arg;
	struct flip *flip = &world->flip;
	uint64_t address;
	uint32_t value, word;

	atomic_store(&flip->tid, (int)syscall(SYS_gettid));
	for (;;) {
		atomic_store(&flip->busy, true);
		value = atomic_load(&flip->value);
		address = atomic_load(&flip->address);
		if (value && memory_read(&word, address, sizeof(word)) == sizeof(word)) {
			word ^= value;
			memory_write(address, &word, sizeof(word));
		}
		atomic_fetch_add(&flip->seen, value != 0);
		atomic_store(&flip->busy, false);
		/* Most calls are left alone: then the CPU is for others. */
		if (!value)
			syscall(SYS_futex, &flip->value, FUTEX_WAIT_PRIVATE, 0, NULL);
	}
	return NULL;
}

struct thread_start {
	struct world *world;
	unsigned int thread;
};

static void *thread_main(void *arg)
{
	struct thread_start *start = arg;

	process_run(start->world, start->thread, 0, CALLS_MOST);
	return NULL;
}

static void on_alarm(int signal)
{
	(void)signal;
}

/* Interrupts: its handler does not restart system calls. */
static void start_timer(uint64_t us)
{
	struct sigaction action = { .sa_handler = on_alarm };
	struct itimerval timer = { { (time_t)(us / 1000000), (suseconds_t)(us % 1000000) },
				   { (time_t)(us / 1000000), (suseconds_t)(us % 1000000) } };

	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &timer, NULL);
}

static bool has_flips(const struct program *program)
{
	size_t i;

	for (i = 0; i < program->count; i++)
		if (program->call[i].field[F_flip])
			return true;
	return false;
}

static void start_thread(void *(*run)(void *), void *arg)
{
	pthread_t thread;

	REQUIRE(pthread_create(&thread, NULL, run, arg) == 0);
	pthread_detach(thread);
}

/* The process of the program; does not return. */
static void body(const struct program *program)
{
	static struct thread_start starts[THREADS_MOST];
	static struct world world;
	unsigned int i;

	world.program = program;
	world.counts = counts;
	world.failure = failure;
	world.holder = holder;
	world.wild = program_is_wild(program);
	world.has_flipper = has_flips(program);
	pthread_mutex_init(&world.lock, NULL);
	memset(world.slot, 0xff, sizeof(world.slot));
	atomic_store(&world.running, program->threads);
	prctl(PR_SET_THP_DISABLE, program->small, 0, 0, 0);
	memory_map_arena(&world.memory);
	if (world.has_flipper)
		start_thread(flipper, &world);
	if (program->timer_us)
		start_timer(program->timer_us);
	for (i = 0; i < program->threads; i++)
		starts[i] = (struct thread_start){ &world, i };
	for (i = 1; i < program->threads; i++)
		start_thread(thread_main, &starts[i]);
	thread_main(&starts[0]);
}

/* SIGKILL, and perhaps the reaper, which frees its memory while it is still on its way out. */
static void end_child(pid_t pid, int pidfd, bool reap)
{
	kill(pid, SIGKILL);
#ifdef SYS_process_mrelease
	if (reap)
		syscall(SYS_process_mrelease, pidfd, 0);
#else
	(void)pidfd;
	(void)reap;
#endif
}

static void fail(const char *format, int value)
{
	if (failure_is_first(failure))
		snprintf(failure->text, sizeof(failure->text), format, value);
}

/* Waits for the program's end, or brings it about. */
static void attend(const struct program *program, pid_t pid)
{
	int pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
	struct pollfd poll = { .fd = pidfd, .events = POLLIN };
	struct timespec patience = { TIMEOUT_MS / 1000, 0 };
	bool killed = false;
	int status = 0;

	REQUIRE(pidfd >= 0);
	if (program->kill_us)
		patience = (struct timespec){ (time_t)(program->kill_us / 1000000),
					      (long)(program->kill_us % 1000000) * 1000 };
	if (ppoll(&poll, 1, &patience, NULL) == 0) {
		end_child(pid, pidfd, program->reap);
		killed = true;
	}
	close(pidfd);
	waitpid(pid, &status, 0);
	/* What it has left behind. */
	kill(-pid, SIGKILL);
	while (waitpid(-1, NULL, 0) > 0)
		continue;
	if (killed && !program->kill_us)
		fail("it hung: no end after %d ms", TIMEOUT_MS);
	else if (WIFSIGNALED(status) && !killed)
		fail("it was killed by signal %d", WTERMSIG(status));
	else if (WIFEXITED(status) && WEXITSTATUS(status))
		fail("it ended with exit code %d", WEXITSTATUS(status));
}

void run_begin(struct counts *with, int socket)
{
	counts = with;
	holder = socket;
	failure = mmap(NULL, sizeof(*failure), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
		       -1, 0);
	REQUIRE(failure != MAP_FAILED);
	prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
	memory_map_buffers();
}

bool run_program(const struct program *program)
{
	pid_t pid;

	atomic_store(&failure->count, 0);
	fflush(stdout);
	pid = fork();
	REQUIRE(pid >= 0);
	if (pid == 0) {
		setpgid(0, 0);
		prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
		body(program);
	}
	attend(program, pid);
	atomic_fetch_add(&counts->programs, 1);
	return atomic_load(&failure->count) == 0;
}

const char *run_failure(void)
{
	return failure->text;
}
