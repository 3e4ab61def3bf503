// SPDX-License-Identifier: GPL-2.0-only
#include "page.h"

#include <stdbool.h>
#include <string.h>

#include "fuzz.h"

enum {
	DEEPEST = 16,
	NAME_LEN = 16
};

struct open {
	char name[DEEPEST][NAME_LEN];
	size_t depth;
};

static bool is_among(const char *const *words, const char *word, size_t len)
{
	for (; *words; words++)
		if (strlen(*words) == len && !memcmp(*words, word, len))
			return true;
	return false;
}

static const char *const elements[] = {
	"html", "head",    "meta", "title", "link",    "style",  "body",       "header", "h1",
	"h2",   "h3",      "p",    "br",    "strong",  "nav",    "ul",         "li",     "a",
	"main", "section", "div",  "table", "caption", "thead",  "tbody",      "tr",     "th",
	"td",   "pre",     "code", "img",   "figure",  "footer", "figcaption", NULL,
};

static const char *const attributes[] = {
	"lang", "charset",  "http-equiv", "content", "name",  "rel", "href", "id", "class",
	"role", "tabindex", "aria-label", "scope",   "width", "alt", "src",  NULL,
};

static bool begins(const char *text, const char *with)
{
	return !strncmp(text, with, strlen(with));
}

/* After "="" of an attribute that loads or leads somewhere. */
static void check_address(const char *name, const char *value)
{
	if (begins(name, "href="))
		require(begins(value, "#") || begins(value, "plots/") ||
				begins(value, "run.json\"") || begins(value, "samples.") ||
				begins(value, "summary.md\"") || begins(value, "data:,\""),
			"a link to %.60s", value);
	if (begins(name, "src="))
		require(begins(value, "data:image/svg+xml;base64,"), "an image from %.60s", value);
}

/* From the blank before its name; returns where it ends. */
static const char *check_attribute(const char *at)
{
	const char *name = at + 1;
	size_t len = strcspn(name, "=<> \"");

	require(is_among(attributes, name, len) && name[len] == '=' && name[len + 1] == '"',
		"an attribute: %.60s", at);
	check_address(name, name + len + 2);
	at = name + len + 2;
	at += strcspn(at, "\"<>");
	require(*at == '"', "an attribute that does not end: %.60s", name);
	return at + 1;
}

static const char *check_begin(const char *at, struct open *open)
{
	const char *name = at + 1;
	size_t len = strcspn(name, " >/");

	require(is_among(elements, name, len), "an element: %.60s", at);
	require(open->depth < DEEPEST, "elements too deep: %.60s", at);
	snprintf(open->name[open->depth], NAME_LEN, "%.*s", (int)len, name);
	for (at = name + len; *at == ' ';)
		at = check_attribute(at);
	if (begins(at, "/>"))
		return at + 2;
	require(*at == '>', "a tag that does not end: %.60s", name);
	if (!strcmp(open->name[open->depth++], "style"))
		return strstr(at, "</style>");
	return at + 1;
}

static const char *check_end(const char *at, struct open *open)
{
	size_t len = strcspn(at + 2, ">");

	require(open->depth > 0 && strlen(open->name[open->depth - 1]) == len &&
			!memcmp(open->name[open->depth - 1], at + 2, len),
		"not what is open: %.60s", at);
	open->depth--;
	return at + 2 + len + 1;
}

static void check_entity(const char *at)
{
	require(begins(at, "&amp;") || begins(at, "&lt;") || begins(at, "&gt;") ||
			begins(at, "&quot;") || begins(at, "&#39;"),
		"no entity: %.20s", at);
}

void require_page(const char *text)
{
	static const char doctype[] = "<!DOCTYPE html>";
	struct open open = { .depth = 0 };

	require_plain("report.html", text);
	require(begins(text, doctype), "report.html begins with %.40s", text);
	for (text += sizeof(doctype) - 1; *text;) {
		if (*text == '<') {
			text = text[1] == '/' ? check_end(text, &open) : check_begin(text, &open);
			continue;
		}
		require(*text != '>', "a > in report.html: %.40s", text);
		if (*text == '&')
			check_entity(text);
		text++;
	}
	require(open.depth == 0, "report.html ends within %s",
		open.name[open.depth ? open.depth - 1 : 0]);
}
