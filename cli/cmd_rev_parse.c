/* SPDX-License-Identifier: MIT */
#include "cli/cli.h"
#include "cli/rev_parse.h"
#include "text/date.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const usage[] = {
    "git rev-parse --parseopt [<options>] -- [<args>...]",
    "git rev-parse --sq-quote [<arg>...]",
    "git rev-parse [<options>] [<arg>...]", NULL};

/* ---- what else is shown */

static const char *const rev_options[] = {
    "--all",          "--bisect",         "--dense",        "--branches",
    "--header",       "--ignore-missing", "--max-age=",     "--max-count=",
    "--min-age=",     "--no-merges",      "--min-parents=", "--no-min-parents",
    "--max-parents=", "--no-max-parents", "--objects",      "--objects-edge",
    "--parents",      "--pretty",         "--remotes",      "--glob=",
    "--sparse",       "--tags",           "--topo-order",   "--date-order",
    "--unpacked"};

static bool is_rev_option(const char *word)
{
    size_t i;

    if (strcmp(word, "-n") == 0 ||
        (word[0] == '-' && word[1] >= '0' && word[1] <= '9'))
        return true;
    for (i = 0; i < QN_COUNT_OF(rev_options); i++) {
        size_t size = strlen(rev_options[i]);

        if (strncmp(word, rev_options[i], size) == 0 &&
            (rev_options[i][size - 1] == '=' || word[size] == '\0' ||
             word[size] == '='))
            return true;
    }
    return false;
}

static bool show_flag(struct cli_rev_parse *r, const char *word)
{
    if (!(r->filter & CLI_REV_PARSE_FLAGS) ||
        !(r->filter &
          (is_rev_option(word) ? CLI_REV_PARSE_REVS : CLI_REV_PARSE_NO_REV)))
        return false;
    cli_rev_parse_show(r, word);
    return true;
}

static bool show_default(struct cli_rev_parse *r)
{
    const char *name = r->default_name;
    struct qn_id id;

    if (!name)
        return false;
    r->default_name = NULL;
    if (!cli_rev_parse_resolve(r, name, &id)) {
        qn_ctx_clear(r->cli->ctx);
        return false;
    }
    cli_rev_parse_show_rev(r, false, &id, name);
    return true;
}

static bool show_file(struct cli_rev_parse *r, const char *word)
{
    show_default(r);
    if ((r->filter & (CLI_REV_PARSE_NON_FLAGS | CLI_REV_PARSE_NO_REV)) !=
        (CLI_REV_PARSE_NON_FLAGS | CLI_REV_PARSE_NO_REV))
        return false;
    if (r->output_prefix && word[0] != '/' && word[0] != '-') {
        struct qn_buf path = QN_BUF_INIT;

        cli_check(r->cli, qn_buf_printf(r->cli->ctx, &path, "%s%s",
                                        r->output_prefix, word));
        cli_rev_parse_show(r, qn_buf_string(&path));
        qn_buf_dispose(&path);
    } else {
        cli_rev_parse_show(r, word);
    }
    return true;
}

static int no_single_revision(struct cli_rev_parse *r)
{
    if (r->is_quiet) {
        cli_exit(r->cli, 1);
        return 1;
    }
    return cli_fatal(r->cli, "Needed a single revision");
}

static enum qn_status show_candidate(struct qn_ctx *ctx, void *data,
                                     const struct qn_id *id)
{
    (void)ctx;
    cli_rev_parse_show_rev(data, false, id, NULL);
    return QN_OK;
}

static void show_date(struct cli_rev_parse *r, const char *flag,
                      const char *text)
{
    char line[64];

    snprintf(line, sizeof(line), "%s%lld", flag,
             (long long)qn_date_approximate(r->cli->env, text, NULL));
    if ((r->filter & (CLI_REV_PARSE_FLAGS | CLI_REV_PARSE_REVS)) ==
        (CLI_REV_PARSE_FLAGS | CLI_REV_PARSE_REVS))
        cli_rev_parse_show(r, line);
}

