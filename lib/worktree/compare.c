/* SPDX-License-Identifier: MIT */
#include "worktree/compare.h"

#include "hash/hash.h"
#include "object/tree.h"
#include "os/file.h"

void qn_compare_init(struct qn_compare *compare,
                     const struct qn_work_tree *tree,
                     const struct qn_index *index)
{
    memset(compare, 0, sizeof(*compare));
    compare->tree = tree;
    compare->index = index;
    compare->directory_fd = -1;
}

void qn_compare_dispose(struct qn_compare *compare)
{
    qn_file_close(compare->directory_fd);
    compare->directory_fd = -1;
    qn_filter_free(compare->filter);
    compare->filter = NULL;
    qn_buf_dispose(&compare->path);
    qn_buf_dispose(&compare->content);
    qn_buf_dispose(&compare->filtered);
}

bool qn_compare_is_stat_same(const struct qn_compare *compare,
                             const struct qn_index_entry *entry,
                             const struct qn_file_stat *stat)
{
    struct qn_index_stat known = entry->stat;

    known.ctime_nanoseconds = known.mtime_nanoseconds = 0;
    return qn_index_stat_is_equal(&known, stat, &compare->tree->policy);
}

/* A submodule's directory: its repository's HEAD, read by hand, so that a whole
 * repository need not be opened to look at one name. */
static enum qn_status read_small(struct qn_ctx *ctx, struct qn_buf *path,
                                 const char *name, struct qn_buf *out,
                                 bool *found)
{
    size_t size = path->size;
    int fd = -1;
    enum qn_status status = qn_buf_append_string(ctx, path, name);

    *found = false;
    qn_buf_clear(out);
    if (!status)
        status =
            qn_file_open_if_exists(ctx, qn_buf_string(path), QN_FILE_READ, &fd);
    if (!status && fd >= 0) {
        struct qn_file_stat stat;

        status = qn_file_stat_fd(ctx, fd, &stat);
        if (!status && stat.kind == QN_FILE_REGULAR && stat.size < 65536) {
            status = qn_file_read_rest(ctx, fd, out);
            *found = !status;
        }
    }
    qn_file_close(fd);
    qn_buf_truncate(path, size);
    while (out->size > 0 && (out->data[out->size - 1] == '\n' ||
                             out->data[out->size - 1] == ' '))
        qn_buf_truncate(out, out->size - 1);
    return status;
}

static enum qn_status resolve_head(struct qn_ctx *ctx, struct qn_repo *repo,
                                   struct qn_id *out, bool *found)
{
    struct qn_refs *refs = NULL;
    struct qn_ref head = QN_REF_INIT;
    enum qn_status status = qn_repo_refs(ctx, repo, &refs);

    if (!status)
        status = qn_refs_resolve(ctx, refs, "HEAD", &head, found);
    if (!status && *found)
        *out = head.id;
    qn_ref_dispose(&head);
    qn_refs_free(refs);
    return status;
}

enum qn_status qn_compare_gitlink(struct qn_ctx *ctx,
                                  struct qn_compare *compare,
                                  struct qn_bytes path, struct qn_id *out,
                                  bool *found)
{
    struct qn_repo_open_options options = {.ignores_variables = true};
    struct qn_repo *repo = NULL;
    struct qn_buf git = QN_BUF_INIT, text = QN_BUF_INIT;
    struct qn_file_stat stat;
    enum qn_status status;

    *found = false;
    status = qn_work_tree_path(ctx, compare->tree, path, &git);
    if (!status)
        status = qn_buf_append_string(ctx, &git, "/.git");
    if (!status)
        status = qn_file_stat(ctx, qn_buf_string(&git), &stat);
    if (status || stat.kind == QN_FILE_NONE)
        goto out;
    if (stat.kind == QN_FILE_REGULAR) {
        bool is_there;

        status = read_small(ctx, &git, "", &text, &is_there);
        if (status || !is_there ||
            !qn_bytes_has_prefix(qn_buf_bytes(&text), "gitdir: "))
            goto out;
        qn_buf_truncate(&git, git.size - 4);
        if (text.data[8] == '/')
            qn_buf_clear(&git);
        status = qn_buf_append_string(ctx, &git, qn_buf_string(&text) + 8);
        if (status)
            goto out;
    }
    options.git_directory = qn_buf_string(&git);
    if (qn_repo_open(ctx, &options, &repo) ||
        resolve_head(ctx, repo, out, found)) {
        qn_ctx_clear(ctx);
        *found = false;
    }
out:
    qn_repo_release(repo);
    qn_buf_dispose(&git);
    qn_buf_dispose(&text);
    return status;
}

