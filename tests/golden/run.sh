#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Do the commands that read results still say the same? As TAP; exit 1 when not.
#
#   run.sh [--update] SHOOTDOWN

# shellcheck source=tests/golden/golden.sh
. "$(dirname "$0")/golden.sh"

test_export() {
	local format
	take odd
	for format in csv json bench; do
		expect_output "odd/export.$format" "$program" export odd --format $format
	done
}

test_compare() {
	local format
	take quick
	for format in table markdown csv json; do
		expect_output "quick/compare.$format" "$program" compare quick --format $format
	done
}

test_compare_by_another_axis() {
	take quick
	expect_output quick/compare-by-workload.table \
		"$program" compare quick --by workload --metric op.rate --metric cb.calls --baseline munmap
}

test_compare_says_what_it_cannot_tell() {
	local format
	take odd
	for format in table markdown csv json; do
		expect_output "odd/compare.$format" "$program" compare odd --format $format
	done
}

# Two kernels: which they are, what has changed, and by how much.
test_compare_two_runs() {
	local format
	take quick
	take later
	for format in table markdown csv json; do
		expect_output "later/compare.$format" "$program" compare quick later --format $format
	done
	! grep -E '^.{76}' "$golden/later/compare.table" || fail "lines wider than 75 columns"
}

# What `git bisect run` lives on.
test_threshold_is_an_exit_code() {
	take quick
	take later
	expect_exit 1 "$program" compare quick later --threshold 5
	expect_line "$tmp/err" '^shootdown: 1 proven to be worse by more than 5 %; the most, op.p50 at section=ranges .*variant=list ranges=10000'
	expect_line "$tmp/out" '^84.81 .*list 10000$'
	expect_exit 0 "$program" compare quick later --threshold 12
	expect_exit 0 "$program" compare later quick --threshold 50
	expect_exit 1 "$program" compare later quick --threshold 5
	expect_exit 1 "$program" compare quick --threshold 100
	expect_exit 0 "$program" compare quick --threshold 5000
	grep -v '"repeat":[5-9]' quick/samples.jsonl | grep -v '"repeat":1[0-9]' >few
	mv few later/samples.jsonl
	expect_exit 5 "$program" compare quick later --threshold 5
	expect_line "$tmp/err" 'nothing is proven to be worse by more than 5 %, but 21 of 21 rows could not be judged'
	expect_refusal "--threshold is '-1'" "$program" compare quick --threshold=-1
	expect_refusal "--threshold is '5%'" "$program" compare quick --threshold 5%
	expect_refusal "--threshold is 'nan'" "$program" compare quick --threshold nan
}

# The end of docs/bisect.md: 0 good, 1 bad, all else is skipped. The fourth of six is the first that is slower, the fifth cannot be measured.
test_git_bisect() {
	local run
	take quick
	mkdir tree
	cat >judge.sh <<-SCRIPT
		[[ -e "$golden/\$(<run)" ]] || exit 125
		"$program" compare "$golden/quick/run" "$golden/\$(<run)/run" --metric op.p50 --threshold 5
		case \$? in
		0) exit 0 ;;
		1) exit 1 ;;
		*) exit 125 ;;
		esac
	SCRIPT
	cd tree
	git init -q .
	for run in quick quick quick later broken later; do
		echo "$run" >run
		git add run
		git -c user.name=t -c user.email=t@localhost commit -q --allow-empty -m "$run"
	done
	git tag last
	git bisect start last last~5
	expect_exit 0 git bisect run bash ../judge.sh
	expect_same 'the first bad one' "$(git rev-parse refs/bisect/bad)" "$(git rev-parse last~2)"
}

# The pair, its floor, and what is within it: the baseline's figures alone decide.
test_the_floor_gates() {
	take quick
	expect_exit 0 "$program" compare quick
	expect_line "$tmp/out" '^section=ranges workload=dontneed: us, against list, A/A ±2.9%$'
	expect_line "$tmp/out" ' ~ A/A .* itree$'
	grep -v '"repeat":\([7-9]\|1[0-3]\),' quick/samples.jsonl >half
	mv half quick/samples.jsonl
	expect_exit 0 "$program" compare quick
	expect_line "$tmp/out" 'against list, A/A unknown$'
	! grep -q '~ A/A .* itree$' "$tmp/out" || fail "gated without a pair"
}

