#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The virtual machine itself, on the kernel that KERNEL names: what goes in, what comes back, and each way in which a
# guest can be lost.

# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"

vm=$top/tests/vm/guest.sh

guest() { # SCRIPT, after options
	"$vm" "${@:1:$#-1}" -- sh -c "${!#}"
}

test_exit_code_and_streams_are_passed_on() {
	expect_exit 7 guest 'echo out; echo err >&2; exit 7'
	expect_same stdout "$(<"$tmp/out")" out
	expect_same stderr "$(<"$tmp/err")" err
}

test_arguments_arrive_as_they_were() {
	# shellcheck disable=SC2016 # nothing is to be expanded
	expect_exit 0 "$vm" -- printf '%s\n' 'a  b' "it's" '$HOME' '*' '' 'a\b'
	# shellcheck disable=SC2016
	expect_same output "$(<"$tmp/out")" "$(printf '%s\n' 'a  b' "it's" '$HOME' '*' '' 'a\b')"
}

test_files_arrive() {
	head -c 300000 /dev/urandom >"$tmp/data"
	expect_exit 0 guest --file "$tmp/data" 'sha256sum </job/data'
	expect_same digest "$(<"$tmp/out")" "$(sha256sum <"$tmp/data")"
}

# Longer than any buffer on the way: FIFO, socket, line.
test_a_megabyte_of_results_is_complete() {
	# shellcheck disable=SC2016
	expect_exit 0 guest 'awk "BEGIN { for (i = 0; i < 20; i++) { for (j = 0; j < 10000; j++) printf \"%05d\", j; print i } }"'
	awk 'BEGIN { for (i = 0; i < 20; i++) { for (j = 0; j < 10000; j++) printf "%05d", j; print i } }' >"$tmp/expected"
	cmp "$tmp/out" "$tmp/expected"
}

test_machine_is_as_asked() {
	# shellcheck disable=SC2016
	expect_exit 0 guest --cpus 6 --nodes 3 --mem 1536 '
		nproc
		for n in /sys/devices/system/node/node*; do cat $n/cpulist; done
		awk "/MemTotal/ { print (\$2 > 1300000) }" /proc/meminfo
		cat /proc/sys/kernel/numa_balancing || echo 0' # where a kernel has it, Debian lets it begin
	expect_same machine "$(paste -s -d ' ' "$tmp/out")" '6 0-1 2-3 4-5 1 0'
}

# A clock that needs a system call would cost more than what is measured.
test_the_clock_is_the_tsc() {
	expect_exit 0 guest 'cat /sys/devices/system/clocksource/clocksource0/current_clocksource'
	expect_line "$tmp/out" '^tsc(-early)?$'
}

test_a_kernel_of_ones_own_boots() {
	local cache release
	cache=${XDG_CACHE_HOME:-$HOME/.cache}/shootdown/kernel
	release=$("$top/vm/kernel.sh" release)
	cp "$cache/$release/boot/vmlinuz-$release" "$tmp/bzImage"
	expect_exit 0 guest --kernel "$tmp/bzImage" --modules "$cache/$release/lib/modules/$release" \
		--cpus 1 --nodes 1 'uname -r; modprobe zram && ls /sys/module/zram >&2'
	expect_same release "$(<"$tmp/out")" "$release"
}

# What was packed without them, or with those of another folder, does not do.
test_modules_are_those_that_are_asked_for() {
	local modules release folder
	release=$("$top/vm/kernel.sh" release)
	modules=${XDG_CACHE_HOME:-$HOME/.cache}/shootdown/kernel/$release/lib/modules/$release
	mkdir "$tmp/others"
	for folder in '' "$modules" "$tmp/others" "$modules"; do
		"$top/vm/initramfs.sh" "$top/build" "$release" "$folder" "$tmp/cpio"
		expect_same "zram, from '$folder'" "$(cpio -t <"$tmp/cpio" 2>/dev/null | grep -c '/zram\.ko$')" \
			"$([[ $folder == "$modules" ]] && echo 1 || echo 0)"
	done
}

test_what_is_not_a_kernel_is_named() {
	expect_exit 3 guest --kernel "$0" true
	expect_line "$tmp/err" "harness.sh is no kernel"
	expect_exit 3 guest --kernel "$tmp/none" true
	expect_line "$tmp/err" "cannot read the kernel $tmp/none: No such file"
}

