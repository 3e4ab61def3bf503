// SPDX-License-Identifier: GPL-2.0-only
/* The module: its parameters, and the device that comes and goes with it. */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/bits.h>
#include <linux/kernel.h>
#include <linux/init.h>
#include <linux/kstrtox.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/string.h>
#include "chardev.h"
#include "param.h"
#include "variants/variant.h"

/* The largest value that max_ranges= takes: 2^24 spans are some gigabytes. */
#define MAX_RANGES_MOST BIT(24)

/*
 * The largest value that max_pages= takes: 2^26 are 256 GiB of memory. One event may take all of a
 * range's translations away, under a spinlock, at some 20 ns each.
 */
#define MAX_PAGES_MOST BIT(26)

/* What drivers do today. */
#define VARIANT_DEFAULT "itree"

/* What variant= names; NULL if it was not given. Set by the loader only. */
static const struct variant_row *variant_chosen;

unsigned int param_max_ranges = BIT(20);

/*
 * 16 GiB of memory. Its slots take some 40 MB side by side; each that is far from all others
 * takes a node of the xarray, 576 bytes.
 */
unsigned long param_max_pages = BIT(22);

const struct variant_row *param_variant(void)
{
	return variant_chosen ? variant_chosen : variant_find(VARIANT_DEFAULT);
}

/* Not -ENOENT, which the loader would print as "unknown parameter". */
static int variant_set(const char *value, const struct kernel_param *kp)
{
	const struct variant_row *row = variant_find(value);

	if (!row) {
		pr_err("no variant '%s'; there are: %s\n", value, SECMMU_VARIANT_NAMES);
		return -EINVAL;
	}
	variant_chosen = row;
	return 0;
}

static int variant_get(char *buffer, const struct kernel_param *kp)
{
	return sysfs_emit(buffer, "%s\n", param_variant()->name);
}

static const struct kernel_param_ops variant_ops = {
	.set = variant_set,
	.get = variant_get,
};

static int max_ranges_set(const char *value, const struct kernel_param *kp)
{
	return param_set_uint_minmax(value, kp, 1, MAX_RANGES_MOST);
}

static const struct kernel_param_ops max_ranges_ops = {
	.set = max_ranges_set,
	.get = param_get_uint,
};

static int max_pages_set(const char *value, const struct kernel_param *kp)
{
	unsigned long most;
	int ret;

	ret = kstrtoul(value, 0, &most);
	if (ret)
		return ret;
	if (!most || most > MAX_PAGES_MOST)
		return -EINVAL;
	return param_set_ulong(value, kp);
}

static const struct kernel_param_ops max_pages_ops = {
	.set = max_pages_set,
	.get = param_get_ulong,
};

module_param_cb(variant, &variant_ops, NULL, 0444);
MODULE_PARM_DESC(variant, "how to subscribe where SECMMU_ATTACH names no variant, one of: "
		 SECMMU_VARIANT_NAMES " (default: " VARIANT_DEFAULT ")");
module_param_cb(max_ranges, &max_ranges_ops, &param_max_ranges, 0444);
MODULE_PARM_DESC(max_ranges, "most ranges that one open file may hold (default: 1048576)");
module_param_cb(max_pages, &max_pages_ops, &param_max_pages, 0444);
MODULE_PARM_DESC(max_pages, "most pages that one open file may have translated (default: 4194304)");

static int __init secmmu_init(void)
{
	return chardev_register();
}

/*
 * Open files hold the module. A context's end waits for its callbacks and leaves
 * no work to RCU or SRCU, so when the last file has gone nothing runs our code.
 */
static void __exit secmmu_exit(void)
{
	chardev_unregister();
}

module_init(secmmu_init);
module_exit(secmmu_exit);

MODULE_DESCRIPTION("A simulated secondary MMU that subscribes to address spaces, and measures its callbacks");
MODULE_AUTHOR("The shootdown authors");
MODULE_VERSION("0.1.0");
MODULE_LICENSE("GPL");
