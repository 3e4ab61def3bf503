#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Does each workload make the kernel send the events that docs/workloads.md says, and how many? One result for each row below.

# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"

# WORKLOAD EVENT FROM [TO [since|before KERNEL]]: events for each operation, with what comes before it, before a
# subscriber that hears all. pages=64, and 512 where pages are huge or the whole machine is concerned. Seen on 6.1, 6.12
# and 7.2: a row that is not of all of them names the first one that differs.
rows='
dontneed       CLEAR             1
decay          CLEAR             8
free           CLEAR             1
munmap         UNMAP             1
munmap_many    UNMAP             1
mremap         UNMAP             2
mprotect       PROTECTION_VMA    2
uffd_wp        PROTECTION_VMA    2
soft_dirty     SOFT_DIRTY        1
pageout        CLEAR            64
reclaim        CLEAR             1 5000
move_pages     CLEAR            64
mbind          CLEAR            64
numa_balancing PROTECTION_VMA    0.001 100
numa_balancing CLEAR             0.001 1024
compact        CLEAR           256 5000
fork           PROTECTION_PAGE   1 200
cow            CLEAR            64 200
cow            PROTECTION_PAGE   1 200
ksm_merge      CLEAR           191 192
ksm_unmerge    CLEAR           191 192
collapse       CLEAR             2 3
split          CLEAR             2
split          UNMAP             1
msync          PROTECTION_PAGE  64
punch          CLEAR             1
truncate       CLEAR             2
tlb_flush1     CLEAR             1.9 2
tlb_flush2     CLEAR             1
tlb_flush3     CLEAR             1
tlb_flush1     UNMAP             0.014 0.017
tlb_flush2     UNMAP             0.014 0.017
tlb_flush3     UNMAP             0.014 0.017
exit           RELEASE           1
mrelease       UNMAP             1 200  before 7.2
mrelease       CLEAR             1 200  since 7.2
oom            RELEASE           1
'

# The value of METRIC in the one sample of WORKLOAD.
value() { # WORKLOAD METRIC
	awk -F , -v workload="$1" -v metric="$2" '
		FNR == 1 { for (i = 1; i <= NF; i++) column[$i] = i; next }
		$column["workload"] == workload && $column["metric"] == metric { print $column["value"] }' "$tmp"/*.csv
}

# Is a row of the kernel under test?
applies() { # WORKLOAD EVENT FROM [TO [since|before KERNEL]]
	local is=before
	[[ $# -gt 4 ]] || return 0
	! printf '%s\n' "$6" "$release" | sort -V -C || is=since
	[[ $5 == "$is" ]]
}

check() { # NUMBER WORKLOAD EVENT FROM [TO]
	local events operations
	events=$(value "$2" "event.$3")
	operations=$(value "$2" op.all)
	if awk -v e="$events" -v n="$operations" -v from="$4" -v to="${5-$4}" \
		'BEGIN { exit !(n > 0 && e >= from * n && e <= to * n) }'; then
		echo "ok $1 - $2: $3"
		return
	fi
	echo "not ok $1 - $2: $3"
	echo "# ${events:-no} events for ${operations:-no} operations, not ${4} to ${5-$4} for each"
	grep -hF "\"workload\":\"$2\"" "$tmp"/*/*/samples.jsonl | sed -n 's/.*"why":"\([^"]*\)".*/# \1/p'
	return 1
}

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
release=$("$top/vm/kernel.sh" release "${KERNEL:-default}") || exit
mapfile -t options < <("$top/vm/kernel.sh" options "${KERNEL:-default}" | grep .)
for suite in events events-numa; do
	mkdir "$tmp/$suite"
	"$shootdown" run --quiet --where vm "${options[@]}" --results "$tmp/$suite" "$top/tests/vm/$suite.suite" >&2 ||
		echo "# $suite: exit code $?"
	"$shootdown" export "$tmp/$suite"/* --format csv >"$tmp/$suite.csv"
done
number=0 failed=0
while read -r -a row; do
	if [[ ${#row[@]} -eq 0 ]] || ! applies "${row[@]}"; then
		continue
	fi
	check $((++number)) "${row[@]}" || failed=1
done <<<"$rows"
echo "1..$number"
exit $failed
