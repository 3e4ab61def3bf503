// SPDX-License-Identifier: GPL-2.0-only
/* What each command has to return, from what its file holds; as uapi/secmmu.h says it. */
#include "model.h"

#include <string.h>

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))
#define ENDS_WITH(type, last)                                                                      \
	(offsetof(struct secmmu_##type, last) + sizeof(((struct secmmu_##type *)0)->last))

/* The user's part of the address space, with page tables of four levels. */
#define TASK_END 0x7ffffffff000ull

struct model_kernel model_kernel;

void verdict_add(struct verdict *verdict, enum result error, enum sure sure)
{
	if (sure == NO)
		return;
	verdict->set |= SET(error);
	verdict->must_fail |= sure == YES;
}

void verdict_reach(struct verdict *verdict, enum sure reach)
{
	verdict_add(verdict, GOT_EFAULT, (enum sure)(YES - reach));
}

static void fail_if(struct verdict *verdict, enum result error, bool condition)
{
	verdict_add(verdict, error, condition ? YES : NO);
}

struct model_range *model_range(struct model_file *file, uint32_t id)
{
	unsigned int i;

	for (i = 0; i < file->ranges; i++)
		if (file->range[i].id == id)
			return &file->range[i];
	return NULL;
}

static unsigned int slots_of(const struct model_range *range)
{
	unsigned int count = 0, i;

	for (i = 0; i < ARRAY_SIZE(range->slot); i++)
		count += (unsigned int)__builtin_popcountll(range->slot[i]);
	return count;
}

void model_remove(struct model_file *file, uint32_t id)
{
	struct model_range *range = model_range(file, id);

	if (!range)
		return;
	file->slots -= slots_of(range);
	*range = file->range[--file->ranges];
}

unsigned int model_variant(const char *name)
{
	unsigned int i;

	for (i = 1; i <= variant_rows; i++)
		if (!strcmp(variant_names[i], name))
			return i;
	return 0;
}

static bool variant_is(const char *names, unsigned int variant)
{
	size_t len = strlen(variant_names[variant]);
	const char *at = names;

	while ((at = strstr(at, variant_names[variant]))) {
		if ((at == names || at[-1] == ' ') && (!at[len] || at[len] == ' '))
			return true;
		at += len;
	}
	return false;
}

bool model_translates(const struct model_file *file)
{
	return !variant_is("none empty", file->variant);
}

/* What the variant's callbacks cannot do, and what this kernel cannot. */
static void predict_device(const struct secmmu_attach *attach, unsigned int variant,
			   struct verdict *verdict)
{
	bool sleeps =
		attach->lock != SECMMU_LOCK_SPIN || (attach->flags & SECMMU_ATTACH_FLUSH_SLEEP);
	bool change_pte = attach->flags & SECMMU_ATTACH_CHANGE_PTE;

	fail_if(verdict, GOT_EINVAL, sleeps && variant_is("mixed tlb", variant));
	fail_if(verdict, GOT_EINVAL, change_pte && !variant_is("list rbtree", variant));
	fail_if(verdict, GOT_EOPNOTSUPP, change_pte && !model_kernel.has_change_pte);
	fail_if(verdict, GOT_EOPNOTSUPP,
		variant_is("twopass", variant) && !model_kernel.has_two_pass);
	fail_if(verdict, GOT_EINVAL,
		attach->defect == SECMMU_DEFECT_REFUSE && !variant_is("mixed", variant));
	fail_if(verdict, GOT_EINVAL,
		attach->defect == SECMMU_DEFECT_NO_RETRY && attach->engine != SECMMU_ENGINE_GUP);
}

static void predict_attach(const struct model_file *file, const struct memory *memory,
			   const struct request *request, struct verdict *verdict)
{
	static const char zero[SECMMU_NAME_LEN];
	const struct secmmu_attach *attach = &request->arg.attach;
	size_t len = strnlen(attach->variant, SECMMU_NAME_LEN);
	bool deaf = attach->defect == SECMMU_DEFECT_DEAF;
	unsigned int variant;

	(void)memory;
	fail_if(verdict, GOT_EBUSY, file->attached);
	fail_if(verdict, GOT_EINVAL,
		len == SECMMU_NAME_LEN ||
			memcmp(attach->variant + len, zero, SECMMU_NAME_LEN - len) != 0);
	fail_if(verdict, GOT_EINVAL,
		attach->lock >= SECMMU_LOCKS || attach->events >= SECMMU_EVENTS_MODES ||
			attach->engine >= SECMMU_ENGINES ||
			attach->flush_ns > SECMMU_FLUSH_MOST_NS ||
			attach->defect >= SECMMU_DEFECTS ||
			attach->delay_ns > SECMMU_DELAY_MOST_NS ||
			attach->delay_insns > SECMMU_DELAY_MOST_INSNS || attach->delay_insns % 2 ||
			(attach->defect_events && (!deaf || attach->defect_events > 0xff)));
	fail_if(verdict, GOT_EOPNOTSUPP, attach->defect != SECMMU_DEFECT_NONE);
	if (len == SECMMU_NAME_LEN)
		return;
	variant = len ? model_variant(attach->variant) : model_variant("itree");
	fail_if(verdict, GOT_ENOENT, !variant);
	if (variant)
		predict_device(attach, variant, verdict);
}

bool model_range_is_valid(const struct secmmu_range *range)
{
	return !range->reserved && range->length && !(range->start % PAGE) &&
	       !(range->length % PAGE) && range->length <= TASK_END &&
	       range->start <= TASK_END - range->length;
}

/* Of @count entries of @size bytes at @address: how many can be had; they are written if @write. */
static void predict_entries(const struct memory *memory, uint64_t address, uint64_t count,
			    size_t size, bool write, struct verdict *verdict)
{
	verdict_reach(verdict, memory_reach(memory, address, count * size, false));
	if (write)
		verdict_reach(verdict, memory_reach(memory, address, count * size, true));
}

static void predict_insert(const struct model_file *file, const struct memory *memory,
			   const struct request *request, struct verdict *verdict)
{
	const struct secmmu_insert *insert = &request->arg.insert;
	size_t i;

	fail_if(verdict, GOT_ENOTCONN, !file->attached);
	fail_if(verdict, GOT_EINVAL, insert->reserved || !insert->count);
	fail_if(verdict, GOT_ENOSPC, insert->count > MAX_RANGES - file->ranges);
	predict_entries(memory, insert->ranges, insert->count, sizeof(struct secmmu_range), true,
			verdict);
	for (i = 0; i < insert->count && i < request->got_entries; i++)
		fail_if(verdict, GOT_EINVAL, !model_range_is_valid(&request->entries.range[i]));
}

/* Does the id of number @i stand before it, too? */
static bool is_twice(const struct request *request, size_t i)
{
	size_t k;

	for (k = 0; k < i; k++)
		if (request->entries.id[k] == request->entries.id[i])
			return true;
	return false;
}

static void predict_remove(const struct model_file *file, const struct memory *memory,
			   const struct request *request, struct verdict *verdict)
{
	const struct secmmu_remove *remove = &request->arg.remove;
	size_t i;

	fail_if(verdict, GOT_ENOTCONN, !file->attached);
	fail_if(verdict, GOT_EINVAL, remove->reserved || !remove->count);
	predict_entries(memory, remove->ids, remove->count, sizeof(uint32_t), false, verdict);
	for (i = 0; i < remove->count && i < request->got_entries; i++) {
		fail_if(verdict, GOT_ENOENT,
			!model_range((struct model_file *)file, request->entries.id[i]));
		fail_if(verdict, GOT_EINVAL, is_twice(request, i));
	}
	/* More than there are must meet one twice, or one that there is not. */
	if (remove->count > request->got_entries) {
		verdict_add(verdict, GOT_ENOENT, MAYBE);
		verdict_add(verdict, GOT_EINVAL, MAYBE);
		verdict->must_fail |= remove->count > MAX_RANGES;
	}
}

static uint64_t least(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static void predict_stats(const struct model_file *file, const struct memory *memory,
			  const struct request *request, struct verdict *verdict)
{
	const struct secmmu_stats *stats = &request->arg.stats;
	uint64_t counters = least(stats->counter_count, SECMMU_COUNTERS);
	uint64_t hists = least(stats->hist_count, SECMMU_HISTS);

	fail_if(verdict, GOT_ENOTCONN, !file->attached);
	verdict_reach(verdict, memory_reach(memory, stats->counters, counters * 8, true));
	verdict_reach(verdict, memory_reach(memory, stats->hists, hists * HIST_BYTES, true));
}

static void predict_attached(const struct model_file *file, const struct memory *memory,
			     const struct request *request, struct verdict *verdict)
{
	(void)memory;
	(void)request;
	fail_if(verdict, GOT_ENOTCONN, !file->attached);
}

static void predict_nothing(const struct model_file *file, const struct memory *memory,
			    const struct request *request, struct verdict *verdict)
{
	(void)file;
	(void)memory;
	(void)request;
	(void)verdict;
}

/* What FAULT and ACCESS have in common; is there a range to go over? */
static bool predict_span(const struct model_file *file, uint32_t id, uint64_t start,
			 uint64_t length, struct verdict *verdict)
{
	const struct model_range *range = model_range((struct model_file *)file, id);
	bool covered = range && length && start >= range->start &&
		       start - range->start < range->length &&
		       length <= range->length - (start - range->start);

	fail_if(verdict, GOT_ENOTCONN, !file->attached);
	if (!file->attached)
		return false;
	fail_if(verdict, GOT_EOPNOTSUPP, !model_translates(file));
	fail_if(verdict, GOT_ENOENT, !range);
	fail_if(verdict, GOT_EINVAL, range && !covered);
	return covered && !verdict->must_fail;
}

static void predict_fault(const struct model_file *file, const struct memory *memory,
			  const struct request *request, struct verdict *verdict)
{
	const struct secmmu_fault *fault = &request->arg.fault;

	fail_if(verdict, GOT_EINVAL,
		fault->reserved || fault->start % PAGE || fault->length % PAGE);
	if (predict_span(file, fault->id, fault->start, fault->length, verdict))
		walk_fault((struct model_file *)file, memory, fault, verdict, false);
}

static void predict_access(const struct model_file *file, const struct memory *memory,
			   const struct request *request, struct verdict *verdict)
{
	const struct secmmu_access *access = &request->arg.access;

	fail_if(verdict, GOT_EINVAL, access->length > SECMMU_ACCESS_MOST);
	if (predict_span(file, access->id, access->start, access->length, verdict))
		walk_access((struct model_file *)file, memory, access, verdict, false);
}

/* @first_size: of the struct's first version. */
static const struct {
	uint32_t cmd;
	size_t size;
	size_t first_size;
	uint32_t flags;
	bool any_mm;
	bool replies;
	void (*predict)(const struct model_file *file, const struct memory *memory,
			const struct request *request, struct verdict *verdict);
} commands[] = {
#define ROW(name, type, last, flags, any_mm, replies, predict)                                     \
	{                                                                                          \
		SECMMU_##name, sizeof(struct secmmu_##type), ENDS_WITH(type, last), flags, any_mm, \
			replies, predict                                                           \
	}
	[OP_info] = ROW(INFO, info, max_ranges, 0, true, true, predict_nothing),
	[OP_attach] = ROW(ATTACH, attach, variant, 7, false, true, predict_attach),
	[OP_insert] = ROW(INSERT, insert, reserved, 0, false, false, predict_insert),
	[OP_remove] = ROW(REMOVE, remove, reserved, 0, false, false, predict_remove),
	[OP_stats] = ROW(STATS, stats, hist_count, 0, true, true, predict_stats),
	[OP_reset] = ROW(RESET, reset, flags, 0, true, false, predict_attached),
	[OP_fault] = ROW(FAULT, fault, reserved, 1, false, true, predict_fault),
	[OP_access] = ROW(ACCESS, access, retries, 3, false, true, predict_access),
	[OP_verify] = ROW(VERIFY, verify, first, 0, false, true, predict_attached),
#undef ROW
};

enum op model_op(uint32_t cmd)
{
	size_t op;

	for (op = 0; op < ARRAY_SIZE(commands); op++)
		if (commands[op].cmd == cmd)
			return (enum op)op;
	return OP_COUNT;
}

size_t model_size(enum op op)
{
	return commands[op].size;
}

/* The rules that hold for each command. Is the argument such that it is looked at? */
static bool predict_head(const struct model_file *file, const struct memory *memory,
			 const struct request *request, enum op op, struct verdict *verdict)
{
	uint32_t size = request->arg.head.size;
	uint32_t i;

	fail_if(verdict, GOT_EPERM, file->foreign && !commands[op].any_mm);
	verdict_reach(verdict, memory_reach(memory, request->address, sizeof(size), false));
	if (verdict->must_fail)
		return false;
	fail_if(verdict, GOT_EINVAL, size < commands[op].first_size);
	fail_if(verdict, GOT_E2BIG, size > ARGUMENT_MOST);
	if (verdict->must_fail)
		return false;
	verdict_reach(verdict, memory_reach(memory, request->address, size, false));
	for (i = (uint32_t)commands[op].size; i < size && i < request->got; i++)
		fail_if(verdict, GOT_E2BIG, request->arg.bytes[i] != 0);
	if (!verdict->must_fail)
		fail_if(verdict, GOT_EINVAL, request->arg.head.flags & ~commands[op].flags);
	return !verdict->must_fail;
}

results model_predict(const struct model_file *file, const struct memory *memory,
		      const struct request *request)
{
	enum op op = model_op(request->cmd);
	struct verdict verdict = { 0 };
	struct request padded;
	uint32_t size;

	if (!file)
		return SET(GOT_EBADF);
	if (op == OP_COUNT)
		return SET(GOT_ENOTTY);
	if (!predict_head(file, memory, request, op, &verdict))
		return verdict_set(&verdict);
	size = request->arg.head.size;
	if (size < commands[op].size) {
		/* What a shorter struct lacks is 0. */
		padded = *request;
		memset(padded.arg.bytes + size, 0, commands[op].size - size);
		commands[op].predict(file, memory, &padded, &verdict);
	} else {
		commands[op].predict(file, memory, request, &verdict);
	}
	if (commands[op].replies)
		verdict_reach(&verdict, memory_reach(memory, request->address,
						     least(size, commands[op].size), true));
	return verdict_set(&verdict);
}

void model_commit(struct model_file *file, const struct memory *memory,
		  const struct request *request, enum result result)
{
	const results walked = SET(GOT_OK) | SET(GOT_EFAULT) | SET(GOT_ENOSPC) | SET(GOT_ENXIO);
	const struct secmmu_access *access = &request->arg.access;
	const struct secmmu_fault *fault = &request->arg.fault;
	enum op op = model_op(request->cmd);
	struct verdict verdict = { 0 };

	if (!predict_head(file, memory, request, op, &verdict))
		return;
	if (!(SET(result) & walked)) {
		file->slots_known = false;
		return;
	}
	if (op == OP_access && access->length <= SECMMU_ACCESS_MOST &&
	    predict_span(file, access->id, access->start, access->length, &verdict))
		walk_access(file, memory, access, &verdict, true);
	if (op == OP_fault && !fault->reserved && !(fault->start % PAGE) &&
	    !(fault->length % PAGE) &&
	    predict_span(file, fault->id, fault->start, fault->length, &verdict))
		walk_fault(file, memory, fault, &verdict, true);
}
