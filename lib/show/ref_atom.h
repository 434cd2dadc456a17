/* SPDX-License-Identifier: MIT */
/* Fields of refs and of the objects behind them: "%(refname:short)",
 * "committerdate", ... for formats and sort keys.  git-for-each-ref(1).
 *
 * A qn_ref_atom is what a field's text means; a qn_ref_values answers it for
 * one ref after the other and keeps what it read of the last one.
 */
#ifndef QN_SHOW_REF_ATOM_H
#define QN_SHOW_REF_ATOM_H

#include "object/commit.h"
#include "text/date.h"
#include "walk/revision.h"

enum qn_ref_atom_kind {
    QN_REF_ATOM_REFNAME,
    QN_REF_ATOM_OBJECTTYPE,
    QN_REF_ATOM_OBJECTSIZE,
    QN_REF_ATOM_OBJECTNAME,
    QN_REF_ATOM_DELTABASE,
    QN_REF_ATOM_TREE,
    QN_REF_ATOM_PARENT,
    QN_REF_ATOM_NUMPARENT,
    QN_REF_ATOM_OBJECT,
    QN_REF_ATOM_TYPE,
    QN_REF_ATOM_TAG,
    QN_REF_ATOM_PERSON, /* author, committer, tagger, creator and parts */
    QN_REF_ATOM_SUBJECT,
    QN_REF_ATOM_BODY,
    QN_REF_ATOM_TRAILERS,
    QN_REF_ATOM_CONTENTS,
    QN_REF_ATOM_RAW,
    QN_REF_ATOM_UPSTREAM,
    QN_REF_ATOM_PUSH,
    QN_REF_ATOM_SYMREF,
    QN_REF_ATOM_HEAD,
    QN_REF_ATOM_COLOR,
    QN_REF_ATOM_WORKTREEPATH,
    QN_REF_ATOM_ALIGN,
    QN_REF_ATOM_END,
    QN_REF_ATOM_IF,
    QN_REF_ATOM_THEN,
    QN_REF_ATOM_ELSE,
    QN_REF_ATOM_AHEAD_BEHIND,
    QN_REF_ATOM_IS_BASE,
    QN_REF_ATOM_DESCRIBE,
    QN_REF_ATOM_VERIFIED, /* signature */
    QN_REF_ATOM_FLAG
};

enum qn_ref_atom_part {
    QN_REF_PART_WHOLE = 0,
    QN_REF_PART_SHORT,
    QN_REF_PART_LSTRIP,
    QN_REF_PART_RSTRIP,
    QN_REF_PART_DISK,
    QN_REF_PART_SIZE,
    QN_REF_PART_NAME,
    QN_REF_PART_EMAIL,
    QN_REF_PART_DATE,
    QN_REF_PART_SANITIZE,
    QN_REF_PART_SUBJECT,
    QN_REF_PART_BODY,
    QN_REF_PART_SIGNATURE,
    QN_REF_PART_LINES,
    QN_REF_PART_TRAILERS,
    QN_REF_PART_TRACK,
    QN_REF_PART_TRACKSHORT,
    QN_REF_PART_REMOTENAME,
    QN_REF_PART_REMOTEREF,
    QN_REF_PART_GRADE,
    QN_REF_PART_SIGNER,
    QN_REF_PART_KEY,
    QN_REF_PART_FINGERPRINT,
    QN_REF_PART_PRIMARY,
    QN_REF_PART_TRUST,
    QN_REF_PART_EQUALS,
    QN_REF_PART_NOTEQUALS
};

enum qn_ref_atom_position { QN_REF_LEFT, QN_REF_MIDDLE, QN_REF_RIGHT };

struct qn_ref_atom {
    enum qn_ref_atom_kind kind;
    enum qn_ref_atom_part part;
    bool is_peeled;  /* "*": of the object behind the tag */
    bool is_version; /* version:refname: a sort key */
    char role;       /* PERSON: 'a', 'c', 't', 'o' (creator) */
    int number;      /* of lstrip=, short=, lines=; width */
    bool no_bracket;
    bool trims, local_part, uses_mailmap;
    enum qn_ref_atom_position position;
    bool has_date;
    struct qn_date_mode date;
    const char *argument; /* in the atom's own text */
    char *text;           /* owned; the whole, without the parentheses */
    struct qn_id commit;  /* ahead-behind */
    struct qn_buf color;
};

/* One ref to be shown. */
struct qn_ref_item {
    const char *name;
    const char *symref;   /* or NULL */
    const char *detached; /* "(HEAD detached at x)": what to show; or NULL */
    struct qn_id id;
    bool has_peeled;
    struct qn_id peeled;
};

/* Parse "refname:short" (`allows_opening`: "align", "if" and the like, too).
 * QN_INVALID with Git's message. */
struct qn_ref_values;
enum qn_status qn_ref_atom_parse(struct qn_ctx *ctx,
                                 struct qn_ref_values *values,
                                 struct qn_bytes text, bool is_sort_key,
                                 struct qn_ref_atom *out) QN_MUST_USE;
void qn_ref_atom_dispose(struct qn_ref_atom *atom);

/* ref_values.c */
struct qn_ref_values_options {
    bool has_color;
    bool is_strict; /* core.warnAmbiguousRefs */
    /* For %(describe): as of qn_pretty_options; or NULL. */
    enum qn_status (*describe)(struct qn_ctx *ctx, void *data,
                               const struct qn_id *id, struct qn_bytes options,
                               struct qn_buf *out);
    void *describe_data;
};
enum qn_status qn_ref_values_new(struct qn_ctx *ctx,
                                 const struct qn_revision_scope *scope,
                                 const struct qn_ref_values_options *options,
                                 struct qn_ref_values **out) QN_MUST_USE;
void qn_ref_values_free(struct qn_ref_values *values);
const struct qn_revision_scope *
qn_ref_values_scope(const struct qn_ref_values *values);
bool qn_ref_values_has_color(const struct qn_ref_values *values);
/* Append the value.  `*number` (may be NULL) is what numeric fields sort by;
 * `*is_number` tells. */
enum qn_status qn_ref_values_append(struct qn_ctx *ctx,
                                    struct qn_ref_values *values,
                                    const struct qn_ref_item *item,
                                    const struct qn_ref_atom *atom,
                                    struct qn_buf *out, int64_t *number,
                                    bool *is_number) QN_MUST_USE;
/* Append the path of the work tree that has the branch checked out, if any. */
enum qn_status qn_ref_values_worktree(struct qn_ctx *ctx,
                                      struct qn_ref_values *values,
                                      const char *name,
                                      struct qn_buf *out) QN_MUST_USE;
/* All refs that are listed: %(is-base) chooses among them. */
void qn_ref_values_set_items(struct qn_ref_values *values,
                             const struct qn_ref_item *items, size_t count);
/* The next ref's values are those of another item. */
void qn_ref_values_forget(struct qn_ref_values *values);

#endif
