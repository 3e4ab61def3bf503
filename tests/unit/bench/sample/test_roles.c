// SPDX-License-Identifier: GPL-2.0-only
/* Does a sample get the workers that its axes ask for, each at the right slot, or a reason why not? */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/machine/topo.h"
#include "bench/sample/roles.h"
#include "util/err.h"

static struct topo *topo;

/* A sample's parts, as the engine makes them. */
struct fixture {
	struct suite suite;
	struct plan plan;
	struct arena arena;
	struct crew crew;
};

static int fake_equip(void *state, const struct arena *arena, size_t slot, struct workspace *w)
{
	(void)state;
	w->range = (unsigned int)arena_slot_range(arena, slot) + 1;
	return 0;
}

static const struct backend with_device = { .name = "fake", .equip = fake_equip };
static const struct backend without_device = { .name = "fake" };

static void prepare(struct fixture *f, const char *axes)
{
	char path[] = "/tmp/shootdown-test-XXXXXX.suite", text[256];
	int fd = mkstemps(path, 6);

	memset(f, 0, sizeof(*f));
	snprintf(text, sizeof(text), "[a]\nworkload = dontneed\n%s", axes);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
	assert_int_equal(suite_read(&f->suite, path, NULL), 0);
	unlink(path);
	assert_int_equal(plan_make(&f->plan, &f->suite, 1, 0, SELECT_FILE), 0);
	assert_int_equal(arena_open(&f->arena, &f->plan.points[0]), 0);
	f->crew.topo = topo;
}

static int hire(struct fixture *f, const struct backend *backend)
{
	const struct hire hire = {
		.point = &f->plan.points[0],
		.arena = &f->arena,
		.backend = backend,
	};

	err_clear();
	return roles_hire(&f->crew, &hire);
}

static void dismiss(struct fixture *f)
{
	roles_dismiss(&f->crew);
	plan_free(&f->plan);
	suite_free(&f->suite);
}

static void workers_take_their_slots(void **state)
{
	struct fixture f;

	(void)state;
	if (topo_cpus(topo) < 2)
		skip();
	prepare(&f, "ranges = 9\nfaulters = 1\n");
	assert_int_equal(hire(&f, &with_device), 0);
	assert_int_equal(f.crew.count, 2);
	assert_string_equal(f.crew.workers[0].role, "invalidator");
	assert_string_equal(f.crew.workers[0].workload->name, "dontneed");
	assert_string_equal(f.crew.workers[1].role, "faulter");
	assert_string_equal(f.crew.workers[1].workload->name, "fault");
	/* The device is after the memory of the worker that invalidates it. */
	assert_ptr_equal(f.crew.workers[1].space.slot, f.crew.workers[0].space.slot);
	assert_ptr_equal(f.crew.workers[1].space.stamps, f.crew.workers[0].space.stamps);
	assert_int_equal(f.crew.workers[1].space.range, 1);
	assert_true(role_is(&f.crew.workers[0], "op"));
	assert_false(role_is(&f.crew.workers[0], "dontneed"));
	assert_true(role_is(&f.crew.workers[1], "fault"));
	assert_false(role_is(&f.crew.workers[1], "op"));
	assert_true(roles_play_device(&f.crew));
	dismiss(&f);
}

static void alone_nobody_plays_the_device(void **state)
{
	struct fixture f;

	(void)state;
	prepare(&f, "ranges = 9\n");
	assert_int_equal(hire(&f, &without_device), 0);
	assert_int_equal(f.crew.count, 1);
	assert_false(roles_play_device(&f.crew));
	dismiss(&f);
}

/* A neighbour is no device: nobody has to be subscribed. */
static void neighbours_need_no_device(void **state)
{
	struct fixture f;

	(void)state;
	if (topo_cpus(topo) < 2)
		skip();
	prepare(&f, "ranges = 9\nneighbours = 1\n");
	assert_int_equal(hire(&f, &without_device), 0);
	assert_int_equal(f.crew.count, 2);
	assert_string_equal(f.crew.workers[1].role, "neighbour");
	assert_true(role_is(&f.crew.workers[1], "neighbour"));
	assert_ptr_equal(f.crew.workers[1].space.slot, f.crew.workers[0].space.slot);
	assert_false(roles_play_device(&f.crew));
	dismiss(&f);
}

static void refuse(const char *axes, const struct backend *backend, const char *sentence_has)
{
	struct fixture f;

	prepare(&f, axes);
	assert_true(hire(&f, backend) < 0);
	assert_int_equal(err_exit_code(), EXIT_SKIPPED);
	if (!strstr(err_text(), sentence_has))
		fail_msg("'%s' does not say '%s'", err_text(), sentence_has);
	err_clear();
	dismiss(&f);
}

static void impossible_crews_are_skipped_with_a_reason(void **state)
{
	char crowd[64];

	(void)state;
	snprintf(crowd, sizeof(crowd), "ranges = 9\naccessors = %zu\n", topo_cpus(topo));
	refuse(crowd, &with_device, "CPUs to pin them to");
	if (topo_cpus(topo) < 2)
		skip();
	refuse("ranges = 9\nfaulters = 1\n", &without_device, "has no device");
	refuse("ranges = 9\nfaulters = 1\nhit = 0\n", &with_device, "no range around");
	refuse("ranges = 9\ntrackers = 1\npages = 64\nrange_size = 64K\n", &with_device,
	       "no range around");
}

static int open_topo(void **state)
{
	(void)state;
	return topo_open(&topo);
}

static int close_topo(void **state)
{
	(void)state;
	topo_close(topo);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(workers_take_their_slots),
		cmocka_unit_test(alone_nobody_plays_the_device),
		cmocka_unit_test(neighbours_need_no_device),
		cmocka_unit_test(impossible_crews_are_skipped_with_a_reason),
	};

	return cmocka_run_group_tests(tests, open_topo, close_topo);
}
