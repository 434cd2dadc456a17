/* SPDX-License-Identifier: MIT */
#include "cli/json_output.h"
#include "cli/work.h"
#include "os/file.h"
#include "path/ignore.h"
#include "text/quote.h"
#include "worktree/checkout.h"

static const char *const usage[] = {
    "git check-ignore [<options>] <pathname>...",
    "git check-ignore [<options>] --stdin", NULL};

struct check {
    struct cli *cli;
    struct cli_work *work;
    struct qn_ignore *ignore;
    bool is_json;
    struct cli_json json;
    bool quiet, verbose, from_stdin, nul, non_matching, no_index;
    size_t count; /* ignored (or, verbose, matched) */
};

static void put_json(struct check *check, const char *path,
                     const struct qn_ignore_match *match)
{
    struct cli_json *json = &check->json;

    cli_json_begin(json);
    cli_json_string(json, "path", path);
    cli_json_bool(json, "ignored", match->is_ignored);
    if (match->is_matched) {
        cli_json_string(json, "source", match->source);
        cli_json_number(json, "line", (int64_t)match->line);
        cli_json_string(json, "pattern", match->pattern);
    }
    cli_json_end(json);
}

static void put_match(struct check *check, const char *path,
                      const struct qn_ignore_match *match)
{
    struct cli *cli = check->cli;
    struct qn_buf text = QN_BUF_INIT;

    if (check->is_json) {
        put_json(check, path, match);
        return;
    }
    if (check->nul) {
        if (check->verbose) {
            cli_puts(cli, match->is_matched ? match->source : "");
            cli_put(cli, '\0');
            if (match->is_matched)
                cli_printf(cli, "%llu", (unsigned long long)match->line);
            cli_put(cli, '\0');
            cli_puts(cli, match->is_matched ? match->pattern : "");
            cli_put(cli, '\0');
        }
        cli_puts(cli, path);
        cli_put(cli, '\0');
        return;
    }
    if (check->verbose && match->is_matched) {
        cli_check(cli,
                  qn_quote_path(cli->ctx, &text,
                                qn_bytes_from_string(match->source), true));
        cli_write(cli, text.data, text.size);
        cli_printf(cli, ":%llu:%s\t", (unsigned long long)match->line,
                   match->pattern);
    } else if (check->verbose) {
        cli_puts(cli, "::\t");
    }
    qn_buf_clear(&text);
    cli_check(cli,
              qn_quote_path(cli->ctx, &text, qn_bytes_from_string(path), true));
    cli_write(cli, text.data, text.size);
    cli_put(cli, '\n');
    qn_buf_dispose(&text);
}

static void check_one(struct check *check, const char *path)
{
    struct cli *cli = check->cli;
    struct qn_buf top = QN_BUF_INIT;
    struct qn_ignore_match match = {0};
    struct qn_file_stat stat = {0};
    bool is_tracked = false;
    size_t start, end;

    if (path[0] == '\0')
        cli_die_with(cli, "empty string is not a valid pathspec. please use . "
                          "instead if you meant to match all paths");
    cli_pathspec_from_top(cli, path, &top);
    if (qn_checkout_is_beyond_link(cli->ctx, &check->work->tree,
                                   qn_buf_bytes(&top)))
        cli_die_with(cli, "pathspec '%s' is beyond a symbolic link", path);
    if (!check->no_index && top.size > 0) {
        (void)qn_index_find(check->work->index, qn_buf_bytes(&top), 0,
                            &is_tracked);
        if (!is_tracked)
            is_tracked = qn_index_directory_range(
                check->work->index,
                top.data[top.size - 1] == '/'
                    ? qn_bytes_first(qn_buf_bytes(&top), top.size - 1)
                    : qn_buf_bytes(&top),
                &start, &end);
    }
    if (top.size > 0 && !is_tracked) {
        cli_check(cli, qn_file_lstat_at(cli->ctx, check->work->tree.top_fd,
                                        qn_buf_string(&top), &stat));
        cli_check(cli,
                  qn_ignore_check(cli->ctx, check->ignore, qn_buf_bytes(&top),
                                  stat.kind == QN_FILE_DIRECTORY, &match));
    }
    if (!check->verbose && !match.is_ignored)
        match.is_matched = false;
    if (!check->quiet && (match.is_matched || check->non_matching))
        put_match(check, path, &match);
    if (match.is_matched)
        check->count++;
    qn_buf_dispose(&top);
}

int cmd_check_ignore(struct cli *cli, int argc, char **argv)
{
    struct check check = {.cli = cli};
    const struct cli_option options[] = {
        CLI_FLAG('q', "quiet", &check.quiet, "only the exit code"),
        CLI_FLAG('v', "verbose", &check.verbose, "show the pattern"),
        CLI_GROUP(""),
        CLI_FLAG(0, "stdin", &check.from_stdin, "read paths from stdin"),
        CLI_FLAG('z', NULL, &check.nul, "records end with NUL"),
        CLI_FLAG('n', "non-matching", &check.non_matching,
                 "show paths that do not match, too"),
        CLI_FLAG(0, "no-index", &check.no_index, "do not look at the index"),
        CLI_JSON(&check.is_json),
        CLI_END};
    struct cli_work work;

    argc = cli_parse(cli, argc, argv, options, usage, 0);
    if (check.from_stdin && argc > 0)
        cli_die_with(cli, "cannot specify pathnames with --stdin");
    if (check.nul && !check.from_stdin)
        cli_die_with(cli, "-z only makes sense with --stdin");
    if (argc == 0 && !check.from_stdin)
        cli_die_with(cli, "no path specified");
    if (check.quiet && argc > 1)
        cli_die_with(cli, "--quiet is only valid with a single pathname");
    if (check.quiet && check.verbose)
        cli_die_with(cli, "cannot have both --quiet and --verbose");
    if (check.non_matching && !check.verbose)
        cli_die_with(cli, "--non-matching is only valid with --verbose");
    cli_json_refuse(cli, check.is_json, check.quiet, "--quiet");
    cli_work_open(cli, &work, 0);
    check.work = &work;
    cli_check(cli, qn_ignore_new(cli->ctx, cli->repo, work.index, true,
                                 &check.ignore));
    if (check.is_json)
        cli_json_begin_list(&check.json, cli);
    if (check.from_stdin) {
        struct qn_buf line = QN_BUF_INIT, plain = QN_BUF_INIT;

        while (cli_read_record(cli, check.nul ? '\0' : '\n', &line)) {
            const char *path = qn_buf_string(&line);

            if (!check.nul && path[0] == '"') {
                qn_buf_clear(&plain);
                if (qn_quote_unquote_c(cli->ctx, qn_buf_bytes(&line), &plain,
                                       NULL))
                    cli_die_with(cli, "line is badly quoted");
                path = qn_buf_string(&plain);
            }
            check_one(&check, path);
        }
        qn_buf_dispose(&line);
        qn_buf_dispose(&plain);
    } else {
        for (int i = 0; i < argc; i++)
            check_one(&check, argv[i]);
    }
    if (check.is_json)
        cli_json_end_list(&check.json);
    qn_ignore_free(check.ignore);
    cli_work_close(&work);
    return check.count > 0 ? 0 : 1;
}
