/* SPDX-License-Identifier: MIT */
/* The stores behind a repository, opened when first asked for, and views. */
#include "base/memory.h"
#include "object/commit.h"
#include "odb/odb_lease.h"
#include "refs/reftable.h"
#include "repo/repo_parts.h"
#include "text/pathname.h"

#include <string.h>

#define TAG_CHAIN_MAX 256

/* ------------------------------------------------- the refs' questions upward
 */

/* With the mutex held: a view that never fetches nor replaces. */
static enum qn_status own_odb(struct qn_ctx *ctx, struct qn_repo *repo);

static enum qn_status answer_exists(struct qn_ctx *ctx, void *data,
                                    const struct qn_id *id, bool *out)
{
    struct qn_repo *repo = data;
    enum qn_status status;

    qn_mutex_lock(repo->mutex);
    status = own_odb(ctx, repo);
    /* Asked before a ref is made to name it: from now on it must not go. */
    if (!status)
        status = qn_odb_lease_take(ctx, repo->calls_odb);
    if (!status)
        status = qn_odb_exists(ctx, repo->calls_odb, id, out);
    qn_mutex_unlock(repo->mutex);
    return status;
}

static enum qn_status peel_chain(struct qn_ctx *ctx, struct qn_odb *odb,
                                 const struct qn_id *id, bool *is_tag,
                                 struct qn_id *peeled)
{
    struct qn_object object = QN_OBJECT_INIT;
    struct qn_odb_info info;
    struct qn_id at = *id;
    enum qn_status status = QN_OK;
    int depth;

    *is_tag = false;
    for (depth = 0; depth < TAG_CHAIN_MAX; depth++) {
        struct qn_tag tag;

        status = qn_odb_read_info(ctx, odb, &at, QN_ODB_WANT_TYPE, &info);
        if (status || info.type != QN_OBJECT_TAG)
            break;
        *is_tag = true;
        status = qn_odb_read(ctx, odb, &at, &object);
        if (!status)
            status = qn_tag_parse(ctx, qn_object_bytes(&object),
                                  qn_odb_algorithm(odb), &tag);
        if (status)
            break;
        at = tag.object;
    }
    qn_object_dispose(&object);
    *peeled = at;
    return status;
}

static enum qn_status answer_peel(struct qn_ctx *ctx, void *data,
                                  const struct qn_id *id, bool *is_tag,
                                  struct qn_id *peeled)
{
    struct qn_repo *repo = data;
    enum qn_status status;

    qn_mutex_lock(repo->mutex);
    status = own_odb(ctx, repo);
    if (!status)
        status = peel_chain(ctx, repo->calls_odb, id, is_tag, peeled);
    qn_mutex_unlock(repo->mutex);
    return status;
}

static enum qn_status answer_is_commit(struct qn_ctx *ctx, void *data,
                                       const struct qn_id *id, bool *out)
{
    struct qn_repo *repo = data;
    struct qn_object object = QN_OBJECT_INIT;
    enum qn_status status;

    /* Whole: what cannot be read is nothing for a branch to name. */
    qn_mutex_lock(repo->mutex);
    status = own_odb(ctx, repo);
    if (!status)
        status = qn_odb_read_typed(ctx, repo->calls_odb, id, QN_OBJECT_COMMIT,
                                   &object);
    qn_mutex_unlock(repo->mutex);
    *out = !status;
    if (status == QN_INVALID) {
        qn_ctx_clear(ctx);
        status = QN_OK;
    }
    qn_object_dispose(&object);
    return status;
}

/* ---------------------------------------------------------------------- refs
 */

static enum qn_status read_log_updates(struct qn_ctx *ctx,
                                       const struct qn_repo *repo, int *out)
{
    const char *text =
        qn_config_string(repo->config, "core.logallrefupdates", NULL);
    bool value = true;
    enum qn_status status;

    *out = repo->is_bare ? 0 : 1;
    if (text && strcmp(text, "always") == 0) {
        *out = 2;
        return QN_OK;
    }
    if (!qn_config_find(repo->config, "core.logallrefupdates"))
        return QN_OK;
    status = qn_config_bool(ctx, repo->config, "core.logallrefupdates", true,
                            &value);
    *out = value ? 1 : 0;
    return status;
}

