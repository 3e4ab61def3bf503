# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154
# Which packages are missing, and their installation. Sourced by the launcher, which gives $top, $log,
# $no_install, say() and die().

# Is what the probe of packages.def asks for there?
probe() {
	local what=${1#*:}
	case $1 in
	command:*) command -v "$what" >/dev/null ;;
	pkg:*) command -v pkg-config >/dev/null && pkg-config --exists "$what" ;;
	perl:*) perl "-M$what" -e 1 2>/dev/null ;;
	file:*) [[ -e $what ]] ;;
	static:*) command -v "$what" >/dev/null && ! ldd "$(command -v "$what")" >/dev/null 2>&1 ;;
	esac
}

# Of the groups that are named in one string.
missing_packages() { # GROUPS
	local package group test
	while read -r package group test; do
		[[ $package != '#'* && " $1 " == *" $group "* ]] || continue
		probe "$test" || echo "$package"
	done <"$top/setup/packages.def"
}

has_apt() {
	command -v apt-get >/dev/null && command -v apt-cache >/dev/null
}

# Runs the arguments as root, with their output in the log, which is the user's.
as_root() {
	if [[ $EUID -eq 0 ]]; then
		"$@" >>"$log" 2>&1
	else
		# shellcheck disable=SC2024
		sudo "$@" >>"$log" 2>&1
	fi
}

may_install() {
	[[ $EUID -eq 0 ]] || command -v sudo >/dev/null
}

update_lists() {
	say "Updating the package lists."
	as_root apt-get update -q || die "apt-get update failed" "$log"
}

# The archive offers each of these packages, as far as the lists on this machine know.
offered() {
	local package
	for package in "$@"; do
		[[ $(apt-cache policy "$package" 2>/dev/null) == *"Candidate: "[0-9]* ]] || return 1
	done
}

apt_install() {
	as_root env DEBIAN_FRONTEND=noninteractive \
		apt-get install -q -y --no-install-recommends "$@"
}

# Ends the launcher when packages are missing and cannot be installed from here.
refuse() { # HOW-MANY PACKAGE...
	local how="Install as root with: apt-get install --no-install-recommends ${*:2}"
	has_apt || die "$1 missing, by Debian's names: ${*:2}. There is no apt here; install them in this system's own way and start again"
	[[ -z $no_install ]] || die "$1 missing, and --no-install forbids to install: ${*:2}. $how"
	may_install || die "$1 missing, and neither root nor sudo to install them: ${*:2}. $how"
}

# Names what it installs, before.
install_packages() { # PACKAGE...
	local count="$# packages"
	[[ $# -gt 0 ]] || return 0
	[[ $# -gt 1 ]] || count="1 package"
	refuse "$count" "$@"
	offered "$@" || update_lists
	say "Installing $count: $*."
	# Lists that are some days old may name files that the archive has no more.
	apt_install "$@" || { update_lists && apt_install "$@"; } ||
		die "apt-get could not install: $*" "$log"
}
