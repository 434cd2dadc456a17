/* SPDX-License-Identifier: MIT */
/* What every command that shows differences can be told: git-diff(1),
 * "OPTIONS".
 *
 * Plain data, borrowed strings; qn_diff_options_init gives the plumbing's
 * defaults, qn_diff_options_configure adds what the configuration says.
 */
#ifndef QN_DIFF_OPTIONS_H
#define QN_DIFF_OPTIONS_H

#include "config/config.h"
#include "diff/rename.h"
#include "diff/text_diff.h"
#include "path/pathspec.h"

enum qn_diff_format {
    QN_DIFF_FORMAT_RAW = 1,
    QN_DIFF_FORMAT_NAME_ONLY = 2,
    QN_DIFF_FORMAT_NAME_STATUS = 4,
    QN_DIFF_FORMAT_CHECK = 8,
    QN_DIFF_FORMAT_NUMSTAT = 16,
    QN_DIFF_FORMAT_STAT = 32,
    QN_DIFF_FORMAT_SHORTSTAT = 64,
    QN_DIFF_FORMAT_DIRSTAT = 128,
    QN_DIFF_FORMAT_SUMMARY = 256,
    QN_DIFF_FORMAT_PATCH = 512,
    QN_DIFF_FORMAT_NONE = 1024 /* -s */
};

/* Slots of color.diff.<slot>. */
enum qn_diff_color {
    QN_DIFF_COLOR_RESET = 0,
    QN_DIFF_COLOR_CONTEXT,
    QN_DIFF_COLOR_META,
    QN_DIFF_COLOR_FRAG,
    QN_DIFF_COLOR_OLD,
    QN_DIFF_COLOR_NEW,
    QN_DIFF_COLOR_COMMIT,
    QN_DIFF_COLOR_WHITESPACE,
    QN_DIFF_COLOR_FUNC,
    QN_DIFF_COLOR_OLD_MOVED,
    QN_DIFF_COLOR_OLD_MOVED_ALTERNATIVE,
    QN_DIFF_COLOR_OLD_MOVED_DIMMED,
    QN_DIFF_COLOR_OLD_MOVED_ALTERNATIVE_DIMMED,
    QN_DIFF_COLOR_NEW_MOVED,
    QN_DIFF_COLOR_NEW_MOVED_ALTERNATIVE,
    QN_DIFF_COLOR_NEW_MOVED_DIMMED,
    QN_DIFF_COLOR_NEW_MOVED_ALTERNATIVE_DIMMED,
    QN_DIFF_COLOR_COUNT
};

enum qn_diff_word_mode {
    QN_DIFF_WORDS_NONE = 0,
    QN_DIFF_WORDS_PLAIN,
    QN_DIFF_WORDS_COLOR,
    QN_DIFF_WORDS_PORCELAIN
};

enum qn_diff_moved_mode {
    QN_DIFF_MOVED_NO = 0,
    QN_DIFF_MOVED_PLAIN,
    QN_DIFF_MOVED_BLOCKS,
    QN_DIFF_MOVED_ZEBRA,
    QN_DIFF_MOVED_DIMMED_ZEBRA
};

enum qn_diff_pickaxe_kind {
    QN_DIFF_PICKAXE_NONE = 0,
    QN_DIFF_PICKAXE_STRING, /* -S */
    QN_DIFF_PICKAXE_REGEX,  /* -S with --pickaxe-regex */
    QN_DIFF_PICKAXE_GREP,   /* -G */
    QN_DIFF_PICKAXE_OBJECT  /* --find-object */
};

enum qn_diff_dirstat_mode {
    QN_DIFF_DIRSTAT_CHANGES = 0,
    QN_DIFF_DIRSTAT_LINES,
    QN_DIFF_DIRSTAT_FILES
};

enum qn_diff_submodule_format {
    QN_DIFF_SUBMODULE_SHORT = 0,
    QN_DIFF_SUBMODULE_LOG,
    QN_DIFF_SUBMODULE_DIFF
};

enum qn_diff_ignore_submodules {
    QN_DIFF_IGNORE_DEFAULT = 0, /* as QN_DIFF_IGNORE_UNTRACKED */
    QN_DIFF_IGNORE_NONE,
    QN_DIFF_IGNORE_UNTRACKED,
    QN_DIFF_IGNORE_DIRTY,
    QN_DIFF_IGNORE_ALL
};

enum qn_diff_ws_highlight {
    QN_DIFF_WS_NEW = 1,
    QN_DIFF_WS_OLD = 2,
    QN_DIFF_WS_CONTEXT = 4
};

/* How merges are shown. */
enum qn_diff_combined {
    QN_DIFF_COMBINED_NONE = 0,
    QN_DIFF_COMBINED_PLAIN, /* -c */
    QN_DIFF_COMBINED_DENSE  /* --cc */
};

struct qn_diff_options;
struct qn_diff_pair;
struct qn_repo;
/* Show what changed inside a submodule (formats log and diff). */
typedef enum qn_status
qn_diff_submodule_fn(struct qn_ctx *ctx, struct qn_repo *repo,
                     const struct qn_diff_options *options,
                     const struct qn_diff_pair *pair, struct qn_buf *out);

struct qn_patch;
struct qn_diff_list;
/* Append a list that is ready to be shown, in a form of the caller's own; not
 * called for an empty one. */
typedef enum qn_status qn_diff_render_fn(struct qn_ctx *ctx, void *data,
                                         struct qn_patch *patch,
                                         const struct qn_diff_list *list,
                                         struct qn_buf *out);

