/* SPDX-License-Identifier: MIT */
#include "walk/revision_args.h"
#include "walk/grafts.h"

#include "base/env.h"
#include "base/memory.h"
#include "os/file.h"
#include "text/pathname.h"
#include "walk/merge_base.h"
#include "walk/revision_args_parts.h"

#include <errno.h>
#include <string.h>

void qn_revision_args_init(struct qn_revision_args *args)
{
    memset(args, 0, sizeof(*args));
    args->walk.max_count = -1;
    args->walk.min_parents = -1;
    args->walk.max_parents = -1;
    args->input_fd = -1;
}

void qn_revision_args_dispose(struct qn_revision_args *args)
{
    qn_memory_free(args->tips);
    qn_memory_free(args->patterns);
    qn_memory_free(args->paths);
    qn_memory_free(args->excludes);
    qn_memory_free(args->ancestry);
    qn_memory_free(args->memo);
    qn_arena_dispose(&args->arena);
    memset(args, 0, sizeof(*args));
}

/* ----------------------------------------------------------------------- tips
 */

#define PATH_LONGEST 4096u
#define NAME_LONGEST 255u

static enum qn_status keep(struct qn_ctx *ctx, struct qn_revision_args *args,
                           struct qn_bytes text, const char **out)
{
    char *copy = qn_arena_copy(ctx, &args->arena, text);

    if (!copy)
        return QN_NO_MEMORY;
    *out = copy;
    return QN_OK;
}

/* Many refs lead to few commits: where the last ones led is remembered, in a
 * place that their ids say. */
#define MEMO_SLOTS 4096
#define MEMO_TRIES 4

struct qn_revision_memo {
    struct qn_id id;
    struct qn_id target;
    enum qn_object_type type; /* QN_OBJECT_NONE: the slot is empty */
    unsigned flags;           /* of the tip that was added */
};

/* The slot that has `id`, else an empty one, else one to be taken from another.
 */
static struct qn_revision_memo *memo_of(const struct qn_revision_args *args,
                                        const struct qn_id *id)
{
    size_t first = (size_t)(id->bytes[0] << 8 | id->bytes[1]);
    size_t i;

    for (i = 0; i < MEMO_TRIES; i++) {
        struct qn_revision_memo *memo = &args->memo[(first + i) % MEMO_SLOTS];

        if (memo->type == QN_OBJECT_NONE || qn_id_is_equal(&memo->id, id))
            return memo;
    }
    return &args->memo[first % MEMO_SLOTS];
}

bool qn_revision_args_has(const struct qn_revision_args *args,
                          const struct qn_revision_tip *tip)
{
    const struct qn_revision_memo *memo;

    if (!args->merges_refs || !args->memo)
        return false;
    memo = memo_of(args, &tip->id);
    return memo->type == QN_OBJECT_COMMIT && memo->flags == tip->flags &&
           qn_id_is_equal(&memo->id, &tip->id) &&
           qn_id_is_equal(&memo->target, &tip->id);
}

/* Follow tags; an object that is missing is only a failure where that is not
 * allowed. */
static enum qn_status follow(struct qn_ctx *ctx,
                             const struct qn_revision_scope *scope,
                             struct qn_revision_tip *tip)
{
    struct qn_odb_info info;
    enum qn_status status =
        qn_odb_read_info(ctx, scope->odb, &tip->id, QN_ODB_WANT_TYPE, &info);

    tip->target = tip->id;
    tip->type = QN_OBJECT_NONE;
    if (!status && info.type == QN_OBJECT_TAG) {
        status = qn_revision_peel(ctx, scope->odb, &tip->id, QN_OBJECT_NONE,
                                  &tip->target);
        if (!status)
            status = qn_odb_read_info(ctx, scope->odb, &tip->target,
                                      QN_ODB_WANT_TYPE, &info);
    }
    if (!status)
        tip->type = info.type;
    return status;
}

static enum qn_status follow_ref(struct qn_ctx *ctx,
                                 const struct qn_revision_scope *scope,
                                 struct qn_revision_args *args,
                                 struct qn_revision_tip *tip)
{
    struct qn_revision_memo *memo;
    enum qn_status status;

