/* SPDX-License-Identifier: GPL-2.0-only */
/* A model of what files of /dev/secmmu hold, and what each command has to return by it. */
#ifndef TESTS_FUZZ_ABI_MODEL_H
#define TESTS_FUZZ_ABI_MODEL_H

#include <stdbool.h>
#include <stdint.h>

#include "layout.h"
#include "loghist.h"
#include "memory.h"
#include "result.h"
#include "uapi/secmmu.h"

/* A range, and the pages of the arena that it has slots in the device's page table for. */
struct model_range {
	uint32_t id;
	uint64_t start;
	uint64_t length;
	uint64_t slot[ARENA_PAGES / 64];
};

/**
 * struct model_file - an open file
 * @users:       descriptors of this process; 0: it is not in use
 * @foreign:     another address space opened it
 * @certain:     what is below is known to be so
 * @attached:    to the variant of row @variant
 * @ranges:      how many there are
 * @slots:       slots of all ranges, in the arena
 * @slots_known: there are no others
 */
struct model_file {
	unsigned int users;
	bool foreign;
	bool certain;
	bool attached;
	unsigned int variant;
	unsigned int ranges;
	unsigned int slots;
	bool slots_known;
	struct model_range range[MAX_RANGES];
};

/* What this kernel can do, which nothing but asking tells. */
struct model_kernel {
	bool has_two_pass;
	bool has_change_pte;
};

extern struct model_kernel model_kernel;

#define HIST_BYTES sizeof(struct loghist)

/* The largest argument that is looked at, and entries that it points to. */
#define ARGUMENT_MOST 4096
#define ENTRIES_MOST  (MAX_RANGES + 4)

/**
 * struct request - one ioctl, as the module will see it
 * @cmd:     its number
 * @address: of the argument
 * @arg:     what lies there; @got bytes of it could be read
 * @entries: and what it points to: of INSERT and REMOVE, as far as it could be read
 */
struct request {
	uint32_t cmd;
	uint64_t address;
	union {
		struct {
			uint32_t size;
			uint32_t flags;
		} head;
		struct secmmu_info info;
		struct secmmu_attach attach;
		struct secmmu_insert insert;
		struct secmmu_remove remove;
		struct secmmu_stats stats;
		struct secmmu_fault fault;
		struct secmmu_access access;
		struct secmmu_verify verify;
		uint32_t word[ARGUMENT_MOST / 4];
		unsigned char bytes[ARGUMENT_MOST];
	} arg;
	size_t got;
	union {
		struct secmmu_range range[ENTRIES_MOST];
		uint32_t id[ENTRIES_MOST];
	} entries;
	size_t got_entries;
};

/* A set of results in the making. */
struct verdict {
	results set;
	bool must_fail; /* one of the errors in @set is sure */
};

void verdict_add(struct verdict *verdict, enum result error, enum sure sure);
/* An access of the module's to user memory. */
void verdict_reach(struct verdict *verdict, enum sure reach);

static inline results verdict_set(const struct verdict *verdict)
{
	return verdict->set | (verdict->must_fail ? 0 : SET(GOT_OK));
}

/* What @request may return. @file is NULL: the descriptor is not open. */
results model_predict(const struct model_file *file, const struct memory *memory,
		      const struct request *request);
/* A fault or an access has ended with @result: note which pages have slots now. */
void model_commit(struct model_file *file, const struct memory *memory,
		  const struct request *request, enum result result);
/* The operation whose command has this number; OP_COUNT: none. */
enum op model_op(uint32_t cmd);
/* The size of its struct. */
size_t model_size(enum op op);

struct model_range *model_range(struct model_file *file, uint32_t id);
void model_remove(struct model_file *file, uint32_t id);
/* Would INSERT take it? */
bool model_range_is_valid(const struct secmmu_range *range);
unsigned int model_variant(const char *name);
bool model_translates(const struct model_file *file);

/*
 * A fault or an access goes over its pages: what it may return. With @commit it has been over
 * them, and what that has changed is noted.
 */
void walk_fault(struct model_file *file, const struct memory *memory,
		const struct secmmu_fault *cmd, struct verdict *verdict, bool commit);
void walk_access(struct model_file *file, const struct memory *memory,
		 const struct secmmu_access *cmd, struct verdict *verdict, bool commit);

#endif