/* ------------------------------------------------------------------- options
 */

static void set_short(struct cli_rev_parse *r, const char *value)
{
    int size = (int)qn_id_hex_size(qn_repo_algorithm(r->cli->repo));

    r->filter &= ~(unsigned)(CLI_REV_PARSE_FLAGS | CLI_REV_PARSE_NO_REV);
    r->is_verify = true;
    r->digits = 0;
    if (value) {
        long number = strtol(value, NULL, 10); /* no number: 0 */

        r->digits = number < 4 ? 4 : number > size ? size : (int)number;
    }
}

static bool take_mode(struct cli_rev_parse *r, const char *word)
{
    struct cli *cli = r->cli;

    if (strcmp(word, "--verify") == 0) {
        r->filter &= ~(unsigned)(CLI_REV_PARSE_FLAGS | CLI_REV_PARSE_NO_REV);
        r->is_verify = true;
    } else if (strcmp(word, "-q") == 0 || strcmp(word, "--quiet") == 0) {
        r->is_quiet = true;
    } else if (strcmp(word, "--short") == 0) {
        set_short(r, NULL);
    } else if (strncmp(word, "--short=", 8) == 0) {
        set_short(r, word + 8);
    } else if (strcmp(word, "--sq") == 0) {
        r->is_quoted = true;
    } else if (strcmp(word, "--not") == 0) {
        r->shows_reversed = !r->shows_reversed;
    } else if (strcmp(word, "--symbolic") == 0) {
        r->symbolic = CLI_REV_PARSE_SYMBOLIC;
    } else if (strcmp(word, "--symbolic-full-name") == 0) {
        r->symbolic = CLI_REV_PARSE_FULL_NAME;
    } else if (strcmp(word, "--abbrev-ref") == 0) {
        bool strict = cli_config_bool(cli, "core.warnambiguousrefs", true);

        r->symbolic = CLI_REV_PARSE_ABBREV;
        r->abbrev_is_strict = strict;
    } else if (strncmp(word, "--abbrev-ref=", 13) == 0) {
        r->symbolic = CLI_REV_PARSE_ABBREV;
        if (strcmp(word + 13, "strict") != 0 && strcmp(word + 13, "loose") != 0)
            cli_die_with(cli, "unknown mode for --abbrev-ref: %s", word + 13);
        r->abbrev_is_strict = strcmp(word + 13, "strict") == 0;
    } else if (strcmp(word, "--no-revs") == 0) {
        r->filter &= ~(unsigned)CLI_REV_PARSE_REVS;
    } else if (strcmp(word, "--revs-only") == 0) {
        r->filter &= ~(unsigned)CLI_REV_PARSE_NO_REV;
    } else if (strcmp(word, "--flags") == 0) {
        r->filter &= ~(unsigned)CLI_REV_PARSE_NON_FLAGS;
    } else if (strcmp(word, "--no-flags") == 0) {
        r->filter &= ~(unsigned)CLI_REV_PARSE_FLAGS;
    } else {
        return false;
    }
    return true;
}

static bool take_path_format(struct cli_rev_parse *r, const char *word)
{
    if (strncmp(word, "--path-format=", 14) != 0) {
        if (strcmp(word, "--path-format") == 0)
            cli_die_with(r->cli, "--path-format requires an argument");
        return false;
    }
    if (strcmp(word + 14, "absolute") == 0)
        r->path_format = 1;
    else if (strcmp(word + 14, "relative") == 0)
        r->path_format = 2;
    else
        cli_die_with(r->cli, "unknown argument to --path-format: %s",
                     word + 14);
    return true;
}

