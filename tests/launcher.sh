#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# ./shootdown from a fresh clone, and on machines that lack something.

# shellcheck source=tests/tap.sh
. "$(dirname "$0")/tap.sh"

# The committed state, as a user gets it.
fresh_clone() {
	git -C "$top" rev-parse -q --verify HEAD >/dev/null || skip "this is no git repository"
	git clone -q "$top" "$tmp/clone"
}

# One that is built, for several tests.
built=$(mktemp -d)
trap 'rm -rf "$built"' EXIT
built_clone() {
	[[ ! -e $built/clone ]] || return 0
	fresh_clone
	mv "$tmp/clone" "$built/clone"
	expect_exit 0 "$built/clone/shootdown" --version
}

# A PATH like ours, but without some commands.
path_without() { # COMMAND...
	local folder command
	mkdir "$tmp/bin"
	while read -r -d : folder; do
		find "$folder/" -maxdepth 1 \( -type f -o -type l \) -exec ln -st "$tmp/bin" {} + 2>/dev/null || :
	done <<<"$PATH:"
	for command in "$@"; do
		rm -f "$tmp/bin/$command"
	done
	echo "$tmp/bin"
}

# What a package list could have changed.
installed() {
	dpkg-query -W 2>/dev/null | sha256sum
}

test_fresh_clone_builds_and_stays_clean() {
	built_clone
	expect_line "$tmp/err" '^Building\.$'
	expect_line "$tmp/out" '^shootdown [0-9]'
	expect_same 'git status' "$(git -C "$built/clone" status --porcelain)" ''
	[[ -n $(find "$built/clone/build/kmod" -name secmmu.ko) ]] || fail "no module was built"
}

test_second_start_does_nothing() {
	local products
	built_clone
	products=$(find "$built/clone/build" -name shootdown -type f -o -name secmmu.ko -o -name CMakeCache.txt)
	# shellcheck disable=SC2086 # a list
	stat -c '%n %y' $products >"$tmp/before"
	expect_exit 0 "$built/clone/shootdown" --version
	expect_same stderr "$(<"$tmp/err")" ''
	# shellcheck disable=SC2086
	stat -c '%n %y' $products | diff "$tmp/before" -
}

test_a_touched_module_source_is_built_again() {
	local module
	built_clone
	module=$(find "$built/clone/build/kmod" -name secmmu.ko | head -n 1)
	touch "$tmp/then" "$built/clone/kmod/variants/list.c"
	expect_exit 0 "$built/clone/shootdown" --version
	[[ $module -nt $tmp/then ]] || fail "the module is still the old one"
}

test_no_install_refuses() {
	local before path
	before=$(installed)
	path=$(path_without gnuplot shellcheck)
	expect_exit 3 env "PATH=$path" "$top/shootdown" run --no-install
	expect_line "$tmp/err" '1 package missing, and --no-install forbids to install: gnuplot-nox\.'
	expect_exit 3 env "PATH=$path" "$top/shootdown" --no-install test
	expect_line "$tmp/err" '2 packages missing.*: gnuplot-nox shellcheck\.'
	expect_same 'installed packages' "$(installed)" "$before"
}

test_without_apt_the_list_is_printed() {
	local path
	path=$(path_without apt-get apt-cache gnuplot qemu-system-x86_64)
	expect_exit 3 env "PATH=$path" "$top/shootdown" run --where vm
	expect_line "$tmp/err" '2 packages missing.*gnuplot-nox qemu-system-x86\..*no apt'
}

test_libraries_are_looked_for() {
	expect_exit 3 env PKG_CONFIG_LIBDIR=/none "$top/shootdown" --version --no-install
	expect_line "$tmp/err" 'libhwloc-dev libjansson-dev libinih-dev'
}

test_without_root_or_sudo() {
	local path
	[[ $EUID -eq 0 ]] || skip "only root can become somebody else"
	fresh_clone
	path=$(path_without gnuplot sudo)
	chmod 755 "$tmp"
	chown -R nobody "$tmp/clone"
	expect_exit 3 setpriv --reuid nobody --clear-groups env "PATH=$path" "HOME=$tmp/clone" \
		"$tmp/clone/shootdown" run --where native
	expect_line "$tmp/err" 'neither root nor sudo to install them: .*gnuplot-nox'
}

# Only what is needed: reading results needs no virtual machine.
test_analysis_needs_no_virtual_machine() {
	local path
	built_clone
	path=$(path_without qemu-system-x86_64 cpio shellcheck)
	expect_exit 0 env "PATH=$path" "$built/clone/shootdown" --version --no-install
	expect_exit 2 env "PATH=$path" "$built/clone/shootdown" compare --no-install "$tmp/none"
}

test_help_installs_nothing() {
	fresh_clone
	expect_exit 0 "$tmp/clone/shootdown" --help
	expect_line "$tmp/out" 'shootdown run'
	[[ ! -e $tmp/clone/build ]] || fail "a build folder was made"
}

# Is a newer one to be fetched?
expect_due() { # CODE VERSION
	printf '#!/bin/sh\necho "QEMU emulator version %s (Debian)"\n' "$2" >"$tmp/qemu"
	chmod +x "$tmp/qemu"
	expect_exit "$1" env "XDG_CACHE_HOME=$tmp" "SHOOTDOWN_QEMU=$tmp/qemu" "$top/vm/qemu.sh" due
}

# Not again for a day where it was not to be had.
test_an_old_emulator_is_replaced() {
	expect_due 0 7.2.22
	expect_due 0 8.0.5
	expect_due 1 8.1.0
	expect_due 1 10.0.2
	mkdir -p "$tmp/shootdown/qemu"
	touch "$tmp/shootdown/qemu/failed"
	expect_due 1 7.2.22
	touch -d '2 days ago' "$tmp/shootdown/qemu/failed"
	expect_due 0 7.2.22
}

# From any folder, through a link.
test_is_found_through_a_link() {
	built_clone
	ln -s "$built/clone/shootdown" "$tmp/link"
	cd /
	expect_exit 0 "$tmp/link" --version
	expect_line "$tmp/out" '^shootdown [0-9]'
}

# The last one, for what is built is broken then.
test_a_failed_build_is_told() {
	built_clone
	echo 'int broken(void) { return undeclared; }' >>"$built/clone/util/err.c"
	expect_exit 3 "$built/clone/shootdown" --version
	expect_line "$tmp/err" '^  \|.*undeclared'
	expect_line "$tmp/err" "the build failed; all of it is in $built/clone/build/setup.log"
}

mapfile -t tests < <(sed -n 's/^\(test_[a-z_]*\)().*/\1/p' "$0")
[[ $# -eq 0 ]] || tests=("$@") # some only
tap_tests "${tests[@]}"
