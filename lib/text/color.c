/* SPDX-License-Identifier: MIT */
#include "text/color.h"

#include "base/ctx.h"

enum color_kind { COLOR_NONE, COLOR_NORMAL, COLOR_BASIC, COLOR_256, COLOR_RGB };

struct one_color {
    enum color_kind kind;
    unsigned value; /* basic: 0..7, 9 default, 60.. bright; 256 */
    unsigned rgb[3];
};

static const char *const basic_names[] = {"black", "red",     "green", "yellow",
                                          "blue",  "magenta", "cyan",  "white"};

static const struct {
    const char *name;
    unsigned on;
    unsigned off;
} attributes[] = {
    {"bold", 1, 22},  {"dim", 2, 22},     {"italic", 3, 23}, {"ul", 4, 24},
    {"blink", 5, 25}, {"reverse", 7, 27}, {"strike", 9, 29},
};

static int hex_value(uint8_t c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

static bool parse_rgb(struct qn_bytes word, struct one_color *out)
{
    size_t digits = (word.size - 1) / 3;
    size_t i;

    if (word.size != 4 && word.size != 7)
        return false;
    for (i = 0; i < 3; i++) {
        int high = hex_value(word.data[1 + i * digits]);
        int low = hex_value(word.data[i * digits + digits]);

        if (high < 0 || low < 0)
            return false;
        out->rgb[i] = (unsigned)(high * 16 + low);
    }
    out->kind = COLOR_RGB;
    return true;
}

static bool parse_number(struct qn_bytes word, struct one_color *out)
{
    uint64_t value = 0;

    if (qn_bytes_is_string(word, "-1")) {
        out->kind = COLOR_NORMAL;
        return true;
    }
    if (!qn_bytes_to_u64(word, &value) || value > 255)
        return false;
    out->kind = value < 16 ? COLOR_BASIC : COLOR_256;
    out->value = (unsigned)value;
    if (value >= 8 && value < 16)
        out->value = (unsigned)value - 8 + 60;
    return true;
}

static bool parse_one(struct qn_bytes word, struct one_color *out)
{
    struct qn_bytes name = word;
    unsigned bright = 0;
    size_t i;

    if (qn_bytes_is_equal_fold(word, QN_BYTES("normal"))) {
        out->kind = COLOR_NORMAL;
        return true;
    }
    if (word.data[0] == '#')
        return parse_rgb(word, out);
    if (qn_bytes_is_equal_fold(word, QN_BYTES("default"))) {
        out->kind = COLOR_BASIC;
        out->value = 9;
        return true;
    }
    if (word.size > 6 &&
        qn_bytes_is_equal_fold(qn_bytes_first(word, 6), QN_BYTES("bright"))) {
        name = qn_bytes_from(word, 6);
        bright = 60;
    }
    for (i = 0; i < QN_COUNT_OF(basic_names); i++) {
        if (qn_bytes_is_equal_fold(name,
                                   qn_bytes_from_string(basic_names[i]))) {
            out->kind = COLOR_BASIC;
            out->value = (unsigned)i + bright;
            return true;
        }
    }
    return parse_number(word, out);
}

/* 0: no attribute. */
static unsigned parse_attribute(struct qn_bytes word)
{
    bool off = false;
    size_t i;

    for (i = 0; i < 2; i++) {
        size_t k;

        for (k = 0; k < QN_COUNT_OF(attributes); k++)
            if (qn_bytes_is_equal_fold(
                    word, qn_bytes_from_string(attributes[k].name)))
                return off ? attributes[k].off : attributes[k].on;
        if (word.size < 2 || (word.data[0] | 0x20) != 'n' ||
            (word.data[1] | 0x20) != 'o')
            break;
        off = true;
        word = qn_bytes_from(word, 2);
        if (word.size > 0 && word.data[0] == '-')
            word = qn_bytes_from(word, 1);
    }
    return 0;
}

static enum qn_status write_one(struct qn_ctx *ctx, const struct one_color *c,
                                unsigned base, struct qn_buf *out)
{
    switch (c->kind) {
    case COLOR_BASIC:
        return qn_buf_printf(ctx, out, "%u", base + c->value);
    case COLOR_256:
        return qn_buf_printf(ctx, out, "%u;5;%u", base + 8, c->value);
    case COLOR_RGB:
        return qn_buf_printf(ctx, out, "%u;2;%u;%u;%u", base + 8, c->rgb[0],
                             c->rgb[1], c->rgb[2]);
    default:
        return QN_OK;
    }
}

static bool is_visible(const struct one_color *c)
{
    return c->kind != COLOR_NONE && c->kind != COLOR_NORMAL;
}

static enum qn_status write_all(struct qn_ctx *ctx, bool resets,
                                uint32_t attribute_bits,
                                const struct one_color colors[2],
                                struct qn_buf *out)
{
    bool needs_separator = resets;
    unsigned i;
    enum qn_status status;

    if (!resets && !attribute_bits && !is_visible(&colors[0]) &&
        !is_visible(&colors[1]))
        return QN_OK;
    status = qn_buf_append_string(ctx, out, "\033[");
    for (i = 1; i < 32 && !status; i++) {
        if (!(attribute_bits & 1u << i))
            continue;
        status = qn_buf_printf(ctx, out, "%s%u", needs_separator ? ";" : "", i);
        needs_separator = true;
    }
    for (i = 0; i < 2 && !status; i++) {
        if (!is_visible(&colors[i]))
            continue;
        if (needs_separator)
            status = qn_buf_append_byte(ctx, out, ';');
        needs_separator = true;
        if (!status)
            status = write_one(ctx, &colors[i], 30 + i * 10, out);
    }
    return status ? status : qn_buf_append_byte(ctx, out, 'm');
}

enum qn_status qn_color_parse(struct qn_ctx *ctx, struct qn_bytes text,
                              struct qn_buf *out)
{
    struct one_color colors[2] = {{COLOR_NONE}, {COLOR_NONE}};
    struct qn_bytes rest = text;
    uint32_t bits = 0;
    bool resets = false;

    for (;;) {
        struct one_color one = {COLOR_NONE};
        struct qn_bytes word;
        size_t size = 0;
        unsigned attribute;

        rest = qn_bytes_trim(rest);
        if (rest.size == 0)
            return write_all(ctx, resets, bits, colors, out);
        while (size < rest.size && rest.data[size] != ' ' &&
               (rest.data[size] < '\t' || rest.data[size] > '\r'))
            size++;
        word = qn_bytes_first(rest, size);
        rest = qn_bytes_from(rest, size);
        if (qn_bytes_is_equal_fold(word, QN_BYTES("reset"))) {
            resets = true;
        } else if (parse_one(word, &one)) {
            if (colors[1].kind != COLOR_NONE)
                break;
            colors[colors[0].kind != COLOR_NONE] = one;
        } else {
            attribute = parse_attribute(word);
            if (!attribute)
                break;
            bits |= 1u << attribute;
        }
    }
    return qn_ctx_fail_reason(ctx, QN_INVALID, "color.invalid", NULL,
                              "invalid color value: %.*s", QN_BYTES_ARG(text));
}
