/* SPDX-License-Identifier: MIT */
#include "merge/trivial_tree.h"

#include "base/memory.h"
#include "diff/hunks.h"
#include "merge/text_merge.h"
#include "object/tree.h"

#include <stdlib.h>

#define MAX_DEPTH   512
#define BINARY_SCAN 8000

struct version {
    uint32_t mode; /* 0: none */
    struct qn_id id;
};

struct trivial {
    struct qn_ctx *ctx;
    struct qn_odb *odb;
    uint32_t algorithm;
    struct qn_buf *out;
    struct qn_buf path;
    struct qn_buf texts[3];
    struct qn_buf merged;
    unsigned depth;
};

struct name {
    struct qn_bytes name;
    bool is_tree;
};

static bool is_equal(const struct version *a, const struct version *b)
{
    return a->mode && a->mode == b->mode && qn_id_is_equal(&a->id, &b->id);
}

static bool is_file(const struct version *v)
{
    return v->mode && !qn_mode_is_tree(v->mode);
}

static enum qn_status read_text(struct trivial *t, const struct version *v,
                                struct qn_buf *out)
{
    struct qn_object object = QN_OBJECT_INIT;
    enum qn_status status;

    qn_buf_clear(out);
    if (!is_file(v) || qn_mode_is_gitlink(v->mode))
        return QN_OK;
    status = qn_odb_read_typed(t->ctx, t->odb, &v->id, QN_OBJECT_BLOB, &object);
    if (!status)
        status = qn_buf_append_bytes(t->ctx, out, qn_object_bytes(&object));
    qn_object_dispose(&object);
    return status;
}

static enum qn_status append_patch(struct trivial *t, struct qn_bytes from,
                                   struct qn_bytes to)
{
    const struct qn_text_diff_options options = {0};
    const struct qn_hunk_options shape = {.context = 3};
    const struct qn_hunk_style style = {' ', '-', '+', false};
    struct qn_text_diff diff;
    struct qn_hunks hunks = QN_HUNKS_INIT;
    enum qn_status status = qn_text_diff_run(t->ctx, from, to, &options, &diff);
    size_t i;

    if (!status)
        status = qn_hunks_build(t->ctx, &diff, &shape, &hunks);
    for (i = 0; i < hunks.count && !status; i++) {
        hunks.items[i].heading = QN_BYTES_NONE;
        status =
            qn_hunks_append(t->ctx, &diff, &hunks.items[i], &style, t->out);
    }
    qn_hunks_dispose(&hunks);
    qn_text_diff_dispose(&diff);
    return status;
}

static bool looks_binary(const struct qn_buf *text)
{
    struct qn_bytes head = qn_bytes_first(qn_buf_bytes(text), BINARY_SCAN);

    return qn_bytes_find(head, 0) < head.size;
}

/* From ours to what comes of it. */
static enum qn_status append_merged(struct trivial *t, const struct version *v)
{
    const struct qn_text_merge_options options = {
        .level = 2, .our_label = ".our", .their_label = ".their"};
    struct qn_bytes result;
    enum qn_status status = QN_OK;
    uint32_t conflicts;
    int i;

    for (i = 0; i < 3 && !status; i++)
        status = read_text(t, &v[i], &t->texts[i]);
    if (status)
        return status;
    qn_buf_clear(&t->merged);
    if (!is_file(&v[1])) {
        /* Nothing of ours: theirs, unless it was there and we removed it. */
        result = is_file(&v[0]) ? QN_BYTES_NONE : qn_buf_bytes(&t->texts[2]);
    } else if (!is_file(&v[2])) {
        result = is_file(&v[0]) ? QN_BYTES_NONE : qn_buf_bytes(&t->texts[1]);
    } else if (looks_binary(&t->texts[0]) || looks_binary(&t->texts[1]) ||
               looks_binary(&t->texts[2])) {
        result = qn_buf_bytes(&t->texts[1]);
    } else {
        status = qn_text_merge_run(
            t->ctx, qn_buf_bytes(&t->texts[0]), qn_buf_bytes(&t->texts[1]),
            qn_buf_bytes(&t->texts[2]), &options, &t->merged, &conflicts);
        result = qn_buf_bytes(&t->merged);
    }
    return status ? status
                  : append_patch(t, qn_buf_bytes(&t->texts[1]), result);
}

static enum qn_status append_row(struct trivial *t, const char *word,
                                 const struct version *v)
{
    char hex[QN_ID_MAX_HEX_SIZE + 1];

    return qn_buf_printf(t->ctx, t->out, "  %-6s %o %s %.*s\n", word, v->mode,
                         qn_id_to_hex(&v->id, hex),
                         QN_BYTES_ARG(qn_buf_bytes(&t->path)));
}

/* We did not touch it: theirs is it. */
static enum qn_status tell_merged(struct trivial *t, const struct version *v)
{
    enum qn_status status = qn_buf_append_string(t->ctx, t->out, "merged\n");

    if (!status)
        status = append_row(t, "result", &v[2]);
    if (!status && is_file(&v[1]))
        status = append_row(t, "our", &v[1]);
    if (!status)
        status = read_text(t, &v[1], &t->texts[1]);
    if (!status)
        status = read_text(t, &v[2], &t->texts[2]);
    return status ? status
                  : append_patch(t, qn_buf_bytes(&t->texts[1]),
                                 qn_buf_bytes(&t->texts[2]));
}

