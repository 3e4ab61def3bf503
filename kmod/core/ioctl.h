/* SPDX-License-Identifier: GPL-2.0-only */
/* The commands of uapi/secmmu.h. */
#ifndef SECMMU_CORE_IOCTL_H
#define SECMMU_CORE_IOCTL_H

struct file;

long ioctl_dispatch(struct file *file, unsigned int cmd, unsigned long arg);

#endif
