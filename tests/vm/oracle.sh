#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The oracle (tests/kmod/oracle/oracle.c), in the guest: nothing stale is ever seen. INVALIDATIONS=1000000 a variant makes it thorough.

top=$(cd "$(dirname "$0")/../.." && pwd)
# shellcheck disable=SC2016 # the guest expands it
exec "$top/tests/vm/guest.sh" --cpus 2 --nodes 1 -- sh -c \
	'exec build/tests/oracle --invalidations "$1" "build/kmod/$(uname -r)/secmmu.ko"' sh "${INVALIDATIONS:-10000}"
