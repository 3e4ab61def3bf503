// SPDX-License-Identifier: GPL-2.0-only
/* The table of commands: sizes and flags are checked in one place, each handler does one thing. */
#include <linux/bits.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/rwsem.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <uapi/secmmu.h>
#include "compat.h"
#include "ctx.h"
#include "device/access.h"
#include "device/fault.h"
#include "device/span.h"
#include "device/verify.h"
#include "ioctl.h"
#include "param.h"

/* Any command's argument. */
union ioctl_arg {
	struct {
		u32 size;
		u32 flags;
	} head;
	struct secmmu_info info;
	struct secmmu_attach attach;
	struct secmmu_insert insert;
	struct secmmu_remove remove;
	struct secmmu_stats stats;
	struct secmmu_reset reset;
	struct secmmu_fault fault;
	struct secmmu_access access;
	struct secmmu_verify verify;
};

/**
 * struct ioctl_call - one call of a command
 * @ctx:   of the file, its lock held in the handler, for writing where the row says so
 * @uarg:  the caller's struct
 * @usize: its size
 * @ksize: size of the struct as we know it
 * @arg:   the struct, copied in
 */
struct ioctl_call {
	struct secmmu_ctx *ctx;
	void __user *uarg;
	size_t usize;
	size_t ksize;
	union ioctl_arg arg;
};

/* Write the struct back, as much of it as the caller knows. */
static int ioctl_reply(struct ioctl_call *call)
{
	if (copy_to_user(call->uarg, &call->arg, min(call->usize, call->ksize)))
		return -EFAULT;
	return 0;
}

static int ioctl_info(struct ioctl_call *call)
{
	strscpy_pad(call->arg.info.variant, param_variant()->name, sizeof(call->arg.info.variant));
	call->arg.info.clock_khz = compat_clock_khz();
	call->arg.info.max_ranges = param_max_ranges;
	return ioctl_reply(call);
}

/* The row that @name asks for; ERR_PTR: -EINVAL it is not padded with zero bytes, -ENOENT. */
static const struct variant_row *attach_row(const char name[SECMMU_NAME_LEN])
{
	size_t len = strnlen(name, SECMMU_NAME_LEN);
	const struct variant_row *row;

	if (len == SECMMU_NAME_LEN || memchr_inv(name + len, 0, SECMMU_NAME_LEN - len))
		return ERR_PTR(-EINVAL);
	if (!len)
		return param_variant();
	row = variant_find(name);
	return row ? row : ERR_PTR(-ENOENT);
}

static int ioctl_attach(struct ioctl_call *call)
{
	struct secmmu_attach *attach = &call->arg.attach;
	struct secmmu_ctx *ctx = call->ctx;
	const struct variant_row *row;
	int ret;

	row = attach_row(attach->variant);
	if (IS_ERR(row))
		return PTR_ERR(row);
	if (ctx->row)
		return -EBUSY;
	ret = ctx_attach(ctx, row, attach);
	if (ret)
		return ret;
	strscpy_pad(attach->variant, row->name, sizeof(attach->variant));
	ret = ioctl_reply(call);
	if (ret)
		ctx_detach(ctx);
	return ret;
}

static int ioctl_insert(struct ioctl_call *call)
{
	if (call->arg.insert.reserved)
		return -EINVAL;
	if (!call->ctx->row)
		return -ENOTCONN;
	return span_insert_all(call->ctx, &call->arg.insert);
}

static int ioctl_remove(struct ioctl_call *call)
{
	if (call->arg.remove.reserved)
		return -EINVAL;
	if (!call->ctx->row)
		return -ENOTCONN;
	return span_remove_all(call->ctx, &call->arg.remove);
}

static int stats_counters(struct secmmu_ctx *ctx, struct secmmu_stats *stats)
{
	u64 sum[SECMMU_COUNTERS];

	stats->counter_count = min_t(u32, stats->counter_count, SECMMU_COUNTERS);
	if (!stats->counter_count)
		return 0;
	probe_sum_counters(&ctx->probe, sum);
	if (copy_to_user(u64_to_user_ptr(stats->counters), sum,
			 stats->counter_count * sizeof(sum[0])))
		return -EFAULT;
	return 0;
}

