// SPDX-License-Identifier: GPL-2.0-only
/* fork, vfork, exec, and files that are passed on, while the device faults and accesses. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/kmod/lib/crowd.h"
#include "tests/kmod/lib/dev.h"
#include "tests/kmod/lib/module.h"
#include "tests/kmod/lib/passing.h"
#include "tests/kmod/lib/tap.h"
#include "torture.h"

/* What an heir may do with a file whose memory is another's: no more than read its probes. */
static void expect_foreign(int fd, const void *arena)
{
	static struct probes probes;
	struct secmmu_range range = dev_range(arena, 0, 1);
	__u32 id = 1;
	char byte;

	CHECK_EQ(dev_insert(fd, &range, 1), -EPERM);
	CHECK_EQ(dev_remove(fd, &id, 1), -EPERM);
	CHECK_EQ(dev_fault(fd, 1, arena, DEV_PAGE, 0), -EPERM);
	CHECK_EQ(dev_read(fd, 1, arena, &byte, 1, 0), -EPERM);
	CHECK_EQ(dev_verify(fd), -EPERM);
	CHECK_EQ(dev_stats(fd, &probes), 0);
}

/* In a forked child, one thread: an own device over its own copy of the memory. */
static void live_as_heir(const struct crowd *parents, const char *variant, int round)
{
	struct crowd own = { .arena = parents->arena };
	char before;

	expect_foreign(parents->fd, parents->arena);
	if (round & 1)
		close(parents->fd);
	/* What another thread of the parent's had taken away is here as it was at the fork. */
	REQUIRE(mprotect(own.arena, CROWD_PAGES * DEV_PAGE, PROT_READ | PROT_WRITE) == 0);
	crowd_attach(&own, variant, round);
	crowd_start_all(&own);
	nap(4);
	crowd_stop(&own);
	crowd_check(&own, variant);
	if (round & 2)
		close(own.fd);
	/* Its memory has gone apart from the parent's. */
	before = own.arena[0];
	own.arena[0] = (char)(before + 1);
	_exit(0);
}

/* Child and parent both use a device and close it, in each order. */
static void fork_under_load(const char *variant)
{
	struct crowd crowd = { 0 };
	int second;
	pid_t pid;

	crowd_attach(&crowd, variant, 0);
	crowd_start_all(&crowd);
	for (int i = 0; i < rounds; i++) {
		second = crowd_open(variant, i);
		dev_track(second, crowd.arena, CROWD_PAGES);
		pid = fork();
		if (pid == 0)
			live_as_heir(&crowd, variant, i);
		/* By then the child has it, and closes it last, by its end. */
		close(second);
		CHECK_EQ(child_end(pid, PROMPT_MS), 0);
	}
	crowd_stop(&crowd);
	crowd_check(&crowd, variant);
	CHECK_EQ(module_refs(1), 1);
	close(crowd.fd);
	CHECK_EQ(module_refs(0), 0);
}

/* A vfork child lends its parent's address space, and so the file is its own, until it execs. */
static void vfork_under_load(const char *variant)
{
	static volatile int answer, keeps;
	struct crowd crowd = { 0 };
	pid_t pid;

	crowd_attach(&crowd, variant, 0);
	crowd_start_all(&crowd);
	for (int i = 0; i < rounds; i++) {
		keeps = i & 1;
		answer = 1;
		pid = vfork();
		if (pid == 0) {
			answer = dev_verify(crowd.fd);
			if (keeps)
				exec_with(crowd.fd);
			_exit(0);
		}
		CHECK(answer == 0 || answer == -ETIMEDOUT);
		CHECK_EQ(child_end(pid, PROMPT_MS), keeps ? EPERM : 0);
	}
	crowd_stop(&crowd);
	crowd_check(&crowd, variant);
	close(crowd.fd);
}

static void *exec_in_thread(void *arg)
{
	nap(4);
	exec_with(*(int *)arg);
	return NULL;
}

/* All other threads are killed in whatever command they are; the file stays, or goes with the mm. */
static void exec_under_load(const char *variant)
{
	struct crowd crowd = { 0 };
	pthread_t thread;
	pid_t pid;

	for (int i = 0; i < rounds; i++) {
		pid = fork();
		if (pid == 0) {
			crowd_attach(&crowd, variant, i);
			crowd_start_all(&crowd);
			REQUIRE(fcntl(crowd.fd, F_SETFD, i & 1 ? FD_CLOEXEC : 0) == 0);
			if (i & 2)
				exec_in_thread(&crowd.fd);
			REQUIRE(!pthread_create(&thread, NULL, exec_in_thread, &crowd.fd));
			pause();
		}
		nap(1);
		CHECK_EQ(child_end(pid, PROMPT_MS), i & 1 ? EBADF : EPERM);
		CHECK_EQ(module_refs(0), 0);
	}
}

enum giver {
	GIVER_CLOSES, /* and goes on to invalidate */
	GIVER_EXITS,
	GIVER_IS_KILLED,
	GIVERS
};

