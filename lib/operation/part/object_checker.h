/* SPDX-License-Identifier: MIT */
/* Objects checked as they come by: what fsck, index-pack, unpack-objects and
 * receiving with fsckObjects share.
 *
 *   look    one object, on any thread, in any order
 *   finish  blobs that trees call .gitmodules and .gitattributes, and what is
 *           no blob, or not there: when all objects were seen
 *
 * A finding is told as "<what> in <type> <id>: <finding>: <message>" would be
 * printed; which of them count as errors says the policy
 * (object/check_policy.h).
 */
#ifndef QN_OPERATION_PART_OBJECT_CHECKER_H
#define QN_OPERATION_PART_OBJECT_CHECKER_H

#include "config/config.h"
#include "object/check_policy.h"
#include "odb/odb.h"

struct qn_object_finding {
    struct qn_id id;
    enum qn_object_type type;
    const char *name;                /* "missingEmail" */
    enum qn_check_severity severity; /* as configured; never IGNORE */
    const char *message;
    uint64_t order; /* what `look` was given */
};

struct qn_object_checker_options {
    uint32_t algorithm;
    const struct qn_check_policy *policy; /* or NULL: defaults */
    /* Any thread, several at a time. */
    void (*found)(struct qn_ctx *ctx, void *data,
                  const struct qn_object_finding *finding);
    /* What keeps a tree from being read ("too-short tree object"), before its
     * finding; NULL: it is reported to the context. */
    void (*broken)(struct qn_ctx *ctx, void *data, uint64_t order,
                   const char *message);
    void *data;
    uint64_t big_file_threshold; /* core.bigFileThreshold; 0: 512 MiB */
};

struct qn_object_checker;
enum qn_status
qn_object_checker_new(struct qn_ctx *ctx,
                      const struct qn_object_checker_options *options,
                      struct qn_object_checker **out) QN_MUST_USE;
void qn_object_checker_free(struct qn_object_checker *checker);
/* `*is_sound` false: a finding counted as an error.  `order` comes back with
 * each finding (an offset, or a place among all objects). */
enum qn_status qn_object_checker_look(struct qn_ctx *ctx,
                                      struct qn_object_checker *checker,
                                      const struct qn_id *id,
                                      enum qn_object_type type,
                                      struct qn_bytes content, uint64_t order,
                                      bool *is_sound) QN_MUST_USE;
/* `odb` reads them; an object that it does not have is a finding, too. */
enum qn_status qn_object_checker_finish(struct qn_ctx *ctx,
                                        struct qn_object_checker *checker,
                                        struct qn_odb *odb,
                                        bool *is_sound) QN_MUST_USE;

/* Put into `policy` what the keys under `prefix` say ("fsck.", "receive.fsck.",
 * "fetch.fsck."): severities and skipList.  `is_lenient`: a finding that is not
 * known is a warning, as receiving has it. */
enum qn_status qn_object_checker_configure(struct qn_ctx *ctx,
                                           struct qn_check_policy *policy,
                                           const struct qn_config *config,
                                           const char *prefix,
                                           bool is_lenient) QN_MUST_USE;
/* "missingEmail=ignore,badTimezone=warn skiplist=path": the argument of
 * --strict= and --fsck-objects=. */
enum qn_status qn_object_checker_parse(struct qn_ctx *ctx,
                                       struct qn_check_policy *policy,
                                       const char *words) QN_MUST_USE;
/* The text of a finding behind "error in " or "warning in ". */
enum qn_status qn_object_checker_text(struct qn_ctx *ctx,
                                      const struct qn_object_finding *finding,
                                      struct qn_buf *out) QN_MUST_USE;

#endif
