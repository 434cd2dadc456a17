/* SPDX-License-Identifier: MIT */
/* Content on its way between work tree and objects (gitattributes(5)).
 *
 *   to git:       working-tree-encoding -> UTF-8, clean, CRLF -> LF, $Id$
 *   to work tree: $Id: ...$, LF -> CRLF, UTF-8 -> encoding, smudge
 *
 * (to git: driver first, then encoding, then line ends, then ident.)  A
 * qn_filter belongs to one thread; a plan says what is to be done for one path.
 */
#ifndef QN_WORKTREE_FILTER_H
#define QN_WORKTREE_FILTER_H

#include "path/attributes.h"
#include "worktree/work_tree.h"

struct qn_filter;

enum qn_filter_eol {
    QN_FILTER_EOL_NONE = 0, /* leave line ends alone */
    QN_FILTER_EOL_LF,       /* text: LF on both sides */
    QN_FILTER_EOL_CRLF,     /* text: CRLF in the work tree */
    QN_FILTER_EOL_AUTO_LF,  /* the same where the content looks like text */
    QN_FILTER_EOL_AUTO_CRLF
};

struct qn_filter_plan {
    enum qn_filter_eol eol;
    bool has_ident;
    const char *encoding; /* NULL: UTF-8 */
    const char *driver;   /* NULL: none */
    const char *clean;    /* commands; NULL: none, "": one that fails */
    const char *smudge;
    const char *process;
    bool is_required;
};

enum qn_filter_flags {
    QN_FILTER_CHECK_SAFE = 1,  /* core.safecrlf counts (add) */
    QN_FILTER_RENORMALISE = 2, /* CRLF in the index does not count */
    QN_FILTER_WARN_SAFE = 4    /* core.safecrlf warns, and never fails (diff) */
};

/* `index` (or NULL): for attributes, and for what was stored with CRLF. */
enum qn_status qn_filter_new(struct qn_ctx *ctx,
                             const struct qn_work_tree *tree,
                             enum qn_attributes_source source,
                             const struct qn_index *index,
                             struct qn_filter **out) QN_MUST_USE;
/* With the attributes of a tree that is nowhere checked out. */
enum qn_status qn_filter_new_of(struct qn_ctx *ctx,
                                const struct qn_work_tree *tree,
                                enum qn_attributes_source source,
                                const struct qn_id *root,
                                struct qn_filter **out) QN_MUST_USE;
void qn_filter_free(struct qn_filter *filter);
/* What it goes by, to ask of other attributes of the same path. */
struct qn_attributes *qn_filter_attributes(const struct qn_filter *filter);
enum qn_status qn_filter_plan(struct qn_ctx *ctx, struct qn_filter *filter,
                              struct qn_bytes path,
                              struct qn_filter_plan *out) QN_MUST_USE;
/* Nothing to do on the way to the work tree / to git. */
bool qn_filter_plan_is_plain_out(const struct qn_filter_plan *plan);
bool qn_filter_plan_is_plain_in(const struct qn_filter_plan *plan);

/* `*changed` false: the content stays `in`; otherwise it is in `out`. */
enum qn_status qn_filter_to_git(struct qn_ctx *ctx, struct qn_filter *filter,
                                const struct qn_filter_plan *plan,
                                struct qn_bytes path, struct qn_bytes in,
                                unsigned flags, struct qn_buf *out,
                                bool *changed) QN_MUST_USE;
enum qn_status
qn_filter_to_work_tree(struct qn_ctx *ctx, struct qn_filter *filter,
                       const struct qn_filter_plan *plan, struct qn_bytes path,
                       const struct qn_id *id, struct qn_bytes in,
                       struct qn_buf *out, bool *changed) QN_MUST_USE;

/* A long-running filter may put a smudge off (checkout): then the content is
 * not there yet, and must be collected later.  COLLECT: that is now. */
enum qn_filter_delay {
    QN_FILTER_DELAY_NONE = 0,
    QN_FILTER_DELAY_MAY,
    QN_FILTER_DELAY_COLLECT
};
void qn_filter_set_delay(struct qn_filter *filter, enum qn_filter_delay delay);
/* From now on call this while a long-running smudge filter is at work. */
void qn_filter_set_meanwhile(struct qn_filter *filter,
                             enum qn_status (*meanwhile)(struct qn_ctx *ctx,
                                                         void *data),
                             void *data);
/* Was the last smudge put off? */
bool qn_filter_is_delayed(const struct qn_filter *filter);

/* Did a filter fail so that not only this file, but all, must stop? */
bool qn_filter_stops_all(const struct qn_ctx *ctx);

/* The filter programs of a work tree (qn_work_tree_open and _close). */
struct qn_work_tree_processes;
enum qn_status
qn_filter_processes_new(struct qn_ctx *ctx,
                        struct qn_work_tree_processes **out) QN_MUST_USE;
void qn_filter_processes_free(struct qn_work_tree_processes *processes);

enum qn_filter_available {
    QN_FILTER_AVAILABLE_OK,
    QN_FILTER_AVAILABLE_FAILED, /* it could not tell */
    QN_FILTER_AVAILABLE_GONE    /* the program runs no more */
};
/* Which of the contents that were put off can `command` give now: paths, each
 * with a NUL behind it, appended. */
enum qn_status
qn_filter_list_available(struct qn_ctx *ctx, const struct qn_work_tree *tree,
                         const char *command, struct qn_buf *out,
                         enum qn_filter_available *answer) QN_MUST_USE;

/* What line ends a text has (ls-files --eol). */
struct qn_filter_text_stat {
    uint64_t nul, lone_cr, lone_lf, crlf, printable, nonprintable;
};
void qn_filter_text_stat(struct qn_bytes text, struct qn_filter_text_stat *out);
bool qn_filter_is_binary(const struct qn_filter_text_stat *stat);
/* "text", "-text", "text=auto eol=lf", ... as ls-files --eol shows. */
const char *qn_filter_eol_attribute(struct qn_ctx *ctx,
                                    struct qn_filter *filter,
                                    struct qn_bytes path);

#endif
