/* SPDX-License-Identifier: MIT */
#include "base/memory.h"
#include "cli/cli.h"
#include "cli/progress.h"
#include "operation/op_commit_graph.h"
#include "operation/op_multi_pack_index.h"
#include "os/file.h"

#include <string.h>

#define USAGE_WRITE                                                            \
    "git multi-pack-index [<options>] write [--preferred-pack=<pack>]\n"       \
    "                     [--[no-]bitmap] [--[no-]incremental] "               \
    "[--[no-]stdin-packs]\n"                                                   \
    "                     [--refs-snapshot=<path>] "                           \
    "[--[no-]write-chain-file]\n"                                              \
    "                     [--base=<checksum>]"
#define USAGE_COMPACT                                                          \
    "git multi-pack-index [<options>] compact [--[no-]incremental]\n"          \
    "                     [--[no-]bitmap] [--base=<checksum>]\n"               \
    "                     [--[no-]write-chain-file] <from> <to>"
#define USAGE_VERIFY "git multi-pack-index [<options>] verify"
#define USAGE_EXPIRE "git multi-pack-index [<options>] expire"
#define USAGE_REPACK                                                           \
    "git multi-pack-index [<options>] repack [--batch-size=<size>]"

#define EXIT_FAILED 255 /* what "error: ..." of these ends with */

static const char *const usage[] = {USAGE_WRITE,  USAGE_COMPACT, USAGE_VERIFY,
                                    USAGE_EXPIRE, USAGE_REPACK,  NULL};

struct midx_command {
    struct qn_op_multi_pack_index op;
    const char *directory;
    int progress;
    struct qn_buf real_directory;
    struct qn_buf input;
    const char **packs;
    size_t pack_capacity;
};

/* Options before the subcommand; the same ones may stand behind it. */
struct outer {
    const char *directory;
    int progress;
};

static struct midx_command take_outer(const struct cli *cli)
{
    const struct outer *outer = cli->outer;
    struct midx_command c = {.progress = -1};

    if (outer) {
        c.directory = outer->directory;
        c.progress = outer->progress;
    }
    return c;
}

static void begin(struct cli *cli, struct midx_command *c)
{
    struct qn_odb *raw = NULL;

    cli_open_repo(cli, CLI_OPEN_VIEWS);
    cli_check(cli, qn_repo_odb_raw(cli->ctx, cli->repo, &raw));
    qn_odb_free(cli->odb);
    cli->odb = cli->scope.odb = raw;
    c->op.scope = &cli->scope;
    if (c->directory) {
        cli_check(cli, qn_op_commit_graph_directory(cli->ctx, &cli->scope,
                                                    c->directory,
                                                    &c->real_directory));
        c->op.objects_directory = qn_buf_string(&c->real_directory);
    }
    cli_show_progress(cli, cli_wants_progress(c->progress));
}

static int end(struct cli *cli, struct midx_command *c, enum qn_status status)
{
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    int code = 0;

    if (status == QN_INVALID)
        code = (cli_error(cli, "%s", qn_ctx_message(cli->ctx)), EXIT_FAILED);
    else if (status)
        cli_die(cli);
    if (!code && c->op.has_layer)
        cli_printf(cli, "%s\n", qn_id_to_hex(&c->op.layer, hex));
    qn_memory_free(c->packs);
    qn_buf_dispose(&c->input);
    qn_buf_dispose(&c->real_directory);
    return code;
}

static void read_packs(struct cli *cli, struct midx_command *c)
{
    struct qn_bytes rest, line;

    cli_check(cli, qn_file_read_rest(cli->ctx, 0, &c->input));
    cli_check(cli, qn_buf_append_byte(cli->ctx, &c->input, '\n'));
    rest = qn_buf_bytes(&c->input);
    while (qn_bytes_next(&rest, '\n', &line)) {
        c->input.data[line.data + line.size - c->input.data] = '\0';
        cli_check(cli, qn_memory_grow(cli->ctx, &c->packs, &c->pack_capacity,
                                      c->op.pack_count + 1, sizeof(*c->packs)));
        c->packs[c->op.pack_count++] = (const char *)line.data;
    }
    c->op.packs = c->packs;
}

#define COMMON_OPTIONS(c)                                                      \
    CLI_STRING(0, "object-dir", &(c).directory, "directory",                   \
               "the object directory with the packs"),                         \
        CLI_TRISTATE(0, "progress", &(c).progress, "show how far it is")

static void check_layers(struct cli *cli, const struct midx_command *c,
                         const char *const *lines,
                         const struct cli_option *options)
{
    const char *text = NULL;

    if (c->op.keeps_chain && !c->op.is_incremental)
        text = "cannot use --no-write-chain-file without --incremental";
    else if (c->op.base && !c->op.keeps_chain && !c->op.from)
        text = "cannot use --base without --no-write-chain-file";
    if (!text)
        return;
    cli_error(cli, "%s", text);
    cli_usage(cli, lines, options);
}

