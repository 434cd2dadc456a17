/* SPDX-License-Identifier: MIT */
#include "cli/cli.h"
#include "walk/merge_base.h"

#include <stdio.h>
#include <string.h>

static const char *const usage[] = {
    "git merge-base [-a | --all] <commit> <commit>...",
    "git merge-base [-a | --all] --octopus <commit>...",
    "git merge-base --is-ancestor <commit> <commit>",
    "git merge-base --independent <commit>...",
    "git merge-base --fork-point <ref> [<commit>]",
    NULL};

enum { MODE_NONE, MODE_OCTOPUS, MODE_INDEPENDENT, MODE_ANCESTOR, MODE_FORK };

/* Git's two messages, for what is no object and for what is no commit. */
static void find_commit(struct cli *cli, const char *text, struct qn_id *out)
{
    struct qn_revision revision = QN_REVISION_INIT;

    if (qn_revision_parse(cli->ctx, &cli->scope, text, &revision))
        cli_die_with(cli, "Not a valid object name %s", text);
    if (qn_revision_peel(cli->ctx, cli->odb, &revision.id, QN_OBJECT_COMMIT,
                         out)) {
        struct qn_odb_info info = {QN_OBJECT_NONE};
        char hex[QN_ID_MAX_HEX_SIZE + 1];

        if (qn_odb_read_info(cli->ctx, cli->odb, &revision.id, QN_ODB_WANT_TYPE,
                             &info) == QN_OK)
            cli_error(cli, "object %s is a %s, not a commit",
                      qn_id_to_hex(&revision.id, hex),
                      qn_object_type_name(info.type));
        cli_die_with(cli, "Not a valid commit name %s", text);
    }
    qn_revision_dispose(&revision);
}

static int print_list(struct cli *cli, const struct qn_id_list *list, bool all)
{
    size_t count = all || list->count < 2 ? list->count : 1;
    size_t i;

    for (i = 0; i < count; i++) {
        cli_put_id(cli, &list->ids[i]);
        cli_put(cli, '\n');
    }
    return list->count > 0 ? 0 : 1;
}

/* An ancestor that is not there: git's two messages, and `code`. */
static void check_walk(struct cli *cli, enum qn_status status, int code)
{
    char hex[QN_ID_MAX_HEX_SIZE + 1];

    if (status != QN_NOT_FOUND ||
        strcmp(qn_ctx_reason(cli->ctx), "odb.not-found") != 0) {
        cli_check(cli, status);
        return;
    }
    snprintf(hex, sizeof(hex), "%s", qn_ctx_subject(cli->ctx));
    (void)cli_error(cli, "Could not read %s", hex);
    (void)cli_error(cli, "could not parse commit %s", hex);
    cli_exit(cli, code);
}

static int find(struct cli *cli, int mode, bool all, const struct qn_id *ids,
                size_t count)
{
    struct qn_id_list list = {NULL, 0, 0};
    bool is_ancestor = false;
    int code;

    switch (mode) {
    case MODE_ANCESTOR:
        check_walk(cli,
                   qn_merge_base_is_ancestor(cli->ctx, &cli->scope, &ids[0],
                                             &ids[1], &is_ancestor),
                   CLI_EXIT_FATAL);
        return is_ancestor ? 0 : 1;
    case MODE_OCTOPUS:
        check_walk(cli,
                   qn_merge_base_find_octopus(cli->ctx, &cli->scope, ids, count,
                                              &list),
                   CLI_EXIT_FATAL);
        break;
    case MODE_INDEPENDENT:
        check_walk(
            cli,
            qn_merge_base_independent(cli->ctx, &cli->scope, ids, count, &list),
            1);
        all = true;
        break;
    default:
        check_walk(cli,
                   qn_merge_base_find(cli->ctx, &cli->scope, &ids[0], ids + 1,
                                      count - 1, &list),
                   255);
        break;
    }
    code = print_list(cli, &list, all);
    qn_id_list_dispose(&list);
    return code;
}

static int find_fork_point(struct cli *cli, int argc, char **argv)
{
    struct qn_buf name = QN_BUF_INIT;
    struct qn_id commit;
    struct qn_id point;
    bool is_ambiguous = false;
    bool found = false;

    cli_check(cli, qn_revision_expand_ref(cli->ctx, cli->refs, argv[0], &name,
                                          &found, &is_ambiguous));
    if (!found)
        cli_die_with(cli, "No such ref: '%s'", argv[0]);
    if (is_ambiguous)
        cli_die_with(cli, "Ambiguous refname: '%s'", argv[0]);
    if (qn_revision_commit(cli->ctx, &cli->scope, argc > 1 ? argv[1] : "HEAD",
                           &commit))
        cli_die_with(cli, "Not a valid object name: '%s'",
                     argc > 1 ? argv[1] : "HEAD");
    check_walk(cli,
               qn_merge_base_fork_point(cli->ctx, &cli->scope,
                                        qn_buf_string(&name), &commit, &point,
                                        &found),
               CLI_EXIT_FATAL);
    qn_buf_dispose(&name);
    if (!found)
        return 1;
    cli_put_id(cli, &point);
    cli_put(cli, '\n');
    return 0;
}

int cmd_merge_base(struct cli *cli, int argc, char **argv)
{
    bool all = false;
    int mode = MODE_NONE;
    const struct cli_option options[] = {
        CLI_FLAG('a', "all", &all, "print all of the merge bases"),
        CLI_MODE(0, "octopus", &mode, MODE_OCTOPUS,
                 "find the bases that a merge of all would have"),
        CLI_MODE(0, "independent", &mode, MODE_INDEPENDENT,
                 "print those that no other one reaches"),
        CLI_MODE(0, "is-ancestor", &mode, MODE_ANCESTOR,
                 "is the first an ancestor of the second?"),
        CLI_MODE(0, "fork-point", &mode, MODE_FORK,
                 "find where a commit forked off from a ref"),
        CLI_END};
    struct qn_id *ids;
    int code;
    int i;

    argc = cli_parse(cli, argc, argv, options, usage, 0);
    if (argc == 0 && (mode == MODE_INDEPENDENT || mode == MODE_OCTOPUS))
        return 1;
    if ((mode == MODE_NONE && argc < 2) || argc < 1 ||
        (mode == MODE_FORK && argc > 2) ||
        (mode == MODE_ANCESTOR && argc != 2 && !all))
        cli_usage(cli, usage, options);
    if (all && (mode == MODE_ANCESTOR || mode == MODE_INDEPENDENT))
        cli_die_with(cli, "options '--%s' and '--all' cannot be used together",
                     mode == MODE_ANCESTOR ? "is-ancestor" : "independent");
    cli_open_repo(cli, CLI_OPEN_VIEWS);
    if (mode == MODE_FORK)
        return find_fork_point(cli, argc, argv);
    ids = qn_memory_array(cli->ctx, (size_t)argc, sizeof(*ids));
    if (!ids)
        cli_die(cli);
    for (i = 0; i < argc; i++)
        find_commit(cli, argv[i], &ids[i]);
    code = find(cli, mode, all, ids, (size_t)argc);
    qn_memory_free(ids);
    return code;
}
