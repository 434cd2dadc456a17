/* SPDX-License-Identifier: MIT */
/* Packs that come in: what is wrong with one is said, and then nothing of it is
 * left; what is right is there, whole. */
#include "../pack/pack_fixture.h"

#include "operation/part/pack_receive.h"
#include "os/directory.h"
#include "os/file.h"

#include <stdio.h>
#include <string.h>

int test_receive(void);

struct place {
    char objects[4200];
    struct qn_odb_store *store;
    struct qn_odb *odb;
    struct qn_id here; /* a blob that is here */
};

static enum qn_status open_place(struct qn_ctx *ctx, struct place *place,
                                 uint32_t algorithm)
{
    struct qn_odb_store_options options = {.directory = place->objects,
                                           .algorithm = algorithm,
                                           .loose_compression = 1};
    enum qn_status status;

    memset(place, 0, sizeof(*place));
    snprintf(place->objects, sizeof(place->objects), "%s/objects",
             unit_directory());
    status = qn_directory_make_all(ctx, place->objects, 0777);
    if (!status)
        status = qn_odb_store_open(ctx, &options, &place->store);
    if (!status)
        status = qn_odb_new(ctx, place->store, 0, &place->odb);
    return status ? status
                  : qn_odb_write(ctx, place->odb, QN_OBJECT_BLOB,
                                 QN_BYTES("here already"), &place->here);
}

static void close_place(struct place *place)
{
    qn_odb_free(place->odb);
    if (place->store)
        qn_odb_store_release(place->store);
}

/* Files in pack/ whose names end so ("": all). */
static size_t count_files(struct qn_ctx *ctx, const struct place *place,
                          const char *ending)
{
    struct qn_directory *directory = NULL;
    enum qn_file_kind kind;
    const char *name;
    char path[4300];
    size_t count = 0;

    snprintf(path, sizeof(path), "%s/pack", place->objects);
    if (!qn_file_is_directory(path))
        return 0;
    unit_assert_ok(ctx, qn_directory_open(ctx, path, &directory));
    while (qn_directory_next(directory, &name, &kind))
        count += qn_bytes_has_suffix(qn_bytes_from_string(name), ending);
    qn_directory_close(directory);
    return count;
}

/* base "here already" -> "here, too" by inserting it anew */
static const uint8_t delta[] = {12, 4, 4, 'n', 'e', 'w', '!'};

enum change {
    PLAIN,
    CUT,          /* in the middle of an entry */
    NO_TRAILER,   /* ends before its checksum */
    BAD_TRAILER,  /* its checksum is of something else */
    MORE,         /* says it had one object more than it has */
    LESS,         /* one less */
    BAD_SIZE,     /* an entry inflates to more than it says */
    BAD_ADLER,    /* a stream's own checksum */
    THIN,         /* a delta on what is here */
    THIN_MISSING, /* a delta on what is nowhere */
    BAD_DELTA,    /* one that copies from beyond its base */
    BACK_TOO_FAR, /* one whose base is before the pack */
    TREE_MISSING, /* a commit whose tree is nowhere */
    TWICE,        /* the same object two times */
    VERSION,      /* a version that there is not */
    EMPTY,        /* no object at all */
    LARGE         /* larger than was allowed */
};

static void make_pack(struct qn_ctx *ctx, const struct place *place,
                      uint32_t algorithm, enum change change,
                      struct qn_buf *pack)
{
    static const uint8_t beyond[] = {5, 4, 0x91, 3, 4};
    struct qn_bytes none = QN_BYTES_NONE;
    uint32_t count = change == EMPTY ? 0 : 2;
    struct qn_id nowhere = place->here;
    char hex[QN_ID_MAX_HEX_SIZE + 1], text[400];
    uint64_t first;

    nowhere.bytes[0] ^= 1;
    count += change == MORE ? 1 : change == LESS ? UINT32_MAX : 0;
    fixture_begin(ctx, pack, count);
    if (change == EMPTY)
        goto end;
    first = fixture_entry(ctx, pack, QN_OBJECT_BLOB, none, QN_BYTES("first"));
    if (change == BAD_SIZE)
        pack->data[first] ^= 1;
    if (change == BAD_ADLER)
        pack->data[pack->size - 1] ^= 1;
    if (change == THIN || change == THIN_MISSING)
        fixture_ref_delta(ctx, pack, change == THIN ? &place->here : &nowhere,
                          qn_bytes_make(delta, sizeof(delta)));
    else if (change == BAD_DELTA || change == BACK_TOO_FAR)
        fixture_offset_delta(ctx, pack, change == BAD_DELTA ? first : 0,
                             qn_bytes_make(beyond, sizeof(beyond)));
    else if (change == TREE_MISSING) {
        snprintf(text, sizeof(text),
                 "tree %s\nauthor A <a> 1 +0000\ncommitter A <a> 1 +0000\n\nm",
                 qn_id_to_hex(&nowhere, hex));
        fixture_entry(ctx, pack, QN_OBJECT_COMMIT, none,
                      qn_bytes_from_string(text));
    } else
        fixture_entry(ctx, pack, QN_OBJECT_BLOB, none,
                      change == TWICE ? QN_BYTES("first") : QN_BYTES("second"));
    if (change == VERSION)
        pack->data[7] = 9;
end:
    fixture_end(ctx, pack, algorithm);
    if (change == BAD_TRAILER)
        pack->data[pack->size - 1] ^= 1;
    if (change == NO_TRAILER)
        qn_buf_truncate(pack, pack->size - qn_id_size(algorithm));
    if (change == CUT)
        qn_buf_truncate(pack, 20);
}

