#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Every suite that ships runs in the guest, at least a little of it, on the kernel that KERNEL names.

# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"

kernel=$("$top/vm/kernel.sh" options "${KERNEL:-default}") || exit
mapfile -t kernel < <(printf '%s' "$kernel")

# No sample failed, operations were timed, and no device saw what it must not. A kernel may lack a variant.
run_suite() { # OPTION... SUITE
	local folder
	mkdir "$tmp/results"
	expect_exit 0 "$shootdown" run --quiet --where vm "${kernel[@]}" --results "$tmp/results" --repeats 1 \
		--set warmup_ms=5 --set measure_ms=20 "$@"
	folder=("$tmp"/results/*)
	expect_same 'samples that failed' "$(grep -vE '"status":"(ok|skipped)"' "${folder[0]}/samples.jsonl")" ''
	expect_exit 0 "$shootdown" export "${folder[0]}" --format csv
	grep -q 'op\.p50,ns' "$tmp/out" || fail "no operation was timed"
	! grep -E ',stale,,[1-9]' "$tmp/out"
}

# A million ranges have a test of their own, scale.sh. On a busy host a small process dies before its reaper comes; a sample of nothing but such is not trusted, rightly.
declare -A more=([blocking]='--set pages=1024' [scale]='--set ranges=1000')

tests=()
for suite in "$top"/suites/*.suite; do
	suite=$(basename "$suite" .suite)
	eval "test_suite_$suite() { run_suite ${more[$suite]-} '$suite'; }"
	tests+=("test_suite_$suite")
done
[[ $# -eq 0 ]] || tests=("$@") # some only
tap_tests "${tests[@]}"
