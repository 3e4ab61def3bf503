#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The kernels of kernels.def: a folder of the cache holds each, with its headers and the compiler of its suite, so that it
# can be booted and built for. Nothing is installed.
#
#   kinds.sh list         prints the kinds
#   kinds.sh fetch KIND   makes its folder and the link, when they are not there
#   kinds.sh build KIND   builds secmmu.ko for it, and that of the tests: build/kmod{,-test}/RELEASE/secmmu.ko
#
# The folder, kernel/RELEASE, is the root of a small system: packages are unpacked there and not configured, for no script
# of theirs does anything for a compiler. A compiler of another suite needs that suite's libraries, so it runs in there.
set -euo pipefail

top=$(cd "$(dirname "$0")/.." && pwd)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/shootdown/kernel
# What Kbuild and cmake/kmod.sh call beside the compiler, and make themselves depend on.
tools='bash coreutils dash diffutils findutils grep make mawk sed'

die() {
	echo "shootdown: $*" >&2
	exit 3
}

kinds() {
	awk '/^[^#]/ { print $1 }' "$top/vm/kernels.def"
}

# A field of the kind's row.
row() { # KIND FIELD
	awk -v kind="$1" -v field="$2" '$1 == kind { print $field }' "$top/vm/kernels.def"
}

# The release that the suites offer, once their lists are up to date.
offered() { # KIND
	local release
	release=$("$top/vm/suite.sh" "$(row "$1" 2)" apt-cache depends "linux-image-$(row "$1" 3)" |
		sed -n 's/^ *Depends: linux-image-\([0-9].*\)$/\1/p')
	[[ -n $release ]] || die "$(row "$1" 2) offers no linux-image-$(row "$1" 3): is the row of $1 in vm/kernels.def still right?"
	[[ $1 != [0-9]* || $release == "$1".* ]] ||
		die "$(row "$1" 2) offers $release now, no $1: set the row in vm/kernels.def to the new one."
	echo "$release"
}

# Whatever the suite names the packages that the kernel is divided into, they depend on each other.
download() { # SUITES RELEASE
	"$top/vm/suite.sh" "$1" apt-get clean
	# shellcheck disable=SC2086 # a list
	"$top/vm/suite.sh" "$1" apt-get install -q -y --no-install-recommends --download-only \
		"linux-image-$2" "linux-headers-$2" $tools >&2 ||
		die "downloading the kernel $2 of $1 and its headers failed; the lines above say why."
}

# As a merged /usr has it, whatever the suite thinks of that.
unpack() { # SUITES FOLDER
	local name deb
	for name in bin lib lib64 sbin; do
		mkdir -p "$2/usr/$name"
		ln -s "usr/$name" "$2/$name"
	done
	mkdir "$2/dev" "$2/proc" "$2/tmp"
	for deb in "$("$top/vm/suite.sh" "$1" archives)"/*.deb; do
		dpkg-deb --fsys-tarfile "$deb" | tar -x -C "$2" --keep-directory-symlink --no-same-owner ||
			die "unpacking $deb failed: is there room in $2?"
	done
	# Its package's script would have done this one.
	[[ -e $2/usr/bin/awk ]] || ln -s mawk "$2/usr/bin/awk"
}

# Newer suites have it all below lib/modules.
complete() { # FOLDER RELEASE
	local name
	for name in vmlinuz config; do
		[[ -e $1/boot/$name-$2 ]] || ln "$1/lib/modules/$2/$name" "$1/boot/$name-$2"
	done
	"$top/vm/kernel.sh" extract "$1/boot/vmlinuz-$2" "$1/boot/config-$2" "$1/vmlinux"
}

fetch() { # KIND
	local suites release tmp
	suites=$(row "$1" 2)
	[[ -n $suites ]] || die "vm/kernels.def knows no kernel '$1'; it has: $(kinds | paste -s -d ' ')."
	! "$top/vm/kernel.sh" release "$1" >/dev/null || return 0
	echo "Fetching the kernel '$1' from $suites into $cache." >&2
	"$top/vm/suite.sh" "$suites" apt-get update -q >&2 || die "updating the package lists of $suites failed; the lines above say why."
	release=$(offered "$1")
	download "$suites" "$release"
	mkdir -p "$cache"
	# Left by a fetch that was killed.
	find "$cache" -maxdepth 1 -name '.new.*' -mmin +60 -exec rm -rf {} +
	tmp=$(mktemp -d "$cache/.new.XXXXXX")
	# shellcheck disable=SC2064 # the name of now
	trap "rm -rf '$tmp'" EXIT
	chmod 755 "$tmp"
	unpack "$suites" "$tmp"
	complete "$tmp" "$release"
	rm -rf "${cache:?}/$release"
	mv "$tmp" "$cache/$release"
	ln -sfn "$release" "$cache/$1"
	"$top/vm/suite.sh" "$suites" apt-get clean
}

# In the folder's system, with the project where it is here. Whoever is not root becomes it in there only.
inside() { # FOLDER COMMAND...
	local folder=$1 spaces=(--mount)
	shift
	[[ $EUID -eq 0 ]] || spaces+=(--user --map-root-user)
	unshare "${spaces[@]}" true 2>/dev/null ||
		die "no mount namespace can be made here, which compiling for other kernels needs: start as root, or allow user namespaces."
	mkdir -p "$folder$top"
	# shellcheck disable=SC2016 # the inner shell expands it
	unshare "${spaces[@]}" sh -c '
		set -e
		for place in /dev /proc "$2"; do
			mount --rbind "$place" "$1$place"
		done
		folder=$1
		shift 2
		exec chroot "$folder" /usr/bin/env -i PATH=/usr/bin:/usr/sbin "$@"' sh "$folder" "$top" "$@"
}

build() { # KIND
	local release
	release=$("$top/vm/kernel.sh" release "$1") || die "there is no kernel '$1' in $cache: vm/kinds.sh fetch $1"
	inside "$cache/$release" "$top/cmake/kmod.sh" "/usr/src/linux-headers-$release" "$top/build/kmod/$release" KCFLAGS=-Werror
	inside "$cache/$release" "$top/cmake/kmod.sh" "/usr/src/linux-headers-$release" "$top/build/kmod-test/$release" \
		KCFLAGS=-Werror SECMMU_TEST_BUILD=y
}

case ${1-} in
list) kinds ;;
fetch) fetch "${2:?kinds.sh fetch KIND}" ;;
build) build "${2:?kinds.sh build KIND}" ;;
*)
	sed -n '3,9s/^# \{0,1\}//p' "$0" >&2
	exit 2
	;;
esac
