#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# All tests of the module, and the suites, on each kernel that the project is for: ./shootdown test matrix [KIND...]
#
# The kinds are Debian's kernel that is measured otherwise, `default`, and those of vm/kernels.def; without arguments, these.
# `debug`, which takes as long as all of them, has to be named. Kernels and compilers are fetched into the cache. After the
# tests follows a table, counted from what they have said; exit 1 when one failed.
# INVALIDATIONS (a variant's), FUZZ_CALLS, KILLS, ROUNDS and CYCLES (of torture) make it more thorough, each on each kernel.
set -euo pipefail

top=$(cd "$(dirname "$0")/.." && pwd)
out=$top/build/test
jobs=(vm-kmod vm-torture vm-oracle vm-fuzz vm-kill vm-oracle-defects vm-events vm-suites vm-place vm-refusal vm-harness)

# Four kernels within an hour.
export INVALIDATIONS="${INVALIDATIONS:-3000}" FUZZ_CALLS="${FUZZ_CALLS:-10000}" KILLS="${KILLS:-12}"
export ROUNDS="${ROUNDS:-1}" CYCLES="${CYCLES:-60}"

known=(default)
mapfile -t -O 1 known < <("$top/vm/kinds.sh" list)
kinds=("$@")
[[ $# -gt 0 ]] || kinds=("${known[@]}")
known+=(debug)

# As tests/run.sh calls them. The debug kernel has some of its own: allocations can fail only there.
jobs_of() { # KIND
	if [[ $1 == debug ]]; then
		printf '%s\n' debug-{kmod,oracle,oracle-defects,hmm,failnth} vm-{torture,kill,fuzz}@debug
	else
		printf '%s\n' "${jobs[@]/%/@$1}"
	fi
}

# These two have come with the build.
prepare() { # KIND
	local step log=$top/build/matrix-$1.log
	[[ $1 != @(default|debug) ]] || return 0
	"$top/vm/kernel.sh" release "$1" >/dev/null || echo "Fetching the kernel '$1' and its compiler." >&2
	for step in fetch build; do
		"$top/vm/kinds.sh" "$step" "$1" >"$log" 2>&1 && continue
		tail -n 15 "$log" | sed 's/^/  | /' >&2
		echo "shootdown: vm/kinds.sh $step $1 failed; all that it said is in $log." >&2
		exit 3
	done
}

# The sum of the numbers that a job's notes give, or "-": it was not run, or gave none. REGEX has one group, the number.
sum() { # KIND JOB REGEX
	local tap numbers=
	for tap in "$out/vm-$2@$1.tap" "$out/$1-$2.tap"; do
		[[ ! -e $tap ]] || numbers=$(sed -nE "s/^# *$3.*/\\1/p" "$tap" | paste -s -d +)
	done
	[[ -z $numbers ]] && echo - || echo $((numbers))
}

# How often a guest's kernel log was not clean, or a guest was lost.
splats() { # KIND
	local job
	for job in $(jobs_of "$1"); do
		cat "$out/$job.log" "$out/$job.tap"
	done | grep -cE 'log is not clean|broke down' || :
}

table_row() { # KIND
	local job ok not_ok skip passed=0 failed=0 skipped=0 seconds=0
	for job in $(jobs_of "$1"); do
		read -r ok not_ok skip <"$out/$job.tally"
		passed=$((passed + ok)) failed=$((failed + not_ok)) skipped=$((skipped + skip))
		seconds=$((seconds + $(<"$out/$job.seconds")))
	done
	# shellcheck disable=SC2059 # one format for all rows
	printf "$format" "$1" "$("$top/vm/kernel.sh" release "$1")" "$passed" "$failed" "$skipped" \
		"$(sum "$1" oracle '([0-9]+) invalidations, .*stale:')" \
		"$(sum "$1" fuzz '[0-9]+ calls, ([0-9]+) of them of .dev.secmmu')" \
		"$(sum "$1" kill '([0-9]+) times (the|its|a) ')" \
		"$(sum "$1" failnth '.*in all: ([0-9]+) allocation failures')" \
		"$(splats "$1")" "$(((seconds + 59) / 60))"
}

for kind in "${kinds[@]}"; do
	[[ " ${known[*]} " == *" $kind "* ]] || {
		echo "shootdown: there is no kernel '$kind' to test on; there are: ${known[*]}." >&2
		exit 2
	}
done
for kind in "${kinds[@]}"; do
	prepare "$kind"
done
# The first job on each kernel, then the second: what a kernel cannot do is known early.
mapfile -t names < <(for kind in "${kinds[@]}"; do jobs_of "$kind" | nl; done | sort -s -n -k 1,1 | awk '{ print $2 }')
code=0
"$top/tests/run.sh" "${names[@]}" || code=$?
format='%-8s %-24s %6s %6s %7s %13s %10s %5s %11s %6s %7s\n'
echo
# shellcheck disable=SC2059
printf "$format" kernel release passed failed skipped invalidations 'fuzz calls' kills allocations splats minutes
for kind in "${kinds[@]}"; do
	table_row "$kind"
done
exit $code
