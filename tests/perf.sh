#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# perf around samples, on this machine itself: what it counts is the measured window's, and what it records is told.

# shellcheck source=tests/tap.sh
. "$(dirname "$0")/tap.sh"

run() { # EXIT OPTION...
	mkdir -p "$tmp/results"
	expect_exit "$1" "$shootdown" run --results "$tmp/results" --quiet --repeats 2 --variant none \
		--workload dontneed --set ranges=0 --set measure_ms=50 "${@:2}" "$top/tests/vm/tiny.suite"
}

folder() {
	local folders=("$tmp"/results/*)
	echo "${folders[0]}"
}

# Each operation is on a page that was touched before it: one fault. The warm-up is four times as long.
test_stat_counts_the_measurement_only() {
	run 0 --set warmup_ms=200 --perf 'stat -x, -e page-faults'
	expect_exit 0 "$shootdown" export "$(folder)" --format csv
	local sample operations faults
	for sample in 0 1; do
		operations=$(awk -F , -v s="$sample" '$1 == s && $(NF - 2) == "op.count" { print $NF }' "$tmp/out")
		faults=$(awk -F , '$3 == "page-faults" || $3 == "page-faults:u" { print $1 }' \
			"$(folder)/perf/sample-0000$sample.txt")
		awk -v o="$operations" -v f="$faults" 'BEGIN { exit !(o > 100 && f >= 0.9 * o && f <= 1.5 * o) }' ||
			fail "perf counted $faults page faults in sample $sample, which timed $operations operations"
	done
	[[ -z $(find "$(folder)/perf" -name '*.err') ]] || fail "perf's messages were left"
}

test_record_tells_the_kernels_functions() {
	run 0 --perf 'record -e cpu-clock'
	expect_line "$(folder)/samples.jsonl" '"perf":\{"file":"perf/sample-0000[01]\.data","samples":[1-9]'
	grep -q '"symbols"' "$(folder)/samples.jsonl" || skip "perf knows no names of this kernel's functions"
	expect_line "$tmp/out" '^kernel function, % of what was met +none$'
	expect_line "$(folder)/summary.md" '^samples in the kernel +[1-9]'
}

test_what_perf_refuses_fails_the_sample() {
	run 5 --perf 'stat -e no-such-event'
	expect_line "$tmp/err" 'perf has ended too early: perf/sample-0000[01]\.err'
	expect_line "$(folder)/perf/sample-00000.err" 'no-such-event'
}

test_wrong_uses() {
	run 2 --perf top
	expect_line "$tmp/err" "takes stat or record.*'top'"
	run 4 --where vm --perf stat
	expect_line "$tmp/err" '--perf watches what is measured on this machine itself'
}

test_without_perf() {
	local path
	path=$tmp/bin
	mkdir "$path"
	expect_exit 3 env "PATH=$path" "$shootdown" run --where native --perf stat "$top/tests/vm/tiny.suite"
	expect_line "$tmp/err" 'needs the program perf.*linux-perf'
}

tap_tests test_stat_counts_the_measurement_only test_record_tells_the_kernels_functions \
	test_what_perf_refuses_fails_the_sample test_wrong_uses test_without_perf
