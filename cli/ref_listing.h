/* SPDX-License-Identifier: MIT */
/* Listing options that for-each-ref, branch and tag share. */
#ifndef QUOIN_CLI_REF_LISTING_H
#define QUOIN_CLI_REF_LISTING_H

#include "cli/ref_tools.h"
#include "show/ref_format.h"
#include "show/ref_list.h"

struct ref_listing {
    struct qn_ref_filter filter;
    struct cli_list sort;
    struct cli_list excludes;
    struct cli_list commits; /* "c<commit>", "C..." (no), "m", "M", "p" */
    const char *color;
    bool has_color_option;
    bool omits_empty;
    enum qn_ref_quote quote;
    bool is_json;
};

int ref_listing_commit(struct cli *cli, const struct cli_option *option,
                       const char *argument, bool is_negated);

/* The rows of an option table for these; `v` is a struct ref_listing. */
#define REF_LISTING_COMMIT(l, v, letter, h, f)                                 \
    {                                                                          \
        CLI_KIND_CALLBACK, 0, (l), (v), "commit", (h), (f), (letter),          \
            ref_listing_commit                                                 \
    }
#define REF_LISTING_POINTS_AT(v, f)                                            \
    REF_LISTING_COMMIT("points-at", v, 'p', "refs of just this object", f)
#define REF_LISTING_OTHER_NAME                                                 \
    (CLI_OPTION_LAST_ARGUMENT | CLI_OPTION_NO_NEGATE | CLI_OPTION_HIDDEN |     \
     CLI_OPTION_NO_COMPLETION)
#define REF_LISTING_MERGED(v)                                                  \
    REF_LISTING_COMMIT("merged", v, 'm', "refs that are merged",               \
                       CLI_OPTION_LAST_ARGUMENT | CLI_OPTION_NO_NEGATE),       \
        REF_LISTING_COMMIT("no-merged", v, 'M', "refs that are not merged",    \
                           CLI_OPTION_LAST_ARGUMENT | CLI_OPTION_NO_NEGATE)
#define REF_LISTING_CONTAINS(v)                                                \
    REF_LISTING_COMMIT("contains", v, 'c', "refs that contain the commit",     \
                       CLI_OPTION_LAST_ARGUMENT | CLI_OPTION_NO_NEGATE),       \
        REF_LISTING_COMMIT("no-contains", v, 'C',                              \
                           "refs that do not contain the commit",              \
                           CLI_OPTION_LAST_ARGUMENT | CLI_OPTION_NO_NEGATE)
/* Other names of these, which for-each-ref does not have. */
#define REF_LISTING_WITH(v)                                                    \
    REF_LISTING_COMMIT("with", v, 'c', "the same as --contains",               \
                       REF_LISTING_OTHER_NAME),                                \
        REF_LISTING_COMMIT("without", v, 'C', "the same as --no-contains",     \
                           REF_LISTING_OTHER_NAME)

/* Look the commits up; dies with Git's words. */
/* The keys that configuration sorts by (`key`: "branch.sort") come before those
 * that were asked for, unless these take back all before them. */
void ref_listing_add_keys(struct cli *cli, const char *key,
                          struct ref_listing *listing);
void ref_listing_resolve(struct cli *cli, struct ref_listing *listing);
/* --color and color.<slot>. */
bool ref_listing_wants_color(struct cli *cli, const struct ref_listing *listing,
                             const char *key);
/* Make %(describe) work, when the format or a key asks for it. */
void ref_listing_describe(struct cli *cli, const struct ref_listing *listing,
                          const char *format,
                          struct qn_ref_values_options *options);
void ref_listing_describe_end(struct qn_ref_values_options *options);
/* What a record of --json has besides ref, id, type, symref and target. */
enum ref_listing_parts {
    REF_LISTING_OF_BRANCH = 1, /* head, worktree, upstream */
    REF_LISTING_OF_TRACK = 2,  /* ahead, behind (commits are walked) */
    REF_LISTING_OF_SUBJECT = 4
};
/* Print at most `count` (0: all) of a list as records. */
void ref_listing_json(struct cli *cli, struct qn_ref_values *values,
                      const struct qn_ref_list *list, int count,
                      unsigned parts);
/* Fill, sort and print at most `count` (0: all), a line each. */
void ref_listing_print(struct cli *cli, struct ref_listing *listing,
                       struct qn_ref_values *values, const char *format,
                       struct qn_ref_list *list, int count);

#endif
