#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Allocations fail, each in turn and then at random (tests/kmod/failnth/failnth.c), in a guest whose kernel lets them: what is
# used wrongly then, or lost, that kernel finds as well.

top=$(cd "$(dirname "$0")/../.." && pwd)
export KERNEL=${KERNEL:-debug}
if ! release=$("$top/vm/kernel.sh" release "$KERNEL" 2>/dev/null) || [[ ! -e $top/build/kmod/$release/secmmu.ko ]]; then
	echo "1..1"
	echo "ok 1 - failing allocations # SKIP there is no debug kernel with the module, and no other has fault injection"
	exit
fi
# shellcheck disable=SC2016 # the guest expands it
exec "$top/tests/vm/guest.sh" --cpus 2 --nodes 1 -- sh -c \
	'exec build/tests/failnth "build/kmod/$(uname -r)/secmmu.ko"'
