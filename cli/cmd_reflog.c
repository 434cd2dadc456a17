/* SPDX-License-Identifier: MIT */
#include "cli/ref_tools.h"
#include "operation/op_reflog.h"
#include "operation/part/whole_objects.h"
#include "text/date.h"
#include "text/ref_name.h"

#include <stdlib.h>
#include <string.h>

static const char *const usage[] = {
    "git reflog [show] [<log-options>] [<ref>]",
    "git reflog list",
    "git reflog exists <ref>",
    "git reflog write <ref> <old-oid> <new-oid> <message>",
    "git reflog delete [--rewrite] [--updateref] [--dry-run | -n] [--verbose] "
    "<ref>@{<specifier>}...",
    "git reflog drop [--all [--single-worktree] | <refs>...]",
    "git reflog expire [--expire=<time>] [--expire-unreachable=<time>] "
    "[--rewrite] [--updateref] [--stale-fix] [--dry-run | -n] [--verbose] "
    "[--all [--single-worktree] | <refs>...]",
    NULL};

#define EXIT_FAILED 255 /* what "error: ..." of these subcommands ends with */

static int fail(struct cli *cli)
{
    cli_error(cli, "%s", qn_ctx_message(cli->ctx));
    return EXIT_FAILED;
}

/* show: log -g, in one line each. */
static int show(struct cli *cli, int argc, char **argv)
{
    static char g[] = "-g", abbrev[] = "--abbrev-commit",
                pretty[] = "--pretty=oneline", name[] = "log";
    const struct cli_command *log = cli_find_command("log");
    char **words;
    int i;

    if (!log)
        cli_die_with(cli, "reflog show needs log, which is not done yet");
    words = qn_memory_calloc(cli->ctx, (size_t)argc + 5, sizeof(*words));
    if (!words)
        cli_die(cli);
    words[0] = name;
    words[1] = g;
    words[2] = abbrev;
    words[3] = pretty;
    for (i = 1; i < argc; i++)
        words[i + 3] = argv[i];
    return log->run(cli, argc + 3, words);
}

static enum qn_status print_name(struct qn_ctx *ctx, void *data,
                                 const char *name)
{
    (void)ctx;
    cli_printf(data, "%s\n", name);
    return QN_OK;
}

static int list(struct cli *cli, int argc, char **argv)
{
    static const struct cli_option options[] = {CLI_END};

    argc = cli_parse(cli, argc, argv, options, usage, 0);
    if (argc) {
        cli_error(cli, "list does not accept arguments: '%s'", argv[0]);
        return EXIT_FAILED;
    }
    cli_open_refs(cli);
    cli_check(cli, qn_reflog_list(cli->ctx, cli->refs, print_name, cli));
    return 0;
}

static int exists(struct cli *cli, int argc, char **argv)
{
    static const struct cli_option options[] = {CLI_END};
    bool found;

    argc = cli_parse(cli, argc, argv, options, usage, 0);
    if (!argc)
        cli_usage(cli, usage, options);
    cli_open_refs(cli);
    if (!qn_ref_name_is_valid(qn_bytes_from_string(argv[0]),
                              QN_REF_NAME_ONE_LEVEL))
        cli_die_with(cli, "invalid ref format: %s", argv[0]);
    cli_check(cli, qn_reflog_exists(cli->ctx, cli->refs, argv[0], &found));
    return found ? 0 : 1;
}

static void parse_full_id(struct cli *cli, const char *which, const char *text,
                          struct qn_id *out)
{
    bool found = true;

    if (!qn_id_from_hex(out, qn_repo_algorithm(cli->repo),
                        qn_bytes_from_string(text)))
        cli_die_with(cli, "invalid %s object ID: '%s'", which, text);
    if (!qn_id_is_null(out))
        cli_check(cli, qn_odb_exists(cli->ctx, cli->odb, out, &found));
    if (!found)
        cli_die_with(cli, "%s object '%s' does not exist", which, text);
}