    if (!args->memo)
        args->memo = qn_memory_calloc(ctx, MEMO_SLOTS, sizeof(*args->memo));
    if (!args->memo)
        return QN_NO_MEMORY;
    memo = memo_of(args, &tip->id);
    if (memo->type != QN_OBJECT_NONE && qn_id_is_equal(&memo->id, &tip->id)) {
        tip->target = memo->target;
        tip->type = memo->type;
    } else {
        status = follow(ctx, scope, tip);
        if (status)
            return status;
        memo->id = tip->id;
        memo->target = tip->target;
        memo->type = tip->type;
    }
    memo->flags = tip->flags;
    return QN_OK;
}

enum qn_status qn_revision_args_add(struct qn_ctx *ctx,
                                    const struct qn_revision_scope *scope,
                                    struct qn_revision_args *args,
                                    struct qn_revision_tip *tip)
{
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    enum qn_status status = tip->is_from_refs
                                ? follow_ref(ctx, scope, args, tip)
                                : follow(ctx, scope, tip);

    if (status == QN_NOT_FOUND && args->ignores_missing) {
        qn_ctx_clear(ctx);
        args->has_revision = true;
        return args->walk.missing
                   ? args->walk.missing(ctx, args->walk.missing_data, &tip->id)
                   : QN_OK;
    }
    if (status == QN_NOT_FOUND)
        return qn_ctx_fail_reason(
            ctx, QN_CORRUPT, "revision.bad-object", tip->name, "bad object %s",
            tip->name && *tip->name ? tip->name : qn_id_to_hex(&tip->id, hex));
    if (!status)
        status = qn_memory_grow(ctx, &args->tips, &args->capacity,
                                args->count + 1, sizeof(*args->tips));
    if (status)
        return status;
    args->has_revision = true;
    args->tips[args->count++] = *tip;
    return QN_OK;
}

static enum qn_status to_tip(struct qn_ctx *ctx,
                             const struct qn_revision_scope *scope,
                             struct qn_revision_args *args,
                             struct qn_bytes text, unsigned flags,
                             struct qn_revision_tip *tip)
{
    struct qn_revision revision = QN_REVISION_INIT;
    enum qn_status status;

    memset(tip, 0, sizeof(*tip));
    revision.wanted = QN_OBJECT_COMMIT;
    status = keep(ctx, args, text, &tip->name);
    if (!status)
        status = qn_revision_parse(ctx, scope, tip->name, &revision);
    if (!status)
        status =
            keep(ctx, args, qn_buf_bytes(&revision.ref_name), &tip->ref_name);
    if (!status)
        status = keep(ctx, args, qn_buf_bytes(&revision.path), &tip->path);
    tip->id = revision.id;
    tip->mode = revision.has_path ? revision.mode : 0;
    tip->flags = flags;
    qn_revision_dispose(&revision);
    return status;
}

static unsigned flip(const struct qn_revision_args *args, unsigned flags)
{
    return args->is_not ? flags ^ QN_WALK_UNINTERESTING : flags;
}

/* --------------------------------------------------------------------- ranges
 */

static enum qn_status add_merge_bases(struct qn_ctx *ctx,
                                      const struct qn_revision_scope *scope,
                                      struct qn_revision_args *args,
                                      const struct qn_revision_tip *a,
                                      const struct qn_revision_tip *b)
{
    struct qn_id_list bases = {NULL, 0, 0};
    enum qn_status status =
        qn_merge_base_find(ctx, scope, &a->target, &b->target, 1, &bases);
    size_t i;

    for (i = 0; i < bases.count && !status; i++) {
        char hex[QN_ID_MAX_HEX_SIZE + 1];
        struct qn_revision_tip tip = {
            .id = bases.ids[i],
            .flags = flip(args, QN_WALK_UNINTERESTING) | QN_WALK_BOTTOM,
            .ref_name = "",
            .path = "",
            .is_from_range = true,
            .is_merge_base = true};

        status = keep(ctx, args,
                      qn_bytes_from_string(qn_id_to_hex(&bases.ids[i], hex)),
                      &tip.name);
        if (!status)
            status = qn_revision_args_add(ctx, scope, args, &tip);
    }
    qn_id_list_dispose(&bases);
    return status;
}

