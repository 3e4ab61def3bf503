// SPDX-License-Identifier: GPL-2.0-only
#include "kvm_stats.h"

#include <errno.h>
#include <linux/kvm.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Names as kernels from 5.14 to 7.2 have them on x86; other machines have some of them. */
static const struct kvm_stat stats[KVM_STATS] = {
	{ "remote_tlb_flush", false, false, "flushes of all virtual CPUs' TLBs" },
	{ "remote_tlb_flush_requests", false, false,
	  "such flushes that were asked for; some come to nothing" },
	{ "mmu_shadow_zapped", false, false, "page tables of the machine that were dropped" },
	{ "pages_4k", false, true, "translations of 4 KiB at the end" },
	{ "pages_2m", false, true, "translations of 2 MiB at the end" },
	{ "pf_taken", true, false, "page faults that KVM looked at" },
	{ "pf_fixed", true, false, "of these, ended with a translation" },
	{ "pf_spurious", true, false, "of these, found it done already" },
	{ "pf_fast", true, false, "of these, ended without the lock" },
	{ "exits", true, false, "exits from virtual CPUs, ours to the engine among them" },
};

/* One file: the header, all descriptors, all values; far more than any kernel has. */
enum {
	FILE_MOST = 64 * 1024
};

const struct kvm_stat *kvm_stat_at(size_t i)
{
	return i < KVM_STATS ? &stats[i] : NULL;
}

/* Does the descriptor's value, in @len bytes of file, lie within it? */
static bool within(const struct kvm_stats_header *header, const struct kvm_stats_desc *desc,
		   size_t len)
{
	size_t at = (size_t)header->data_offset + desc->offset;

	return desc->size && at + sizeof(uint64_t) <= len;
}

static void add_one(const char *file, size_t len, const struct kvm_stats_header *header,
		    const struct kvm_stats_desc *desc, struct kvm_counts *counts)
{
	const char *name = (const char *)(desc + 1);
	uint64_t value;

	for (size_t i = 0; i < KVM_STATS; i++) {
		if (strncmp(name, stats[i].name, header->name_size) || !within(header, desc, len))
			continue;
		memcpy(&value, file + header->data_offset + desc->offset, sizeof(value));
		counts->value[i] += value;
		counts->known[i] = true;
	}
}

static int add_all(const char *file, size_t len, struct kvm_counts *counts)
{
	struct kvm_stats_header header;
	size_t step, end;

	if (len < sizeof(header))
		return -ENOEXEC;
	memcpy(&header, file, sizeof(header));
	step = sizeof(struct kvm_stats_desc) + header.name_size;
	end = (size_t)header.desc_offset + header.num_desc * step;
	if (!header.name_size || end > len || header.desc_offset % sizeof(uint64_t) ||
	    header.name_size % sizeof(uint64_t))
		return -ENOEXEC;
	for (size_t at = header.desc_offset; at < end; at += step)
		add_one(file, len, &header, (const struct kvm_stats_desc *)(file + at), counts);
	return 0;
}

int kvm_stats_add(int fd, struct kvm_counts *counts)
{
	char *file = malloc(FILE_MOST);
	ssize_t len;
	int ret;

	if (!file)
		return -ENOMEM;
	len = pread(fd, file, FILE_MOST, 0);
	ret = len < 0 ? -errno : add_all(file, (size_t)len, counts);
	free(file);
	return ret;
}

bool kvm_counts_no_pages(const struct kvm_counts *counts)
{
	bool known = false;

	for (size_t i = 0; i < KVM_STATS; i++) {
		if (strncmp(stats[i].name, "pages_", strlen("pages_")) || !counts->known[i])
			continue;
		if (counts->value[i])
			return false;
		known = true;
	}
	return known;
}
