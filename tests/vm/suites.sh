#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Every suite that ships runs in the guest, each point of it once and shortly, on the kernel that KERNEL names, all in one boot. Has
# each the rows that its question needs?
#
#   suites.sh [SUITE...]    some only, by their names

# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"
# shellcheck source=tests/vm/built.sh
. "$(dirname "$0")/built.sh"

all=$(mktemp -d)
trap 'rm -rf "$all"' EXIT

# The suites that measure something; NUMA balancing last, since it stays on.
suites() {
	(cd "$top/suites" && grep -L '^suites *=' ./*.suite ./*/*.suite) | sed 's|^\./||; s|\.suite$||' | sort -V |
		awk '/balancing/ { last = last $0 "\n"; next } { print } END { printf "%s", last }'
}

mapfile -t wanted < <(if [[ $# -gt 0 ]]; then printf '%s\n' "$@"; else suites; fi)

# What makes a suite short; a million ranges have a test of their own, scale.sh. On a busy host a small process dies before its reaper comes; a sample of nothing but such is
# not trusted, rightly.
options() { # SUITE
	case $1 in
	scale) echo --set ranges=1000 ;;
	truth) echo --set delay_ns=0,1000 ;;
	truth-insns) echo --set delay_insns=0,1000 ;;
	claims/c1) echo --set ranges=1,10000 ;; # what is planned is looked at apart
	claims/c6 | claims/c13) echo --module /job/secmmu.ko ;;
	*/c3 | */c9 | */c11) echo --set measure_ms=100 ;;
	esac
}

# How soon a device without the retry check shows it is a matter of luck, and of how busy the host is: a few tries.
control_commands() {
	cat <<-'SCRIPT'
		echo 'suite claims/c6-control'
		for try in 1 2 3 4 5 6; do
			build/shootdown run --where native --stream --module /job/secmmu.ko --seed $try --repeats 1 --set lookup=gup \
				--set defect=no-retry --set measure_ms=400 suites/claims/c6.suite >/tmp/control
			cat /tmp/control
			cat /tmp/control >>/tmp/controls
			for variant in list rbtree accumulate itree coarse mixed tlb; do
				grep "\"variant\":\"$variant\"" /tmp/controls | grep -q '"stale":[1-9]' || continue 2
			done
			break
		done
	SCRIPT
}

# The kernel's scanner, after a look that took long, rests for 32 times as long: on a busy host one window may see it at no work. A few tries, each
# longer; the last one has the suite's own rows.
balancing_commands() {
	cat <<-'SCRIPT'
		for ms in 1000 3000 9000; do
			vm/provide numa_balancing -- build/shootdown run --where native --stream --seed 1 --repeats 1 --set warmup_ms=5 \
				--set warmup_most=1 --set measure_ms=$ms suites/claims/c9-balancing.suite >/tmp/balancing
			code=$?
			grep '"workload":"numa_balancing"' /tmp/balancing | grep -q '"event.PROTECTION_VMA":[1-9]' && break
		done
		cat /tmp/balancing
		echo "code $code"
	SCRIPT
}

# One line for each suite: what the guest runs.
commands() {
	local suite
	for suite in "${wanted[@]}"; do
		echo "echo 'suite $suite'"
		if [[ $suite == claims/c9-balancing ]]; then
			balancing_commands
			continue
		fi
		# shellcheck disable=SC2046 # words
		echo "build/shootdown run --where native --stream --seed 1 --repeats 1 --set warmup_ms=5" \
			"--set warmup_most=1 --set measure_ms=20" $(options "$suite") "suites/$suite.suite"
		# The last one counts.
		echo "echo \"code \$?\""
		[[ $suite != claims/c6 ]] || control_commands
	done
}

run_all() {
	commands >"$all/commands"
	"$top/tests/vm/guest.sh" --file "$top/build/kmod-test/$release/secmmu.ko" --file "$all/commands" -- \
		vm/provide swap ksm cgroup disk -- sh /job/commands >"$all/out" 2>"$all/err" ||
		echo "exit code $?" >>"$all/err"
	awk -v folder="$all" '$1 == "suite" { name = $2; gsub("/", "_", name); next } name { print >(folder "/" name ".lines") }' \
		"$all/out"
}

