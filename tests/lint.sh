#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Style and static checks of all sources, as TAP.

# shellcheck source=tests/tap.sh
. "$(dirname "$0")/tap.sh"

cd "$top" || exit

# Files that are, or would be, in the repository.
sources() { # PATTERN...
	git ls-files -co --exclude-standard -- "$@" | sort -u | while read -r file; do
		[[ ! -f $file ]] || echo "$file"
	done
}

# Those whose first line names a shell.
scripts() {
	sources | LC_ALL=C xargs awk 'FNR == 1 && /^#!.*sh$/ { print FILENAME } { nextfile }'
}

# Debian's kernel source package has it; three files of it are kept in the cache.
fetch_checkpatch() { # FOLDER
	local package work
	package=$(apt-cache depends linux-source | awk '$1 == "Depends:" { print $2; exit }')
	work=$(mktemp -d)
	(cd "$work" && apt-get download -q -o APT::Sandbox::User=root "$package")
	dpkg-deb --fsys-tarfile "$work/$package"_*.deb |
		tar -xO "./usr/src/$package.tar.xz" | xz -dc |
		tar -x -C "$work" --strip-components=2 --wildcards \
			'*/scripts/checkpatch.pl' '*/scripts/spelling.txt' '*/scripts/const_structs.checkpatch'
	mkdir -p "$1"
	mv "$work/spelling.txt" "$work/const_structs.checkpatch" "$1/"
	mv "$work/checkpatch.pl" "$1/"
	rm -rf "$work"
}

# A build folder of a kernel: the virtual machine's, or the first that there is.
a_kdir() {
	cmake/kdirs.sh | head -n 1
}

test_license_identifiers() {
	local missing
	missing=$(sources '*.c' '*.h' '*.sh' '*.def' '*.cmake' '*CMakeLists.txt' '*Kbuild' '*.gp' '*.suite' |
		grep -v '^results/' | # what a run wrote
		LC_ALL=C xargs awk '
			FNR == 1 && name { print name }
			FNR == 1 { name = FILENAME }
			/SPDX-License-Identifier:/ { name = "" }
			FNR == 3 { nextfile }
			END { if (name) print name }')
	[[ -z $missing ]] || fail "without an SPDX line: ${missing//$'\n'/ }"
}

test_clang_format() {
	local formatter
	formatter=$(command -v clang-format-14 || command -v clang-format)
	# Others lay out the same code in another way.
	"$formatter" --version | grep -q 'version 14\.' || fail "clang-format 14 is needed, here is: $("$formatter" --version)"
	sources '*.c' '*.h' | grep -vE '^(kmod|include)/' | xargs "$formatter" --dry-run -Werror
}

test_shellcheck() {
	{
		scripts
		sources '*.sh'
	} | sort -u | xargs shellcheck -x
}

# BIT() is the kernel's; include/ is for programs too. A macro that iterates, or that tells sparse of a lock, uses its
# arguments again.
test_checkpatch() {
	local folder=${XDG_CACHE_HOME:-$HOME/.cache}/shootdown/checkpatch
	if [[ ! -x $folder/checkpatch.pl ]]; then
		command -v apt-get >/dev/null || skip "checkpatch.pl is taken from a Debian package, and there is no apt here"
		fetch_checkpatch "$folder"
	fi
	sources 'kmod/*.c' 'kmod/*.h' 'include/*.h' 'tests/crime/*.c' |
		xargs perl "$folder/checkpatch.pl" --strict --no-tree --ignore BIT_MACRO,MACRO_ARG_REUSE \
			--terse --no-summary --color=never -f
}

# What sparse, and gcc with W=1, say about our own files; the kernel's headers are not ours to mend.
complaints() { # FOLDER LOG
	grep -E '(warning|error):' "$2" | grep -F "$1/"
}

test_sparse() {
	local out=$build/test/sparse kdir
	kdir=$(a_kdir)
	[[ -n $kdir ]] || fail "no kernel headers are installed"
	rm -rf "$out"
	cmake/kmod.sh "$kdir" "$out" C=2 CHECK=sparse >"$tmp/log" 2>&1 || fail "$(cat "$tmp/log")"
	! complaints "$out" "$tmp/log"
}

test_module_without_warnings() {
	local out=$build/test/w1 kdir
	kdir=$(a_kdir)
	[[ -n $kdir ]] || fail "no kernel headers are installed"
	rm -rf "$out"
	cmake/kmod.sh "$kdir" "$out" W=1 >"$tmp/log" 2>&1 || fail "$(cat "$tmp/log")"
	! complaints "$out" "$tmp/log"
}

tap_tests test_license_identifiers test_clang_format test_shellcheck test_checkpatch test_sparse \
	test_module_without_warnings
