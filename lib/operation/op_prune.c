/* SPDX-License-Identifier: MIT */
#include "operation/op_prune.h"

#include "base/buf.h"
#include "base/env.h"
#include "base/memory.h"
#include "base/progress.h"
#include "odb/odb_lease.h"
#include "operation/part/graph_prune.h"
#include "operation/part/keep_tips.h"
#include "operation/part/object_age.h"
#include "operation/part/promised.h"
#include "operation/part/reachable.h"
#include "os/directory.h"
#include "os/file.h"
#include "os/lock_file.h"

#define WAIT_MS 2000 /* for writers to end */

struct prune {
    struct qn_op_prune *options;
    struct qn_odb *odb;
    struct qn_id_map tips;
    struct qn_id_map recent;
    struct qn_id_map keep; /* all that is reached */
    struct qn_id_map shallow;
    char *shown; /* the object directory, in messages */
    struct qn_buf path, text;
    bool keeps_objects; /* writers are at work */
    bool is_walked;     /* `keep` is known; else no object may go */
    struct qn_graph_prune graph;
};

static enum qn_status put(struct qn_ctx *ctx, struct qn_id_map *map,
                          const struct qn_id *id)
{
    uint32_t position;
    bool is_new;

    return qn_id_map_put(ctx, map, id, &position, &is_new);
}

static enum qn_status note_recent(struct qn_ctx *ctx, void *data,
                                  const struct qn_id *id, uint32_t mtime)
{
    struct prune *prune = data;

    if ((int64_t)mtime <= prune->options->expire ||
        qn_id_map_find(&prune->keep, id) != QN_ID_MAP_NONE)
        return QN_OK;
    return put(ctx, &prune->recent, id);
}

static enum qn_status read_shallow(struct qn_ctx *ctx, struct prune *prune)
{
    struct qn_bytes rest, line;
    enum qn_status status;
    struct qn_id id;

    qn_buf_clear(&prune->path);
    qn_buf_clear(&prune->text);
    status = qn_repo_path(ctx, prune->options->repo, "shallow", &prune->path);
    if (!status &&
        qn_file_read_all(ctx, qn_buf_string(&prune->path), &prune->text))
        qn_ctx_clear(ctx);
    rest = qn_buf_bytes(&prune->text);
    while (!status && qn_bytes_next(&rest, '\n', &line))
        if (qn_id_from_hex(&id, prune->shallow.algorithm, line))
            status = put(ctx, &prune->shallow, &id);
    return status;
}

static enum qn_status find_ids(struct qn_ctx *ctx, struct prune *prune,
                               const struct qn_id_map *from,
                               bool ignores_missing)
{
    struct qn_reachable how = {.odb = prune->odb,
                               .ignores_missing = ignores_missing,
                               .shallow = &prune->shallow};
    struct qn_id *ids = qn_memory_calloc(ctx, from->count + 1, sizeof(*ids));
    enum qn_status status;
    uint32_t i;

    if (!ids)
        return QN_NO_MEMORY;
    for (i = 0; i < from->count; i++)
        qn_id_map_id(from, i, &ids[i]);
    status = qn_reachable_find(ctx, &how, ids, from->count, &prune->keep);
    qn_memory_free(ids);
    return status;
}

static enum qn_status find_keep(struct qn_ctx *ctx, struct prune *prune)
{
    struct qn_op_prune *options = prune->options;
    struct qn_progress progress = QN_PROGRESS_INIT;
    bool may_miss = false;
    enum qn_status status;
    size_t i;

    status = qn_keep_tips_collect(ctx, options->repo, prune->odb, &prune->tips);
    for (i = 0; i < options->head_count && !status; i++)
        status = put(ctx, &prune->tips, &options->heads[i]);
    if (!status)
        status = qn_promised_any(ctx, prune->odb, &may_miss);
    qn_progress_begin(ctx, &progress, QN_PROGRESS_BEGIN_LATER,
                      "Checking connectivity", 0);
    if (!status)
        status = find_ids(ctx, prune, &prune->tips, may_miss);
    if (!status && options->expire != INT64_MAX)
        status = qn_object_age_each(ctx, prune->odb, note_recent, prune);
    if (!status)
        status = qn_object_age_hook(ctx, options->repo, &prune->recent);
    if (!status && prune->recent.count > 0)
        status = find_ids(ctx, prune, &prune->recent, true);
    qn_progress_set(ctx, &progress, prune->keep.count);
    qn_progress_end(ctx, &progress);
    prune->is_walked = !status;
    return status;
}

