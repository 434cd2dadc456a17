/* SPDX-License-Identifier: MIT */
#include "cli/cli.h"
#include "operation/op_index_pack.h"
#include "os/file.h"

static const char *const usage[] = {
    "git index-pack [<options>] <pack-file>",
    "git index-pack [<options>] --stdin [--fix-thin] [--keep[=<msg>]]", NULL};

struct choices {
    const char *index_path;
    const char *keep;
    const char *promisor;
    const char *object_format;
    bool from_stdin, fixes_thin, reverse, verbose, verify;
    int threads;
};

/* --keep and --promisor: an optional text; without one the file is empty. */
static int take_text(struct cli *cli, const struct cli_option *option,
                     const char *argument, bool is_negated)
{
    (void)cli;
    *(const char **)option->value = is_negated ? NULL
                                    : argument ? argument
                                               : "";
    return 0;
}

static uint32_t choose_algorithm(struct cli *cli, const char *format)
{
    uint32_t algorithm =
        cli->repo ? qn_repo_algorithm(cli->repo) : (uint32_t)QN_HASH_SHA1;

    if (!format)
        return algorithm;
    algorithm = qn_id_algorithm_from_name(qn_bytes_from_string(format));
    if (algorithm == QN_HASH_NONE)
        cli_die_with(cli, "unknown hash algorithm '%s'", format);
    return algorithm;
}

/* A message line is ended, as Git ends it. */
static void end_line(struct cli *cli, const char *text, struct qn_buf *out)
{
    if (!text)
        return;
    cli_check(cli, qn_buf_append_string(cli->ctx, out, text));
    if (out->size > 0)
        cli_check(cli, qn_buf_append_byte(cli->ctx, out, '\n'));
}

static int receive(struct cli *cli, const struct choices *choices)
{
    struct qn_op_index_pack_receive options = {.fd = 0};
    struct qn_buf keep = QN_BUF_INIT, promisor = QN_BUF_INIT;
    struct qn_id id;

    if (!cli->repo)
        cli_die_with(cli, "--stdin requires a git repository");
    cli_open_views(cli);
    end_line(cli, choices->keep, &keep);
    end_line(cli, choices->promisor, &promisor);
    options.odb = cli->odb;
    options.fixes_thin = choices->fixes_thin;
    options.keep = choices->keep ? qn_buf_string(&keep) : NULL;
    options.promisor = choices->promisor ? qn_buf_string(&promisor) : NULL;
    cli_check(cli, qn_op_index_pack_receive(cli->ctx, &options, &id));
    cli_printf(cli, "%s\t", choices->keep ? "keep" : "pack");
    cli_put_id(cli, &id);
    cli_put(cli, '\n');
    qn_buf_dispose(&keep);
    qn_buf_dispose(&promisor);
    return 0;
}

static int index_file(struct cli *cli, const struct choices *choices,
                      const char *path)
{
    struct qn_op_index_pack options = {.path = path};
    struct qn_buf index = QN_BUF_INIT, reverse = QN_BUF_INIT;
    struct qn_bytes text = qn_bytes_from_string(path);
    struct qn_id id;
    int fd = -1;

    if (!qn_bytes_has_suffix(text, ".pack"))
        cli_die_with(cli, "packfile name '%s' does not end with '.pack'", path);
    if (choices->index_path)
        cli_check(cli,
                  qn_buf_append_string(cli->ctx, &index, choices->index_path));
    else
        cli_check(cli, qn_buf_printf(cli->ctx, &index, "%.*s.idx",
                                     (int)(text.size - 5), path));
    if (!qn_bytes_has_suffix(qn_buf_bytes(&index), ".idx"))
        cli_die_with(cli, "packfile name '%s' does not end with '.idx'",
                     qn_buf_string(&index));
    cli_check(cli, qn_buf_printf(cli->ctx, &reverse, "%.*s.rev",
                                 (int)(index.size - 4), qn_buf_string(&index)));
    if (qn_file_open(cli->ctx, path, QN_FILE_READ, 0, &fd))
        cli_die_with(cli, "could not open '%s' for reading: %s", path,
                     strerror(qn_ctx_errno(cli->ctx)));
    qn_file_close(fd);
    options.index_path = qn_buf_string(&index);
    options.reverse_path = choices->reverse ? qn_buf_string(&reverse) : NULL;
    options.algorithm = choose_algorithm(cli, choices->object_format);
    cli_check(cli, qn_op_index_pack_file(cli->ctx, &options, &id));
    cli_put_id(cli, &id);
    cli_put(cli, '\n');
    qn_buf_dispose(&index);
    qn_buf_dispose(&reverse);
    return 0;
}

int cmd_index_pack(struct cli *cli, int argc, char **argv)
{
    struct choices choices = {.reverse = true};
    const struct cli_option options[] = {
        CLI_FLAG('v', "verbose", &choices.verbose, "show progress"),
        CLI_FILE('o', NULL, &choices.index_path, "where the index goes"),
        CLI_FLAG(0, "stdin", &choices.from_stdin, "read the pack from stdin"),
        CLI_FLAG(0, "fix-thin", &choices.fixes_thin,
                 "append bases that are missing"),
        CLI_CALLBACK(0, "keep", &choices.keep, "msg", "write a .keep file",
                     CLI_OPTION_OPTIONAL, take_text),
        CLI_CALLBACK(0, "promisor", &choices.promisor, "msg",
                     "write a .promisor file", CLI_OPTION_OPTIONAL, take_text),
        CLI_FLAG(0, "rev-index", &choices.reverse, "write a reverse index"),
        CLI_STRING(0, "object-format", &choices.object_format, "hash",
                   "the hash algorithm"),
        CLI_INTEGER(0, "threads", &choices.threads, "how many threads"),
        CLI_REFUSED(0, "strict"),
        CLI_REFUSED(0, "fsck-objects"),
        CLI_REFUSED(0, "verify"),
        CLI_REFUSED(0, "verify-stat"),
        CLI_REFUSED(0, "index-version"),
        CLI_REFUSED(0, "max-input-size"),
        CLI_REFUSED(0, "progress-title"),
        CLI_REFUSED(0, "check-self-contained-and-connected"),
        CLI_END};

    for (int i = 1; i < argc; i++)
        if (strcmp(argv[i], "--") == 0 || strcmp(argv[i], "-") == 0 ||
            strcmp(argv[i], "--end-of-options") == 0)
            cli_usage(cli, usage, options);
    argc = cli_parse(cli, argc, argv, options, usage, 0);
    if (argc > 1 || (argc == 0 && !choices.from_stdin))
        cli_usage(cli, usage, options);
    if (choices.fixes_thin && !choices.from_stdin)
        cli_die_with(cli, "the option '%s' requires '%s'", "--fix-thin",
                     "--stdin");
    cli_open_repo(cli, CLI_OPEN_GENTLY);
    if (choices.from_stdin && argc > 0)
        cli_die_with(cli, "index-pack: --stdin with a pack file is not done "
                          "yet");
    return choices.from_stdin ? receive(cli, &choices)
                              : index_file(cli, &choices, argv[0]);
}
