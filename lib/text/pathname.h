/* SPDX-License-Identifier: MIT */
/* Paths as strings: join, split, clean, relate.  Nothing here looks at the file
 * system.  "/" separates; a path is absolute when it begins with one. */
#ifndef QN_TEXT_PATHNAME_H
#define QN_TEXT_PATHNAME_H

#include "base/buf.h"
#include "base/bytes.h"

static inline bool qn_pathname_is_absolute(struct qn_bytes path)
{
    return path.size > 0 && path.data[0] == '/';
}

/* The part after the last "/" ("" for a path that ends in one). */
struct qn_bytes qn_pathname_base(struct qn_bytes path);

/* The part before the last "/": "" for a bare name, "/" for "/a". */
struct qn_bytes qn_pathname_directory(struct qn_bytes path);

/* Append "a/b" to `out`; `b` alone when it is absolute or `a` is empty, and no
 * second slash when `a` ends in one. */
enum qn_status qn_pathname_join(struct qn_ctx *ctx, struct qn_bytes a,
                                struct qn_bytes b,
                                struct qn_buf *out) QN_MUST_USE;

/* Append `path` without ".", "..", doubled slashes: "a/./b//../c" is "a/c".  A
 * trailing slash stays.  A path that climbs above its start is QN_INVALID. */
enum qn_status qn_pathname_normalise(struct qn_ctx *ctx, struct qn_bytes path,
                                     struct qn_buf *out) QN_MUST_USE;

/* Append the relative path that leads from the directory `from` to `to` ("./"
 * for itself).  Both absolute and normal, or both relative to one place. */
enum qn_status qn_pathname_relative(struct qn_ctx *ctx, struct qn_bytes from,
                                    struct qn_bytes to,
                                    struct qn_buf *out) QN_MUST_USE;

/* Is `path` equal to `directory` or below it?  `*rest` (may be NULL) is what
 * follows, without the slash.  A trailing slash of `directory` does not matter.
 */
bool qn_pathname_is_below(struct qn_bytes path, struct qn_bytes directory,
                          struct qn_bytes *rest);

#endif
