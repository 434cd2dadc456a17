/* SPDX-License-Identifier: MIT */
#include "base/memory.h"
#include "cli/cli.h"
#include "cli/progress.h"
#include "operation/op_commit_graph.h"
#include "os/file.h"
#include "text/date.h"

#include <stdlib.h>
#include <string.h>

static const char *const usage[] = {
    "git commit-graph verify [--object-dir <dir>] [--shallow] "
    "[--[no-]progress]",
    "git commit-graph write [--object-dir <dir>] [--append] "
    "[--split[=<strategy>]]\n"
    "                       [--reachable | --stdin-packs | --stdin-commits]\n"
    "                       [--changed-paths] [--[no-]max-new-filters <n>]\n"
    "                       [--[no-]progress] [<split-options>]",
    NULL};
static const char *const verify_usage[] = {
    "git commit-graph verify [--object-dir <dir>] [--shallow] "
    "[--[no-]progress]",
    NULL};
static const char *const write_usage[] = {
    "git commit-graph write [--object-dir <dir>] [--append] "
    "[--split[=<strategy>]]\n"
    "                       [--reachable | --stdin-packs | --stdin-commits]\n"
    "                       [--changed-paths] [--[no-]max-new-filters <n>]\n"
    "                       [--[no-]progress] [<split-options>]",
    NULL};

struct graph_command {
    struct qn_op_commit_graph graph;
    bool is_reachable, from_packs, from_commits;
    int filters;  /* as of struct qn_commit_graph_write */
    int progress; /* -1: when somebody looks */
    const char *directory;
    struct qn_buf real_directory;
    struct qn_buf input;
    struct qn_id *commits;
    size_t commit_capacity;
    const char **packs;
    size_t pack_capacity;
};

static const char *find_directory(struct cli *cli, struct graph_command *c)
{
    if (!c->directory)
        return NULL;
    cli_check(cli,
              qn_op_commit_graph_directory(cli->ctx, &cli->scope, c->directory,
                                           &c->real_directory));
    return qn_buf_string(&c->real_directory);
}

/* ---- verify */

static void tell(void *data, const char *line)
{
    cli_stderr(data, "%s\n", line);
}

static int verify(struct cli *cli, int argc, char **argv)
{
    struct graph_command c = {.progress = -1};
    struct qn_op_commit_graph_verify how = {
        .verify = {.tell = tell, .data = cli}};
    bool only_tip = false;
    const struct cli_option options[] = {
        CLI_STRING(0, "object-dir", &c.directory, "dir",
                   "the object directory of the graph"),
        CLI_FLAG(0, "shallow", &only_tip, "of a chain only the layer on top"),
        CLI_TRISTATE(0, "progress", &c.progress, "show how far it is"),
        CLI_END};

    argc = cli_parse(cli, argc, argv, options, verify_usage, 0);
    if (argc)
        cli_usage(cli, verify_usage, options);
    cli_open_repo(cli, CLI_OPEN_VIEWS);
    how.objects_directory = find_directory(cli, &c);
    how.verify.only_tip = only_tip;
    cli_show_progress(cli, cli_wants_progress(c.progress));
    cli_check(cli, qn_op_commit_graph_verify(cli->ctx, &cli->scope, &how));
    qn_buf_dispose(&c.real_directory);
    if (!how.is_complete || how.verify.has_fault)
        return 1;
    return how.verify.has_bad_checksum ? 2 : 0;
}

/* ---- write */

static int set_split(struct cli *cli, const struct cli_option *option,
                     const char *argument, bool is_negated)
{
    struct graph_command *c = option->value;

    (void)is_negated;
    c->graph.write.split = QN_COMMIT_GRAPH_SPLIT;
    if (!argument)
        return 0;
    if (strcmp(argument, "no-merge") == 0)
        c->graph.write.split = QN_COMMIT_GRAPH_SPLIT_NO_MERGE;
    else if (strcmp(argument, "replace") == 0)
        c->graph.write.split = QN_COMMIT_GRAPH_SPLIT_REPLACE;
    else
        cli_die_with(cli, "unrecognized --split argument, %s", argument);
    return 0;
}

