#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The module, its oracle and the suites on each kernel that the project is for: ./shootdown test matrix [KIND...]
#
# The kinds are Debian's kernel that is measured otherwise, `default`, and those of vm/kernels.def; without arguments, all.
# Kernels and compilers are fetched into the cache. After the tests follows a table; exit 1 when a test failed.
set -euo pipefail

top=$(cd "$(dirname "$0")/.." && pwd)
out=$top/build/test
jobs=(vm-kmod vm-oracle vm-oracle-defects vm-refusal vm-suites vm-harness)

known=(default)
mapfile -t -O 1 known < <("$top/vm/kinds.sh" list)
kinds=("$@")
[[ $# -gt 0 ]] || kinds=("${known[@]}")

# Debian's kernel has come with the build.
prepare() { # KIND
	local step log=$top/build/matrix-$1.log
	[[ $1 != default ]] || return 0
	"$top/vm/kernel.sh" release "$1" >/dev/null || echo "Fetching the kernel '$1' and its compiler." >&2
	for step in fetch build; do
		"$top/vm/kinds.sh" "$step" "$1" >"$log" 2>&1 && continue
		tail -n 15 "$log" | sed 's/^/  | /' >&2
		echo "shootdown: vm/kinds.sh $step $1 failed; all that it said is in $log." >&2
		exit 3
	done
}

# How many the oracle watched, by its notes.
invalidations() { # KIND
	sed -n 's/^# \([0-9]*\) invalidations, .*stale:.*/\1/p' "$out/vm-oracle@$1.tap" | paste -s -d + | sed 's/^$/0/'
}

# How often a guest's kernel log was not clean.
splats() { # KIND
	cat "$out"/vm-*@"$1".log "$out/vm-kmod@$1.tap" | grep -cE 'log is not clean|broke down' || :
}

table_row() { # KIND
	local job ok not_ok skip passed=0 failed=0 skipped=0 seconds=0
	for job in "${jobs[@]}"; do
		read -r ok not_ok skip <"$out/$job@$1.tally"
		passed=$((passed + ok)) failed=$((failed + not_ok)) skipped=$((skipped + skip))
		seconds=$((seconds + $(<"$out/$job@$1.seconds")))
	done
	printf '%-8s %-28s %6d %6d %7d %13d %6d %7d\n' "$1" "$("$top/vm/kernel.sh" release "$1")" "$passed" "$failed" \
		"$skipped" "$(($(invalidations "$1")))" "$(splats "$1")" "$(((seconds + 59) / 60))"
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
names=()
for kind in "${kinds[@]}"; do
	names+=("${jobs[@]/%/@$kind}")
done
code=0
"$top/tests/run.sh" "${names[@]}" || code=$?
printf '\n%-8s %-28s %6s %6s %7s %13s %6s %7s\n' kernel release passed failed skipped invalidations splats minutes
for kind in "${kinds[@]}"; do
	table_row "$kind"
done
exit $code