static int write_entry(struct cli *cli, int argc, char **argv)
{
    static const struct cli_option options[] = {CLI_END};
    struct qn_id old_id, new_id;

    argc = cli_parse(cli, argc, argv, options, usage, 0);
    if (argc != 4)
        cli_usage(cli, usage, options);
    cli_open_refs(cli);
    if (!qn_ref_name_is_safe(qn_bytes_from_string(argv[0])) ||
        !qn_ref_name_is_valid(qn_bytes_from_string(argv[0]),
                              QN_REF_NAME_ONE_LEVEL))
        cli_die_with(cli, "invalid reference name: %s", argv[0]);
    parse_full_id(cli, "old", argv[1], &old_id);
    parse_full_id(cli, "new", argv[2], &new_id);
    cli_check(cli, qn_reflog_write(cli->ctx, cli->refs, argv[0], &old_id,
                                   &new_id, cli_ref_writer(cli), argv[3]));
    return 0;
}

/* The full name of a ref that has a log, as the words name it. */
static bool find_log(struct cli *cli, const char *text, struct qn_buf *out)
{
    bool found = false;
    size_t rule;

    for (rule = 0; !found && rule < QN_REF_NAME_RULE_COUNT; rule++) {
        qn_buf_clear(out);
        cli_check(cli, qn_ref_name_expand(cli->ctx, rule,
                                          qn_bytes_from_string(text), out));
        if (qn_ref_name_is_valid(qn_buf_bytes(out), QN_REF_NAME_ONE_LEVEL))
            cli_check(cli, qn_reflog_exists(cli->ctx, cli->refs,
                                            qn_buf_string(out), &found));
    }
    return found;
}

struct expire_run {
    struct cli *cli;
    struct qn_reflog_expiry expiry;
    bool has_total;
    bool has_unreachable;
    bool is_verbose;
    bool says_would; /* the words of --dry-run: delete, and expire --all */
    struct cli_list names;
};

static void report_line(void *data, bool is_kept,
                        const struct qn_reflog_entry *entry)
{
    struct expire_run *run = data;

    cli_printf(run->cli, "%s %.*s\n",
               is_kept ? "keep"
               : run->says_would && run->expiry.flags & QN_REFLOG_EXPIRE_DRY_RUN
                   ? "would prune"
                   : "prune",
               QN_BYTES_ARG(entry->message));
}

static enum qn_status note_name(struct qn_ctx *ctx, void *data,
                                const char *name)
{
    struct expire_run *run = data;
    char *copy = qn_memory_string(ctx, qn_bytes_from_string(name));

    if (!copy)
        return QN_NO_MEMORY;
    cli_list_add(run->cli, &run->names, copy);
    return QN_OK;
}

static int expire_one(struct expire_run *run, const char *name)
{
    struct cli *cli = run->cli;

    run->expiry.report = run->is_verbose ? report_line : NULL;
    run->expiry.data = run;
    cli_check(cli, qn_op_reflog_times(cli->ctx, cli_config(cli), name,
                                      run->has_total, run->has_unreachable,
                                      &run->expiry));
    return qn_op_reflog_expire(cli->ctx, &cli->scope, name, &run->expiry)
               ? fail(cli)
               : 0;
}

static void parse_time(struct cli *cli, const char *option, const char *text,
                       int64_t *out, bool *has)
{
    if (!text)
        return;
    if (qn_date_expiry(cli->ctx, text, out))
        cli_die_with(cli, "invalid timestamp '%s' given to '--%s'", text,
                     option);
    *has = true;
}

