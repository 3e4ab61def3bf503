#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The fuzzer of the module's ABI (tests/fuzz/abi/), in the guest: the programs that failed once, then new ones.
#
#   FUZZ_CALLS   so many calls of /dev/secmmu
#   FUZZ_SEED    other programs
#   FUZZ_CPUS    of the virtual machine (2)
#   FUZZ_FIRST, FUZZ_PROGRAMS   only these programs of the seed: to find the one after which a kernel has panicked

top=$(cd "$(dirname "$0")/../.." && pwd)
files=()
for file in "$top"/tests/fuzz/abi-corpus/*.abi; do
	files+=(--file "$file")
done
arguments=(--seed "${FUZZ_SEED:-1}" --calls "${FUZZ_CALLS:-20000}" --corpus /job)
[[ -z ${FUZZ_PROGRAMS-} ]] || arguments+=(--first "${FUZZ_FIRST:-0}" --programs "$FUZZ_PROGRAMS")
# shellcheck disable=SC2016 # the guest expands it
exec "$top/tests/vm/guest.sh" --cpus "${FUZZ_CPUS:-2}" --nodes 1 --mem 1024 --idle 300 "${files[@]}" -- \
	sh -c 'exec build/tests/abi_fuzz "$@" "build/kmod/$(uname -r)/secmmu.ko"' sh "${arguments[@]}"