static void say(struct qn_ctx *ctx, struct prune *prune, bool is_problem,
                const char *what, const char *name)
{
    qn_buf_clear(&prune->text);
    if (prune->options->line &&
        qn_buf_printf(ctx, &prune->text, "%s %s/%s", what, prune->shown,
                      name) == QN_OK)
        prune->options->line(prune->options->data, is_problem,
                             qn_buf_string(&prune->text));
}

/* Is the file at prune->path old enough to go?  A fresh one has a writer. */
static bool is_old(struct qn_ctx *ctx, struct prune *prune)
{
    struct qn_file_stat stat;

    if (qn_file_lstat(ctx, qn_buf_string(&prune->path), &stat)) {
        qn_ctx_clear(ctx);
        return false;
    }
    return stat.kind != QN_FILE_NONE &&
           stat.mtime_ns / 1000000000 <= prune->options->expire;
}

/* Is there a loose object that is old enough, among those that begin so? */
static enum qn_status has_old(struct qn_ctx *ctx, struct prune *prune,
                              unsigned first, bool *out)
{
    const char *objects = qn_odb_store_directory(qn_odb_get_store(prune->odb));
    size_t size = 2 * qn_id_size(prune->keep.algorithm) - 2;
    struct qn_directory *directory = NULL;
    enum qn_file_kind kind;
    enum qn_status status;
    const char *name;

    qn_buf_clear(&prune->path);
    status = qn_buf_printf(ctx, &prune->path, "%s/%02x", objects, first);
    if (status || !qn_file_is_directory(qn_buf_string(&prune->path)))
        return status;
    status = qn_directory_open(ctx, qn_buf_string(&prune->path), &directory);
    while (!status && !*out && qn_directory_next(directory, &name, &kind)) {
        if (strlen(name) != size)
            continue;
        qn_buf_clear(&prune->path);
        status = qn_buf_printf(ctx, &prune->path, "%s/%02x/%s", objects, first,
                               name);
        *out = !status && is_old(ctx, prune);
    }
    return qn_directory_end(ctx, directory, status);
}

/* What is reached, if anything depends on that: with no loose object that could
 * go and no end of a shallow history, nothing does. */
static enum qn_status find_keep_if_needed(struct qn_ctx *ctx,
                                          struct prune *prune)
{
    enum qn_status status = read_shallow(ctx, prune);
    bool is_needed = prune->is_walked || prune->shallow.count > 0;
    unsigned first;

    for (first = 0; first < 256 && !status && !is_needed; first++)
        status = has_old(ctx, prune, first, &is_needed);
    return status || !is_needed ? status : find_keep(ctx, prune);
}

/* A temporary file or directory; `name` from the object directory on. */
static enum qn_status prune_temporary(struct qn_ctx *ctx, struct prune *prune,
                                      const char *name)
{
    enum qn_status status = QN_OK;
    bool is_directory;

    if (prune->keeps_objects || !is_old(ctx, prune))
        return QN_OK;
    is_directory = qn_file_is_directory(qn_buf_string(&prune->path));
    say(ctx, prune, false,
        is_directory ? "Removing stale temporary directory"
                     : "Removing stale temporary file",
        name);
    if (prune->options->is_dry_run)
        return QN_OK;
    if (is_directory)
        status = qn_directory_remove_all(ctx, qn_buf_string(&prune->path));
    else
        status = qn_file_unlink_if_exists(ctx, qn_buf_string(&prune->path));
    return status;
}

static enum qn_status prune_object(struct qn_ctx *ctx, struct prune *prune,
                                   const struct qn_id *id)
{
    struct qn_op_prune *options = prune->options;
    struct qn_odb_info info = {0};
    enum qn_status status;

    if (prune->keeps_objects || !prune->is_walked ||
        qn_id_map_find(&prune->keep, id) != QN_ID_MAP_NONE ||
        !is_old(ctx, prune))
        return QN_OK;
    if (options->object) {
        if (qn_odb_read_info(ctx, prune->odb, id, QN_ODB_WANT_TYPE, &info)) {
            qn_ctx_clear(ctx);
            info.type = QN_OBJECT_NONE;
        }
        options->object(options->data, id, info.type);
    }
    if (options->is_dry_run)
        return QN_OK;
    status = qn_graph_prune_gone(ctx, &prune->graph, id);
    return status ? status
                  : qn_file_unlink_if_exists(ctx, qn_buf_string(&prune->path));
}

