/* SPDX-License-Identifier: MIT */
/* A pack checked against its index, and what is printed of it: index-pack
 * --verify and verify-pack. */
#ifndef QUOIN_PACK_LISTING_H
#define QUOIN_PACK_LISTING_H

#include "cli/cli.h"
#include "operation/part/pack_receive.h"

enum pack_listing_mode {
    PACK_LISTING_NONE,
    PACK_LISTING_ALL,       /* each object, and how deep chains are */
    PACK_LISTING_HISTOGRAM, /* only that */
};

/* The pack at `path`, whose index is at `index_path`; failures are in the
 * context. */
enum qn_status
pack_listing_verify(struct cli *cli, const char *path, const char *index_path,
                    uint32_t algorithm, enum pack_listing_mode mode,
                    bool skips_reverse,
                    const struct qn_pack_receive_options *receive) QN_MUST_USE;

/* The configuration that indexing heeds: pack.threads (if `*threads` is not
 * given), core.bigFileThreshold. */
void pack_listing_configure(struct cli *cli,
                            struct qn_pack_receive_options *receive);

#endif
