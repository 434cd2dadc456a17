/* SPDX-License-Identifier: MIT */
/* What receive-pack says became of a push, both ends.
 *
 *   "unpack ok" | "unpack <error>", "ok <name>" | "ng <name> <error>"..., flush
 *   version 2, behind an ok: "option refname <name>", "option old-oid <id>",
 *   "option new-oid <id>", "option forced-update"
 *
 * gitprotocol-pack(5).
 */
#ifndef QN_WIRE_PUSH_REPORT_H
#define QN_WIRE_PUSH_REPORT_H

#include "base/arena.h"
#include "codec/pkt_line.h"
#include "hash/id.h"

struct qn_push_result {
    const char *name;  /* of the command */
    const char *error; /* NULL: ok */
    /* What was really done, where a hook chose (proc-receive): */
    const char *ref_name; /* NULL: as asked */
    bool has_old, has_new, is_forced;
    bool is_again; /* one more of the command before */
    struct qn_id old_id, new_id;
};

struct qn_push_report {
    uint32_t algorithm;
    const char *unpack_error; /* NULL: ok */
    struct qn_push_result *results;
    size_t count;
    size_t capacity;
    struct qn_arena arena;
    bool is_broken; /* a line made no sense: what follows does not count */
    int state;      /* within */
};

void qn_push_report_init(struct qn_push_report *report, uint32_t algorithm);
void qn_push_report_dispose(struct qn_push_report *report);
enum qn_status qn_push_report_add(struct qn_ctx *ctx,
                                  struct qn_push_report *report,
                                  struct qn_bytes name, const char *error,
                                  struct qn_push_result **out) QN_MUST_USE;
/* All of it with the flush; `version` 1 or 2. */
enum qn_status qn_push_report_write(struct qn_ctx *ctx,
                                    const struct qn_push_report *report,
                                    int version,
                                    struct qn_buf *out) QN_MUST_USE;
/* The next packet; `*is_done` at the flush.  QN_INVALID ("wire.push") for a
 * line that is none; unless it `is_broken` then, the next one may be taken. */
enum qn_status qn_push_report_take(struct qn_ctx *ctx,
                                   struct qn_push_report *report,
                                   const struct qn_pkt_line *packet,
                                   bool *is_done) QN_MUST_USE;

#endif
