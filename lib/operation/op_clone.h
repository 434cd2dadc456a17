/* SPDX-License-Identifier: MIT */
/* clone: a repository made from another one.
 *
 *   source -> refs, HEAD
 *   objects: hard links or copies of the objects directory (local), or what is
 *            reachable, sent as one pack and indexed here: from a connection,
 * or a bundle
 *   -> refs (remote-tracking, tags), HEAD, configuration -> work tree
 *
 * What was made is removed again when anything fails before the files are
 * written: then the history is whole, and it stays.  Order of the writes: the
 * new repository has no refs until all objects are there, so that every prefix
 * is a repository that git accepts; a second run refuses a directory that is
 * not empty, as Git does.  Source: git-clone(1), experiments.
 */
#ifndef QN_OPERATION_OP_CLONE_H
#define QN_OPERATION_OP_CLONE_H

#include "base/ctx.h"
#include "operation/part/fetch_pack.h"
#include "refs/refs.h"

#include <stdbool.h>

enum qn_clone_local {
    QN_CLONE_LOCAL_AUTO = 0, /* a path: yes; file://: no */
    QN_CLONE_LOCAL_YES,
    QN_CLONE_LOCAL_NO,
    QN_CLONE_LOCAL_COPY /* --no-hardlinks */
};

/* What the command is told as it goes; each may be NULL. */
struct qn_clone_calls {
    void *data;
    /* Before anything is made: "Cloning into ..." */
    void (*begins)(void *data, const char *directory, bool is_bare);
    /* The objects are there: "done." */
    void (*has_objects)(void *data, bool is_local);
    /* The branch of an empty repository is `default_branch`: nobody there says
     * what it is. */
    void (*takes_default)(void *data);
    /* HEAD is not on a branch; `id` is where it is. */
    void (*is_detached)(void *data, const char *hex);
    /* What the other side says; as it came. */
    void (*said)(void *data, struct qn_bytes text);
    /* It fails, but all except the files is there, and stays. */
    void (*misses_files)(void *data);
};

struct qn_clone_options {
    const char *source;    /* as the user wrote it */
    const char *directory; /* where to, as written; NULL: from the source */
    bool is_bare;
    bool has_submodule_paths; /* init.defaultSubmodulePathConfig */
    bool is_mirror;
    bool no_checkout;
    bool dissociates;     /* nothing stays borrowed: no alternates */
    bool rejects_shallow; /* fail when the source is shallow */
    bool is_shared;
    bool is_sparse;          /* only files at the top are checked out */
    bool filters_submodules; /* --also-filter-submodules */
    /* --recurse-submodules: pathspecs, NULL terminated; or NULL.  A work tree
     * that has submodules is QN_UNSUPPORTED ("clone.submodules"), and stays. */
    const char *const *submodules;
    bool single_branch;
    bool no_tags;
    enum qn_clone_local local;
    const char *branch;                 /* -b, or NULL */
    const char *remote_name;            /* "origin" */
    const char *template_directory;     /* NULL: none */
    const char *separate_git_directory; /* or NULL */
    const char *const *references; /* --reference, NULL terminated; or NULL */
    const char *const *optional_references; /* --reference-if-able */
    const char *const *settings; /* -c: "key=value", NULL terminated; or NULL */
    const char *shared;          /* core.sharedRepository; or NULL */
    enum qn_refs_format refs_format;                /* 0: files */
    const struct qn_connection_options *connection; /* but for the URL */
    const struct qn_wire_words *server_options;     /* or NULL */
    const struct qn_fetch_depth *depth;             /* or NULL */
    const char *filter;                             /* in full; or NULL */
    const char *revision;                           /* --revision; or NULL */
    const char *bundle_uri;     /* bundles to begin with; or NULL */
    const char *default_branch; /* init.defaultBranch, short */
    bool shows_progress;
    bool quiets_server; /* it tells no progress of its own */
    bool hears_server;  /* it does, though none is shown here */
    struct qn_clone_calls calls;
};

/* QN_NOT_FOUND ("clone.no-repository", "clone.no-branch"), QN_EXISTS
 * ("clone.not-empty"), and what a connection fails with, with Git's messages.
 */
enum qn_status qn_op_clone(struct qn_ctx *ctx,
                           const struct qn_clone_options *options) QN_MUST_USE;

#endif
