/* SPDX-License-Identifier: MIT */
/* What may be seen: refs that are not hidden, and the commits they reach. */
#ifndef QUOIN_SERVER_WEB_SHOWN_H
#define QUOIN_SERVER_WEB_SHOWN_H

#include "server/web/web_html.h"

bool web_shown_has_ref(const struct web_page *page, const char *name);
/* The commit that the page is about: of ?rev=, a branch ("main", "heads/main"),
 * a tag, another ref ("notes/commits"), or a full id; without one HEAD's.
 * False: there is none that may be seen (or `page->status` is a failure). */
bool web_shown_find(struct web_page *page);

#endif
