/* SPDX-License-Identifier: MIT */
/* Where one tree sits in another, by how alike the names in them are; used by
 * the subtree strategy before anything else looks at the trees. */
#include "base/memory.h"
#include "merge/merge_state.h"

#define GUESS_LEVELS 3
#define MAX_PARTS    64

struct shift {
    struct qn_ctx *ctx;
    struct qn_odb *odb;
    uint32_t algorithm;
};

/* The best place found so far. */
struct place {
    int64_t score;
    struct qn_id id;
    struct qn_buf path; /* "": none */
};

static int64_t missing_score(uint32_t mode)
{
    return qn_mode_is_tree(mode)      ? -1000
           : qn_mode_is_symlink(mode) ? -500
                                      : -50;
}

static int64_t differing_score(uint32_t a, uint32_t b)
{
    if (qn_mode_is_tree(a) != qn_mode_is_tree(b))
        return -100;
    return qn_mode_is_symlink(a) != qn_mode_is_symlink(b) ? -50 : -5;
}

static int64_t equal_score(uint32_t a, uint32_t b)
{
    if (qn_mode_is_tree(a) != qn_mode_is_tree(b))
        return -100;
    if (qn_mode_is_symlink(a) != qn_mode_is_symlink(b))
        return -50;
    return qn_mode_is_tree(a) ? 1000 : qn_mode_is_symlink(a) ? 500 : 250;
}

static enum qn_status read_tree(struct shift *s, const struct qn_id *id,
                                struct qn_object *out)
{
    return qn_odb_read_typed(s->ctx, s->odb, id, QN_OBJECT_TREE, out);
}

/* One entry further; `*has` false at the end. */
static enum qn_status next(struct shift *s, struct qn_tree_reader *reader,
                           struct qn_tree_entry *entry, bool *has)
{
    enum qn_status status = qn_tree_reader_next(s->ctx, reader, entry);

    *has = status == QN_OK;
    return status == QN_END ? QN_OK : status;
}

static enum qn_status score_trees(struct shift *s, const struct qn_id *one,
                                  const struct qn_id *two, int64_t *score)
{
    struct qn_object objects[2] = {QN_OBJECT_INIT, QN_OBJECT_INIT};
    struct qn_tree_reader readers[2];
    struct qn_tree_entry a, b;
    bool has_a = false, has_b = false;
    enum qn_status status;
    size_t row = qn_id_size(s->algorithm);
    int i;

    *score = 0;
    status = read_tree(s, one, &objects[0]);
    if (!status)
        status = read_tree(s, two, &objects[1]);
    for (i = 0; i < 2 && !status; i++)
        qn_tree_reader_init(&readers[i], qn_object_bytes(&objects[i]),
                            s->algorithm);
    if (!status)
        status = next(s, &readers[0], &a, &has_a);
    if (!status)
        status = next(s, &readers[1], &b, &has_b);
    while (!status && (has_a || has_b)) {
        int order =
            !has_a   ? 1
            : !has_b ? -1
                     : qn_tree_compare_names(a.name, qn_mode_is_tree(a.mode),
                                             b.name, qn_mode_is_tree(b.mode));

        if (order < 0)
            *score += missing_score(a.mode);
        else if (order > 0)
            *score += missing_score(b.mode);
        else if (memcmp(a.id, b.id, row) != 0)
            *score += differing_score(a.mode, b.mode);
        else
            *score += equal_score(a.mode, b.mode);
        if (order <= 0)
            status = next(s, &readers[0], &a, &has_a);
        if (!status && order >= 0)
            status = next(s, &readers[1], &b, &has_b);
    }
    qn_object_dispose(&objects[0]);
    qn_object_dispose(&objects[1]);
    return status;
}

struct frame {
    struct qn_object object;
    struct qn_tree_reader reader;
    size_t path_size;
};

/* Look at the directories of `in`, three levels down, for one that is more like
 * `what` than the best so far. */
