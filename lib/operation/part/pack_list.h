/* SPDX-License-Identifier: MIT */
/* The objects of a pack to be: what each is, how it is stored now, how it will
 * be.
 *
 *   add...     ids with type and name, in the order they were met
 *   prepare    each is looked up: its pack, its stored entry; deltas whose base
 *              comes along are marked to be copied
 *   (part/delta_search.h gives deltas to others, part/pack_emit.h writes)
 *
 * Entries are numbered in order of insertion; numbers are what bases are named
 * by.  An entry that is a BASE is not written: the other side has it, and thin
 * packs may build on it.
 */
#ifndef QN_OPERATION_PART_PACK_LIST_H
#define QN_OPERATION_PART_PACK_LIST_H

#include "hash/id_map.h"
#include "odb/odb.h"
#include "pack/pack_file.h"

#define QN_PACK_LIST_NONE UINT32_MAX

enum qn_pack_list_flags {
    QN_PACK_LIST_BASE = 1,      /* the other side has it */
    QN_PACK_LIST_NO_DELTA = 2,  /* never a delta, never a base of a new one */
    QN_PACK_LIST_TIP = 4,       /* of a tag: comes early in the pack */
    QN_PACK_LIST_REUSED = 8,    /* its stored delta is copied */
    QN_PACK_LIST_ORDERED = 16,  /* for part/pack_emit.h */
    QN_PACK_LIST_WRITTEN = 32,  /* in the pack at hand, or an earlier one */
    QN_PACK_LIST_CORE = 64,     /* in the core island */
    QN_PACK_LIST_BAD = 128,     /* its stored entry is damaged: not copied */
    QN_PACK_LIST_ON_FRONT = 256 /* REUSED, and its base is in the front */
};

struct qn_pack_list_entry {
    struct qn_pack_file *pack; /* NULL: loose */
    uint64_t offset;           /* of the stored entry, and where it ends; */
    uint64_t end;              /* 0: not stored in a pack */
    uint64_t size;             /* inflated; 0 for a reused delta */
    uint64_t new_offset;
    uint8_t *delta;       /* found anew, compressed; owned; NULL: not kept */
    uint32_t packed_size; /* of it */
    uint32_t delta_size;  /* inflated; of a delta found anew */
    uint32_t name_hash;
    uint32_t path_hash; /* of the whole path (--path-walk) */
    uint32_t base;      /* number of an entry, or NONE */
    uint32_t depth;     /* of its own chain */
    uint32_t height;    /* of the chains of copied deltas on it */
    uint32_t mtime;     /* of cruft */
    uint32_t island;    /* number of a set of islands; 0: none */
    uint32_t number;    /* of the pack it was written to */
    uint32_t position;  /* in the index of its pack */
    uint16_t flags;
    uint8_t type; /* enum qn_object_type; NONE: not known yet */
    uint8_t stored_type;
};

/* From this offset of the old pack on, so many bytes were left out. */
struct qn_pack_list_cut {
    uint64_t offset, size;
};

/* The front of a pack: so many objects, up to this offset. */
struct qn_pack_list_front {
    struct qn_pack_file *pack; /* retained */
    uint32_t count;
    uint64_t end;
    uint64_t shift; /* how much further behind it lies in the new pack */
    /* Only these of them, bits in the order of the pack; owned; NULL: all. Such
     * a front is the only one, and what is cut is known once it is written. */
    uint64_t *set;
    struct qn_pack_list_cut *cuts;
    size_t cut_count, cut_capacity;
};

struct qn_pack_list {
    struct qn_odb *odb; /* replaces nothing; borrowed */
    struct qn_id_map ids;
    struct qn_pack_list_entry *entries;
    size_t capacity;
    struct qn_pack_file **packs; /* that entries are stored in: retained, so
                                    that they can be copied though somebody
                                    removes them */
    size_t pack_count, pack_capacity;
    /* What goes over as it is, before the entries, which do not name it. */
    struct qn_pack_list_front *fronts;
    size_t front_packs, front_capacity;
    uint32_t front_count; /* objects in all of them */
    /* What came of a look at each of these objects: it is told as if they were
     * entries.  So many deltas, so many that could become ones. */
    bool is_front_known;
    uint32_t front_deltas, front_candidates;
    size_t base_count; /* of entries that are BASE */
    uint32_t name_hash_version;
};

void qn_pack_list_init(struct qn_pack_list *list, struct qn_odb *odb);
void qn_pack_list_dispose(struct qn_pack_list *list);

/* Git's hashes of names: those that end alike are near each other.  Version 2
 * looks at directories, too. */
uint32_t qn_pack_list_hash(struct qn_bytes path, uint32_t version);

/* What is there already stays, but for a first name. */
struct qn_pack_list_add {
    const uint8_t *row;
    enum qn_object_type type; /* NONE: not known */
    struct qn_bytes path;     /* or nothing */
    unsigned flags;
};
enum qn_status qn_pack_list_put(struct qn_ctx *ctx, struct qn_pack_list *list,
                                const struct qn_pack_list_add *add,
                                uint32_t *number, bool *is_new) QN_MUST_USE;

/* `front->shift` is found here. */
enum qn_status
qn_pack_list_add_front(struct qn_ctx *ctx, struct qn_pack_list *list,
                       const struct qn_pack_list_front *front) QN_MUST_USE;
/* Is it an entry, or in a front? */
bool qn_pack_list_has(const struct qn_pack_list *list, const struct qn_id *id);
/* The front that has the object of a pack at an offset, or NULL. */
const struct qn_pack_list_front *
qn_pack_list_front_of(const struct qn_pack_list *list,
                      const struct qn_pack_file *pack, uint64_t offset);

static inline size_t qn_pack_list_count(const struct qn_pack_list *list)
{
    return list->ids.count;
}
static inline const uint8_t *qn_pack_list_row(const struct qn_pack_list *list,
                                              uint32_t number)
{
    return list->ids.rows + (size_t)number * list->ids.row_size;
}
static inline bool
qn_pack_list_is_copied(const struct qn_pack_list_entry *entry)
{
    return entry->pack && !(entry->flags & QN_PACK_LIST_BAD) &&
           (entry->flags & QN_PACK_LIST_REUSED || entry->stored_type < 5);
}

struct qn_delta_islands;
struct qn_pack_list_prepare {
    const struct qn_delta_islands *islands; /* or NULL */
    bool reuses_deltas;
    uint32_t depth; /* chains of copied deltas are cut here */
};
/* QN_NOT_FOUND: an object is nowhere. */
enum qn_status
qn_pack_list_prepare(struct qn_ctx *ctx, struct qn_pack_list *list,
                     const struct qn_pack_list_prepare *how) QN_MUST_USE;

#endif
