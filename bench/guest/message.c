// SPDX-License-Identifier: GPL-2.0-only
#include "message.h"

#include <string.h>

#include "util/err.h"
#include "util/number.h"

int verdict_read(struct verdict *verdict, const char *line, size_t len)
{
	static const char splat[] = "splat ", end[] = "exit ";
	long long code;

	*verdict = (struct verdict){ .kind = VERDICT_START };
	if (strlen(line) != len)
		return err_untrusted("the guest's verdict has a NUL byte");
	if (!strcmp(line, "start"))
		return 0;
	if (!strncmp(line, splat, strlen(splat))) {
		verdict->kind = VERDICT_SPLAT;
		verdict->text = line + strlen(splat);
		return 0;
	}
	if (strncmp(line, end, strlen(end)) || !number_parse(line + strlen(end), 0, 255, &code))
		return err_untrusted("the guest's verdict is not understood: \"%s\"", line);
	verdict->kind = VERDICT_EXIT;
	verdict->exit_code = (int)code;
	return 0;
}