/* Options with a value in the next word. */
static bool take_with_next(struct cli_rev_parse *r, char **words, int count,
                           int *used)
{
    struct cli *cli = r->cli;
    const char *word = words[0];
    const char *next = count > 1 ? words[1] : NULL;

    *used = 2;
    if (strcmp(word, "--git-path") == 0) {
        if (!next)
            cli_die_with(cli, "--git-path requires an argument");
        cli_rev_parse_show_git_file(r, next);
    } else if (strcmp(word, "--default") == 0) {
        if (!next)
            cli_die_with(cli, "--default requires an argument");
        r->default_name = next;
    } else if (strcmp(word, "--prefix") == 0) {
        if (!next)
            cli_die_with(cli, "--prefix requires an argument");
        r->output_prefix = next;
    } else if (strcmp(word, "-n") == 0) {
        if (!next)
            cli_die_with(cli, "-n requires an argument");
        if ((r->filter & CLI_REV_PARSE_FLAGS) &&
            (r->filter & CLI_REV_PARSE_REVS)) {
            cli_rev_parse_show(r, word);
            cli_rev_parse_show(r, next);
        }
    } else if (strcmp(word, "--resolve-git-dir") == 0) {
        if (!next)
            cli_die_with(cli, "--resolve-git-dir requires an argument");
        cli_resolve_git_dir(cli, next);
    } else {
        return false;
    }
    return true;
}

static bool take_dated(struct cli_rev_parse *r, const char *word)
{
    static const struct {
        const char *option;
        const char *flag;
    } dates[] = {{"--since=", "--max-age="},
                 {"--after=", "--max-age="},
                 {"--before=", "--min-age="},
                 {"--until=", "--min-age="}};
    size_t i;

    for (i = 0; i < QN_COUNT_OF(dates); i++)
        if (strncmp(word, dates[i].option, strlen(dates[i].option)) == 0) {
            show_date(r, dates[i].flag, word + strlen(dates[i].option));
            return true;
        }
    if (strncmp(word, "--disambiguate=", 15) == 0) {
        struct qn_bytes hex = qn_bytes_from_string(word + 15);

        if (hex.size >= 1)
            cli_check(r->cli, qn_odb_find_prefix(r->cli->ctx, r->cli->odb, hex,
                                                 show_candidate, r));
        return true;
    }
    return false;
}

/* Answers how many words were taken. */
static int take_option(struct cli_rev_parse *r, char **words, int count)
{
    const char *word = words[0];
    int used = 1;

    if (take_with_next(r, words, count, &used))
        return used;
    used = 1;
    if (take_mode(r, word) || take_path_format(r, word) ||
        cli_rev_parse_answer(r, word) || take_dated(r, word))
        return 1;
    if (strcmp(word, "--local-env-vars") == 0) {
        cli_print_local_variables(r->cli);
        return 1;
    }
    if (strncmp(word, "--output-object-format=", 23) == 0)
        return 1;
    if (strcmp(word, "--not") != 0 && strcmp(word, "--stdin") != 0 &&
        strcmp(word, "--reflog") != 0 &&
        cli_rev_parse_show_refs(r, words, count, &used))
        return used;
    if (show_flag(r, word) && r->is_verify)
        cli_exit(r->cli, no_single_revision(r));
    return 1;
}

/* -------------------------------------------------------------------- words */

/* False: it and what follows are files. */
static bool take_word(struct cli_rev_parse *r, const char *word)
{
    struct cli *cli = r->cli;
    const char *name = word[0] == '^' ? word + 1 : word;
    struct qn_id id;

    if (cli_rev_parse_show_range(r, word) || cli_rev_parse_show_family(r, word))
        return true;
    if (cli_rev_parse_resolve(r, name, &id)) {
        if (r->is_verify) {
            r->revision_count++;
            r->held = id;
            r->held_name = name;
            r->held_is_reversed = word[0] == '^';
        } else {
            cli_rev_parse_show_rev(r, word[0] == '^', &id, name);
        }
        return true;
    }
    if (r->is_verify)
        cli_exit(cli, no_single_revision(r));
    if (r->has_dashdash)
        cli_die_with(cli, "bad revision '%s'", word);
    if (show_file(r, word) &&
        !qn_revision_args_is_path(cli->ctx, &cli->scope, word)) {
        cli_flush(cli);
        if (name != word)
            cli_die_with(cli,
                         "ambiguous argument '%s': unknown revision or path "
                         "not in the working tree.\nUse '--' to separate "
                         "paths from revisions, like this:\n"
                         "'git <command> [<revision>...] -- [<file>...]'",
                         word);
        /* Git looks once more, and so complains of a type twice. */
        if (strstr(word, "^{"))
            cli_rev_parse_resolve(r, name, &id);
        cli_die(cli);
    }
    qn_ctx_clear(cli->ctx);
    return false;
}