struct qn_diff_options {
    unsigned formats; /* enum qn_diff_format; 0: the command's default */
    qn_diff_render_fn *render; /* in the place of the formats; or NULL */
    void *render_data;

    /* A long list of pairs out of the object store: several workers make the
     * patches.  For those who print one such list. */
    bool uses_workers;

    /* the text diff */
    uint32_t context;
    uint32_t inter_hunk;
    bool has_function_context;
    bool algorithm_is_chosen; /* on the command line: drivers do not matter */
    struct qn_text_diff_options text;
    const char *const *ignore_patterns; /* -I */
    size_t ignore_pattern_count;
    bool is_text; /* --text */

    /* the patch */
    bool has_binary; /* --binary */
    bool has_full_index;
    bool is_irreversible; /* -D */
    bool suppresses_blank_empty;
    bool allows_textconv;
    bool allows_external;
    int abbrev;                /* digits; 0: full; -1: the default length */
    bool raw_abbreviates;      /* raw ids are abbreviated by `abbrev` */
    const char *source_prefix; /* "a/" */
    const char *destination_prefix; /* "b/" */
    const char *line_prefix;        /* or NULL */
    char indicators[3];             /* context, old, new: ' ', '-', '+' */
    enum qn_diff_submodule_format submodule;
    qn_diff_submodule_fn *show_submodule; /* the caller's; or NULL */
    enum qn_diff_combined combined;
    bool shows_all_paths; /* --combined-all-paths */

    /* names */
    enum qn_diff_ignore_submodules ignore_submodules;
    bool ignore_submodules_is_given; /* by option: over submodule.*.ignore */
    bool is_reversed;                /* -R */
    bool is_nul_terminated;          /* -z */
    bool quotes_high;                /* core.quotePath */
    const char *relative; /* "sub/": cut off names, others left out; or NULL */

    /* colour */
    bool has_color;
    const char *colors[QN_DIFF_COLOR_COUNT]; /* escape sequences */
    enum qn_diff_word_mode words;
    const char *word_regex; /* or NULL */
    enum qn_diff_moved_mode moved;
    unsigned moved_space;          /* enum qn_text_diff_flags */
    bool moved_allows_indentation; /* allow-indentation-change */
    unsigned ws_highlight;         /* enum qn_diff_ws_highlight */
    const char *whitespace;        /* core.whitespace; or NULL */

    /* stat */
    int stat_width; /* 0: 80; the caller has put the terminal's in */
    int stat_name_width, stat_graph_width, stat_count;
    bool is_compact_summary;
    enum qn_diff_dirstat_mode dirstat;
    bool dirstat_is_cumulative;
    uint32_t dirstat_permille; /* 30: 3% */

    /* which pairs */
    bool shows_trees, is_recursive;
    int max_depth; /* --max-depth; -1: none */
    bool has_max_depth;
    bool finds_first;   /* only whether there is any difference */
    const char *filter; /* --diff-filter, as given; or NULL */
    enum qn_diff_pickaxe_kind pickaxe;
    const char *pickaxe_text;
    struct qn_id pickaxe_id;
    bool pickaxe_shows_all;    /* --pickaxe-all */
    bool pickaxe_ignores_case; /* -i */
    bool trusts_exit_code;     /* diff.trustExitCode */
    bool tells_exit_code;      /* --exit-code: see qn_patch_same_count */
    int ita_in_index; /* --ita-(in)visible-in-index: 1, 0; -1: not said */
    const char *const *order; /* -O: patterns of the file, or NULL */
    size_t order_count;
    const char *rotate_to, *skip_to;    /* or NULL */
    bool rotate_is_strict;              /* that path must be there */
    const struct qn_pathspec *pathspec; /* or NULL */
    struct qn_rename_options rename;
};

/* Plumbing's defaults. */
void qn_diff_options_init(struct qn_diff_options *options);
/* What diff.* and core.* say; `is_porcelain`: also what only porcelain obeys
 * (diff.renames, diff.context, diff.noPrefix, ...).  Strings are borrowed from
 * the configuration. */
enum qn_status qn_diff_options_configure(struct qn_ctx *ctx,
                                         struct qn_diff_options *options,
                                         const struct qn_config *config,
                                         bool is_porcelain) QN_MUST_USE;
/* "oldMoved" for color.diff.oldMoved; NULL: not a setting. */
const char *qn_diff_options_color_name(enum qn_diff_color color);
/* What --color-moved, --color-moved-ws, --ws-error-highlight, --dirstat and
 * --ignore-submodules take; false: `text` is wrong. */
bool qn_diff_options_moved(const char *text, enum qn_diff_moved_mode *out);
/* The message in `problem` is what follows "error: ". */
bool qn_diff_options_moved_space(struct qn_diff_options *options,
                                 const char *text, char *problem, size_t size);
/* `*good`: bytes that were understood. */
bool qn_diff_options_ws_highlight(const char *text, unsigned *out,
                                  size_t *good);
/* Each problem is a line "  ...\n" appended to `problems`. */
enum qn_status qn_diff_options_dirstat(struct qn_ctx *ctx,
                                       struct qn_diff_options *options,
                                       const char *text,
                                       struct qn_buf *problems) QN_MUST_USE;
bool qn_diff_options_ignore_submodules(const char *text,
                                       enum qn_diff_ignore_submodules *out);
bool qn_diff_options_submodule(const char *text,
                               enum qn_diff_submodule_format *out);
/* The algorithm of that name (any case). */
bool qn_diff_options_algorithm(const char *name,
                               enum qn_text_diff_algorithm *out);

#endif