# The samples of SUITE, one JSON object each.
samples() { # SUITE
	grep '^{"sample":' "$all/${1//\//_}.lines"
}

# Some sample of SUITE that ended well has METRIC (and not 0, where it is METRIC>0) and each AXIS=VALUE. A kernel may lack a
# variant or change_pte, and then says so; Debian 12's has all.
row() { # SUITE METRIC AXIS=VALUE...
	local found pair metric=${2%>0}
	found=$(samples "$1")
	for pair in "${@:3}"; do
		found=$(grep -E "\"${pair%%=*}\":\"?${pair#*=}\"?[,}]" <<<"$found") || true
	done
	[[ -n $found ]] || fail "$1: there is no sample with ${*:3}"
	if [[ ${KERNEL:-default} != default ]] && grep -q '"status":"skipped"' <<<"$found"; then
		return
	fi
	found=$(grep '"status":"ok"' <<<"$found") || fail "$1: no sample with ${*:3} ended well: $(samples "$1" | why)"
	found=$(grep -oE "\"${metric//./\\.}\":-?[0-9.e+-]+" <<<"$found") || fail "$1: no $2 with ${*:3}"
	[[ $2 != *'>0' ]] || grep -qv ':0$' <<<"$found" || fail "$1: $metric is 0 with ${*:3}"
}

why() {
	sed -n 's/.*"status":"[a-z]*","why":"\([^"]\+\)".*/\1/p' | sort | uniq -c | head -n 5
}

