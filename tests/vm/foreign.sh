#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The module beside the kernel's own test_hmm (tests/kmod/foreign/foreign.c), in a guest whose kernel has that: events of a
# device with memory of its own, MIGRATE and EXCLUSIVE, come from nowhere else.

top=$(cd "$(dirname "$0")/../.." && pwd)
export KERNEL=${KERNEL:-debug}
if ! release=$("$top/vm/kernel.sh" release "$KERNEL" 2>/dev/null) || [[ ! -e $top/build/kmod/$release/secmmu.ko ]]; then
	echo "1..1"
	echo "ok 1 - beside test_hmm # SKIP there is no debug kernel with the module, and no other has test_hmm"
	exit
fi
# shellcheck disable=SC2016 # the guest expands it
exec "$top/tests/vm/guest.sh" --cpus 2 --nodes 1 -- sh -c \
	'modprobe test_hmm && exec build/tests/foreign "build/kmod/$(uname -r)/secmmu.ko"'
