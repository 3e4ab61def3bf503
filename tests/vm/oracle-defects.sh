#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The oracle's own test: in a module that was built with known defects it has to find each of them.

top=$(cd "$(dirname "$0")/../.." && pwd)
release=$("$top/vm/kernel.sh" release "${KERNEL:-default}")
exec "$top/tests/vm/guest.sh" --cpus 2 --nodes 1 --file "$top/build/kmod-test/$release/secmmu.ko" -- \
	build/tests/oracle --defects /job/secmmu.ko