/* A number from reftable.* that has to fit into what a table can say. */
static enum qn_status read_limited(struct qn_ctx *ctx,
                                   const struct qn_repo *repo, const char *key,
                                   uint32_t limit, uint32_t *out)
{
    static const struct {
        uint32_t limit;
        const char *text;
    } texts[] = {{QN_REFTABLE_BLOCK_MAX, "block size cannot exceed 16MB"},
                 {UINT16_MAX, "block size cannot exceed 65535"},
                 {UINT8_MAX, "geometric factor cannot exceed 255"}};
    uint64_t value = 0;
    enum qn_status status = qn_config_uint64(ctx, repo->config, key, 0, &value);

    if (status)
        return status;
    for (size_t i = 0; i < QN_COUNT_OF(texts); i++)
        if (value > limit && limit == texts[i].limit)
            return qn_ctx_fail(ctx, QN_INVALID, "reftable %s", texts[i].text);
    *out = (uint32_t)value;
    return QN_OK;
}

static enum qn_status read_reftable_options(struct qn_ctx *ctx,
                                            const struct qn_repo *repo,
                                            struct qn_refs_options *out)
{
    bool indexes_objects = true;
    enum qn_status status =
        read_limited(ctx, repo, "reftable.blocksize", QN_REFTABLE_BLOCK_MAX,
                     &out->reftable_block_size);

    if (!status)
        status = read_limited(ctx, repo, "reftable.restartinterval", UINT16_MAX,
                              &out->reftable_restart_interval);
    if (!status)
        status = read_limited(ctx, repo, "reftable.geometricfactor", UINT8_MAX,
                              &out->reftable_geometric_factor);
    if (!status)
        status = qn_config_int64(ctx, repo->config, "reftable.locktimeout", 100,
                                 &out->reftable_lock_timeout_ms);
    if (!status && out->reftable_lock_timeout_ms < -1)
        status = qn_ctx_fail(ctx, QN_INVALID,
                             "reftable lock timeout does not support negative "
                             "values other than -1");
    if (!status)
        status = qn_config_bool(ctx, repo->config, "reftable.indexobjects",
                                true, &indexes_objects);
    out->reftable_skips_objects = !indexes_objects;
    return status;
}

/* extensions.refStorage with a place: what stands for the common directory
 * there, and for that of the work tree. */
static enum qn_status find_refs_place(struct qn_ctx *ctx,
                                      const struct qn_repo *repo,
                                      struct qn_buf *common, struct qn_buf *own)
{
    struct qn_bytes rest = QN_BYTES_NONE;
    enum qn_status status =
        qn_pathname_join(ctx, qn_bytes_from_string(repo->git_directory),
                         qn_buf_bytes(&repo->format.refs_place), common);

    if (!status)
        status = qn_buf_append_bytes(ctx, own, qn_buf_bytes(common));
    if (status ||
        !qn_pathname_is_below(qn_bytes_from_string(repo->git_directory),
                              qn_bytes_from_string(repo->common_directory),
                              &rest) ||
        rest.size == 0)
        return status;
    return qn_buf_printf(ctx, own, "/%.*s", QN_BYTES_ARG(rest));
}

enum qn_status qn_repo_open_refs_store(struct qn_ctx *ctx, struct qn_repo *repo)
{
    struct qn_refs_options options = {.git_directory = repo->git_directory,
                                      .common_directory =
                                          repo->common_directory,
                                      .format = repo->format.refs_format,
                                      .algorithm = repo->format.algorithm,
                                      .sync = repo->sync,
                                      .shared_mode = repo->shared_mode,
                                      .files_lock_timeout_ms = 100,
                                      .packed_lock_timeout_ms = 1000,
                                      .reftable_lock_timeout_ms = 100,
                                      .log_updates = 1,
                                      .calls = {.data = repo,
                                                .exists = answer_exists,
                                                .peel = answer_peel,
                                                .is_commit = answer_is_commit}};
    struct qn_buf place = QN_BUF_INIT;
    struct qn_buf own = QN_BUF_INIT;
    enum qn_status status = QN_OK;

