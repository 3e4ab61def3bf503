#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Which QEMU runs the virtual machine. One before 8.1 that emulates several CPUs may go on with code that another CPU has
# changed: the guest then dies of a breakpoint that is gone, or stands still. Debian 12 has 7.2, its backports a newer one.
#
#   qemu.sh program   prints the one that `shootdown vm` takes
#   qemu.sh due       exit 0 when it is older than 8.1, and to fetch another has not failed within a day
#   qemu.sh fetch     unpacks that of the backports, with its libraries, into the cache: 36 MB; nothing is installed
#
# The cache: ~/.cache/shootdown/qemu/VERSION, the root of a small system; `current`, a link to it; `failed`, since when it is not to be had.
set -euo pipefail

top=$(cd "$(dirname "$0")/.." && pwd)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/shootdown/qemu
qemu='qemu-system-x86_64'
suites=bookworm,bookworm-backports

die() {
	echo "shootdown: $*" >&2
	exit 3
}

# As bench/guest/qemu.c decides it.
program() {
	if [[ ${SHOOTDOWN_QEMU-} ]]; then
		echo "$SHOOTDOWN_QEMU"
	elif [[ -x $cache/current/$qemu ]]; then
		echo "$cache/current/$qemu"
	else
		echo "$qemu"
	fi
}

version() { # PROGRAM
	"$1" --version 2>/dev/null | sed -n '1s/.*version \([0-9.]*\).*/\1/p'
}

is_sound() {
	local version
	version=$(version "$(program)") || return 1
	[[ $version && $(printf '%s\n' 8.1 "$version" | sort -V | head -n 1) == 8.1 ]]
}

is_due() {
	! is_sound && [[ -z $(find "$cache" -maxdepth 1 -name failed -mmin -1440 2>/dev/null) ]]
}

# With the host's C library, which is to be as new as bookworm's.
unpack() { # FOLDER
	local deb name
	for name in bin lib lib64 sbin; do
		mkdir -p "$1/usr/$name"
		ln -s "usr/$name" "$1/$name"
	done
	for deb in "$("$top/vm/suite.sh" "$suites" archives)"/*.deb; do
		[[ ${deb##*/} != libc6_* ]] || continue
		dpkg-deb --fsys-tarfile "$deb" |
			tar -x -C "$1" --keep-directory-symlink --no-same-owner --exclude ./usr/share/doc --exclude ./etc ||
			die "unpacking $deb failed: is there room in $1?"
	done
	cat >"$1/$qemu" <<-EOF
		#!/bin/sh
		root=\$(dirname "\$(realpath "\$0")")
		LD_LIBRARY_PATH=\$root/usr/lib/$(uname -m)-linux-gnu exec "\$root/usr/bin/$qemu" "\$@"
	EOF
	chmod 755 "$1" "$1/$qemu"
}

fetch() {
	local new version
	mkdir -p "$cache"
	exec {lock}>"$cache/lock"
	flock "$lock"
	! is_sound || return 0
	touch "$cache/failed"
	"$top/vm/suite.sh" "$suites" apt-get update -q >&2
	"$top/vm/suite.sh" "$suites" apt-get clean
	"$top/vm/suite.sh" "$suites" apt-get install -q -y --no-install-recommends --download-only qemu-system-x86 >&2 ||
		die "downloading QEMU from Debian's backports failed; the lines above say why."
	new=$(mktemp -d "$cache/.new.XXXXXX")
	# shellcheck disable=SC2064 # the name of now
	trap "rm -rf '$new'" EXIT
	unpack "$new"
	version=$(version "$new/$qemu") || :
	[[ $version ]] || die "the QEMU of Debian's backports does not run here."
	rm -rf "${cache:?}/$version"
	mv "$new" "$cache/$version"
	ln -sfn "$version" "$cache/current"
	rm -f "$cache/failed"
	"$top/vm/suite.sh" "$suites" apt-get clean
}

case ${1-} in
program) program ;;
due) is_due ;;
fetch) fetch ;;
*)
	sed -n '3,10s/^# \{0,1\}//p' "$0" >&2
	exit 2
	;;
esac