static enum qn_status prune_file(struct qn_ctx *ctx, struct prune *prune,
                                 unsigned first, const char *name)
{
    const char *directory =
        qn_odb_store_directory(qn_odb_get_store(prune->odb));
    struct qn_buf text = QN_BUF_INIT;
    enum qn_status status;
    struct qn_id id;

    qn_buf_clear(&prune->path);
    status =
        qn_buf_printf(ctx, &prune->path, "%s/%02x/%s", directory, first, name);
    if (!status)
        status = qn_buf_printf(ctx, &text, "%02x%s", first, name);
    if (!status &&
        qn_id_from_hex(&id, prune->keep.algorithm, qn_buf_bytes(&text))) {
        status = prune_object(ctx, prune, &id);
        goto out;
    }
    qn_buf_clear(&text);
    if (!status)
        status = qn_buf_printf(ctx, &text, "%02x/%s", first, name);
    if (!status && strncmp(name, "tmp_obj_", 8) == 0)
        status = prune_temporary(ctx, prune, qn_buf_string(&text));
    else if (!status)
        say(ctx, prune, true, "bad sha1 file:", qn_buf_string(&text));
out:
    qn_buf_dispose(&text);
    return status;
}

/* One of the 256, which goes when it is empty then. */
static enum qn_status prune_directory(struct qn_ctx *ctx, struct prune *prune,
                                      unsigned first)
{
    const char *objects = qn_odb_store_directory(qn_odb_get_store(prune->odb));
    struct qn_directory *directory = NULL;
    enum qn_file_kind kind;
    enum qn_status status;
    const char *name;

    qn_buf_clear(&prune->path);
    status = qn_buf_printf(ctx, &prune->path, "%s/%02x", objects, first);
    if (status || !qn_file_is_directory(qn_buf_string(&prune->path)))
        return status;
    status = qn_directory_open(ctx, qn_buf_string(&prune->path), &directory);
    while (!status && qn_directory_next(directory, &name, &kind))
        status = prune_file(ctx, prune, first, name);
    status = qn_directory_end(ctx, directory, status);
    qn_buf_clear(&prune->path);
    if (!status && !prune->options->is_dry_run)
        status = qn_buf_printf(ctx, &prune->path, "%s/%02x", objects, first);
    if (!status && !prune->options->is_dry_run &&
        qn_directory_remove(ctx, qn_buf_string(&prune->path)))
        qn_ctx_clear(ctx); /* it is not empty */
    return status;
}

/* What dead writers left in a directory: names that begin with "tmp_". */
static enum qn_status prune_left(struct qn_ctx *ctx, struct prune *prune,
                                 const char *below)
{
    const char *objects = qn_odb_store_directory(qn_odb_get_store(prune->odb));
    struct qn_directory *directory = NULL;
    struct qn_buf shown = QN_BUF_INIT;
    enum qn_file_kind kind;
    enum qn_status status;
    const char *name;

    qn_buf_clear(&prune->path);
    status = qn_buf_printf(ctx, &prune->path, "%s/%s", objects, below);
    if (status || !qn_file_is_directory(qn_buf_string(&prune->path)))
        return status;
    status = qn_directory_open(ctx, qn_buf_string(&prune->path), &directory);
    while (!status && qn_directory_next(directory, &name, &kind)) {
        if (strncmp(name, "tmp_", 4) != 0)
            continue;
        qn_buf_clear(&prune->path);
        qn_buf_clear(&shown);
        status = qn_buf_printf(ctx, &shown, "%s%s", below, name);
        if (!status)
            status = qn_buf_printf(ctx, &prune->path, "%s/%s", objects,
                                   qn_buf_string(&shown));
        if (!status)
            status = prune_temporary(ctx, prune, qn_buf_string(&shown));
    }
    status = qn_directory_end(ctx, directory, status);
    qn_buf_dispose(&shown);
    return status;
}

/* Lines of "shallow" whose commits are not reached any more. */
static enum qn_status prune_shallow(struct qn_ctx *ctx, struct prune *prune)
{
    struct qn_lock_file lock = QN_LOCK_FILE_INIT;
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    uint32_t i, gone = 0;
    enum qn_status status;
    struct qn_id id;

