// SPDX-License-Identifier: GPL-2.0-only
/* "notes" of a sample: what its figures are to be read with. */
#include "internal.h"

#include "util/err.h"

int sample_read_notes(struct loader *l, const json_t *root, struct sample *s)
{
	json_t *notes;
	const char **text;
	int ret = field_optional(&l->place, root, "notes", FIELD_ARRAY, &notes);

	if (ret || !notes)
		return ret;
	text = pool_alloc(&l->run->pool, (json_array_size(notes) + 1) * sizeof(*text));
	if (!text)
		return err_memory();
	s->note = text;
	for (size_t i = 0; !ret && i < json_array_size(notes); i++) {
		const json_t *note = json_array_get(notes, i);

		ret = field_check(&l->place, note, "notes", FIELD_STRING);
		if (!ret)
			ret = share_text(l, note, &text[i]);
		if (!ret)
			s->notes++;
	}
	return ret;
}