static void __attribute__((noreturn)) give(const char *variant, int round, int sock)
{
	enum giver how = (enum giver)(round % GIVERS);
	struct crowd crowd = { .expects = how == GIVER_CLOSES ? EBADF : 0 };

	crowd_attach(&crowd, variant, round);
	crowd_start_all(&crowd);
	nap(2);
	send_fd(sock, crowd.fd);
	nap(4);
	if (how == GIVER_EXITS)
		_exit(0);
	if (how == GIVER_CLOSES) {
		close(crowd.fd);
		pthread_join(crowd.threads[0], NULL);
		nap(20);
		_exit(0);
	}
	for (;;)
		pause();
}

/* The opener closes its file, exits or is killed: the receiver holds it, and closes it last. */
static void passed_under_load(const char *variant)
{
	int pair[2], fd, want;
	void *arena = arena_map(1, true);
	pid_t pid;

	for (int i = 0; i < 2 * GIVERS; i++) {
		REQUIRE(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == 0);
		pid = fork();
		if (pid == 0)
			give(variant, i, pair[1]);
		fd = receive_fd(pair[0]);
		expect_foreign(fd, arena);
		nap(8);
		want = i % GIVERS == GIVER_IS_KILLED ? -SIGKILL : 0;
		if (want)
			kill(pid, SIGKILL);
		if (i % GIVERS == GIVER_CLOSES) {
			/* While the mm that it is attached to lives, and is invalidated. */
			close(fd);
			CHECK_EQ(child_end(pid, PROMPT_MS), want);
		} else {
			CHECK_EQ(child_end(pid, PROMPT_MS), want);
			expect_foreign(fd, arena);
			CHECK_EQ(module_refs(1), 1);
			close(fd);
		}
		close(pair[0]);
		close(pair[1]);
		CHECK_EQ(module_refs(0), 0);
	}
}

/* A file that was sent and never received belongs to the socket alone. */
static void lost_in_flight(const char *variant)
{
	struct crowd crowd = { 0 };
	int pair[2];

	crowd_attach(&crowd, variant, 0);
	REQUIRE(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == 0);
	send_fd(pair[0], crowd.fd);
	close(crowd.fd);
	CHECK_EQ(module_refs(1), 1);
	REQUIRE(madvise(crowd.arena, CROWD_PAGES * DEV_PAGE, MADV_DONTNEED) == 0);
	close(pair[0]);
	close(pair[1]);
	CHECK_EQ(module_refs(0), 0);
}

/* Address spaces that are made anew: one of them may lie where the dead one was. */
static void expect_foreign_to_children(int fd, const void *arena)
{
	pid_t pids[16];
	int hold[2];
	char byte;

	REQUIRE(pipe(hold) == 0);
	for (size_t i = 0; i < ARRAY_SIZE(pids); i++) {
		pids[i] = fork();
		if (pids[i] == 0) {
			close(hold[1]);
			expect_foreign(fd, arena);
			/* Until all are there. */
			_exit((int)read(hold[0], &byte, 1));
		}
	}
	close(hold[0]);
	close(hold[1]);
	for (size_t i = 0; i < ARRAY_SIZE(pids); i++)
		CHECK_EQ(child_end(pids[i], PROMPT_MS), 0);
}

#define HEIRLOOMS 8

/* Many files of one mm that is gone: closed in any order, all of them hold what is left of it. */
static void mm_gone_first(const char *variant)
{
	int pair[2], fds[HEIRLOOMS], left = HEIRLOOMS, at;
	void *arena = arena_map(1, true);
	pid_t pid;

	REQUIRE(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == 0);
	pid = fork();
	if (pid == 0) {
		struct crowd crowd = { 0 };

		for (int i = 0; i < HEIRLOOMS; i++) {
			crowd_attach(&crowd, variant, i);
			dev_fault(crowd.fd, crowd.id, crowd.arena, CROWD_PAGES * DEV_PAGE, 0);
			send_fd(pair[1], crowd.fd);
		}
		_exit(0);
	}
	for (int i = 0; i < HEIRLOOMS; i++)
		fds[i] = receive_fd(pair[0]);
	CHECK_EQ(child_end(pid, PROMPT_MS), 0);
	expect_foreign_to_children(fds[0], arena);
	while (left) {
		at = (int)chance((unsigned int)left);
		expect_foreign(fds[at], arena);
		close(fds[at]);
		fds[at] = fds[--left];
		CHECK_EQ(module_refs(left), left);
	}
}

const struct test tests_kin[] = {
	{ "fork under load, both use and close", fork_under_load, "", EACH },
	{ "vfork under load, with and without exec", vfork_under_load, "", EACH },
	{ "exec under load, from any thread", exec_under_load, "", EACH },
	{ "passed on under load, its opener closes, exits or is killed", passed_under_load, "",
	  EACH },
	{ "sent and never received", lost_in_flight, "", EACH },
	{ "the mm gone before its files", mm_gone_first, "", EACH },
	{ 0 },
};
