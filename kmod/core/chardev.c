// SPDX-License-Identifier: GPL-2.0-only
/* The character device: an open file is a context. */
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include "chardev.h"
#include "ctx.h"
#include "ioctl.h"

static int chardev_open(struct inode *inode, struct file *file)
{
	struct secmmu_ctx *ctx = ctx_create();

	if (IS_ERR(ctx))
		return PTR_ERR(ctx);
	file->private_data = ctx;
	return 0;
}

/* The last descriptor is gone: by close, exit, exec or kill, in whichever task held it. */
static int chardev_release(struct inode *inode, struct file *file)
{
	ctx_destroy(file->private_data);
	return 0;
}

static const struct file_operations chardev_fops = {
	.owner = THIS_MODULE,
	.open = chardev_open,
	.release = chardev_release,
	.unlocked_ioctl = ioctl_dispatch,
	.compat_ioctl = compat_ptr_ioctl,
};

static struct miscdevice chardev = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "secmmu",
	.fops = &chardev_fops,
	.mode = 0600,
};

int chardev_register(void)
{
	return misc_register(&chardev);
}

void chardev_unregister(void)
{
	misc_deregister(&chardev);
}