static void run(struct cli_rev_parse *r, int argc, char **argv)
{
    bool is_file = false;
    bool options_end = false;
    int as_is = 0;
    int i;

    for (i = 1; i < argc && !r->has_dashdash; i++)
        r->has_dashdash = strcmp(argv[i], "--") == 0;
    for (i = 1; i < argc; i++) {
        char *word = argv[i];

        if (as_is == 2 || is_file) {
            if (show_file(r, word) && !as_is &&
                !qn_revision_args_is_path(r->cli->ctx, &r->cli->scope, word))
                cli_die_with(r->cli,
                             "%s: no such path in the working tree.\n"
                             "Use 'git <command> -- <path>...' to specify "
                             "paths that do not exist locally.",
                             word);
            continue;
        }
        if (strcmp(word, "--") == 0) {
            as_is = 2;
            if (r->filter & (CLI_REV_PARSE_FLAGS | CLI_REV_PARSE_REVS) &&
                !r->is_verify)
                show_file(r, word);
            continue;
        }
        if (!options_end && word[0] == '-' && word[1]) {
            if (strcmp(word, "--end-of-options") == 0) {
                options_end = true;
                if (r->filter & (CLI_REV_PARSE_FLAGS | CLI_REV_PARSE_REVS) &&
                    !r->is_verify)
                    show_file(r, word);
                continue;
            }
            i += take_option(r, argv + i, argc - i) - 1;
            continue;
        }
        is_file = !take_word(r, word);
    }
}

int cmd_rev_parse(struct cli *cli, int argc, char **argv)
{
    struct cli_rev_parse r = {.cli = cli,
                              .filter =
                                  CLI_REV_PARSE_REVS | CLI_REV_PARSE_NO_REV |
                                  CLI_REV_PARSE_FLAGS | CLI_REV_PARSE_NON_FLAGS,
                              .digits = -1};
    int code = 0;
    int i;

    /* Another word of help is one to be answered. */
    if (argc > 1 && strcmp(argv[1], "-h") != 0)
        cli->has_help = false;
    if (argc > 1 && strcmp(argv[1], "--parseopt") == 0)
        return cli_rev_parse_parseopt(cli, argc - 1, argv + 1);
    if (argc > 1 && strcmp(argv[1], "--sq-quote") == 0) {
        for (i = 2; i < argc; i++) {
            cli_put(cli, ' ');
            cli_put_quoted(cli, argv[i]);
        }
        cli_put(cli, '\n');
        return 0;
    }
    if (argc > 1 && strcmp(argv[1], "-h") == 0) {
        cli_print_options(cli, false, usage, NULL, false);
        return CLI_EXIT_USAGE;
    }
    if (argc > 1 && (strcmp(argv[1], "--local-env-vars") == 0 ||
                     strcmp(argv[1], "--resolve-git-dir") == 0)) {
        int used;

        if (argv[1][2] == 'l')
            cli_print_local_variables(cli);
        else
            take_with_next(&r, argv + 1, argc - 1, &used);
        return 0;
    }
    cli_open_repo(cli, CLI_OPEN_VIEWS);
    qn_revision_args_init(&r.args);
    run(&r, argc, argv);
    if (r.is_verify) {
        if (r.revision_count == 1)
            cli_rev_parse_show_rev(&r, r.held_is_reversed, &r.held,
                                   r.held_name);
        else if (r.revision_count > 0 || !show_default(&r))
            code = no_single_revision(&r);
    } else {
        show_default(&r);
    }
    qn_revision_args_dispose(&r.args);
    return code;
}
