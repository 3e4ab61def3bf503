// SPDX-License-Identifier: GPL-2.0-only
/*
 * Commits one crime against the kernel when it is loaded, so that what should find it can be seen
 * to: insmod crime.ko name=NAME. For a virtual machine that is thrown away.
 */
#include <linux/list.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>

static char *name = "";
module_param(name, charp, 0444);
MODULE_PARM_DESC(name, "which crime");

#define SIZE 64

/* The compiler does not know what is in here. */
static unsigned int size = SIZE;
module_param(size, uint, 0444);
MODULE_PARM_DESC(size, "of what is allocated, in bytes; to be left alone");

static char *allocate(void)
{
	char *object = kmalloc(READ_ONCE(size), GFP_KERNEL);

	/* What this is, and where it goes, the compiler does not see. */
	OPTIMIZER_HIDE_VAR(object);
	return object;
}

static noinline void use_after_free(void)
{
	char *object = allocate();
	char *same = object;

	OPTIMIZER_HIDE_VAR(same);
	kfree(object);
	if (same)
		READ_ONCE(same[8]);
}

static noinline void out_of_bounds(void)
{
	char *object = allocate();

	if (object)
		READ_ONCE(object[SIZE]);
	kfree(object);
}

/* One order, then the other: no deadlock here, but one that waits to happen. */
static void lock_order(void)
{
	static DEFINE_MUTEX(first);
	static DEFINE_MUTEX(second);

	mutex_lock(&first);
	mutex_lock(&second);
	mutex_unlock(&second);
	mutex_unlock(&first);
	mutex_lock(&second);
	mutex_lock(&first);
	mutex_unlock(&first);
	mutex_unlock(&second);
}

static void sleep_in_atomic(void)
{
	static DEFINE_SPINLOCK(lock);

	spin_lock(&lock);
	might_sleep();
	spin_unlock(&lock);
}

static void leak(void)
{
	if (!allocate())
		pr_info("no memory to lose\n");
}

static void list_corruption(void)
{
	struct list_head node;
	LIST_HEAD(head);

	list_add(&node, &head);
	head.next = &head;
	list_del(&node);
}

static void warn(void)
{
	WARN(1, "as was asked for");
}

static void nothing(struct work_struct *work)
{
}

static void free_active_work(void)
{
	struct delayed_work *work = kmalloc(sizeof(*work), GFP_KERNEL);

	if (!work)
		return;
	INIT_DELAYED_WORK(work, nothing);
	schedule_delayed_work(work, 1000 * HZ);
	kfree(work);
}

static void shift(void)
{
	pr_info("%u\n", 1u << READ_ONCE(size));
}

static const struct crime {
	const char *name;
	void (*commit)(void);
} crimes[] = {
	{ "none", NULL },
	{ "use_after_free", use_after_free },
	{ "out_of_bounds", out_of_bounds },
	{ "lock_order", lock_order },
	{ "sleep_in_atomic", sleep_in_atomic },
	{ "leak", leak },
	{ "list_corruption", list_corruption },
	{ "warn", warn },
	{ "free_active_work", free_active_work },
	{ "shift", shift },
};

static int __init crime_init(void)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(crimes); i++) {
		if (strcmp(crimes[i].name, name))
			continue;
		if (crimes[i].commit)
			crimes[i].commit();
		return 0;
	}
	return -EINVAL;
}

static void __exit crime_exit(void)
{
}

module_init(crime_init);
module_exit(crime_exit);
MODULE_DESCRIPTION("Commits one crime, to see who finds it");
MODULE_LICENSE("GPL");