static enum qn_status need_commit(struct qn_ctx *ctx,
                                  const struct qn_revision_scope *scope,
                                  struct qn_revision_tip *tip)
{
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    enum qn_status status = follow(ctx, scope, tip);

    if (!status && tip->type != QN_OBJECT_COMMIT)
        status = qn_ctx_fail(ctx, QN_INVALID, "object %s is a %s, not a commit",
                             qn_id_to_hex(&tip->target, hex),
                             qn_object_type_name(tip->type));
    return status;
}

static enum qn_status add_range(struct qn_ctx *ctx,
                                const struct qn_revision_scope *scope,
                                struct qn_revision_args *args,
                                struct qn_bytes left, struct qn_bytes right,
                                bool is_symmetric)
{
    struct qn_revision_tip a;
    struct qn_revision_tip b;
    unsigned left_flags =
        is_symmetric ? QN_WALK_LEFT : QN_WALK_UNINTERESTING | QN_WALK_BOTTOM;
    enum qn_status status;

    if (left.size == 0)
        left = QN_BYTES("HEAD");
    if (right.size == 0)
        right = QN_BYTES("HEAD");
    status = to_tip(ctx, scope, args, left, flip(args, left_flags), &a);
    if (!status)
        status = to_tip(ctx, scope, args, right, flip(args, 0), &b);
    if (status)
        return status;
    a.is_from_range = true;
    b.is_from_range = true;
    if (is_symmetric) {
        status = need_commit(ctx, scope, &a);
        if (!status)
            status = need_commit(ctx, scope, &b);
        if (!status)
            status = add_merge_bases(ctx, scope, args, &a, &b);
    }
    if (!status)
        status = qn_revision_args_add(ctx, scope, args, &a);
    return status ? status : qn_revision_args_add(ctx, scope, args, &b);
}

/* The parents of a commit: all (`only` 0), or just one. */
static enum qn_status add_parents(struct qn_ctx *ctx,
                                  const struct qn_revision_scope *scope,
                                  struct qn_revision_args *args,
                                  const struct qn_revision_tip *child,
                                  unsigned flags, uint64_t only)
{
    struct qn_object object = QN_OBJECT_INIT;
    const struct qn_grafts *grafts = NULL;
    struct qn_commit commit;
    uint32_t i;
    enum qn_status status;

    status = qn_odb_read_typed(ctx, scope->odb, &child->target,
                               QN_OBJECT_COMMIT, &object);
    if (!status)
        status = qn_commit_parse(ctx, qn_object_bytes(&object),
                                 child->target.algorithm, &commit);
    if (!status)
        status = qn_grafts_of(ctx, scope, &grafts);
    if (!status)
        qn_grafts_apply(grafts, &child->target, &commit);
    if (!status && only > commit.parent_count)
        status = qn_revision_unknown(ctx, child->name);
    for (i = 0; !status && i < commit.parent_count; i++) {
        struct qn_revision_tip tip = *child;

        if (only && i + 1 != only)
            continue;
        qn_commit_parent(&commit, i, &tip.id);
        tip.flags = flip(args, flags);
        tip.ref_name = "";
        tip.is_from_range = true;
        status = qn_revision_args_add(ctx, scope, args, &tip);
    }
    qn_object_dispose(&object);
    return status;
}

/* "r^@", "r^!", "r^-", "r^-n"; `*taken` false when it is none of them. */
static enum qn_status add_family(struct qn_ctx *ctx,
                                 const struct qn_revision_scope *scope,
                                 struct qn_revision_args *args,
                                 struct qn_bytes word, bool *taken)
{
    struct qn_revision_tip tip;
    size_t at;
    uint64_t nth = 1;
    uint8_t kind;
    enum qn_status status;