test_impossible_machines_are_refused() {
	expect_exit 2 guest --cpus 3 --nodes 2 true
	expect_line "$tmp/err" '3 CPUs on 2 NUMA nodes'
	expect_exit 2 guest --mem 100 true
	expect_exit 2 guest --cpus 4x true
	expect_exit 2 "$shootdown" vm
}

test_a_missing_qemu_is_named() {
	mkdir "$tmp/bin"
	ln -s "$(command -v sh)" "$tmp/bin/sh"
	expect_exit 3 env "PATH=$tmp/bin" "XDG_CACHE_HOME=$tmp" "$shootdown" vm -- true
	expect_line "$tmp/err" 'qemu-system-x86_64 was not found.*install qemu-system-x86'
	expect_exit 3 env "SHOOTDOWN_QEMU=$tmp/none" "$shootdown" vm -- true
	expect_line "$tmp/err" "$tmp/none was not found"
}

# A QEMU that breaks its guest as it boots, as many times as $tmp/breaks has lines.
test_a_guest_that_the_emulator_breaks_is_started_again() {
	cat >"$tmp/qemu" <<-EOF
		#!/bin/bash
		if [[ \$1 != --version && -s $tmp/breaks ]]; then
			sed -i 1d $tmp/breaks
			echo "[    2.440430] Oops: int3: 0000 [#1] SMP NOPTI" >&2
			exit 1
		fi
		exec $("$top/vm/qemu.sh" program) "\$@"
	EOF
	chmod +x "$tmp/qemu"
	echo >"$tmp/breaks"
	expect_exit 7 env "SHOOTDOWN_QEMU=$tmp/qemu" "$vm" -- sh -c 'exit 7'
	expect_line "$tmp/err" 'starting it again'
	printf '\n\n' >"$tmp/breaks"
	expect_exit 5 env "SHOOTDOWN_QEMU=$tmp/qemu" "$vm" -- sh -c 'exit 7'
	expect_line "$tmp/err" 'broke down: .*int3'
}

# A guest that stands still as it boots, once and twice.
test_a_guest_that_stands_still_is_started_again() {
	cat >"$tmp/qemu" <<-EOF
		#!/bin/bash
		if [[ \$1 != --version && -s $tmp/stands ]]; then
			sed -i 1d $tmp/stands
			exec sleep 600
		fi
		exec $("$top/vm/qemu.sh" program) "\$@"
	EOF
	chmod +x "$tmp/qemu"
	echo >"$tmp/stands"
	expect_exit 7 env "SHOOTDOWN_QEMU=$tmp/qemu" "$vm" --boot 60 -- sh -c 'exit 7'
	expect_line "$tmp/err" 'did not come up in time; starting it again'
	printf '\n\n' >"$tmp/stands"
	expect_exit 5 env "SHOOTDOWN_QEMU=$tmp/qemu" "$vm" --boot 1 -- sh -c 'exit 7'
	expect_line "$tmp/err" 'did not boot within 1 s and was stopped'
}

# The verdict comes after what the command has said, and what was said before a crash is kept.
test_panic() {
	expect_exit 5 guest 'echo before; sleep 1; echo c >/proc/sysrq-trigger; echo after'
	expect_same stdout "$(<"$tmp/out")" before
	expect_line "$tmp/err" 'broke down: .*Kernel panic - not syncing: sysrq triggered crash'
	expect_line "$tmp/err" '^  \|.*sysrq_handle_crash'
}

test_hang() {
	expect_exit 5 timeout -k 5 60 "$vm" --idle 3 -- sh -c 'echo before; while :; do echo noise >/dev/console; sleep 1; done'
	expect_same stdout "$(<"$tmp/out")" before
	expect_line "$tmp/err" 'the guest hung: nothing came from its command for 3 s'
}

test_a_kernel_that_does_not_come_up() {
	expect_exit 5 guest --append 'rdinit=/none init=/none' true
	expect_line "$tmp/err" 'Kernel panic'
}

# A console that looks like success, and a guest that ends without a verdict.
test_the_console_forges_nothing() {
	expect_exit 5 guest 'echo "exit 0" >/dev/console; echo b >/proc/sysrq-trigger; sleep 100'
	expect_line "$tmp/err" 'ended .* without the command.s exit code'
}

test_kernel_log_that_is_not_clean() {
	expect_exit 5 guest 'echo "<4>WARNING: CPU: 0 PID: 1 at made/up.c:1" >/dev/kmsg; echo said'
	expect_same stdout "$(<"$tmp/out")" said
	expect_line "$tmp/err" 'log is not clean: .*made/up.c:1'
}

