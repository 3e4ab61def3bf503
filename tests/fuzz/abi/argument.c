// SPDX-License-Identifier: GPL-2.0-only
/* Arguments: made from a call's fields, put where the call wants them, read as the module will. */
#include <string.h>

#include "world.h"

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

#define TASK_END 0x7ffffffff000ull

/* Faults and accesses that begin this far in a range are not fitted into it. */
#define RAW_PAGE 64

/* Where something can lie beside other things: the argument, and up to two arrays. */
static const uint64_t areas[] = { 0, 0x4000, 0x8000 };

/* Of @length bytes, at @place, for @call. */
static uint64_t address_of(const struct call *call, uint64_t place, unsigned int area,
			   uint64_t length)
{
	uint64_t buffer = memory_buffer(call->thread);
	uint64_t end = buffer + PLAIN_BYTES;
	uint64_t home = call->field[F_home];

	if (length > PLAIN_BYTES)
		length = PLAIN_BYTES;
	switch (place) {
	case PLACE_ARENA:
		return memory_page(home + area) + home % 8 * 8;
	case PLACE_EXACT:
		return end - length;
	case PLACE_EDGE:
		return end - (length / 2 & ~3ull);
	case PLACE_READ_ONLY:
		return buffer + READ_ONLY_AT + areas[area] % READ_ONLY_BYTES;
	case PLACE_HOLE:
		return HOLE + areas[area];
	case PLACE_NULL:
		return 0;
	case PLACE_KERNEL:
		return KERNEL_ADDRESS + areas[area];
	default:
		return buffer + areas[area];
	}
}

/* The range that `pick` means; NULL: there is none. */
static const struct model_range *pick(const struct model_file *file, uint64_t number)
{
	if (!file || !file->ranges)
		return NULL;
	return &file->range[number % file->ranges];
}

static void make_attach(const struct call *call, struct secmmu_attach *attach)
{
	const char *name = variant_names[call->field[F_variant] % variant_name_count];

	memcpy(attach->variant, name, strnlen(name, sizeof(attach->variant)));
	attach->lock = (uint32_t)call->field[F_lock];
	attach->events = (uint32_t)call->field[F_events];
	attach->engine = (uint32_t)call->field[F_engine];
	attach->flush_ns = (uint32_t)call->field[F_flush];
	attach->defect = (uint32_t)call->field[F_defect];
	attach->defect_events = (uint32_t)call->field[F_deaf];
	attach->delay_ns = (uint32_t)call->field[F_delay];
	attach->delay_insns = (uint32_t)call->field[F_spin];
}

/* One range of INSERT, of number @i. */
static struct secmmu_range make_range(const struct call *call, uint64_t i)
{
	uint64_t page = call->field[F_page] + i * call->field[F_step];
	struct secmmu_range range = { .length = call->field[F_pages] * PAGE };

	switch (call->field[F_base]) {
	case BASE_START:
		if (!(call->field[F_page] & 1)) {
			range.length = TASK_END;
			break;
		}
		range.start = page * PAGE;
		break;
	case BASE_END:
		range.start = TASK_END - range.length + (page % 3 == 2 ? PAGE : 0);
		break;
	case BASE_HOLE:
		range.start = HOLE + page * PAGE;
		break;
	default:
		range.start = ARENA + page * PAGE;
	}
	return range;
}

static size_t entries_within(uint64_t count)
{
	return count < ENTRIES_MOST ? (size_t)count : ENTRIES_MOST;
}

static void make_insert(const struct call *call, const struct model_file *file,
			struct request *request)
{
	struct secmmu_insert *insert = &request->arg.insert;
	struct secmmu_range *range = request->entries.range;
	uint64_t n = call->field[F_n], i;
	uint64_t bad = call->field[F_bad];