    *taken = false;
    if (qn_bytes_has_suffix(word, "^@") || qn_bytes_has_suffix(word, "^!")) {
        at = word.size - 2;
    } else {
        at = qn_bytes_find_last(word, '^');
        if (at + 1 >= word.size || word.data[at + 1] != '-')
            return QN_OK;
        if (at + 2 < word.size &&
            (!qn_bytes_to_u64(qn_bytes_from(word, at + 2), &nth) || nth == 0))
            return QN_OK;
    }
    if (at == 0)
        return QN_OK;
    kind = word.data[at + 1];
    *taken = true;
    status =
        to_tip(ctx, scope, args, qn_bytes_first(word, at), flip(args, 0), &tip);
    if (!status)
        status = need_commit(ctx, scope, &tip);
    if (status)
        return status;
    if (kind == '@')
        return add_parents(ctx, scope, args, &tip, 0, 0);
    status = add_parents(ctx, scope, args, &tip,
                         QN_WALK_UNINTERESTING | QN_WALK_BOTTOM,
                         kind == '-' ? nth : 0);
    return status ? status : qn_revision_args_add(ctx, scope, args, &tip);
}

/* Where ".." stands, outside of braces; word.size: nowhere. */
static size_t find_dots(struct qn_bytes word)
{
    size_t depth = 0;
    size_t i;

    for (i = 0; i + 1 < word.size; i++) {
        if (word.data[i] == '{')
            depth++;
        else if (word.data[i] == '}' && depth > 0)
            depth--;
        else if (word.data[i] == '.' && word.data[i + 1] == '.' && depth == 0)
            return i;
    }
    return word.size;
}

enum qn_status qn_revision_args_word(struct qn_ctx *ctx,
                                     const struct qn_revision_scope *scope,
                                     struct qn_revision_args *args,
                                     const char *word)
{
    struct qn_bytes text = qn_bytes_from_string(word);
    struct qn_revision_tip tip;
    unsigned flags = 0;
    size_t dots = find_dots(text);
    bool taken = false;
    enum qn_status status;

    if (dots < text.size && !qn_bytes_is_string(text, "..")) {
        bool is_symmetric = dots + 2 < text.size && text.data[dots + 2] == '.';
        size_t before = args->count;

        status = add_range(ctx, scope, args, qn_bytes_first(text, dots),
                           qn_bytes_from(text, dots + (is_symmetric ? 3 : 2)),
                           is_symmetric);
        if (status != QN_NOT_FOUND)
            return status;
        /* "HEAD:a..b" is a path with dots. */
        args->count = before;
        if (qn_bytes_find(text, ':') >= dots)
            return qn_revision_unknown(ctx, word);
        qn_ctx_clear(ctx);
    }
    status = add_family(ctx, scope, args, text, &taken);
    if (status == QN_NOT_FOUND)
        return qn_revision_unknown(ctx, word);
    if (status || taken)
        return status;
    if (text.size > 0 && text.data[0] == '^') {
        flags = QN_WALK_UNINTERESTING | QN_WALK_BOTTOM;
        text = qn_bytes_from(text, 1);
    }
    status = to_tip(ctx, scope, args, text, flip(args, flags), &tip);
    if (status == QN_NOT_FOUND &&
        strcmp(qn_ctx_reason(ctx), "revision.path") != 0) {
        if (!args->ignores_missing)
            return qn_revision_unknown(ctx, word);
        qn_ctx_clear(ctx);
        args->has_revision = true;
        return QN_OK;
    }
    return status ? status : qn_revision_args_add(ctx, scope, args, &tip);
}

/* ---------------------------------------------------------------------- words
 */

static bool looks_like_pathspec(const char *word)
{
    const char *c;

    if (word[0] == ':' && word[1] == '(')
        return true;
    for (c = word; *c; c++) {
        if (*c == '\\' && c[1])
            c++;
        else if (*c == '*' || *c == '?' || *c == '[')
            return true;
    }
    return false;
}

static bool exists(struct qn_ctx *ctx, const struct qn_revision_scope *scope,
                   const char *word)
{
    const char *directory = qn_env_directory(qn_ctx_env(ctx));
    struct qn_buf path = QN_BUF_INIT;
    bool found = false;

    (void)scope;
    if (word[0] == ':' && (word[1] == '/' || word[1] == '!' || word[1] == '^'))
        word += word[1] == '/' ? 2 : 2;
    if (!*word)
        return true;
    if (qn_pathname_join(ctx, qn_bytes_from_string(directory),
                         qn_bytes_from_string(word), &path) == QN_OK)
        found = qn_file_exists(qn_buf_string(&path));
    else
        qn_ctx_clear(ctx);
    qn_buf_dispose(&path);
    return found;
}

