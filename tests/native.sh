#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Runs that need no module, on this machine: how many samples are taken, when a run ends, several suites at once.

# shellcheck source=tests/tap.sh
. "$(dirname "$0")/tap.sh"

# A suite of the engine alone: NAME.suite in $tmp, with these lines in [global].
write_suite() { # NAME LINE...
	printf '%s\n' '[global]' "help = $1" 'workload = null' 'warmup_ms = 5' 'measure_ms = 10' "${@:2}" \
		'[a]' 'pages = 1, 2' >"$tmp/$1.suite"
}

# Leaves the run's folder in $run.
run_native() { # OPTION... SUITE
	rm -rf "$tmp/results"
	expect_exit 0 "$shootdown" run --quiet --where native --results "$tmp/results" "$@"
	runs=("$tmp"/results/*/)
	run=${runs[0]}
}

# How many samples there are for which JSON matches.
count() { # REGEX
	grep -cE "$1" "$run/samples.jsonl" || true
}

test_a_point_has_its_repeats() {
	write_suite plain
	run_native --repeats 7 "$tmp/plain.suite"
	expect_same samples "$(count .)" 21 # the first point is an A/A pair
	expect_same 'last samples' "$(count '"last":"repeats"')" 2
	expect_line "$tmp/out" '^samples: 2 points with 7 to 14, as many as asked for'
}

test_a_real_time_policy_is_refused() {
	local policy
	write_suite plain
	for policy in --fifo --rr; do
		expect_exit 3 chrt "$policy" 1 "$shootdown" run --quiet --where native --results "$tmp/results" "$tmp/plain.suite"
		expect_line "$tmp/err" 'cannot measure under a real-time scheduling policy'
	done
	expect_same results "$(ls "$tmp/results" 2>/dev/null)" ''
}

test_precision_takes_more() {
	write_suite precise 'metrics = op.max' 'repeats = 6' 'precision = 1' 'repeats_most = 8'
	run_native "$tmp/precise.suite"
	# The longest of an empty operation is never known to 1 %; but the first six may all be alike.
	expect_same 'last samples' "$(count '"last":"(precise|most)"')" 2
	[[ $(count .) -ge 18 && $(count .) -le 20 ]] || fail "$(count .) samples"
	expect_line "$run/run.json" '"repeats_most": 8'
	# What is precise to 100 % has no more than its repeats: the median's interval lies within 0 and twice of it.
	run_native --precision 100 --set measure_ms=20 --repeats 6 --repeats-most 40 "$tmp/precise.suite"
	[[ $(count .) -le 80 ]] || fail "$(count .) samples"
}

# With what there is, and it says so.
test_a_budget_ends_a_run() {
	write_suite long 'repeats = 10000'
	run_native --budget 2 "$tmp/long.suite"
	expect_line "$run/run.json" '"status": "incomplete"'
	expect_line "$run/run.json" '"why": "time budget of 2 s: [0-9]+ samples taken, [0-9]+ to go"'
	expect_same 'last samples' "$(count '"last"')" 0
	expect_line "$tmp/out" '^samples: 2 points with [0-9]+( to [0-9]+)?, cut short'
	expect_exit 0 "$shootdown" export "$run" --format csv
}

# Each share is too short for the first sample, or all but: no folder, and not "fine".
test_a_budget_that_ends_before_the_first_sample() {
	local suites=() i
	for i in {1..20}; do
		write_suite "s$i"
		suites+=("$tmp/s$i.suite")
	done
	"$shootdown" run --quiet --where native --results "$tmp/results" --budget 1 "${suites[@]}" >"$tmp/out" 2>"$tmp/err" || true
	expect_line "$tmp/out" 'suite: skipped, '
	expect_line "$tmp/err" 'no sample was taken: the time budget was used up before; give more with --budget'
	expect_same 'suites that are fine' "$(grep -c 'suite: fine, ' "$tmp/out")" \
		"$(grep -l '"status": "incomplete"' "$tmp"/results/*/run.json 2>/dev/null | wc -l)"
}

test_a_sample_says_how_its_phases_ended() {
	write_suite steady
	run_native --repeats 2 "$tmp/steady.suite"
	expect_same 'samples with phases' \
		"$(count '"phases":\{"warmup":\{"ms":[0-9.]+,"why":"(steady|not steady|not tested)"\},"measure":\{"ms":[0-9.]+,"why":"(measure_ms|first times)"')" 4
}

# One after the other, each into a folder of its own; what cannot be measured does not keep the next from it.
test_several_suites() {
	write_suite one
	write_suite two
	write_suite lacking
	sed -i 's/^pages.*/threads = 4096/' "$tmp/lacking.suite"
	run_native --repeats 1 "$tmp/one.suite" "$tmp/lacking.suite" "$tmp/two.suite"
	expect_same runs "${#runs[@]}" 3
	expect_line "$tmp/out" 'one.suite: fine, '
	expect_line "$tmp/out" 'lacking.suite: skipped, '
	expect_line "$tmp/out" 'two.suite: fine, '
}

