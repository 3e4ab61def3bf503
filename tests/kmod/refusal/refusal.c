// SPDX-License-Identifier: GPL-2.0-only
/*
 * A bug of core mm's: an mmu_notifier that refuses a non-blockable event, in an mm with an interval
 * notifier, leaves an epoch without an end, and removing the interval notifier hangs for ever. That
 * is why `mixed` never refuses. Leaves a process that nobody can kill: for a guest of its own.
 *
 *	refusal secmmu.ko	of the test build
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/kmod/lib/dev.h"
#include "tests/kmod/lib/module.h"
#include "tests/kmod/lib/tap.h"

/* 64 MiB: a while to tear down, so that the reaper comes in between. */
#define PAGES 16384

/* The reaper meets a dying process by chance. */
#define TRIES 50

/* Far longer than a process takes to die. */
#define WAIT_MS 8000

struct tap *tap;

/* A child with a device, and memory to be reaped. */
static pid_t start_victim(__u32 defect)
{
	struct secmmu_attach attach = { .defect = defect };
	int ready[2];
	char byte;
	pid_t pid;

	REQUIRE(pipe(ready) == 0);
	pid = fork();
	if (pid == 0) {
		dev_open_as("mixed", &attach);
		arena_map(PAGES, true);
		REQUIRE(write(ready[1], "x", 1) == 1);
		pause();
	}
	close(ready[1]);
	REQUIRE(read(ready[0], &byte, 1) == 1);
	close(ready[0]);
	return pid;
}

/* Kill it and reap its memory at once: how often the reaper could begin. */
static int kill_and_reap(pid_t pid)
{
	int pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
	int reaped = 0;

	REQUIRE(pidfd >= 0);
	REQUIRE(kill(pid, SIGKILL) == 0);
	while (syscall(SYS_process_mrelease, pidfd, 0) == 0 || errno == EAGAIN)
		reaped++;
	close(pidfd);
	return reaped;
}

/* Is it gone after some time? */
static bool is_gone(pid_t pid)
{
	int waited;

	for (waited = 0; waited < WAIT_MS; waited += 10) {
		if (waitpid(pid, NULL, WNOHANG) == pid)
			return true;
		usleep(10000);
	}
	return false;
}

/* Where the kernel says that the process is; true if that is where the bug leaves it. */
static bool hangs_in_remove(pid_t pid)
{
	char path[64], text[4096];
	ssize_t len;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/stack", pid);
	fd = open(path, O_RDONLY);
	if (fd < 0)
		return false;
	len = read(fd, text, sizeof(text) - 1);
	close(fd);
	if (len < 0)
		return false;
	text[len] = '\0';
	tap_note("its stack:");
	for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
		tap_note("%s", line);
		if (strstr(line, "mmu_interval_notifier_remove"))
			return true;
	}
	return false;
}

/* Without refusing, in the same way: each victim goes. */
static bool control(void)
{
	int reaped = 0, i;
	pid_t pid;

	for (i = 0; i < TRIES; i++) {
		pid = start_victim(SECMMU_DEFECT_NONE);
		reaped += kill_and_reap(pid) > 0;
		if (!is_gone(pid)) {
			tap_note("try %d: it hangs", i + 1);
			hangs_in_remove(pid);
			return false;
		}
	}
	tap_note("%d victims, %d of them reaped while they died", TRIES, reaped);
	return reaped > 0;
}

/* Refusing: sooner or later one hangs. */
static bool refuse(void)
{
	pid_t pid;
	int i;

	for (i = 0; i < TRIES; i++) {
		pid = start_victim(SECMMU_DEFECT_REFUSE);
		kill_and_reap(pid);
		if (is_gone(pid))
			continue;
		tap_note("try %d: it did not die within %d ms of SIGKILL", i + 1, WAIT_MS);
		return hangs_in_remove(pid);
	}
	tap_note("%d tries, and none hung: this kernel may have been mended", TRIES);
	return false;
}

static void report(int number, bool good, const char *what)
{
	printf("%s %d - %s\n", good && !atomic_load(&tap->failures) ? "ok" : "not ok", number,
	       what);
	fflush(stdout);
}

int main(int argc, char **argv)
{
	bool clean, hung;
	struct utsname kernel;

	if (argc != 2) {
		fprintf(stderr, "usage: refusal secmmu.ko\n");
		return 2;
	}
	tap_init();
	module_file = argv[1];
	uname(&kernel);
	REQUIRE_EQ(module_load(""), 0);
	printf("1..2\n");
	tap_note("kernel %s", kernel.release);
	clean = control();
	report(1, clean, "no victim hangs where nothing refuses");
	hung = refuse();
	report(2, hung, "a refusing mmu_notifier beside an interval notifier hangs its removal");
	return clean && hung ? 0 : 1;
}
