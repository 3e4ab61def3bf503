// SPDX-License-Identifier: GPL-2.0-only
/* The device reads and writes anonymous memory, as far as it is mapped and may be; and after a fork. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/kmod/lib/mirror.h"
#include "tests/kmod/lib/module.h"
#include "tests/kmod/lib/tap.h"
#include "tests/kmod/lib/tests.h"

#define PAGES 64
#define LEN   (PAGES * DEV_PAGE)

static char data[LEN] __attribute__((aligned(4096)));

/* Nothing is left of a device that was opened and closed, used or not. */
static void open_close(const char *variant)
{
	int fd = dev_open();

	REQUIRE(fd >= 0);
	CHECK_EQ(module_refs(1), 1);
	close(fd);
	fd = dev_open_attached(variant, 0);
	dev_track(fd, arena_map(1, true), 1);
	CHECK_EQ(module_refs(1), 1);
	close(fd);
	CHECK_EQ(module_refs(0), 0);
}

/*
 * Memory that may only be read: one page was never touched, one was only read and is the zero page,
 * the others have been written. What is not mapped any more is an error.
 */
static void anon_read(struct mirror *m)
{
	char *at = memory_map(PAGES, false);

	pattern_fill(at + 2 * DEV_PAGE, LEN - 2 * DEV_PAGE, 1);
	REQUIRE(mprotect(at, LEN, PROT_READ) == 0);
	CHECK_EQ(*(volatile char *)(at + DEV_PAGE), 0);
	mirror_open(m, at, PAGES);
	CHECK_EQ(mirror_read(m, 0, PAGES, data, 0), 0);
	CHECK(bytes_are(data, 2 * DEV_PAGE, 0));
	CHECK(pattern_is(data + 2 * DEV_PAGE, LEN - 2 * DEV_PAGE, 1));
	mirror_expect(m, 0, PAGES, SIGHT_READ);
	REQUIRE(munmap(at + 8 * DEV_PAGE, DEV_PAGE) == 0);
	CHECK_EQ(mirror_sight(m, 8), SIGHT_NONE);
	CHECK_EQ(mirror_read(m, 8, 1, data, 0), -EFAULT);
	CHECK_EQ(mirror_read(m, 9, 1, data, 0), 0);
	CHECK_EQ(mirror_read(m, 0, PAGES, data, 0), -EFAULT);
	mirror_close(m);
	munmap(at, LEN);
}

/* Memory that may not be read: the device gets nothing, and what is there stays. */
static void anon_read_prot(struct mirror *m)
{
	char *at = memory_map(PAGES, false);

	pattern_fill(at, LEN, 2);
	mirror_open(m, at, PAGES);
	CHECK_EQ(mirror_fault(m, 0, PAGES, SECMMU_FAULT_WRITE), 0);
	REQUIRE(mprotect(at, LEN, PROT_NONE) == 0);
	memset(data, 9, LEN);
	mirror_expect(m, 0, PAGES, SIGHT_NONE);
	CHECK_EQ(mirror_read(m, 0, PAGES, data, 0), -EFAULT);
	CHECK(bytes_are(data, LEN, 9));
	REQUIRE(mprotect(at, LEN, PROT_READ) == 0);
	CHECK(pattern_is(at, LEN, 2));
	CHECK_EQ(mirror_read(m, 0, PAGES, data, 0), 0);
	CHECK(pattern_is(data, LEN, 2));
	mirror_close(m);
	munmap(at, LEN);
}

/* Memory that nobody has touched before the device writes it; then each reads what the other wrote. */
static void anon_write(struct mirror *m)
{
	char *at = memory_map(PAGES, false);

	mirror_open(m, at, PAGES);
	pattern_fill(data, LEN, 3);
	CHECK_EQ(mirror_write(m, 0, PAGES, data, 0), 0);
	CHECK(pattern_is(at, LEN, 3));
	pattern_fill(at, LEN, 4);
	CHECK_EQ(mirror_read(m, 0, PAGES, data, SECMMU_ACCESS_NOFAULT), 0);
	CHECK(pattern_is(data, LEN, 4));
	mirror_expect(m, 0, PAGES, SIGHT_WRITE);
	mirror_close(m);
	munmap(at, LEN);
}

/* Memory that becomes read-only after the device has written it, and writable again. */
static void anon_write_prot(struct mirror *m)
{
	char *at = memory_map(PAGES, false);

	mirror_open(m, at, PAGES);
	pattern_fill(data, LEN, 5);
	CHECK_EQ(mirror_write(m, 0, PAGES, data, 0), 0);
	REQUIRE(mprotect(at, LEN, PROT_READ) == 0);
	memset(data, 9, LEN);
	CHECK_EQ(mirror_write(m, 0, PAGES, data, SECMMU_ACCESS_NOFAULT), -ENXIO);
	CHECK_EQ(mirror_write(m, 0, PAGES, data, 0), -EFAULT);
	CHECK_EQ(mirror_fault(m, 0, PAGES, SECMMU_FAULT_WRITE), -EFAULT);
	CHECK(pattern_is(at, LEN, 5));
	CHECK_EQ(mirror_read(m, 0, PAGES, data, 0), 0);
	CHECK(pattern_is(data, LEN, 5));
	mirror_expect(m, 0, PAGES, SIGHT_READ);
	REQUIRE(mprotect(at, LEN, PROT_READ | PROT_WRITE) == 0);
	pattern_fill(data, LEN, 6);
	CHECK_EQ(mirror_write(m, 0, PAGES, data, 0), 0);
	CHECK(pattern_is(at, LEN, 6));
	mirror_close(m);
	munmap(at, LEN);
}

