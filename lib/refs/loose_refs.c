/* SPDX-License-Identifier: MIT */
#include "refs/loose_refs.h"

#include "base/memory.h"
#include "os/directory.h"
#include "os/file.h"
#include "text/ref_name.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define CONTENT_MAX 4096 /* no path is longer */

static bool is_space(uint8_t byte)
{
    return byte == ' ' || (byte >= '\t' && byte <= '\r');
}

enum qn_status qn_loose_refs_parse(struct qn_ctx *ctx, struct qn_bytes content,
                                   uint32_t algorithm, struct qn_ref *out)
{
    size_t hex_size = qn_id_hex_size(algorithm);

    if (qn_bytes_has_prefix(content, "ref:")) {
        content = qn_bytes_trim(qn_bytes_from(content, 4));
        out->is_symbolic = true;
        out->is_broken =
            content.size == 0 || qn_bytes_find(content, '\0') != content.size;
        return qn_buf_append_bytes(ctx, &out->target, content);
    }
    out->is_broken =
        content.size < hex_size ||
        (content.size > hex_size && !is_space(content.data[hex_size])) ||
        !qn_id_from_hex(&out->id, algorithm, qn_bytes_first(content, hex_size));
    if (out->is_broken)
        qn_id_clear(&out->id, algorithm);
    return QN_OK;
}

enum qn_status qn_loose_refs_path(struct qn_ctx *ctx,
                                  const struct qn_refs_options *options,
                                  const char *top, const char *name,
                                  struct qn_buf *out)
{
    struct qn_refs_place place;
    enum qn_status status;

    qn_refs_place_of(name, &place);
    status = qn_refs_place_directory(ctx, options, &place, out);
    if (!status)
        status = qn_buf_append_byte(ctx, out, '/');
    if (!status && *top)
        status = qn_buf_append_string(ctx, out, top);
    return status ? status : qn_buf_append_string(ctx, out, place.name);
}

/* A symlink to "refs/..." is a symbolic ref of old; others are followed. */
static enum qn_status read_symlink(struct qn_ctx *ctx, const char *path,
                                   struct qn_ref *out, bool *is_ref)
{
    enum qn_status status = qn_file_readlink(ctx, path, &out->target);

    *is_ref = false;
    if (status == QN_NOT_FOUND || (status && qn_ctx_errno(ctx) == EINVAL)) {
        qn_ctx_clear(ctx);
        return QN_OK;
    }
    if (status)
        return status;
    if (qn_bytes_has_prefix(qn_buf_bytes(&out->target), "refs/") &&
        qn_ref_name_is_valid(qn_buf_bytes(&out->target), 0)) {
        out->is_symbolic = true;
        *is_ref = true;
    } else {
        qn_buf_clear(&out->target);
    }
    return QN_OK;
}

/* Open the file of a ref; -1: there is none.  `*is_ref`: it was a symlink and
 * `out` is filled. */
static enum qn_status open_ref(struct qn_ctx *ctx, const char *path,
                               struct qn_ref *out, bool *is_ref, int *fd)
{
    enum qn_status status =
        qn_file_open_if_exists(ctx, path, QN_FILE_READ | QN_FILE_NO_FOLLOW, fd);

    *is_ref = false;
    if (!status || qn_ctx_errno(ctx) != ELOOP)
        return status;
    qn_ctx_clear(ctx);
    status = read_symlink(ctx, path, out, is_ref);
    if (status || *is_ref)
        return status;
    return qn_file_open_if_exists(ctx, path, QN_FILE_READ, fd);
}

enum qn_status qn_loose_refs_read(struct qn_ctx *ctx, struct qn_refs *refs,
                                  const char *name, struct qn_ref *out,
                                  bool *found)
{
    uint32_t algorithm = refs->options->algorithm;
    uint8_t content[CONTENT_MAX];
    enum qn_status status;
    size_t size;
    int fd = -1;

    *found = false;
    qn_buf_clear(&refs->path);
    status = qn_loose_refs_path(ctx, refs->options, "", name, &refs->path);
    if (!status)
        status = open_ref(ctx, qn_buf_string(&refs->path), out, found, &fd);
    if (status || *found || fd < 0)
        return status;
    status = qn_file_read(ctx, fd, content, sizeof(content), &size);
    qn_file_close(fd);
    if (status && qn_ctx_errno(ctx) == EISDIR) {
        qn_ctx_clear(ctx);
        return QN_OK;
    }
    if (status)
        return status;
    *found = true;
    return qn_loose_refs_parse(ctx, qn_bytes_make(content, size), algorithm,
                               out);
}