	if (call->field[F_fill] && file)
		n = MAX_RANGES - file->ranges + call->field[F_fill] - 2;
	n = entries_within(n);
	for (i = 0; i < n; i++)
		range[i] = make_range(call, i);
	if (bad && call->field[F_value] & 0xfff)
		range[(bad - 1) % ENTRIES_MOST].start ^= call->field[F_value] & 0xfff;
	else if (bad)
		range[(bad - 1) % ENTRIES_MOST].reserved ^= (uint32_t)call->field[F_value];
	insert->count = (uint32_t)(n + call->field[F_count]);
	insert->ranges = address_of(call, call->field[F_where], 1, insert->count * sizeof(*range));
	memory_write(insert->ranges, range, sizeof(request->entries.range));
}

static void make_remove(const struct call *call, const struct model_file *file,
			struct request *request)
{
	struct secmmu_remove *remove = &request->arg.remove;
	uint64_t n = entries_within(call->field[F_n]), i;
	const struct model_range *range;
	uint32_t *id = request->entries.id;

	for (i = 0; i < n; i++) {
		range = pick(file, call->field[F_pick] + i * call->field[F_step]);
		id[i] = range ? range->id : (uint32_t)(call->field[F_pick] + i + 1);
	}
	if (call->field[F_bad])
		id[(call->field[F_bad] - 1) % ENTRIES_MOST] ^= 0x4000;
	remove->count = (uint32_t)(n + call->field[F_count]);
	remove->ids = address_of(call, call->field[F_where], 1, remove->count * sizeof(*id));
	memory_write(remove->ids, id, sizeof(request->entries.id));
}

static void make_stats(const struct call *call, struct secmmu_stats *stats)
{
	stats->counter_count = (uint32_t)call->field[F_counters];
	stats->hist_count = (uint32_t)call->field[F_hists];
	stats->counters = address_of(call, call->field[F_where], 1, stats->counter_count * 8ull);
	stats->hists = address_of(call, call->field[F_where], 2, stats->hist_count * HIST_BYTES);
}

/* Where in its range a fault or an access begins, and how many bytes there are from there on. */
static uint64_t make_start(const struct call *call, const struct model_range *range, uint64_t *left)
{
	uint64_t page = call->field[F_page];
	uint64_t start = ARENA, end = ARENA_END;

	if (range) {
		start = range->start;
		end = range->start + range->length;
	}
	/* Of a range that is larger than the arena, the arena. */
	if (start < ARENA && end > ARENA)
		start = ARENA;
	*left = ~0ull;
	/* What is known of ranges may be wrong where threads race. */
	if (page >= RAW_PAGE || end < start + PAGE)
		return start + page * PAGE;
	if (end > ARENA_END && start < ARENA_END)
		end = ARENA_END;
	start += page % ((end - start) / PAGE) * PAGE;
	*left = end - start;
	return start;
}

static void make_fault(const struct call *call, const struct model_file *file,
		       struct secmmu_fault *fault)
{
	const struct model_range *range = pick(file, call->field[F_pick]);
	uint64_t left;

	fault->start = make_start(call, range, &left);
	fault->length = call->field[F_pages] * PAGE;
	if (fault->length > left)
		fault->length = left;
	fault->id = range ? range->id : (uint32_t)call->field[F_pick] + 1;
	fault->max_tries = (uint32_t)call->field[F_tries];
	fault->deadline_ns = call->field[F_deadline];
}

static void make_access(const struct call *call, const struct model_file *file,
			struct secmmu_access *access)
{
	const struct model_range *range = pick(file, call->field[F_pick]);
	unsigned char data[512];
	uint64_t left, done;

