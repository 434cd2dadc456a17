/* SPDX-License-Identifier: MIT */
/* Loose refs: one file a ref.
 *
 *   <hex> LF               a direct ref
 *   "ref:" SP <name> LF    a symbolic one; long ago a symlink to "refs/..."
 */
#ifndef QN_REFS_LOOSE_REFS_H
#define QN_REFS_LOOSE_REFS_H

#include "base/arena.h"
#include "refs/refs_backend.h"

/* What a file says: target, or id, or is_broken.  `out->name` is untouched. */
enum qn_status qn_loose_refs_parse(struct qn_ctx *ctx, struct qn_bytes content,
                                   uint32_t algorithm,
                                   struct qn_ref *out) QN_MUST_USE;

/* Append the path of a ref's file (or its log's: `top` "logs/"). */
enum qn_status qn_loose_refs_path(struct qn_ctx *ctx,
                                  const struct qn_refs_options *options,
                                  const char *top, const char *name,
                                  struct qn_buf *out) QN_MUST_USE;

/* Read the file of a ref.  A directory in its place is no ref. */
enum qn_status qn_loose_refs_read(struct qn_ctx *ctx, struct qn_refs *refs,
                                  const char *name, struct qn_ref *out,
                                  bool *found) QN_MUST_USE;

/* The names of all files below a prefix, in order. */
struct qn_loose_names {
    const char **names;
    size_t count;
    size_t capacity;
    struct qn_arena arena;
};
#define QN_LOOSE_NAMES_INIT                                                    \
    {                                                                          \
        NULL, 0, 0, QN_ARENA_INIT                                              \
    }
void qn_loose_refs_names_dispose(struct qn_loose_names *names);
/* `top`: "" or "logs/".  `flags`: QN_REFS_INCLUDE_ROOT. */
enum qn_status qn_loose_refs_list(struct qn_ctx *ctx,
                                  const struct qn_refs_options *options,
                                  const char *top, const char *prefix,
                                  unsigned flags,
                                  struct qn_loose_names *out) QN_MUST_USE;

#endif
