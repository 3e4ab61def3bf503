# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# What the golden tests share: their arguments, [--update] SHOOTDOWN, and what is kept in this folder. Sourced.
#
# With --update what comes out is written anew: look at the difference before it is committed.
# NAME/run is the input, made by make.py; NAME/COMMAND.FORMAT is what comes out.

update=
if [[ ${1-} == --update ]]; then
	update=yes
	shift
fi
# shellcheck disable=SC2034 # for those who source this
program=$(realpath "${1:?the shootdown program}")

# shellcheck source=tests/tap.sh
. "$(dirname "${BASH_SOURCE[0]}")/../tap.sh"

golden=$top/tests/golden
export LC_ALL=C.UTF-8

# A copy, since some commands write into the folder. Its name is part of the output.
take() { # NAME
	cp -r "$golden/$1/run" "$tmp/$1"
	cd "$tmp" || exit
}

# FILE is what golden/KEPT holds.
expect_golden() { # KEPT FILE
	if [[ $update ]]; then
		cp "$2" "$golden/$1"
		return
	fi
	diff -u "$golden/$1" "$2" || fail "$1 differs; see --update"
}

expect_output() { # KEPT COMMAND...
	expect_exit 0 "${@:2}"
	expect_golden "$1" "$tmp/out"
}

# Exit code 2, and one sentence, which matches.
expect_refusal() { # REGEX COMMAND...
	expect_exit 2 "${@:2}"
	expect_line "$tmp/err" "$1"
	expect_same "lines of the error" "$(wc -l <"$tmp/err")" 1
}
