/* SPDX-License-Identifier: GPL-2.0-only */
/* /dev/secmmu */
#ifndef SECMMU_CORE_CHARDEV_H
#define SECMMU_CORE_CHARDEV_H

int chardev_register(void);
void chardev_unregister(void);

#endif
