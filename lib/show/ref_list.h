/* SPDX-License-Identifier: MIT */
/* Which refs to show, and in what order: the filters and sort keys of
 * for-each-ref, branch and tag. */
#ifndef QN_SHOW_REF_LIST_H
#define QN_SHOW_REF_LIST_H

#include "base/arena.h"
#include "show/ref_atom.h"
#include "walk/merge_base.h"

enum qn_ref_list_kind {
    QN_REF_LIST_ALL = 0,
    QN_REF_LIST_BRANCHES = 1,
    QN_REF_LIST_REMOTES = 2,
    QN_REF_LIST_TAGS = 4,
    QN_REF_LIST_DETACHED = 8 /* HEAD, when it is on no branch */
};

struct qn_ref_filter {
    unsigned kinds; /* 0: everything, and patterns are of full names */
    const char *const *patterns;
    size_t pattern_count;
    const char *const *excludes;
    size_t exclude_count;
    const char *start_after;
    const char *detached; /* also HEAD itself, shown with this text; or NULL */
    bool includes_root;
    bool ignores_case;
    struct qn_id_list points_at;
    struct qn_id_list contains;
    struct qn_id_list no_contains;
    struct qn_id_list merged; /* reachable from any of these */
    struct qn_id_list no_merged;
};

struct qn_ref_list {
    struct qn_ref_item *items;
    size_t count;
    size_t capacity;
    struct qn_arena arena;
};
#define QN_REF_LIST_INIT                                                       \
    {                                                                          \
        NULL, 0, 0, QN_ARENA_INIT                                              \
    }

/* Append all refs that pass, in order of names.  Broken ones are reported
 * ("ignoring broken ref <name>") and left out. */
enum qn_status qn_ref_list_fill(struct qn_ctx *ctx,
                                const struct qn_revision_scope *scope,
                                const struct qn_ref_filter *filter,
                                struct qn_ref_list *list) QN_MUST_USE;
/* Sort by keys ("-committerdate"; the last one counts most, the name least). */
enum qn_status qn_ref_list_sort(struct qn_ctx *ctx,
                                struct qn_ref_values *values,
                                const char *const *keys, size_t key_count,
                                bool ignores_case,
                                struct qn_ref_list *list) QN_MUST_USE;
void qn_ref_list_dispose(struct qn_ref_list *list);

#endif
