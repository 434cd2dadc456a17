/* SPDX-License-Identifier: MIT */
/* The inside of a pathspec: what its parser and its matcher share. */
#ifndef QN_PATH_PATHSPEC_PARSE_H
#define QN_PATH_PATHSPEC_PARSE_H

#include "base/arena.h"
#include "path/attributes.h"
#include "path/pathspec.h"

enum pathspec_magic {
    PATHSPEC_TOP = 1,
    PATHSPEC_LITERAL = 2,
    PATHSPEC_GLOB = 4,
    PATHSPEC_ICASE = 8,
    PATHSPEC_EXCLUDE = 16,
    PATHSPEC_ATTR = 32
};

struct pathspec_requirement {
    const char *name;
    enum qn_attribute_state state;
    const char *value;
};

struct pathspec_item {
    const char *original;
    struct qn_bytes text; /* relative to the top */
    size_t fixed_size;    /* bytes of the prefix: never folded, never wild */
    size_t literal_size;  /* bytes before the first wildcard */
    unsigned magic;
    struct pathspec_requirement *requirements;
    size_t requirement_count;
};

struct qn_pathspec {
    struct pathspec_item *items;
    size_t count;
    size_t shown_count; /* those that the user gave */
    bool has_positive;
    bool has_exclude;
    bool has_attributes;
    struct qn_bytes common;
    struct qn_arena arena;
};

/* Fill one item in from what the user wrote. */
struct pathspec_input {
    const char *prefix;
    const char *work_tree;
    unsigned flags; /* enum qn_pathspec_flags */
};
enum qn_status qn_pathspec_parse_item(struct qn_ctx *ctx,
                                      struct qn_pathspec *pathspec,
                                      const struct pathspec_input *input,
                                      const char *pattern,
                                      struct pathspec_item *out);

#endif
