/* SPDX-License-Identifier: MIT */
/* What the files of fast-import share.
 *
 *   op_fast_import.c             the loop, the pipeline, the end
 *   part/fast_import_commit.c    commit and what stands in one
 *   part/fast_import_command.c   the other commands
 *   part/fast_import_option.c    options, features
 *   part/fast_import_marks.c     marks and their files
 *   part/fast_import_refs.c      branches and tags become refs
 *   part/fast_import_notes.c     notes
 *   part/fast_import_signed.c    signatures that are checked
 *   part/fast_import_report.c    crash reports, statistics
 */
#ifndef QN_OPERATION_PART_FAST_IMPORT_PRIVATE_H
#define QN_OPERATION_PART_FAST_IMPORT_PRIVATE_H

#include "base/map.h"
#include "operation/op_fast_import.h"
#include "operation/part/import_store.h"
#include "operation/part/import_stream.h"
#include "operation/part/import_tree.h"

struct qn_fast_import_branch {
    char *name;
    struct qn_id id; /* null: no commit */
    struct qn_import_entry root;
    struct qn_id old_tree; /* of the commit it stands on */
    bool is_active;        /* trees may be loaded */
    bool is_deleted;
    uint64_t clock;      /* of its last commit */
    uint32_t pack;       /* of its last commit; QN_IMPORT_NONE */
    uint64_t note_count; /* when it holds notes */
    uint32_t fanout;
};

struct qn_fast_import_tag {
    char *name;
    struct qn_id id;
    uint32_t pack;
};

enum qn_fast_import_date {
    QN_FAST_IMPORT_DATE_RAW = 0,
    QN_FAST_IMPORT_DATE_PERMISSIVE,
    QN_FAST_IMPORT_DATE_RFC2822,
    QN_FAST_IMPORT_DATE_NOW
};

enum qn_fast_import_signed {
    QN_FAST_IMPORT_SIGNED_VERBATIM = 0,
    QN_FAST_IMPORT_SIGNED_WARN_VERBATIM,
    QN_FAST_IMPORT_SIGNED_STRIP,
    QN_FAST_IMPORT_SIGNED_WARN_STRIP,
    QN_FAST_IMPORT_SIGNED_ABORT,
    QN_FAST_IMPORT_SIGNED_STRIP_IF_INVALID,
    QN_FAST_IMPORT_SIGNED_SIGN_IF_INVALID,
    QN_FAST_IMPORT_SIGNED_ABORT_IF_INVALID
};

/* Marks of a submodule's commits in another repository. */
struct qn_fast_import_submodule {
    char *name;
    struct qn_map from; /* raw id to mark */
    struct qn_map to;   /* mark (8 bytes) to position in `ids` */
    struct qn_id *ids;
    size_t id_count, id_capacity;
    bool has_from, has_to;
};

struct qn_fast_import {
    const struct qn_revision_scope *scope;
    struct qn_fast_import_calls calls;
    struct qn_import_stream stream;
    struct qn_import_store store;
    struct qn_import_trees trees;
    struct qn_fast_import_branch **branches; /* in order of first use */
    size_t branch_count, branch_capacity;
    struct qn_map branch_names; /* number: position */
    size_t active_count, active_limit;
    struct qn_fast_import_tag *tags;
    size_t tag_count, tag_capacity;
    struct qn_map marks; /* 8 bytes, big endian, to object (number) */
    uint64_t mark_limit;
    uint64_t commit_count;
    struct qn_buf data; /* of the last "data" */
    struct qn_buf path, path2, text;
    struct qn_object object;
    /* options */
    bool is_forced, is_quiet, needs_done, allows_unsafe, has_relative_marks;
    bool has_seen_data, has_command_line_marks, has_stream_marks;
    bool ignores_missing_marks;
    bool has_pack_limit, has_read_marks;
    struct qn_buf said; /* options of the command line, each with a NUL */
    enum qn_fast_import_date date;
    enum qn_fast_import_signed signed_tags, signed_commits;
    char *signing_key;
    int response_fd; /* -1: the output */
    char *export_marks, *import_marks, *pack_edges;
    struct qn_fast_import_submodule *submodules;
    size_t submodule_count, submodule_capacity;
    unsigned path_flags; /* enum qn_safe_path_flags */
    /* the loop */
    bool is_done;       /* no more commands */
    bool is_checkpoint; /* finish the pack, update refs, go on */
    bool is_incomplete; /* a ref was not updated */
    bool is_pack_edges_failed;
    enum qn_status failure;
    bool is_usage;         /* it is a fault in how we were called */
    struct qn_buf message; /* of it */
    struct qn_fast_import_branch *current; /* in a commit; or NULL */
};

