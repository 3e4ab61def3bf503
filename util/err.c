// SPDX-License-Identifier: GPL-2.0-only
#include "err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "control.h"

/* Like errno, per thread: set where a call fails, read where the command ends. */
static __thread char text[1024];
static __thread enum exit_code code;

static int keep(enum exit_code as, int error, const char *format, va_list args)
{
	if (code == EXIT_FINE) {
		code = as;
		vsnprintf(text, sizeof(text), format, args);
		/* It may quote a file of somebody else's; and it stays one line. */
		control_clean(text);
	}
	return -error;
}

#define DEFINE_ERR(name, as, error)                                                                \
	int name(const char *format, ...)                                                          \
	{                                                                                          \
		va_list args;                                                                      \
		int ret;                                                                           \
                                                                                                   \
		va_start(args, format);                                                            \
		ret = keep(as, error, format, args);                                               \
		va_end(args);                                                                      \
		return ret;                                                                        \
	}

DEFINE_ERR(err_regression, EXIT_REGRESSION, EDOM)
DEFINE_ERR(err_usage, EXIT_USAGE, EINVAL)
DEFINE_ERR(err_setup, EXIT_SETUP, ENODEV)
DEFINE_ERR(err_skipped, EXIT_SKIPPED, ENOTSUP)
DEFINE_ERR(err_untrusted, EXIT_UNTRUSTED, EIO)

int err_memory(void)
{
	err_setup("out of memory");
	return -ENOMEM;
}

const char *err_text(void)
{
	return text;
}

enum exit_code err_exit_code(void)
{
	return code;
}

void err_clear(void)
{
	code = EXIT_FINE;
	text[0] = '\0';
}

/* "did you mean 'list'?" has its mark already. */
static bool is_question(const char *sentence)
{
	size_t len = strlen(sentence);

	return len && sentence[len - 1] == '?';
}

enum exit_code err_report(void)
{
	enum exit_code ret = code;

	if (ret != EXIT_FINE)
		fprintf(stderr, "shootdown: %s%s\n", text, is_question(text) ? "" : ".");
	err_clear();
	return ret;
}