alive() { # PID
	[[ -e /proc/$1 ]] && ! grep -q '^State:.*Z' "/proc/$1/status"
}

# Starts a guest and waits until its command runs; sets $pid, and $qemu, its QEMU.
start_guest() {
	"$vm" -- sh -c 'echo up; sleep 1000' >"$tmp/out" 2>"$tmp/err" &
	pid=$!
	# As long as it takes one that stands still as it boots, and is started again.
	timeout 400 sh -c "until grep -q up '$tmp/out'; do sleep 0.1; done" || fail "no guest came up: $(<"$tmp/err")"
	qemu=$(pgrep -P "$pid" qemu)
}

# Fails when QEMU outlives it; sets $code, the exit code.
signal_guest() { # SIGNAL
	start_guest
	kill "-$1" "$pid"
	code=0
	wait "$pid" || code=$?
	# A gigabyte of memory to give back, on a busy host.
	for _ in {1..200}; do
		alive "$qemu" || return 0
		sleep 0.1
	done
	kill -KILL "$qemu"
	fail "QEMU ($qemu) was still there"
}

test_sigint_stops_the_guest() {
	signal_guest INT
	expect_same 'exit code' "$code" 130
}

test_sigterm_stops_the_guest() {
	signal_guest TERM
	expect_same 'exit code' "$code" 130
}

test_sighup_stops_the_guest() {
	signal_guest HUP
	expect_same 'exit code' "$code" 130
}

test_sigkill_leaves_no_guest() {
	signal_guest KILL
}

test_qemu_that_is_killed_is_noticed() {
	start_guest
	kill -KILL "$qemu"
	code=0
	wait "$pid" || code=$?
	expect_same 'exit code' "$code" 5
	expect_line "$tmp/err" 'the guest was lost: QEMU ended \(signal 9\)'
}

# Where there is no /dev/kvm, with one that can be opened and is none.
with_kvm() { # COMMAND...
	if [[ -w /dev/kvm ]]; then
		"$@"
		return
	fi
	mkdir "$tmp/dev"
	# shellcheck disable=SC2016 # the inner shell expands it
	unshare --mount bash -c '
		set -e
		mount -t tmpfs tmpfs "$1"
		cp -a /dev/null /dev/zero /dev/full /dev/random /dev/urandom "$1"
		mkdir -m 1777 "$1/shm"
		touch "$1/kvm"
		mount --move "$1" /dev
		shift
		exec "$@"' bash "$tmp/dev" "$@"
	rmdir "$tmp/dev"
}

# There are machines with a /dev/kvm under which no kernel boots.
probe() {
	expect_exit 0 env "XDG_CACHE_HOME=$tmp/cache" "$shootdown" vm -- true
	expect_line "$tmp/err" 'Probing once whether KVM'
	expect_exit 0 env "XDG_CACHE_HOME=$tmp/cache" "$shootdown" vm -- true
	expect_same 'second start' "$(<"$tmp/err")" ''
	expect_line "$tmp/cache/shootdown/kvm-probe" '^[01] .* qemu-[0-9.]+ [0-9]'
	# Another build of the same release is another kernel.
	cp "$kernel" "$tmp/bzImage"
	expect_exit 0 env "XDG_CACHE_HOME=$tmp/cache" "$shootdown" vm --kernel "$tmp/bzImage" -- true
	expect_line "$tmp/err" 'Probing once whether KVM .* for up to 60 s'
	expect_line "$tmp/cache/shootdown/kvm-probe" "^[01] .* $(stat -c '%s %Y' "$tmp/bzImage")\$"
}

test_kvm_is_used_only_after_a_probe() {
	local release kernel
	release=$("$top/vm/kernel.sh" release)
	kernel=${XDG_CACHE_HOME:-$HOME/.cache}/shootdown/kernel/$release/boot/vmlinuz-$release
	mkdir -p "$tmp/cache/shootdown"
	ln -s "${XDG_CACHE_HOME:-$HOME/.cache}/shootdown/"{kernel,qemu} "$tmp/cache/shootdown"
	export -f probe expect_exit expect_line expect_same fail
	export tmp shootdown kernel
	with_kvm bash -ec probe
}

mapfile -t tests < <(sed -n 's/^\(test_[a-z_]*\)().*/\1/p' "$0")
[[ $# -eq 0 ]] || tests=("$@") # some only
tap_tests "${tests[@]}"