static int set_expiry(struct cli *cli, const struct cli_option *option,
                      const char *argument, bool is_negated)
{
    struct graph_command *c = option->value;

    c->graph.write.has_expire_time = !is_negated;
    c->graph.write.expire_time = 0;
    if (is_negated)
        return 0;
    if (qn_date_expiry(cli->ctx, argument, &c->graph.write.expire_time)) {
        qn_ctx_clear(cli->ctx);
        cli_die_with(cli, "malformed expiration date '%s'", argument);
    }
    return 0;
}

static int set_max_filters(struct cli *cli, const struct cli_option *option,
                           const char *argument, bool is_negated)
{
    struct graph_command *c = option->value;
    char *end = NULL;

    c->graph.write.has_max_new_filters = true;
    c->graph.write.max_new_filters = -1;
    if (is_negated)
        return 0;
    c->graph.write.max_new_filters = strtol(argument, &end, 10);
    if (!*argument || *end) {
        cli_error(cli, "option `max-new-filters' expects a numerical value");
        return -1;
    }
    return 0;
}

static int add_commit(struct cli *cli, struct graph_command *c,
                      struct qn_bytes line)
{
    struct qn_odb_info info;
    struct qn_id id;

    if (line.size < qn_id_hex_size(qn_repo_algorithm(cli->repo)) ||
        !qn_id_from_hex(
            &id, qn_repo_algorithm(cli->repo),
            qn_bytes_first(line, qn_id_hex_size(qn_repo_algorithm(cli->repo)))))
        return cli_error(cli, "unexpected non-hex object ID: %.*s",
                         QN_BYTES_ARG(line));
    if (qn_odb_read_info(cli->ctx, cli->odb, &id, QN_ODB_WANT_TYPE, &info))
        return cli_error(cli, "invalid object: %.*s", QN_BYTES_ARG(line));
    cli_check(cli,
              qn_memory_grow(cli->ctx, &c->commits, &c->commit_capacity,
                             c->graph.commit_count + 1, sizeof(*c->commits)));
    c->commits[c->graph.commit_count++] = id;
    return 0;
}

/* Lines of stdin; not 0: an exit code, what is wrong was told. */
static int read_input(struct cli *cli, struct graph_command *c)
{
    struct qn_bytes rest, line;

    cli_check(cli, qn_file_read_rest(cli->ctx, 0, &c->input));
    rest = qn_buf_bytes(&c->input);
    while (qn_bytes_next(&rest, '\n', &line)) {
        if (line.size > 0 && line.data[line.size - 1] == '\r')
            line.size--;
        if (c->from_commits) {
            int code = add_commit(cli, c, line);

            if (code)
                return code;
            continue;
        }
        c->input.data[line.data - c->input.data + (ptrdiff_t)line.size] = '\0';
        cli_check(cli,
                  qn_memory_grow(cli->ctx, &c->packs, &c->pack_capacity,
                                 c->graph.pack_count + 1, sizeof(*c->packs)));
        c->packs[c->graph.pack_count++] = (const char *)line.data;
    }
    c->graph.packs = c->packs;
    c->graph.commits = c->commits;
    return 0;
}

static int run_write(struct cli *cli, struct graph_command *c)
{
    bool is_on = true, written = false;

    cli_check(cli, qn_config_bool(cli->ctx, cli_config(cli), "core.commitgraph",
                                  true, &is_on));
    if (!is_on) {
        cli_warning(cli, "attempting to write a commit-graph, but "
                         "'core.commitGraph' is disabled");
        return 0;
    }
    cli_show_progress(cli, cli_wants_progress(c->progress));
    if (qn_op_commit_graph_write(cli->ctx, &cli->scope, &c->graph, &written)) {
        if (c->from_packs && qn_ctx_status(cli->ctx) == QN_INVALID)
            return cli_error(cli, "%s", qn_ctx_message(cli->ctx));
        cli_die(cli);
    }
    return 0;
}

