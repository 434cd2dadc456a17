/* SPDX-License-Identifier: MIT */
/* The multi-pack-indexes of an object directory as a view knows them, with the
 * packs that they name.  Holds what it shows, whatever becomes of the view. */
#ifndef QN_ODB_ODB_CHAIN_H
#define QN_ODB_ODB_CHAIN_H

#include "odb/odb.h"
#include "pack/multi_pack_index.h"
#include "pack/pack_file.h"

struct qn_odb_snapshot;

struct qn_odb_chain {
    struct qn_odb_snapshot *snapshot;         /* retained */
    const char *directory;                    /* "<objects>" */
    const struct qn_multi_pack_index *layers; /* oldest first */
    size_t count;                             /* 0: there is none */
    struct qn_pack_file ***packs; /* of each layer, by number; NULL: not there;
                                     owned */
};

/* Of the i-th directory, the local one first; `*is_there` false: there are no
 * so many directories.  Disposed by the caller then, too. */
enum qn_status qn_odb_chain_open(struct qn_ctx *ctx, struct qn_odb *odb,
                                 size_t i, struct qn_odb_chain *out,
                                 bool *is_there) QN_MUST_USE;
void qn_odb_chain_close(struct qn_odb_chain *chain);

#endif
