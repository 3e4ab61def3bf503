// SPDX-License-Identifier: GPL-2.0-only
/* One ioctl: made, called, and held against the documentation and the model. */
#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>

#include "flip.h"
#include "world.h"

/* One call under way. @flipped: as it is with the changed word; valid if @flips. */
struct attempt {
	struct world *world;
	const struct call *call;
	struct model_file *file; /* NULL: none is open */
	struct request *request;
	results expected;
	bool flips;
	bool certain;
	results with_flip;
	uint32_t flipped_count;
	int fd;
	int ret;
	uint64_t took_ns;
};

static uint64_t clock_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000ull + (uint64_t)now.tv_nsec;
}

/*
 * May the word be changed while the model still knows both outcomes? Not what is a pointer; and
 * how many ids were written has to be seen.
 */
static bool flip_is_certain(const struct attempt *a)
{
	uint64_t word = a->call->field[F_flip] - 1;

	return word < FLIP_ENTRIES && a->call->op != OP_attach && a->call->op != OP_remove &&
	       !(a->call->op == OP_insert && (word == 2 || word == 3 || a->call->field[F_where]));
}

static void predict_flip(struct attempt *a)
{
	uint32_t *word = &a->request->arg.word[a->call->field[F_flip] - 1];

	*word ^= (uint32_t)a->call->field[F_value];
	a->with_flip = model_predict(a->file, &a->world->memory, a->request);
	a->flipped_count = a->request->arg.insert.count;
	/* Behind the entries that were made lies anything: what is no range there is refused. */
	if (a->call->op == OP_insert && a->flipped_count > a->request->got_entries)
		a->with_flip |= SET(GOT_EINVAL);
	*word ^= (uint32_t)a->call->field[F_value];
}

static void prepare(struct attempt *a)
{
	struct world *world = a->world;
	uint64_t flip = a->call->field[F_flip];

	argument_make(a->call, a->file, a->request);
	a->certain = !world->wild && (!a->file || a->file->certain);
	a->flips = flip && world->has_flipper && !world->child && flip_address(a->call, a->request);
	a->expected = a->certain ? model_predict(a->file, &world->memory, a->request) : ~0u;
	if (a->flips && a->certain && flip_is_certain(a))
		predict_flip(a);
	else if (a->flips)
		a->certain = false;
}

/* A device that writes outside the zone would write into the fuzzer. */
static bool is_harmful(const struct request *request)
{
	return request->cmd == SECMMU_ACCESS && (request->arg.access.flags & SECMMU_ACCESS_WRITE) &&
	       (request->arg.access.start < ZONE || request->arg.access.start >= ZONE_END) &&
	       request->arg.access.start < KERNEL_ADDRESS;
}

static void issue(struct attempt *a)
{
	bool flip = a->flips && a->call->field[F_value];
	uint64_t began;

	if (flip)
		flip_start(a->world, a->call, a->request);
	began = clock_ns();
	a->ret = ioctl(a->fd, a->request->cmd, a->request->address) ? -errno : 0;
	a->took_ns = clock_ns() - began;
	if (flip)
		flip_stop(a->world);
}

/* The struct as it is after the call; false: it cannot be told from other things there. */
static bool reply(const struct attempt *a, struct request *after)
{
	size_t size;

	if (a->call->op == OP_random || a->call->field[F_place] == PLACE_ARENA ||
	    a->call->field[F_poke] || a->flips)
		return false;
	size = model_size(a->call->op);
	if (a->call->field[F_where] == a->call->field[F_place] && a->call->field[F_where])
		return false;
	memset(after->arg.bytes, 0, size);
	return memory_read(after->arg.bytes, a->request->address, size) == size;
}

/* Errors that come or not, as the machine is fast or slow. */
static results by_chance(const struct attempt *a)
{
	uint64_t patience = 0;
	uint32_t tries = 0;
	results set = 0;

	if (a->request->cmd == SECMMU_FAULT) {
		patience = a->request->arg.fault.deadline_ns;
		tries = a->request->arg.fault.max_tries;
	} else if (a->request->cmd == SECMMU_ACCESS) {
		patience = a->request->arg.access.deadline_ns;
		tries = a->request->arg.access.max_tries;
	}
	if (tries)
		set |= SET(GOT_EBUSY);
	if (a->flips || a->took_ns >= (patience ? patience : 1000000000ull))
		set |= SET(GOT_ETIMEDOUT);
	return set;
}