static enum qn_status need_filter(struct qn_ctx *ctx,
                                  struct qn_compare *compare)
{
    if (compare->filter)
        return QN_OK;
    return qn_filter_new(ctx, compare->tree, QN_ATTRIBUTES_WORK_TREE,
                         compare->index, &compare->filter);
}

/* Hash a plain file in pieces: no content is held whole. */
static enum qn_status hash_plain(struct qn_ctx *ctx, struct qn_compare *compare,
                                 int fd, uint64_t size, struct qn_id *out)
{
    uint32_t algorithm = qn_repo_algorithm(compare->tree->repo);
    struct qn_buf *piece = &compare->content;
    struct qn_hash hash;
    uint64_t total = 0;
    char head[32];
    size_t got, head_size;
    enum qn_status status;

    qn_buf_clear(piece);
    status = qn_buf_printf(ctx, piece, "blob %llu", (unsigned long long)size);
    if (status)
        return status;
    head_size = piece->size + 1;
    memcpy(head, piece->data, head_size);
    qn_hash_init(&hash, algorithm);
    qn_hash_update(&hash, head, head_size);
    qn_buf_clear(piece);
    status = qn_buf_reserve(ctx, piece, 65536);
    while (!status) {
        status = qn_file_read(ctx, fd, piece->data, 65536, &got);
        if (status || got == 0)
            break;
        total += got;
        qn_hash_update(&hash, piece->data, got);
    }
    if (status)
        return status;
    if (total != size) { /* it changed while it was read: certainly not same */
        qn_id_clear(out, algorithm);
        return QN_OK;
    }
    return qn_hash_final(ctx, &hash, out);
}

enum qn_status qn_compare_hash(struct qn_ctx *ctx, struct qn_compare *compare,
                               struct qn_bytes path,
                               const struct qn_file_stat *stat,
                               struct qn_id *out)
{
    uint32_t algorithm = qn_repo_algorithm(compare->tree->repo);
    struct qn_filter_plan plan;
    struct qn_bytes content;
    bool changed = false;
    int fd = -1;
    enum qn_status status =
        qn_work_tree_path(ctx, compare->tree, path, &compare->path);

    if (status)
        return status;
    qn_buf_clear(&compare->content);
    if (stat->kind == QN_FILE_SYMLINK) {
        status = qn_file_readlink(ctx, qn_buf_string(&compare->path),
                                  &compare->content);
        return status ? status
                      : qn_hash_object(ctx, algorithm, "blob",
                                       qn_buf_bytes(&compare->content), out);
    }
    status = need_filter(ctx, compare);
    if (!status)
        status = qn_filter_plan(ctx, compare->filter, path, &plan);
    if (!status && plan.driver && compare->defers_programs) {
        compare->is_deferred = true;
        qn_id_clear(out, algorithm);
        return QN_OK;
    }
    if (!status)
        status =
            qn_work_tree_open_file(ctx, compare->tree, &compare->path, &fd);
    if (status)
        return status;
    if (qn_filter_plan_is_plain_in(&plan)) {
        status = hash_plain(ctx, compare, fd, stat->size, out);
        qn_file_close(fd);
        return status;
    }
    status = qn_file_read_known(ctx, fd, stat->size, &compare->content);
    qn_file_close(fd);
    qn_buf_clear(&compare->filtered);
    content = qn_buf_bytes(&compare->content);
    if (!status)
        status = qn_filter_to_git(ctx, compare->filter, &plan, path, content, 0,
                                  &compare->filtered, &changed);
    if (!status)
        status = qn_hash_object(
            ctx, algorithm, "blob",
            changed ? qn_buf_bytes(&compare->filtered) : content, out);
    return status;
}

static enum qn_status compare_gitlink(struct qn_ctx *ctx,
                                      struct qn_compare *compare,
                                      const struct qn_index_entry *entry,
                                      const struct qn_file_stat *stat,
                                      enum qn_compare_answer *answer)
{
    struct qn_id head;
    bool found;
    enum qn_status status;

