/* SPDX-License-Identifier: MIT */
/* One pack: its .pack, .idx and .rev files, opened when they are first needed.
 *
 *   pack = "PACK" version(2 or 3) count  entry...  checksum of all before it
 *
 * Shared by threads and counted.  The three qn_pack_file_open_* calls take the
 * pack's mutex, are done once, and may be called again; a thread that has
 * called one reads the fields it fills without a lock from then on (a view
 * keeps note of which it has called).
 * Format: docs/formats/pack.md.
 */
#ifndef QN_PACK_PACK_FILE_H
#define QN_PACK_PACK_FILE_H

#include "base/ctx.h"
#include "os/file.h"
#include "os/mutex.h"
#include "pack/pack_index.h"
#include "pack/pack_reverse.h"

#include <stdatomic.h>

#define QN_PACK_FILE_HEADER_SIZE 12

struct qn_pack_file {
    atomic_uint owners;
    char *path;       /* "<dir>/pack-<hash>.pack" */
    size_t stem_size; /* bytes of path before ".pack" */
    uint32_t algorithm;
    int64_t mtime_ns;
    uint64_t size;
    bool is_local;
    bool is_kept;     /* there is a .keep file */
    bool is_promisor; /* there is a .promisor file */
    bool is_cruft;    /* there is a .mtimes file */
    struct qn_mutex *mutex;
    unsigned opened;  /* bits of what was opened; under the mutex */
    bool is_borrowed; /* the bytes are the caller's: nothing is unmapped */
    struct qn_pack_index index;
    struct qn_file_map data;
    uint64_t data_end; /* where the checksum begins */
    uint32_t count;    /* objects, by the pack's own header */
    struct qn_pack_reverse reverse;
};

/* `path`: of the .pack file, copied.  Nothing is opened. */
enum qn_status qn_pack_file_new(struct qn_ctx *ctx, const char *path,
                                uint32_t algorithm,
                                struct qn_pack_file **out) QN_MUST_USE;
/* A pack and its index as bytes that the caller keeps: no file is opened.  For
 * tests, and for what never reaches a disk. */
enum qn_status qn_pack_file_wrap(struct qn_ctx *ctx, struct qn_bytes pack,
                                 struct qn_bytes index, uint32_t algorithm,
                                 struct qn_pack_file **out) QN_MUST_USE;
struct qn_pack_file *qn_pack_file_retain(struct qn_pack_file *pack);
void qn_pack_file_release(struct qn_pack_file *pack);

enum qn_status qn_pack_file_open_index(struct qn_ctx *ctx,
                                       struct qn_pack_file *pack) QN_MUST_USE;
/* Map the pack; its header, and the checksum at its end if the index is open,
 * are looked at. */
enum qn_status qn_pack_file_open_data(struct qn_ctx *ctx,
                                      struct qn_pack_file *pack) QN_MUST_USE;
/* Opens the index too. */
enum qn_status qn_pack_file_open_reverse(struct qn_ctx *ctx,
                                         struct qn_pack_file *pack) QN_MUST_USE;

/* The path of a file beside the pack: `extension` is ".idx", ".keep", ... */
enum qn_status qn_pack_file_sibling(struct qn_ctx *ctx,
                                    const struct qn_pack_file *pack,
                                    const char *extension,
                                    struct qn_buf *out) QN_MUST_USE;

#endif
