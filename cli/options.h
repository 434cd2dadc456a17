/* SPDX-License-Identifier: MIT */
/* Options of one subcommand: a table in, values out; gitcli(7).
 *
 * Knows unique prefixes, --no-x, bundled and stuck short options, "--",
 * --end-of-options, -h, --help-all and --git-completion-helper[-all].  Anything
 * wrong is printed as Git prints it and exits with 129.
 *
 * Options of Quoin's own (flag CLI_OPTION_OWN) are never abbreviated, so that
 * Git's abbreviations stay what they are.
 */
#ifndef QUOIN_CLI_OPTIONS_H
#define QUOIN_CLI_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct cli;
struct cli_option;

enum cli_option_kind {
    CLI_KIND_END = 0,
    CLI_KIND_GROUP,        /* a heading of the help text */
    CLI_KIND_FLAG,         /* bool: true; --no-x false */
    CLI_KIND_COUNTER,      /* int: up by one; --no-x: 0 */
    CLI_KIND_SET,          /* int: option->number; --no-x: 0 */
    CLI_KIND_BIT,          /* unsigned: |= number; --no-x: &= ~number */
    CLI_KIND_NEGATIVE_BIT, /* the other way round */
    CLI_KIND_MODE,         /* int: number; two different ones are refused */
    CLI_KIND_INTEGER,      /* int: decimal with k, m, g */
    CLI_KIND_UNSIGNED,     /* uint64_t: the same */
    CLI_KIND_STRING,       /* const char *; --no-x: NULL */
    CLI_KIND_FILE,         /* a path relative to where the user is; --no-x is
                              without effect */
    CLI_KIND_LIST,         /* struct cli_list: appended; --no-x: emptied */
    CLI_KIND_ABBREV,       /* int: --abbrev[=n]: -1 default, 0 none */
    CLI_KIND_VERBOSITY,    /* int: -v up, -q (number -1) down */
    CLI_KIND_NUMBER,       /* "-<n>": int; short and long names are 0 */
    CLI_KIND_CALLBACK,     /* option->callback */
    CLI_KIND_REFUSED /* Git has it, we do not yet: an error that names it */
};

enum cli_option_flags {
    CLI_OPTION_OPTIONAL = 1,    /* the argument may be missing (stuck only) */
    CLI_OPTION_NO_ARGUMENT = 2, /* a callback without one */
    CLI_OPTION_NO_NEGATE = 4,   /* there is no --no-x */
    CLI_OPTION_HIDDEN = 8,      /* only in --help-all */
    CLI_OPTION_NO_COMPLETION = 16,
    CLI_OPTION_OWN = 32, /* not Git's: no abbreviations */
    CLI_OPTION_LAST_ARGUMENT =
        64, /* optional as the last word, else required */
    CLI_OPTION_COMPLETE_BARE = 128, /* completion shows it without "=" */
    CLI_OPTION_UNLISTED = 256, /* not among the words for completion at all */
    CLI_OPTION_ALIAS = 512     /* there only as --no-x, without -all */
};

/* `argument` is NULL for an optional argument that is missing.  Answers 0, or
 * not 0 after it printed what is wrong: exit 129. */
typedef int cli_option_fn(struct cli *cli, const struct cli_option *option,
                          const char *argument, bool is_negated);

struct cli_option {
    enum cli_option_kind kind;
    char short_name;       /* or 0 */
    const char *long_name; /* or NULL; without "--" */
    void *value;
    const char *argument; /* what the help calls the argument */
    const char *help;
    unsigned flags;
    int64_t number;
    cli_option_fn *callback;
};

/* Strings in the order given; `items` grows, elements are borrowed. */
struct cli_list {
    const char **items;
    size_t count;
    size_t capacity;
    bool was_reset; /* --no-<option>: what came before does not count */
};
void cli_list_add(struct cli *cli, struct cli_list *list, const char *item);

#define CLI_END                                                                \
    {                                                                          \
        CLI_KIND_END                                                           \
    }
#define CLI_GROUP(text)                                                        \
    {                                                                          \
        .kind = CLI_KIND_GROUP, .help = (text)                                 \
    }
#define CLI_FLAG(s, l, v, h)                                                   \
    {                                                                          \
        CLI_KIND_FLAG, (s), (l), (v), NULL, (h), 0, 0, NULL                    \
    }
#define CLI_FLAG_WITH(s, l, v, h, f)                                           \
    {                                                                          \
        CLI_KIND_FLAG, (s), (l), (v), NULL, (h), (f), 0, NULL                  \
    }
#define CLI_COUNTER(s, l, v, h)                                                \
    {                                                                          \
        CLI_KIND_COUNTER, (s), (l), (v), NULL, (h), 0, 0, NULL                 \
    }
#define CLI_QUIET(v)                                                           \
    {                                                                          \
        CLI_KIND_VERBOSITY, 'q', "quiet", (v), NULL, "say less", 0, -1, NULL   \
    }
#define CLI_VERBOSE(v)                                                         \
    {                                                                          \
        CLI_KIND_VERBOSITY, 'v', "verbose", (v), NULL, "say more", 0, 1, NULL  \
    }
#define CLI_SET(s, l, v, n, h)                                                 \
    {                                                                          \
        CLI_KIND_SET, (s), (l), (v), NULL, (h), CLI_OPTION_NO_NEGATE, (n),     \
            NULL                                                               \
    }
/* An int that may be "not said" before: 1; --no-x: 0. */
#define CLI_TRISTATE(s, l, v, h) CLI_TRISTATE_WITH(s, l, v, h, 0)
#define CLI_TRISTATE_WITH(s, l, v, h, f)                                       \
    {                                                                          \
        CLI_KIND_SET, (s), (l), (v), NULL, (h), (f), 1, NULL                   \
    }