bool qn_revision_args_is_path(struct qn_ctx *ctx,
                              const struct qn_revision_scope *scope,
                              const char *word)
{
    return *word && (looks_like_pathspec(word) || exists(ctx, scope, word));
}

/* For a file system. */
static bool is_too_long(const char *word)
{
    struct qn_bytes rest = qn_bytes_from_string(word);
    struct qn_bytes part;

    if (rest.size >= PATH_LONGEST)
        return true;
    while (qn_bytes_next(&rest, '/', &part))
        if (part.size > NAME_LONGEST)
            return true;
    return false;
}

enum qn_status qn_revision_args_refuse(struct qn_ctx *ctx,
                                       const struct qn_revision_scope *scope,
                                       const char *word)
{
    struct qn_revision revision = QN_REVISION_INIT;
    enum qn_status status;

    qn_ctx_clear(ctx);
    if (word[0] == '-')
        return qn_ctx_fail(ctx, QN_INVALID,
                           "option '%s' must come before non-option arguments",
                           word);
    if (is_too_long(word))
        return qn_ctx_fail_errno(ctx, ENAMETOOLONG, "failed to stat '%s'",
                                 word);
    qn_ctx_clear(ctx);
    /* Once more, as Git does, for what it says is wrong. */
    status = qn_revision_parse(ctx, scope, word, &revision);
    qn_revision_dispose(&revision);
    if (status && strncmp(qn_ctx_reason(ctx), "revision.", 9) == 0)
        return status;
    qn_ctx_clear(ctx);
    return qn_revision_unknown(ctx, word);
}

static enum qn_status add_path(struct qn_ctx *ctx,
                               struct qn_revision_args *args, const char *word)
{
    enum qn_status status =
        qn_memory_grow(ctx, &args->paths, &args->path_capacity,
                       args->path_count + 1, sizeof(*args->paths));

    if (!status)
        args->paths[args->path_count++] = word;
    return status;
}

/* From the first word that is no revision on, all must be paths. */
static enum qn_status add_paths(struct qn_ctx *ctx,
                                const struct qn_revision_scope *scope,
                                struct qn_revision_args *args,
                                const char *const *words, size_t count)
{
    enum qn_status status = QN_OK;
    size_t i;

    for (i = 0; i < count && !status; i++) {
        if (words[i][0] == '-')
            return qn_ctx_fail(
                ctx, QN_INVALID,
                "option '%s' must come before non-option arguments", words[i]);
        if (i > 0 && !qn_revision_args_is_path(ctx, scope, words[i]))
            return qn_ctx_fail(
                ctx, QN_INVALID,
                "%s: no such path in the working tree.\n"
                "Use 'git <command> -- <path>...' to specify paths that do "
                "not exist locally.",
                words[i]);
        status = add_path(ctx, args, words[i]);
    }
    return status;
}

static enum qn_status refuse_both(struct qn_ctx *ctx, const char *word)
{
    return qn_ctx_fail_reason(
        ctx, QN_AMBIGUOUS, "revision.both", word,
        "ambiguous argument '%s': both revision and filename\n"
        "Use '--' to separate paths from revisions, like this:\n"
        "'git <command> [<revision>...] -- [<file>...]'",
        word);
}

static enum qn_status take_word(struct qn_ctx *ctx,
                                const struct qn_revision_scope *scope,
                                struct qn_revision_args *args,
                                const char *const *words, size_t count,
                                bool *is_path)
{
    const char *word = words[0];
    enum qn_status status = qn_revision_args_word(ctx, scope, args, word);

    *is_path = false;
    if (!status) {
        if (!args->has_dashdash && word[0] != '^' &&
            qn_repo_work_tree(scope->repo) && exists(ctx, scope, word))
            return refuse_both(ctx, word);
        return QN_OK;
    }
    if ((status != QN_NOT_FOUND && status != QN_AMBIGUOUS) ||
        strncmp(qn_ctx_reason(ctx), "revision.", 9) != 0)
        return status;
    if (args->has_dashdash || word[0] == '^') {
        if (word[0] != '^' && strcmp(qn_ctx_reason(ctx), "revision.path") == 0)
            return status;
        return qn_ctx_fail_reason(ctx, status, "revision.bad", word,
                                  "bad revision '%s'", word);
    }
    if (!qn_revision_args_is_path(ctx, scope, word))
        return qn_revision_args_refuse(ctx, scope, word);
    qn_ctx_clear(ctx);
    *is_path = true;
    return add_paths(ctx, scope, args, words, count);
}

