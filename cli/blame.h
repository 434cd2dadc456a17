/* SPDX-License-Identifier: MIT */
/* blame and annotate: what was asked for, and how it reads.
 *
 *   cmd_blame.c      options, revisions, one operation
 *   blame_names.c    what is told of commits
 *   blame_lines.c    lines for people
 *   blame_porcelain.c  --porcelain, --incremental, --json */
#ifndef QUOIN_CLI_BLAME_H
#define QUOIN_CLI_BLAME_H

#include "base/arena.h"
#include "cli/diff_options.h"
#include "cli/json_output.h"
#include "hash/id_map.h"
#include "operation/op_blame.h"
#include "text/date.h"
#include "walk/mailmap.h"
#include "walk/revision_args.h"

/* What is told of a commit; kept in the arena. */
struct blame_person {
    struct qn_bytes name, mail; /* mail in <> */
    int64_t time;
    int zone;
    bool has_date;
};
struct blame_commit {
    struct blame_person author, committer;
    struct qn_bytes summary;
    bool was_shown;
    bool has_paths; /* more than one */
    struct qn_bytes path;
};

/* A colour up to a time. */
struct blame_age {
    int64_t until; /* INT64_MAX: the last */
    struct qn_buf color;
};

struct blame {
    struct cli *cli;
    struct qn_bytes path; /* from the top */
    /* options */
    bool is_annotate; /* the command: dates are always iso */
    bool annotates, is_long, is_raw_time, is_short, shows_email, shows_name,
        shows_number, shows_score, shows_stats, is_porcelain, is_line_porcelain,
        is_incremental, blanks_boundary, colors_lines, colors_age, is_json;
    bool marks_ignored, marks_unblamable;
    int progress; /* -1: not said */
    int abbrev;   /* -1: automatic; 0: full */
    const char *date, *encoding;
    struct qn_date_mode date_mode;
    size_t date_width;
    /* what is told of commits */
    struct qn_mailmap *mailmap;
    struct qn_id_map ids;
    struct blame_commit **commits; /* by position in ids */
    size_t commit_capacity;
    struct qn_arena arena;
    struct qn_buf room;
    /* colours */
    struct qn_buf repeat_color;
    struct blame_age *ages;
    size_t age_count, age_capacity;
    struct cli_json json;
};

/* blame_names.c */
struct blame_commit *blame_commit_find(struct blame *b,
                                       const struct qn_blame *blame,
                                       const struct qn_blame_source *source);
void blame_names_dispose(struct blame *b);

/* blame_lines.c */
void blame_show_lines(struct blame *b, const struct qn_blame *blame);
/* Appended. */
void blame_append_date(struct blame *b, const struct blame_person *author,
                       struct qn_buf *out);

/* blame_porcelain.c */
void blame_show_porcelain(struct blame *b, const struct qn_blame *blame);
void blame_show_json(struct blame *b, const struct qn_blame *blame);
/* A qn_blame_fn; data is the struct blame. */
enum qn_status blame_show_found(struct qn_ctx *ctx, void *data,
                                const struct qn_blame *blame,
                                const struct qn_blame_hunk *hunk);

#endif