    for (i = 0; i < prune->shallow.count; i++) {
        qn_id_map_id(&prune->shallow, i, &id);
        gone += qn_id_map_find(&prune->keep, &id) == QN_ID_MAP_NONE;
    }
    if (gone == 0 || prune->options->is_dry_run || prune->keeps_objects ||
        !prune->is_walked)
        return QN_OK;
    qn_buf_clear(&prune->path);
    qn_buf_clear(&prune->text);
    status = qn_repo_path(ctx, prune->options->repo, "shallow", &prune->path);
    if (!status)
        status =
            qn_lock_file_take(ctx, &lock, qn_buf_string(&prune->path), 0666, 0);
    for (i = 0; i < prune->shallow.count && !status; i++) {
        qn_id_map_id(&prune->shallow, i, &id);
        if (qn_id_map_find(&prune->keep, &id) != QN_ID_MAP_NONE)
            status = qn_buf_printf(ctx, &prune->text, "%s\n",
                                   qn_id_to_hex(&id, hex));
    }
    if (!status)
        status = qn_lock_file_write(ctx, &lock, qn_buf_bytes(&prune->text));
    if (!status && prune->text.size == 0)
        status = qn_file_unlink_if_exists(ctx, qn_buf_string(&prune->path));
    else if (!status)
        status = qn_lock_file_commit(
            ctx, &lock, qn_repo_sync(prune->options->repo), QN_SYNC_REFERENCE);
    qn_lock_file_rollback(&lock);
    return status;
}

static enum qn_status remove_all(struct qn_ctx *ctx, struct prune *prune)
{
    static const char *const left[] = {"", "pack/", "pack/multi-pack-index.d/",
                                       "info/commit-graphs/", "info/writers/"};
    enum qn_status status = QN_OK;
    unsigned first;
    size_t i;

    for (first = 0; first < 256 && !status; first++) {
        status = qn_ctx_check(ctx);
        if (!status)
            status = prune_directory(ctx, prune, first);
    }
    for (i = 0; i < QN_COUNT_OF(left) && !status; i++)
        status = prune_left(ctx, prune, left[i]);
    if (!status)
        status = prune_shallow(ctx, prune);
    return status;
}

static enum qn_status prepare(struct qn_ctx *ctx, struct prune *prune)
{
    struct qn_repo *repo = prune->options->repo;
    const char *common = qn_repo_common_directory(repo);
    enum qn_status status;

    if (strcmp(common, qn_repo_git_directory(repo)) == 0)
        common = qn_repo_git_directory_shown(repo);
    status = qn_repo_odb_raw(ctx, repo, &prune->odb);
    if (!status)
        status = qn_odb_store_refresh(ctx, qn_repo_odb_store(repo));
    if (!status)
        status = qn_odb_refresh(ctx, prune->odb);
    if (!status)
        status = qn_buf_printf(ctx, &prune->text, "%s/objects", common);
    if (!status)
        prune->shown = qn_memory_string(ctx, qn_buf_bytes(&prune->text));
    return status ? status : prune->shown ? QN_OK : QN_NO_MEMORY;
}

enum qn_status qn_op_prune_run(struct qn_ctx *ctx, struct qn_op_prune *options)
{
    struct prune prune = {.options = options};
    uint32_t algorithm = qn_repo_algorithm(options->repo);
    struct qn_odb_prune_marker *marker = NULL;
    enum qn_status status;

    qn_id_map_init(&prune.tips, algorithm);
    qn_id_map_init(&prune.recent, algorithm);
    qn_id_map_init(&prune.keep, algorithm);
    qn_id_map_init(&prune.shallow, algorithm);
    status = prepare(ctx, &prune);
    if (!status) /* most of it, while writers go on */
        status = find_keep_if_needed(ctx, &prune);
    if (!status && !options->is_dry_run)
        status = qn_odb_prune_begin(ctx, qn_repo_odb_store(options->repo),
                                    WAIT_MS, &marker, &options->was_busy);
    prune.keeps_objects = options->was_busy;
    if (!status && marker && !prune.keeps_objects)
        status = qn_odb_store_refresh(ctx, qn_repo_odb_store(options->repo));
    if (!status && marker && !prune.keeps_objects)
        status = qn_odb_refresh(ctx, prune.odb);
    if (!status && marker && !prune.keeps_objects)
        status = find_keep_if_needed(ctx, &prune);
    if (!status)
        status = qn_graph_prune_begin(ctx, prune.odb, &prune.graph);
    if (!status)
        status = remove_all(ctx, &prune);
    qn_odb_prune_end(marker);
    qn_graph_prune_end(ctx, &prune.graph, options->repo);
    qn_odb_free(prune.odb);
    qn_memory_free(prune.shown);
    qn_buf_dispose(&prune.path);
    qn_buf_dispose(&prune.text);
    qn_id_map_dispose(&prune.tips);
    qn_id_map_dispose(&prune.recent);
    qn_id_map_dispose(&prune.keep);
    qn_id_map_dispose(&prune.shallow);
    return status;
}
