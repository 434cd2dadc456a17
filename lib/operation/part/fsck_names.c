/* SPDX-License-Identifier: MIT */
/* fsck --name-objects: how an object is reached, as rev-parse reads it. */
#include "base/buf.h"
#include "base/memory.h"
#include "operation/part/fsck_private.h"

#include <stdarg.h>
#include <stdlib.h>

static const char *find(const struct qn_fsck *fsck, const struct qn_id *id)
{
    uint32_t at;

    if (!fsck->options->names_objects)
        return NULL;
    at = qn_id_map_find(&fsck->names.ids, id);
    return at == QN_ID_MAP_NONE ? NULL : fsck->names.texts[at];
}

void qn_fsck_name_put(struct qn_ctx *ctx, struct qn_fsck *fsck,
                      const struct qn_id *id, const char *format, ...)
{
    struct qn_fsck_names *names = &fsck->names;
    struct qn_buf text = QN_BUF_INIT;
    enum qn_status status;
    va_list arguments;
    char *copy = NULL;
    uint32_t at;
    bool is_new;

    if (!fsck->options->names_objects || find(fsck, id))
        return;
    va_start(arguments, format);
    status = qn_buf_vprintf(ctx, &text, format, arguments);
    va_end(arguments);
    if (!status)
        copy = qn_arena_copy(ctx, &names->arena, qn_buf_bytes(&text));
    if (copy &&
        !qn_memory_grow(ctx, &names->texts, &names->capacity,
                        names->ids.count + 1, sizeof(*names->texts)) &&
        !qn_id_map_put(ctx, &names->ids, id, &at, &is_new))
        names->texts[at] = copy;
    qn_buf_dispose(&text);
}

void qn_fsck_name_link(struct qn_ctx *ctx, struct qn_fsck *fsck,
                       const struct qn_id *from, const struct qn_id *to,
                       enum qn_object_type type, struct qn_bytes entry)
{
    const char *name = find(fsck, from);

    if (!name)
        return;
    if (entry.size > 0)
        qn_fsck_name_put(ctx, fsck, to, "%s%.*s%s", name, QN_BYTES_ARG(entry),
                         type == QN_OBJECT_TREE ? "/" : "");
    else
        qn_fsck_name_put(ctx, fsck, to, "%s%s", name,
                         type == QN_OBJECT_TREE ? ":" : "");
}

/* "x~3" -> 3, and how long "x" is */
static size_t generation_of(const char *name, unsigned long *generation)
{
    size_t size = strlen(name), end = size;

    while (end > 0 && name[end - 1] >= '0' && name[end - 1] <= '9')
        end--;
    *generation = 0;
    if (end > 0 && end < size && name[end - 1] == '~' && size - end < 10) {
        *generation = strtoul(name + end, NULL, 10);
        return end - 1;
    }
    if (size > 0 && name[size - 1] == '^') {
        *generation = 1;
        return size - 1;
    }
    return size;
}

void qn_fsck_name_parent(struct qn_ctx *ctx, struct qn_fsck *fsck,
                         const struct qn_id *from, const struct qn_id *to,
                         uint32_t number)
{
    const char *name = find(fsck, from);
    unsigned long generation;
    size_t size;

    if (!name)
        return;
    if (number > 0) {
        qn_fsck_name_put(ctx, fsck, to, "%s^%u", name, number + 1);
        return;
    }
    size = generation_of(name, &generation);
    if (generation > 0)
        qn_fsck_name_put(ctx, fsck, to, "%.*s~%lu", (int)size, name,
                         generation + 1);
    else
        qn_fsck_name_put(ctx, fsck, to, "%s^", name);
}

enum qn_status qn_fsck_describe(struct qn_ctx *ctx, struct qn_fsck *fsck,
                                const struct qn_id *id, struct qn_buf *out)
{
    const char *name = find(fsck, id);
    char hex[QN_ID_MAX_HEX_SIZE + 1];

    qn_id_to_hex(id, hex);
    return name ? qn_buf_printf(ctx, out, "%s (%s)", hex, name)
                : qn_buf_append_string(ctx, out, hex);
}

void qn_fsck_names_dispose(struct qn_fsck_names *names)
{
    qn_id_map_dispose(&names->ids);
    qn_memory_free(names->texts);
    qn_arena_dispose(&names->arena);
}