static enum qn_status use_default(struct qn_ctx *ctx,
                                  const struct qn_revision_scope *scope,
                                  struct qn_revision_args *args)
{
    enum qn_status status;

    if (args->has_revision || !args->default_name)
        return QN_OK;
    args->has_default = true;
    args->is_not = false;
    status = qn_revision_args_word(ctx, scope, args, args->default_name);
    if (status == QN_NOT_FOUND) {
        qn_ctx_clear(ctx);
        args->has_revision = args->has_default = false;
        return QN_OK;
    }
    return status;
}

enum qn_status qn_revision_args_parse(struct qn_ctx *ctx,
                                      const struct qn_revision_scope *scope,
                                      struct qn_revision_args *args,
                                      const char *const *words, size_t count,
                                      qn_revision_option_fn *own, void *data)
{
    bool options_end = false;
    size_t end = count;
    size_t i;
    enum qn_status status = QN_OK;

    args->merges_refs = !args->keeps_refs;
    for (i = 0; i < count; i++) {
        if (strcmp(words[i], "--") == 0) {
            args->has_dashdash = true;
            end = i;
            break;
        }
        if (strcmp(words[i], "-g") == 0 ||
            strcmp(words[i], "--walk-reflogs") == 0)
            args->merges_refs = false; /* each has a log of its own */
    }
    for (i = 0; i < end && !status;) {
        size_t used = 0;
        bool is_path = false;

        if (!options_end && strcmp(words[i], "--end-of-options") == 0) {
            options_end = true;
            i++;
            continue;
        }
        if (!options_end && words[i][0] == '-') {
            status = qn_revision_args_option(ctx, scope, args, words + i,
                                             end - i, &used);
            if (!status && used == 0 && own)
                status = own(ctx, data, words + i, end - i, &used);
            if (!status && used == 0)
                status = qn_ctx_fail_reason(
                    ctx, QN_INVALID, "revision.unrecognized", words[i],
                    "unrecognized argument: %s", words[i]);
            i += used;
            continue;
        }
        status = take_word(ctx, scope, args, words + i, end - i, &is_path);
        i = is_path ? end : i + 1;
    }
    for (i = end + 1; i < count && !status; i++)
        status = add_path(ctx, args, words[i]);
    if (!status && args->is_merge)
        status = qn_revision_args_merge(ctx, scope, args);
    return status ? status : use_default(ctx, scope, args);
}

enum qn_status qn_revision_args_start(struct qn_ctx *ctx,
                                      const struct qn_revision_args *args,
                                      struct qn_commit_walk *walk)
{
    enum qn_status status = QN_OK;
    bool has_bottom = args->ancestry_count > 0;
    size_t i;

    for (i = 0; i < args->count; i++)
        has_bottom |= (args->tips[i].flags & QN_WALK_UNINTERESTING) != 0;
    if (args->walk.ancestry_path && !has_bottom)
        return qn_ctx_fail(
            ctx, QN_INVALID,
            "--ancestry-path given but there are no bottom commits");
    for (i = 0; i < args->count && !status; i++) {
        const struct qn_revision_tip *tip = &args->tips[i];

        if (args->walk.walks_reflogs) {
            if (tip->flags & QN_WALK_UNINTERESTING)
                return qn_ctx_fail(ctx, QN_INVALID,
                                   "cannot walk reflogs for %s", tip->name);
            if (*tip->ref_name)
                status = qn_commit_walk_add_reflog(ctx, walk, tip->ref_name,
                                                   tip->name);
            continue;
        }
        if (tip->type == QN_OBJECT_COMMIT)
            status = qn_commit_walk_add(ctx, walk, &tip->target, tip->flags,
                                        tip->name);
    }
    return status;
}
