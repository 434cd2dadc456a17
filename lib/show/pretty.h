/* SPDX-License-Identifier: MIT */
/* How a commit reads: git-log(1) "PRETTY FORMATS".
 *
 *   commit bytes -> (re-encode, map names) -> one of the built-in formats, or a
 *   format string with its placeholders
 *
 * Options are shared by threads; a qn_pretty belongs to one thread, with its
 * own view of the objects, and appends to buffers of the caller.
 */
#ifndef QN_SHOW_PRETTY_H
#define QN_SHOW_PRETTY_H

#include "object/commit.h"
#include "odb/odb.h"
#include "show/decorations.h"
#include "show/notes.h"
#include "text/date.h"
#include "walk/mailmap.h"

enum qn_pretty_kind {
    QN_PRETTY_MEDIUM = 0,
    QN_PRETTY_ONELINE,
    QN_PRETTY_SHORT,
    QN_PRETTY_FULL,
    QN_PRETTY_FULLER,
    QN_PRETTY_RAW,
    QN_PRETTY_EMAIL,
    QN_PRETTY_MBOXRD,
    QN_PRETTY_REFERENCE,
    QN_PRETTY_USER /* a format string */
};

struct qn_revision_filter;
struct qn_pretty_options {
    enum qn_pretty_kind kind;
    const char *format; /* QN_PRETTY_USER */
    bool is_terminator; /* tformat: each ends in a newline */
    bool abbreviates;   /* --abbrev-commit */
    int abbrev;         /* digits; 0: full; -1: automatic */
    struct qn_date_mode date;
    bool date_is_given;
    bool has_color;
    const char *commit_color;         /* of "commit <id>" */
    const struct qn_mailmap *mailmap; /* or NULL */
    bool maps_builtin;                /* built-in formats map names, too */
    const struct qn_decorations *decorations; /* for %d; or NULL */
    bool shows_decorations;                   /* in built-in formats */
    struct qn_decorate_form decorate_form;
    const char *encoding; /* output; NULL: UTF-8 */
    /* Matches of these patterns are coloured in built-in formats; or NULL. */
    const struct qn_revision_filter *matches;
    const char *match_color, *selected_color; /* of a match, of the rest */
    int tab_width;      /* 8; 0: tabs stay; -1: by format */
    int terminal_width; /* for %<|(-n); 0: 80 */
    bool shows_parents; /* --parents: ids behind the commit's */
    bool shows_source;
    const char *subject_prefix;          /* email; NULL: "PATCH" */
    const struct qn_notes *const *notes; /* for %N and what follows */
    size_t notes_count;
    bool shows_notes;               /* behind the message, too */
    bool knows_no_notes;            /* %N stays as it is */
    const struct qn_config *config; /* to verify signatures by; or NULL */
    bool shows_signature;           /* --show-signature */
    /* Append the description for %(describe); may be NULL. */
    enum qn_status (*describe)(struct qn_ctx *ctx, void *data,
                               const struct qn_id *id, struct qn_bytes options,
                               struct qn_buf *out);
    void *describe_data;
};

#define QN_PRETTY_OPTIONS_INIT                                                 \
    {                                                                          \
        .abbrev = -1, .tab_width = -1, .commit_color = "\033[33m",             \
        .match_color = "\033[1;31m"                                            \
    }

/* "oneline", "format:%H", "%h %s", or a name of pretty.<name>.  QN_INVALID
 * "invalid --pretty format: <text>".  Strings are borrowed from `text` and
 * `config`. */
enum qn_status qn_pretty_parse(struct qn_ctx *ctx, const char *text,
                               const struct qn_config *config,
                               struct qn_pretty_options *out) QN_MUST_USE;

/* One commit to be shown. */
struct qn_pretty_item {
    const struct qn_id *id;
    const struct qn_commit *commit;
    const struct qn_id *parents; /* as shown (rewritten); NULL: the true ones */
    uint32_t parent_count;
    const struct qn_id *children; /* --children: behind the commit's id */
    size_t child_count;
    char mark;                   /* '<', '>', '=', '+', '-', '^'; 0: none */
    const char *source;          /* %S, --source; or NULL */
    const char *reflog_selector; /* "main@{0}", or NULL */
    const char *reflog_short_selector; /* likewise */
    struct qn_bytes reflog_message;
    struct qn_bytes reflog_ident;
};

struct qn_pretty;
enum qn_status qn_pretty_new(struct qn_ctx *ctx, struct qn_odb *odb,
                             const struct qn_pretty_options *options,
                             struct qn_pretty **out) QN_MUST_USE;
void qn_pretty_free(struct qn_pretty *pretty);
/* Append the commit, without what stands between two of them. */
enum qn_status qn_pretty_append(struct qn_ctx *ctx, struct qn_pretty *pretty,
                                const struct qn_pretty_item *item,
                                struct qn_buf *out) QN_MUST_USE;
/* Append one format string's expansion. */
enum qn_status qn_pretty_expand(struct qn_ctx *ctx, struct qn_pretty *pretty,
                                const struct qn_pretty_item *item,
                                const char *format,
                                struct qn_buf *out) QN_MUST_USE;

/* Append the id as `abbrev` of the options says. */
enum qn_status qn_pretty_append_id(struct qn_ctx *ctx, struct qn_pretty *pretty,
                                   const struct qn_id *id, bool abbreviates,
                                   struct qn_buf *out) QN_MUST_USE;

/* The subject of a message: the lines of its first paragraph, joined by
 * `joiner`; `*rest` (may be NULL) is what follows, without blank lines. */
enum qn_status qn_pretty_subject(struct qn_ctx *ctx, struct qn_bytes message,
                                 const char *joiner, struct qn_buf *out,
                                 struct qn_bytes *rest) QN_MUST_USE;

#endif