	access->start = make_start(call, range, &left) + call->field[F_at];
	access->length = call->field[F_length];
	if (left != ~0ull && call->field[F_at] < left && access->length > left - call->field[F_at])
		access->length = left - call->field[F_at];
	access->id = range ? range->id : (uint32_t)call->field[F_pick] + 1;
	access->max_tries = (uint32_t)call->field[F_tries];
	access->deadline_ns = call->field[F_deadline];
	access->data = address_of(call, call->field[F_where], 1, access->length);
	if (!(call->field[F_flags] & SECMMU_ACCESS_WRITE))
		return;
	memset(data, (int)(call->field[F_home] + 1), sizeof(data));
	for (done = 0; done < access->length && done < 0x4000; done += sizeof(data))
		if (memory_write(access->data + done, data, sizeof(data)) != sizeof(data))
			break;
}

static void make_random(const struct call *call, struct request *request)
{
	struct rng rng = { call->field[F_value] };
	size_t i;

	request->cmd = (uint32_t)call->field[F_number];
	for (i = 0; i < 20; i++)
		request->arg.word[i] = (uint32_t)rng_next(&rng);
	request->arg.head.size = (uint32_t)call->field[F_grow];
}

static void make_body(const struct call *call, const struct model_file *file,
		      struct request *request)
{
	static const uint32_t cmds[] = {
		[OP_info] = SECMMU_INFO,     [OP_attach] = SECMMU_ATTACH,
		[OP_insert] = SECMMU_INSERT, [OP_remove] = SECMMU_REMOVE,
		[OP_stats] = SECMMU_STATS,   [OP_reset] = SECMMU_RESET,
		[OP_fault] = SECMMU_FAULT,   [OP_access] = SECMMU_ACCESS,
		[OP_verify] = SECMMU_VERIFY,
	};

	if (call->op == OP_random) {
		make_random(call, request);
		return;
	}
	request->cmd = cmds[call->op];
	if (call->op == OP_attach)
		make_attach(call, &request->arg.attach);
	else if (call->op == OP_insert)
		make_insert(call, file, request);
	else if (call->op == OP_remove)
		make_remove(call, file, request);
	else if (call->op == OP_stats)
		make_stats(call, &request->arg.stats);
	else if (call->op == OP_fault)
		make_fault(call, file, &request->arg.fault);
	else if (call->op == OP_access)
		make_access(call, file, &request->arg.access);
	request->arg.head.size = (uint32_t)(model_size(call->op) + call->field[F_grow]);
	request->arg.head.flags = (uint32_t)call->field[F_flags];
}

/* What the argument points to, as it is now: it may lie where something else does. */
static void read_entries(struct request *request)
{
	uint64_t size = 0, address = 0, count = 0;

	request->got_entries = 0;
	if (request->cmd == SECMMU_INSERT) {
		size = sizeof(struct secmmu_range);
		address = request->arg.insert.ranges;
		count = request->arg.insert.count;
	} else if (request->cmd == SECMMU_REMOVE) {
		size = sizeof(uint32_t);
		address = request->arg.remove.ids;
		count = request->arg.remove.count;
	}
	if (size)
		request->got_entries =
			memory_read(&request->entries, address, entries_within(count) * size) /
			size;
}

void argument_make(const struct call *call, const struct model_file *file, struct request *request)
{
	uint64_t poke = call->field[F_poke];
	size_t size, least;

	/* Beyond the largest struct it is zero, unless more was read the last time. */
	memset(request->arg.bytes, 0, request->got > 256 ? ARGUMENT_MOST : 256);
	memset(&request->entries, 0, sizeof(request->entries));
	make_body(call, file, request);
	if (poke && poke <= 64)
		request->arg.word[poke - 1] ^= (uint32_t)call->field[F_value];
	size = request->arg.head.size;
	least = call->op == OP_random ? 96 : model_size(call->op);
	if (size < least)
		size = least;
	/* If the size is to change, all that it may come to cover has to be known. */
	if (size > ARGUMENT_MOST || call->field[F_flip] == 1)
		size = ARGUMENT_MOST;
	request->address = address_of(call, call->field[F_place], 0, size);
	memory_write(request->address, request->arg.bytes, size);
	request->got = memory_read(request->arg.bytes, request->address, size);
	read_entries(request);
}
