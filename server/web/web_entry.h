/* SPDX-License-Identifier: MIT */
/* What a page's path names in its commit. */
#ifndef QUOIN_SERVER_WEB_ENTRY_H
#define QUOIN_SERVER_WEB_ENTRY_H

#include "object/tree.h"
#include "server/web/web_html.h"

/* True: `id` and `mode`; else the page refuses in words (or failed). */
bool web_entry_find(struct web_page *page, struct qn_id *id, uint32_t *mode);
/* The commit's tree. */
enum qn_status web_entry_root(struct web_page *page, struct qn_id *out);
/* WEB_TREE or WEB_BLOB: the page of what is there; WEB_NONE: nothing is. */
enum web_kind web_entry_kind(struct web_page *page);
/* Each part of the path with where it leads, and pages of the same path;
 * `last`: as web_entry_kind. */
void web_entry_crumbs(struct web_page *page, enum web_kind last);
/* A NUL among the first bytes. */
bool web_entry_is_binary(struct qn_bytes data);

/* web_blob.c: where a directory has one, its README. */
void web_readme_put(struct web_page *page, struct qn_bytes tree);
/* web_markdown.c: a safe part of Markdown. */
void web_markdown_put(struct web_page *page, struct qn_bytes text,
                      struct qn_bytes directory);

/* The pages. */
void web_tree_page(struct web_page *page);
void web_tree_put(struct web_page *page); /* without a frame */
void web_blob_page(struct web_page *page);
void web_blob_raw(struct web_page *page);
void web_blame_page(struct web_page *page);
void web_log_page(struct web_page *page);
void web_log_feed(struct web_page *page);
void web_log_put(struct web_page *page, uint64_t skip, uint64_t count,
                 bool *more);
void web_commit_page(struct web_page *page);
void web_refs_page(struct web_page *page);
/* web_archive.c: which formats there are; the archive itself, streamed. */
void web_archive_page(struct web_page *page);
void web_archive_send(struct web_page *page, const char *etag);

#endif
