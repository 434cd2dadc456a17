/* SPDX-License-Identifier: MIT */
/* Remotes: what a name, a URL or a path means to fetch and push.
 *
 *   remote.<name>.* of the configuration, else $GIT_DIR/remotes/<name>, else
 *   $GIT_DIR/branches/<name>, else the name itself as the URL
 *   -> URLs (rewritten by url.<base>.insteadOf, pushInsteadOf), refspecs,
 *      settings
 *
 * git-config(1) "remote", "branch", "url"; gitrepository-layout(5); the section
 * "Remotes" of git-fetch(1).
 */
#ifndef QN_REPO_REMOTE_H
#define QN_REPO_REMOTE_H

#include "base/arena.h"
#include "config/config.h"
#include "repo/repo.h"
#include "text/refspec.h"

enum qn_remote_tags { /* remote.<name>.tagOpt */
                      QN_REMOTE_TAGS_AUTO = 0,
                      QN_REMOTE_TAGS_NONE,
                      QN_REMOTE_TAGS_ALL
};

enum qn_remote_origin {                        /* where it is from */
                        QN_REMOTE_NOWHERE = 0, /* its name is the URL */
                        QN_REMOTE_CONFIG,
                        QN_REMOTE_REMOTES,
                        QN_REMOTE_BRANCHES
};

enum qn_remote_follow { /* remote.<name>.followRemoteHEAD */
                        QN_REMOTE_FOLLOW_CREATE = 0,
                        QN_REMOTE_FOLLOW_NEVER,
                        QN_REMOTE_FOLLOW_WARN,
                        QN_REMOTE_FOLLOW_WARN_IF_NOT, /* ... `follow_branch` */
                        QN_REMOTE_FOLLOW_ALWAYS
};

struct qn_remote_words { /* in the arena */
    const char **items;
    size_t count;
    size_t capacity;
};

struct qn_remote_refspecs {
    struct qn_refspec *items;
    size_t count;
    size_t capacity;
};

struct qn_remote {
    const char *name;
    enum qn_remote_origin origin;
    struct qn_remote_words written_urls; /* as they are configured */
    struct qn_remote_words urls;         /* rewritten; at least one, or none */
    struct qn_remote_words written_push_urls;
    struct qn_remote_words push_urls; /* what push goes to, rewritten: pushurl,
                                         or the URLs by pushInsteadOf */
    struct qn_remote_refspecs fetch;
    struct qn_remote_refspecs push;
    struct qn_remote_words server_options;
    struct qn_remote_words negotiation_restrict;
    struct qn_remote_words negotiation_include;
    const char *upload_pack; /* NULL: not said; so the next ones */
    const char *receive_pack;
    const char *vcs;
    const char *proxy;
    const char *proxy_auth_method;
    const char *partial_clone_filter;
    const char *follow_branch;
    enum qn_remote_follow follow;
    enum qn_remote_tags tags;
    bool mutes_config; /* what is wrong was told before; so of its file */
    bool mutes_file;
    bool is_own_url; /* no URL is configured: the name is it */
    bool is_in_repo; /* the repository itself says something of it */
    bool is_mirror;
    bool is_promisor;
    bool skips_default_update;
    bool skips_fetch_all;
    int prune;      /* -1: not said */
    int prune_tags; /* -1: not said */
    struct qn_arena arena;
};

/* `directory`: the common directory, for the two old kinds of file; or NULL.
 * Any name is a remote: `origin` says which.  QN_INVALID for a refspec that is
 * none, in Git's words. */
enum qn_status qn_remote_open(struct qn_ctx *ctx,
                              const struct qn_config *config,
                              const char *directory, const char *name,
                              struct qn_remote **out) QN_MUST_USE;
/* Of an open repository.  `name` NULL: the default one of `branch` (short, or
 * NULL: HEAD is on none) for fetch, or for push; one that nobody configured has
 * no URL then. */
enum qn_status qn_remote_of(struct qn_ctx *ctx, struct qn_repo *repo,
                            const char *name, const char *branch, bool is_push,
                            struct qn_remote **out) QN_MUST_USE;
void qn_remote_free(struct qn_remote *remote); /* NULL is fine */

/* The names of all configured ones, in the order in which they were first
 * named. `out` is in `arena`. */
enum qn_status qn_remote_names(struct qn_ctx *ctx,
                               const struct qn_config *config,
                               struct qn_arena *arena,
                               struct qn_remote_words *out) QN_MUST_USE;
/* branch.<b>.remote (push: .pushRemote, remote.pushDefault), the only remote
 * that there is, "origin".  `branch` short, or NULL: HEAD is on none.
 * `*is_explicit`: it was configured. */
enum qn_status qn_remote_default(struct qn_ctx *ctx,
                                 const struct qn_config *config,
                                 const char *branch, bool is_push,
                                 struct qn_arena *arena, const char **out,
                                 bool *is_explicit) QN_MUST_USE;
/* The remotes of the group remotes.<name>; none: it is no group. */
enum qn_status qn_remote_group(struct qn_ctx *ctx,
                               const struct qn_config *config, const char *name,
                               struct qn_arena *arena,
                               struct qn_remote_words *out) QN_MUST_USE;
/* url.<base>.insteadOf, the longest that matches; for push pushInsteadOf,
 * `*matched` telling whether one did.  Appends. */
enum qn_status qn_remote_rewrite(struct qn_ctx *ctx,
                                 const struct qn_config *config,
                                 const char *url, bool is_push,
                                 struct qn_buf *out, bool *matched) QN_MUST_USE;

/* What the two old kinds of file say of `name`; NULL: nothing, or the
 * configuration gives it a URL.  Read once, warned of once; the repository
 * keeps it.  Any thread. */
enum qn_status qn_remote_of_files(struct qn_ctx *ctx, struct qn_repo *repo,
                                  const char *name,
                                  const struct qn_remote **out) QN_MUST_USE;

/* What a remote-tracking ref is the copy of. */
struct qn_remote_source {
    const char *remote; /* the name of one that is configured */
    const char *name;   /* the ref there */
};
struct qn_remote_sources { /* in the arena */
    struct qn_remote_source *items;
    size_t count;
    size_t capacity;
};
/* Of the ref `tracking` (full name) here: every configured remote that a fetch
 * would write there from, by its fetch refspecs, negative ones too. */
enum qn_status
qn_remote_find_sources(struct qn_ctx *ctx, const struct qn_config *config,
                       const char *tracking, struct qn_arena *arena,
                       struct qn_remote_sources *out) QN_MUST_USE;

/* All refspecs of a list at once: where `name` goes, the first that says so;
 * nothing when a negative one names it. */
enum qn_status qn_remote_map(struct qn_ctx *ctx,
                             const struct qn_remote_refspecs *list,
                             const char *name, struct qn_buf *out,
                             bool *matched) QN_MUST_USE;
/* The other way. */
enum qn_status qn_remote_map_back(struct qn_ctx *ctx,
                                  const struct qn_remote_refspecs *list,
                                  const char *name, struct qn_buf *out,
                                  bool *matched) QN_MUST_USE;
/* Does a negative refspec ("^...") of the list name it? */
bool qn_remote_refspecs_exclude(const struct qn_remote_refspecs *list,
                                const char *name);
enum qn_status qn_remote_refspecs_add(struct qn_ctx *ctx,
                                      struct qn_remote_refspecs *list,
                                      const char *text,
                                      enum qn_refspec_use use) QN_MUST_USE;
void qn_remote_refspecs_dispose(struct qn_remote_refspecs *list);

#endif