static int stats_hists(struct secmmu_ctx *ctx, struct secmmu_stats *stats)
{
	struct loghist __user *uhists = u64_to_user_ptr(stats->hists);
	struct loghist *sum;
	int ret = 0;
	u32 i;

	stats->hist_count = min_t(u32, stats->hist_count, SECMMU_HISTS);
	if (!stats->hist_count)
		return 0;
	sum = kvmalloc(sizeof(*sum), SECMMU_GFP);
	if (!sum)
		return -ENOMEM;
	for (i = 0; i < stats->hist_count && !ret; i++) {
		probe_sum_hist(&ctx->probe, i, sum);
		if (copy_to_user(&uhists[i], sum, sizeof(*sum)))
			ret = -EFAULT;
	}
	kvfree(sum);
	return ret;
}

static int ioctl_stats(struct ioctl_call *call)
{
	int ret;

	if (!call->ctx->row)
		return -ENOTCONN;
	ret = stats_counters(call->ctx, &call->arg.stats);
	if (ret)
		return ret;
	ret = stats_hists(call->ctx, &call->arg.stats);
	if (ret)
		return ret;
	return ioctl_reply(call);
}

static int ioctl_reset(struct ioctl_call *call)
{
	if (!call->ctx->row)
		return -ENOTCONN;
	probe_reset(&call->ctx->probe);
	return 0;
}

/* The span that the caller names by id, if it covers the @length bytes at @start. */
static struct secmmu_span *ioctl_span(struct secmmu_ctx *ctx, u32 id, u64 start, u64 length)
{
	struct secmmu_span *span;

	if (!ctx->row)
		return ERR_PTR(-ENOTCONN);
	if (!ctx->row->variant->read_begin)
		return ERR_PTR(-EOPNOTSUPP);
	span = xa_load(&ctx->spans, id);
	if (!span)
		return ERR_PTR(-ENOENT);
	return span_covers(span, start, length) ? span : ERR_PTR(-EINVAL);
}

static int ioctl_fault(struct ioctl_call *call)
{
	struct secmmu_fault *cmd = &call->arg.fault;
	struct fault_limits limits = {
		.max_tries = cmd->max_tries,
		.deadline_ns = cmd->deadline_ns,
	};
	unsigned long first = span_page(cmd->start);
	struct device_fault *fault;
	struct secmmu_span *span;
	unsigned long pages;
	int ret;

	if (cmd->reserved || !PAGE_ALIGNED(cmd->start) || !PAGE_ALIGNED(cmd->length))
		return -EINVAL;
	span = ioctl_span(call->ctx, cmd->id, cmd->start, cmd->length);
	if (IS_ERR(span))
		return PTR_ERR(span);
	pages = span_page(cmd->length);
	fault = fault_alloc(call->ctx, span, cmd->flags & SECMMU_FAULT_WRITE, pages);
	if (!fault)
		return -ENOMEM;
	ret = fault_pages(fault, first, first + pages - 1, &limits);
	cmd->retries = fault->retries;
	fault_free(fault);
	/* The number of retries is most of interest where they were too many. */
	return ioctl_reply(call) ?: ret;
}

static int ioctl_access(struct ioctl_call *call)
{
	struct secmmu_access *cmd = &call->arg.access;
	struct secmmu_span *span;
	int ret;

	if (cmd->length > SECMMU_ACCESS_MOST)
		return -EINVAL;
	span = ioctl_span(call->ctx, cmd->id, cmd->start, cmd->length);
	if (IS_ERR(span))
		return PTR_ERR(span);
	ret = access_span(call->ctx, span, cmd);
	return ioctl_reply(call) ?: ret;
}

static int ioctl_verify(struct ioctl_call *call)
{
	int ret;

	if (!call->ctx->row)
		return -ENOTCONN;
	ret = verify_all(call->ctx, &call->arg.verify);
	if (ret)
		return ret;
	return ioctl_reply(call);
}

/* How a command is called. */
#define ROW_WRITES BIT(0) /* with secmmu_ctx.lock for writing, else for reading */
#define ROW_ANY_MM BIT(1) /* by any holder of the file: it reaches no memory but the caller's */

