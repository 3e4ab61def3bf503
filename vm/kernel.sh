#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Which kernel the virtual machine boots: fetches Debian's into the cache, without installing it.
#
#   kernel.sh release [KIND]  prints the release that the cache holds; exit 1 when it holds none
#   kernel.sh available       prints the release that the archive offers
#   kernel.sh fetch RELEASE   unpacks it into the cache, when it is not there
#   kernel.sh use RELEASE     makes it the one that is booted
#   kernel.sh extract BZIMAGE CONFIG OUT
#                             makes of it what boots faster, where that can be
#   kernel.sh options KIND    prints the options of `shootdown vm` that boot the kernel of this kind
#
# The cache: ~/.cache/shootdown/kernel/RELEASE/{boot,lib/modules/RELEASE,vmlinux}, and for each KIND a link to one
# RELEASE; `default` is Debian's. A kernel that is in the cache stays in use when the archive moves on: its headers are installed.
set -euo pipefail

cache=${XDG_CACHE_HOME:-$HOME/.cache}/shootdown/kernel

die() {
	echo "shootdown: $*" >&2
	exit 3
}

cached() { # KIND
	local release
	release=$(readlink "$cache/$1") || return 1
	[[ -e $cache/$release/boot/vmlinuz-$release ]] || return 1
	echo "$release"
}

available() {
	local package
	package=$(apt-cache depends --no-suggests --no-recommends linux-image-amd64 2>/dev/null |
		awk '$1 == "Depends:" && $2 ~ /^linux-image-[0-9]/ { print $2; exit }')
	[[ -n $package ]] || die "the package archive offers no linux-image-amd64: run apt-get update, or give a kernel with --kernel."
	echo "${package#linux-image-}"
}

# Before its start a bzImage unpacks itself, which takes 2 s under emulation. The ELF file inside boots at once
# where the kernel was built with CONFIG_PVH; where it was not, or is packed in another way, the bzImage serves.
extract_vmlinux() { # BZIMAGE CONFIG OUT
	local at magic how
	grep -q '^CONFIG_PVH=y' "$2" || return 0
	while read -r magic how; do
		command -v "$how" >/dev/null || continue
		at=$(LC_ALL=C grep -abo -m 1 -P "$magic" "$1" | head -n 1 | cut -d : -f 1) || continue
		# They complain about what follows their stream, after all of the kernel was written.
		tail -c "+$((at + 1))" "$1" | "$how" -dc >"$3" 2>/dev/null || :
		[[ $(head -c 4 "$3" | tr -d '\0') != $'\x7fELF' ]] || return 0
		rm -f "$3"
	done <<-'END'
		\xfd7zXZ xz
		\x28\xb5\x2f\xfd zstd
	END
}

fetch() {
	local release=$1 tmp
	[[ ! -e $cache/$release/boot/vmlinuz-$release ]] || return 0
	mkdir -p "$cache"
	# Left by a fetch that was killed.
	find "$cache" -maxdepth 1 -name '.new.*' -mmin +60 -exec rm -rf {} +
	tmp=$(mktemp -d "$cache/.new.XXXXXX")
	# shellcheck disable=SC2064 # the name of now
	trap "rm -rf '$tmp'" EXIT
	# The sandbox user of apt cannot write into a home folder.
	(cd "$tmp" && apt-get download -q -o APT::Sandbox::User=root "linux-image-$release") >&2 ||
		die "downloading linux-image-$release failed; the lines above say why."
	mkdir "$tmp/unpacked"
	dpkg-deb --fsys-tarfile "$tmp"/*.deb |
		tar -x -C "$tmp/unpacked" --no-same-owner ./boot ./lib/modules ||
		die "unpacking linux-image-$release failed: is there room in $cache?"
	extract_vmlinux "$tmp/unpacked/boot/vmlinuz-$release" "$tmp/unpacked/boot/config-$release" \
		"$tmp/unpacked/vmlinux"
	rm -rf "${cache:?}/$release"
	mv "$tmp/unpacked" "$cache/$release"
}

# Nothing for the default: the program finds it.
options() {
	local release folder image
	[[ $1 != default ]] || return 0
	release=$(cached "$1") || die "there is no kernel '$1' in $cache."
	folder=$cache/$release
	image=$folder/vmlinux
	[[ -e $image ]] || image=$folder/boot/vmlinuz-$release
	printf '%s\n' --kernel "$image" --modules "$folder/lib/modules/$release"
}

case ${1-} in
release) cached "${2-default}" ;;
available) available ;;
fetch) fetch "${2:?kernel.sh fetch RELEASE}" ;;
use) ln -sfn "${2:?kernel.sh use RELEASE}" "$cache/default" ;;
extract) extract_vmlinux "${@:2}" ;;
options) options "${2:?kernel.sh options KIND}" ;;
*)
	sed -n '3,14s/^# \{0,1\}//p' "$0" >&2
	exit 2
	;;
esac