/* Did the call return what it may? */
static void check_result(const struct attempt *a)
{
	enum result result = result_of(a->ret);
	results may = results_documented(a->call->op);
	char text[256];

	atomic_fetch_add(&a->world->counts->result[a->call->op][result], 1);
	if (!(SET(result) & may)) {
		world_fail(a->world, a->call, "%d (%s), which is not documented", a->ret,
			   strerror(-a->ret));
		return;
	}
	if (!a->certain)
		return;
	may = a->expected | a->with_flip;
	if (result == GOT_ETIMEDOUT || result == GOT_EBUSY)
		may |= by_chance(a);
	if (!(SET(result) & may))
		world_fail(a->world, a->call, "%s instead of %s",
			   a->ret ? strerror(-a->ret) : "success",
			   results_text(may, text, sizeof(text)));
	else if (may == SET(result))
		atomic_fetch_add(&a->world->counts->predicted, 1);
}

static void check_fault(const struct attempt *a, const struct request *after)
{
	const struct secmmu_fault *fault = &after->arg.fault;
	uint32_t most = fault->max_tries;

	if (a->ret != 0 && a->ret != -EBUSY && a->ret != -ETIMEDOUT)
		return;
	if (most && (fault->retries > most || (!a->ret && fault->retries == most)))
		world_fail(a->world, a->call, "%u retries in %u tries", fault->retries, most);
	if (a->ret == -EBUSY && fault->retries != most)
		world_fail(a->world, a->call, "EBUSY after %u of %u tries", fault->retries, most);
}

/* What the device moved is what the CPU finds: the first page of it. */
static void check_bytes(const struct attempt *a)
{
	const struct secmmu_access *access = &a->request->arg.access;
	unsigned char device[PAGE], cpu[PAGE];
	size_t length = access->length < PAGE ? access->length : PAGE;
	uint64_t at;

	if (!memory_in_arena(access->start) || memory_in_arena(access->data))
		return;
	for (at = access->start; at < access->start + length; at += PAGE)
		if (!memory_in_arena(at + PAGE) ||
		    a->world->memory.page[(at - ARENA) / PAGE] & PAGE_LAZY ||
		    a->world->memory.page[(at - ARENA) / PAGE + 1] & PAGE_LAZY)
			return;
	if (memory_read(device, access->data, length) == length &&
	    memory_read(cpu, access->start, length) == length && memcmp(device, cpu, length) != 0)
		world_fail(a->world, a->call, "the device and the CPU see other bytes at %#llx",
			   (unsigned long long)access->start);
}

static void check_access(const struct attempt *a, const struct request *after)
{
	const struct secmmu_access *access = &after->arg.access;

	if (a->ret)
		return;
	if (access->retries && !access->faults)
		world_fail(a->world, a->call, "retries, but no fault");
	if ((access->flags & SECMMU_ACCESS_NOFAULT) && access->faults)
		world_fail(a->world, a->call, "faults, though there should be none");
	if (a->certain)
		check_bytes(a);
}

static void check_verify(const struct attempt *a, const struct request *after)
{
	const struct secmmu_verify *verify = &after->arg.verify;

	if (verify->stale)
		world_fail(a->world, a->call,
			   "variant %s: %llu of %llu translations are stale, at %#llx",
			   variant_names[a->file ? a->file->variant : 0],
			   (unsigned long long)verify->stale, (unsigned long long)verify->checked,
			   (unsigned long long)verify->first);
	else if (verify->first)
		world_fail(a->world, a->call, "nothing is stale, but the first that is");
}

static void check_reply(const struct attempt *a)
{
	struct request after;

	if (!reply(a, &after) || after.arg.head.size != a->request->arg.head.size)
		return;
	if (a->call->op == OP_fault)
		check_fault(a, &after);
	else if (a->call->op == OP_access)
		check_access(a, &after);
	else if (a->call->op == OP_info && !a->ret && after.arg.info.max_ranges != MAX_RANGES)
		world_fail(a->world, a->call, "max_ranges is %u", after.arg.info.max_ranges);
	else if (a->call->op == OP_verify && !a->ret)
		check_verify(a, &after);
	else if (a->call->op == OP_stats && !a->ret &&
		 (after.arg.stats.counter_count > SECMMU_COUNTERS ||
		  after.arg.stats.hist_count > SECMMU_HISTS))
		world_fail(a->world, a->call, "more was written than there is");
}

