/* SPDX-License-Identifier: MIT */
/* Short names: what begins with some hex digits, and how many are needed. */
#include "odb/odb_private.h"

#include "hash/id_map.h"

/* Never fewer digits than this when the number is chosen here. */
#define LEAST_DIGITS 7

static int hex_digit(uint8_t byte)
{
    if (byte >= '0' && byte <= '9')
        return byte - '0';
    if (byte >= 'a' && byte <= 'f')
        return byte - 'a' + 10;
    if (byte >= 'A' && byte <= 'F')
        return byte - 'A' + 10;
    return -1;
}

bool qn_odb_prefix_parse(struct qn_odb_prefix *prefix, uint32_t algorithm,
                         struct qn_bytes hex)
{
    size_t i;

    memset(prefix, 0, sizeof(*prefix));
    prefix->algorithm = algorithm;
    prefix->digits = hex.size;
    if (hex.size > qn_id_hex_size(algorithm))
        return false;
    for (i = 0; i < hex.size; i++) {
        int digit = hex_digit(hex.data[i]);

        if (digit < 0)
            return false;
        prefix->row[i / 2] |= (uint8_t)(digit << (i % 2 ? 0 : 4));
    }
    return true;
}

bool qn_odb_prefix_has(const struct qn_odb_prefix *prefix, const uint8_t *row)
{
    size_t whole = prefix->digits / 2;

    if (memcmp(prefix->row, row, whole) != 0)
        return false;
    return prefix->digits % 2 == 0 ||
           (prefix->row[whole] & 0xf0) == (row[whole] & 0xf0);
}

size_t qn_odb_common_digits(const uint8_t *a, const uint8_t *b, size_t size)
{
    size_t i;

    for (i = 0; i < size; i++)
        if (a[i] != b[i])
            return 2 * i + ((a[i] & 0xf0) == (b[i] & 0xf0));
    return 2 * size;
}

struct gather { /* each id once */
    struct qn_id_map seen;
    qn_odb_id_fn *each;
    void *data;
};

static enum qn_status gather_one(struct qn_ctx *ctx, void *data,
                                 const struct qn_id *id)
{
    struct gather *gather = data;
    enum qn_status status;
    uint32_t position;
    bool is_new;

    status = qn_id_map_put(ctx, &gather->seen, id, &position, &is_new);
    if (status || !is_new)
        return status;
    return gather->each(ctx, gather->data, id);
}

enum qn_status qn_odb_find_prefix(struct qn_ctx *ctx, struct qn_odb *odb,
                                  struct qn_bytes hex, qn_odb_id_fn *each,
                                  void *data)
{
    uint32_t algorithm = odb->store->options.algorithm;
    struct gather gather = {.each = each, .data = data};
    enum qn_status status = qn_odb_ensure(ctx, odb);
    struct qn_odb_prefix prefix;
    size_t i;

    if (status)
        return status;
    if (!qn_odb_prefix_parse(&prefix, algorithm, hex))
        return QN_OK; /* nothing begins so */
    qn_id_map_init(&gather.seen, algorithm);
    for (i = 0; i < odb->source_count && !status; i++)
        status = odb->sources[i]->table->find_prefix(
            ctx, odb->sources[i], &prefix, gather_one, &gather);
    qn_id_map_dispose(&gather.seen);
    return status == QN_END ? QN_OK : status;
}

struct nearest {
    const struct qn_id *id;
    size_t size;
    size_t digits;
};

static enum qn_status widen(struct qn_ctx *ctx, void *data,
                            const struct qn_id *id)
{
    struct nearest *nearest = data;
    size_t common =
        qn_odb_common_digits(id->bytes, nearest->id->bytes, nearest->size);

    (void)ctx;
    if (common < 2 * nearest->size && common + 1 > nearest->digits)
        nearest->digits = common + 1;
    return QN_OK;
}

/* Half the bits of the number of objects, rounded up, and one: then chances
 * are that a random id is told from the rest. */
static size_t automatic_digits(struct qn_ctx *ctx, struct qn_odb *odb)
{
    uint64_t count;
    size_t bits = 0;

    if (odb->store->options.abbreviation)
        return odb->store->options.abbreviation;
    count = qn_odb_approximate_count(ctx, odb);
    while (count >> bits)
        bits++;
    bits = (bits + 1) / 2;
    return bits < LEAST_DIGITS ? LEAST_DIGITS : bits;
}

enum qn_status qn_odb_abbreviate(struct qn_ctx *ctx, struct qn_odb *odb,
                                 const struct qn_id *id, size_t minimum,
                                 size_t *out_digits)
{
    struct nearest nearest = {.id = id, .size = qn_id_size(id->algorithm)};
    size_t most = qn_id_hex_size(id->algorithm);
    enum qn_status status = qn_odb_ensure(ctx, odb);
    struct qn_odb_prefix prefix;
    size_t i;

    if (status)
        return status;
    nearest.digits = minimum ? minimum : automatic_digits(ctx, odb);
    if (nearest.digits >= most) {
        *out_digits = most;
        return QN_OK;
    }
    status = qn_odb_packed_unique(ctx, odb->packed, id, &nearest.digits);
    /* Others are few: those that begin with the same byte. */
    memset(&prefix, 0, sizeof(prefix));
    prefix.algorithm = id->algorithm;
    prefix.row[0] = id->bytes[0];
    prefix.digits = 2;
    for (i = 0; i < odb->source_count && !status; i++)
        if (odb->sources[i] != odb->packed)
            status = odb->sources[i]->table->find_prefix(
                ctx, odb->sources[i], &prefix, widen, &nearest);
    if (!status)
        *out_digits = nearest.digits < most ? nearest.digits : most;
    return status;
}