static enum qn_status tell_unresolved(struct trivial *t,
                                      const struct version *v)
{
    static const char *const words[] = {NULL,
                                        "removed in both",   /* base */
                                        "added in local",    /* ours */
                                        "removed in remote", /* base, ours */
                                        "added in remote",   /* theirs */
                                        "removed in local",  /* base, theirs */
                                        "added in both",     /* ours, theirs */
                                        "changed in both"};
    static const char *const names[] = {"base", "our", "their"};
    unsigned mask = 0;
    enum qn_status status;
    int i;

    for (i = 0; i < 3; i++)
        if (is_file(&v[i]))
            mask |= 1u << i;
    if (!mask)
        return QN_OK;
    status = qn_buf_printf(t->ctx, t->out, "%s\n", words[mask]);
    for (i = 0; i < 3 && !status; i++)
        if (is_file(&v[i]))
            status = append_row(t, names[i], &v[i]);
    return status ? status : append_merged(t, v);
}

static enum qn_status visit_trees(struct trivial *t, const struct version *v);

static enum qn_status visit(struct trivial *t, const struct version *v)
{
    size_t path_size = t->path.size;
    enum qn_status status = QN_OK;
    bool has_tree = false;
    int i;

    if (is_equal(&v[1], &v[2]) || (!v[1].mode && !v[2].mode))
        return QN_OK;
    if (is_equal(&v[0], &v[1]) && is_file(&v[2]))
        return tell_merged(t, v);
    if (is_equal(&v[0], &v[2]) || (!v[0].mode && !v[2].mode))
        return QN_OK;
    for (i = 0; i < 3; i++)
        has_tree |= qn_mode_is_tree(v[i].mode);
    if (has_tree) {
        status = qn_buf_append_byte(t->ctx, &t->path, '/');
        if (!status)
            status = visit_trees(t, v);
        qn_buf_truncate(&t->path, path_size);
    }
    return status ? status : tell_unresolved(t, v);
}

static int compare_names(const void *a, const void *b)
{
    const struct name *x = a;
    const struct name *y = b;

    return qn_tree_compare_names(x->name, x->is_tree, y->name, y->is_tree);
}

static enum qn_status visit_name(struct trivial *t,
                                 const struct qn_bytes texts[3],
                                 struct qn_bytes name)
{
    struct version versions[3] = {{0}, {0}, {0}};
    size_t path_size = t->path.size;
    enum qn_status status = qn_buf_append_bytes(t->ctx, &t->path, name);
    int i;

    for (i = 0; i < 3 && !status; i++) {
        struct qn_tree_entry entry;
        bool found = false;

        status =
            qn_tree_find(t->ctx, texts[i], t->algorithm, name, &entry, &found);
        if (status || !found)
            continue;
        versions[i].mode = entry.mode;
        qn_id_from_row(&versions[i].id, t->algorithm, entry.id);
    }
    if (!status)
        status = visit(t, versions);
    qn_buf_truncate(&t->path, path_size);
    return status;
}

static enum qn_status visit_trees(struct trivial *t, const struct version *v)
{
    struct qn_object objects[3] = {QN_OBJECT_INIT, QN_OBJECT_INIT,
                                   QN_OBJECT_INIT};
    struct qn_bytes texts[3] = {QN_BYTES_NONE, QN_BYTES_NONE, QN_BYTES_NONE};
    struct name *names = NULL;
    size_t count = 0, capacity = 0, j;
    enum qn_status status = QN_OK;
    int i;

    if (++t->depth > MAX_DEPTH)
        return qn_ctx_fail(t->ctx, QN_TOO_BIG, "the trees are too deep");
    for (i = 0; i < 3 && !status; i++) {
        struct qn_tree_reader reader;
        struct qn_tree_entry entry;

        if (!qn_mode_is_tree(v[i].mode))
            continue;
        status = qn_odb_read_typed(t->ctx, t->odb, &v[i].id, QN_OBJECT_TREE,
                                   &objects[i]);
        if (status)
            break;
        texts[i] = qn_object_bytes(&objects[i]);
        qn_tree_reader_init(&reader, texts[i], t->algorithm);
        while (!(status = qn_tree_reader_next(t->ctx, &reader, &entry))) {
            status = qn_memory_grow(t->ctx, &names, &capacity, count + 1,
                                    sizeof(*names));
            if (status)
                break;
            names[count++] =
                (struct name){entry.name, qn_mode_is_tree(entry.mode)};
        }
        if (status == QN_END)
            status = QN_OK;
    }
    if (count)
        qsort(names, count, sizeof(*names), compare_names);
    for (j = 0; j < count && !status; j++)
        if (!j || !qn_bytes_is_equal(names[j].name, names[j - 1].name))
            status = visit_name(t, texts, names[j].name);
    for (i = 0; i < 3; i++)
        qn_object_dispose(&objects[i]);
    qn_memory_free(names);
    t->depth--;
    return status;
}

enum qn_status qn_trivial_tree_run(struct qn_ctx *ctx, struct qn_odb *odb,
                                   const struct qn_id trees[3],
                                   struct qn_buf *out)
{
    struct trivial t = {
        .ctx = ctx, .odb = odb, .algorithm = qn_odb_algorithm(odb), .out = out};
    struct version versions[3];
    enum qn_status status;
    int i;

    for (i = 0; i < 3; i++)
        versions[i] = (struct version){QN_MODE_TREE, trees[i]};
    status = visit_trees(&t, versions);
    qn_buf_dispose(&t.path);
    for (i = 0; i < 3; i++)
        qn_buf_dispose(&t.texts[i]);
    qn_buf_dispose(&t.merged);
    return status;
}
