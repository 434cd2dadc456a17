/* SPDX-License-Identifier: MIT */
/* Which objects are left out of a pack, although they were asked for:
 *
 *   kept         in a pack with a .keep file, or one named by --keep-pack
 *   local        of an alternate (packed or loose)
 *   incremental  in any pack
 */
#ifndef QN_OPERATION_PART_PACK_WANT_H
#define QN_OPERATION_PART_PACK_WANT_H

#include "odb/odb.h"
#include "pack/pack_file.h"

struct qn_pack_want_options {
    bool honors_keep;
    bool is_local;
    bool is_incremental;
    const char *const *keep_packs; /* "pack-<hash>.pack" */
    size_t keep_count;
};

struct qn_pack_want {
    struct qn_odb *odb;
    struct qn_pack_want_options options;
    struct qn_pack_file **refused; /* what is in one of these is left out */
    size_t count, capacity;
    char **foreign; /* object directories of alternates, for loose ones */
    size_t foreign_count;
    bool has_left_out; /* something, for another reason than `incremental` */
    struct qn_buf path;
};

enum qn_status
qn_pack_want_init(struct qn_ctx *ctx, struct qn_pack_want *want,
                  struct qn_odb *odb,
                  const struct qn_pack_want_options *options) QN_MUST_USE;
void qn_pack_want_dispose(struct qn_pack_want *want);
enum qn_status qn_pack_want_ask(struct qn_ctx *ctx, struct qn_pack_want *want,
                                const struct qn_id *id,
                                bool *is_wanted) QN_MUST_USE;
/* Is the file name of the pack one of those? */
bool qn_pack_want_is_named(const struct qn_pack_file *pack,
                           const char *const *names, size_t count);

#endif
