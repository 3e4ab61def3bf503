#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Does the debug kernel find what it is there for? One crime (tests/crime/) in each guest, which is lost or not clean then.

# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"

export KERNEL=debug
crime=$top/build/test/crime

build_crime() {
	local kdir
	[[ ! -e $crime/crime.ko ]] || return 0
	kdir=${XDG_CACHE_HOME:-$HOME/.cache}/shootdown/kernel/debug/build
	mkdir -p "$crime"
	ln -sf "$top"/tests/crime/{Kbuild,crime.c} "$crime"
	make -s -C "$kdir" "M=$crime" modules >"$crime/log" 2>&1 || fail "$(cat "$crime/log")"
}

commit() { # EXIT-CODE NAME
	build_crime
	expect_exit "$1" "$top/tests/vm/guest.sh" --cpus 1 --nodes 1 --mem 512 --file "$crime/crime.ko" -- \
		insmod /job/crime.ko "name=$2"
}

test_the_innocent_are_not_accused() {
	commit 0 none
}

test_kasan_finds_a_use_after_free() {
	commit 5 use_after_free
	expect_line "$tmp/err" 'broke down: .*KASAN: use-after-free in use_after_free'
}

test_kasan_finds_what_is_out_of_bounds() {
	commit 5 out_of_bounds
	expect_line "$tmp/err" 'broke down: .*KASAN: slab-out-of-bounds in out_of_bounds'
}

test_ubsan_finds_a_shift_too_far() {
	commit 5 shift
	expect_line "$tmp/err" 'UBSAN: shift-out-of-bounds in .*crime\.c'
}

test_lockdep_finds_two_orders() {
	commit 5 lock_order
	expect_line "$tmp/err" 'is not clean: .*possible circular locking dependency'
}

test_sleep_in_atomic_context_is_found() {
	commit 5 sleep_in_atomic
	expect_line "$tmp/err" 'is not clean: .*sleeping function called from invalid context at .*crime\.c'
}

test_kmemleak_finds_a_leak_and_says_whose() {
	commit 5 leak
	expect_line "$tmp/err" 'is not clean: unreferenced object .*size 64'
	expect_line "$tmp/err" '\[crime\]'
}

test_a_corrupt_list_is_found() {
	commit 5 list_corruption
	expect_line "$tmp/err" 'list_del corruption'
}

test_debug_objects_finds_active_work_that_is_freed() {
	commit 5 free_active_work
	expect_line "$tmp/err" 'ODEBUG: free active .*(timer_list|work_struct)'
}

test_a_warning_ends_the_guest() {
	commit 5 warn
	expect_line "$tmp/err" 'Kernel panic - not syncing: .*panic_on_warn'
	expect_line "$tmp/err" 'broke down: .*WARNING: .*crime'
}

mapfile -t tests < <(sed -n 's/^\(test_[a-z_]*\)().*/\1/p' "$0")
[[ $# -eq 0 ]] || tests=("$@") # some only
tap_tests "${tests[@]}"
