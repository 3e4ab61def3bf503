#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Do the verdicts still find what they found, and does truth.sh see what does not come back?

# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"

# The row of N samples a side: "found called", in per cent.
rates() { # N RUN OPTION...
	expect_exit 0 "$build/tests/accuracy/power" --samples "$1" "${@:3}" "$2" op.p50
	sed -n "s/^| $1 | [0-9.]* % | \([0-9.]*\) % | \([0-9.]*\) % |\$/\1 \2/p" "$tmp/out"
}

# The seed decides: there is no chance in it.
test_five_per_cent_are_found_and_nothing_else() {
	local found
	found=$(rates 20 "$top/tests/accuracy/runs/native")
	awk -v rates="$found" 'BEGIN { split(rates, r, " "); exit !(r[1] >= 95 && r[2] != "" && r[2] <= 1) }' ||
		fail "with 20 samples: $found % found and called different"
	found=$(rates 6 "$top/results/reference/instructions" --rows 20)
	expect_same "in instructions, 6 samples, 20 rows" "$found" "100.0 0.00"
}

test_a_change_within_the_noise_is_not_found() {
	local found
	found=$(rates 20 "$top/tests/accuracy/runs/native" --effect 0.001)
	awk -v rates="$found" 'BEGIN { split(rates, r, " "); exit !(r[1] <= 5) }' || fail "0.1 % found: $found"
}

# Two sections of 8 samples a side; the delay of SECTION comes back as BACK.
put_run() { # LOW-BACK HIGH-BACK
	mkdir "$tmp/run"
	cat >"$tmp/run/run.json" <<-JSON
		{"format": "shootdown-run", "version": 1, "started": "", "emulated": false, "seed": 1, "repeats": 8, "planned": 1,
		 "tool": {"version": "0"}, "suite": {"name": "s"}, "machine": {}, "status": "complete",
		 "axes": ["section", "variant", "delay_ns"], "metrics": {"op.min": {"unit": "ns", "better": "lower"}}}
	JSON
	awk -v low="$1" -v high="$2" 'BEGIN {
		for (i = 0; i < 32; i++) {
			delay = i % 2 ? (i < 16 ? 200 : 100000) : 0
			back = !delay ? 0 : i < 16 ? low : high
			printf "{\"sample\": %d, \"repeat\": %d, \"axes\": {\"section\": \"%s\", \"variant\": \"itree\", \"delay_ns\": %d}, ", i, i % 16 / 2, i < 16 ? "a" : "b", delay
			printf "\"status\": \"ok\", \"metrics\": {\"op.min\": %d}}\n", 1000 + back
		}
	}' >"$tmp/run/samples.jsonl"
}

expect_truth() { # CODE LAST-LINE
	expect_exit "$1" "$top/tests/accuracy/truth.sh" "$tmp/run" delay_ns op.min exact
	expect_line "$tmp/out" "$2"
}

test_what_comes_back_is_told() {
	put_run 200 100000
	expect_truth 0 '^2 of 2 rows came back exactly; 0 may miss$'
	expect_line "$tmp/out" '^\| itree \| 100000 \| 100000 \| 100000 to 100000 \| 8 \| exact \|$'
}

test_what_does_not_come_back_is_told() {
	put_run 200 100001
	expect_truth 1 '^1 of 2 rows came back exactly; 0 may miss$'
	expect_line "$tmp/out" '^\| itree \| 100000 \| 100001 .* outside \|$'
}

test_a_table_without_rows_is_no_success() {
	put_run 200 100000
	sed -i '/"delay_ns": [1-9]/d' "$tmp/run/samples.jsonl"
	expect_truth 1 '^0 of 0 rows'
}

test_too_few_samples_are_no_success() {
	put_run 200 100000
	sed -i '/"repeat": [5-7]/d' "$tmp/run/samples.jsonl"
	expect_truth 1 'not compared: n < 6'
}

tap_tests test_five_per_cent_are_found_and_nothing_else test_a_change_within_the_noise_is_not_found \
	test_what_comes_back_is_told test_what_does_not_come_back_is_told test_a_table_without_rows_is_no_success \
	test_too_few_samples_are_no_success
