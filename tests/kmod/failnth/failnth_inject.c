// SPDX-License-Identifier: GPL-2.0-only
/* The kernel's fault injection: which allocation or copy fails, and who had asked for it. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "failnth.h"
#include "tests/kmod/lib/tap.h"

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

#define DEBUGFS "/sys/kernel/debug/"
#define TRACEFS "/sys/kernel/tracing/"

/* More failures than there ever are. The kernel counts down. */
#define MANY 1000000000ul

/* No allocation is so large. */
#define ORDER_NONE "20"

/* By default, allocations that may sleep, user pages and single pages never fail. */
static const struct {
	const char *file;
	const char *value;
} knobs[] = {
	{ DEBUGFS "failslab/probability", "0" },
	{ DEBUGFS "failslab/verbose", "0" },
	{ DEBUGFS "failslab/task-filter", "Y" },
	{ DEBUGFS "failslab/ignore-gfp-wait", "N" },
	{ DEBUGFS "failslab/cache-filter", "N" },
	{ DEBUGFS "fail_page_alloc/probability", "0" },
	{ DEBUGFS "fail_page_alloc/verbose", "0" },
	{ DEBUGFS "fail_page_alloc/task-filter", "Y" },
	{ DEBUGFS "fail_page_alloc/ignore-gfp-wait", "N" },
	{ DEBUGFS "fail_page_alloc/ignore-gfp-highmem", "N" },
	{ DEBUGFS "fail_page_alloc/min-order", "0" },
	{ DEBUGFS "fail_usercopy/verbose", "0" },
	/* A stack for each that is refused. */
	{ TRACEFS "kprobe_events", "r64:failnth/slab should_failslab ret=$retval:s32" },
	{ TRACEFS "kprobe_events", "r64:failnth/pages should_fail_alloc_page ret=$retval:u8" },
	{ TRACEFS "kprobe_events", "r64:failnth/copy should_fail_usercopy ret=$retval:u8" },
	{ TRACEFS "events/failnth/slab/filter", "ret != 0" },
	{ TRACEFS "events/failnth/pages/filter", "ret != 0" },
	{ TRACEFS "events/failnth/copy/filter", "ret != 0" },
	{ TRACEFS "options/stacktrace", "1" },
	{ TRACEFS "events/failnth/enable", "1" },
};

/*
 * Where core code does without what it did not get, or gets it in another way. Anything else that
 * goes on after an allocation has failed is a failure that nobody has looked at.
 */
static const struct {
	const char *function;
	const char *excuse;
} excuses[] = {
	{ "kmemleak_alloc", "kmemleak takes a record from its pool" },
	{ "__stack_depot_save", "a debugging aid does without a stack" },
	{ "fill_pool", "debugging of objects takes one from its pool" },
	{ "allocate_slab", "a slab is made of fewer pages" },
	{ "kvmalloc_node", "what kmalloc() lacks comes from vmalloc()" },
	{ "xas_alloc", "an xarray asks again without its lock" },
	{ "radix_tree_node_alloc", "an IDR has preloaded a node" },
	{ "kobject_uevent_env", "nobody is told of a new device" },
	{ "internal_get_user_pages_fast", "there are fewer pages than were asked for" },
};

static int trace_fd = -1;
static int nth_fd = -1;

static int file_write(const char *path, const char *value)
{
	int fd = open(path, O_WRONLY | O_APPEND | O_CLOEXEC);
	int ret = 0;

	if (fd < 0)
		return -errno;
	if (write(fd, value, strlen(value)) < 0)
		ret = -errno;
	close(fd);
	return ret;
}

static unsigned long file_number(const char *path)
{
	char text[32] = { 0 };
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	REQUIRE(fd >= 0);
	REQUIRE(read(fd, text, sizeof(text) - 1) > 0);
	close(fd);
	return strtoul(text, NULL, 10);
}

