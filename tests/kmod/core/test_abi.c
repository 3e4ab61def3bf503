// SPDX-License-Identifier: GPL-2.0-only
/* What holds for each command, and the errors of ATTACH, STATS and RESET. */
#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "tests/kmod/lib/dev.h"
#include "tests/kmod/lib/tap.h"
#include "tests/kmod/lib/tests.h"

/* One command, a struct that it takes, and whether it writes it back. */
struct command {
	const char *name;
	unsigned long cmd;
	size_t size;
	size_t first_size; /* of the struct's first version */
	__u32 flags;       /* known ones */
	bool on_attached;  /* it needs an attached file */
	bool replies;
	bool translates; /* only for variants that keep translations */
};

#define ATTACH_FLAGS (SECMMU_ATTACH_UNTIMED | SECMMU_ATTACH_FLUSH_SLEEP | SECMMU_ATTACH_CHANGE_PTE)
#define ACCESS_FLAGS (SECMMU_ACCESS_WRITE | SECMMU_ACCESS_NOFAULT)

#define COMMAND(name, type, first_last, flags, on_attached, replies, translates)                   \
	{                                                                                          \
#name, SECMMU_##name, sizeof(struct secmmu_##type),                                \
			offsetof(struct secmmu_##type, first_last) +                               \
				sizeof(((struct secmmu_##type *)0)->first_last),                   \
			flags, on_attached, replies, translates                                    \
	}

static const struct command commands[] = {
	COMMAND(INFO, info, max_ranges, 0, false, true, false),
	COMMAND(ATTACH, attach, variant, ATTACH_FLAGS, false, true, false),
	COMMAND(INSERT, insert, reserved, 0, true, false, false),
	COMMAND(REMOVE, remove, reserved, 0, true, false, false),
	COMMAND(STATS, stats, hist_count, 0, true, true, false),
	COMMAND(RESET, reset, flags, 0, true, false, false),
	COMMAND(FAULT, fault, reserved, SECMMU_FAULT_WRITE, true, true, true),
	COMMAND(ACCESS, access, retries, ACCESS_FLAGS, true, true, true),
	COMMAND(VERIFY, verify, first, 0, true, true, false),
};

/* The commands that @variant knows, one after the other. */
#define for_each_command(command, variant)                                                         \
	for ((command) = commands; (command) < commands + ARRAY_SIZE(commands); (command)++)       \
		if (!(command)->translates || variant_tracks(variant))

/* A struct with room for a newer caller's fields, and what INSERT and REMOVE point to. */
struct argument {
	union {
		__u32 head[2];
		struct secmmu_attach attach;
		struct secmmu_insert insert;
		struct secmmu_remove remove;
		struct secmmu_stats stats;
		struct secmmu_fault fault;
		struct secmmu_access access;
		unsigned char bytes[2 * DEV_PAGE];
	} u;
	struct secmmu_range range;
	char data[8];
};

/* Memory for the device. */
static char field[2 * DEV_PAGE];

/* A file in the state in which @command can work, and a valid argument for it. */
static int prepare(const struct command *command, const char *variant, struct argument *arg)
{
	int fd = command->on_attached ? dev_open_attached(variant, 0) : dev_open();

	REQUIRE(fd >= 0);
	memset(arg, 0, sizeof(*arg));
	arg->u.head[0] = (__u32)command->size;
	arg->range = (struct secmmu_range){
		.start = ((uintptr_t)field + DEV_PAGE - 1) & ~(DEV_PAGE - 1),
		.length = DEV_PAGE,
	};
	if (command->cmd == SECMMU_ATTACH) {
		strcpy(arg->u.attach.variant, variant);
	} else if (command->cmd == SECMMU_INSERT) {
		arg->u.insert.ranges = (uintptr_t)&arg->range;
		arg->u.insert.count = 1;
	} else if (command->cmd == SECMMU_REMOVE) {
		REQUIRE_EQ(dev_insert(fd, &arg->range, 1), 0);
		arg->u.remove.ids = (uintptr_t)&arg->range.id;
		arg->u.remove.count = 1;
	} else if (command->cmd == SECMMU_FAULT) {
		REQUIRE_EQ(dev_insert(fd, &arg->range, 1), 0);
		arg->u.fault.start = arg->range.start;
		arg->u.fault.length = DEV_PAGE;
		arg->u.fault.id = arg->range.id;
	} else if (command->cmd == SECMMU_ACCESS) {
		REQUIRE_EQ(dev_insert(fd, &arg->range, 1), 0);
		arg->u.access.start = arg->range.start;
		arg->u.access.length = sizeof(arg->data);
		arg->u.access.data = (uintptr_t)arg->data;
		arg->u.access.id = arg->range.id;
	}
	return fd;
}

static void refuse(const struct command *command, int fd, struct argument *arg, int want)
{
	int ret = dev_call(fd, command->cmd, &arg->u);

	if (ret != want)
		tap_note("%s: %d, not %d", command->name, ret, want);
	CHECK_EQ(ret, want);
}

/* What was refused has changed nothing: done right, it works. */
static void works(const struct command *command, int fd, const struct argument *good)
{
	struct argument again = *good;

	if (command->cmd == SECMMU_INSERT)
		again.u.insert.ranges = (uintptr_t)&again.range;
	if (command->cmd == SECMMU_REMOVE)
		again.u.remove.ids = (uintptr_t)&again.range.id;
	if (command->cmd == SECMMU_ACCESS)
		again.u.access.data = (uintptr_t)again.data;
	CHECK_EQ(dev_call(fd, command->cmd, &again.u), 0);
	close(fd);
}

static void refused(const struct command *command, int fd, struct argument *arg,
		    const struct argument *good, int want)
{
	refuse(command, fd, arg, want);
	works(command, fd, good);
}

static void sizes(const char *variant)
{
	const struct command *command;
	struct argument good, arg;
	__u32 wrong[] = { 0, 1, 4, 0, DEV_PAGE + 1, ~0u };
	size_t i;
	int fd;

	for_each_command(command, variant)
	{
		wrong[3] = (__u32)command->first_size - 1;
		for (i = 0; i < ARRAY_SIZE(wrong); i++) {
			fd = prepare(command, variant, &good);
			arg = good;
			arg.u.head[0] = wrong[i];
			refused(command, fd, &arg, &good,
				wrong[i] < command->first_size ? -EINVAL : -E2BIG);
		}
	}
}

/* A newer caller's struct: taken as long as what we do not know is zero. */
static void larger_sizes(const char *variant)
{
	const struct command *command;
	struct argument good, arg;
	size_t size;
	int fd;

	for_each_command(command, variant)
	{
		for (size = command->size + 1; size <= DEV_PAGE; size = size * 2 - 1) {
			fd = prepare(command, variant, &arg);
			arg.u.head[0] = (__u32)size;
			CHECK_EQ(dev_call(fd, command->cmd, &arg.u), 0);
			CHECK_EQ(arg.u.head[0], size);
			close(fd);

			fd = prepare(command, variant, &good);
			arg = good;
			arg.u.head[0] = (__u32)size;
			arg.u.bytes[size - 1] = 1;
			refused(command, fd, &arg, &good, -E2BIG);
		}
	}
}

static void unknown_flags(const char *variant)
{
	const struct command *command;
	struct argument good, arg;
	int bit;
	int fd;

	for_each_command(command, variant)
	{
		fd = prepare(command, variant, &good);
		for (bit = 0; bit < 32; bit++) {
			if (command->flags & (1u << bit))
				continue;
			arg = good;
			arg.u.head[1] = 1u << bit;
			refuse(command, fd, &arg, -EINVAL);
		}
		works(command, fd, &good);
	}
}

static void reserved_fields(const char *variant)
{
	struct argument good, arg;
	int fd;

	fd = prepare(&commands[2], variant, &good);
	arg = good;
	arg.u.insert.reserved = 1;
	refused(&commands[2], fd, &arg, &good, -EINVAL);
	fd = prepare(&commands[3], variant, &good);
	arg = good;
	arg.u.remove.reserved = 1;
	refused(&commands[3], fd, &arg, &good, -EINVAL);
	if (!variant_tracks(variant))
		return;
	fd = prepare(&commands[6], variant, &good);
	arg = good;
	arg.u.fault.reserved = 1;
	refused(&commands[6], fd, &arg, &good, -EINVAL);
}

/* Nothing there, the kernel's half, and a struct of which only the beginning can be read. */
static void bad_pointers(const char *variant)
{
	char *pages = mmap(NULL, 2 * DEV_PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
			   -1, 0);
	const struct command *command;
	struct argument good;
	void *wrong[4];
	size_t i;
	int fd;

	REQUIRE(pages != MAP_FAILED);
	REQUIRE(munmap(pages + DEV_PAGE, DEV_PAGE) == 0);
	wrong[0] = NULL;
	wrong[1] = pages + DEV_PAGE;
	wrong[2] = (void *)~0xffful;
	wrong[3] = pages + DEV_PAGE - sizeof(__u32);
	for_each_command(command, variant)
	{
		*(__u32 *)wrong[3] = (__u32)command->size;
		fd = prepare(command, variant, &good);
		for (i = 0; i < 4; i++)
			CHECK_EQ(dev_call(fd, command->cmd, wrong[i]), -EFAULT);
		CHECK_EQ(dev_call(fd, command->cmd, &good.u), 0);
		close(fd);
	}
}

/* A reply that cannot be written: an ATTACH is undone. */
static void read_only_argument(const char *variant)
{
	const struct command *command;
	struct argument good, *arg;
	int fd;

	for_each_command(command, variant)
	{
		if (!command->replies)
			continue;
		fd = prepare(command, variant, &good);
		arg = mmap(NULL, sizeof(*arg), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
			   -1, 0);
		REQUIRE(arg != MAP_FAILED);
		*arg = good;
		REQUIRE(mprotect(arg, sizeof(*arg), PROT_READ) == 0);
		CHECK_EQ(dev_call(fd, command->cmd, &arg->u), -EFAULT);
		if (command->cmd == SECMMU_ATTACH)
			CHECK_EQ(dev_reset(fd), -ENOTCONN);
		CHECK_EQ(dev_call(fd, command->cmd, &good.u), 0);
		munmap(arg, sizeof(*arg));
		close(fd);
	}
}

static void unknown_commands(const char *variant)
{
	static const unsigned long wrong[] = { 0,
					       _IO(SECMMU_TYPE, 0),
					       _IO(SECMMU_TYPE, SECMMU_CMD_INFO - 1),
					       _IO(SECMMU_TYPE, SECMMU_CMD_VERIFY + 1),
					       _IO(SECMMU_TYPE + 1, SECMMU_CMD_INFO),
					       _IOWR(SECMMU_TYPE, SECMMU_CMD_INFO, int),
					       ~0ul };
	int fd = dev_open_attached(variant, 0);
	struct secmmu_info info = { .size = sizeof(info) };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(wrong); i++) {
		CHECK_EQ(dev_call(fd, wrong[i], &info), -ENOTTY);
		CHECK_EQ(dev_call(fd, wrong[i], NULL), -ENOTTY);
	}
	close(fd);
}

static void not_attached(const char *variant)
{
	const struct command *command;
	struct argument arg;
	int attached, fd;

	for_each_command(command, variant)
	{
		if (!command->on_attached)
			continue;
		attached = prepare(command, variant, &arg);
		fd = dev_open();
		REQUIRE(fd >= 0);
		CHECK_EQ(dev_call(fd, command->cmd, &arg.u), -ENOTCONN);
		close(fd);
		close(attached);
	}
}

static void attach_names(const char *variant)
{
	struct secmmu_attach attach = { .size = sizeof(attach) };
	int fd = dev_open();

	(void)variant;
	REQUIRE(fd >= 0);
	memset(attach.variant, 'x', sizeof(attach.variant));
	CHECK_EQ(dev_call(fd, SECMMU_ATTACH, &attach), -EINVAL);
	memcpy(attach.variant, "none\0\0\0\0\0\0\0\0\0\0\0x", sizeof(attach.variant));
	CHECK_EQ(dev_call(fd, SECMMU_ATTACH, &attach), -EINVAL);
	CHECK_EQ(dev_attach(fd, "lisp", 0), -ENOENT);
	CHECK_EQ(dev_attach(fd, "non", 0), -ENOENT);
	CHECK_EQ(dev_attach(fd, "nonee", 0), -ENOENT);
	CHECK_EQ(dev_attach(fd, "123456789012345", 0), -ENOENT);
	CHECK_EQ(dev_reset(fd), -ENOTCONN);
	CHECK_EQ(dev_attach(fd, "none", 0), 0);
	close(fd);
}

/* The name that comes back is the one that was attached, padded. */
static void attach_twice(const char *variant)
{
	struct secmmu_attach attach = { .size = sizeof(attach) };
	char padded[SECMMU_NAME_LEN] = { 0 };
	int fd = dev_open();
	int i;

	REQUIRE(fd >= 0);
	strcpy(attach.variant, variant);
	strcpy(padded, variant);
	CHECK_EQ(dev_call(fd, SECMMU_ATTACH, &attach), 0);
	CHECK(!memcmp(attach.variant, padded, sizeof(padded)));
	for (i = 0; variants[i]; i++)
		CHECK_EQ(dev_attach(fd, variants[i], 0), -EBUSY);
	CHECK_EQ(dev_reset(fd), 0);
	close(fd);
}

/* A caller with shorter or longer arrays than ours. */
static void stats_lengths(const char *variant)
{
	struct secmmu_stats stats = { .size = sizeof(stats) };
	int fd = dev_open_attached(variant, 0);
	static struct loghist hists[SECMMU_HISTS + 1];
	__u64 counters[SECMMU_COUNTERS + 1];

	CHECK_EQ(dev_call(fd, SECMMU_STATS, &stats), 0);
	memset(counters, 0xaa, sizeof(counters));
	memset(hists, 0xaa, sizeof(hists));
	stats.counters = (uintptr_t)counters;
	stats.hists = (uintptr_t)hists;
	stats.counter_count = 1;
	CHECK_EQ(dev_call(fd, SECMMU_STATS, &stats), 0);
	CHECK_EQ(stats.counter_count, 1);
	CHECK_EQ(stats.hist_count, 0);
	CHECK(counters[0] != 0xaaaaaaaaaaaaaaaaull && counters[1] == 0xaaaaaaaaaaaaaaaaull);
	stats.counter_count = ~0u;
	stats.hist_count = ~0u;
	CHECK_EQ(dev_call(fd, SECMMU_STATS, &stats), 0);
	CHECK_EQ(stats.counter_count, SECMMU_COUNTERS);
	CHECK_EQ(stats.hist_count, SECMMU_HISTS);
	CHECK(counters[SECMMU_COUNTERS] == 0xaaaaaaaaaaaaaaaaull);
	CHECK(hists[SECMMU_HISTS].count == 0xaaaaaaaaaaaaaaaaull);
	stats.counters = 0;
	CHECK_EQ(dev_call(fd, SECMMU_STATS, &stats), -EFAULT);
	stats.counter_count = 0;
	stats.hists = 8;
	CHECK_EQ(dev_call(fd, SECMMU_STATS, &stats), -EFAULT);
	close(fd);
}

const struct test tests_abi[] = {
	{ "struct sizes: too small, too large", sizes, "", ALIKE },
	{ "struct sizes: larger with zero and with other bytes", larger_sizes, "", ALIKE },
	{ "unknown flags", unknown_flags, "", ALIKE },
	{ "reserved fields", reserved_fields, "", ALIKE },
	{ "bad pointers", bad_pointers, "", ALIKE },
	{ "an argument that cannot be written", read_only_argument, "", ALIKE },
	{ "unknown commands", unknown_commands, "", ALIKE },
	{ "commands before ATTACH", not_attached, "", ALIKE },
	{ "names in ATTACH", attach_names, "", ONCE },
	{ "ATTACH twice", attach_twice, "", ALIKE },
	{ "STATS with arrays of other lengths", stats_lengths, "", ALIKE },
	{ 0 },
};
