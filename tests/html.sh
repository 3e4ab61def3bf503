#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Is report.html a sound page? Its text by xmllint, what a browser makes of it by Chromium, at two widths. As TAP.

# shellcheck source=tests/tap.sh
. "$(dirname "$0")/tap.sh"

golden=$top/tests/golden
export LC_ALL=C.UTF-8

# The run NAME of the golden tests, and its report, in the folder NAME.
take() { # NAME
	cp -r "$golden/$1/run" "$tmp/$1"
	cd "$tmp" || exit
	expect_exit 0 "$shootdown" report "$1"
}

# Chromium without a sandbox, which root must not have, and without anything that it does by itself.
browse() { # ARGUMENT...
	timeout 300 chromium --headless --no-sandbox --disable-gpu --disable-dev-shm-usage --no-first-run \
		--disable-background-networking --disable-extensions --user-data-dir="$tmp/profile" "$@"
}

values() { # XPATH FILE
	xmllint --xpath "$1" "$2" 2>/dev/null | sed 's/^ *[a-z-]*="//;s/"$//'
}

count() { # XPATH FILE
	xmllint --xpath "count($1)" "$2"
}

expect_sound() { # NAME
	local page=$1/report.html link
	xmllint --noout "$page"
	expect_same "ids that are there twice" "$(values '//@id' "$page" | sort | uniq -d)" ''
	while read -r link; do
		case $link in
		'#'*) expect_same "targets of $link" "$(count "//*[@id='${link#\#}']" "$page")" 1 ;;
		data:,) ;;
		*:* | /* | *..*) fail "a link out of the folder: $link" ;;
		*) [[ -f $1/$link ]] || fail "a link to what is not there: $link" ;;
		esac
	done < <(values '//@href' "$page")
	expect_same "sources outside of the page" \
		"$(values '//@src' "$page" | grep -v '^data:image/svg+xml;base64,' | cut -c -60)" ''
	expect_same "scripts" "$(count '//script' "$page")" 0
	expect_same "handlers" "$(count '//@*[starts-with(name(), "on")]' "$page")" 0
	expect_same "images without a text" "$(count '//img[not(@alt) or @alt=""]' "$page")" 0
	expect_same "heads of tables without a scope" "$(count '//th[not(@scope)]' "$page")" 0
	expect_same "tables without a caption" "$(count '//table[not(caption)]' "$page")" 0
	expect_same "parts without a heading" "$(count '//section[not(h2)]' "$page")" 0
	expect_same "pages" "$(count '//h1' "$page")" 1
}

test_pages_are_sound() {
	local name
	for name in quick odd numa fault enough; do
		take $name
		expect_sound $name
	done
}

# What a reviewer needs who has nothing else.
test_pages_tell_all() {
	local page=quick/report.html word
	take quick
	for word in warnings machine suite verdicts plots samples cost repeat raw mail facts; do
		expect_same "parts $word" "$(count "//main/section[@id='$word']" $page)" 1
	done
	expect_same "what comes first" "$(values '(//main/section)[1]/@id' $page)" warnings
	expect_same "plots" "$(count '//figure/img' $page)" 14
	expect_same "verdicts" "$(count '//section[@id="verdicts"]//tbody/tr' $page)" 21
	# The engine alone is compared with nothing: no columns for that.
	expect_same "columns of the engine's table" "$(count '(//section[@id="verdicts"]//table)[1]//th[@scope="col"]' $page)" 4
	expect_same "columns of the others" "$(count '//section[@id="verdicts"]//th[text()="p"]' $page)" \
		"$(($(count '//section[@id="verdicts"]//table' $page) - 1))"
	expect_line <(xmllint --xpath 'string((//body//p)[1])' $page) '^emulated \(QEMU TCG\): times are the emulator'
	expect_line <(xmllint --xpath 'string(//section[@id="repeat"]//pre)' $page) '^\./shootdown run quick --seed=1$'
	for word in 0123456789ABCDEF 6.1.0-56-amd64 0123456789ab; do
		expect_line <(xmllint --xpath 'string(//section[@id="repeat"]//table)' $page) "$word"
	done
	expect_line <(xmllint --xpath 'string(//section[@id="mail"]//pre)' $page) '^growth +47.3x +1.13x +1.08x$'
	take odd
	expect_line <(xmllint --xpath 'string(//section[@id="warnings"])' odd/report.html) '8 of 40 samples failed'
	expect_line <(xmllint --xpath 'string(//section[@id="samples"])' odd/report.html) 'no callback was seen'
	sed -i 's/"emulated": true/"emulated": false/' "$tmp/quick/run.json"
	expect_exit 0 "$shootdown" report quick
	! grep -q 'emulated (' $page || fail "called emulated without being it"
}

# The page and summary.md say the same of each comparison.
test_page_agrees_with_summary() {
	local page=quick/report.html
	take quick
	values '//section[@id="verdicts"]//td[starts-with(@class, "verdict")]/text()' $page |
		grep -vx 'baseline\|-' | sort | uniq -c >"$tmp/page"
	"$shootdown" compare quick --format csv |
		awk -F , 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == "verdict") at = i; next } $at != "none" { print $at }' |
		sed 's/^noise$/~ within A\/A/;s/^unproven$/~ not proven/' | sort | uniq -c >"$tmp/compare"
	[[ -s $tmp/page ]] || fail "no verdicts in the page"
	diff "$tmp/page" "$tmp/compare"
}

# Text of strangers: a host, a CPU, a suite, a command, a reason that are markup.
test_hostile_text_is_text() {
	local page=odd/report.html
	take odd
	expect_same "scripts" "$(count '//script' $page)" 0
	expect_same "bold" "$(count '//b' $page)" 0
	expect_line <(xmllint --xpath 'string(//section[@id="machine"])' $page) "a'b\"c.*</title><script>alert\(1\)</script>.*\]\]>.*\?\?\?evil"
	! grep -q $'[\e\x07\u202e]' $page || fail "control characters got through"
	browse --dump-dom "file://$tmp/$page" >dom 2>log
	expect_line dom '<title>shootdown: odd_'
	! grep -qi '<script\|onload=' <(sed 's/&lt;/(/g;s/&quot;/(/g' dom | grep -o '<[^>]*>') || fail "the browser sees a script"
}

# All that Chromium has to say of pages as they are: of a policy that forbids something, too.
test_console_is_silent() {
	local name
	for name in quick odd; do
		take $name
		browse --enable-logging=stderr --dump-dom "file://$tmp/$name/report.html" >dom 2>log
		expect_line dom '<h2>All facts</h2>'
		! grep CONSOLE log || fail "the console of $name is not empty"
	done
}

# A page with the probe in it, for which the policy has to go.
test_pages_fit_two_widths() {
	local name width
	for name in quick odd; do
		take $name
		mkdir -p frames
		sed '/Content-Security-Policy/d' $name/report.html | head -n -2 >frames/page.html
		{ echo '<script>' && cat "$top/tests/html/probe.js" && echo '</script></body></html>'; } >>frames/page.html
		grep -q Content-Security-Policy $name/report.html || fail "no policy in $name"
		cp "$top/tests/html/frames.html" frames/
		browse --virtual-time-budget=20000 --window-size=1700,1000 --dump-dom "file://$tmp/frames/frames.html" >dom 2>log
		for width in 400 1200; do
			expect_line dom "(^|>)seen $width$"
		done
		! grep 'fault:' dom || fail "$name is not as it has to be"
		! grep 'no images' dom || fail "$name has no plots"
	done
}

tap_tests test_pages_are_sound test_pages_tell_all test_page_agrees_with_summary test_hostile_text_is_text \
	test_console_is_silent test_pages_fit_two_widths