/* ---- branches (op_fast_import.c) */
struct qn_fast_import_branch *
qn_fast_import_find_branch(const struct qn_fast_import *import,
                           const char *name);
/* QN_INVALID when the name is none. */
enum qn_status
qn_fast_import_new_branch(struct qn_ctx *ctx, struct qn_fast_import *import,
                          const char *name,
                          struct qn_fast_import_branch **out) QN_MUST_USE;
/* Used now; another one's trees are given up when there are too many. */
void qn_fast_import_activate(struct qn_fast_import *import,
                             struct qn_fast_import_branch *branch);
/* Read the "from" line, if it is one: the branch stands there then. */
enum qn_status qn_fast_import_read_from(struct qn_ctx *ctx,
                                        struct qn_fast_import *import,
                                        struct qn_fast_import_branch *branch,
                                        bool *found) QN_MUST_USE;
/* "<commit-ish>": a branch of ours, a mark, a revision.  Commits only. */
enum qn_status qn_fast_import_commitish(struct qn_ctx *ctx,
                                        struct qn_fast_import *import,
                                        const char *word,
                                        struct qn_id *out) QN_MUST_USE;
/* The tree of a commit. */
enum qn_status qn_fast_import_tree_of(struct qn_ctx *ctx,
                                      struct qn_fast_import *import,
                                      const struct qn_id *commit,
                                      struct qn_id *out) QN_MUST_USE;
static inline enum qn_status qn_fast_import_next(struct qn_ctx *ctx,
                                                 struct qn_fast_import *import)
{
    return qn_import_stream_next(ctx, &import->stream);
}
static inline const char *
qn_fast_import_line(const struct qn_fast_import *import)
{
    return qn_import_stream_line(&import->stream);
}
/* What is behind `prefix` in the line; NULL: it begins otherwise. */
const char *qn_fast_import_after(const struct qn_fast_import *import,
                                 const char *prefix);
/* A "data" line with what follows, into import->data. */
enum qn_status qn_fast_import_data(struct qn_ctx *ctx,
                                   struct qn_fast_import *import) QN_MUST_USE;
/* "data" as a new blob. */
enum qn_status qn_fast_import_blob_data(struct qn_ctx *ctx,
                                        struct qn_fast_import *import,
                                        uint32_t *object) QN_MUST_USE;
enum qn_status qn_fast_import_say(struct qn_ctx *ctx,
                                  struct qn_fast_import *import,
                                  enum qn_fast_import_channel channel,
                                  struct qn_bytes text) QN_MUST_USE;

/* ---- commands */
enum qn_status
qn_fast_import_command(struct qn_ctx *ctx,
                       struct qn_fast_import *import) QN_MUST_USE;
enum qn_status qn_fast_import_commit(struct qn_ctx *ctx,
                                     struct qn_fast_import *import,
                                     const char *name) QN_MUST_USE;
enum qn_status qn_fast_import_cat_blob(struct qn_ctx *ctx,
                                       struct qn_fast_import *import,
                                       const char *word) QN_MUST_USE;
/* `branch`: the active commit's, or NULL. */
enum qn_status
qn_fast_import_ls(struct qn_ctx *ctx, struct qn_fast_import *import,
                  const char *word,
                  struct qn_fast_import_branch *branch) QN_MUST_USE;
/* "Name <mail> <when>" to an ident, appended. */
enum qn_status qn_fast_import_ident(struct qn_ctx *ctx,
                                    struct qn_fast_import *import,
                                    const char *text,
                                    struct qn_buf *out) QN_MUST_USE;
/* A path at `*at`, to the end of the line or (`ends_at_space`) to a space;
 * `what`: "path", "source", "dest".  Into `out`; `*at` behind it. */
struct qn_fast_import_path {
    const char *what;
    bool ends_at_space;
};
enum qn_status qn_fast_import_path(struct qn_ctx *ctx,
                                   struct qn_fast_import *import,
                                   const char **at,
                                   const struct qn_fast_import_path *form,
                                   struct qn_buf *out) QN_MUST_USE;
