# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154
# Which kernel is measured, and what it needs here and in a virtual machine. Sourced by the launcher, after packages.sh.

headers_of() { # RELEASE
	echo "/usr/src/linux-headers-$1"
}

has_headers() { # RELEASE
	[[ -e /lib/modules/$1/build/include/generated/utsrelease.h ||
		-e $(headers_of "$1")/include/generated/utsrelease.h ]]
}

# Could secmmu.ko be loaded here? As bench/machine/can_measure.c will ask again, when it is built.
takes_modules() {
	local capabilities
	capabilities=$(sed -n 's/^CapEff:[[:space:]]*//p' /proc/self/status)
	[[ -e /proc/modules ]] &&
		((0x$capabilities >> 16 & 1)) &&
		[[ $(cat /proc/sys/kernel/modules_disabled 2>/dev/null) != 1 ]] &&
		{ [[ ! -r /sys/kernel/security/lockdown ]] || grep -qF '[none]' /sys/kernel/security/lockdown; }
}

# The running kernel can be measured: it takes modules, and its headers are here or to be had.
can_be_native() {
	local release
	release=$(uname -r)
	takes_modules || return 1
	has_headers "$release" || { has_apt && offered "linux-headers-$release"; }
}

# The release that the virtual machine boots: the cached one, as long as its headers are here or to be
# had; else the archive's; nothing when that is not known yet.
vm_release() {
	local release
	if release=$("$top/vm/kernel.sh" release) && { has_headers "$release" || offered "linux-headers-$release"; }; then
		echo "$release"
	elif has_apt && offered linux-image-amd64; then
		"$top/vm/kernel.sh" available
	fi
}

# Prints the header packages that are missing.
missing_headers() { # NEEDS RELEASE
	local running
	running=linux-headers-$(uname -r)
	# Where nobody offers them, the program says what that means for this run: perhaps nothing.
	[[ " $1 " != *" native "* ]] || has_headers "$(uname -r)" || ! offered "$running" || echo "$running"
	[[ -n $2 ]] || return 0
	has_headers "$2" || echo "linux-headers-$2"
}

# The kernel that looks for mistakes, and its build folder among those that the module is built for.
provide_debug_kernel() {
	local cache=${XDG_CACHE_HOME:-$HOME/.cache}/shootdown/kernel
	if ! "$top/vm/debug-kernel.sh" current; then
		if ! has_apt || ! offered linux-source-6.1; then
			say "No debug kernel: Debian's linux-source-6.1 is not to be had here. Its tests are skipped."
			return
		fi
		say "Building the debug kernel, this once: about $((10 / $(nproc) + 1)) minutes; $log tells how far it is."
		if ! "$top/vm/debug-kernel.sh" build >>"$log" 2>&1; then
			say "The debug kernel could not be built; all of it is in $log. Its tests are skipped."
			return
		fi
	fi
	export SHOOTDOWN_KDIRS=${SHOOTDOWN_KDIRS:+$SHOOTDOWN_KDIRS;}$cache/debug/build
}

fetch_kernel() { # RELEASE
	[[ $("$top/vm/kernel.sh" release) != "$1" ]] || return 0
	say "Unpacking Debian's kernel $1 into ${XDG_CACHE_HOME:-$HOME/.cache}/shootdown."
	"$top/vm/kernel.sh" fetch "$1" >>"$log" 2>&1 || die "fetching Debian's kernel $1 failed" "$log"
	"$top/vm/kernel.sh" use "$1"
}

# An emulator that does not lose its guests. Without one it is done with what there is.
provide_emulator() {
	has_apt && "$top/vm/qemu.sh" due || return 0
	say "Unpacking a newer QEMU from Debian's backports into ${XDG_CACHE_HOME:-$HOME/.cache}/shootdown: this one now and then loses a guest of several CPUs."
	"$top/vm/qemu.sh" fetch >>"$log" 2>&1 ||
		say "It is not to be had; all that was said is in $log. Going on with the QEMU that there is."
}