# Refused, and with --force told in the table: FACT as in run.json, its other value, and what it is called.
refuses_other() { # SED CALLED
	rm -rf quick later
	take quick
	take later
	sed -i "$1" later/run.json
	cmp -s later/run.json "$golden/later/run/run.json" && fail "nothing was changed: $1"
	expect_refusal "quick and later differ in $2: .*--force" "$program" compare quick later
	expect_exit 0 "$program" compare quick later --force
	expect_line "$tmp/out" "^! forced: $2: "
}

test_what_cannot_be_compared() {
	refuses_other 's/"emulated": true/"emulated": false/' run.clock
	refuses_other 's/"name": "quick"/"name": "scale"/' run.suite
	refuses_other 's/"host": "box"/"host": "other"/' machine.host
	refuses_other 's/"cpus": 4, "nodes": 2, "memory/"cpus": 8, "nodes": 2, "memory/;s/"cpus": 4/"cpus": 8/' machine.cpus
	refuses_other 's/"accel": "tcg"/"accel": "kvm"/' vm.accel
	refuses_other 's/"QEMU Virtual CPU/"EPYC/' machine.cpu
	sed -i 's/"unit": "ns", "better"/"unit": "insn", "better"/;s/"unit": "ns"/"unit": "insn"/' later/run.json
	expect_refusal 'op.p50 is in ns in quick, but in insn in later' "$program" compare quick later --force
}

test_two_runs_and_no_more() {
	take quick
	take later
	expect_refusal 'two RUNs, not "odd" too' "$program" compare quick later odd
	expect_refusal 'without --by and --baseline' "$program" compare quick later --by ranges
	expect_refusal 'without --by and --baseline' "$program" compare quick later --baseline none
	expect_refusal '--force is for two runs' "$program" compare quick --force
	expect_refusal 'no metric "op.p51" in this run; did you mean "op.p50"' "$program" compare quick later -m op.p51
	grep -v '"variant":"empty"' later/samples.jsonl >without
	mv without later/samples.jsonl
	expect_exit 0 "$program" compare quick later
	expect_line "$tmp/out" ' only in A  .* empty$'
	expect_exit 5 "$program" compare quick later --threshold 20
}

test_tables_fit_a_mail() {
	local name
	for name in quick odd; do
		take "$name"
		expect_exit 0 "$program" compare "$name"
		! grep -E '^.{76}' "$tmp/out" || fail "lines wider than 75 columns"
	done
}

test_summary() {
	local name
	for name in quick odd enough; do
		take "$name"
		expect_exit 0 "$program" report "$name"
		expect_golden "$name/summary.md" "$tmp/$name/summary.md"
	done
}

test_cut_last_line_is_a_warning() {
	take quick
	printf '{"sample": 999' >>quick/samples.jsonl
	expect_exit 0 "$program" compare quick
	expect_line "$tmp/out" 'last line of samples.jsonl was cut off'
	expect_exit 0 "$program" export quick --format csv
	expect_line "$tmp/err" 'last line of samples.jsonl was cut off'
}

# A metric that is bad in one sample and not in the next is told in each output for people.
expect_warning() { # METRIC BAD FINE REGEX
	take quick
	sed -i 's/"op.count": *{/"'"$1"'": {"unit": "", "better": "neither", "help": "made up"}, &/' quick/run.json
	sed -i -e '17s/"metrics":{/&"'"$1"'":'"$2"',/' -e '18s/"metrics":{/&"'"$1"'":'"$3"',/' quick/samples.jsonl
	expect_exit 0 "$program" report quick
	expect_exit 0 "$program" compare quick
	expect_line quick/summary.md "$4"
	expect_line "$tmp/out" "$4"
}

# Of an open loop with too high a rate.
test_falling_behind_is_told() {
	expect_warning op.undone 42 0 '^! 1 of 175 samples fell behind their rate; the first, sample 16: 42'
}

# A group that ran in a part of the time; one that ran all the time, or not at all, is no matter.
test_shared_counters_are_told() {
	expect_warning ctr.share 0.625 1 '^! in 1 of 175 samples the counters .ctr\.. ran in a part'
}