static int expire(struct cli *cli, int argc, char **argv)
{
    struct expire_run run = {.cli = cli};
    const char *total = NULL, *unreachable = NULL;
    struct qn_whole_objects whole;
    struct qn_revision_scope raw;
    bool all = false, single = false, rewrites = false, updates = false,
         fixes = false, dry = false;
    const struct cli_option options[] = {
        CLI_FLAG('n', "dry-run", &dry, "change nothing"),
        CLI_FLAG(0, "rewrite", &rewrites, "mend old ids behind a gap"),
        CLI_FLAG(0, "updateref", &updates, "the ref follows its newest line"),
        CLI_FLAG(0, "verbose", &run.is_verbose, "show the lines"),
        {CLI_KIND_STRING, 0, "expire", &total, "time",
         "lines older than that go", CLI_OPTION_NO_NEGATE, 0, NULL},
        {CLI_KIND_STRING, 0, "expire-unreachable", &unreachable, "time",
         "unreachable lines older than that go", CLI_OPTION_NO_NEGATE, 0, NULL},
        CLI_FLAG(0, "stale-fix", &fixes,
                 "lines go of whose commits something is missing"),
        CLI_FLAG(0, "all", &all, "all refs"),
        CLI_FLAG(0, "single-worktree", &single, "only this worktree's"),
        CLI_END};
    struct qn_buf name = QN_BUF_INIT;
    int code = 0, i;
    size_t at;

    argc = cli_parse(cli, argc, argv, options, usage, 0);
    cli_open_refs(cli);
    parse_time(cli, "expire", total, &run.expiry.total, &run.has_total);
    parse_time(cli, "expire-unreachable", unreachable, &run.expiry.unreachable,
               &run.has_unreachable);
    run.expiry.flags = (rewrites ? QN_REFLOG_EXPIRE_REWRITE : 0u) |
                       (updates ? QN_REFLOG_EXPIRE_UPDATE_REF : 0u) |
                       (dry ? QN_REFLOG_EXPIRE_DRY_RUN : 0u);
    if (all)
        cli_check(cli, qn_op_reflog_each(cli->ctx, &cli->scope, single,
                                         note_name, &run));
    if (fixes) {
        if (run.is_verbose)
            cli_puts(cli, "Marking reachable objects...\n");
        raw = cli->scope;
        cli_check(cli, qn_repo_odb_raw(cli->ctx, cli->repo, &raw.odb));
        cli_check(cli, qn_whole_objects_begin(cli->ctx, &whole, &raw));
        run.expiry.whole = &whole;
    }
    run.says_would = all;
    for (at = 0; at < run.names.count; at++)
        code |= expire_one(&run, run.names.items[at]);
    run.says_would = false;
    for (i = 0; i < argc; i++) {
        if (!find_log(cli, argv[i], &name)) {
            cli_error(cli, "reflog could not be found: '%s'", argv[i]);
            code = EXIT_FAILED;
            continue;
        }
        code |= expire_one(&run, qn_buf_string(&name));
    }
    if (fixes) {
        qn_whole_objects_dispose(&whole);
        qn_odb_free(raw.odb);
    }
    qn_buf_dispose(&name);
    return code;
}

/* Deleting one line: by position from the newest, or by time. */
struct delete_run {
    struct expire_run *run;
    int64_t position; /* from the newest, -1: by time */
    int64_t time;
    int64_t seen;   /* lines counted from the oldest */
    int64_t target; /* the one that goes, from the oldest */
};

static enum qn_status count_line(struct qn_ctx *ctx, void *data,
                                 const struct qn_reflog_entry *entry)
{
    struct delete_run *run = data;

    (void)ctx;
    if (run->position < 0 && entry->seconds < run->time)
        run->target = run->seen;
    run->seen++;
    return QN_OK;
}

static bool keep_others(void *data, const struct qn_reflog_entry *entry)
{
    struct delete_run *run = data;
    bool is_kept = run->seen++ != run->target;

    if (run->run->is_verbose)
        report_line(run->run, is_kept, entry);
    return is_kept;
}

/* The log of an unborn HEAD is none that one can delete from. */
static bool leads_somewhere(struct cli *cli, const char *name)
{
    struct qn_ref ref = QN_REF_INIT;
    bool found = false;

    cli_check(cli, qn_refs_resolve(cli->ctx, cli->refs, name, &ref, &found));
    qn_ref_dispose(&ref);
    return found;
}

