#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Gives each fuzz target the inputs that are kept of it, as TAP.
#
#   replay.sh BUILD     a build folder with sanitizers

# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"

programs=$1/tests/fuzz

replay() { # TARGET
	local count
	count=$("$programs/fuzz_$1" "$top/tests/fuzz/corpus/$1" 2>"$tmp/log") || {
		tail -n 40 "$tmp/log"
		exit 1
	}
	[[ $count -ge 15 ]] || fail "there are only $count inputs for $1"
}

tests=()
for source in "$top"/tests/fuzz/target_*.c; do
	target=${source##*/target_}
	target=${target%.c}
	eval "test_fuzz_inputs_of_$target() { replay $target; }"
	tests+=("test_fuzz_inputs_of_$target")
done
tap_tests "${tests[@]}"
