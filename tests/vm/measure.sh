#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Are the figures right? In the deterministic guest, where an instruction is a unit, they can be compared.

# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"

insn=$top/tests/vm/insn.suite

# The long form of a fresh run with these options in $tmp/NAME.csv.
run_csv() { # NAME OPTION...
	local name=$1
	shift
	mkdir "$tmp/$name"
	expect_exit 0 "$shootdown" run --quiet --results "$tmp/$name" "$@"
	expect_exit 0 "$shootdown" export "$tmp/$name"/* --format csv
	mv "$tmp/out" "$tmp/$name.csv"
}

# The median over the samples of METRIC where each AXIS has its VALUE.
median() { # CSV METRIC AXIS=VALUE...
	awk -F , -v metric="$2" -v want="${*:3}" '
		NR == 1 { for (i = 1; i <= NF; i++) column[$i] = i; n = split(want, pair, " "); next }
		$column["metric"] != metric { next }
		{
			for (i = 1; i <= n; i++) {
				split(pair[i], part, "=")
				if ($column[part[1]] != part[2]) next
			}
			print $column["value"]
		}' "$1" | sort -g | awk '{ v[NR] = $1 } END { if (NR) print (v[int((NR + 1) / 2)] + v[int(NR / 2) + 1]) / 2 }'
}

# Is A between FROM and TO times B?
expect_ratio() { # WHAT A B FROM TO
	[[ -n $2 && -n $3 ]] || fail "$1: there is no figure ('$2', '$3')"
	awk -v a="$2" -v b="$3" -v from="$4" -v to="$5" 'BEGIN { exit !(a >= from * b && a <= to * b) }' ||
		fail "$1: $2 is not $4 to $5 times $3"
}

test_list_grows_and_trees_do_not() {
	local variant
	run_csv growth --vm-deterministic "$insn"
	expect_ratio 'list at 10,000 against 10' \
		"$(median "$tmp/growth.csv" op.p50 variant=list ranges=10000)" \
		"$(median "$tmp/growth.csv" op.p50 variant=list ranges=10)" 5 1000
	for variant in rbtree itree; do
		expect_ratio "$variant at 10,000 against 10" \
			"$(median "$tmp/growth.csv" op.p50 "variant=$variant" ranges=10000)" \
			"$(median "$tmp/growth.csv" op.p50 "variant=$variant" ranges=10)" 0.5 2
	done
}

test_runs_and_both_ways_to_select_agree() {
	local variant run set
	local variants=(list rbtree accumulate itree coarse mixed tlb)
	set=(--set ranges=100 --set "variant=$(IFS=, && echo "${variants[*]}")")
	run_csv first --vm-deterministic "${set[@]}" "$insn"
	run_csv again --vm-deterministic "${set[@]}" "$insn"
	run_csv load --vm-deterministic "${set[@]}" --select load "$insn"
	for variant in "${variants[@]}"; do
		for run in again load; do
			expect_ratio "$variant, $run against first" \
				"$(median "$tmp/$run.csv" op.p50 "variant=$variant")" \
				"$(median "$tmp/first.csv" op.p50 "variant=$variant")" 0.99 1.01
		done
	done
}

# Does the calibration of the only run in FOLDER say so?
costs_less_than_three_timer_reads() { # FOLDER
	awk '/"(timer.read|engine.op)": \{/ { gsub(/[":{ ]/, ""); name = $0 }
		/"value"/ && name { gsub(/[^0-9.]/, ""); v[name] = $0; name = "" }
		END { exit !(v["timer.read"] > 0 && v["engine.op"] < 3 * v["timer.read"]) }' "$1"/*/run.json
}

# Or in one of five runs: two medians of 101 short rounds, between which a host may become busy, or slow.
test_the_engine_costs_less_than_three_timer_reads() {
	local try
	for try in {1..5}; do
		expect_exit 0 "$shootdown" run --quiet --where native --results "$tmp/$try" --repeats 1 \
			--workload null --variant none
		! costs_less_than_three_timer_reads "$tmp/$try" || return 0
	done
	fail "$(grep -A 20 -h calibration "$tmp"/[1-5]/*/run.json)"
}

# Pages of the engine's own may then be copied while it measures.
test_a_sample_says_that_memory_was_not_locked() {
	mkdir "$tmp/unlocked"
	(ulimit -l 0 && expect_exit 0 setpriv --bounding-set -ipc_lock "$shootdown" run --quiet --where native \
		--results "$tmp/unlocked" --repeats 1 --workload null --variant none)
	expect_line "$(echo "$tmp"/unlocked/*/samples.jsonl)" '"notes":\["memory could not be locked'
}

tap_tests test_list_grows_and_trees_do_not test_runs_and_both_ways_to_select_agree \
	test_the_engine_costs_less_than_three_timer_reads test_a_sample_says_that_memory_was_not_locked