void qn_loose_refs_names_dispose(struct qn_loose_names *names)
{
    qn_memory_free((void *)names->names);
    qn_arena_dispose(&names->arena);
}

struct list_state {
    const struct qn_refs_options *options;
    const char *top;
    struct qn_bytes prefix;
    struct qn_loose_names *out;
    const char **directories; /* names with a slash at the end, to be read */
    size_t count;
    size_t capacity;
    struct qn_buf path;
    struct qn_buf name;
};

/* Is a name, or for a directory anything in it, below the prefix? */
static bool is_wanted(const struct list_state *list, struct qn_bytes name,
                      bool is_directory)
{
    size_t size = name.size < list->prefix.size ? name.size : list->prefix.size;

    if (!is_directory && name.size < list->prefix.size)
        return false;
    return size == 0 || memcmp(name.data, list->prefix.data, size) == 0;
}

static enum qn_status push_name(struct qn_ctx *ctx, struct list_state *list,
                                struct qn_bytes name, bool is_directory)
{
    const char *copy = qn_arena_copy(ctx, &list->out->arena, name);
    enum qn_status status;

    if (!copy)
        return QN_NO_MEMORY;
    if (is_directory) {
        status = qn_memory_grow(ctx, &list->directories, &list->capacity,
                                list->count + 1, sizeof(*list->directories));
        if (!status)
            list->directories[list->count++] = copy;
        return status;
    }
    status = qn_memory_grow(ctx, &list->out->names, &list->out->capacity,
                            list->out->count + 1, sizeof(*list->out->names));
    if (!status)
        list->out->names[list->out->count++] = copy;
    return status;
}

/* What an entry is; a symlink is what it points to, a dangling one a file. */
static enum qn_status find_kind(struct qn_ctx *ctx, struct list_state *list,
                                const char *entry, enum qn_file_kind *kind)
{
    size_t size = list->path.size;
    struct qn_file_stat stat;
    enum qn_status status;

    if (*kind == QN_FILE_REGULAR || *kind == QN_FILE_DIRECTORY)
        return QN_OK;
    status = qn_buf_append_string(ctx, &list->path, entry);
    if (!status)
        status = qn_file_stat(ctx, qn_buf_string(&list->path), &stat);
    qn_buf_truncate(&list->path, size);
    if (status && qn_ctx_errno(ctx) == ELOOP) {
        qn_ctx_clear(ctx);
        status = QN_OK;
        stat.kind = QN_FILE_NONE;
    }
    if (!status)
        *kind = stat.kind == QN_FILE_DIRECTORY ? QN_FILE_DIRECTORY
                                               : QN_FILE_REGULAR;
    return status;
}

/* One entry of the directory whose ref name is list->name. */
static enum qn_status list_entry(struct qn_ctx *ctx, struct list_state *list,
                                 const char *entry, enum qn_file_kind kind)
{
    size_t size = list->name.size;
    enum qn_status status;
    bool is_directory;

    if (entry[0] == '.' ||
        qn_bytes_has_suffix(qn_bytes_from_string(entry), ".lock"))
        return QN_OK;
    status = find_kind(ctx, list, entry, &kind);
    is_directory = kind == QN_FILE_DIRECTORY;
    if (!status)
        status = qn_buf_append_string(ctx, &list->name, entry);
    if (!status && is_directory)
        status = qn_buf_append_byte(ctx, &list->name, '/');
    if (!status && is_directory && size == 5 && /* in "refs/" itself */
        qn_ref_name_is_per_worktree(qn_buf_bytes(&list->name)))
        goto out; /* comes from its own place */
    if (!status && is_wanted(list, qn_buf_bytes(&list->name), is_directory))
        status = push_name(ctx, list, qn_buf_bytes(&list->name), is_directory);
out:
    qn_buf_truncate(&list->name, size);
    return status;
}