    if (repo->refs_store)
        return QN_OK;
    if (repo->format.refs_place.size > 0) {
        status = find_refs_place(ctx, repo, &place, &own);
        options.common_directory = qn_buf_string(&place);
        options.git_directory = qn_buf_string(&own);
    }
    if (!status && repo->config) {
        bool is_files = options.format == QN_REFS_FILES;

        if (is_files)
            status =
                qn_config_int64(ctx, repo->config, "core.filesreflocktimeout",
                                100, &options.files_lock_timeout_ms);
        if (!status && is_files)
            status =
                qn_config_int64(ctx, repo->config, "core.packedrefstimeout",
                                1000, &options.packed_lock_timeout_ms);
        if (!status)
            status = qn_config_bool(ctx, repo->config, "core.prefersymlinkrefs",
                                    false, &options.prefers_symlinks);
        if (!status && !is_files)
            status = read_reftable_options(ctx, repo, &options);
        if (!status)
            status = read_log_updates(ctx, repo, &options.log_updates);
    }
    if (!status)
        status = qn_refs_store_open(ctx, &options, &repo->refs_store);
    qn_buf_dispose(&place);
    qn_buf_dispose(&own);
    return status;
}

enum qn_status qn_repo_refs(struct qn_ctx *ctx, struct qn_repo *repo,
                            struct qn_refs **out)
{
    enum qn_status status;

    struct qn_refs *refs;

    qn_mutex_lock(repo->mutex);
    status = qn_repo_open_refs_store(ctx, repo);
    refs = repo->spare_refs;
    repo->spare_refs = NULL;
    qn_mutex_unlock(repo->mutex);
    if (!status && !refs)
        status = qn_refs_new(ctx, repo->refs_store, &refs);
    if (!status)
        *out = refs;
    if (!status && repo->observe)
        qn_refs_set_observer(*out, repo->observe, repo->observe_data);
    return status;
}

void qn_repo_set_attribute_source(struct qn_repo *repo,
                                  qn_repo_attribute_fn *source, void *data)
{
    repo->attribute_source = source;
    repo->attribute_data = data;
}

enum qn_status qn_repo_attribute_source(struct qn_ctx *ctx,
                                        struct qn_repo *repo,
                                        struct qn_id *tree, bool *found)
{
    *found = false;
    if (!repo->attribute_source)
        return QN_OK;
    return repo->attribute_source(ctx, repo->attribute_data, tree, found);
}

void qn_repo_set_refs_observer(struct qn_repo *repo,
                               qn_refs_observe_fn *observe, void *data)
{
    repo->observe = observe;
    repo->observe_data = data;
}

/* -------------------------------------------------------------------- objects
 */

static enum qn_status ask_for_missing(struct qn_ctx *ctx, void *data,
                                      const struct qn_id *ids, size_t count)
{
    const struct qn_repo *repo = data;

    return repo->missing(ctx, repo->missing_data, ids, count);
}

void qn_repo_set_missing(struct qn_repo *repo, qn_repo_missing_fn *missing,
                         void *data)
{
    repo->missing = missing;
    repo->missing_data = data;
    if (repo->odb_store) /* a clone by a helper has looked at it already */
        qn_odb_store_set_missing(repo->odb_store,
                                 missing ? ask_for_missing : NULL);
}

static bool find_replacement(void *data, const struct qn_id *id,
                             struct qn_id *replacement)
{
    const struct qn_repo *repo = data;
    uint32_t position;

    if (repo->replace_from.count == 0)
        return false;
    position = qn_id_map_find(&repo->replace_from, id);
    if (position == QN_ID_MAP_NONE)
        return false;
    *replacement = repo->replace_to[position];
    return true;
}

