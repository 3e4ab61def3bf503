#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The module's own tests (tests/kmod/), in the guest. Their TAP is passed on; a kernel log that is not clean is
# one more failure, which the exit code tells the runner. MANY_RANGES says how many one test inserts, CPUS
# how many the guest has.

top=$(cd "$(dirname "$0")/../.." && pwd)
# memfd_secret() is there from 6.5 on, before that for those who ask.
# shellcheck disable=SC2016 # the guest expands it
exec "$top/tests/vm/guest.sh" --cpus "${CPUS:-4}" --append secretmem.enable=1 -- sh -c \
	'MANY_RANGES=$1 exec build/tests/kmod_test "build/kmod/$(uname -r)/secmmu.ko"' sh "${MANY_RANGES:-100000}"
