/* SPDX-License-Identifier: MIT */
/* fast-import: a stream of commands to objects, branches and tags;
 * git-fast-import(1).
 *
 *   new -> option... -> run -> free
 *
 * Objects go into a pack (part/import_store.h), compressed by workers while the
 * caller's thread reads on.  Units, in this order: the pack; each branch; all
 * tags at once; the file of marks.  When the stream is wrong, the pack and the
 * marks are kept, refs are not touched, and a report is left in the repository.
 */
#ifndef QN_OPERATION_OP_FAST_IMPORT_H
#define QN_OPERATION_OP_FAST_IMPORT_H

#include "base/ctx.h"
#include "walk/revision.h"

enum qn_fast_import_channel {
    QN_FAST_IMPORT_OUTPUT,  /* progress lines */
    QN_FAST_IMPORT_RESPONSE /* answers of cat-blob, ls, get-mark: to the
                               descriptor of --cat-blob-fd, when it is set */
};

struct qn_fast_import_calls {
    void *data;
    /* Written at once: somebody waits for it. */
    enum qn_status (*write)(struct qn_ctx *ctx, void *data,
                            enum qn_fast_import_channel channel, int fd,
                            struct qn_bytes text);
};

struct qn_fast_import;
enum qn_status qn_fast_import_new(struct qn_ctx *ctx,
                                  const struct qn_revision_scope *scope,
                                  const struct qn_fast_import_calls *calls,
                                  struct qn_fast_import **out) QN_MUST_USE;
void qn_fast_import_free(struct qn_fast_import *import);

/* One option of the command line, without its "--".  `*known` false: it is
 * none.  QN_INVALID with Git's words; reason "fast-import.mode": a fault in the
 * usage. */
enum qn_status qn_fast_import_option(struct qn_ctx *ctx,
                                     struct qn_fast_import *import,
                                     const char *option,
                                     bool *known) QN_MUST_USE;

/* Read `fd` to its end.  `*complete` false: some ref was not updated, which was
 * reported. */
enum qn_status qn_fast_import_run(struct qn_ctx *ctx,
                                  struct qn_fast_import *import, int fd,
                                  bool *complete) QN_MUST_USE;
/* After a failure of run (or option): write the report, `pid` and `parent` of
 * the process in it; what was read is kept.  `path` is appended. */
enum qn_status qn_fast_import_crash(struct qn_ctx *ctx,
                                    struct qn_fast_import *import,
                                    const char *message, int64_t pid,
                                    int64_t parent,
                                    struct qn_buf *path) QN_MUST_USE;

bool qn_fast_import_shows_statistics(const struct qn_fast_import *import);
/* Append what --stats shows. */
enum qn_status qn_fast_import_statistics(struct qn_ctx *ctx,
                                         const struct qn_fast_import *import,
                                         struct qn_buf *out) QN_MUST_USE;

#endif
