// SPDX-License-Identifier: GPL-2.0-only
/* Loading, unloading, and the parameters. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/kmod/lib/dev.h"
#include "tests/kmod/lib/module.h"
#include "tests/kmod/lib/tap.h"
#include "tests/kmod/lib/tests.h"

/* variant= is what /sys/module and INFO say, and what an ATTACH without a name takes. */
static void load_variant(const char *variant)
{
	struct secmmu_attach attach = { .size = sizeof(attach) };
	struct secmmu_info info;
	char text[128];
	int fd;

	snprintf(text, sizeof(text), "variant=%s", variant);
	REQUIRE_EQ(module_load(text), 0);
	CHECK_EQ(module_read("parameters/variant", text, sizeof(text)), 0);
	CHECK(!strcmp(text, variant));
	fd = dev_open();
	REQUIRE(fd >= 0);
	CHECK_EQ(dev_info(fd, &info), 0);
	CHECK(!strcmp(info.variant, variant));
	if (variant_is_there(variant)) {
		CHECK_EQ(dev_call(fd, SECMMU_ATTACH, &attach), 0);
		CHECK(!strcmp(attach.variant, variant));
	} else {
		CHECK_EQ(dev_call(fd, SECMMU_ATTACH, &attach), -EOPNOTSUPP);
	}
	close(fd);
	CHECK_EQ(module_unload(), 0);
}

static void load_default(const char *variant)
{
	struct secmmu_info info;
	char text[128];
	int fd;

	(void)variant;
	REQUIRE_EQ(module_load(""), 0);
	CHECK_EQ(module_read("parameters/variant", text, sizeof(text)), 0);
	CHECK(!strcmp(text, "itree"));
	fd = dev_open();
	REQUIRE(fd >= 0);
	CHECK_EQ(dev_info(fd, &info), 0);
	CHECK(!strcmp(info.variant, "itree"));
	CHECK_EQ(info.max_ranges, 1 << 20);
	CHECK(info.clock_khz > 0);
	close(fd);
	CHECK_EQ(module_unload(), 0);
}

/* Refused, and the log says which there are. */
static void load_unknown_variant(const char *variant)
{
	static const char *const wrong[] = { "variant=lisp", "variant=", "variant=lis",
					     "variant=listx", "variant=LIST" };
	char text[4096];
	size_t i;
	int v;

	(void)variant;
	for (i = 0; i < ARRAY_SIZE(wrong); i++) {
		log_begin();
		CHECK_EQ(module_load(wrong[i]), -EINVAL);
		CHECK_EQ(module_read("parameters/variant", text, sizeof(text)), -ENOENT);
		log_since(text, sizeof(text));
		for (v = 0; variants[v]; v++)
			CHECK(strstr(text, variants[v]) != NULL);
	}
}

/* Refused, and nothing is left of the attempt. */
static void load_bad_limit(const char *variant)
{
	static const char *const wrong[] = {
		"max_ranges=0",
		"max_ranges=-1",
		"max_ranges=x",
		"max_ranges=16777217",
		"max_ranges=1k",
		"max_ranges=4294967297",
		"max_ranges=",
		"max_pages=0",
		"max_pages=-1",
		"max_pages=x",
		"max_pages=1k",
		"max_pages=67108865",
		"max_pages=",
		"max_pages=18446744073709551617",
		"max_ranges=1 max_pages=0",
	};
	char text[64];
	size_t i;
	int ret;

	(void)variant;
	for (i = 0; i < ARRAY_SIZE(wrong); i++) {
		ret = module_load(wrong[i]);
		CHECK(ret == -EINVAL || ret == -ERANGE);
		CHECK_EQ(module_read("parameters/max_pages", text, sizeof(text)), -ENOENT);
		CHECK_EQ(dev_open(), -ENOENT);
	}
	CHECK_EQ(module_load("max_ranges=16777216 max_pages=67108864"), 0);
	CHECK_EQ(module_unload(), 0);
}

static void unload_while_open(const char *variant)
{
	int fd;

	REQUIRE_EQ(module_load(""), 0);
	fd = dev_open();
	REQUIRE(fd >= 0);
	CHECK_EQ(module_unload(), -EWOULDBLOCK);
	CHECK_EQ(dev_attach(fd, variant, 0), variant_is_there(variant) ? 0 : -EOPNOTSUPP);
	CHECK_EQ(module_unload(), -EWOULDBLOCK);
	close(fd);
	CHECK_EQ(module_unload(), 0);
}

static void device_node(const char *variant)
{
	struct stat st;

	(void)variant;
	REQUIRE(stat(SECMMU_DEVICE, &st) == 0);
	CHECK(S_ISCHR(st.st_mode));
	CHECK_EQ(st.st_mode & 07777, 0600);
	CHECK_EQ(st.st_uid, 0);
	REQUIRE(setgid(65534) == 0 && setuid(65534) == 0);
	CHECK_EQ(dev_open(), -EACCES);
}

static void parameters_are_read_only(const char *variant)
{
	static const char *const names[] = { "variant", "max_ranges", "max_pages" };
	struct stat st;
	char path[64];
	size_t i;

	(void)variant;
	for (i = 0; i < ARRAY_SIZE(names); i++) {
		snprintf(path, sizeof(path), "/sys/module/secmmu/parameters/%s", names[i]);
		REQUIRE(stat(path, &st) == 0);
		CHECK_EQ(st.st_mode & 07777, 0444);
	}
}

const struct test tests_load[] = {
	{ "load with variant=", load_variant, NULL, ALIKE },
	{ "load with defaults", load_default, NULL, ONCE },
	{ "an unknown variant= is refused, and the list logged", load_unknown_variant, NULL, ONCE },
	{ "a limit out of bounds is refused", load_bad_limit, NULL, ONCE },
	{ "unload is refused while a file is open", unload_while_open, NULL, ALIKE },
	{ "device: mode 0600, EACCES for others", device_node, "", ONCE },
	{ "parameters are readable and cannot be changed", parameters_are_read_only, "", ONCE },
	{ 0 },
};