static void wait_for(pid_t pid)
{
	REQUIRE(waitpid(pid, NULL, 0) == pid);
}

/*
 * The child's device writes into the child's memory, which is its own copy if @shared is not set. The
 * parent's device is none of the child's.
 */
static void __attribute__((noreturn)) child_writes(struct mirror *m, bool shared)
{
	struct mirror own = *m;

	CHECK_EQ(mirror_read(m, 0, 1, data, 0), -EPERM);
	CHECK_EQ(mirror_write(m, 0, 1, data, 0), -EPERM);
	mirror_open(&own, m->at, PAGES);
	CHECK_EQ(mirror_read(&own, 0, PAGES, data, 0), 0);
	CHECK(pattern_is(data, LEN, 7));
	pattern_fill(data, LEN, 8);
	CHECK_EQ(mirror_write(&own, 0, PAGES, data, 0), 0);
	CHECK(pattern_is(m->at, LEN, 8));
	CHECK(shared || mirror_sight(&own, 0) == SIGHT_WRITE);
	mirror_close(&own);
	_exit(0);
}

/* The parent's device had translations to write by when the memory became the child's, too. */
static void anon_write_child(struct mirror *m)
{
	char *at = memory_map(PAGES, false);
	pid_t pid;

	pattern_fill(at, LEN, 7);
	mirror_open(m, at, PAGES);
	CHECK_EQ(mirror_fault(m, 0, PAGES, SECMMU_FAULT_WRITE), 0);
	pid = fork();
	if (pid == 0)
		child_writes(m, false);
	wait_for(pid);
	CHECK(mirror_sight(m, 0) != SIGHT_WRITE);
	CHECK(pattern_is(at, LEN, 7));
	CHECK_EQ(mirror_read(m, 0, PAGES, data, 0), 0);
	CHECK(pattern_is(data, LEN, 7));
	mirror_close(m);
	munmap(at, LEN);
}

/* The other way round: what the parent's device writes after a fork is not the child's. */
static void anon_write_parent(struct mirror *m)
{
	char *at = memory_map(PAGES, false);
	int gate[2];
	char byte;
	pid_t pid;

	pattern_fill(at, LEN, 7);
	mirror_open(m, at, PAGES);
	CHECK_EQ(mirror_fault(m, 0, PAGES, SECMMU_FAULT_WRITE), 0);
	REQUIRE(pipe(gate) == 0);
	pid = fork();
	if (pid == 0) {
		close(gate[1]);
		CHECK_EQ(read(gate[0], &byte, 1), 0);
		CHECK(pattern_is(at, LEN, 7));
		_exit(0);
	}
	pattern_fill(data, LEN, 8);
	CHECK_EQ(mirror_write(m, 0, PAGES, data, 0), 0);
	CHECK(pattern_is(at, LEN, 8));
	CHECK_EQ(dev_verify(m->fd), 0);
	close(gate[1]);
	close(gate[0]);
	wait_for(pid);
	CHECK(pattern_is(at, LEN, 8));
	mirror_close(m);
	munmap(at, LEN);
}

/* Memory that both share: what the child's device writes is there for the parent and its device. */
static void anon_write_child_shared(struct mirror *m)
{
	char *at = mmap(NULL, LEN, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pid_t pid;

	REQUIRE(at != MAP_FAILED);
	pattern_fill(at, LEN, 7);
	mirror_open(m, at, PAGES);
	CHECK_EQ(mirror_fault(m, 0, PAGES, SECMMU_FAULT_WRITE), 0);
	pid = fork();
	if (pid == 0)
		child_writes(m, true);
	wait_for(pid);
	CHECK(pattern_is(at, LEN, 8));
	CHECK_EQ(mirror_read(m, 0, PAGES, data, 0), 0);
	CHECK(pattern_is(data, LEN, 8));
	mirror_close(m);
	munmap(at, LEN);
}

MIRROR_EACH(anon_read)
MIRROR_EACH(anon_read_prot)
MIRROR_EACH(anon_write)
MIRROR_EACH(anon_write_prot)
MIRROR_EACH(anon_write_child)
MIRROR_EACH(anon_write_parent)
MIRROR_EACH(anon_write_child_shared)

const struct test tests_hmm_anon[] = {
	{ "hmm open_close", open_close, "", EACH },
	{ "hmm anon_read", each_anon_read, "", EACH },
	{ "hmm anon_read_prot", each_anon_read_prot, "", EACH },
	{ "hmm anon_write", each_anon_write, "", EACH },
	{ "hmm anon_write_prot", each_anon_write_prot, "", EACH },
	{ "hmm anon_write_child", each_anon_write_child, "", EACH },
	{ "hmm anon_write_parent", each_anon_write_parent, "", EACH },
	{ "hmm anon_write_child_shared", each_anon_write_child_shared, "", EACH },
	{ 0 },
};