test_a_wrong_name_is_refused_before_anything_is_measured() {
	write_suite one
	expect_exit 2 "$shootdown" run --quiet --where native --results "$tmp/results" "$tmp/one.suite" nothing
	[[ ! -e $tmp/results ]] || fail "something was measured"
}

test_a_folder_and_a_suite_of_suites() {
	expect_exit 0 "$shootdown" run --dry-run claims
	expect_same suites "$(grep -c '^== claims/c' "$tmp/out")" "$(find "$top/suites/claims" -name '*.suite' | wc -l)"
	expect_exit 0 "$shootdown" run --dry-run full
	expect_line "$tmp/out" '^== quick =='
	expect_line "$tmp/out" '^== claims/c14 =='
}

# A device that uses what it must not is for a virtual machine.
test_defects_are_not_for_this_machine() {
	expect_exit 4 "$shootdown" run --quiet --where native --results "$tmp/results" claims/c6
	expect_line "$tmp/err" 'for a virtual machine only'
}

# By sample what export says: the parts of a row add up; sources that agree have no note, those that do not have one; and
# they do agree where nothing else ran on the workers' CPUs.
judge_shootdowns() { # CSV, then the numbers of samples with a note
	awk -F, '
		NR == FNR { v[$1, $(NF - 2)] = $NF; samples[$1]; next }
		{ noted[$1] }
		function bad(what) { print "sample " s ": " what; failed = 1 }
		END {
			delete samples["sample"]
			for (s in samples) {
				for (i = split("TLB CAL", rows, " "); i; i--) {
					row = "irq." rows[i]
					sum = v[s, row ".initiator"] + v[s, row ".bystander"] + v[s, row ".other"]
					if (!((s, row) in v) || (sum - v[s, row]) ^ 2 > 1e-12)
						bad(row " is " v[s, row] ", its parts are " sum)
				}
				apart = v[s, "irq.apart"]
				if (apart <= 0.02 && s in noted)
					bad("agrees to " apart ", and has a note")
				if (apart > 0.02 && apart * v[s, "op.all"] > 100 && !(s in noted))
					bad("is " apart " apart, and has no note")
				if (s in noted && v[s, "by.waited"] + v[s, "op.waited"] + v[s, "cpu.stolen"] == 0)
					bad("does not agree, and nothing else ran")
				if ((s, "by.retouch") in v && v[s, "by.retouch"] <= v[s, "by.touch"])
					bad("a flush costs nothing: " v[s, "by.retouch"] " against " v[s, "by.touch"])
				retouched += (s, "by.retouch") in v
				watched += (s, "by.stolen") in v
			}
			if (!retouched || !watched) {
				print retouched + 0 " samples re-touched, " watched + 0 " watched"
				failed = 1
			}
			exit failed
		}' "$1" "$2"
}

test_shootdowns_are_cross_checked() {
	[[ $(nproc) -ge 2 ]] || skip "a bystander needs a second CPU"
	printf '%s\n' '[global]' 'help = shootdowns' 'workload = dontneed' 'variant = none' 'ranges = 0' 'priority = high' \
		'counters = tlb_flush_sent, tlb_flush_remote' 'warmup_ms = 10' 'measure_ms = 60' 'repeats = 4' \
		'[gaps]' 'bystanders = 0, 1' 'pages = 1, 64' \
		'[retouch]' 'bystanders = 1' 'pages = 64' 'retouch_pages = 64' >"$tmp/shootdowns.suite"
	run_native "$tmp/shootdowns.suite"
	expect_exit 0 "$shootdown" export "$run" --format csv
	sed -n 's/.*"sample":\([0-9]*\).*counts of shootdowns differ.*/\1/p' "$run/samples.jsonl" >"$tmp/noted"
	judge_shootdowns "$tmp/out" "$tmp/noted" || fail "see above"
	expect_same "samples with each CPU's own counts" "$(count '"interrupts":\{"(TLB|CAL)":\{"0":')" "$(count .)"
}

tap_tests test_a_point_has_its_repeats test_a_real_time_policy_is_refused test_precision_takes_more test_a_budget_ends_a_run \
	test_a_budget_that_ends_before_the_first_sample \
	test_a_sample_says_how_its_phases_ended test_several_suites test_a_wrong_name_is_refused_before_anything_is_measured \
	test_a_folder_and_a_suite_of_suites test_shootdowns_are_cross_checked test_defects_are_not_for_this_machine
