/* SPDX-License-Identifier: MIT */
#include "odb/odb_quarantine.h"

#include "base/env.h"
#include "base/memory.h"
#include "odb/odb_lease.h"
#include "odb/odb_private.h"
#include "os/directory.h"
#include "os/file.h"

#include <stdlib.h>

#define MOST_TRIES     1000 /* against somebody who prunes */
#define DIRECTORY_MODE 0777u

struct qn_odb_quarantine {
    struct qn_env *env;
    struct qn_odb_store *real;
    struct qn_odb_store *store;
    struct qn_buf path;
    struct qn_buf alternates;
    bool is_there; /* the directory */
    bool stays;    /* it is the caller's */
};

struct names { /* of one directory */
    char **items;
    size_t count, capacity;
};

/* ---- making it */

/* As a list of alternates has it: what would end a path early is quoted. */
static enum qn_status append_alternate(struct qn_ctx *ctx, const char *path,
                                       struct qn_buf *out)
{
    const char *at;
    enum qn_status status = QN_OK;

    if (*path != '"' && !strchr(path, ':') && !strchr(path, '\n'))
        return qn_buf_append_string(ctx, out, path);
    status = qn_buf_append_byte(ctx, out, '"');
    for (at = path; !status && *at; at++) {
        if (*at == '"' || *at == '\\')
            status = qn_buf_append_byte(ctx, out, '\\');
        if (!status && *at == '\n')
            status = qn_buf_append_string(ctx, out, "\\n");
        else if (!status)
            status = qn_buf_append_byte(ctx, out, (uint8_t)*at);
    }
    return status ? status : qn_buf_append_byte(ctx, out, '"');
}

static enum qn_status make_directories(struct qn_ctx *ctx,
                                       struct qn_odb_quarantine *quarantine,
                                       const char *name)
{
    struct qn_buf prefix = QN_BUF_INIT, pack = QN_BUF_INIT;
    enum qn_status status =
        qn_buf_printf(ctx, &prefix, "%s/tmp_objdir-%s-",
                      quarantine->real->options.directory, name);

    if (!status)
        status = qn_directory_make_temporary(ctx, qn_buf_string(&prefix),
                                             &quarantine->path);
    quarantine->is_there = !status;
    if (!status)
        status = qn_buf_printf(ctx, &pack, "%s/pack",
                               qn_buf_string(&quarantine->path));
    if (!status)
        status = qn_directory_make(ctx, qn_buf_string(&pack), DIRECTORY_MODE);
    qn_buf_dispose(&prefix);
    qn_buf_dispose(&pack);
    return status;
}

/* One that stays. */
static enum qn_status enter_directory(struct qn_ctx *ctx,
                                      struct qn_odb_quarantine *quarantine,
                                      const char *directory)
{
    struct qn_buf pack = QN_BUF_INIT;
    enum qn_status status =
        qn_buf_append_string(ctx, &quarantine->path, directory);

    quarantine->stays = true;
    if (!status)
        status = qn_buf_printf(ctx, &pack, "%s/pack", directory);
    if (!status)
        status =
            qn_directory_make_all(ctx, qn_buf_string(&pack), DIRECTORY_MODE);
    qn_buf_dispose(&pack);
    return status;
}

/* `name` or `directory` is NULL. */
static enum qn_status open_quarantine(struct qn_ctx *ctx,
                                      struct qn_odb_store *store,
                                      const char *name, const char *directory,
                                      struct qn_odb_quarantine **out)
{
    struct qn_odb_quarantine *made = qn_memory_calloc(ctx, 1, sizeof(*made));
    struct qn_odb_store_options options = store->options;
    enum qn_status status;

    if (!made)
        return QN_NO_MEMORY;
    made->env = qn_env_retain(qn_ctx_env(ctx));
    made->real = qn_odb_store_retain(store);
    status = qn_odb_lease_take_store(ctx, store);
    if (!status)
        status = name ? make_directories(ctx, made, name)
                      : enter_directory(ctx, made, directory);
    if (!status)
        status =
            append_alternate(ctx, store->options.directory, &made->alternates);
    if (!status && store->options.alternates && *store->options.alternates)
        status = qn_buf_printf(ctx, &made->alternates, ":%s",
                               store->options.alternates);
    options.directory = qn_buf_string(&made->path);
    options.alternates = qn_buf_string(&made->alternates);
    options.is_quarantine = true;
    if (!status)
        status = qn_odb_store_open(ctx, &options, &made->store);
    if (status)
        qn_odb_quarantine_free(made);
    else
        *out = made;
    return status;
}

