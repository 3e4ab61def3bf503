// SPDX-License-Identifier: GPL-2.0-only
#include "options.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/err.h"
#include "util/nearest.h"
#include "util/number.h"

enum {
	NAME_LEN = 64,
	KEY_USAGE = 0x10000
};

/* Around the parser of a command: what it is to get, and where it stopped. */
struct outer {
	void *input;
	int at;
};

static const struct argp_option outer_options[] = {
	{ "help", '?', NULL, 0, "Give this help list", -1 },
	{ "usage", KEY_USAGE, NULL, 0, "Give a short usage message", 0 },
	{ 0 }
};

static error_t parse_outer(int key, char *arg, struct argp_state *state)
{
	struct outer *outer = state->input;

	(void)arg;
	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = outer->input;
		return 0;
	case ARGP_KEY_ERROR:
		outer->at = state->next;
		return 0;
	case '?':
	case KEY_USAGE:
		argp_help(state->root_argp, stdout,
			  key == '?' ? ARGP_HELP_STD_HELP : ARGP_HELP_USAGE, state->name);
		exit(EXIT_FINE);
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

/* The option --NAME of @argp or its children, where @name has @len bytes; with @len 0 the one whose key is @key. */
static const struct argp_option *find_option(const struct argp *argp, const char *name, size_t len,
					     int key)
{
	const struct argp_option *option = argp->options, *found = NULL;
	const struct argp_child *child = argp->children;

	for (; option && (option->name || option->doc); option++) {
		if (!option->name)
			continue;
		if (len ? strlen(option->name) == len && !memcmp(option->name, name, len)
			: option->key == key)
			return option;
	}
	for (; !found && child && child->argp; child++)
		found = find_option(child->argp, name, len, key);
	return found;
}

static void keep_nearest(const struct argp *argp, const char *name, char guess[NAME_LEN])
{
	const struct argp_option *option = argp->options;
	const struct argp_child *child = argp->children;

	for (; option && (option->name || option->doc); option++)
		if (option->name && !(option->flags & OPTION_HIDDEN))
			nearest_keep(guess, NAME_LEN, name, option->name);
	for (; child && child->argp; child++)
		keep_nearest(child->argp, name, guess);
}

/* What is wrong with --NAME or --NAME=VALUE; 0 when nothing is. */
static int blame_long(const struct argp *argp, const char *name, const char *program)
{
	size_t len = strcspn(name, "=");
	const struct argp_option *option = len ? find_option(argp, name, len, 0) : NULL;
	char guess[NAME_LEN] = "", word[NAME_LEN];

	if (option && option->arg && !name[len])
		return err_usage("--%s needs a value: --%s=%s", option->name, option->name,
				 option->arg);
	if (option)
		return name[len] && !option->arg ? err_usage("--%s takes no value", option->name)
						 : 0;
	snprintf(word, sizeof(word), "%.*s", (int)len, name);
	keep_nearest(argp, word, guess);
	if (*guess)
		return err_usage("there is no option --%s; did you mean --%s?", word, guess);
	return err_usage("there is no option --%s; see `%s --help`", word, program);
}

/* The same for -abc, where each may be an option. */
static int blame_short(const struct argp *argp, const char *keys, const char *program)
{
	for (; *keys; keys++) {
		const struct argp_option *option = find_option(argp, "", 0, *keys);

		if (!option)
			return err_usage("there is no option -%c; see `%s --help`", *keys, program);
		if (option->arg)
			return keys[1] ? 0
				       : err_usage("-%c needs a value: -%c %s", *keys, *keys,
						   option->arg);
	}
	return 0;
}

static int blame(const struct argp *argp, const char *word, const char *program)
{
	if (!word || word[0] != '-' || !word[1])
		return 0;
	return word[1] == '-' ? blame_long(argp, word + 2, program)
			      : blame_short(argp, word + 1, program);
}

/* getopt has passed the word in question, unless there are more letters in it. */
static int explain(const struct argp *argp, char **argv, int at)
{
	int ret = at > 0 ? blame(argp, argv[at - 1], argv[0]) : 0;

	if (!ret && at > 0)
		ret = blame(argp, argv[at], argv[0]);
	return ret ? ret : err_usage("the options are not understood; see `%s --help`", argv[0]);
}

int options_parse(const struct argp *argp, int argc, char **argv, unsigned int flags, void *input)
{
	const struct argp_child children[] = { { argp, 0, NULL, 0 }, { 0 } };
	const struct argp whole = { .options = outer_options,
				    .parser = parse_outer,
				    .children = children };
	struct outer outer = { .input = input };
	int end = argc;
	int ret = argp_parse(&whole, argc, argv, flags | ARGP_NO_ERRS | ARGP_NO_HELP, &end, &outer);

	if (ret && err_exit_code() == EXIT_FINE)
		return explain(&whole, argv, outer.at);
	if (!ret && end < argc)
		return err_usage("'%s' is one too many; see `%s --help`", argv[end], argv[0]);
	return ret;
}

int option_number(const char *option, const char *text, long long min, long long max,
		  long long *value)
{
	if (number_parse(text, min, max, value))
		return 0;
	return err_usage("%s is '%s', but it goes from %lld to %lld", option, text, min, max);
}