static int write_index(struct cli *cli, int argc, char **argv)
{
    static const char *const lines[] = {USAGE_WRITE, NULL};
    struct midx_command c = take_outer(cli);
    bool writes_chain = true;
    const struct cli_option options[] = {
        COMMON_OPTIONS(c),
        CLI_STRING(0, "preferred-pack", &c.op.preferred, "pack",
                   "of several copies take this pack's"),
        CLI_FLAG(0, "bitmap", &c.op.writes_bitmap, "its bitmaps, too"),
        CLI_STRING(0, "base", &c.op.base, "checksum",
                   "the layer that the new one is on"),
        CLI_FLAG(0, "incremental", &c.op.is_incremental,
                 "a layer on those that are there"),
        CLI_FLAG(0, "write-chain-file", &writes_chain,
                 "name the new layer in the chain (default)"),
        CLI_FLAG(0, "stdin-packs", &c.op.has_packs,
                 "only packs whose indexes stdin names"),
        CLI_STRING(0, "refs-snapshot", &c.op.snapshot, "file",
                   "tips for the bitmap"),
        CLI_END};

    argc = cli_parse(cli, argc, argv, options, lines, 0);
    if (argc)
        cli_usage(cli, lines, options);
    c.op.keeps_chain = !writes_chain;
    check_layers(cli, &c, lines, options);
    begin(cli, &c);
    if (c.op.has_packs)
        read_packs(cli, &c);
    return end(cli, &c, qn_op_multi_pack_index_write(cli->ctx, &c.op));
}

static int compact(struct cli *cli, int argc, char **argv)
{
    static const char *const lines[] = {USAGE_COMPACT, NULL};
    struct midx_command c = take_outer(cli);
    bool writes_chain = true;
    const struct cli_option options[] = {
        COMMON_OPTIONS(c),
        CLI_STRING(0, "base", &c.op.base, "checksum",
                   "the layer that the new one is on"),
        CLI_FLAG(0, "bitmap", &c.op.writes_bitmap, "its bitmaps, too"),
        CLI_FLAG(0, "incremental", &c.op.is_incremental, "into the chain"),
        CLI_FLAG(0, "write-chain-file", &writes_chain,
                 "name the new layer in the chain (default)"),
        CLI_END};

    argc = cli_parse(cli, argc, argv, options, lines, 0);
    if (argc != 2)
        cli_usage(cli, lines, options);
    c.op.from = argv[0];
    c.op.to = argv[1];
    c.op.keeps_chain = !writes_chain;
    check_layers(cli, &c, lines, options);
    begin(cli, &c);
    return end(cli, &c, qn_op_multi_pack_index_compact(cli->ctx, &c.op));
}

static int expire(struct cli *cli, int argc, char **argv)
{
    static const char *const lines[] = {USAGE_EXPIRE, NULL};
    struct midx_command c = take_outer(cli);
    const struct cli_option options[] = {COMMON_OPTIONS(c), CLI_END};

    argc = cli_parse(cli, argc, argv, options, lines, 0);
    if (argc)
        cli_usage(cli, lines, options);
    begin(cli, &c);
    return end(cli, &c, qn_op_multi_pack_index_expire(cli->ctx, &c.op));
}

static int repack(struct cli *cli, int argc, char **argv)
{
    static const char *const lines[] = {USAGE_REPACK, NULL};
    struct midx_command c = take_outer(cli);
    const struct cli_option options[] = {
        COMMON_OPTIONS(c),
        CLI_UNSIGNED(0, "batch-size", &c.op.batch_size,
                     "join packs until this size is reached; 0: all"),
        CLI_END};

    argc = cli_parse(cli, argc, argv, options, lines, 0);
    if (argc)
        cli_usage(cli, lines, options);
    begin(cli, &c);
    return end(cli, &c, qn_op_multi_pack_index_repack(cli->ctx, &c.op));
}

static void tell(void *data, const char *line)
{
    cli_stderr(data, "%s\n", line);
}

static int verify(struct cli *cli, int argc, char **argv)
{
    static const char *const lines[] = {USAGE_VERIFY, NULL};
    struct midx_command c = take_outer(cli);
    struct qn_op_multi_pack_index_verify how = {
        .scope = &cli->scope, .tell = tell, .data = cli};
    const struct cli_option options[] = {COMMON_OPTIONS(c), CLI_END};

    argc = cli_parse(cli, argc, argv, options, lines, 0);
    if (argc)
        cli_usage(cli, lines, options);
    begin(cli, &c);
    how.objects_directory = c.op.objects_directory;
    cli_check(cli, qn_op_multi_pack_index_verify(cli->ctx, &how));
    return how.has_fault ? 1 : end(cli, &c, QN_OK);
}

int cmd_multi_pack_index(struct cli *cli, int argc, char **argv)
{
    static const struct cli_subcommand list[] = {
        {"write", write_index, false}, {"compact", compact, false},
        {"verify", verify, false},     {"expire", expire, false},
        {"repack", repack, false},     {NULL, NULL, false}};
    struct outer outer = {.progress = -1};
    const struct cli_option options[] = {COMMON_OPTIONS(outer), CLI_END};
    int code = 0;
    size_t i;

    if (cli_find_subcommand(cli, argc, argv, list, &code))
        return code;
    argc =
        cli_parse(cli, argc, argv, options, usage, CLI_PARSE_STOP_AT_ARGUMENT);
    cli->outer = &outer;
    for (i = 0; argc && list[i].name; i++)
        if (strcmp(list[i].name, argv[0]) == 0)
            return list[i].run(cli, argc, argv);
    if (argc)
        cli_error(cli, "unknown subcommand: `%s'", argv[0]);
    else
        cli_error(cli, "need a subcommand");
    cli_usage(cli, usage, options);
    return CLI_EXIT_USAGE;
}
