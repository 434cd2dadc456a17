/* SPDX-License-Identifier: MIT */
/* The grammar of configuration files, one item at a time, in one pass.
 *
 *   file    = (header | entry | comment | blank)*
 *   header  = "[" name "]" | "[" name blank+ quoted "]"
 *   entry   = name [blanks "=" value] end-of-line
 *
 * For the reader (which wants keys and values) and the editor (which wants byte
 * ranges).  git-config(1) SYNTAX; CR before LF is dropped, a byte order mark at
 * the start skipped.
 */
#ifndef QN_CONFIG_CONFIG_PARSER_H
#define QN_CONFIG_CONFIG_PARSER_H

#include "base/buf.h"
#include "base/bytes.h"

enum qn_config_item {
    QN_CONFIG_ITEM_END = 0,
    QN_CONFIG_ITEM_HEADER,
    QN_CONFIG_ITEM_ENTRY,
    QN_CONFIG_ITEM_COMMENT
};

struct qn_config_parser {
    struct qn_bytes text;
    size_t at;
    uint64_t line;      /* of `at`, from 1 */
    struct qn_buf key;  /* "section.sub.name"; for a header "section.sub." */
    size_t prefix_size; /* how much of `key` the header gave */
    struct qn_buf value;
    bool has_value;
    bool in_header;      /* it broke off inside of one */
    bool is_quoted;      /* the last header had a quoted subsection */
    size_t start;        /* the item's first byte */
    size_t end;          /* behind "]", the comment, or the entry's newline */
    uint64_t entry_line; /* where the item ends */
    bool wants_comments;
};

void qn_config_parser_init(struct qn_config_parser *parser,
                           struct qn_bytes text);
void qn_config_parser_dispose(struct qn_config_parser *parser);
/* QN_INVALID at a line that breaks the grammar: no message is set, the caller
 * says where `parser->line` is. */
enum qn_status qn_config_parser_next(struct qn_ctx *ctx,
                                     struct qn_config_parser *parser,
                                     enum qn_config_item *item) QN_MUST_USE;

#endif
