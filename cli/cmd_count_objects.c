/* SPDX-License-Identifier: MIT */
#include "cli/cli.h"
#include "cli/json_output.h"
#include "odb/odb_alternates.h"
#include "operation/op_count_objects.h"
#include "text/quote.h"

#include <inttypes.h>
#include <stdio.h>

static const char *const usage[] = {
    "git count-objects [-v] [-H | --human-readable]", NULL};

static void found(void *data, const char *what, const char *path)
{
    cli_warning(data, "%s: %s", what, path);
}

/* As Git writes amounts: two digits behind the point, of the largest unit. */
static void put_amount(struct cli *cli, uint64_t bytes)
{
    static const char *const units[] = {"KiB", "MiB", "GiB"};
    unsigned i;

    for (i = 3; i > 0; i--) {
        uint64_t unit = (uint64_t)1 << (10 * i);
        /* Rounded: half a hundredth of the unit goes up. */
        uint64_t whole = bytes >> (10 * i);
        uint64_t rest = ((bytes & (unit - 1)) * 100 + unit / 2) >> (10 * i);

        if (bytes <= unit)
            continue;
        if (rest == 100) {
            whole++;
            rest = 0;
        }
        cli_printf(cli, "%" PRIu64 ".%02" PRIu64 " %s", whole, rest,
                   units[i - 1]);
        return;
    }
    cli_printf(cli, "%" PRIu64 " %s", bytes, bytes == 1 ? "byte" : "bytes");
}

static void put_size(struct cli *cli, const char *name, uint64_t bytes,
                     bool is_human)
{
    cli_printf(cli, "%s: ", name);
    if (is_human)
        put_amount(cli, bytes);
    else
        cli_printf(cli, "%" PRIu64, bytes / 1024);
    cli_put(cli, '\n');
}

static void put_alternates(struct cli *cli)
{
    const char *directory = qn_odb_store_directory(qn_odb_get_store(cli->odb));
    struct qn_odb_alternates list = QN_ODB_ALTERNATES_INIT;
    size_t i;

    cli_check(cli,
              qn_odb_alternates_find(
                  cli->ctx, directory,
                  qn_env_variable(cli->env, "GIT_ALTERNATE_OBJECT_DIRECTORIES"),
                  &list));
    for (i = 1; i < list.count; i++) {
        struct qn_buf shown = QN_BUF_INIT;

        cli_check(cli,
                  qn_quote_path(cli->ctx, &shown,
                                qn_bytes_from_string(list.reals[i]), true));
        cli_printf(cli, "alternate: %s\n", qn_buf_string(&shown));
        qn_buf_dispose(&shown);
    }
    qn_odb_alternates_dispose(&list);
}

static void put_json(struct cli *cli, const struct qn_op_count_objects *count)
{
    struct cli_json json;

    cli_json_begin_report(&json, cli);
    cli_json_number(&json, "loose", (int64_t)count->loose);
    cli_json_number(&json, "loose_bytes", (int64_t)count->loose_size);
    cli_json_number(&json, "packed", (int64_t)count->packed);
    cli_json_number(&json, "packs", (int64_t)count->packs);
    cli_json_number(&json, "pack_bytes", (int64_t)count->pack_size);
    cli_json_number(&json, "loose_and_packed", (int64_t)count->prunable);
    cli_json_number(&json, "garbage", (int64_t)count->garbage);
    cli_json_number(&json, "garbage_bytes", (int64_t)count->garbage_size);
    cli_json_end_report(&json);
}

int cmd_count_objects(struct cli *cli, int argc, char **argv)
{
    bool is_verbose = false, is_human = false, is_json = false;
    const struct cli_option options[] = {
        CLI_FLAG('v', "verbose", &is_verbose, "tell more"),
        CLI_FLAG('H', "human-readable", &is_human, "sizes in larger units"),
        CLI_JSON(&is_json), CLI_END};
    struct qn_op_count_objects count;
    struct qn_buf shown = QN_BUF_INIT;

    argc = cli_parse(cli, argc, argv, options, usage, 0);
    if (argc > 0)
        cli_usage(cli, usage, options);
    cli_open_repo(cli, CLI_OPEN_VIEWS);
    /* Git names files of the object directory as it was told of it. */
    if (strcmp(qn_repo_git_directory(cli->repo),
               qn_repo_common_directory(cli->repo)) == 0)
        cli_check(cli, qn_buf_printf(cli->ctx, &shown, "%s/objects",
                                     qn_repo_git_directory_shown(cli->repo)));
    else
        cli_check(cli, qn_buf_append_string(
                           cli->ctx, &shown,
                           qn_odb_store_directory(qn_odb_get_store(cli->odb))));
    cli_check(cli, qn_op_count_objects_run(
                       cli->ctx, cli->odb, qn_buf_string(&shown),
                       is_verbose || is_json ? found : NULL, cli, &count));
    if (is_json) {
        put_json(cli, &count);
    } else if (!is_verbose) {
        cli_printf(cli, "%" PRIu64 " objects, ", count.loose);
        if (is_human)
            put_amount(cli, count.loose_size);
        else
            cli_printf(cli, "%" PRIu64 " kilobytes", count.loose_size / 1024);
        cli_put(cli, '\n');
    } else {
        cli_printf(cli, "count: %" PRIu64 "\n", count.loose);
        put_size(cli, "size", count.loose_size, is_human);
        cli_printf(cli, "in-pack: %" PRIu64 "\npacks: %" PRIu64 "\n",
                   count.packed, count.packs);
        put_size(cli, "size-pack", count.pack_size, is_human);
        cli_printf(cli, "prune-packable: %" PRIu64 "\ngarbage: %" PRIu64 "\n",
                   count.prunable, count.garbage);
        put_size(cli, "size-garbage", count.garbage_size, is_human);
        put_alternates(cli);
    }
    qn_buf_dispose(&shown);
    return 0;
}
