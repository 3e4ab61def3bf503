#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The bug of core mm's that a refusing mmu_notifier meets (tests/kmod/refusal/refusal.c). The guest is lost to it, so
# it has one of its own.

top=$(cd "$(dirname "$0")/../.." && pwd)
release=$("$top/vm/kernel.sh" release "${KERNEL:-default}")
exec "$top/tests/vm/guest.sh" --cpus 2 --nodes 1 --file "$top/build/kmod-test/$release/secmmu.ko" -- \
	build/tests/refusal /job/secmmu.ko
