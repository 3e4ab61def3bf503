#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Does each workload make the kernel send the events that docs/workloads.md says, and how many? One result for each row below.

# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"
# shellcheck source=tests/vm/built.sh
. "$(dirname "$0")/built.sh"

# WORKLOAD EVENT FROM TO [since|before KERNEL | with OPTION]...: events for each operation, with what comes before it, before
# a subscriber that hears all. pages=64, and 512 where pages are huge or the whole machine is concerned. Seen on 6.1, 6.12
# and 7.2: where these differ, a row names the first that does; and the option that a kernel has to be built with. On 7.2
# and a busy host, a few CLEAR more come beside those of pageout and split; whose they are is not known.
rows='
dontneed       CLEAR               1     1
decay          CLEAR               8     8
free           CLEAR               1     1
munmap         UNMAP               1     1
munmap_many    UNMAP               1     1
mremap         UNMAP               2     2
mprotect       PROTECTION_VMA      2     2
uffd_wp        PROTECTION_VMA      2     2
soft_dirty     SOFT_DIRTY          1     1
pageout        CLEAR              64    64  before 7.2
pageout        CLEAR              64    66  since 7.2
reclaim        CLEAR               1  5000
move_pages     CLEAR              64    64
mbind          CLEAR              64    64
numa_balancing PROTECTION_VMA  0.001   100  with CONFIG_NUMA_BALANCING
numa_balancing CLEAR           0.001  1024  with CONFIG_NUMA_BALANCING
compact        CLEAR             256  5000
fork           PROTECTION_PAGE     1   200
cow            CLEAR              64   200
cow            PROTECTION_PAGE     1   200
ksm_merge      CLEAR             191   192  with CONFIG_KSM
ksm_unmerge    CLEAR             191   192  with CONFIG_KSM
collapse       CLEAR               2     3  with CONFIG_TRANSPARENT_HUGEPAGE
split          CLEAR               2     2  with CONFIG_TRANSPARENT_HUGEPAGE before 7.2
split          CLEAR               2     3  with CONFIG_TRANSPARENT_HUGEPAGE since 7.2
split          UNMAP               1     1  with CONFIG_TRANSPARENT_HUGEPAGE
msync          PROTECTION_PAGE    64    64  before 6.16
msync          PROTECTION_PAGE     1    64  since 6.16
punch          CLEAR               1     1
truncate       CLEAR               2     2
tlb_flush1     CLEAR             1.9     2
tlb_flush2     CLEAR               1     1
tlb_flush3     CLEAR               1     1
tlb_flush1     UNMAP           0.014 0.017
tlb_flush2     UNMAP           0.014 0.017
tlb_flush3     UNMAP           0.014 0.017
exit           RELEASE             1     1
mrelease       UNMAP               1   200  before 7.2
mrelease       CLEAR               1   200  since 7.2
oom            RELEASE             1     1
'

# The value of METRIC in the one sample of WORKLOAD.
value() { # WORKLOAD METRIC
	awk -F , -v workload="$1" -v metric="$2" '
		FNR == 1 { for (i = 1; i <= NF; i++) column[$i] = i; next }
		$column["workload"] == workload && $column["metric"] == metric { print $column["value"] }' "$tmp"/*.csv
}

is_since() { # KERNEL
	printf '%s\n' "$1" "$release" | sort -V -C
}

# Is a row of the kernel under test? Options are in its configuration.
applies() { # [since|before|with WHAT]...
	local yes=true
	while [[ $# -gt 0 ]]; do
		case $1 in
		since) is_since "$2" ;;
		before) ! is_since "$2" ;;
		with) kernel_has "$2" ;;
		esac || yes=false
		shift 2
	done
	$yes
}

check() { # NUMBER WORKLOAD EVENT FROM TO
	local events operations
	events=$(value "$2" "event.$3")
	operations=$(value "$2" op.all)
	if awk -v e="$events" -v n="$operations" -v from="$4" -v to="$5" \
		'BEGIN { exit !(n > 0 && e >= from * n && e <= to * n) }'; then
		echo "ok $1 - $2: $3"
		return
	fi
	echo "not ok $1 - $2: $3"
	echo "# ${events:-no} events for ${operations:-no} operations, not $4 to $5 for each"
	grep -hF "\"workload\":\"$2\"" "$tmp"/*/*/samples.jsonl | sed -n 's/.*"why":"\([^"]*\)".*/# \1/p'
	return 1
}

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
mapfile -t options < <("$top/vm/kernel.sh" options "${KERNEL:-default}" | grep .)
for suite in events events-numa; do
	mkdir "$tmp/$suite"
	"$shootdown" run --quiet --where vm "${options[@]}" --results "$tmp/$suite" "$top/tests/vm/$suite.suite" >&2 ||
		echo "# $suite: exit code $?"
	"$shootdown" export "$tmp/$suite"/* --format csv >"$tmp/$suite.csv"
done
number=0 failed=0
while read -r -a row; do
	[[ ${#row[@]} -gt 0 ]] || continue
	if ! applies "${row[@]:4}"; then
		echo "# not a row of $release: ${row[*]}"
		continue
	fi
	check $((++number)) "${row[@]:0:4}" || failed=1
done <<<"$rows"
echo "1..$number"
exit $failed