enum qn_status qn_odb_quarantine_new(struct qn_ctx *ctx,
                                     struct qn_odb_store *store,
                                     const char *name,
                                     struct qn_odb_quarantine **out)
{
    return open_quarantine(ctx, store, name, NULL, out);
}

enum qn_status qn_odb_quarantine_open(struct qn_ctx *ctx,
                                      struct qn_odb_store *store,
                                      const char *directory,
                                      struct qn_odb_quarantine **out)
{
    return open_quarantine(ctx, store, NULL, directory, out);
}

void qn_odb_quarantine_free(struct qn_odb_quarantine *quarantine)
{
    struct qn_ctx *ctx;

    if (!quarantine)
        return;
    ctx = quarantine->is_there ? qn_ctx_new(quarantine->env) : NULL;
    if (ctx)
        (void)!qn_directory_remove_all(ctx, qn_buf_string(&quarantine->path));
    qn_ctx_free(ctx);
    qn_odb_store_release(quarantine->store);
    qn_odb_store_release(quarantine->real);
    qn_buf_dispose(&quarantine->path);
    qn_buf_dispose(&quarantine->alternates);
    qn_env_release(quarantine->env);
    qn_memory_free(quarantine);
}

struct qn_odb_store *
qn_odb_quarantine_store(const struct qn_odb_quarantine *quarantine)
{
    return quarantine->store;
}

const char *
qn_odb_quarantine_directory(const struct qn_odb_quarantine *quarantine)
{
    return qn_buf_string(&quarantine->path);
}

const char *
qn_odb_quarantine_alternates(const struct qn_odb_quarantine *quarantine)
{
    return qn_buf_string(&quarantine->alternates);
}

/* ---- what is in it, to where it stays */

static void free_names(struct names *names)
{
    size_t i;

    for (i = 0; i < names->count; i++)
        qn_memory_free(names->items[i]);
    qn_memory_free(names->items);
}

static enum qn_status read_names(struct qn_ctx *ctx, const char *path,
                                 struct names *names)
{
    struct qn_directory *directory = NULL;
    enum qn_status status = qn_directory_open(ctx, path, &directory);
    enum qn_file_kind kind;
    const char *name;

    if (status == QN_NOT_FOUND) { /* a hook removed it */
        qn_ctx_clear(ctx);
        return QN_OK;
    }
    while (!status && qn_directory_next(directory, &name, &kind)) {
        status = qn_memory_grow(ctx, &names->items, &names->capacity,
                                names->count + 1, sizeof(*names->items));
        if (status)
            break;
        names->items[names->count] =
            qn_memory_string(ctx, qn_bytes_from_string(name));
        if (!names->items[names->count])
            status = QN_NO_MEMORY;
        else
            names->count++;
    }
    return qn_directory_end(ctx, directory, status);
}

/* A pack can be seen from when its index is there: that comes last. */
static int rank_of(const char *name)
{
    static const char *const last[] = {".pack", ".bitmap", ".rev", ".idx"};
    const char *dot = strrchr(name, '.');
    int i;

    for (i = 0; dot && i < 4; i++)
        if (strcmp(dot, last[i]) == 0)
            return i + 1;
    return 0;
}

static int compare_names(const void *a, const void *b)
{
    const char *one = *(char *const *)a, *two = *(char *const *)b;
    int difference = rank_of(one) - rank_of(two);

    return difference ? difference : strcmp(one, two);
}

static uint32_t directory_mode(const struct qn_odb_store *store)
{
    uint32_t mode = 0700u | store->options.shared_mode;

    mode |= (mode & 0444u) >> 2; /* x follows r */
    return mode | (mode & 0070u ? 02000u : 0);
}

