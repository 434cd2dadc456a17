/* SPDX-License-Identifier: MIT */
/* Commits and tags as JSON: the keys of a record that is open.
 *
 *   "id" "tree" "parents" "author" "committer" "encoding" "subject" "message"
 *   "refs" "mark" "source" "reflog"
 *
 * Text in another encoding is converted to UTF-8 where that can be done. */
#ifndef QN_SHOW_COMMIT_JSON_H
#define QN_SHOW_COMMIT_JSON_H

#include "object/commit.h"
#include "show/json.h"
#include "show/pretty.h"

/* Of `options`: mailmap with maps_builtin, decorations with shows_decorations,
 * shows_source. */
enum qn_status
qn_commit_json_append(struct qn_ctx *ctx, struct qn_json *json,
                      const struct qn_pretty_item *item,
                      const struct qn_pretty_options *options) QN_MUST_USE;
/* "tag" "id" "target" "target_type" "tagger" "message" */
enum qn_status
qn_commit_json_tag(struct qn_ctx *ctx, struct qn_json *json,
                   const struct qn_id *id, const struct qn_tag *tag,
                   const struct qn_pretty_options *options) QN_MUST_USE;

#endif