#define CLI_BIT(s, l, v, n, h)                                                 \
    {                                                                          \
        CLI_KIND_BIT, (s), (l), (v), NULL, (h), 0, (n), NULL                   \
    }
#define CLI_NEGATIVE_BIT(s, l, v, n, h)                                        \
    {                                                                          \
        CLI_KIND_NEGATIVE_BIT, (s), (l), (v), NULL, (h), 0, (n), NULL          \
    }
#define CLI_MODE(s, l, v, n, h)                                                \
    {                                                                          \
        CLI_KIND_MODE, (s), (l), (v), NULL, (h), CLI_OPTION_NO_NEGATE, (n),    \
            NULL                                                               \
    }
#define CLI_INTEGER(s, l, v, h)                                                \
    {                                                                          \
        CLI_KIND_INTEGER, (s), (l), (v), "n", (h), 0, 0, NULL                  \
    }
#define CLI_UNSIGNED(s, l, v, h)                                               \
    {                                                                          \
        CLI_KIND_UNSIGNED, (s), (l), (v), "n", (h), 0, 0, NULL                 \
    }
#define CLI_STRING(s, l, v, a, h)                                              \
    {                                                                          \
        CLI_KIND_STRING, (s), (l), (v), (a), (h), 0, 0, NULL                   \
    }
#define CLI_STRING_OPTIONAL(s, l, v, a, h)                                     \
    {                                                                          \
        CLI_KIND_STRING, (s), (l), (v), (a), (h), CLI_OPTION_OPTIONAL, 0, NULL \
    }
#define CLI_FILE(s, l, v, h)                                                   \
    {                                                                          \
        CLI_KIND_FILE, (s), (l), (v), "file", (h), 0, 0, NULL                  \
    }
#define CLI_LIST(s, l, v, a, h)                                                \
    {                                                                          \
        CLI_KIND_LIST, (s), (l), (v), (a), (h), 0, 0, NULL                     \
    }
#define CLI_ABBREV(v)                                                          \
    {                                                                          \
        CLI_KIND_ABBREV, 0, "abbrev", (v), "n", "digits of shortened ids",     \
            CLI_OPTION_OPTIONAL, 0, NULL                                       \
    }
#define CLI_NUMBER(v, h)                                                       \
    {                                                                          \
        CLI_KIND_NUMBER, 0, NULL, (v), NULL, (h), CLI_OPTION_NO_NEGATE, 0,     \
            NULL                                                               \
    }
/* Quoin's own: not in the words for completion, which are Git's. */
#define CLI_JSON(v)                                                            \
    {                                                                          \
        CLI_KIND_FLAG, 0, "json", (v), NULL, "as JSON",                        \
            CLI_OPTION_OWN | CLI_OPTION_NO_NEGATE, 0, NULL                     \
    }
/* `fn` gets `v` as option->value. */
#define CLI_CALLBACK(s, l, v, a, h, f, fn)                                     \
    {                                                                          \
        CLI_KIND_CALLBACK, (s), (l), (v), (a), (h), (f), 0, (fn)               \
    }
#define CLI_REFUSED(s, l)                                                      \
    {                                                                          \
        CLI_KIND_REFUSED, (s), (l), NULL, NULL, "(not done yet)", 0, 0, NULL   \
    }

/* The same of one that takes an argument. */
#define CLI_REFUSED_WITH(s, l, a)                                              \
    {                                                                          \
        CLI_KIND_REFUSED, (s), (l), NULL, (a), "(not done yet)", 0, 0, NULL    \
    }

enum cli_parse_flags {
    CLI_PARSE_KEEP_DASHDASH = 1, /* "--" stays among the arguments */
    CLI_PARSE_STOP_AT_ARGUMENT = 2,
    CLI_PARSE_KEEP_UNKNOWN = 4, /* unknown options stay among the arguments */
    CLI_PARSE_NO_HELP =
        8 /* -h is an ordinary option of the table, or unknown */
};

/* Parse argv[1] on (argv[0] is the command).  What is no option is moved to
 * argv[0] on and its count returned.  `usage`: lines without "usage: ", NULL
 * terminated; our own words. */
int cli_parse(struct cli *cli, int argc, char **argv,
              const struct cli_option *options, const char *const *usage,
              unsigned flags);

/* The words that may come first, for commands that have such; ends with a NULL
 * name. */
struct cli_subcommand {
    const char *name;
    int (*run)(struct cli *cli, int argc, char **argv);
    bool is_hidden; /* not for completion */
};
/* Run the one argv[1] names: argv[0] is its name then.  False: it is none. */
bool cli_find_subcommand(struct cli *cli, int argc, char **argv,
                         const struct cli_subcommand *list, int *code);
/* The same; none, or one that is not there, is a fault in the usage. */
int cli_run_subcommand(struct cli *cli, int argc, char **argv,
                       const struct cli_subcommand *list,
                       const char *const *usage);

/* Print the usage: to stderr and exit 129 (an error in the arguments). */
void cli_usage(struct cli *cli, const char *const *usage,
               const struct cli_option *options);
/* "fatal: <text>", an empty line, the usage; exit 129. */
void cli_usage_with(struct cli *cli, const char *const *usage,
                    const struct cli_option *options, const char *text);
/* The text itself. */
void cli_print_options(struct cli *cli, bool to_stderr,
                       const char *const *usage,
                       const struct cli_option *options, bool with_hidden);

/* "fatal: options '<a>' and '<b>' cannot be used together" when both are true.
 */
void cli_exclude(struct cli *cli, bool a_is_given, const char *a,
                 bool b_is_given, const char *b);
/* The same for up to four, of which at most one may be given. */
void cli_exclude_many(struct cli *cli, size_t count, const bool *given,
                      const char *const *names);

#endif
