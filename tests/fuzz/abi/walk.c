// SPDX-License-Identifier: GPL-2.0-only
/* How faults and accesses go over their pages, and where they end. */
#include "model.h"

/* Pages that a fault looks up at once. */
#define BATCH 512ul

/* One walk: a file's slots are changed if @commit, else only counted here. */
struct walk {
	struct model_file *file;
	struct model_range *range;
	const struct memory *memory;
	struct verdict *verdict;
	bool commit;
	bool write;
	unsigned int slots;
};

/* A walk that begins; the range is there. */
static struct walk walk_begin(struct model_file *file, const struct memory *memory, uint32_t id,
			      struct verdict *verdict, bool commit)
{
	return (struct walk){
		.file = file,
		.range = model_range(file, id),
		.memory = memory,
		.verdict = verdict,
		.commit = commit,
		.slots = file->slots,
	};
}

static bool has_slot(const struct walk *walk, uint64_t address)
{
	uint64_t page = (address - ARENA) / PAGE;

	return walk->range->slot[page / 64] >> page % 64 & 1;
}

/* Slots beyond what is known may have used up the room. False: there is none, the walk ends. */
static bool reserve(struct walk *walk, uint64_t address)
{
	uint64_t page = (address - ARENA) / PAGE;

	if (has_slot(walk, address))
		return true;
	if (!walk->file->slots_known) {
		verdict_add(walk->verdict, GOT_ENOSPC, MAYBE);
		return true;
	}
	if (walk->slots >= MAX_PAGES) {
		verdict_add(walk->verdict, GOT_ENOSPC, YES);
		return false;
	}
	walk->slots++;
	if (walk->commit) {
		walk->range->slot[page / 64] |= 1ull << page % 64;
		walk->file->slots++;
	}
	return true;
}

/* A page that the fault needs. False: it is not there, the walk ends. */
static bool look_up(struct walk *walk, uint64_t address)
{
	enum sure reach = memory_reach(walk->memory, address, PAGE, walk->write);

	verdict_reach(walk->verdict, reach);
	/* How far it went is not known, nor what has a slot. */
	if (reach == MAYBE && walk->commit)
		walk->file->slots_known = false;
	return reach != NO;
}

/* Outside the arena nobody knows which pages have slots. */
static bool outside(struct walk *walk, uint64_t address, uint64_t bytes)
{
	verdict_add(walk->verdict, GOT_ENOSPC, MAYBE);
	verdict_reach(walk->verdict, memory_reach(walk->memory, address, bytes, walk->write));
	if (walk->commit)
		walk->file->slots_known = false;
	return !walk->verdict->must_fail;
}

/* All slots first, then all pages. */
static bool walk_batch(struct walk *walk, uint64_t first, uint64_t end)
{
	uint64_t at;

	if (!memory_in_arena(first))
		return outside(walk, first, end - first);
	for (at = first; at < end; at += PAGE)
		if (!reserve(walk, at))
			return false;
	for (at = first; at < end; at += PAGE)
		if (!look_up(walk, at))
			return false;
	return true;
}

void walk_fault(struct model_file *file, const struct memory *memory,
		const struct secmmu_fault *cmd, struct verdict *verdict, bool commit)
{
	struct walk walk = walk_begin(file, memory, cmd->id, verdict, commit);
	uint64_t end = cmd->start + cmd->length;
	uint64_t at = cmd->start, next;

	walk.write = cmd->flags & SECMMU_FAULT_WRITE;
	for (; at < end; at = next) {
		/* Batches end where huge pages do; so each is in the arena, or outside. */
		next = (at / (BATCH * PAGE) + 1) * BATCH * PAGE;
		if (next > end)
			next = end;
		if (!walk_batch(&walk, at, next))
			return;
	}
}

/* Is the page there for the device, or can it be made to be? */
static bool walk_page(struct walk *walk, uint64_t address, bool no_fault)
{
	uint64_t page = address & ~(PAGE - 1);
	bool may_be_there;
	enum sure reach;

	if (!memory_in_arena(address)) {
		verdict_add(walk->verdict, GOT_ENXIO, no_fault ? MAYBE : NO);
		return outside(walk, page, PAGE);
	}
	if (!no_fault)
		return reserve(walk, page) && look_up(walk, page);
	reach = memory_reach(walk->memory, page, PAGE, walk->write);
	/* A translation of what the CPU may not touch any more would be stale. */
	may_be_there = reach != NO && (has_slot(walk, page) || !walk->file->slots_known);
	verdict_add(walk->verdict, GOT_ENXIO, may_be_there ? MAYBE : YES);
	return may_be_there;
}

void walk_access(struct model_file *file, const struct memory *memory,
		 const struct secmmu_access *cmd, struct verdict *verdict, bool commit)
{
	struct walk walk = walk_begin(file, memory, cmd->id, verdict, commit);
	bool write = cmd->flags & SECMMU_ACCESS_WRITE;
	uint64_t done, length;
	enum sure data;

	walk.write = write;
	for (done = 0; done < cmd->length; done += length) {
		length = PAGE - (cmd->start + done) % PAGE;
		if (length > cmd->length - done)
			length = cmd->length - done;
		data = memory_reach(memory, cmd->data + done, length, !write);
		if (write)
			verdict_reach(verdict, data);
		if (write && data == NO)
			return;
		if (!walk_page(&walk, cmd->start + done, cmd->flags & SECMMU_ACCESS_NOFAULT))
			return;
		if (!write)
			verdict_reach(verdict, data);
		if (!write && data == NO)
			return;
	}
}
