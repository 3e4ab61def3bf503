#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Runs a job of the virtual machine on the debug kernel: the same checks, a tenth of the repetitions. What the
# environment sets already stays.
#
#   debug.sh COMMAND...

top=$(cd "$(dirname "$0")/../.." && pwd)
if ! "$top/vm/kernel.sh" release debug >/dev/null; then
	echo "1..1"
	echo "ok 1 - on the debug kernel # SKIP there is none: it is built from Debian's linux-source-6.1"
	exit
fi
export KERNEL=debug CPUS="${CPUS:-2}"
export MANY_RANGES="${MANY_RANGES:-2000}" INVALIDATIONS="${INVALIDATIONS:-500}" FUZZ_CALLS="${FUZZ_CALLS:-5000}"
export ROUNDS="${ROUNDS:-1}" CYCLES="${CYCLES:-20}" KILLS="${KILLS:-8}"
exec "$@"
