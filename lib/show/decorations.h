/* SPDX-License-Identifier: MIT */
/* Decorations: which refs name an object, as `log --decorate` shows them.
 *
 * Built once from the refs; immutable and shared by threads from then on.
 * Order: HEAD first, then refs in descending byte order of their full names.
 */
#ifndef QN_SHOW_DECORATIONS_H
#define QN_SHOW_DECORATIONS_H

#include "base/buf.h"
#include "base/ctx.h"
#include "walk/revision.h"

enum qn_decorate_kind {
    QN_DECORATE_BRANCH = 0,
    QN_DECORATE_REMOTE,
    QN_DECORATE_TAG,
    QN_DECORATE_STASH,
    QN_DECORATE_HEAD,
    QN_DECORATE_GRAFTED,
    QN_DECORATE_OTHER,
    QN_DECORATE_COUNT
};

enum qn_decorate_style {
    QN_DECORATE_NO = 0,
    QN_DECORATE_SHORT,
    QN_DECORATE_FULL
};

struct qn_decorate_options {
    enum qn_decorate_style style;
    bool shows_all;             /* --clear-decorations */
    const char *const *include; /* --decorate-refs */
    size_t include_count;
    const char *const *exclude; /* --decorate-refs-exclude */
    size_t exclude_count;
    const char *const *config_exclude; /* log.excludeDecoration: weaker */
    size_t config_exclude_count;
};

struct qn_decorations;
enum qn_status qn_decorations_new(struct qn_ctx *ctx,
                                  const struct qn_revision_scope *scope,
                                  const struct qn_decorate_options *options,
                                  struct qn_decorations **out) QN_MUST_USE;
void qn_decorations_free(struct qn_decorations *decorations);

/* How they are printed. */
struct qn_decorate_form {
    struct qn_bytes prefix, suffix, separator, pointer, tag;
    bool has_color;
    const char *commit_color; /* brackets and separators */
    const char *colors[QN_DECORATE_COUNT];
};
/* " (", ")", ", ", " -> ", "tag: ". */
void qn_decorations_form_init(struct qn_decorate_form *form);
/* Append; nothing when the object has no name. */
enum qn_status qn_decorations_append(struct qn_ctx *ctx,
                                     const struct qn_decorations *decorations,
                                     const struct qn_id *id,
                                     const struct qn_decorate_form *form,
                                     struct qn_buf *out) QN_MUST_USE;
bool qn_decorations_has(const struct qn_decorations *decorations,
                        const struct qn_id *id);

#endif
