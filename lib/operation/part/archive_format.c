/* SPDX-License-Identifier: MIT */
#include "operation/part/archive_format.h"

#include "base/memory.h"
#include "operation/part/archive_sink.h"

#include <string.h>

void qn_archive_formats_dispose(struct qn_archive_formats *formats)
{
    size_t i;

    for (i = 0; i < formats->count; i++)
        qn_memory_free(formats->items[i].name);
    qn_memory_free(formats->items);
    memset(formats, 0, sizeof(*formats));
}

/* Among those from `first` on. */
static struct qn_archive_format *find(const struct qn_archive_formats *formats,
                                      struct qn_bytes name, size_t first)
{
    size_t i;

    for (i = first; i < formats->count; i++)
        if (qn_bytes_is_string(name, formats->items[i].name))
            return &formats->items[i];
    return NULL;
}

static enum qn_status add(struct qn_ctx *ctx,
                          struct qn_archive_formats *formats,
                          struct qn_bytes name, enum qn_archive_kind kind,
                          struct qn_archive_format **out)
{
    struct qn_archive_format *format;
    enum qn_status status =
        qn_memory_grow(ctx, &formats->items, &formats->capacity,
                       formats->count + 1, sizeof(*formats->items));

    if (status)
        return status;
    format = &formats->items[formats->count];
    memset(format, 0, sizeof(*format));
    format->name = qn_memory_string(ctx, name);
    if (!format->name)
        return QN_NO_MEMORY;
    format->kind = kind;
    formats->count++;
    *out = format;
    return QN_OK;
}

static enum qn_status take_entry(struct qn_ctx *ctx,
                                 struct qn_archive_formats *formats,
                                 const struct qn_config_entry *entry)
{
    struct qn_bytes key = qn_bytes_from_string(entry->key), name;
    size_t dot = qn_bytes_find_last(key, '.');
    struct qn_bytes what = qn_bytes_from(key, dot + 1);
    bool is_command = qn_bytes_is_string(what, "command");
    struct qn_archive_format *format;
    enum qn_status status = QN_OK;

    if (!qn_bytes_has_prefix(key, "tar.") || dot < 5)
        return QN_OK;
    name = qn_bytes_from(qn_bytes_first(key, dot), 4);
    if (!is_command && !qn_bytes_is_string(what, "remote"))
        return QN_OK;
    format = find(formats, name, 1); /* tar itself is as it is */
    if (!format)
        status = add(ctx, formats, name, QN_ARCHIVE_TAR, &format);
    if (status)
        return status;
    if (!is_command)
        return qn_config_entry_bool(ctx, entry, &format->is_remote);
    if (!entry->value)
        return qn_config_fail_missing(ctx, entry);
    format->command = entry->value;
    return QN_OK;
}

/* What has no command is no format. */
static void drop_empty(struct qn_archive_formats *formats)
{
    size_t i, kept = 1;

    for (i = 1; i < formats->count; i++) {
        if (formats->items[i].command)
            formats->items[kept++] = formats->items[i];
        else
            qn_memory_free(formats->items[i].name);
    }
    formats->count = kept;
}

enum qn_status qn_archive_formats_read(struct qn_ctx *ctx,
                                       const struct qn_config *config,
                                       struct qn_archive_formats *out)
{
    static const char *const own[] = {"tgz", "tar.gz"};
    struct qn_archive_format *format;
    enum qn_status status;
    size_t i;

    memset(out, 0, sizeof(*out));
    status = add(ctx, out, QN_BYTES("tar"), QN_ARCHIVE_TAR, &format);
    if (!status)
        format->is_remote = true;
    for (i = 0; !status && i < QN_COUNT_OF(own); i++) {
        status = add(ctx, out, qn_bytes_from_string(own[i]), QN_ARCHIVE_TAR,
                     &format);
        if (!status) {
            format->command = QN_ARCHIVE_SINK_GZIP;
            format->is_remote = true;
        }
    }
    for (i = 0; !status && config && i < qn_config_count(config); i++)
        status = take_entry(ctx, out, qn_config_at(config, i));
    if (!status) {
        drop_empty(out);
        status = add(ctx, out, QN_BYTES("zip"), QN_ARCHIVE_ZIP, &format);
    }
    if (!status)
        format->is_remote = true;
    else
        qn_archive_formats_dispose(out);
    return status;
}

bool qn_archive_format_takes_level(const struct qn_archive_format *format,
                                   int level)
{
    return level < 0 || format->command ||
           (format->kind == QN_ARCHIVE_ZIP && level <= 9);
}

const struct qn_archive_format *
qn_archive_formats_find(const struct qn_archive_formats *formats,
                        const char *name)
{
    return find(formats, qn_bytes_from_string(name), 0);
}

const struct qn_archive_format *
qn_archive_formats_of_file(const struct qn_archive_formats *formats,
                           const char *path)
{
    struct qn_bytes text = qn_bytes_from_string(path);
    size_t i;

    for (i = 0; i < formats->count; i++) {
        const char *name = formats->items[i].name;
        size_t size = strlen(name);

        if (text.size > size && qn_bytes_has_suffix(text, name) &&
            text.data[text.size - size - 1] == '.')
            return &formats->items[i];
    }
    return NULL;
}