static enum qn_status search(struct shift *s, const struct qn_id *in,
                             const struct qn_id *what, struct place *best)
{
    struct frame frames[GUESS_LEVELS] = {{.object = QN_OBJECT_INIT}};
    struct qn_buf path = QN_BUF_INIT;
    enum qn_status status;
    int depth = 1;
    int i;

    for (i = 0; i < GUESS_LEVELS; i++)
        frames[i].object = (struct qn_object)QN_OBJECT_INIT;
    status = read_tree(s, in, &frames[0].object);
    if (!status)
        qn_tree_reader_init(&frames[0].reader,
                            qn_object_bytes(&frames[0].object), s->algorithm);
    frames[0].path_size = 0;
    while (!status && depth > 0) {
        struct frame *top = &frames[depth - 1];
        struct qn_tree_entry entry;
        struct qn_id id;
        int64_t score;
        bool has;

        status = next(s, &top->reader, &entry, &has);
        if (status || !has) {
            depth--;
            continue;
        }
        if (!qn_mode_is_tree(entry.mode))
            continue;
        qn_id_from_row(&id, s->algorithm, entry.id);
        qn_buf_truncate(&path, top->path_size);
        status = qn_buf_append_bytes(s->ctx, &path, entry.name);
        if (!status)
            status = score_trees(s, &id, what, &score);
        if (!status && score > best->score) {
            best->score = score;
            best->id = id;
            qn_buf_clear(&best->path);
            status =
                qn_buf_append_bytes(s->ctx, &best->path, qn_buf_bytes(&path));
        }
        if (status || depth == GUESS_LEVELS)
            continue;
        status = qn_buf_append_byte(s->ctx, &path, '/');
        if (!status)
            status = read_tree(s, &id, &frames[depth].object);
        if (status)
            break;
        qn_tree_reader_init(&frames[depth].reader,
                            qn_object_bytes(&frames[depth].object),
                            s->algorithm);
        frames[depth++].path_size = path.size;
    }
    for (i = 0; i < GUESS_LEVELS; i++)
        qn_object_dispose(&frames[i].object);
    qn_buf_dispose(&path);
    return status;
}

/* `tree` with the entry `name` (a directory) replaced. */
static enum qn_status replace_entry(struct shift *s, struct qn_bytes tree,
                                    struct qn_bytes name,
                                    const struct qn_id *by, struct qn_id *out)
{
    struct qn_buf text = QN_BUF_INIT;
    struct qn_tree_reader reader;
    struct qn_tree_entry entry;
    enum qn_status status;
    bool has = true;

    qn_tree_reader_init(&reader, tree, s->algorithm);
    status = next(s, &reader, &entry, &has);
    while (!status && has) {
        struct qn_id id;

        qn_id_from_row(&id, s->algorithm, entry.id);
        if (qn_mode_is_tree(entry.mode) && qn_bytes_is_equal(entry.name, name))
            id = *by;
        status = qn_tree_append(s->ctx, &text, entry.mode, entry.name, &id);
        if (!status)
            status = next(s, &reader, &entry, &has);
    }
    if (!status)
        status = qn_odb_write(s->ctx, s->odb, QN_OBJECT_TREE,
                              qn_buf_bytes(&text), out);
    qn_buf_dispose(&text);
    return status;
}

/* The directory `path` of a tree; `*found`. */
static enum qn_status find_directory(struct shift *s, const struct qn_id *tree,
                                     struct qn_bytes path, struct qn_id *out,
                                     bool *found)
{
    struct qn_object object = QN_OBJECT_INIT;
    struct qn_tree_entry entry;
    struct qn_bytes part;
    enum qn_status status = QN_OK;

    *out = *tree;
    *found = true;
    while (!status && *found && qn_bytes_next(&path, '/', &part)) {
        status = read_tree(s, out, &object);
        if (!status)
            status = qn_tree_find(s->ctx, qn_object_bytes(&object),
                                  s->algorithm, part, &entry, found);
        if (!status && *found && !qn_mode_is_tree(entry.mode))
            *found = false;
        if (!status && *found)
            qn_id_from_row(out, s->algorithm, entry.id);
    }
    qn_object_dispose(&object);
    return status;
}

