/* SPDX-License-Identifier: MIT */
/* A page in the making: escaping, links, the frame around every page.  The
 * first failure stays in `status`, and what is put after it is dropped, so that
 * pages read as they will look. */
#ifndef QUOIN_SERVER_WEB_HTML_H
#define QUOIN_SERVER_WEB_HTML_H

#include "object/commit.h"
#include "server/web/web.h"
#include "walk/revision.h"

struct web_page {
    struct qn_ctx *ctx;
    enum qn_status status;
    const struct web_request *request;
    struct qn_buf out;
    unsigned code; /* of HTTP */
    /* of a repository */
    struct qn_revision_scope scope;
    struct web_arguments arguments;
    struct qn_bytes path; /* the route's */
    struct qn_id commit;
    bool has_commit; /* false: an empty repository */
    bool is_fixed;   /* it was asked for by its id */
    bool is_sent;    /* the answer began */
    bool is_feed;    /* it is no HTML but Atom */
    bool is_late;    /* the rest of what may be left out is */
    const struct web_answer *answer;
};

/* As it is: our own words only. */
void web_html_put(struct web_page *page, const char *html);
void web_html_printf(struct web_page *page, const char *format, ...)
    QN_PRINTF(2, 3);
/* What others wrote, in text and in attributes: the five characters of HTML,
 * bytes that are no UTF-8 (U+FFFD), control characters but LF and TAB (U+FFFD),
 * and those that turn the direction of text around ("[U+202E]"). */
void web_html_text(struct web_page *page, struct qn_bytes text);
void web_html_string(struct web_page *page, const char *text);
/* The same for a name of a file or a ref: LF, TAB and bytes that are no UTF-8
 * are shown as "\n", "\t", "\xff". */
void web_html_name(struct web_page *page, struct qn_bytes name);
/* A part of a URL, every byte but letters, digits and "-_.~/" as %XX. */
void web_html_url(struct web_page *page, struct qn_bytes text);
/* "/x.git/-/<kind>/<path>?rev=<rev>", for an attribute; `rev` NULL or "": none.
 */
void web_html_link(struct web_page *page, enum web_kind kind,
                   struct qn_bytes path, const char *rev);
/* "<a href=...>" to it; the caller puts the words and "</a>". */
void web_html_anchor(struct web_page *page, enum web_kind kind,
                     struct qn_bytes path, const char *rev);
/* The revision that was asked for. */
const char *web_html_rev(const struct web_page *page);
/* "2026-11-23T15:04:05Z"; the epoch for what is no date. */
void web_html_exact_date(struct web_page *page, int64_t seconds);
/* "2026-11-23", with the time as a title, UTC. */
void web_html_date(struct web_page *page, int64_t seconds);
/* A commit's message in UTF-8, when its encoding is known here; `room` holds
 * it where it is made. */
struct qn_bytes web_html_message(struct web_page *page,
                                 const struct qn_commit *commit,
                                 struct qn_buf *room);
/* Its first line, or the beginning of that. */
struct qn_bytes web_html_subject(struct qn_bytes message);

/* Up to <main>; `what` is for the title: "log of src". */
void web_html_begin(struct web_page *page, const char *what,
                    struct qn_bytes path);
void web_html_end(struct web_page *page);
/* Instead of all that was put: an answer in words. */
void web_html_refuse(struct web_page *page, unsigned code, const char *message);
/* "newer" and "older" below a list of pages; `count` rows a page. */
void web_html_pager(struct web_page *page, uint64_t count, bool has_more);

const char *web_html_style(void);

#endif