# All combinations of the words after "--" of a list, a word each: rows SUITE METRIC AXIS=A,B AXIS=C,D
rows() { # SUITE METRIC AXIS=VALUES...
	local suite=$1 metric=$2 axis=${3%%=*} values=${3#*=} value rest
	shift 3
	rest=("$@")
	for value in ${values//,/ }; do
		if [[ ${#rest[@]} -eq 0 || ${rest[0]} != *,* ]]; then
			row "$suite" "$metric" "$axis=$value" "${rest[@]}"
		else
			rows "$suite" "$metric" "${rest[@]}" "$axis=$value"
		fi
	done
}

# No sample failed, some ended well, operations were timed, and no device without a defect saw what it must not.
check_suite() { # SUITE
	local failed
	[[ $1 != *balancing ]] || kernel_has CONFIG_NUMA_BALANCING || skip 'this kernel has no NUMA balancing'
	[[ -e $all/${1//\//_}.lines ]] || fail "it did not run: $(tail -n 20 "$all/err")"
	expect_same 'exit code' "$(sed -n 's/^code //p' "$all/${1//\//_}.lines")" 0
	failed=$(samples "$1" | grep -vE '"status":"(ok|skipped)"') || true
	[[ -z $failed ]] || fail "samples failed: $(why <<<"$failed")"
	samples "$1" | grep -E '"status":"ok".*"op\.p50":' >"$tmp/timed" || fail "no operation was timed: $(samples "$1" | why)"
	! samples "$1" | grep -vE '"defect":"(no-retry|one-page)"' | grep -E '"stale":[1-9]'
}

# What each claim's table has to have.
check_c1() {
	rows claims/c1 op.p50 section=controls variant=none,empty
	rows claims/c1 op.p50 section=miss,hit,all variant=list,rbtree,itree ranges=1,10000
	expect_exit 0 "$shootdown" run --dry-run claims/c1
	expect_same 'points with 100,000 ranges' "$(grep -c 'ranges=100000' "$tmp/out")" 3
}

check_c2() {
	rows claims/c2 op.p50 section=missed variant=none,empty,itree,mixed
	rows claims/c2 op.p50 ranges=1,100 section=both variant=empty beside=itree
}

check_c3() {
	rows claims/c3 op.rate section=same variant=none,list,rbtree,itree threads=1,2
	rows claims/c3 op.p50 section=across variant=none,list,rbtree,itree threads=2,4
	rows claims/c3 cb.lock.p99 section=locks variant=rbtree,itree lock=rwsem,mutex
}

check_c4() {
	rows claims/c4 fault.wait.p50 section=alone variant=accumulate,itree,list
	rows claims/c4 fault.retries section=elsewhere,same variant=accumulate,itree,list threads=1,2,3
}

check_c5() {
	rows claims/c5 remove.max section=idle,invalidated variant=list,rbtree,itree,coarse
	rows claims/c5 fault.wait.max section=invalidated variant=itree,list threads=1,2
	row claims/c5 'track.deferred>0' section=invalidated variant=itree
}

check_c6() {
	rows claims/c6 stale section=oracle variant=list,rbtree,accumulate,itree,coarse,mixed,tlb
	rows claims/c6-control 'stale>0' defect=no-retry variant=list,rbtree,accumulate,itree,coarse,mixed,tlb
}

check_c7() {
	rows claims/c7 op.p50 section=reap variant=none,list,rbtree,accumulate,itree,coarse,mixed
	rows claims/c7 'cb.nonblockable>0' section=reap variant=list,itree
	rows claims/c7 cb.refused section=busy variant=list,itree lock=spin,rwsem,mutex
	rows claims/c7 op.p50 section=oom variant=none,list,itree
}

check_c8() {
	rows claims/c8 op.refaults section=told workload=munmap,dontneed,mprotect,fork,msync,soft_dirty events=aware,blind
	rows claims/c8 'op.refaults>0' section=told workload=munmap,dontneed variant=list,itree
	rows claims/c8 'op.again>0' section=told workload=munmap,mprotect events=blind
}

check_c9() {
	rows claims/c9 op.p50 workload=null variant=none,empty
	rows claims/c9 'op.event.UNMAP>0' workload=munmap,mremap
	rows claims/c9 'op.event.CLEAR>0' workload=dontneed,free,pageout,move_pages,cow,collapse,ksm_merge,punch,reclaim,compact
	rows claims/c9 'op.event.PROTECTION_VMA>0' workload=mprotect,uffd_wp
	rows claims/c9 'op.event.PROTECTION_PAGE>0' workload=fork,msync
	row claims/c9 'op.event.SOFT_DIRTY>0' workload=soft_dirty
	rows claims/c9 'op.event.RELEASE>0' workload=exit,oom
}

check_c9_balancing() {
	row claims/c9-balancing op.p50 workload=null variant=empty
	row claims/c9-balancing 'event.PROTECTION_VMA>0' workload=numa_balancing
}

check_c10() {
	rows claims/c10 ready.p50 section=protect variant=list,itree events=aware,blind ready=read,write to=ro
	rows claims/c10 ready.p50 section=unprotect variant=list,itree events=aware,blind to=rw
	rows claims/c10 'op.refaults>0' section=untold to=ro,rw
	row claims/c10 'op.refaults>0' section=protect events=blind ready=read
	[[ ${KERNEL:-default} != default ]] || row claims/c10 'op.downgraded>0' section=protect events=aware ready=write
}

check_c11() {
	rows claims/c11 op.refaults section=cow variant=list,rbtree change_pte=0,1
	rows claims/c11 op.refaults section=ksm workload=ksm_merge,ksm_unmerge change_pte=0,1
	row claims/c11 'op.replaced>0' section=cow change_pte=1
	row claims/c11 'op.replaced>0' section=ksm change_pte=1
}

check_c12() {
	rows claims/c12 op.page.p50 section=single,range variant=list,itree pages=1,8,64,512
	rows claims/c12 op.page.p50 section=single_controls,range_controls variant=none,empty pages=1,512
	row claims/c12 op.calls section=single_replaced pages=512
}

check_c13() {
	rows claims/c13 stale section=huge variant=list,rbtree,accumulate,itree,coarse,mixed,tlb
	rows claims/c13 'stale>0' defect=one-page variant=list,rbtree,accumulate,itree,coarse,mixed,tlb
}

check_c14() {
	rows claims/c14 neighbour.p50 section=copied_controls,given_controls variant=none,empty
	rows claims/c14 neighbour.p50 section=copied,given variant=list,itree,tlb flush_ns=0,50000
	rows claims/c14 'op.flushes>0' section=copied variant=list,itree,tlb
}

run_all
tests=()
for suite in "${wanted[@]}"; do
	name=${suite//[\/-]/_}
	claim=check_${name#claims_}
	if [[ $suite == claims/* ]] && declare -F "$claim" >/dev/null; then
		eval "test_suite_$name() { check_suite '$suite'; $claim; }"
	else
		eval "test_suite_$name() { check_suite '$suite'; }"
	fi
	tests+=("test_suite_$name")
done
tap_tests "${tests[@]}"