static int delete_one(struct cli *cli, struct expire_run *run, const char *text)
{
    const char *at = strstr(text, "@{");
    struct delete_run one = {.run = run, .position = -1, .target = -1};
    struct qn_buf ref = QN_BUF_INIT, name = QN_BUF_INIT;
    enum qn_status status;
    char *end;
    int code = 0;

    if (!at) {
        cli_error(cli, "not a reflog: %s", text);
        return EXIT_FAILED;
    }
    cli_check(cli, qn_buf_append(cli->ctx, &ref, text, (size_t)(at - text)));
    if (!find_log(cli, ref.size ? qn_buf_string(&ref) : "HEAD", &name) ||
        !leads_somewhere(cli, qn_buf_string(&name))) {
        cli_error(cli, "no reflog for '%s'", text);
        code = EXIT_FAILED;
        goto out;
    }
    one.position = strtol(at + 2, &end, 10);
    if (end == at + 2 || *end != '}') {
        struct qn_buf when = QN_BUF_INIT;

        cli_check(cli,
                  qn_buf_append(cli->ctx, &when, at + 2, strcspn(at + 2, "}")));
        one.position = -1;
        one.time = qn_date_approximate(cli->env, qn_buf_string(&when), NULL);
        qn_buf_dispose(&when);
    }
    cli_check(cli, qn_reflog_walk(cli->ctx, cli->refs, qn_buf_string(&name),
                                  false, count_line, &one));
    if (one.position >= 0)
        one.target = one.seen - 1 - one.position;
    one.seen = 0;
    status = qn_reflog_expire(cli->ctx, cli->refs, qn_buf_string(&name),
                              run->expiry.flags, keep_others, &one);
    if (status)
        code = fail(cli);
out:
    qn_buf_dispose(&ref);
    qn_buf_dispose(&name);
    return code;
}

static int delete_lines(struct cli *cli, int argc, char **argv)
{
    struct expire_run run = {.cli = cli, .says_would = true};
    bool rewrites = false, updates = false, dry = false;
    const struct cli_option options[] = {
        CLI_FLAG('n', "dry-run", &dry, "change nothing"),
        CLI_FLAG(0, "rewrite", &rewrites, "mend old ids behind a gap"),
        CLI_FLAG(0, "updateref", &updates, "the ref follows its newest line"),
        CLI_FLAG(0, "verbose", &run.is_verbose, "show the lines"), CLI_END};
    int code = 0, i;

    argc = cli_parse(cli, argc, argv, options, usage, 0);
    if (!argc) {
        cli_error(cli, "no reflog specified to delete");
        return EXIT_FAILED;
    }
    cli_open_refs(cli);
    run.expiry.flags = (rewrites ? QN_REFLOG_EXPIRE_REWRITE : 0u) |
                       (updates ? QN_REFLOG_EXPIRE_UPDATE_REF : 0u) |
                       (dry ? QN_REFLOG_EXPIRE_DRY_RUN : 0u);
    for (i = 0; i < argc; i++)
        code |= delete_one(cli, &run, argv[i]);
    return code;
}

static int drop(struct cli *cli, int argc, char **argv)
{
    struct expire_run run = {.cli = cli};
    bool all = false, single = false;
    const struct cli_option options[] = {
        CLI_FLAG(0, "all", &all, "all refs"),
        CLI_FLAG(0, "single-worktree", &single, "only this worktree's"),
        CLI_END};
    struct qn_buf name = QN_BUF_INIT;
    int code = 0, i;
    size_t at;

    argc = cli_parse(cli, argc, argv, options, usage, 0);
    if (argc && all) {
        cli_stderr(cli, "usage: references specified along with --all\n");
        return CLI_EXIT_USAGE;
    }
    cli_open_refs(cli);
    if (all)
        cli_check(cli, qn_op_reflog_each(cli->ctx, &cli->scope, single,
                                         note_name, &run));
    for (at = 0; at < run.names.count; at++)
        if (qn_reflog_delete(cli->ctx, cli->refs, run.names.items[at]))
            code = fail(cli);
    for (i = 0; i < argc; i++) {
        if (!find_log(cli, argv[i], &name)) {
            cli_error(cli, "reflog could not be found: '%s'", argv[i]);
            code = EXIT_FAILED;
        } else if (qn_reflog_delete(cli->ctx, cli->refs,
                                    qn_buf_string(&name))) {
            code = fail(cli);
        }
    }
    qn_buf_dispose(&name);
    return code;
}

int cmd_reflog(struct cli *cli, int argc, char **argv)
{
    static const struct cli_subcommand words[] = {
        {"show", show, false},           {"list", list, false},
        {"exists", exists, false},       {"write", write_entry, false},
        {"delete", delete_lines, false}, {"drop", drop, false},
        {"expire", expire, false},       {NULL, NULL, false}};
    static const struct cli_option none[] = {CLI_END};
    int code = 0;

    if (argc == 2 && strcmp(argv[1], "-h") == 0)
        cli_parse(cli, argc, argv, none, usage, 0);
    if (cli_find_subcommand(cli, argc, argv, words, &code))
        return code;
    return show(cli, argc, argv);
}
