/* SPDX-License-Identifier: MIT */
/* The repositories below the served folders, by the path of a URL; those that
 * are used are kept open, one for all who use it.
 *
 *   "/team/x.git" -> <folder>/team/x.git, <folder>/team/x.git/.git,
 *                    <folder>/team/x.git.git of the first folder that has one
 *
 * At most so many are open (descriptors and memory are bounded); nothing is
 * looked through at the start.  A path has no part that begins with "." or "-";
 * neither a repository nor its objects are outside the folder, whatever links
 * say.  Safe for threads.
 */
#ifndef QUOIN_SERVER_REPOSITORIES_H
#define QUOIN_SERVER_REPOSITORIES_H

#include "repo/repo.h"

struct repositories;

struct repository {
    struct qn_repo *repo; /* shared: views are each one's own */
    char *name;           /* "/team/x.git" */
    char *folder;         /* real path of the served folder */
    /* The module's: */
    unsigned users;
    bool is_listed;
    uint64_t used;
    int64_t config_mtime_ns;
    uint64_t config_size;
    struct repository *next;
};

/* `folders`: paths; NULL: no memory, or one that is not there (the context
 * says). */
struct repositories *repositories_new(struct qn_ctx *ctx,
                                      const char *const *folders, size_t count,
                                      unsigned most_open);
void repositories_free(struct repositories *repositories);

/* May this be a name at all? */
bool repositories_is_name(struct qn_bytes name);
/* `*out` NULL: there is none (or it is not ours to show).  Give it back. */
enum qn_status repositories_get(struct qn_ctx *ctx,
                                struct repositories *repositories,
                                const char *name,
                                struct repository **out) QN_MUST_USE;
void repositories_put(struct repositories *repositories,
                      struct repository *repository);
/* Close all that nobody uses (after a reload). */
void repositories_forget(struct repositories *repositories);
unsigned repositories_open_count(struct repositories *repositories);

/* Names below "/", `each` for each in order, at most `most`. */
typedef enum qn_status repositories_each_fn(struct qn_ctx *ctx, void *data,
                                            const char *name);
enum qn_status repositories_list(struct qn_ctx *ctx,
                                 struct repositories *repositories,
                                 unsigned most, repositories_each_fn *each,
                                 void *data) QN_MUST_USE;

#endif
