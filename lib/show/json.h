/* SPDX-License-Identifier: MIT */
/* JSON (RFC 8259): lists and records as programs read them.
 *
 *   [
 *   {"name":"a","size":3},
 *   {"name":{"bytes":"/w=="}}
 *   ]
 *
 * Text that is no valid UTF-8 (a path, a name, a message may be any bytes) is
 * an object with one key, "bytes", in base 64: nothing is lost, and what is
 * text stays text.  docs/decisions/json.md.
 *
 * The buffer may be emptied (printed) behind any value that is complete.
 *
 * The first failure is kept: calls after it do nothing, qn_json_finish tells.
 */
#ifndef QN_SHOW_JSON_H
#define QN_SHOW_JSON_H

#include "base/buf.h"
#include "base/ctx.h"

#define QN_JSON_MAX_DEPTH 64

struct qn_json {
    struct qn_ctx *ctx;
    struct qn_buf *out;
    unsigned depth;
    uint64_t has_items; /* a bit for each level */
    bool is_list;       /* the outermost is an array */
    enum qn_status status;
};

void qn_json_init(struct qn_json *json, struct qn_ctx *ctx, struct qn_buf *out);
/* For a value of a text that is JSON already: no line breaks, no finish; the
 * status is json->status. */
void qn_json_init_within(struct qn_json *json, struct qn_ctx *ctx,
                         struct qn_buf *out);
void qn_json_begin_array(struct qn_json *json);
void qn_json_end_array(struct qn_json *json);
void qn_json_begin_object(struct qn_json *json);
void qn_json_end_object(struct qn_json *json);
/* The name of the value that follows, in an object; plain ASCII. */
void qn_json_key(struct qn_json *json, const char *key);
void qn_json_text(struct qn_json *json, struct qn_bytes text);
void qn_json_string(struct qn_json *json, const char *text); /* NULL: null */
void qn_json_number(struct qn_json *json, int64_t number);
void qn_json_bool(struct qn_json *json, bool value);
void qn_json_null(struct qn_json *json);
enum qn_status qn_json_finish(struct qn_json *json) QN_MUST_USE;

#endif
