#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The kernel that looks for mistakes: builds debug-kernel.config from Debian's source package into the cache, as kind `debug`.
#
#   debug-kernel.sh current   exit 0 when the cache holds it, built from what would be built now
#   debug-kernel.sh build     builds it, when it is not there: some minutes; nothing is installed
#   debug-kernel.sh check     only configures, and fails when a line of the fragment is not honoured
#
# The cache: ~/.cache/shootdown/kernel/RELEASE/ as vm/kernel.sh has it; build/, for modules to be built against; and
# key, of what it was made. A source that the archive has replaced by a newer one counts as another.
set -euo pipefail

top=$(cd "$(dirname "$0")/.." && pwd)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/shootdown/kernel
package=linux-source-6.1
fragment=$top/vm/debug-kernel.config

die() {
	echo "shootdown: $*" >&2
	exit 3
}

# The version of the source package; nothing when the archive cannot be asked.
source_version() {
	apt-cache policy "$package" 2>/dev/null | sed -n 's/^ *Candidate: \([0-9].*\)/\1/p'
}

# What the kernel depends on.
key() {
	{
		source_version
		gcc --version | head -n 1
		cat "$fragment"
	} | sha256sum | cut -d ' ' -f 1
}

# Without an archive to ask, the one that is there has to do.
is_current() {
	[[ -e $cache/debug/build/include/generated/utsrelease.h ]] || return 1
	[[ -z $(source_version) || $(<"$cache/debug/key") == "$(key)" ]]
}

# The source tree into $work/source.
unpack() {
	# The sandbox user of apt cannot write into a home folder.
	(cd "$work" && apt-get download -q -o APT::Sandbox::User=root "$package") ||
		die "downloading $package failed; the lines above say why."
	mkdir "$work/source"
	dpkg-deb --fsys-tarfile "$work/$package"_*.deb |
		tar -xO "./usr/src/$package.tar.xz" | tar -xJ -C "$work/source" --strip-components=1 ||
		die "unpacking $package failed: is there room in $cache?"
	rm "$work/$package"_*.deb
}

# Kconfig drops what does not fit together, and says nothing.
configure() {
	local line name value dropped=()
	KCONFIG_ALLCONFIG=$fragment make -s -C "$work/source" allnoconfig
	while read -r line; do
		name=${line%%=*} value=${line#*=}
		if [[ $value == n ]]; then
			! grep -q "^$name=" "$work/source/.config" || dropped+=("$line")
		else
			grep -qxF "$line" "$work/source/.config" || dropped+=("$line")
		fi
	done < <(grep '^CONFIG_' "$fragment")
	[[ ${#dropped[@]} -eq 0 ]] || die "Kconfig has not honoured these lines of $fragment: ${dropped[*]}"
}

compile() {
	make -s -C "$work/source" -j "$(nproc)" bzImage modules ||
		die "building the debug kernel failed; the lines above say why."
}

# What the cache keeps, laid out in $work/new.
install_kernel() { # RELEASE
	local new=$work/new source=$work/source
	mkdir -p "$new/boot" "$new/build"
	cp "$source/arch/x86/boot/bzImage" "$new/boot/vmlinuz-$1"
	cp "$source/.config" "$new/boot/config-$1"
	cp "$source/System.map" "$new/boot/System.map-$1"
	make -s -C "$source" DEPMOD=true INSTALL_MOD_PATH="$new" modules_install
	rm -f "$new/lib/modules/$1/build" "$new/lib/modules/$1/source"
	(
		cd "$source"
		echo .config Makefile Module.symvers scripts include arch/x86/include arch/x86/Makefile*
		echo tools/objtool/objtool
	) | xargs -n 1 | tar -c -C "$source" --exclude '*.o' --exclude '*.cmd' -T - | tar -x -C "$new/build"
	key >"$new/key"
}

build() {
	local release
	! is_current || return 0
	unpack
	configure
	compile
	release=$(<"$work/source/include/config/kernel.release")
	install_kernel "$release"
	switch "$release"
}

# Renames: for a moment only there is none.
switch() { # RELEASE
	[[ ! -e $cache/$1 ]] || mv "$cache/$1" "$work/old"
	mv "$work/new" "$cache/$1"
	# Newer than any module that was built against the old one.
	touch "$cache/$1/build/include/generated/utsrelease.h"
	ln -s "$1" "$work/link"
	mv -T "$work/link" "$cache/debug"
}

# Where all is made, beside the cache's own, so that the last step is a rename. One build at a time.
work_in_cache() {
	mkdir -p "$cache"
	exec {lock}>"$cache/debug.lock"
	flock "$lock"
	# Left by a build that was killed: nobody else is at work.
	rm -rf "$cache"/.debug.*
	work=$(mktemp -d "$cache/.debug.XXXXXX")
	trap 'rm -rf "$work"' EXIT
}

case ${1-} in
current) is_current ;;
build)
	work_in_cache
	build
	;;
check)
	work_in_cache
	unpack
	configure
	;;
*)
	sed -n '3,10s/^# \{0,1\}//p' "$0" >&2
	exit 2
	;;
esac