static enum qn_status list_directory(struct qn_ctx *ctx,
                                     struct list_state *list, const char *name)
{
    struct qn_directory *directory = NULL;
    enum qn_file_kind kind;
    const char *entry;
    enum qn_status status;

    qn_buf_clear(&list->path);
    qn_buf_clear(&list->name);
    status =
        qn_loose_refs_path(ctx, list->options, list->top, name, &list->path);
    if (!status)
        status = qn_buf_append_string(ctx, &list->name, name);
    if (!status)
        status = qn_directory_open(ctx, qn_buf_string(&list->path), &directory);
    if (status) {
        if (status != QN_NOT_FOUND && qn_ctx_errno(ctx) != ENOTDIR)
            return status;
        qn_ctx_clear(ctx);
        return QN_OK;
    }
    while (!status && qn_directory_next(directory, &entry, &kind))
        status = list_entry(ctx, list, entry, kind);
    return qn_directory_end(ctx, directory, status);
}

/* HEAD and its kin, in the worktree's own directory. */
static enum qn_status list_roots(struct qn_ctx *ctx, struct list_state *list)
{
    struct qn_directory *directory = NULL;
    enum qn_file_kind kind;
    const char *entry;
    enum qn_status status;

    qn_buf_clear(&list->path);
    status = qn_buf_printf(ctx, &list->path, "%s/%s",
                           list->options->git_directory, list->top);
    if (!status)
        status = qn_directory_open(ctx, qn_buf_string(&list->path), &directory);
    if (status == QN_NOT_FOUND) {
        qn_ctx_clear(ctx);
        return QN_OK;
    }
    if (status)
        return status;
    while (!status && qn_directory_next(directory, &entry, &kind)) {
        struct qn_bytes name = qn_bytes_from_string(entry);

        if (!qn_ref_name_is_root(name) || !is_wanted(list, name, false))
            continue;
        status = find_kind(ctx, list, entry, &kind);
        if (!status && kind == QN_FILE_REGULAR)
            status = push_name(ctx, list, name, false);
    }
    return qn_directory_end(ctx, directory, status);
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The directories to start from: the prefix's own, or refs/ and those of
 * refs/'s parts that a worktree has for itself. */
static enum qn_status push_starts(struct qn_ctx *ctx, struct list_state *list)
{
    static const char *const own[] = {"refs/bisect/", "refs/rewritten/",
                                      "refs/worktree/"};
    size_t slash = qn_bytes_find_last(list->prefix, '/');
    enum qn_status status;
    size_t i;

    if (slash > 5 && slash < list->prefix.size)
        return qn_bytes_has_prefix(list->prefix, "refs/")
                   ? push_name(ctx, list,
                               qn_bytes_first(list->prefix, slash + 1), true)
                   : QN_OK;
    if (!is_wanted(list, QN_BYTES("refs/"), true))
        return QN_OK;
    status = push_name(ctx, list, QN_BYTES("refs/"), true);
    for (i = 0; !status && i < QN_COUNT_OF(own); i++)
        if (is_wanted(list, qn_bytes_from_string(own[i]), true))
            status = push_name(ctx, list, qn_bytes_from_string(own[i]), true);
    return status;
}

enum qn_status qn_loose_refs_list(struct qn_ctx *ctx,
                                  const struct qn_refs_options *options,
                                  const char *top, const char *prefix,
                                  unsigned flags, struct qn_loose_names *out)
{
    struct list_state list = {.options = options,
                              .top = top,
                              .prefix = qn_bytes_from_string(prefix),
                              .out = out,
                              .path = QN_BUF_INIT,
                              .name = QN_BUF_INIT};
    enum qn_status status;
    size_t i;

    status = push_starts(ctx, &list);
    for (i = 0; !status && i < list.count; i++) {
        status = list_directory(ctx, &list, list.directories[i]);
        if (!status)
            status = qn_ctx_check(ctx);
    }
    if (!status && (flags & QN_REFS_INCLUDE_ROOT))
        status = list_roots(ctx, &list);
    if (!status && out->count)
        qsort((void *)out->names, out->count, sizeof(*out->names),
              compare_names);
    qn_memory_free((void *)list.directories);
    qn_buf_dispose(&list.path);
    qn_buf_dispose(&list.name);
    return status;
}
