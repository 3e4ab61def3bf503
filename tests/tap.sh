# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# How a test script reports: functions named test_* are run one by one, and told as TAP. Sourced.
#
# A test fails when one of its commands does. What it has printed then follows as "# ...".
# It may use $top, the project, $build, the build folder under test, and $tmp, a folder of its own.

set -uo pipefail

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
build=${SHOOTDOWN_BUILD:-$top/build}
# shellcheck disable=SC2034 # for those who source this
shootdown=$build/shootdown

fail() {
	echo "$*"
	exit 1
}

# Leaves the test with a reason; the runner takes no skip for granted.
skip() {
	echo "SKIP $*" >"$tmp/skip"
	exit 0
}

# Runs COMMAND and checks its exit code; its output is in $tmp/out and $tmp/err.
expect_exit() { # CODE COMMAND...
	local code=0
	"${@:2}" >"$tmp/out" 2>"$tmp/err" || code=$?
	[[ $code -ne $1 ]] || return 0
	echo "exit code $code instead of $1: ${*:2}"
	tail -n 20 "$tmp/out" "$tmp/err"
	exit 1
}

# Some line of FILE matches the extended regular expression.
expect_line() { # FILE REGEX
	grep -qE -- "$2" "$1" && return
	echo "no line matches '$2' in:"
	tail -n 40 "$1"
	exit 1
}

expect_same() { # WHAT ACTUAL EXPECTED
	[[ $2 == "$3" ]] || fail "$1 is '$2' instead of '$3'"
}

# In a shell of its own, whose -e ends it at the first command that fails. Not to be called from a
# condition: there the shell ignores -e, in subshells too.
run_test() { # FUNCTION
	tmp=$(mktemp -d)
	(
		set -e
		"$1"
	) >"$tmp/said" 2>&1
}

tap_tests() { # FUNCTION...
	local name test code number=0 failed=0
	echo "1..$#"
	for test in "$@"; do
		number=$((number + 1))
		name=${test#test_}
		run_test "$test"
		code=$?
		if [[ $code -ne 0 ]]; then
			echo "not ok $number - ${name//_/ }"
			sed 's/^/# /' "$tmp/said"
			failed=1
		elif [[ -e $tmp/skip ]]; then
			echo "ok $number - ${name//_/ } # $(<"$tmp/skip")"
		else
			echo "ok $number - ${name//_/ }"
		fi
		rm -rf "$tmp"
	done
	return $failed
}
