/* SPDX-License-Identifier: MIT */
/* A pack from a descriptor into a repository: what index-pack --stdin, fetch,
 * receive-pack, bundle and fast-import end with.
 *
 *   read, written to <objects>/pack/tmp_pack_XXXXXX, indexed on the way
 *   -> thin packs made whole -> objects and links checked, if asked
 *   -> compared with objects that are here already (SHA-1 collisions)
 *   -> synced -> .keep, .promisor, .pack, .rev, and .idx last
 *
 * Nothing can be seen of a pack before its .idx is there; after a failure
 * nothing is left.  The store may be a quarantine whose alternate is the real
 * one.
 */
#ifndef QN_OPERATION_PART_PACK_RECEIVE_H
#define QN_OPERATION_PART_PACK_RECEIVE_H

#include "object/check_policy.h"
#include "odb/odb.h"
#include "pack/pack_feed.h"
#include "pack/pack_table.h"

enum qn_pack_receive_check { /* bits */
                             QN_PACK_RECEIVE_OBJECTS =
                                 1, /* --fsck-objects: each object by itself */
                             QN_PACK_RECEIVE_LINKS =
                                 2, /* what objects name is here or in the pack;
                                       --strict is both */
                             QN_PACK_RECEIVE_CONTAINED =
                                 4 /* is all that they name in the pack? (a
                                      question; with LINKS) */
};

struct qn_pack_receive_options {
    int fd;                              /* -1: `front` is the whole */
    const struct qn_pack_source *source; /* in the place of `fd`; or NULL */
    struct qn_bytes front;  /* bytes that were read from it already */
    struct qn_odb *odb;     /* where the pack goes; bases, objects that are
                               named or here already are looked for in it */
    const char *path;       /* of the pack: it goes there instead of into the
                               store, its index beside it; or NULL */
    const char *index_path; /* of the index, if that is elsewhere; or NULL */
    const char *arriving;   /* where it is written while it comes, in the place
                               of a temporary file: after a failure, or a
                               signal, it stays as far as it came; or NULL */
    bool salvages;          /* of a pack that stops short, what is whole */
    bool fixes_thin;
    bool skips_reverse; /* --no-rev-index */
    unsigned check;     /* bits of enum qn_pack_receive_check */
    const struct qn_check_policy *policy; /* severities; or NULL */
    const struct qn_id *expected;   /* the checksum it has to have; or NULL */
    const char *keep;               /* content of a .keep file, or NULL */
    const char *promisor;           /* content of a .promisor file, or NULL */
    struct qn_pack_table_form form; /* of the index */
    int level;                      /* of appended bases */
    uint32_t thread_count;
    uint64_t big_file_threshold;
    uint64_t max_input_size; /* 0: any */
    const char *title;       /* of its progress; or NULL: none */
    struct qn_buf *rest;     /* gets what came along behind the pack; NULL: that
                                is an error */
};

struct qn_pack_receive {
    struct qn_id checksum;
    size_t count;          /* objects */
    size_t local_count;    /* of them, bases that were appended */
    bool was_kept;         /* the .keep file is new */
    bool is_contained;     /* see QN_PACK_RECEIVE_CONTAINED */
    struct qn_buf name;    /* path of the pack without its extension */
    struct qn_buf missing; /* raw ids of .gitmodules blobs that were not in the
                              pack nor here: for the caller to check */
};

/* `out` is to be disposed of, whatever the answer.  QN_CORRUPT
 * ("pack.unexpected") when it is not the one expected. */
enum qn_status
qn_pack_receive_run(struct qn_ctx *ctx,
                    const struct qn_pack_receive_options *options,
                    struct qn_pack_receive *out) QN_MUST_USE;
void qn_pack_receive_dispose(struct qn_pack_receive *receive);

/* The same for a pack that is a file already: it gets an index (and reverse
 * index) and stays where it is; `store` may be NULL (outside a repository). */
struct qn_pack_receive_file {
    const char *path;
    const char *index_path;
    const char *reverse_path; /* or NULL */
    const char *keep_path;    /* or NULL */
    const char *keep;
};
enum qn_status
qn_pack_receive_index(struct qn_ctx *ctx, uint32_t algorithm,
                      const struct qn_pack_receive_options *options,
                      const struct qn_pack_receive_file *file,
                      struct qn_pack_receive *out) QN_MUST_USE;

#endif
