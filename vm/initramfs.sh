#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# What the guest finds: packs busybox, the programs, their libraries, the module and the suites into an initramfs.
#
#   initramfs.sh BUILD RELEASE MODULES OUT
#
# BUILD is a build folder, RELEASE the guest kernel's, MODULES its lib/modules/RELEASE or "" for
# none. OUT is an uncompressed cpio (unpacking costs more than reading, under emulation), made anew only when something in it
# is newer. The tree in the guest mirrors the project: /shootdown/build/shootdown, /shootdown/suites ...
set -euo pipefail

build=$1 release=$2 modules=$3 out=$4
top=$(cd "$(dirname "$0")/.." && pwd)

# Modules of the kernel's own that tests or backends load; those that exist, with what they need.
wanted='kvm-amd kvm-intel zram brd ext4 crc32c_generic test_hmm'

die() {
	echo "shootdown: $*" >&2
	exit 3
}

# The static busybox; any other would need its libraries before there is a tool to find them.
find_busybox() {
	local candidate
	for candidate in "$(command -v busybox)" /bin/busybox-static; do
		if [[ -x $candidate ]] && ! ldd "$candidate" >/dev/null 2>&1; then
			echo "$candidate"
			return
		fi
	done
	die "no statically linked busybox was found: install busybox-static."
}

# The programs of the build folder, as paths below it.
programs() {
	(
		cd "$build"
		[[ ! -x shootdown ]] || echo shootdown
		find tests -maxdepth 1 -type f -perm -u+x ! -name '*.*' ! -path '*/CMakeFiles/*' 2>/dev/null
	)
}

# A module's bytes, uncompressed: busybox loads no other.
module_bytes() {
	case $1 in
	*.xz) xz -dc "$1" ;;
	*.zst) zstd -dcq "$1" ;;
	*) cat "$1" ;;
	esac
}

# Kernel modules by name, each with what it needs, as paths below $modules. What they need is read from
# themselves: a package that was only unpacked has no modules.dep.
kernel_modules() { # NAME...
	local name file needed
	for name in "$@"; do
		file=$(cd "$modules" && find . -name "${name//[-_]/[-_]}.ko*" -print -quit)
		[[ -n $file ]] || continue
		echo "$file"
		needed=$(module_bytes "$modules/$file" | tr '\0' '\n' | sed -n 's/^depends=//p')
		# shellcheck disable=SC2086 # a list
		kernel_modules ${needed//,/ }
	done
}

# Those that are wanted, without what they need: enough to tell one folder of modules from another, or from none.
wanted_modules() {
	local name names=()
	[[ -n $modules ]] || return 0
	for name in $wanted; do
		names+=(-o -name "${name//[-_]/[-_]}.ko*")
	done
	find -H "$modules" \( "${names[@]:1}" \) | sort
}

# Every host file that goes in.
inputs() {
	local program
	for program in $(programs); do
		echo "$build/$program"
	done
	find "$top/suites" "$top/vm/init" "$top/vm/provide" "$top/vm/initramfs.sh" -type f
	[[ ! -e $top/build/kmod/$release/secmmu.ko ]] || echo "$top/build/kmod/$release/secmmu.ko"
	wanted_modules
	echo "$busybox"
}

# Up to date: made from the same list of files, and none of them is newer than when that list was made.
is_fresh() {
	local file
	[[ -e $out && -e $out.list && $(<"$out.list") == "$1" ]] || return 1
	while read -r file; do
		[[ $file -ot $out.list ]] || return 1
	done <<<"$1"
}

libraries_of() {
	ldd "$@" 2>/dev/null | awk '$2 == "=>" && $3 ~ /^\// { print $3 } $1 ~ /^\/.*ld-/ { print $1 }' | sort -u
}

copy() { # FROM TO
	mkdir -p "$root/$(dirname "$2")"
	cp -L "$1" "$root/$2"
}

add_programs() {
	local program library files=()
	for program in $(programs); do
		copy "$build/$program" "shootdown/build/$program"
		files+=("$build/$program")
	done
	[[ ${#files[@]} -gt 0 ]] || return 0
	for library in $(libraries_of "${files[@]}"); do
		copy "$library" "lib/${library##*/}"
	done
	# The loader is where each program's header names it.
	if [[ -e $root/lib/ld-linux-x86-64.so.2 ]]; then
		mkdir -p "$root/lib64"
		ln -s ../lib/ld-linux-x86-64.so.2 "$root/lib64/"
	fi
}

add_modules() {
	local file
	[[ ! -e $top/build/kmod/$release/secmmu.ko ]] ||
		copy "$top/build/kmod/$release/secmmu.ko" "shootdown/build/kmod/$release/secmmu.ko"
	[[ -n $modules ]] || return 0
	# shellcheck disable=SC2086 # a list
	for file in $(kernel_modules $wanted | sort -u); do
		mkdir -p "$root/lib/modules/$release/${file%/*}"
		module_bytes "$modules/$file" >"$root/lib/modules/$release/${file%.ko*}.ko"
	done
}

make_tree() {
	mkdir -p "$root/bin" "$root/lib" "$root/shootdown"
	copy "$busybox" bin/busybox
	cp "$top/vm/init" "$root/init"
	chmod 755 "$root/init"
	cp -r "$top/suites" "$root/shootdown/"
	copy "$top/vm/provide" shootdown/vm/provide
	add_programs
	add_modules
}

command -v cpio >/dev/null || die "cpio was not found: install cpio."
busybox=$(find_busybox)
list=$(inputs)
! is_fresh "$list" || exit 0

mkdir -p "$(dirname "$out")"
root=$(mktemp -d "$out.XXXXXX")
trap 'rm -rf "$root" "$root.cpio" "$root.list"' EXIT
echo "$list" >"$root.list"
make_tree
(cd "$root" && find . -mindepth 1 | LC_ALL=C sort | cpio -o -H newc -R 0:0 --reproducible --quiet) >"$root.cpio"
rm -f "$out.list"
mv "$root.cpio" "$out"
mv "$root.list" "$out.list"
