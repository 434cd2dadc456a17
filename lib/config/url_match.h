/* SPDX-License-Identifier: MIT */
/* Which subsections of <section>.<url>.<name> apply to a URL, and how well.
 *
 *   text -> parts (normalised) -> does a pattern match, with what score
 *
 * Scheme, host (a label "*" of a pattern stands for one label) and port must be
 * the same; the pattern's path must be a leading part, by whole segments; a
 * user, when the pattern has one, must be the same.  git-config(1),
 * http.<url>.*. */
#ifndef QN_CONFIG_URL_MATCH_H
#define QN_CONFIG_URL_MATCH_H

#include "base/buf.h"
#include "base/ctx.h"

struct qn_url_match {
    struct qn_buf scheme, user, host, port;
    struct qn_buf path; /* begins with '/'; with the query */
    bool has_user;
};
#define QN_URL_MATCH_INIT                                                      \
    {                                                                          \
        .scheme = QN_BUF_INIT, .user = QN_BUF_INIT, .host = QN_BUF_INIT,       \
        .port = QN_BUF_INIT, .path = QN_BUF_INIT                               \
    }
/* Higher is better, the first field first. */
struct qn_url_match_score {
    size_t host;
    size_t path;
    size_t user;
};

/* QN_INVALID with Git's message. */
enum qn_status qn_url_match_parse(struct qn_ctx *ctx, struct qn_bytes text,
                                  struct qn_url_match *out) QN_MUST_USE;
void qn_url_match_dispose(struct qn_url_match *url);
bool qn_url_match_test(const struct qn_url_match *url,
                       const struct qn_url_match *pattern,
                       struct qn_url_match_score *score);
/* <0, 0, >0 */
int qn_url_match_compare(const struct qn_url_match_score *a,
                         const struct qn_url_match_score *b);

#endif
