// SPDX-License-Identifier: GPL-2.0-only
/* The calls of a thread, one after the other; those that make processes, and those that end them. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/kmod/lib/tap.h"
#include "world.h"

/* The last thread's end is the process's. Threads are not joined, and have nothing to clean up. */
static void thread_end(struct world *world)
{
	if (world->child || atomic_fetch_sub(&world->running, 1) == 1)
		_exit(0);
	syscall(SYS_exit, 0);
}

static void become_child(struct world *world)
{
	int i;

	prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	world->child = true;
	world->has_flipper = false;
	/* Another thread may have held it, and is not here. */
	pthread_mutex_init(&world->lock, NULL);
	memory_forked(&world->memory);
	for (i = 0; i < FILES; i++)
		world->file[i].foreign = true;
}

static int wait_for(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) != pid)
		if (errno != EINTR)
			return -1;
	return status;
}

/* The next calls are the child's, on files that are not its own. */
static void call_fork(struct world *world, const struct call *call, size_t at)
{
	pid_t pid;

	/* What the child knows of its files has to be true: no other thread is closing one. */
	world_lock(world);
	pid = fork();
	if (pid)
		world_unlock(world);
	if (pid < 0)
		return;
	if (pid == 0) {
		become_child(world);
		process_run(world, call->thread, at + 1, call->field[F_calls]);
		_exit(0);
	}
	if (wait_for(pid) != 0)
		world_fail(world, call, "the child has not ended as it should");
}

/* Attach and track, then another program takes the process over: the mm goes, the file stays. */
static void exec_body(const struct call *call)
{
	struct secmmu_attach attach = { .size = sizeof(attach) };
	struct secmmu_range range = { .start = ARENA, .length = 16 * PAGE };
	struct secmmu_insert insert = { .size = sizeof(insert),
					.ranges = (uintptr_t)&range,
					.count = 1 };
	struct secmmu_fault fault = { .size = sizeof(fault), .start = ARENA, .length = PAGE };
	const char *name = variant_names[call->field[F_variant] % variant_name_count];
	int fd = open(SECMMU_DEVICE, O_RDWR);
	char text[16];

	memcpy(attach.variant, name, strnlen(name, sizeof(attach.variant)));
	if (fd >= 0 && !ioctl(fd, SECMMU_ATTACH, &attach) && !ioctl(fd, SECMMU_INSERT, &insert)) {
		fault.id = range.id;
		ioctl(fd, SECMMU_FAULT, &fault);
	}
	snprintf(text, sizeof(text), "%d", fd);
	execl("/proc/self/exe", "abi_fuzz", "--after-exec", text, (char *)NULL);
	_exit(1);
}

static int fails_with(int fd, unsigned long cmd, void *arg, int want)
{
	return ioctl(fd, cmd, arg) && errno == want;
}

int process_after_exec(int fd)
{
	struct secmmu_info info = { .size = sizeof(info) };
	struct secmmu_fault fault = { .size = sizeof(fault) };
	struct secmmu_insert insert = { .size = sizeof(insert) };

	return !ioctl(fd, SECMMU_INFO, &info) && fails_with(fd, SECMMU_FAULT, &fault, EPERM) &&
			       fails_with(fd, SECMMU_INSERT, &insert, EPERM) && !close(fd)
		       ? 0
		       : 1;
}

static void call_exec(struct world *world, const struct call *call)
{
	pid_t pid = fork();

	if (pid < 0)
		return;
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
		exec_body(call);
	}
	if (wait_for(pid) != 0)
		world_fail(world, call, "the file went wrong over exec");
}

static void run_one(struct world *world, const struct call *call, size_t at)
{
	atomic_fetch_add(&world->counts->calls, 1);
	if (call->op <= OP_LAST_IOCTL) {
		call_ioctl(world, call);
	} else if (call->op <= OP_send) {
		file_call(world, call);
	} else if (call->op <= OP_maps) {
		memory_call(&world->memory, call);
	} else if (world->child) {
		return;
	} else if (call->op == OP_fork) {
		call_fork(world, call, at);
	} else if (call->op == OP_exec) {
		call_exec(world, call);
	} else if (call->op == OP_leave) {
		_exit(0);
	} else {
		thread_end(world);
	}
}

void process_run(struct world *world, unsigned int thread, size_t from, size_t most)
{
	const struct program *program = world->program;
	uint64_t skip = 0;
	size_t i;

	for (i = from; i < program->count && most; i++) {
		const struct call *call = &program->call[i];

		if (call->thread != thread)
			continue;
		most--;
		if (skip) {
			skip--;
			continue;
		}
		if (atomic_load(&world->failure->count))
			_exit(0);
		run_one(world, call, i);
		if (call->op == OP_fork && !world->child)
			skip = call->field[F_calls];
	}
	if (!world->child)
		thread_end(world);
}
