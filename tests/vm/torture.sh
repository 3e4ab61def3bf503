#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Torture of lifetimes (tests/kmod/torture/torture.c), in the guest, with swap where the kernel has zram. ROUNDS and CYCLES make it
# longer, SEED other.

top=$(cd "$(dirname "$0")/../.." && pwd)
# shellcheck disable=SC2016 # the guest expands it
exec "$top/tests/vm/guest.sh" --cpus 2 --nodes 1 -- sh -c '
	modprobe zram && echo 256M >/sys/block/zram0/disksize && mkswap /dev/zram0 >&2 && swapon /dev/zram0 ||
		echo "there is no swap" >&2
	export ROUNDS="$1" CYCLES="$2" SEED="$3"
	exec build/tests/torture "build/kmod/$(uname -r)/secmmu.ko" "$4"
' sh "${ROUNDS:-}" "${CYCLES:-}" "${SEED:-}" "${1:-}"
