/* SPDX-License-Identifier: MIT */
/* Words of a command line to tips, ranges, walk options and paths: what log,
 * rev-list, diff and others share; git-rev-list(1).
 *
 *   words -> tips (a, ^b, a..b, a...b, a^@, a^!, a^-n, --all, --glob=...)
 *         -> qn_walk_options (--topo-order, --since=..., -n 5, ...)
 *         -> patterns (--grep, --author, --committer)
 *         -> paths
 *
 * Strings are borrowed from the words, or owned by the arena of the args.
 */
#ifndef QN_WALK_REVISION_ARGS_H
#define QN_WALK_REVISION_ARGS_H

#include "base/arena.h"
#include "text/regex.h"
#include "walk/commit_walk.h"
#include "walk/revision.h"

struct qn_revision_tip {
    struct qn_id id;          /* what was named: a tag stays a tag */
    struct qn_id target;      /* tags followed */
    enum qn_object_type type; /* of the target */
    unsigned flags;           /* enum qn_walk_commit_flags: UNINTERESTING, LEFT,
                                 BOTTOM */
    const char *name;         /* as written ("--all": the ref's full name) */
    const char *ref_name;     /* full name of the ref it came by, or "" */
    const char *path;         /* of "<rev>:<path>", or "" */
    uint32_t mode;            /* of that path, 0: none */
    bool is_from_range;       /* one side of a..b or a...b */
    bool is_merge_base;       /* of a...b, uninteresting */
    bool is_from_refs;        /* by --all and kin, --stdin or --reflog */
};

enum qn_revision_pattern_field {
    QN_REVISION_PATTERN_MESSAGE, /* --grep */
    QN_REVISION_PATTERN_AUTHOR,
    QN_REVISION_PATTERN_COMMITTER,
    QN_REVISION_PATTERN_REFLOG /* --grep-reflog */
};

struct qn_revision_pattern {
    enum qn_revision_pattern_field field;
    const char *text;
};

struct qn_revision_args {
    struct qn_revision_tip *tips;
    size_t count;
    size_t capacity;
    struct qn_walk_options walk;
    struct qn_revision_pattern *patterns;
    size_t pattern_count;
    size_t pattern_capacity;
    enum qn_regex_kind regex_kind; /* -E, -F, -P, grep.patternType */
    bool has_regex_kind;           /* one of those was given */
    bool ignores_case;             /* -i */
    bool all_match;
    bool invert_grep;
    const char **paths; /* as written */
    size_t path_count;
    size_t path_capacity;
    bool has_dashdash;
    bool has_revision;  /* some word, --all and kin counted, named one */
    bool has_default;   /* the default was used */
    bool shows_parents; /* --parents */
    bool shows_children;
    bool is_graph;
    bool is_merge;       /* --merge */
    bool order_is_given; /* not only by --graph */
    bool ignores_missing;
    const char *default_name; /* the caller's, or --default's; NULL: none */
    bool takes_default_with_input; /* --stdin that names nothing */
    int input_fd;                  /* of --stdin; -1: there is none */
    struct qn_id *ancestry; /* --ancestry-path=<commit>; walk's view of it */
    size_t ancestry_count;
    size_t ancestry_capacity;
    bool is_not;           /* inside of --not */
    const char **excludes; /* of the next --all and kin */
    size_t exclude_count;
    size_t exclude_capacity;
    const char *exclude_hidden; /* "fetch", "receive", "uploadpack", or NULL */
    bool keeps_refs;  /* the caller's: each ref of --all is a tip of its own */
    bool merges_refs; /* a commit of several refs is one tip */
    struct qn_revision_memo *memo; /* where refs led, by id; NULL: not yet */
    struct qn_arena arena;
};

void qn_revision_args_init(struct qn_revision_args *args);
void qn_revision_args_dispose(struct qn_revision_args *args);

/* One revision word (no option).  QN_NOT_FOUND and QN_AMBIGUOUS as
 * qn_revision_parse. */
enum qn_status qn_revision_args_word(struct qn_ctx *ctx,
                                     const struct qn_revision_scope *scope,
                                     struct qn_revision_args *args,
                                     const char *word) QN_MUST_USE;

