// SPDX-License-Identifier: GPL-2.0-only
#include "run_arg.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "analysis/find.h"
#include "paths.h"
#include "util/err.h"

int run_arg(char *path, size_t size, const char *word)
{
	char results[PATH_MAX];

	if (path_of(results, sizeof(results), "results")) {
		err_clear();
		snprintf(results, sizeof(results), "results");
	}
	return run_find(path, size, results, word ? word : "last");
}

int run_arg_flush(int ret)
{
	if (!ret && (fflush(stdout) || ferror(stdout)))
		return err_setup("cannot write to standard output: %s", strerror(errno));
	return ret;
}