/**
 * struct ioctl_row - a command
 * @cmd:      its number
 * @min_size: of the struct's first version; smaller ones are refused
 * @size:     of the struct that this module knows
 * @flags:    the flags that it knows
 * @how:      ROW_*
 * @handler:  called with the struct copied in and the rules for all commands checked
 */
struct ioctl_row {
	unsigned int cmd;
	size_t min_size;
	size_t size;
	u32 flags;
	u32 how;
	int (*handler)(struct ioctl_call *call);
};

#define ROW(name, type, last_of_v1, known_flags, how_called, function) {	\
	.cmd = SECMMU_##name,							\
	.min_size = offsetofend(struct secmmu_##type, last_of_v1),		\
	.size = sizeof(struct secmmu_##type),					\
	.flags = (known_flags),							\
	.how = (how_called),							\
	.handler = (function),							\
}

#define ATTACH_FLAGS (SECMMU_ATTACH_UNTIMED | SECMMU_ATTACH_FLUSH_SLEEP | SECMMU_ATTACH_CHANGE_PTE)
#define ACCESS_FLAGS (SECMMU_ACCESS_WRITE | SECMMU_ACCESS_NOFAULT)

static const struct ioctl_row rows[] = {
	ROW(INFO, info, max_ranges, 0, ROW_ANY_MM, ioctl_info),
	ROW(ATTACH, attach, variant, ATTACH_FLAGS, ROW_WRITES, ioctl_attach),
	ROW(INSERT, insert, reserved, 0, ROW_WRITES, ioctl_insert),
	ROW(REMOVE, remove, reserved, 0, ROW_WRITES, ioctl_remove),
	ROW(STATS, stats, hist_count, 0, ROW_ANY_MM, ioctl_stats),
	ROW(RESET, reset, flags, 0, ROW_ANY_MM | ROW_WRITES, ioctl_reset),
	ROW(FAULT, fault, reserved, SECMMU_FAULT_WRITE, 0, ioctl_fault),
	ROW(ACCESS, access, retries, ACCESS_FLAGS, 0, ioctl_access),
	ROW(VERIFY, verify, first, 0, 0, ioctl_verify),
};

static const struct ioctl_row *ioctl_find(unsigned int cmd)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++)
		if (rows[i].cmd == cmd)
			return &rows[i];
	return NULL;
}

/* Copy the caller's struct in, and check what holds for each command. */
static int ioctl_read(struct ioctl_call *call, const struct ioctl_row *row)
{
	u32 usize;
	int ret;

	if (get_user(usize, (u32 __user *)call->uarg))
		return -EFAULT;
	if (usize < row->min_size)
		return -EINVAL;
	if (usize > SZ_4K)
		return -E2BIG;
	ret = copy_struct_from_user(&call->arg, row->size, call->uarg, usize);
	if (ret)
		return ret;
	if (call->arg.head.flags & ~row->flags)
		return -EINVAL;
	/* Another thread may have written it since: the first reading holds. */
	call->arg.head.size = usize;
	call->usize = usize;
	call->ksize = row->size;
	return 0;
}

/* Call the handler, with the context's lock held as it wants it. */
static int ioctl_handle(struct ioctl_call *call, const struct ioctl_row *row)
{
	struct rw_semaphore *lock = &call->ctx->lock;
	int ret;

	if (row->how & ROW_WRITES) {
		if (down_write_killable(lock))
			return -EINTR;
		ret = row->handler(call);
		up_write(lock);
	} else {
		if (down_read_killable(lock))
			return -EINTR;
		ret = row->handler(call);
		up_read(lock);
	}
	return ret;
}

/* The file's ioctl operation. */
long ioctl_dispatch(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct ioctl_call call = { .ctx = file->private_data, .uarg = (void __user *)arg };
	const struct ioctl_row *row = ioctl_find(cmd);
	int ret;

	if (!row)
		return -ENOTTY;
	if (current->mm != call.ctx->mm && !(row->how & ROW_ANY_MM))
		return -EPERM;
	ret = ioctl_read(&call, row);
	if (ret)
		return ret;
	ret = ioctl_handle(&call, row);
	/* mm_take_all_locks() gives up at any signal: then the call may simply be made again. */
	return ret == -EINTR ? -ERESTARTSYS : ret;
}
