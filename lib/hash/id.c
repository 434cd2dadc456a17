/* SPDX-License-Identifier: MIT */
#include "hash/id.h"

/* The value of a hex digit; 0xff: not one. */
#define XX 0xff
static const uint8_t digit_values[256] = {
    XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, /* 00 */
    XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, /* 10 */
    XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, /* 20 */
    0,  1,  2,  3,  4,  5,  6,  7,  8,  9,  XX, XX, XX, XX, XX, XX, /* 30 */
    XX, 10, 11, 12, 13, 14, 15, XX, XX, XX, XX, XX, XX, XX, XX, XX, /* 40 */
    XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, /* 50 */
    XX, 10, 11, 12, 13, 14, 15, XX, XX, XX, XX, XX, XX, XX, XX, XX, /* 60 */
    XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, /* 70 */
    XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, /* 80 */
    XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, /* 90 */
    XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, /* a0 */
    XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, /* b0 */
    XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, /* c0 */
    XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, /* d0 */
    XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, /* e0 */
    XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, /* f0 */
};
#undef XX

/* [algorithm - 1] */
static const struct qn_id empty_trees[2] = {
    {{0x4b, 0x82, 0x5d, 0xc6, 0x42, 0xcb, 0x6e, 0xb9, 0xa0, 0x60,
      0xe5, 0x4b, 0xf8, 0xd6, 0x92, 0x88, 0xfb, 0xee, 0x49, 0x04},
     QN_HASH_SHA1},
    {{0x6e, 0xf1, 0x9b, 0x41, 0x22, 0x5c, 0x53, 0x69, 0xf1, 0xc1, 0x04,
      0xd4, 0x5d, 0x8d, 0x85, 0xef, 0xa9, 0xb0, 0x57, 0xb5, 0x3b, 0x14,
      0xb4, 0xb9, 0xb9, 0x39, 0xdd, 0x74, 0xde, 0xcc, 0x53, 0x21},
     QN_HASH_SHA256},
};

static const struct qn_id empty_blobs[2] = {
    {{0xe6, 0x9d, 0xe2, 0x9b, 0xb2, 0xd1, 0xd6, 0x43, 0x4b, 0x8b,
      0x29, 0xae, 0x77, 0x5a, 0xd8, 0xc2, 0xe4, 0x8c, 0x53, 0x91},
     QN_HASH_SHA1},
    {{0x47, 0x3a, 0x0f, 0x4c, 0x3b, 0xe8, 0xa9, 0x36, 0x81, 0xa2, 0x67,
      0xe3, 0xb1, 0xe9, 0xa7, 0xdc, 0xda, 0x11, 0x85, 0x43, 0x6f, 0xe1,
      0x41, 0xf7, 0x74, 0x91, 0x20, 0xa3, 0x03, 0x72, 0x18, 0x13},
     QN_HASH_SHA256},
};

bool qn_id_from_hex(struct qn_id *id, uint32_t algorithm, struct qn_bytes hex)
{
    size_t size = qn_id_size(algorithm);
    size_t i;
    struct qn_id parsed;

    if (size == 0 || hex.size != 2 * size)
        return false;
    qn_id_clear(&parsed, algorithm);
    for (i = 0; i < size; i++) {
        unsigned high = digit_values[hex.data[2 * i]];
        unsigned low = digit_values[hex.data[2 * i + 1]];

        if ((high | low) > 15)
            return false;
        parsed.bytes[i] = (uint8_t)(high << 4 | low);
    }
    *id = parsed;
    return true;
}

char *qn_id_to_hex(const struct qn_id *id, char *hex)
{
    static const char digits[] = "0123456789abcdef";
    size_t size = qn_id_size(id->algorithm);
    size_t i;

    for (i = 0; i < size; i++) {
        hex[2 * i] = digits[id->bytes[i] >> 4];
        hex[2 * i + 1] = digits[id->bytes[i] & 15];
    }
    hex[2 * size] = '\0';
    return hex;
}

const char *qn_id_algorithm_name(uint32_t algorithm)
{
    return algorithm == QN_HASH_SHA1     ? "sha1"
           : algorithm == QN_HASH_SHA256 ? "sha256"
                                         : NULL;
}

uint32_t qn_id_algorithm_from_name(struct qn_bytes name)
{
    if (qn_bytes_is_string(name, "sha1"))
        return QN_HASH_SHA1;
    if (qn_bytes_is_string(name, "sha256"))
        return QN_HASH_SHA256;
    return QN_HASH_NONE;
}

const struct qn_id *qn_id_empty_tree(uint32_t algorithm)
{
    return &empty_trees[algorithm == QN_HASH_SHA256];
}

const struct qn_id *qn_id_empty_blob(uint32_t algorithm)
{
    return &empty_blobs[algorithm == QN_HASH_SHA256];
}
