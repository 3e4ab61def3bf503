#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Runs the tests, collects their TAP and counts: what ./shootdown test does once all is built.
#
#   run.sh [NAME...]    the jobs of these names, or all; NAME@KIND: that job on the kernel of this kind (vm/kernel.sh)
#
# Each job is a script that prints TAP. As many run at once as there are CPUs. Their output stays
# in build/test/NAME.tap and NAME.log. The last line is "N passed, N failed, N skipped"; exit 1 when a test failed.
# With CI set, a skip in a job that boots a virtual machine is a failure.
set -uo pipefail

top=$(cd "$(dirname "$0")/.." && pwd)
out=$top/build/test

# NAME COMMAND...; those that take longest first. debug.sh: on the debug kernel, where a job is shorter.
debug=$top/tests/vm/debug.sh
jobs=(
	"debug-kmod $debug $top/tests/vm/kmod.sh"
	"debug-failnth $top/tests/vm/failnth.sh"
	"asan $top/tests/unit.sh asan"
	"vm-kmod $top/tests/vm/kmod.sh"
	"vm-oracle $top/tests/vm/oracle.sh"
	"vm-fuzz $top/tests/vm/fuzz.sh"
	"vm-oracle-defects $top/tests/vm/oracle-defects.sh"
	"vm-torture $top/tests/vm/torture.sh"
	"vm-kill $top/tests/vm/kill.sh"
	"vm-refusal $top/tests/vm/refusal.sh"
	"vm-suites $top/tests/vm/suites.sh"
	"debug-oracle $debug $top/tests/vm/oracle.sh"
	"debug-fuzz $debug $top/tests/vm/fuzz.sh"
	"debug-hmm $top/tests/vm/foreign.sh"
	"vm-place $top/tests/vm/place.sh"
	"vm-events $top/tests/vm/events.sh"
	"vm-measure $top/tests/vm/measure.sh"
	"vm-truth $top/tests/vm/truth.sh"
	"vm-kvm $top/tests/vm/kvm.sh"
	"vm-run $top/tests/vm/run.sh"
	"vm-harness $top/tests/vm/harness.sh"
	"launcher $top/tests/launcher.sh"
	"lint $top/tests/lint.sh"
	"bench $top/build/tests/bench/bench_turn"
	"size $top/build/tests/bench/bench_size $top/build/shootdown $top/results/reference/quick"
	"accuracy $top/tests/accuracy/test.sh"
	"perf $top/tests/perf.sh"
	"native $top/tests/native.sh"
	"html $top/tests/html.sh"
	"golden $top/tests/golden/run.sh $top/build/shootdown"
	"plots $top/tests/golden/plots.sh $top/build/shootdown"
	"claims $top/tests/golden/claims.sh $top/build/shootdown"
	"unit $top/tests/unit.sh release"
)

# These take so long that they run only when they are named.
by_name=(
	"vm-scale $top/tests/vm/scale.sh"
	"debug-torture $debug $top/tests/vm/torture.sh"
	"debug-kill $debug $top/tests/vm/kill.sh"
	"debug-detectors $debug $top/tests/vm/detectors.sh"
	"debug-oracle-defects $debug $top/tests/vm/oracle-defects.sh"
)

# Adds to the jobs what is wanted as NAME@KIND.
add_kinds() { # WANTED...
	local wanted job
	for wanted in "$@"; do
		[[ $wanted == vm-*@* ]] || continue
		for job in "${jobs[@]}"; do
			[[ ${job%% *} != "${wanted%@*}" ]] || jobs+=("$wanted env KERNEL=${wanted#*@} ${job#* }")
		done
	done
}

selected() { # NAME WANTED...
	local name=$1 wanted
	shift
	[[ $# -gt 0 ]] || return 0
	for wanted in "$@"; do
		[[ $wanted != "$name" ]] || return 0
	done
	return 1
}

check_names() { # WANTED...
	local wanted names
	names=$(printf '%s\n' "${jobs[@]%% *}")
	for wanted in "$@"; do
		grep -qxF "$wanted" <<<"$names" && continue
		echo "shootdown: there is no test job '$wanted'; there are: ${names//$'\n'/ }." >&2
		exit 2
	done
}

count() { # REGEX NAME
	grep -cE "$1" "$out/$2.tap"
}

# The TAP of a job may be several documents in a row. Fewer results than planned, or an exit code that the results do
# not explain, are one more failure.
tally() { # NAME
	local ok not_ok skip planned code
	code=$(<"$out/$1.exit")
	skip=$(count '^ok .*# SKIP' "$1")
	ok=$(($(count '^ok ' "$1") - skip))
	not_ok=$(count '^not ok ' "$1")
	planned=$(sed -n 's/^1\.\.\([0-9]*\).*/\1/p' "$out/$1.tap" | paste -s -d + | sed 's/^$/0/')
	planned=$((planned))
	if [[ $planned -eq 0 || $((ok + not_ok + skip)) -ne $planned ||
		($code -ne 0 && $not_ok -eq 0) ]]; then
		echo "not ok - $1: $((ok + not_ok + skip)) results of $planned, exit code $code; the end of its log:" >>"$out/$1.tap"
		tail -n 20 "$out/$1.log" | sed 's/^/# /' >>"$out/$1.tap"
		not_ok=$((not_ok + 1))
	fi
	if [[ ${CI-} && $1 == @(vm|debug)-* ]]; then
		not_ok=$((not_ok + skip))
		skip=0
	fi
	echo "$ok $not_ok $skip" >"$out/$1.tally"
}

# What failed, with the comments before and after it.
failures() { # FILE
	awk '/^ok |^1\.\./ { shown = 0; held = ""; next }
		/^not ok / { printf "%s", held; held = ""; shown = 1 }
		shown { print; next }
		{ held = held $0 "\n" }' "$1"
}

run_job() { # NAME COMMAND...
	local name=$1 ok not_ok skip start=$SECONDS
	shift
	"$@" >"$out/$name.tap" 2>"$out/$name.log" </dev/null
	echo $? >"$out/$name.exit"
	echo $((SECONDS - start)) >"$out/$name.seconds"
	tally "$name"
	read -r ok not_ok skip <"$out/$name.tally"
	{
		echo "$name: $ok passed, $not_ok failed, $skip skipped, $((SECONDS - start)) s"
		grep -E '^ok .*# SKIP' "$out/$name.tap"
		failures "$out/$name.tap"
	} >"$out/$name.summary"
	cat "$out/$name.summary"
}

run_jobs() { # WANTED...
	local job words
	for job in "${jobs[@]}"; do
		selected "${job%% *}" "$@" || continue
		while [[ $(jobs -rp | wc -l) -ge $(nproc) ]]; do
			wait -n
		done
		read -ra words <<<"$job"
		run_job "${words[@]}" &
	done
	wait
}

add_kinds "$@"
[[ $# -eq 0 ]] || jobs+=("${by_name[@]}")
check_names "$@"
rm -rf "$out"
mkdir -p "$out"
# Each job is a process group: what it has started, a guest above all, ends with it.
end_jobs() {
	local group
	for group in $(jobs -p); do
		kill -TERM -- "-$group"
	done
	exit 130
}

set -m
trap end_jobs INT TERM
run_jobs "$@"
set +m
cat "$out"/*.tally | {
	passed=0 failed=0 skipped=0
	while read -r ok not_ok skip; do
		passed=$((passed + ok)) failed=$((failed + not_ok)) skipped=$((skipped + skip))
	done
	echo "$passed passed, $failed failed, $skipped skipped"
	[[ $failed -eq 0 && $passed -gt 0 ]]
}
