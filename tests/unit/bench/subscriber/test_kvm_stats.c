// SPDX-License-Identifier: GPL-2.0-only
/* Are KVM's binary statistics read as the kernel writes them, and is nothing else believed? */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <errno.h>
#include <linux/kvm.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "bench/subscriber/kvm_stats.h"

enum {
	NAME_LEN = 48,
	MOST = 8
};

/* A file of statistics as the kernel gives it: header, name, descriptors, values. */
struct file {
	struct kvm_stats_header header;
	char id[NAME_LEN];
	struct {
		struct kvm_stats_desc desc;
		char name[NAME_LEN];
	} rows[MOST];
	uint64_t values[MOST];
};

static void file_init(struct file *file)
{
	memset(file, 0, sizeof(*file));
	file->header = (struct kvm_stats_header){
		.name_size = NAME_LEN,
		.id_offset = offsetof(struct file, id),
		.desc_offset = offsetof(struct file, rows),
		.data_offset = offsetof(struct file, values),
	};
}

static void file_add(struct file *file, const char *name, uint64_t value)
{
	size_t i = file->header.num_desc++;

	file->rows[i].desc.size = 1;
	file->rows[i].desc.offset = (__u32)(i * sizeof(uint64_t));
	strncpy(file->rows[i].name, name, NAME_LEN - 1);
	file->values[i] = value;
}

/* What is read of the first @len bytes of @file. */
static int read_part(const struct file *file, size_t len, struct kvm_counts *counts)
{
	int fd = memfd_create("stats", MFD_CLOEXEC), ret;

	assert_true(fd >= 0);
	assert_int_equal(write(fd, file, len), len);
	ret = kvm_stats_add(fd, counts);
	close(fd);
	return ret;
}

static size_t row(const char *name)
{
	for (size_t i = 0; kvm_stat_at(i); i++)
		if (!strcmp(kvm_stat_at(i)->name, name))
			return i;
	fail_msg("there is no statistic %s", name);
	return 0;
}

static void test_values_by_name(void **state)
{
	struct kvm_counts counts = { 0 };
	struct file file;

	(void)state;
	file_init(&file);
	file_add(&file, "halt_wait_ns", 99);
	file_add(&file, "pf_taken", 7);
	file_add(&file, "remote_tlb_flush", 3);
	file_add(&file, "remote_tlb_flush_requests", 5);
	assert_int_equal(read_part(&file, sizeof(file), &counts), 0);
	assert_int_equal(counts.value[row("pf_taken")], 7);
	assert_int_equal(counts.value[row("remote_tlb_flush")], 3);
	assert_int_equal(counts.value[row("remote_tlb_flush_requests")], 5);
	assert_true(counts.known[row("pf_taken")]);
	assert_false(counts.known[row("pf_fixed")]);
}

static void test_files_add_up(void **state)
{
	struct kvm_counts counts = { 0 };
	struct file file;

	(void)state;
	file_init(&file);
	file_add(&file, "exits", 1000);
	assert_int_equal(read_part(&file, sizeof(file), &counts), 0);
	assert_int_equal(read_part(&file, sizeof(file), &counts), 0);
	assert_int_equal(counts.value[row("exits")], 2000);
}

static void test_no_pages_is_known_only_where_they_are_counted(void **state)
{
	struct kvm_counts counts = { 0 };
	struct file file;

	(void)state;
	assert_false(kvm_counts_no_pages(&counts));
	file_init(&file);
	file_add(&file, "pages_4k", 0);
	assert_int_equal(read_part(&file, sizeof(file), &counts), 0);
	assert_true(kvm_counts_no_pages(&counts));
	file_add(&file, "pages_2m", 1);
	assert_int_equal(read_part(&file, sizeof(file), &counts), 0);
	assert_false(kvm_counts_no_pages(&counts));
}

/* A file that is cut off, and one whose header points beyond its end. */
static void test_what_is_no_such_file(void **state)
{
	struct kvm_counts counts = { 0 };
	struct file file;

	(void)state;
	file_init(&file);
	file_add(&file, "exits", 1);
	assert_int_equal(read_part(&file, 0, &counts), -ENOEXEC);
	assert_int_equal(read_part(&file, sizeof(file.header) - 1, &counts), -ENOEXEC);
	assert_int_equal(read_part(&file, offsetof(struct file, rows) + 8, &counts), -ENOEXEC);
	assert_int_equal(kvm_stats_add(-1, &counts), -EBADF);
	file.header.num_desc = UINT32_MAX;
	assert_int_equal(read_part(&file, sizeof(file), &counts), -ENOEXEC);
	file_init(&file);
	file.header.name_size = 0;
	assert_int_equal(read_part(&file, sizeof(file), &counts), -ENOEXEC);
	file_init(&file);
	file_add(&file, "exits", 1);
	file.rows[0].desc.offset = UINT32_MAX;
	assert_int_equal(read_part(&file, sizeof(file), &counts), 0);
	assert_false(counts.known[row("exits")]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_values_by_name),
		cmocka_unit_test(test_files_add_up),
		cmocka_unit_test(test_no_pages_is_known_only_where_they_are_counted),
		cmocka_unit_test(test_what_is_no_such_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
