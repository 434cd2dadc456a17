/* SPDX-License-Identifier: MIT */
/* archive: the files of a tree as tar or zip; git-archive(1).
 *
 *   name -> commit (its id and time are in the archive) or tree
 *   -> entries in order of the tree, without what attributes and pathspecs
 *      leave out -> contents as a checkout would write them, export-subst
 *      expanded -> tar or zip -> gzip, a program, or nothing -> `out`
 *
 * Contents are read, and for zip deflated, by workers; the caller's thread
 * writes in order.  Memory is bounded: large contents go in pieces (zip: those
 * beyond core.bigFileThreshold, others one at a time).  Nothing of the
 * repository is changed.
 */
#ifndef QN_OPERATION_OP_ARCHIVE_H
#define QN_OPERATION_OP_ARCHIVE_H

#include "operation/part/archive_format.h"
#include "operation/part/archive_sink.h"
#include "walk/revision.h"

/* A file that is in no tree. */
struct qn_archive_extra {
    const char *name;        /* in the archive, with its prefix */
    const char *path;        /* what is read (--add-file); or NULL */
    uint32_t mode;           /* of that file */
    struct qn_bytes content; /* without a path */
};

struct qn_op_archive {
    const struct qn_revision_scope *scope;
    const struct qn_archive_formats *formats;
    const struct qn_archive_format *format;
    const char *name;         /* <tree-ish> */
    const char *const *paths; /* pathspecs, as they are written */
    size_t path_count;
    unsigned pathspec_flags;
    const char *directory; /* "sub/": where the user stands; "" or NULL: top */
    const char *prefix;    /* of names in the archive; NULL: none */
    const char *mtime;     /* --mtime; NULL: not said */
    int level;             /* -1: not said */
    uint32_t user_umask;   /* of this process: tar.umask=user */
    bool uses_work_tree_attributes; /* of the work tree only */
    const struct qn_archive_extra *extras;
    size_t extra_count;
    /* Somebody else asks: <tree-ish> is the name of a ref, with a path behind a
     * colon at most (uploadArchive.allowUnreachable: whatever it is). */
    bool is_remote;
    /* For anybody: no program is run, whatever is configured (filters,
     * signatures), no name of a ref is told, and <tree-ish> is one that is
     * served: not hidden (as of upload-pack), in the scope's namespace. */
    bool is_served;
    /* Known already: `name` is not looked at; or NULL. */
    const struct qn_id *commit;
    struct qn_bytes subtree; /* of it: "a/b"; empty: the root */
    struct qn_archive_out out;
    /* --verbose: each path; or NULL. */
    void (*tell)(void *data, struct qn_bytes path);
    void *tell_data;
};

/* Is what is configured of archives good?  Git looks at it first. */
enum qn_status qn_op_archive_check(struct qn_ctx *ctx,
                                   const struct qn_config *config) QN_MUST_USE;
/* QN_NOT_FOUND, QN_INVALID, with Git's words; those of revisions. */
enum qn_status
qn_op_archive_run(struct qn_ctx *ctx,
                  const struct qn_op_archive *options) QN_MUST_USE;

#endif