const char *inject_ready(void)
{
	size_t i;

	if (access("/proc/thread-self/fail-nth", W_OK))
		return "this kernel has no fault injection";
	for (i = 0; i < ARRAY_SIZE(knobs); i++)
		if (file_write(knobs[i].file, knobs[i].value))
			return knobs[i].file;
	trace_fd = open(TRACEFS "trace_pipe", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	return trace_fd < 0 ? TRACEFS "trace_pipe" : NULL;
}

void inject_open(void)
{
	nth_fd = open("/proc/thread-self/fail-nth", O_RDWR | O_CLOEXEC);
	REQUIRE(nth_fd >= 0);
}

static void nth_write(unsigned int nth)
{
	char text[16];
	int len = snprintf(text, sizeof(text), "%u", nth);

	/* The writing itself copies, and may be what fails: then nothing does any more. */
	while (pwrite(nth_fd, text, (size_t)len, 0) != len)
		REQUIRE(errno == EFAULT);
}

void inject_arm(unsigned int nth)
{
	nth_write(nth);
}

/* So does the reading. */
unsigned int inject_disarm(void)
{
	char text[16] = { 0 };
	ssize_t len = pread(nth_fd, text, sizeof(text) - 1, 0);

	REQUIRE(len > 0 || errno == EFAULT);
	nth_write(0);
	return len > 0 ? (unsigned int)strtoul(text, NULL, 10) : 1;
}

/* The lines of a stack are " => function"; the one before says which event it was. */
static void keep_functions(char *text, char *where, size_t size)
{
	const char *word;
	size_t used = 0;
	char *line;

	where[0] = '\0';
	for (line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
		word = strstr(line, " copy: (") ? INJECT_COPY : NULL;
		if (!strncmp(line, " => ", 4))
			word = line + 4;
		if (word && used + strlen(word) + 2 < size)
			used += (size_t)snprintf(where + used, size - used, "%s ", word);
	}
}

const char *inject_where(void)
{
	static char text[1 << 16], where[1 << 14];
	size_t used = 0;
	ssize_t len;

	do {
		len = read(trace_fd, text + used, sizeof(text) - 1 - used);
		used += len > 0 ? (size_t)len : 0;
	} while (len > 0 && used + 1 < sizeof(text));
	text[used] = '\0';
	keep_functions(text, where, sizeof(where));
	return where;
}

/* A function's name may have something behind a dot, from the compiler. */
bool inject_from(const char *where, const char *function)
{
	size_t len = strlen(function);
	const char *at = where;

	while ((at = strstr(at, function))) {
		if ((at == where || at[-1] == ' ') && (at[len] == ' ' || at[len] == '.'))
			return true;
		at += len;
	}
	return false;
}

const char *inject_excuse(const char *where)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(excuses); i++)
		if (inject_from(where, excuses[i].function))
			return excuses[i].excuse;
	return NULL;
}

void inject_pages(bool fail)
{
	REQUIRE_EQ(file_write(DEBUGFS "fail_page_alloc/min-order", fail ? "0" : ORDER_NONE), 0);
}

static const char *const kinds[] = { DEBUGFS "failslab", DEBUGFS "fail_page_alloc" };

static void kind_write(const char *kind, const char *file, unsigned long value)
{
	char path[128], text[32];

	snprintf(path, sizeof(path), "%s/%s", kind, file);
	snprintf(text, sizeof(text), "%lu", value);
	REQUIRE_EQ(file_write(path, text), 0);
}

void inject_every(unsigned int interval)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(kinds); i++) {
		kind_write(kinds[i], "times", MANY);
		kind_write(kinds[i], "interval", interval);
		kind_write(kinds[i], "probability", 100);
	}
}

unsigned long inject_stop(void)
{
	unsigned long failed = 0;
	char path[128];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(kinds); i++) {
		kind_write(kinds[i], "probability", 0);
		snprintf(path, sizeof(path), "%s/times", kinds[i]);
		failed += MANY - file_number(path);
	}
	return failed;
}

void inject_me(void)
{
	REQUIRE_EQ(file_write("/proc/thread-self/make-it-fail", "1"), 0);
}