static enum qn_status add_replacement(struct qn_ctx *ctx, void *data,
                                      const struct qn_ref *ref)
{
    struct qn_repo *repo = data;
    struct qn_bytes name = qn_buf_bytes(&ref->name);
    size_t slash = qn_bytes_find_last(name, '/');
    struct qn_id id;
    uint32_t position = 0;
    bool is_new = false;
    enum qn_status status;

    name = qn_bytes_from(name, slash + 1);
    if (!qn_id_from_hex(&id, repo->format.algorithm, name)) {
        qn_ctx_report(ctx, QN_REPORT_WARNING, "", "bad replace ref name: %s",
                      qn_buf_string(&ref->name));
        return QN_OK;
    }
    status = qn_id_map_put(ctx, &repo->replace_from, &id, &position, &is_new);
    if (!status)
        status =
            qn_memory_grow(ctx, &repo->replace_to, &repo->replace_capacity,
                           (size_t)position + 1, sizeof(*repo->replace_to));
    if (!status)
        repo->replace_to[position] = ref->id;
    return status;
}

enum qn_status qn_repo_load_replace(struct qn_ctx *ctx, struct qn_repo *repo)
{
    const char *base =
        qn_repo_variable(ctx, &repo->start, "GIT_REPLACE_REF_BASE");
    struct qn_refs *refs = NULL;
    enum qn_status status;
    bool uses = true;

    if (repo->has_replace)
        return QN_OK;
    status =
        qn_config_bool(ctx, repo->config, "core.usereplacerefs", true, &uses);
    if (!status && uses &&
        !qn_repo_variable(ctx, &repo->start, "GIT_NO_REPLACE_OBJECTS")) {
        status = qn_repo_open_refs_store(ctx, repo);
        if (!status)
            status = qn_refs_new(ctx, repo->refs_store, &refs);
        if (!status)
            status = qn_refs_walk(ctx, refs, base ? base : "refs/replace/", 0,
                                  add_replacement, repo);
        /* Who asks for refs is told; objects can be read without them. */
        if (status && status != QN_NO_MEMORY) {
            qn_ctx_clear(ctx);
            status = QN_OK;
        }
        if (!status && !repo->spare_refs) /* it has packed-refs open */
            repo->spare_refs = refs;
        else
            qn_refs_free(refs);
    }
    if (!status)
        repo->has_replace = true;
    return status;
}

/* core.abbrev: 0 for what fits the number of objects. */
static enum qn_status
read_abbreviation(struct qn_ctx *ctx, const struct qn_repo *repo, uint32_t *out)
{
    const struct qn_config_entry *entry =
        qn_config_find(repo->config, "core.abbrev");
    int64_t most = (int64_t)qn_id_hex_size(repo->format.algorithm);
    int64_t digits = 0;
    bool flag = true;
    enum qn_status status;

    *out = 0;
    if (!entry || !entry->value || strcmp(entry->value, "auto") == 0)
        return QN_OK;
    if (!qn_config_parse_int64(entry->value, &digits) &&
        qn_config_parse_bool(entry->value, &flag) && !flag) {
        *out = (uint32_t)most;
        return QN_OK;
    }
    status = qn_config_entry_int(ctx, entry, 32, &digits);
    if (status)
        return status;
    if (digits < 4) {
        qn_ctx_report(ctx, QN_REPORT_ERROR, "",
                      "abbrev length out of range: %lld", (long long)digits);
        return qn_config_fail_entry(ctx, entry);
    }
    *out = (uint32_t)(digits > most ? most : digits);
    return QN_OK;
}

static enum qn_status read_odb_options(struct qn_ctx *ctx,
                                       const struct qn_repo *repo,
                                       struct qn_odb_store_options *out)
{
    const struct qn_config *config = repo->config;
    int64_t level = 1;
    int64_t big = 0;
    int64_t cache = 0;
    int64_t depth = -1;
    enum qn_status status;

