/* SPDX-License-Identifier: MIT */
#include "cli/work.h"
#include "object/tree.h"

static const char *const usage[] = {
    "git write-tree [--missing-ok] [--prefix=<prefix>/]", NULL};

int cmd_write_tree(struct cli *cli, int argc, char **argv)
{
    bool missing_ok = false, ignores_cache = false;
    const char *prefix = NULL;
    const struct cli_option options[] = {
        CLI_FLAG(0, "missing-ok", &missing_ok, "allow missing objects"),
        CLI_STRING(0, "prefix", &prefix, "prefix/",
                   "write the tree of a directory"),
        {.kind = CLI_KIND_FLAG,
         .long_name = "ignore-cache-tree",
         .value = &ignores_cache,
         .help = "for testing",
         .flags = CLI_OPTION_HIDDEN},
        CLI_END};
    struct cli_work work;
    struct qn_id id;

    cli_parse(cli, argc, argv, options, usage, 0);
    cli_work_open(cli, &work, CLI_WORK_NO_TREE);
    if (ignores_cache)
        qn_index_drop_cached_trees(work.index);
    cli_check(cli, qn_index_write_tree(cli->ctx, work.index, cli->odb,
                                       missing_ok, &id));
    cli_check(cli, qn_odb_sync(cli->ctx, cli->odb));
    if (prefix) {
        struct qn_bytes path = qn_bytes_from_string(prefix);

        if (path.size > 0 && path.data[path.size - 1] == '/')
            path.size--;
        if (!qn_index_cached_tree(work.index, path, &id, NULL))
            cli_die_with(cli, "git-write-tree: prefix %s not found", prefix);
    }
    qn_work_tree_write_index_if_free(cli->ctx, cli->repo, work.index);
    cli_put_id(cli, &id);
    cli_put(cli, '\n');
    cli_work_close(&work);
    return 0;
}