static enum qn_status receive(struct qn_ctx *ctx, struct place *place,
                              struct qn_bytes pack, bool fixes, unsigned check,
                              uint64_t limit)
{
    struct qn_pack_receive_options options = {.fd = -1,
                                              .front = pack,
                                              .odb = place->odb,
                                              .fixes_thin = fixes,
                                              .check = check,
                                              .keep = "why\n",
                                              .level = 1,
                                              .max_input_size = limit,
                                              .thread_count = 1};
    struct qn_pack_receive out = {0};
    enum qn_status status = qn_pack_receive_run(ctx, &options, &out);

    if (!status)
        assert_true(out.was_kept);
    qn_pack_receive_dispose(&out);
    return status;
}

static const struct {
    const char *name;
    enum change change;
    bool fixes;
    unsigned check;
    enum qn_status status;
} cases[] = {
    {"plain", PLAIN, false, 0, QN_OK},
    {"cut", CUT, false, 0, QN_CORRUPT},
    {"no trailer", NO_TRAILER, false, 0, QN_CORRUPT},
    {"bad trailer", BAD_TRAILER, false, 0, QN_CORRUPT},
    {"one more", MORE, false, 0, QN_CORRUPT},
    {"one less", LESS, false, 0, QN_CORRUPT},
    {"bad size", BAD_SIZE, false, 0, QN_CORRUPT},
    {"bad adler", BAD_ADLER, false, 0, QN_CORRUPT},
    {"thin, refused", THIN, false, 0, QN_CORRUPT},
    {"thin, mended", THIN, true, 0, QN_OK},
    {"thin, base nowhere", THIN_MISSING, true, 0, QN_CORRUPT},
    {"copies from beyond", BAD_DELTA, true, 0, QN_CORRUPT},
    {"base before the pack", BACK_TOO_FAR, true, 0, QN_CORRUPT},
    {"commit without tree", TREE_MISSING, false, 0, QN_OK},
    {"commit without tree, links", TREE_MISSING, false, QN_PACK_RECEIVE_LINKS,
     QN_CORRUPT},
    {"twice", TWICE, false, QN_PACK_RECEIVE_OBJECTS, QN_OK},
    {"version", VERSION, false, 0, QN_CORRUPT},
    {"empty", EMPTY, false, 0, QN_OK},
    {"too large", LARGE, false, 0, QN_TOO_BIG},
};

static void leaves_all_or_nothing(void **state)
{
    uint32_t algorithm;
    size_t i;

    (void)state;
    for (algorithm = QN_HASH_SHA1; algorithm <= QN_HASH_SHA256; algorithm++)
        for (i = 0; i < QN_COUNT_OF(cases); i++) {
            struct qn_ctx *ctx = unit_begin();
            struct qn_buf pack = QN_BUF_INIT;
            struct place place;
            enum qn_status status;

            unit_assert_ok(ctx, open_place(ctx, &place, algorithm));
            make_pack(ctx, &place, algorithm, cases[i].change, &pack);
            status = receive(ctx, &place, qn_buf_bytes(&pack), cases[i].fixes,
                             cases[i].check, cases[i].change == LARGE ? 40 : 0);
            /* Which status it is, is the caller's to print: bad is bad. */
            if ((status == QN_OK) != (cases[i].status == QN_OK))
                fail_msg("%s: status %d: %s", cases[i].name, (int)status,
                         qn_ctx_message(ctx));
            if (status)
                assert_string_not_equal(qn_ctx_message(ctx), "");
            assert_int_equal(count_files(ctx, &place, ""), status ? 0 : 4);
            if (!status) {
                assert_int_equal(count_files(ctx, &place, ".idx"), 1);
                assert_int_equal(count_files(ctx, &place, ".keep"), 1);
            }
            qn_ctx_clear(ctx);
            qn_buf_dispose(&pack);
            close_place(&place);
            unit_end(ctx);
        }
}

struct bytes {
    uint8_t data[400];
    size_t size;
};

static enum qn_status receive_thin(struct qn_ctx *ctx, void *data)
{
    const struct bytes *pack = data;
    struct place place;
    enum qn_status status = open_place(ctx, &place, QN_HASH_SHA1);

    if (!status)
        status =
            receive(ctx, &place, qn_bytes_make(pack->data, pack->size), true,
                    QN_PACK_RECEIVE_OBJECTS | QN_PACK_RECEIVE_LINKS, 0);
    close_place(&place);
    return status;
}

static void survives_without_memory(void **state)
{
    struct qn_ctx *ctx = unit_begin();
    struct qn_buf pack = QN_BUF_INIT;
    struct place place;
    struct bytes bytes;

    (void)state;
    unit_assert_ok(ctx, open_place(ctx, &place, QN_HASH_SHA1));
    make_pack(ctx, &place, QN_HASH_SHA1, THIN, &pack);
    assert_in_range(pack.size, 1, sizeof(bytes.data));
    memcpy(bytes.data, pack.data, pack.size);
    bytes.size = pack.size;
    qn_buf_dispose(&pack);
    close_place(&place);
    unit_end(ctx);
    unit_each_allocation(receive_thin, &bytes);
}

int test_receive(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(leaves_all_or_nothing),
        cmocka_unit_test(survives_without_memory),
    };

    return cmocka_run_group_tests_name("operation/pack_receive", tests, NULL,
                                       NULL);
}