/* "N <dataref> <commit-ish>". */
enum qn_status qn_fast_import_note(struct qn_ctx *ctx,
                                   struct qn_fast_import *import,
                                   struct qn_fast_import_branch *branch,
                                   const char *word) QN_MUST_USE;
/* Notes that stand where they should not, moved. */
enum qn_status
qn_fast_import_settle_notes(struct qn_ctx *ctx, struct qn_fast_import *import,
                            struct qn_fast_import_branch *branch) QN_MUST_USE;
/* A signature that is only kept when it is good: `*keeps` false, or
 * `signature` made anew. */
struct qn_fast_import_payload {
    struct qn_bytes payload;
    enum qn_fast_import_signed mode;
    bool is_tag;
};
enum qn_status qn_fast_import_check_signature(
    struct qn_ctx *ctx, struct qn_fast_import *import,
    const struct qn_fast_import_payload *what, struct qn_buf *signature,
    bool *keeps) QN_MUST_USE;
static inline bool
qn_fast_import_is_conditional(enum qn_fast_import_signed mode)
{
    return mode >= QN_FAST_IMPORT_SIGNED_STRIP_IF_INVALID;
}

/* ---- marks */
/* ":<n>" at the front of `*at`, which moves behind it. */
enum qn_status qn_fast_import_parse_mark(struct qn_ctx *ctx,
                                         struct qn_fast_import *import,
                                         const char **at,
                                         uint64_t *mark) QN_MUST_USE;
/* "mark :<n> not declared" otherwise. */
enum qn_status qn_fast_import_find_mark(struct qn_ctx *ctx,
                                        struct qn_fast_import *import,
                                        uint64_t mark,
                                        uint32_t *object) QN_MUST_USE;
/* A "mark" line, if it is one: 0 when not. */
enum qn_status qn_fast_import_read_mark(struct qn_ctx *ctx,
                                        struct qn_fast_import *import,
                                        uint64_t *mark) QN_MUST_USE;
/* 0 is none. */
enum qn_status qn_fast_import_set_mark(struct qn_ctx *ctx,
                                       struct qn_fast_import *import,
                                       uint64_t mark,
                                       uint32_t object) QN_MUST_USE;
enum qn_status
qn_fast_import_read_marks(struct qn_ctx *ctx,
                          struct qn_fast_import *import) QN_MUST_USE;
enum qn_status
qn_fast_import_write_marks(struct qn_ctx *ctx,
                           struct qn_fast_import *import) QN_MUST_USE;
enum qn_status qn_fast_import_list_marks(struct qn_ctx *ctx,
                                         const struct qn_fast_import *import,
                                         struct qn_buf *out) QN_MUST_USE;
/* "<name>:<file>" of --rewrite-submodules-from and -to. */
/* The options of the command line once more, after those of the stream. */
enum qn_status
qn_fast_import_say_again(struct qn_ctx *ctx,
                         struct qn_fast_import *import) QN_MUST_USE;
enum qn_status qn_fast_import_read_submodule(struct qn_ctx *ctx,
                                             struct qn_fast_import *import,
                                             const char *text,
                                             bool is_from) QN_MUST_USE;
enum qn_status
qn_fast_import_check_submodules(struct qn_ctx *ctx,
                                struct qn_fast_import *import) QN_MUST_USE;
/* What the submodule's commit is called in this repository. */
enum qn_status qn_fast_import_rewrite(struct qn_ctx *ctx,
                                      struct qn_fast_import *import,
                                      const uint8_t *row, size_t size,
                                      struct qn_id *out,
                                      bool *found) QN_MUST_USE;

/* ---- options, refs, reports */
/* What the configuration says. */
enum qn_status
qn_fast_import_configure(struct qn_ctx *ctx,
                         struct qn_fast_import *import) QN_MUST_USE;
enum qn_status qn_fast_import_feature(struct qn_ctx *ctx,
                                      struct qn_fast_import *import,
                                      const char *word) QN_MUST_USE;
enum qn_status qn_fast_import_stream_option(struct qn_ctx *ctx,
                                            struct qn_fast_import *import,
                                            const char *word) QN_MUST_USE;
enum qn_status
qn_fast_import_update_refs(struct qn_ctx *ctx,
                           struct qn_fast_import *import) QN_MUST_USE;
/* A pack got its place (qn_import_store.finished). */
enum qn_status qn_fast_import_put_edges(struct qn_ctx *ctx, void *data,
                                        const char *name,
                                        uint32_t pack) QN_MUST_USE;

#endif