    status = qn_config_int64(ctx, config, "core.compression", 1, &level);
    if (!status)
        status = qn_config_int64(ctx, config, "core.loosecompression", level,
                                 &level);
    if (!status)
        status = qn_config_int64(ctx, config, "core.bigfilethreshold", 0, &big);
    if (!status)
        status =
            qn_config_int64(ctx, config, "core.deltabasecachelimit", 0, &cache);
    if (!status)
        status = qn_config_int64(ctx, config, "core.maxtreedepth", -1, &depth);
    if (!status)
        status = qn_config_bool(ctx, config, "core.multipackindex", true,
                                &out->uses_multi_pack_index);
    if (!status)
        status = read_abbreviation(ctx, repo, &out->abbreviation);
    if (status)
        return status;
    if (level < -1 || level > 9)
        return qn_ctx_fail(ctx, QN_INVALID, "bad zlib compression level %lld",
                           (long long)level);
    out->loose_compression = (int)level;
    out->big_file_threshold = big > 0 ? (uint64_t)big : 0;
    out->tree_levels = depth >= 0 ? (uint64_t)depth + 1 : 0;
    out->base_cache_limit = cache > 0 ? (uint64_t)cache : 0;
    return QN_OK;
}

/* With the mutex held. */
static enum qn_status open_odb_store(struct qn_ctx *ctx, struct qn_repo *repo)
{
    const char *directory =
        qn_repo_variable(ctx, &repo->start, "GIT_OBJECT_DIRECTORY");
    struct qn_odb_store_options options = {
        .algorithm = repo->format.algorithm,
        .alternates = qn_repo_variable(ctx, &repo->start,
                                       "GIT_ALTERNATE_OBJECT_DIRECTORIES"),
        .sync = repo->sync,
        .shared_mode = repo->shared_mode,
        .calls = {.data = repo,
                  .replace = find_replacement,
                  .missing = repo->missing ? ask_for_missing : NULL}};
    struct qn_buf path = QN_BUF_INIT;
    enum qn_status status;

    if (repo->odb_store)
        return QN_OK;
    status = qn_repo_load_replace(ctx, repo);
    if (!status)
        status = read_odb_options(ctx, repo, &options);
    if (!status)
        status = directory ? qn_buf_append_string(ctx, &path, directory)
                           : qn_buf_printf(ctx, &path, "%s/objects",
                                           repo->common_directory);
    options.directory = qn_buf_string(&path);
    if (!status)
        status = qn_odb_store_open(ctx, &options, &repo->odb_store);
    qn_buf_dispose(&path);
    return status;
}

static enum qn_status own_odb(struct qn_ctx *ctx, struct qn_repo *repo)
{
    enum qn_status status;

    if (repo->calls_odb)
        return QN_OK;
    status = open_odb_store(ctx, repo);
    return status ? status
                  : qn_odb_new(ctx, repo->odb_store,
                               QN_ODB_NO_REPLACE | QN_ODB_NO_FETCH,
                               &repo->calls_odb);
}

enum qn_status qn_repo_odb(struct qn_ctx *ctx, struct qn_repo *repo,
                           struct qn_odb **out)
{
    unsigned flags = 0;
    enum qn_status status;

    qn_mutex_lock(repo->mutex);
    status = open_odb_store(ctx, repo);
    if (repo->replace_from.count == 0)
        flags |= QN_ODB_NO_REPLACE;
    qn_mutex_unlock(repo->mutex);
    return status ? status : qn_odb_new(ctx, repo->odb_store, flags, out);
}

static enum qn_status open_view(struct qn_ctx *ctx, struct qn_repo *repo,
                                unsigned flags, struct qn_odb **out)
{
    enum qn_status status;

    qn_mutex_lock(repo->mutex);
    status = open_odb_store(ctx, repo);
    qn_mutex_unlock(repo->mutex);
    return status ? status : qn_odb_new(ctx, repo->odb_store, flags, out);
}

enum qn_status qn_repo_odb_as_is(struct qn_ctx *ctx, struct qn_repo *repo,
                                 struct qn_odb **out)
{
    return open_view(ctx, repo, QN_ODB_NO_REPLACE, out);
}

enum qn_status qn_repo_odb_raw(struct qn_ctx *ctx, struct qn_repo *repo,
                               struct qn_odb **out)
{
    return open_view(ctx, repo, QN_ODB_NO_REPLACE | QN_ODB_NO_FETCH, out);
}