static int write_graph(struct cli *cli, int argc, char **argv)
{
    struct graph_command c = {.progress = -1, .filters = -1};
    int max_commits = 0, size_multiple = 0;
    const struct cli_option options[] = {
        CLI_STRING(0, "object-dir", &c.directory, "dir",
                   "the object directory of the graph"),
        CLI_GROUP("Which commits"),
        CLI_FLAG(0, "reachable", &c.is_reachable, "all that refs lead to"),
        CLI_FLAG(0, "stdin-packs", &c.from_packs,
                 "those in packs named on stdin"),
        CLI_FLAG(0, "stdin-commits", &c.from_commits,
                 "those that ids on stdin lead to"),
        CLI_FLAG(0, "append", &c.graph.write.appends,
                 "and those that are in the graph"),
        CLI_GROUP("What of them"),
        CLI_TRISTATE(0, "changed-paths", &c.filters,
                     "filters of the paths they change"),
        {CLI_KIND_CALLBACK, 0, "split", &c, "strategy",
         "a new layer on the graph that is there",
         CLI_OPTION_OPTIONAL | CLI_OPTION_NO_NEGATE, 0, set_split},
        CLI_GROUP("Layers"),
        CLI_INTEGER(0, "max-commits", &max_commits,
                    "more in a layer: it is joined with the one below"),
        CLI_INTEGER(0, "size-multiple", &size_multiple,
                    "a layer is more than this many times the one on it"),
        CLI_CALLBACK(0, "expire-time", &c, "expiry-date",
                     "old layers that are younger stay", 0, set_expiry),
        CLI_CALLBACK(0, "max-new-filters", &c, "n",
                     "compute no more filters than this", 0, set_max_filters),
        CLI_TRISTATE(0, "progress", &c.progress, "show how far it is"),
        CLI_END};
    int code = 0;

    argc = cli_parse(cli, argc, argv, options, write_usage, 0);
    if (argc)
        cli_usage(cli, write_usage, options);
    if (c.is_reachable + c.from_packs + c.from_commits > 1)
        cli_die_with(cli, "use at most one of --reachable, --stdin-commits, or "
                          "--stdin-packs");
    cli_open_repo(cli, CLI_OPEN_VIEWS);
    c.graph.write.objects_directory = find_directory(cli, &c);
    c.graph.write.filters = c.filters;
    c.graph.write.max_commits = max_commits;
    c.graph.write.size_multiple = size_multiple;
    c.graph.from = c.is_reachable   ? QN_OP_COMMIT_GRAPH_REACHABLE
                   : c.from_packs   ? QN_OP_COMMIT_GRAPH_PACKS
                   : c.from_commits ? QN_OP_COMMIT_GRAPH_COMMITS
                                    : QN_OP_COMMIT_GRAPH_PACKED;
    if (c.from_packs || c.from_commits)
        code = read_input(cli, &c);
    if (!code)
        code = run_write(cli, &c);
    qn_memory_free(c.commits);
    qn_memory_free(c.packs);
    qn_buf_dispose(&c.input);
    qn_buf_dispose(&c.real_directory);
    return code;
}

/* --object-dir may come before the word that says what to do, too: moved. */
static void move_directory(int argc, char **argv)
{
    int words = 0, i;

    while (words + 1 < argc) {
        const char *word = argv[words + 1];

        if (strcmp(word, "--object-dir") == 0)
            words += 2;
        else if (strncmp(word, "--object-dir=", 13) == 0 ||
                 strcmp(word, "--no-object-dir") == 0)
            words++;
        else
            break;
    }
    if (words > 0 && words + 1 < argc) {
        char *verb = argv[words + 1];

        for (i = words + 1; i > 1; i--)
            argv[i] = argv[i - 1];
        argv[1] = verb;
    }
}

int cmd_commit_graph(struct cli *cli, int argc, char **argv)
{
    static const struct cli_subcommand list[] = {{"verify", verify, false},
                                                 {"write", write_graph, false},
                                                 {NULL, NULL, false}};

    move_directory(argc, argv);
    return cli_run_subcommand(cli, argc, argv, list, usage);
}
