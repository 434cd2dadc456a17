/* SPDX-License-Identifier: MIT */
/* rev-list's rooms: options (cmd_rev_list.c), commits (rev_list_show.c),
 * objects (rev_list_objects.c), bisection (rev_list_bisect.c). */
#ifndef QUOIN_CLI_REV_LIST_H
#define QUOIN_CLI_REV_LIST_H

#include "base/progress.h"
#include "cli/cli.h"
#include "cli/json_output.h"
#include "hash/id_map.h"
#include "show/decorations.h"
#include "show/pretty.h"
#include "walk/object_filter.h"
#include "walk/object_walk.h"
#include "walk/revision_args.h"

enum rev_list_missing {
    REV_LIST_MISSING_ERROR = 0,
    REV_LIST_MISSING_ALLOW,
    REV_LIST_MISSING_PROMISED, /* allow what is promised */
    REV_LIST_MISSING_PRINT,
    REV_LIST_MISSING_PRINT_INFO
};

struct rev_list {
    struct cli *cli;
    bool is_json;
    struct cli_json json;
    struct qn_revision_args args;
    struct qn_pathspec *pathspec;
    struct qn_commit_walk *walk;
    struct qn_object_walk *objects;
    bool counts, quiet, timestamp, abbreviates, header, oneline, nul;
    bool verifies_objects; /* each is hashed */
    bool lists_objects, shows_edges, edges_are_tips, names_objects,
        in_commit_order;
    int abbrev;         /* -1: the default */
    const char *format; /* --pretty, --format */
    const char *date;
    bool no_commit_header;
    struct qn_pretty_options pretty_options;
    struct qn_pretty *pretty; /* NULL: none of the two was given */
    struct qn_buf text;
    struct qn_object object;
    bool has_disk_usage, is_for_people; /* --disk-usage[=human] */
    uint64_t disk_usage;
    uint64_t left_count, right_count, same_count, object_count;
    bool bisects, bisects_vars, bisects_all;
    bool tips_are_listed;   /* with --in-commit-order */
    bool lists_indexed;     /* --indexed-objects */
    bool uses_bitmap;       /* --use-bitmap-index */
    bool tests_bitmap;      /* --test-bitmap */
    int missing;            /* enum rev_list_missing */
    bool excludes_promised; /* --exclude-promisor-objects */
    bool has_promised;
    struct qn_id_map promised;          /* when has_promised */
    struct qn_id_map missed;            /* what is missing: each once */
    struct qn_buf missed_lines;         /* told at the end */
    struct qn_decorations *decorations; /* of --bisect-all */
    struct qn_id *trees;                /* of the commits listed, in order */
    size_t tree_count;
    size_t tree_capacity;
    struct qn_filter_spec filter_spec;
    struct qn_object_filter *filter;    /* NULL: --filter was not given */
    bool filters_given, prints_omitted; /* --filter-provided-objects ... */
    struct qn_id_map given;             /* commits asked for by name */
    const char *progress_title;         /* --progress=; or NULL */
    struct qn_progress progress;
};

/* With --use-bitmap-index, if a bitmap can tell: all is printed (or counted)
 * then. */
enum qn_status rev_list_by_bitmap(struct rev_list *list, bool *is_done);
/* --test-bitmap. */
enum qn_status rev_list_test_bitmap(struct rev_list *list);
/* A commit that is missing. */
enum qn_status rev_list_miss_commit(struct qn_ctx *ctx, void *data,
                                    const struct qn_id *id);
/* --exclude-promisor-objects: nothing that is promised is looked at. */
enum qn_status rev_list_exclude_promised(struct rev_list *list);
/* What was missing, behind everything. */
void rev_list_put_missed(struct rev_list *list);
void rev_list_start_pretty(struct rev_list *list);
void rev_list_put_commit(struct rev_list *list,
                         const struct qn_walk_commit *commit);
void rev_list_end_commit(struct rev_list *list,
                         const struct qn_walk_commit *commit);
enum qn_status rev_list_add_disk_usage(struct rev_list *list,
                                       const struct qn_id *id);
void rev_list_put_disk_usage(const struct rev_list *list);
enum qn_status rev_list_exclude_tips(struct rev_list *list);
enum qn_status rev_list_list_objects(struct rev_list *list);
enum qn_status rev_list_keep_tree(struct rev_list *list,
                                  const struct qn_walk_commit *commit);
/* Does the filter want the commit? */
enum qn_status rev_list_wants_commit(struct rev_list *list,
                                     const struct qn_walk_commit *commit,
                                     bool *is_wanted);
/* Make the filter that the options ask for. */
enum qn_status rev_list_start_filter(struct rev_list *list);
void rev_list_put_omitted(struct rev_list *list);
void rev_list_put_edges(struct rev_list *list);
enum qn_status rev_list_miss(struct qn_ctx *ctx, void *data,
                             const struct qn_walk_object *object);
/* A commit as a record (--json). */
void rev_list_put_record(struct rev_list *list,
                         const struct qn_walk_commit *commit);
/* --bisect, --bisect-vars, --bisect-all: in the place of the listing. */
enum qn_status rev_list_bisect(struct rev_list *list);

#endif