static enum qn_status make_place(struct qn_ctx *ctx,
                                 const struct qn_odb_store *store,
                                 const char *path)
{
    enum qn_status status;

    if (qn_file_is_directory(path))
        return QN_OK;
    status = qn_directory_make_all(ctx, path, DIRECTORY_MODE);
    if (!status && store->options.shared_mode)
        status = qn_file_chmod(ctx, path, directory_mode(store));
    return status;
}

/* What is there already is the same (its name says so), or somebody else's note
 * beside a pack. */
static enum qn_status move_file(struct qn_ctx *ctx,
                                const struct qn_odb_store *store,
                                struct qn_buf *from, struct qn_buf *to,
                                const char *name)
{
    unsigned tries;
    const size_t from_size = from->size, to_size = to->size;
    enum qn_status status = qn_buf_printf(ctx, from, "/%s", name);

    if (!status)
        status = qn_buf_printf(ctx, to, "/%s", name);
    for (tries = 0; !status && !qn_file_exists(qn_buf_string(to)); tries++) {
        status = qn_file_rename(ctx, qn_buf_string(from), qn_buf_string(to));
        if (!status)
            break;
        /* Who prunes takes empty directories away, this one, too. */
        if (status == QN_NOT_FOUND && tries < MOST_TRIES &&
            qn_file_exists(qn_buf_string(from))) {
            qn_ctx_clear(ctx);
            qn_buf_truncate(to, to_size);
            status = make_place(ctx, store, qn_buf_string(to));
            if (!status)
                status = qn_buf_printf(ctx, to, "/%s", name);
        }
    }
    qn_buf_truncate(from, from_size);
    qn_buf_truncate(to, to_size);
    return status;
}

static enum qn_status move_directory(struct qn_ctx *ctx,
                                     const struct qn_odb_store *store,
                                     const struct qn_buf *top, const char *name,
                                     uint32_t component)
{
    struct qn_buf from = QN_BUF_INIT, to = QN_BUF_INIT;
    struct names names = {0};
    enum qn_status status =
        qn_buf_printf(ctx, &from, "%s/%s", qn_buf_string(top), name);
    bool has_moved = false;
    size_t i;

    if (!status)
        status =
            qn_buf_printf(ctx, &to, "%s/%s", store->options.directory, name);
    if (!status)
        status = read_names(ctx, qn_buf_string(&from), &names);
    if (!status && names.count > 1)
        qsort(names.items, names.count, sizeof(*names.items), compare_names);
    for (i = 0; !status && i < names.count; i++) {
        if (strncmp(names.items[i], "tmp_", 4) == 0)
            continue;
        if (!has_moved)
            status = make_place(ctx, store, qn_buf_string(&to));
        has_moved = true;
        if (!status)
            status = move_file(ctx, store, &from, &to, names.items[i]);
    }
    if (!status && has_moved && store->options.sync.components & component)
        status = qn_directory_sync(ctx, qn_buf_string(&to));
    free_names(&names);
    qn_buf_dispose(&from);
    qn_buf_dispose(&to);
    return status;
}

static bool is_hex(const char *name)
{
    return strlen(name) == 2 && strspn(name, "0123456789abcdef") == 2;
}

enum qn_status qn_odb_quarantine_migrate(struct qn_ctx *ctx,
                                         struct qn_odb_quarantine *quarantine)
{
    const struct qn_odb_store *real = quarantine->real;
    const struct qn_buf *path = &quarantine->path;
    struct names names = {0};
    enum qn_status status = read_names(ctx, qn_buf_string(path), &names);
    size_t i;

    for (i = 0; !status && i < names.count; i++)
        if (is_hex(names.items[i]))
            status = move_directory(ctx, real, path, names.items[i],
                                    QN_SYNC_LOOSE_OBJECT);
    if (!status)
        status = move_directory(ctx, real, path, "pack", QN_SYNC_PACK);
    if (!status && real->options.sync.components & QN_SYNC_LOOSE_OBJECT)
        status = qn_directory_sync(ctx, real->options.directory);
    free_names(&names);
    if (!status && !quarantine->stays)
        status = qn_directory_remove_all(ctx, qn_buf_string(path));
    if (status)
        return status;
    quarantine->is_there = false;
    return qn_odb_store_refresh(ctx, quarantine->real);
}
