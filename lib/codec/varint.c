/* SPDX-License-Identifier: MIT */
#include "codec/varint.h"

bool qn_varint_read_size(struct qn_bytes *in, uint64_t *value)
{
    uint64_t sum = 0;
    unsigned shift = 0;
    size_t i;

    for (i = 0; i < in->size; i++) {
        uint8_t byte = in->data[i];

        if (shift > 63 || (shift == 63 && (byte & 0x7e)))
            return false;
        sum |= (uint64_t)(byte & 0x7f) << shift;
        shift += 7;
        if (!(byte & 0x80)) {
            *in = qn_bytes_from(*in, i + 1);
            *value = sum;
            return true;
        }
    }
    return false;
}

size_t qn_varint_write_size(uint8_t *out, uint64_t value)
{
    size_t count = 0;

    while (value > 0x7f) {
        out[count++] = (uint8_t)(value | 0x80);
        value >>= 7;
    }
    out[count++] = (uint8_t)value;
    return count;
}

bool qn_varint_read_offset(struct qn_bytes *in, uint64_t *value)
{
    uint64_t sum = 0;
    size_t i;

    for (i = 0; i < in->size; i++) {
        uint8_t byte = in->data[i];

        if (i > 0) {
            if (sum >= UINT64_MAX >> 7)
                return false;
            sum = (sum + 1) << 7;
        }
        sum |= byte & 0x7f;
        if (!(byte & 0x80)) {
            *in = qn_bytes_from(*in, i + 1);
            *value = sum;
            return true;
        }
    }
    return false;
}

size_t qn_varint_write_offset(uint8_t *out, uint64_t value)
{
    uint8_t digits[QN_VARINT_MAX];
    size_t first = sizeof(digits) - 1;
    size_t count;

    digits[first] = value & 0x7f;
    while (value >>= 7)
        digits[--first] = (uint8_t)(0x80 | (--value & 0x7f));
    count = sizeof(digits) - first;
    memcpy(out, digits + first, count);
    return count;
}
