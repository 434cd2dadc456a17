/* SPDX-License-Identifier: MIT */
/* A page in the making.  The first failure stays in `status`, and what is put
 * after it is dropped, so that pages read as they will look. */
#ifndef QUOIN_SERVER_WEB_PAGE_H
#define QUOIN_SERVER_WEB_PAGE_H

#include "server/request.h"
#include "walk/revision.h"

struct page {
    struct qn_ctx *ctx;
    struct request *request;
    enum qn_status status;
    /* of a repository */
    struct repository *repository;
    struct qn_revision_scope scope;
    struct qn_bytes path; /* behind the kind of page; no slash at its ends */
    struct qn_buf rev;    /* as it was asked for; "" */
    struct qn_id commit;
    bool has_commit; /* false: an empty repository */
};

/* As it is: our own words only. */
void page_put(struct page *page, const char *html);
void page_printf(struct page *page, const char *format, ...) QN_PRINTF(2, 3);
/* What others wrote. */
void page_text(struct page *page, struct qn_bytes text);
void page_string(struct page *page, const char *text);
/* The same as a part of a URL: slashes stay. */
void page_url(struct page *page, struct qn_bytes text);
/* "/x.git/-/<kind>/<path>?rev=...", for an attribute. */
void page_link(struct page *page, const char *kind, struct qn_bytes path,
               const char *rev);
/* "2026-11-23 15:04", UTC. */
void page_date(struct page *page, int64_t seconds);
/* The first line of a message. */
struct qn_bytes page_subject(struct qn_bytes message);

/* Up to <main>, and behind it. */
void page_begin(struct page *page, const char *title);
void page_end(struct page *page);
/* It is not there (no such file, revision): a 404 in words. */
void page_missing(struct page *page, const char *message);

/* The kinds. */
void page_summary(struct page *page);
void page_refs(struct page *page);
void page_log(struct page *page);
void page_commit(struct page *page);
void page_tree(struct page *page);
void page_blob(struct page *page);
void page_raw(struct page *page);
/* The newest commits as a table; `*more`: there are others. */
void page_commits(struct page *page, int64_t skip, int64_t count, bool *more);

#endif
