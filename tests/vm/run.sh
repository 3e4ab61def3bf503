#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A whole run in the guest, from suite to results, and what is left of one that was cut short.

# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"

suite=$top/tests/vm/tiny.suite

# The only run folder.
run_folder() {
	local folders=("$tmp"/results/*/)
	[[ ${#folders[@]} -eq 1 && -d ${folders[0]} ]] || fail "not one run folder: ${folders[*]}"
	echo "${folders[0]}"
}

# A field of the top level of run.json.
field() { # FOLDER NAME
	sed -n "s/^  \"$2\": \"\{0,1\}\([^\",]*\)\"\{0,1\},\{0,1\}$/\1/p" "$1/run.json"
}

samples() { # FOLDER
	wc -l <"$1/samples.jsonl"
}

# Every reader of the project takes it.
expect_readable() { # FOLDER
	expect_exit 0 "$shootdown" export "$1" --format csv
	[[ $(wc -l <"$tmp/out") -gt 1 ]] || fail "nothing is in the export"
}

# What the guest's kernel counts itself is there in each of the 12 samples, for no operation without a flush; what no machine has is
# absent with its reason.
expect_counted() { # SAMPLES
	local name
	for name in page-faults tlb_flush_local tlb_flush_remote; do
		expect_same "samples with ctr.$name" "$(grep -c "\"ctr.$name\":[0-9]" "$1")" 12
	done
	expect_same 'samples that say why not' "$(grep -c '"ctr.nowhere/config=1/":"this machine has no PMU nowhere' "$1")" 12
	expect_same 'samples with irq.TLB' "$(grep -c '"irq.TLB":[0-9].*"irq.CAL":[0-9]\|"irq.CAL":[0-9].*"irq.TLB":[0-9]' "$1")" 12
	expect_same 'samples without a flush' "$(grep -c '"ctr.tlb_flush_local":0[,}]' "$1")" 0
}

test_a_run_is_complete() {
	local run
	mkdir "$tmp/results"
	expect_exit 0 "$shootdown" run --where vm --results "$tmp/results" \
		--counters page-faults,tlb_flush_local,tlb_flush_remote,nowhere/config=1/ "$suite"
	expect_line "$tmp/err" '^Measuring in a virtual machine'
	run=$(run_folder)
	expect_same status "$(field "$run" status)" complete
	expect_same emulated "$(field "$run" emulated)" true
	expect_same samples "$(samples "$run")" 12
	expect_same 'samples that are not ok' "$(grep -cv '"status":"ok"' "$run/samples.jsonl")" 0
	expect_readable "$run"
	expect_counted "$run/samples.jsonl"
	# Each subscribed variant saw as many events as there were operations.
	awk -F , '$5 != "none" && ($(NF-2) == "event.CLEAR" || $(NF-2) == "op.all") { n[$1] = n[$1] " " $NF }
		END { for (s in n) { split(n[s], v, " "); if (v[1] != v[2] || v[1] == 0) exit 1; k++ }; exit k != 8 }' \
		"$tmp/out" || fail "operations and events differ: $(cat "$tmp/out")"
	[[ -s $run/summary.md ]] || fail "there is no summary.md"
	[[ $(tail -n 1 "$run/report.html") == '</html>' ]] || fail "there is no report.html"
	[[ -n $(find "$run/plots" -name '*.svg') ]] || fail "there is no plot"
}

# A million operations a second are more than the guest can do.
test_too_high_a_rate_is_told() {
	local run
	mkdir "$tmp/results"
	expect_exit 0 "$shootdown" run --where vm --results "$tmp/results" --quiet --repeats 1 \
		--set ranges=10 --set variant=itree --set measure_ms=100 --set rate=100,1000000 "$suite"
	run=$(run_folder)
	expect_line "$tmp/out" '^! 1 of 2 samples fell behind their rate; the first, sample [01]: [1-9][0-9]*'
	expect_line "$tmp/out" "^Report: ${run%/}/report.html\$"
	expect_line "$run/summary.md" '^! 1 of 2 samples fell behind their rate'
	expect_same 'medians' "$(grep -c '"op.p50":[0-9]' "$run/samples.jsonl")" 1
	expect_exit 0 "$shootdown" compare "$run" --by rate
	expect_line "$tmp/out" 'fell behind .*0/1 +1000000$'
}

# Whatever takes pages away or leaves them, a device that reads beside it finds nothing stale where it has no defect.
test_a_device_reads_beside_each_way_to_lose_a_page() {
	local run
	mkdir "$tmp/results"
	expect_exit 0 "$shootdown" run --where vm --results "$tmp/results" --quiet --repeats 1 --variant itree \
		--workload dontneed,free,mremap,collapse,punch,truncate,pageout,munmap_many,tlb_flush1,tlb_flush2,tlb_flush3 \
		--set ranges=1 --set accessors=1 --set pages=512 --set range_size=4M --set measure_ms=200 "$suite"
	run=$(run_folder)
	expect_same 'samples in which the device read, and nothing stale' "$(samples "$run")" \
		"$(grep '"status":"ok".*"stale":0[,}]' "$run/samples.jsonl" | grep -c '"access.pages":[1-9]')"
	[[ $(samples "$run") -ge 11 ]] || fail "only $(samples "$run") samples"
}

# Starts a run that would take long, and waits until some samples are on disk; sets $pid and $run.
start_run() {
	mkdir "$tmp/results"
	"$shootdown" run --where vm --results "$tmp/results" --repeats 1000 "$suite" \
		>"$tmp/out" 2>"$tmp/err" &
	pid=$!
	for _ in {1..600}; do
		kill -0 "$pid" || break
		[[ $(cat "$tmp"/results/*/samples.jsonl 2>/dev/null | wc -l) -lt 5 ]] || break
		sleep 0.1
	done
	run=$(run_folder)
	[[ $(samples "$run") -ge 5 ]] || fail "no samples came: $(cat "$tmp/err")"
}

