/* SPDX-License-Identifier: MIT */
/* Multi-pack-indexes over packs that share objects, whose ids crowd together.
 */
#include "unit.h"

#include "hash/hash.h"
#include "pack/multi_pack_index_write.h"
#include "pack/pack_table.h"

#include <stdio.h>
#include <string.h>

int test_multi_pack_choose(void);

#define PACKS  9
#define IDS    600
#define LARGE  7 /* every seventh offset takes 64 bits */
#define ROOM   QN_ID_MAX_SIZE
#define BEYOND (UINT64_C(1) << 32)

struct fixture {
    uint32_t algorithm;
    uint8_t rows[IDS][ROOM];
    struct qn_buf indexes[PACKS];
    struct qn_pack_index parsed[PACKS];
    struct qn_multi_pack_write_pack packs[PACKS];
    char names[PACKS][32];
};

/* Some ids differ only at their end; ids follow no order. */
static void make_row(uint32_t algorithm, size_t i, uint8_t *row)
{
    char text[32];
    struct qn_id id;

    (void)snprintf(text, sizeof(text), "id %zu", i);
    qn_hash_checksum(algorithm, qn_bytes_from_string(text), &id);
    memcpy(row, id.bytes, ROOM);
    if (i % 2)
        memset(row, 0xab, qn_id_size(algorithm) - 3);
}

static bool is_in(size_t pack, size_t i)
{
    return pack == 0 || i % (pack + 1) == 0 || (i * 7 + pack) % 5 == 0;
}

static uint64_t offset_of(size_t pack, size_t i)
{
    return (i % LARGE ? 0 : BEYOND) + 12 + i * 100 + pack;
}

static void make_index(struct qn_ctx *ctx, struct fixture *fixture, size_t pack)
{
    size_t size = qn_id_size(fixture->algorithm), i;
    struct qn_pack_table table;

    qn_pack_table_init(&table, fixture->algorithm);
    unit_assert_ok(ctx, qn_pack_table_reserve(ctx, &table, IDS));
    for (int large = 0; large < 2; large++) /* offsets ascend */
        for (i = 0; i < IDS; i++) {
            if (!is_in(pack, i) || (i % LARGE == 0) != large)
                continue;
            memcpy(table.rows + table.count * size, fixture->rows[i], size);
            table.offsets[table.count] = offset_of(pack, i);
            table.crcs[table.count++] = 0;
        }
    qn_id_clear(&table.checksum, fixture->algorithm);
    unit_assert_ok(
        ctx, qn_pack_table_write(ctx, &table, &fixture->indexes[pack], NULL));
    unit_assert_ok(ctx, qn_pack_index_parse(
                            ctx, qn_buf_bytes(&fixture->indexes[pack]), "x",
                            fixture->algorithm, &fixture->parsed[pack]));
    qn_pack_table_dispose(&table);
    (void)snprintf(fixture->names[pack], sizeof(fixture->names[pack]),
                   "pack-%zu.idx", pack);
    fixture->packs[pack].name = fixture->names[pack];
    fixture->packs[pack].index = &fixture->parsed[pack];
    fixture->packs[pack].mtime = (int64_t)(pack * 3 % 4);
}

/* The preferred pack, else the youngest, else the first. */
static size_t wanted_pack(const struct fixture *fixture, uint32_t preferred,
                          size_t i)
{
    size_t best = 0, pack;

    if (preferred < PACKS && is_in(preferred, i))
        return preferred;
    for (pack = 1; pack < PACKS; pack++)
        if (is_in(pack, i) &&
            fixture->packs[pack].mtime > fixture->packs[best].mtime)
            best = pack;
    return best;
}

static void check(struct qn_ctx *ctx, struct fixture *fixture,
                  uint32_t preferred)
{
    struct qn_multi_pack_write write = {.algorithm = fixture->algorithm,
                                        .version = 1,
                                        .packs = fixture->packs,
                                        .pack_count = PACKS,
                                        .preferred = preferred};
    uint32_t chosen[PACKS] = {0};
    struct qn_buf bytes = QN_BUF_INIT;
    struct qn_multi_pack_index index;
    struct qn_id name;
    uint32_t i;

    unit_assert_ok(ctx, qn_multi_pack_index_encode(ctx, &write, &bytes, &name));
    unit_assert_ok(ctx,
                   qn_multi_pack_index_parse(ctx, qn_buf_bytes(&bytes), "x",
                                             fixture->algorithm, &index));
    assert_int_equal(index.count, IDS);
    for (i = 1; i < index.count; i++)
        assert_true(memcmp(qn_multi_pack_index_row(&index, i - 1),
                           qn_multi_pack_index_row(&index, i),
                           index.id_size) < 0);
    for (i = 0; i < IDS; i++) {
        uint32_t at = qn_multi_pack_index_find(&index, fixture->rows[i]);
        size_t wanted = wanted_pack(fixture, preferred, i);
        uint64_t offset;
        uint32_t pack;

        assert_int_not_equal(at, QN_MULTI_PACK_INDEX_NONE);
        qn_multi_pack_index_entry(&index, at, &pack, &offset);
        assert_int_equal(pack, wanted);
        assert_int_equal(offset, offset_of(wanted, i));
        chosen[pack]++;
    }
    for (i = 0; i < PACKS; i++)
        assert_int_equal(chosen[i], fixture->packs[i].chosen);
    qn_multi_pack_index_close(&index);
    qn_buf_dispose(&bytes);
}

static void takes_one_copy_of_each(void **state)
{
    uint32_t algorithm;

    (void)state;
    for (algorithm = QN_HASH_SHA1; algorithm <= QN_HASH_SHA256; algorithm++) {
        static struct fixture fixture;
        struct qn_ctx *ctx = unit_begin();
        size_t i;

        memset(&fixture, 0, sizeof(fixture));
        fixture.algorithm = algorithm;
        for (i = 0; i < IDS; i++)
            make_row(algorithm, i, fixture.rows[i]);
        for (i = 0; i < PACKS; i++)
            make_index(ctx, &fixture, i);
        check(ctx, &fixture, QN_MULTI_PACK_WRITE_NONE);
        check(ctx, &fixture, 4);
        for (i = 0; i < PACKS; i++) {
            qn_pack_index_close(&fixture.parsed[i]);
            qn_buf_dispose(&fixture.indexes[i]);
        }
        unit_end(ctx);
    }
}

int test_multi_pack_choose(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(takes_one_copy_of_each),
    };

    return cmocka_run_group_tests_name("multi_pack_choose", tests, NULL, NULL);
}
