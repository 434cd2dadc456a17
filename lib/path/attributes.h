/* SPDX-License-Identifier: MIT */
/* Attributes: what gitattributes(5) says of a path.
 *
 * Sources, strongest first: info/attributes, .gitattributes of the path's
 * directory up to the top, core.attributesFile, system.  Macros (binary,
 * [attr]) are expanded.  One object a thread; keeps a stack of directories, so
 * ask in directory order.
 */
#ifndef QN_PATH_ATTRIBUTES_H
#define QN_PATH_ATTRIBUTES_H

#include "base/ctx.h"
#include "index/index.h"
#include "repo/repo.h"

struct qn_attributes;

enum qn_attributes_source {
    QN_ATTRIBUTES_WORK_TREE,   /* work tree first, then index */
    QN_ATTRIBUTES_INDEX_FIRST, /* index first, then work tree (checkout) */
    QN_ATTRIBUTES_INDEX,       /* index only */
    QN_ATTRIBUTES_TREE         /* a tree (--attr-source, bare) */
};

enum qn_attribute_state {
    QN_ATTRIBUTE_UNSPECIFIED,
    QN_ATTRIBUTE_SET,
    QN_ATTRIBUTE_UNSET,
    QN_ATTRIBUTE_VALUE
};

struct qn_attribute {
    const char *name;
    enum qn_attribute_state state;
    const char *value; /* with QN_ATTRIBUTE_VALUE; borrowed */
};

/* `index`: NULL where not needed; `tree`: with QN_ATTRIBUTES_TREE. */
enum qn_status qn_attributes_new(struct qn_ctx *ctx, struct qn_repo *repo,
                                 enum qn_attributes_source source,
                                 const struct qn_index *index,
                                 const struct qn_id *tree,
                                 struct qn_attributes **out) QN_MUST_USE;
void qn_attributes_free(struct qn_attributes *attributes);
/* Fill in state and value of `count` named attributes for a path relative to
 * the top. */
enum qn_status qn_attributes_get(struct qn_ctx *ctx,
                                 struct qn_attributes *attributes,
                                 struct qn_bytes path,
                                 struct qn_attribute *wanted,
                                 size_t count) QN_MUST_USE;
/* All that are specified for a path, in Git's order (check-attr -a). */
enum qn_status
qn_attributes_all(struct qn_ctx *ctx, struct qn_attributes *attributes,
                  struct qn_bytes path,
                  enum qn_status (*each)(struct qn_ctx *ctx, void *data,
                                         const struct qn_attribute *attribute),
                  void *data) QN_MUST_USE;

/* Letters, digits, "-", "_" and ".", not "-" in front. */
bool qn_attributes_is_valid_name(struct qn_bytes name);

#endif