    if (stat->kind != QN_FILE_DIRECTORY) {
        *answer = QN_COMPARE_TYPE_CHANGED;
        return QN_OK;
    }
    status = qn_compare_gitlink(ctx, compare, entry->path, &head, &found);
    /* Not checked out: nothing to be different. */
    *answer = !status && found && !qn_id_is_equal(&head, &entry->id)
                  ? QN_COMPARE_MODIFIED
                  : QN_COMPARE_SAME;
    return status;
}

static enum qn_status compare_content(struct qn_ctx *ctx,
                                      struct qn_compare *compare,
                                      const struct qn_index_entry *entry,
                                      const struct qn_file_stat *stat,
                                      enum qn_compare_answer *answer)
{
    struct qn_id id;
    enum qn_status status =
        qn_compare_hash(ctx, compare, entry->path, stat, &id);

    if (status == QN_NOT_FOUND) {
        qn_ctx_clear(ctx);
        *answer = QN_COMPARE_DELETED;
        return QN_OK;
    }
    if (status == QN_DENIED) { /* cannot be read: Git calls it changed */
        qn_ctx_clear(ctx);
        *answer = QN_COMPARE_MODIFIED;
        return QN_OK;
    }
    *answer = !status && qn_id_is_equal(&id, &entry->id) ? QN_COMPARE_SAME
                                                         : QN_COMPARE_MODIFIED;
    return status;
}

/* Another directory: see that it is one, and that no part of it is a link (what
 * is behind a link is not ours). Parts shared with the one before are known. */
static enum qn_status enter_directory(struct qn_ctx *ctx,
                                      struct qn_compare *compare,
                                      struct qn_bytes directory)
{
    struct qn_bytes before = compare->directory;
    size_t same = 0;

    qn_file_close(compare->directory_fd);
    compare->directory_fd = -1;
    if (!compare->is_not_there) {
        size_t most =
            before.size < directory.size ? before.size : directory.size;

        for (size_t i = 0; i < most && before.data[i] == directory.data[i]; i++)
            if (directory.data[i] == '/')
                same = i + 1;
    }
    compare->directory = directory;
    compare->is_not_there = false;
    for (size_t at = same; at < directory.size; at++) {
        struct qn_file_stat stat;
        enum qn_status status;

        if (directory.data[at] != '/')
            continue;
        qn_buf_clear(&compare->path);
        status = qn_buf_append(ctx, &compare->path, directory.data, at);
        if (!status)
            status = qn_file_lstat_at(ctx, compare->tree->top_fd,
                                      qn_buf_string(&compare->path), &stat);
        if (status)
            return status;
        if (stat.kind != QN_FILE_DIRECTORY) {
            compare->is_not_there = true;
            break;
        }
    }
    return QN_OK;
}

static enum qn_status stat_entry(struct qn_ctx *ctx, struct qn_compare *compare,
                                 const struct qn_index_entry *entry,
                                 struct qn_file_stat *stat)
{
    const struct qn_work_tree *tree = compare->tree;
    size_t slash = qn_bytes_find_last(entry->path, '/');
    struct qn_bytes directory = slash == entry->path.size
                                    ? QN_BYTES("")
                                    : qn_bytes_first(entry->path, slash + 1);
    const char *path = (const char *)entry->path.data;
    enum qn_status status = QN_OK;

    if (!qn_bytes_is_equal(directory, compare->directory)) {
        status = enter_directory(ctx, compare, directory);
        if (!status && !compare->is_not_there)
            status = qn_file_lstat_at(ctx, tree->top_fd, path, stat);
    } else if (directory.size == 0) {
        return qn_file_lstat_at(ctx, tree->top_fd, path, stat);
    } else if (!compare->is_not_there) {
        /* The second of its directory: there may be many. */
        if (compare->directory_fd < 0) {
            status = qn_work_tree_path(ctx, tree, directory, &compare->path);
            if (!status)
                status = qn_file_open(ctx, qn_buf_string(&compare->path),
                                      QN_FILE_READ, 0, &compare->directory_fd);
            if (status && status != QN_NO_MEMORY) {
                qn_ctx_clear(ctx);
                return qn_file_lstat_at(ctx, tree->top_fd, path, stat);
            }
        }
        if (!status)
            status = qn_file_lstat_at(ctx, compare->directory_fd,
                                      path + directory.size, stat);
    }
    if (!status && compare->is_not_there)
        memset(stat, 0, sizeof(*stat));
    return status;
}

