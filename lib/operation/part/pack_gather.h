/* SPDX-License-Identifier: MIT */
/* What goes into a pack: from lines of ids, from revisions, from the names of
 * packs, or all that is unreachable, into a list (part/pack_list.h).
 *
 *   lines      "<id>[ <path>]"; "-<id>": what the other side has
 *   revisions  "<rev>", "^<rev>", "--not", "--shallow <id>"; commits, then
 *              tags, trees and blobs as `rev-list --objects` lists them
 *   packs      "pack-<x>.pack", "^pack-<x>.pack" (part/pack_gather_packs.c)
 */
#ifndef QN_OPERATION_PART_PACK_GATHER_H
#define QN_OPERATION_PART_PACK_GATHER_H

#include "base/progress.h"
#include "operation/part/pack_list.h"
#include "operation/part/pack_uris.h"
#include "operation/part/pack_want.h"
#include "path/attributes.h"
#include "walk/revision_args.h"

enum qn_pack_gather_missing {
    QN_PACK_GATHER_ERROR = 0,
    QN_PACK_GATHER_ALLOW_ANY,
    QN_PACK_GATHER_ALLOW_PROMISED
};

enum qn_pack_gather_unreachable {
    QN_PACK_GATHER_NONE = 0,
    QN_PACK_GATHER_KEEP,  /* of packs, into the pack */
    QN_PACK_GATHER_BOTH,  /* of packs, and loose ones */
    QN_PACK_GATHER_LOOSE, /* loose ones, into the pack */
    QN_PACK_GATHER_UNPACK /* of packs, to loose files */
};

struct qn_object_walk;

struct qn_pack_gather {
    const struct qn_revision_scope *scope; /* its odb replaces nothing */
    struct qn_pack_list *list;
    struct qn_pack_want *want;
    struct qn_pack_uris *uris;    /* what is to be had elsewhere; or NULL */
    struct qn_progress *progress; /* told of each object; or NULL */
    bool all, reflog, indexed, unpacked;
    bool is_thin;
    bool looks_harder; /* thin: what was named as out of range, too */
    bool includes_tags;
    bool keeps_true_parents;
    bool excludes_promised;
    bool spares_workers; /* walk/object_walk.h */
    int missing;         /* enum qn_pack_gather_missing */
    uint32_t window;
    bool uses_bitmap;   /* with revisions, where a pack has one */
    bool copies_front;  /* of that pack, as it is (list->fronts) */
    bool copies_fronts; /* and of all packs of a multi-pack-index */
    bool scans;         /* where there is none, for a client that has nothing */
    bool names_offsets; /* deltas may */
    bool is_of_sets;    /* found by a bitmap, without paths */
    enum qn_pack_gather_unreachable unreachable;
    int64_t unpack_since; /* seconds; older ones are not unpacked; 0: all are */
    uint64_t big_file_threshold;
    const struct qn_filter_spec *filter; /* or NULL */
    bool follows;                        /* --stdin-packs=follow */
    bool has_expiration;                 /* of cruft: older objects, */
    int64_t expiration; /* that no newer one reaches, are left out */
    struct qn_attributes *attributes; /* of paths: "-delta"; or NULL */
    struct qn_id *noted; /* trees that the other side has (pack_bases.h) */
    size_t noted_count, noted_capacity;
};

enum qn_status qn_pack_gather_lines(struct qn_ctx *ctx,
                                    struct qn_pack_gather *gather,
                                    struct qn_bytes input) QN_MUST_USE;
enum qn_status qn_pack_gather_revisions(struct qn_ctx *ctx,
                                        struct qn_pack_gather *gather,
                                        struct qn_bytes input) QN_MUST_USE;
enum qn_status qn_pack_gather_packs(struct qn_ctx *ctx,
                                    struct qn_pack_gather *gather,
                                    struct qn_bytes input) QN_MUST_USE;
/* Lines name packs: those that stay, and with "-" in front those that go. */
enum qn_status qn_pack_gather_cruft(struct qn_ctx *ctx,
                                    struct qn_pack_gather *gather,
                                    struct qn_bytes input) QN_MUST_USE;
/* The same by sets, if there are such; `*is_done` false: there are none.
 * (part/pack_gather_bitmap.c) */
enum qn_status qn_pack_gather_by_bitmap(struct qn_ctx *ctx,
                                        struct qn_pack_gather *gather,
                                        const struct qn_revision_args *args,
                                        bool *is_done) QN_MUST_USE;
/* Whether commits have other parents here than they name: sets are of whole
 * histories. */
enum qn_status qn_pack_gather_has_grafts(struct qn_ctx *ctx,
                                         const struct qn_pack_gather *gather,
                                         bool *out) QN_MUST_USE;
/* Likewise by one pass over a pack that has nearly everything.
 * (part/pack_gather_scan.c) */
enum qn_status qn_pack_gather_by_scan(struct qn_ctx *ctx,
                                      struct qn_pack_gather *gather,
                                      const struct qn_revision_args *args,
                                      bool *is_done) QN_MUST_USE;
/* After the revisions: what none of them reaches. */
enum qn_status
qn_pack_gather_unreachable(struct qn_ctx *ctx,
                           struct qn_pack_gather *gather) QN_MUST_USE;
/* Tags of what is in the list. */
enum qn_status qn_pack_gather_tags(struct qn_ctx *ctx,
                                   struct qn_pack_gather *gather) QN_MUST_USE;

/* One object, if it is wanted. */
enum qn_status
qn_pack_gather_add(struct qn_ctx *ctx, struct qn_pack_gather *gather,
                   const struct qn_pack_list_add *add) QN_MUST_USE;
/* Names for what came without: those that the trees of the list give them, so
 * that deltas are found. */
enum qn_status qn_pack_names_find(struct qn_ctx *ctx,
                                  struct qn_pack_gather *gather) QN_MUST_USE;
/* The same by the trees from this number on, whatever packs they are in. */
enum qn_status qn_pack_names_from(struct qn_ctx *ctx,
                                  struct qn_pack_gather *gather,
                                  uint32_t first) QN_MUST_USE;
/* The next line, without its end; false: none. */
bool qn_pack_gather_line(struct qn_bytes *rest, struct qn_bytes *line);

#endif
