// SPDX-License-Identifier: GPL-2.0-only
/* The module is loaded, programs run and fail, the module is unloaded. */
#include "session.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "holder.h"
#include "minimise.h"
#include "orphans.h"
#include "run.h"
#include "tests/kmod/lib/dev.h"
#include "tests/kmod/lib/module.h"
#include "tests/kmod/lib/tap.h"
#include "world.h"

/* Pages that each CPU has taken off their lists, and may not have freed yet: a few of these. */
#define ORPHANS_MOST 512

struct counts *session_counts;

static struct failure *stranger; /* what has gone wrong in the holder */
static int holder;

/* What only trying tells. */
static void ask_kernel(void)
{
	int fd = dev_open();

	REQUIRE(fd >= 0);
	model_kernel.has_two_pass = !dev_attach(fd, "twopass", 0);
	close(fd);
	fd = dev_open();
	model_kernel.has_change_pte = !dev_attach(fd, "list", SECMMU_ATTACH_CHANGE_PTE);
	close(fd);
}

/* Grace periods, which RESET and close wait for, need not take their time. */
static void hurry(void)
{
	FILE *file = fopen("/sys/kernel/rcu_expedited", "w");

	if (!file)
		return;
	fputs("1\n", file);
	fclose(file);
}

static void *share(size_t size)
{
	void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	REQUIRE(memory != MAP_FAILED);
	return memory;
}

void session_begin(const char *module)
{
	char params[64];

	module_file = module;
	tap_init();
	session_counts = share(sizeof(*session_counts));
	stranger = share(sizeof(*stranger));
	hurry();
	snprintf(params, sizeof(params), "max_ranges=%u max_pages=%u", MAX_RANGES, MAX_PAGES);
	REQUIRE_EQ(module_load(params), 0);
	ask_kernel();
	holder = holder_start(stranger);
	log_begin();
}

bool session_end(void)
{
	holder_stop(holder);
	return module_unload() == 0;
}

void session_enter(void)
{
	run_begin(session_counts, holder);
}

bool session_lost_pages(void)
{
	long orphans = orphans_count();

	tap_note("%ld pages of memory are nobody's", orphans);
	return orphans > ORPHANS_MOST;
}

static bool log_is_clean(const char *when)
{
	static const char *const splats[] = { "WARNING:", "BUG:",  "Oops",      "RIP:",
					      " stall",   "KASAN", "INFO: task" };
	static char log[1 << 18];
	bool good = true;
	size_t i;

	log_since(log, sizeof(log));
	for (i = 0; i < sizeof(splats) / sizeof(splats[0]); i++) {
		if (!strstr(log, splats[i]))
			continue;
		tap_note("%s: the kernel has logged '%s'", when, splats[i]);
		good = false;
	}
	return good;
}

bool session_is_clean(const char *when)
{
	bool good;
	int refs;

	holder_drop(holder);
	refs = module_refs(0);
	if (refs)
		tap_note("%s: %d still hold the module", when, refs);
	good = !atomic_load(&stranger->count);
	if (!good)
		tap_note("%s: %s", when, stranger->text);
	return log_is_clean(when) && good && !refs;
}

/* A program, as comments. */
static void show(const struct program *program)
{
	char *text = NULL, *line, *rest;
	size_t size;
	FILE *file = open_memstream(&text, &size);

	REQUIRE(file != NULL);
	program_print(program, file);
	fclose(file);
	for (rest = text; (line = strsep(&rest, "\n")) && *line;)
		printf("#   %s\n", line);
	free(text);
	fflush(stdout);
}

void session_explain(struct program *program, const char *name)
{
	tap_note("%s: %s", name, run_failure());
	if (!minimise_fails(program)) {
		tap_note("%s did not fail again; all of it:", name);
		show(program);
		return;
	}
	minimise(program);
	tap_note("%s: %s; the shortest program that fails:", name, run_failure());
	show(program);
}
