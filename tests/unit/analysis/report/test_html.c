// SPDX-License-Identifier: GPL-2.0-only
/* Is text of strangers no markup in a page? */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/report/html.h"

static void assert_text(const char *text, const char *expected)
{
	char *got = NULL;
	size_t size;
	FILE *out = open_memstream(&got, &size);

	html_text(out, text);
	fclose(out);
	assert_string_equal(got, expected);
	free(got);
}

static void markup_is_text(void **state)
{
	(void)state;
	assert_text("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;");
	assert_text("\" onload=\"x", "&quot; onload=&quot;x");
	assert_text("it's & co", "it&#39;s &amp; co");
	assert_text("&amp;", "&amp;amp;");
	assert_text("]]> --> <!--", "]]&gt; --&gt; &lt;!--");
	assert_text("", "");
	assert_text("p99 \xc2\xb1 3 % \xe4\xb8\xad\xf0\x9f\x98\x80",
		    "p99 \xc2\xb1 3 % \xe4\xb8\xad\xf0\x9f\x98\x80");
}

/* Overlong forms of '<', surrogates, too great, cut short, a byte of the middle alone. */
static void no_utf8_is_replaced(void **state)
{
	(void)state;
	assert_text("a\xff"
		    "b",
		    "a\xef\xbf\xbd"
		    "b");
	assert_text("\xc0\xbc", "\xef\xbf\xbd\xef\xbf\xbd");
	assert_text("\xe0\x80\xbc", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
	assert_text("\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
	assert_text("\xf4\x90\x80\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
	assert_text("\xe4\xb8<", "\xef\xbf\xbd\xef\xbf\xbd&lt;");
	assert_text("\xe4\xb8", "\xef\xbf\xbd\xef\xbf\xbd");
	assert_text("\xbf", "\xef\xbf\xbd");
	assert_text("\xf8\x88\x80\x80\x80",
		    "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
}

/* What no XML may have is replaced; newlines and tabs are text. */
static void control_characters_are_replaced(void **state)
{
	(void)state;
	assert_text("a\x1b[2J\x7f\x01", "a\xef\xbf\xbd[2J\xef\xbf\xbd\xef\xbf\xbd");
	assert_text("\xc2\x9b", "\xef\xbf\xbd");
	assert_text("\xef\xbf\xbe\xef\xbf\xbf", "\xef\xbf\xbd\xef\xbf\xbd");
	assert_text("a\n\tb", "a\n\tb");
}

/* Text that reads otherwise than it is stored. */
static void direction_is_shown(void **state)
{
	(void)state;
	assert_text("a\xe2\x80\xae"
		    "b\xe2\x80\xac",
		    "a[U+202E]b[U+202C]");
	assert_text("\xe2\x81\xa6\xe2\x81\xa9", "[U+2066][U+2069]");
	assert_text("\xe2\x80\x8e\xd8\x9c", "[U+200E][U+061C]");
	assert_text("\xe2\x80\x8b\xef\xbb\xbf", "[U+200B][U+FEFF]");
	assert_text("\xe2\x80\xa8", "[U+2028]");
	assert_text("\xf3\xa0\x80\xa0", "[U+E0020]");
}

static void format_escapes_each(void **state)
{
	char *got = NULL;
	size_t size;
	FILE *out = open_memstream(&got, &size);

	(void)state;
	html_put(out, "<a href=\"%s\">%s</a> 95 %%", "x\"<", "a&b");
	fclose(out);
	assert_string_equal(got, "<a href=\"x&quot;&lt;\">a&amp;b</a> 95 %");
	free(got);
}

static void assert_base64(const char *data, size_t size, const char *expected)
{
	char *got = NULL;
	size_t len;
	FILE *out = open_memstream(&got, &len);

	html_base64(out, data, size);
	fclose(out);
	assert_string_equal(got, expected);
	free(got);
}

/* RFC 4648, section 10. */
static void base64(void **state)
{
	(void)state;
	assert_base64("", 0, "");
	assert_base64("f", 1, "Zg==");
	assert_base64("fo", 2, "Zm8=");
	assert_base64("foo", 3, "Zm9v");
	assert_base64("foob", 4, "Zm9vYg==");
	assert_base64("fooba", 5, "Zm9vYmE=");
	assert_base64("foobar", 6, "Zm9vYmFy");
	assert_base64("\xff\xfe\xfd\x00", 4, "//79AA==");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(markup_is_text),
		cmocka_unit_test(no_utf8_is_replaced),
		cmocka_unit_test(control_characters_are_replaced),
		cmocka_unit_test(direction_is_shown),
		cmocka_unit_test(format_escapes_each),
		cmocka_unit_test(base64),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
