#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# apt for other Debian suites than the host's: its lists and packages lie in the cache, and nothing is installed.
#
#   suite.sh SUITES apt-get|apt-cache ARGUMENT...
#   suite.sh SUITES archives    prints where downloaded packages lie
#
# SUITES are Debian's names, separated by commas; where the last one holds backports, these are preferred. The mirrors
# are those that the host's own apt uses, and the keys those of package debian-archive-keyring.
set -euo pipefail

suites=$1 command=$2
shift 2
folder=${XDG_CACHE_HOME:-$HOME/.cache}/shootdown/apt/$suites
keys=/usr/share/keyrings/debian-archive-keyring.gpg

die() {
	echo "shootdown: $*" >&2
	exit 3
}

# Where the host gets what bears this label, by whatever kind of sources file.
mirror() { # LABEL
	# shellcheck disable=SC2016 # apt expands it
	apt-get indextargets --format '$(REPO_URI) $(LABEL)' 'Created-By: Packages' |
		awk -v label="$1" '{ uri = $1; $1 = ""; if ($0 == " " label) { print uri; exit } }'
}

sources() {
	local suite label uri
	for suite in ${suites//,/ }; do
		label=Debian
		[[ $suite != *-security ]] || label=Debian-Security
		uri=$(mirror "$label")
		[[ -n $uri ]] || die "this machine's apt knows no mirror of $label: run apt-get update, or add one to its sources."
		echo "deb [signed-by=$keys target=Packages] $uri $suite main"
	done
}

[[ -e $keys ]] || die "$keys, Debian's keys, was not found: install debian-archive-keyring."
mkdir -p "$folder/lists/partial" "$folder/archives/partial"
: >"$folder/status"
if [[ $command == archives ]]; then
	echo "$folder/archives"
	exit
fi
list=$(sources)
echo "$list" >"$folder/sources.list"
options=(
	-o "Dir::Etc::sourcelist=$folder/sources.list" -o Dir::Etc::sourceparts=/dev/null
	-o Dir::Etc::preferences=/dev/null -o Dir::Etc::preferencesparts=/dev/null
	-o "Dir::State=$folder" -o "Dir::State::status=$folder/status" -o "Dir::State::lists=$folder/lists"
	-o "Dir::Cache=$folder" -o "Dir::Cache::archives=$folder/archives"
	-o "Dir::Log=$folder"
	-o Acquire::Languages=none
	# The sandbox user of apt cannot write into a home folder.
	-o APT::Sandbox::User=root
)
[[ $suites != *-backports ]] || options+=(-o "APT::Default-Release=${suites##*,}")
exec "$command" "${options[@]}" "$@"