/* The ids that INSERT has written: none is 0, none stands twice, none is another range's. */
static void inserted(const struct attempt *a)
{
	struct secmmu_range range[ENTRIES_MOST] = { 0 };
	struct model_file *file = a->file;
	uint32_t count = a->request->arg.insert.count, i;
	struct model_range *new;

	memory_read(range, a->request->arg.insert.ranges,
		    (count < ENTRIES_MOST ? count : ENTRIES_MOST) * sizeof(range[0]));
	for (i = 0; i < count && i < ENTRIES_MOST; i++) {
		if (a->certain && (!range[i].id || model_range(file, range[i].id))) {
			world_fail(a->world, a->call, "id %u for a new range", range[i].id);
			return;
		}
		if (file->ranges == MAX_RANGES || model_range(file, range[i].id))
			continue;
		new = &file->range[file->ranges++];
		*new = (struct model_range){ range[i].id, range[i].start, range[i].length, { 0 } };
	}
}

/* Which of two counts the module took shows in how many ids it has written. */
static void inserted_flipped(struct attempt *a)
{
	uint32_t counts[2] = { a->request->arg.insert.count, a->flipped_count }, written, i;
	struct secmmu_range range[ENTRIES_MOST] = { 0 };
	results sets[2] = { a->expected, a->with_flip };

	memory_read(range, a->request->arg.insert.ranges, sizeof(range));
	for (written = 0; written < ENTRIES_MOST && range[written].id; written++)
		continue;
	for (i = 0; i < 2; i++)
		if ((sets[i] & SET(GOT_OK)) && counts[i] == written)
			break;
	if (i == 2) {
		world_fail(a->world, a->call, "%u ranges were inserted; it said %u, then %u",
			   written, counts[0], counts[1]);
		return;
	}
	a->request->arg.insert.count = written;
	inserted(a);
}

static void attached(const struct attempt *a)
{
	const char *name = a->request->arg.attach.variant;

	a->file->attached = true;
	a->file->ranges = 0;
	a->file->slots = 0;
	a->file->slots_known = true;
	a->file->variant = model_variant(*name ? name : "itree");
}

static void removed(const struct attempt *a)
{
	size_t i;

	for (i = 0; i < a->request->arg.remove.count && i < a->request->got_entries; i++)
		model_remove(a->file, a->request->entries.id[i]);
}

/* What the call has changed, into the model. */
static void learn(struct attempt *a)
{
	enum op op = model_op(a->request->cmd);

	if (!a->file || a->file->foreign)
		return;
	if (a->flips && (op == OP_fault || op == OP_access))
		a->file->slots_known = false;
	else if (op == OP_fault || op == OP_access)
		model_commit(a->file, &a->world->memory, a->request, result_of(a->ret));
	if (a->ret)
		return;
	if (op == OP_insert && a->flips && !a->world->wild &&
	    a->call->field[F_flip] > FLIP_ENTRIES &&
	    !flip_was_taken_once(a->fd, a->call, a->request))
		world_fail(a->world, a->call, "a range that was there neither before nor after");
	if (op == OP_attach)
		attached(a);
	else if (op == OP_insert && a->flips && a->certain)
		inserted_flipped(a);
	else if (op == OP_insert)
		inserted(a);
	else if (op == OP_remove)
		removed(a);
	if (a->flips && !a->certain)
		a->file->certain = false;
}

void call_ioctl(struct world *world, const struct call *call)
{
	struct attempt a = {
		.world = world,
		.call = call,
		.request = &world->request[call->thread],
	};
	int slot;

	world_lock(world);
	slot = world_slot(world, call->field[F_file]);
	if (slot >= 0)
		a.file = &world->file[world->slot[slot]];
	prepare(&a);
	world_unlock(world);
	if (is_harmful(a.request))
		return;
	a.fd = FIRST_FILE + (slot >= 0 ? slot : 0);
	issue(&a);
	world_lock(world);
	check_result(&a);
	check_reply(&a);
	learn(&a);
	world_unlock(world);
}