# Its exit code goes to $code.
end_run() { # SIGNAL PID
	kill "-$1" "$2"
	code=0
	wait "$pid" || code=$?
}

test_interrupted() {
	start_run
	qemu=$(pgrep -P "$pid" qemu)
	end_run INT "$pid"
	expect_same 'exit code' "$code" 130
	[[ ! -e /proc/$qemu ]] || fail "QEMU is still there"
	expect_same status "$(field "$run" status)" incomplete
	expect_same why "$(field "$run" why)" interrupted
	expect_readable "$run"
}

test_killed() {
	start_run
	end_run KILL "$pid"
	expect_same status "$(field "$run" status)" running
	expect_readable "$run"
}

test_lost_guest() {
	start_run
	end_run KILL "$(pgrep -P "$pid" qemu)"
	expect_same 'exit code' "$code" 5
	expect_line "$tmp/err" 'the guest was lost'
	expect_same status "$(field "$run" status)" incomplete
	expect_readable "$run"
}

# The runner takes away what a sample that was killed has left: its cgroup, and what runs in it.
test_a_killed_sample_leaves_no_cgroup() {
	# shellcheck disable=SC2016 # the guest expands it
	expect_exit 0 "$top/tests/vm/guest.sh" --cpus 2 --nodes 1 --file "$suite" -- vm/provide swap cgroup -- sh -c '
		build/shootdown run --where native --quiet --results /tmp --repeats 1 --workload reclaim --variant none \
			--set ranges=1 --set pages=512 --set measure_ms=60000 /job/tiny.suite >/tmp/out 2>&1 &
		while [ -d /proc/$! ]; do
			sample=$(echo /sys/fs/cgroup/shootdown.*.0 | cut -d . -f 2)
			grep -q "^sample:measure$" "/proc/$sample/comm" 2>/dev/null && kill -KILL "$sample" && break
			sleep 0.1
		done
		wait $!
		cat /tmp/out
		echo "killed $sample, left:" /sys/fs/cgroup/shootdown.*'
	expect_line "$tmp/out" 'died of signal 9'
	expect_line "$tmp/out" '^killed [0-9]*, left: /sys/fs/cgroup/shootdown\.\*$'
}

# A kernel that says it is another one than the module was built for.
test_a_kernel_without_a_module() {
	local release
	release=$("$top/vm/kernel.sh" release)
	mkdir "$tmp/results"
	LC_ALL=C sed "s/${release%%-*}-/0.0.0-/g" \
		"${XDG_CACHE_HOME:-$HOME/.cache}/shootdown/kernel/$release/boot/vmlinuz-$release" >"$tmp/bzImage"
	expect_exit 3 "$shootdown" run --where vm --kernel "$tmp/bzImage" --results "$tmp/results" "$suite"
	expect_line "$tmp/err" 'secmmu.ko was not built for .*0\.0\.0-'
}

tap_tests test_a_run_is_complete test_too_high_a_rate_is_told \
	test_a_device_reads_beside_each_way_to_lose_a_page test_interrupted test_killed test_lost_guest \
	test_a_killed_sample_leaves_no_cgroup test_a_kernel_without_a_module