enum qn_status qn_compare_judge(struct qn_ctx *ctx, struct qn_compare *compare,
                                const struct qn_index_entry *entry,
                                const struct qn_file_stat *stat,
                                enum qn_compare_answer *answer,
                                bool *is_stat_stale)
{
    const struct qn_work_tree *tree = compare->tree;
    bool is_stat_same;
    uint32_t mode;
    enum qn_status status;

    *answer = QN_COMPARE_SAME;
    *is_stat_stale = false;
    compare->is_deferred = false;
    if (stat->kind == QN_FILE_NONE) {
        *answer = QN_COMPARE_DELETED;
        return QN_OK;
    }
    if (qn_mode_is_gitlink(entry->mode))
        return compare_gitlink(ctx, compare, entry, stat, answer);
    if (stat->kind == QN_FILE_DIRECTORY || stat->kind == QN_FILE_OTHER) {
        *answer = QN_COMPARE_DELETED;
        return QN_OK;
    }
    mode = qn_work_tree_mode(tree, stat, entry->mode);
    if ((mode ^ entry->mode) & QN_MODE_KIND_MASK) {
        *answer = QN_COMPARE_TYPE_CHANGED;
        return QN_OK;
    }
    if (entry->flags & QN_INDEX_INTENT_TO_ADD) {
        *answer = QN_COMPARE_MODIFIED;
        return QN_OK;
    }
    is_stat_same = qn_index_stat_is_equal(&entry->stat, stat, &tree->policy);
    if ((mode ^ entry->mode) & 0100) {
        *answer = QN_COMPARE_MODIFIED;
        return QN_OK;
    }
    /* Size 0 of something that is not empty: smudged. */
    if (is_stat_same && entry->stat.size == 0 &&
        !qn_id_is_equal(&entry->id,
                        qn_id_empty_blob(qn_repo_algorithm(tree->repo))))
        is_stat_same = false;
    if (is_stat_same && !qn_index_is_racy(compare->index, entry))
        return QN_OK;
    /* Another size is another content, whatever a filter would make of it: so
     * Git has it, and nothing needs to be read. */
    if (entry->stat.size != 0 && !qn_index_is_size_same(&entry->stat, stat)) {
        *answer = QN_COMPARE_MODIFIED;
        return QN_OK;
    }
    status = compare_content(ctx, compare, entry, stat, answer);
    *is_stat_stale = *answer == QN_COMPARE_SAME;
    return status;
}

enum qn_status qn_compare_entry(struct qn_ctx *ctx, struct qn_compare *compare,
                                const struct qn_index_entry *entry,
                                struct qn_file_stat *stat,
                                enum qn_compare_answer *answer,
                                bool *is_stat_stale)
{
    enum qn_status status;

    *answer = QN_COMPARE_SAME;
    *is_stat_stale = false;
    compare->is_deferred = false;
    if ((entry->flags & (QN_INDEX_ASSUME_VALID | QN_INDEX_SKIP_WORKTREE)) ||
        qn_compare_is_known(compare->index, entry))
        return QN_OK;
    status = stat_entry(ctx, compare, entry, stat);
    return status ? status
                  : qn_compare_judge(ctx, compare, entry, stat, answer,
                                     is_stat_stale);
}

enum qn_status qn_compare_confirm(struct qn_ctx *ctx,
                                  struct qn_compare *compare,
                                  const struct qn_index_entry *entry,
                                  const struct qn_file_stat *stat,
                                  enum qn_compare_answer *answer)
{
    struct qn_filter_plan plan;
    enum qn_status status;

    if (*answer != QN_COMPARE_MODIFIED || stat->kind != QN_FILE_REGULAR ||
        !qn_mode_is_file(entry->mode) ||
        qn_work_tree_mode(compare->tree, stat, entry->mode) != entry->mode ||
        (entry->flags & QN_INDEX_INTENT_TO_ADD))
        return QN_OK;
    status = need_filter(ctx, compare);
    if (!status)
        status = qn_filter_plan(ctx, compare->filter, entry->path, &plan);
    if (status || qn_filter_plan_is_plain_in(&plan))
        return status;
    return compare_content(ctx, compare, entry, stat, answer);
}