# Counters that the machine has not: one line for all that share a reason.
test_what_was_not_counted_is_told() {
	take quick
	sed -i 's/"op.count": *{/"ctr.cycles": {"unit": "", "better": "lower", "help": ""}, "ctr.itlb": {"unit": "", "better": "lower", "help": ""}, "ctr.page": {"unit": "", "better": "lower", "help": ""}, &/' quick/run.json
	sed -i -e 's/"metrics":{/&"ctr.page":1,/' -e 's/"absent":{/&"ctr.cycles":"no PMU","ctr.itlb":"no PMU",/' -e 's/",}/"}/' quick/samples.jsonl
	expect_exit 0 "$program" compare quick
	expect_line "$tmp/out" '^! not counted: ctr.cycles, ctr.itlb: no PMU$'
}

# One line for each kind: what stands before the colon; samples that failed have no figures to be read with.
test_notes_are_told() {
	take quick
	sed -i -e '17,20s/"status":"ok"/&,"notes":["counts differ, X: asked 5, had 4"]/' \
		-e '30s/"status":"ok"/&,"notes":["counts differ, Y: asked 7","counts differ, Y: asked 8"]/' \
		-e '31s/"status":"ok"/"status":"failed","notes":["counts differ, Z: asked 9"]/' quick/samples.jsonl
	expect_exit 0 "$program" report quick
	expect_exit 0 "$program" compare quick
	for file in quick/summary.md "$tmp/out"; do
		expect_line "$file" '^! 4 of 175 samples: counts differ, X; the first, sample 16: asked 5, had 4$'
		expect_line "$file" '^! 1 of 175 samples: counts differ, Y; the first, sample 29: asked 7$'
		! grep -q 'differ, Z' "$file" || fail "a failed sample's note is told"
	done
	sed -i '40s/"status":"ok"/&,"notes":[1]/' quick/samples.jsonl
	expect_exit 0 "$program" compare quick
	tr -s '\n ' ' ' <"$tmp/out" | grep -q 'line 40: .*notes' || fail "a note that is none is not named"
}

# What a kill leaves in the folder: a run that says that it is running, and, at first, no sample.
test_killed_run_says_so() {
	take quick
	sed -i 's/"status": *"complete"/"status": "running"/' quick/run.json
	expect_exit 0 "$program" export quick --format csv
	expect_line "$tmp/err" '^shootdown: incomplete, 175 of 175 samples'
	: >quick/samples.jsonl
	expect_refusal 'no samples; it is still running, or its writer was killed' "$program" compare quick
}

# Each command says how many, which and why, and does without: so as if they had never been there.
test_damaged_lines_are_named_and_left_out() {
	local format said='2 damaged lines of samples.jsonl are left out: line 17: not JSON: .*; the others: 20$'
	take quick
	sed '17d;20d' quick/samples.jsonl >kept
	sed -i -e '17s/"status":"ok"/"status":ok/' -e '20s/.\{99\}$//' quick/samples.jsonl
	for format in table markdown csv json; do
		expect_exit 0 "$program" compare quick --format $format
		cp "$tmp/out" damaged.$format
		cat "$tmp/err" >>damaged.$format
		tr -s '\n ' ' ' <damaged.$format | grep -qE "${said%$} " || fail "$format does not name them"
	done
	expect_exit 0 "$program" report quick
	tr -s '\n ' ' ' <quick/summary.md | grep -qE "${said%$} " || fail "summary.md does not name them"
	for format in csv json bench; do
		expect_exit 0 "$program" export quick --format $format
		mv "$tmp/out" export.$format
	done
	cp kept quick/samples.jsonl
	for format in csv json bench; do
		expect_exit 0 "$program" export quick --format $format
		cmp "$tmp/out" export.$format
	done
	expect_exit 0 "$program" compare quick --format csv
	grep -E '^(metric|op)' damaged.csv | cmp - "$tmp/out"
}

test_nothing_but_damaged_lines() {
	take quick
	sed -i 's/"status":"ok"/"status":ok/;s/"skipped"/skipped/;s/"failed"/failed/' quick/samples.jsonl
	expect_refusal '^shootdown: quick/samples.jsonl:1: not JSON.*; none of the 175 lines can be read' "$program" compare quick
	expect_exit 2 "$program" report quick
	[[ ! -e quick/summary.md ]] || fail "a summary of a bad run was written"
}

