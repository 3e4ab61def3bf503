// SPDX-License-Identifier: GPL-2.0-only
/* Files are closed while they are used, and the module is unloaded, or not, while they are open. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "tests/kmod/lib/crowd.h"
#include "tests/kmod/lib/dev.h"
#include "tests/kmod/lib/module.h"
#include "tests/kmod/lib/tap.h"
#include "torture.h"

#define FILES 64

/* By one thread, while others are in commands on it: the last of them to come back detaches. */
static void close_against_commands(const char *variant)
{
	static const enum crowd_job users[] = { CROWD_FAULT, CROWD_FAULT,  CROWD_WRITE,
						CROWD_READ,  CROWD_INSERT, CROWD_VERIFY };
	static const enum crowd_job invalidator[] = { CROWD_INVALIDATE };
	struct crowd others = { .fd = -1 };
	struct crowd crowd = { .expects = EBADF };

	for (int i = 0; i < 4 * rounds; i++) {
		crowd_attach(&crowd, variant, i);
		others.arena = crowd.arena;
		crowd_start(&others, invalidator, 1);
		crowd_start(&crowd, users, ARRAY_SIZE(users));
		nap(3);
		CHECK(close(crowd.fd) == 0);
		crowd_join(&crowd); /* each ends by EBADF */
		CHECK_EQ(module_refs(0), 0);
		crowd_stop(&others);
	}
}

static void *close_half(void *arg)
{
	const int *fds = arg;

	for (int i = 0; i < FILES / 2; i++)
		CHECK(close(fds[i]) == 0);
	return NULL;
}

static void shuffle(int *fds, unsigned int count)
{
	while (count > 1) {
		unsigned int at = chance(count--);
		int fd = fds[at];

		fds[at] = fds[count];
		fds[count] = fd;
	}
}

/* Many files on one mm, closed in any order by two threads while it is invalidated. */
static void many_files(const char *variant)
{
	static const enum crowd_job load[] = { CROWD_INVALIDATE, CROWD_INVALIDATE, CROWD_FAULT,
					       CROWD_WRITE };
	struct crowd crowd = { 0 };
	pthread_t closer;
	int fds[FILES];

	crowd_attach(&crowd, variant, 0);
	crowd_start(&crowd, load, ARRAY_SIZE(load));
	for (int i = 0; i < FILES; i++) {
		__u32 id;

		fds[i] = crowd_open(variant, i);
		id = dev_track(fds[i], crowd.arena, CROWD_PAGES);
		dev_fault(fds[i], id, crowd.arena, CROWD_PAGES * DEV_PAGE, 0);
	}
	CHECK_EQ(module_refs(FILES + 1), FILES + 1);
	shuffle(fds, FILES);
	REQUIRE(!pthread_create(&closer, NULL, close_half, fds));
	close_half(fds + FILES / 2);
	pthread_join(closer, NULL);
	CHECK_EQ(module_refs(1), 1);
	crowd_stop(&crowd);
	crowd_check(&crowd, variant);
	close(crowd.fd);
}

/* Refused for as long as a file is open, however busy it is. */
static void unload_in_use(const char *variant)
{
	struct crowd crowd = { 0 };

	crowd_attach(&crowd, variant, 0);
	crowd_start_all(&crowd);
	for (int i = 0; i < 40 * rounds; i++)
		CHECK_EQ(module_unload(), -EWOULDBLOCK);
	crowd_stop(&crowd);
	CHECK_EQ(module_unload(), -EWOULDBLOCK);
	crowd_check(&crowd, variant);
	close(crowd.fd);
}

struct opener {
	const char *_Atomic variant;
	atomic_bool stop;
	atomic_int opened;
};

/* The device comes and goes: open() finds it, or says so; a file that it gave works. */
static void *open_again(void *arg)
{
	struct opener *o = arg;
	char *arena = arena_map(1, true);

	while (!atomic_load(&o->stop)) {
		int fd = dev_open();

		if (fd < 0) {
			CHECK(fd == -ENOENT || fd == -ENODEV || fd == -ENXIO);
			continue;
		}
		if (dev_attach(fd, o->variant, 0) != -EOPNOTSUPP)
			dev_track(fd, arena, 1);
		close(fd);
		atomic_fetch_add(&o->opened, 1);
		usleep(3000);
	}
	return NULL;
}

/* Until no file is open for a moment. */
static int unload_some_time(void)
{
	int ret;

	for (int tries = 0; tries < 2000; tries++) {
		ret = module_unload();
		if (ret != -EWOULDBLOCK)
			break;
		usleep(100);
	}
	return ret;
}

static void unload_against_open(const char *variant)
{
	struct opener opener = { .variant = variants[0] };
	pthread_t threads[2];
	int ret = 0;

	(void)variant;
	for (size_t i = 0; i < ARRAY_SIZE(threads); i++)
		REQUIRE(!pthread_create(&threads[i], NULL, open_again, &opener));
	for (int i = 0; !ret && variants[i]; i++) {
		opener.variant = variants[i];
		REQUIRE_EQ(module_load(""), 0);
		nap(10);
		ret = unload_some_time();
		CHECK_EQ(ret, 0);
	}
	atomic_store(&opener.stop, true);
	for (size_t i = 0; i < ARRAY_SIZE(threads); i++)
		pthread_join(threads[i], NULL);
	CHECK(atomic_load(&opener.opened) > 0);
}

const struct test tests_close[] = {
	{ "close against commands on the same file", close_against_commands, "", EACH },
	{ "64 files on one mm, closed in any order", many_files, "", EACH },
	{ "unload is refused under load", unload_in_use, "", EACH },
	{ "load and unload against open", unload_against_open, NULL, ONCE },
	{ 0 },
};
