// SPDX-License-Identifier: GPL-2.0-only
/* The module is loaded while an allocation of its init fails: it is there in full, or not at all. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "failnth.h"
#include "tests/kmod/lib/module.h"
#include "tests/kmod/lib/tap.h"

/* More than loading any module asks for. */
#define MOST 1000000

/* Is the device in this list of the kernel's? */
static bool is_listed(const char *path)
{
	char line[256];
	bool found = false;
	FILE *file = fopen(path, "r");

	REQUIRE(file != NULL);
	while (fgets(line, sizeof(line), file))
		found = found || strstr(line, "secmmu");
	fclose(file);
	return found;
}

static void is_not_there(void)
{
	CHECK(access(SECMMU_DEVICE, F_OK) && errno == ENOENT);
	CHECK(access("/sys/module/secmmu", F_OK) && errno == ENOENT);
	CHECK(access("/sys/class/misc/secmmu", F_OK) && errno == ENOENT);
	CHECK(!is_listed("/proc/misc"));
	CHECK(!is_listed("/proc/modules"));
}

static void works(void)
{
	struct secmmu_info info;
	int fd = dev_open();

	if (!CHECK_EQ(fd < 0 ? fd : 0, 0))
		return;
	CHECK_EQ(dev_info(fd, &info), 0);
	close(fd);
	CHECK_EQ(module_unload(), 0);
}

/* Loads with the @nth allocation failing; how many short of it this was. */
static unsigned int load_failing(unsigned int nth, int *ret)
{
	inject_where();
	inject_arm(nth);
	*ret = module_load(SCENE_PARAMS);
	return inject_disarm();
}

/* False: it was not the module's init that asked. */
static bool judge(int ret, struct tally *tally)
{
	const char *where = inject_where();

	if (!inject_from(where, "do_one_initcall"))
		return false;
	tally->allocations++;
	if (!ret && inject_excuse(where)) {
		tally->excused++;
	} else if (ret != -ENOMEM) {
		tap_note("%d after a failure in %s", ret, where);
		tap_fail(__FILE__, __LINE__, "a failed allocation was not survived");
	}
	return true;
}

/*
 * Most of what loading asks for, the kernel does before it calls the module's init; and a little after.
 * So this goes back from the end, until init has been reached and is over.
 */
void sweep_load(struct tally *tally)
{
	unsigned int nth, left;
	bool own = false;
	int ret;

	inject_open();
	left = load_failing(MOST, &ret);
	REQUIRE_EQ(ret, 0);
	works();
	for (nth = MOST - left; nth && (own || !tally->allocations); nth--) {
		left = load_failing(nth, &ret);
		if (!left)
			own = judge(ret, tally);
		if (ret) {
			is_not_there();
			REQUIRE_EQ(module_load(SCENE_PARAMS), 0);
		}
		works();
	}
	CHECK(tally->allocations > 0);
	tap_note("init: %lu allocations failed, %lu of them did no harm", tally->allocations,
		 tally->excused);
}
