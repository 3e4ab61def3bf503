// SPDX-License-Identifier: GPL-2.0-only
/*
 * Torture of lifetimes: files, address spaces, processes and the module end in each order that a
 * user can bring about, while the device works. Runs as root: torture [secmmu.ko [part of a name]]
 */
#include "torture.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tests/kmod/lib/dev.h"
#include "tests/kmod/lib/kernel.h"
#include "tests/kmod/lib/tap.h"

#define EXEC "--exec"

static const struct test *const tables[] = {
	tests_kin, tests_close, tests_unload, tests_kill, tests_oom, tests_swap,
};

int rounds = 5;
int cycles = 200;
static unsigned int seed = 1;

unsigned int chance(unsigned int below)
{
	return (unsigned int)rand_r(&seed) % below;
}

void nap(unsigned int ms)
{
	usleep(chance(1000 * ms + 1));
}

void exec_with(int fd)
{
	char number[16];

	snprintf(number, sizeof(number), "%d", fd);
	execl("/proc/self/exe", "torture", EXEC, number, NULL);
	_exit(127);
}

static int after_exec(int fd)
{
	int ret = dev_verify(fd);

	close(fd);
	return -ret;
}

long long now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000ll + now.tv_nsec / 1000000;
}

int child_end(pid_t pid, int ms)
{
	long long until = now_ms() + (long long)ms * kernel_slowness();
	int status;

	while (waitpid(pid, &status, WNOHANG) != pid) {
		if (now_ms() > until)
			return -ETIME;
		usleep(1000);
	}
	return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

static int number_of(const char *name, int preset)
{
	const char *text = getenv(name);

	return text && *text ? atoi(text) : preset;
}

int main(int argc, char **argv)
{
	tap_init();
	if (argc == 3 && !strcmp(argv[1], EXEC))
		return after_exec(atoi(argv[2]));
	rounds = number_of("ROUNDS", rounds);
	cycles = number_of("CYCLES", cycles);
	seed = (unsigned int)number_of("SEED", (int)seed);
	return runner_main(tables, ARRAY_SIZE(tables), argc, argv);
}
