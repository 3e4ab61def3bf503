// SPDX-License-Identifier: GPL-2.0-only
/*
 * Allocations fail, each in turn and then at random: nothing is lost, nothing is left, and the call says
 * why. Needs a kernel with fault injection. Runs as root: failnth secmmu.ko [part of a test's name]
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "failnth.h"
#include "tests/kmod/lib/module.h"
#include "tests/kmod/lib/tap.h"

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

/* Variants, by settings. */
#define SETTINGS_MOST 128

struct tap *tap;

#define SECMMU_VARIANT(name, help) #name,
static const char *const variants[] = {
#include "kmod/variants/variants.def"
};
#undef SECMMU_VARIANT

/* What a device allocates depends on what events mean to it, and on how it looks pages up. */
static const struct secmmu_attach attaches[] = {
	{ .lock = SECMMU_LOCK_SPIN },
	{ .lock = SECMMU_LOCK_RWSEM, .events = SECMMU_EVENTS_BLIND, .engine = SECMMU_ENGINE_GUP },
};

static struct setting settings[SETTINGS_MOST];
static size_t setting_count;

static void name_setting(struct setting *setting)
{
	static const char *const locks[] = { "spin", "rwsem", "mutex" };
	static const char *const events[] = { "aware", "blind" };
	static const char *const engines[] = { "hmm", "gup" };
	const struct secmmu_attach *attach = &setting->attach;

	snprintf(setting->name, sizeof(setting->name), "%s %s %s %s", setting->variant,
		 locks[attach->lock], events[attach->events], engines[attach->engine]);
}

/* 0 or the error of an ATTACH. Sets whether the variant keeps translations. */
static int try_attach(struct setting *setting)
{
	struct secmmu_attach attach = setting->attach;
	int fd = dev_open();
	int ret;

	REQUIRE(fd >= 0);
	ret = dev_attach_as(fd, &attach);
	if (!ret)
		setting->tracks = dev_fault(fd, 1, NULL, DEV_PAGE, 0) != -EOPNOTSUPP;
	close(fd);
	return ret;
}

/* The settings that this kernel's @variant has; where its callbacks cannot sleep, with a spinlock. */
static void find_settings(const char *variant)
{
	struct setting setting;
	size_t i;
	int ret;

	for (i = 0; i < ARRAY_SIZE(attaches); i++) {
		setting = (struct setting){ .variant = variant, .attach = attaches[i] };
		memcpy(setting.attach.variant, variant, strlen(variant));
		setting.first = i == 0;
		ret = try_attach(&setting);
		if (ret == -EINVAL) {
			setting.attach.lock = SECMMU_LOCK_SPIN;
			ret = try_attach(&setting);
		}
		if (ret == -EOPNOTSUPP)
			tap_note("this kernel has no %s", variant);
		if (ret == -EOPNOTSUPP || (i && !setting.tracks))
			return;
		REQUIRE_EQ(ret, 0);
		REQUIRE(setting_count < SETTINGS_MOST);
		name_setting(&setting);
		settings[setting_count++] = setting;
	}
}

static double clock_s(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/**
 * struct part - one kind of test
 * @params: what the module is loaded with; NULL: the test loads it
 * @each:   run it with each setting, or
 * @once:   run it once
 * @name:   for the report
 */
struct part {
	const char *params;
	void (*each)(const struct setting *setting, struct tally *tally);
	void (*once)(struct tally *tally);
	const char *name;
};

static const struct part parts[] = {
	{ .once = sweep_load, .name = "module load: each allocation of init fails once" },
	{ .params = SCENE_PARAMS, .each = sweep_setting, .name = "each allocation fails once" },
	{ .params = RANDOM_PARAMS, .each = random_setting, .name = "allocations fail at random" },
};

static int number;
static int failed;

/* One test; @setting is NULL if it is for all. */
static void run_one(const struct part *part, const struct setting *setting, struct tally *total)
{
	struct tally tally = { 0 };
	double start = clock_s();
	bool good;

	atomic_store(&tap->failures, 0);
	if (setting)
		part->each(setting, &tally);
	else
		part->once(&tally);
	good = !atomic_load(&tap->failures);
	failed += !good;
	tap_note("%lu allocations failed, %lu of them did no harm; %lu copies; %.1f s",
		 tally.allocations, tally.excused, tally.copies, clock_s() - start);
	printf("%s %d - %s%s%s\n", good ? "ok" : "not ok", ++number, setting ? setting->name : "",
	       setting ? ": " : "", part->name);
	fflush(stdout);
	total->allocations += tally.allocations;
	total->excused += tally.excused;
	total->copies += tally.copies;
}

static void run_part(const struct part *part, const char *only)
{
	struct tally total = { 0 };
	size_t i;

	if (part->once && !strstr(part->name, only))
		return;
	if (part->params)
		REQUIRE_EQ(module_load(part->params), 0);
	if (part->once)
		run_one(part, NULL, &total);
	for (i = 0; part->each && i < setting_count; i++)
		if (strstr(settings[i].name, only) || strstr(part->name, only))
			run_one(part, &settings[i], &total);
	if (part->params)
		REQUIRE_EQ(module_unload(), 0);
	tap_note("%s, in all: %lu allocation failures swept, %lu of them did no harm; %lu copies",
		 part->name, total.allocations, total.excused, total.copies);
}

int main(int argc, char **argv)
{
	const char *why;
	size_t i;

	if (argc < 2 || argc > 3) {
		fprintf(stderr, "usage: failnth secmmu.ko [part of a test's name]\n");
		return 2;
	}
	tap_init();
	why = inject_ready();
	if (why) {
		printf("1..1\nok 1 - failing allocations # SKIP this kernel does not let them "
		       "fail: %s\n",
		       why);
		return 0;
	}
	module_file = argv[1];
	REQUIRE_EQ(module_load(SCENE_PARAMS), 0);
	for (i = 0; i < ARRAY_SIZE(variants); i++)
		find_settings(variants[i]);
	REQUIRE_EQ(module_unload(), 0);
	for (i = 0; i < ARRAY_SIZE(parts); i++)
		run_part(&parts[i], argc > 2 ? argv[2] : "");
	printf("1..%d\n", number);
	return failed ? 1 : 0;
}