/* `tree` with the directory `path` replaced. */
static enum qn_status splice(struct shift *s, const struct qn_id *tree,
                             struct qn_bytes path, const struct qn_id *by,
                             struct qn_id *out)
{
    struct qn_bytes parts[MAX_PARTS];
    struct qn_object object = QN_OBJECT_INIT;
    struct qn_bytes rest = path;
    enum qn_status status = QN_OK;
    struct qn_id made = *by;
    size_t count = 0;

    while (count < MAX_PARTS && qn_bytes_next(&rest, '/', &parts[count]))
        count++;
    if (rest.size)
        return qn_ctx_fail(s->ctx, QN_TOO_BIG, "the subtree is too deep");
    while (count > 0 && !status) {
        size_t size = (size_t)(parts[count - 1].data - path.data);
        struct qn_id parent;
        bool found;

        status =
            find_directory(s, tree, qn_bytes_first(path, size ? size - 1 : 0),
                           &parent, &found);
        if (!status)
            status = read_tree(s, &parent, &object);
        if (!status)
            status = replace_entry(s, qn_object_bytes(&object),
                                   parts[count - 1], &made, &made);
        count--;
    }
    qn_object_dispose(&object);
    if (!status)
        *out = made;
    return status;
}

static enum qn_status guess(struct shift *s, const struct qn_id *ours,
                            const struct qn_id *tree, struct qn_id *out)
{
    struct place add = {.path = QN_BUF_INIT};
    struct place remove = {.path = QN_BUF_INIT};
    enum qn_status status = score_trees(s, ours, tree, &add.score);

    if (!status)
        status = score_trees(s, tree, ours, &remove.score);
    if (!status)
        status = search(s, ours, tree, &add);
    if (!status)
        status = search(s, tree, ours, &remove);
    *out = *tree;
    if (!status && add.score < remove.score) {
        if (remove.path.size)
            *out = remove.id;
    } else if (!status && add.path.size) {
        status = splice(s, ours, qn_buf_bytes(&add.path), tree, out);
    }
    qn_buf_dispose(&add.path);
    qn_buf_dispose(&remove.path);
    return status;
}

static enum qn_status shift_by(struct shift *s, const struct qn_id *ours,
                               const struct qn_id *tree, struct qn_bytes path,
                               struct qn_id *out)
{
    struct qn_id into, from;
    bool adds, removes;
    int64_t best, score;
    enum qn_status status = find_directory(s, ours, path, &into, &adds);

    *out = *tree;
    if (!status)
        status = find_directory(s, tree, path, &from, &removes);
    if (!status && adds && removes) {
        bool can_add = false, can_remove = false;

        status = score_trees(s, ours, tree, &best);
        if (!status)
            status = score_trees(s, &into, tree, &score);
        if (!status && score > best) {
            best = score;
            can_add = true;
        }
        if (!status)
            status = score_trees(s, &from, ours, &score);
        if (!status && score > best)
            can_remove = true;
        adds = can_add && !can_remove;
        removes = can_remove;
    }
    if (!status && adds)
        return splice(s, ours, path, tree, out);
    if (!status && removes)
        *out = from;
    return status;
}

enum qn_status qn_merge_subtree_shift(struct qn_merge_state *m,
                                      const struct qn_id *ours,
                                      const struct qn_id *tree,
                                      struct qn_id *out)
{
    struct shift s = {m->ctx, m->odb, m->algorithm};
    const char *path = m->options->subtree;

    if (!path[0])
        return guess(&s, ours, tree, out);
    return shift_by(&s, ours, tree, qn_bytes_from_string(path), out);
}