/* An option that names tips or directs the walk.  `*used`: how many words it
 * took; 0: it is not one of ours. */
enum qn_status qn_revision_args_option(struct qn_ctx *ctx,
                                       const struct qn_revision_scope *scope,
                                       struct qn_revision_args *args,
                                       const char *const *words, size_t count,
                                       size_t *used) QN_MUST_USE;

/* Only those that name tips: --all, --branches, --glob, --exclude, --not ... */
enum qn_status qn_revision_args_refs_option(
    struct qn_ctx *ctx, const struct qn_revision_scope *scope,
    struct qn_revision_args *args, const char *const *words, size_t count,
    size_t *used) QN_MUST_USE;

/* The caller's own options: answers how many words were taken, 0: none (then
 * the parse fails with "unrecognized argument: <word>"). */
typedef enum qn_status qn_revision_option_fn(struct qn_ctx *ctx, void *data,
                                             const char *const *words,
                                             size_t count, size_t *used);

/* All words: options (ours first, then `own`), revisions, "--", paths; checks
 * that a word is not both revision and file; the default name at the end when
 * no revision was named.  A default that does not exist is left out. */
enum qn_status qn_revision_args_parse(struct qn_ctx *ctx,
                                      const struct qn_revision_scope *scope,
                                      struct qn_revision_args *args,
                                      const char *const *words, size_t count,
                                      qn_revision_option_fn *own,
                                      void *data) QN_MUST_USE;

/* Every tip that leads to a commit is handed to the walk.  One that does not is
 * skipped (rev-list --objects looks at args->tips itself). */
enum qn_status qn_revision_args_start(struct qn_ctx *ctx,
                                      const struct qn_revision_args *args,
                                      struct qn_commit_walk *walk) QN_MUST_USE;

/* Does `word` name something in the work tree, or look like a pathspec? */
bool qn_revision_args_is_path(struct qn_ctx *ctx,
                              const struct qn_revision_scope *scope,
                              const char *word);

/* Is it a commit of the wanted kind by --grep and kin?  For
 * qn_walk_options.filter, with the args as data; prepare first. */
struct qn_revision_filter;
enum qn_status
qn_revision_filter_new(struct qn_ctx *ctx,
                       const struct qn_revision_scope *scope,
                       const struct qn_revision_args *args,
                       struct qn_revision_filter **out) QN_MUST_USE;
/* Names and mails are compared as the mailmap shows them; borrowed. */
struct qn_mailmap;
void qn_revision_filter_set_mailmap(struct qn_revision_filter *filter,
                                    const struct qn_mailmap *mailmap);
/* A qn_walk_options.filter_reflog. */
enum qn_status qn_revision_filter_ask_reflog(struct qn_ctx *ctx, void *data,
                                             struct qn_bytes message,
                                             bool *keep) QN_MUST_USE;
/* The word is neither a revision nor a path: fail with what Git says of it. */
enum qn_status qn_revision_args_refuse(struct qn_ctx *ctx,
                                       const struct qn_revision_scope *scope,
                                       const char *word) QN_MUST_USE;
/* Text that is shown with a commit (its notes), appended: --grep looks there,
 * too. */
typedef enum qn_status qn_revision_notes_fn(struct qn_ctx *ctx, void *data,
                                            const struct qn_id *id,
                                            struct qn_buf *out);
void qn_revision_filter_set_notes(struct qn_revision_filter *filter,
                                  qn_revision_notes_fn *notes, void *data);
/* Where in a line (an ident without its date) the leftmost match of the field's
 * patterns is; false: none, or one of nothing.  `flags`: QN_REGEX_NOT_BOL. */
bool qn_revision_filter_find(struct qn_ctx *ctx,
                             const struct qn_revision_filter *filter,
                             enum qn_revision_pattern_field field,
                             struct qn_bytes text, unsigned flags,
                             size_t *start, size_t *end);
void qn_revision_filter_free(struct qn_revision_filter *filter);
enum qn_status qn_revision_filter_ask(struct qn_ctx *ctx, void *filter,
                                      const struct qn_id *commit,
                                      bool *keep) QN_MUST_USE;

#endif