test_foreign_folders() {
	take quick
	mkdir empty foreign
	echo '{"context": {"host_name": "h"}, "benchmarks": []}' >foreign/run.json
	expect_refusal '^shootdown: empty/run.json: .*is this the folder of a run' "$program" compare empty
	expect_refusal '^shootdown: foreign/run.json: .*not results of shootdown' "$program" export foreign
	expect_refusal '^shootdown: quick/run.json is no folder' "$program" compare quick/run.json
	head -c 300 "$golden/quick/run/run.json" >quick/run.json
	expect_refusal '^shootdown: quick/run.json:[0-9]+: not JSON' "$program" report quick
}

test_unknown_names() {
	take quick
	expect_refusal 'no metric "op.p51".*did you mean "op.p50"' "$program" compare quick --metric op.p51
	expect_refusal 'no axis "varient".*did you mean "variant"' "$program" compare quick --by varient
	expect_refusal 'no variant "lst".*did you mean "list"' "$program" compare quick --baseline lst
	expect_refusal 'no format "cvs": table, markdown, csv or json' "$program" compare quick --format cvs
	expect_refusal 'no format "bnch": csv, json or bench' "$program" export quick --format bnch
	expect_refusal 'no axis "range".*did you mean "ranges"' "$program" plot quick --x range
	expect_refusal 'no option --color' "$program" compare --color quick
	expect_refusal 'one RUN' "$program" report quick quick
}

# Outside the project's folder the name is looked up in ./results.
test_runs_by_name() {
	take quick
	mkdir -p away results
	cp "$program" away/shootdown
	mv quick results/20260101T000000Z-a
	cp -r results/20260101T000000Z-a results/20260102T000000Z-b
	mkdir results/20260103T000000Z-empty results/reference
	sed -i 's/"name": "quick"/"name": "later"/' results/20260102T000000Z-b/run.json
	expect_exit 0 away/shootdown compare
	expect_line "$tmp/out" '^suite later'
	expect_exit 0 away/shootdown compare last
	expect_line "$tmp/out" '^suite later'
	expect_exit 0 away/shootdown compare 20260101T000000Z-a
	expect_line "$tmp/out" '^suite quick'
	expect_refusal 'no run "20260101T000000Z-x".*did you mean "20260101T000000Z-a"' \
		away/shootdown compare 20260101T000000Z-x
}

# argp's own errors have two lines, and getopt's begin in another way.
test_bad_options_are_one_line() {
	expect_refusal '^shootdown: there is no option --metrci; did you mean --metric' "$program" compare --metrci x
	expect_refusal '^shootdown: --metric needs a value: --metric=METRIC' "$program" compare --metric
	expect_refusal '^shootdown: -m needs a value' "$program" plot -m
	expect_refusal '^shootdown: there is no option -z; see .shootdown run --help' "$program" run -qz
	expect_refusal '^shootdown: --quiet takes no value' "$program" run --quiet=1
	expect_refusal "^shootdown: 'x' is one too many" "$program" doctor x
	expect_refusal "^shootdown: --repeats is '0', but it goes from 1 to 10000" "$program" run --repeats 0
	expect_refusal "^shootdown: --vm-cpus is '\+4'" "$program" run --vm-cpus +4
	expect_refusal '^shootdown: no command for the guest' "$program" vm
	expect_exit 0 "$program" compare --help
	expect_line "$tmp/out" '^Usage: shootdown compare \[OPTION...\] \[RUN\] \[RUN\]'
	expect_line "$tmp/out" '-m, --metric=METRIC'
	expect_line "$tmp/out" '-\?, --help'
}

test_full_disk_is_told() {
	take quick
	local code=0
	"$program" compare quick >/dev/full 2>"$tmp/err" || code=$?
	expect_same "exit code" $code 3
	expect_line "$tmp/err" 'No space left on device'
}

tap_tests test_export test_compare test_compare_by_another_axis test_compare_says_what_it_cannot_tell \
	test_compare_two_runs test_threshold_is_an_exit_code test_git_bisect test_the_floor_gates \
	test_what_cannot_be_compared test_two_runs_and_no_more test_tables_fit_a_mail test_summary \
	test_cut_last_line_is_a_warning test_notes_are_told test_killed_run_says_so \
	test_damaged_lines_are_named_and_left_out test_nothing_but_damaged_lines test_falling_behind_is_told \
	test_shared_counters_are_told test_what_was_not_counted_is_told test_foreign_folders test_unknown_names \
	test_runs_by_name test_bad_options_are_one_line test_full_disk_is_told
