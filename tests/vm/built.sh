# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# What the kernel under test, KERNEL, is, and what it was built with. Sourced, after tests/tap.sh.

# shellcheck disable=SC2154 # tests/tap.sh has set $top
release=$("$top/vm/kernel.sh" release "${KERNEL:-default}") || exit
config=${XDG_CACHE_HOME:-$HOME/.cache}/shootdown/kernel/$release/boot/config-$release

kernel_has() { # OPTION
	grep -qx "$1=y" "$config"
}
