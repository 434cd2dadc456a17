/* SPDX-License-Identifier: MIT */
#include "cli/switching.h"
#include "walk/commit_walk.h"

#include <string.h>

static const char *const usage[] = {
    "git cherry [-v] [<upstream> [<head> [<limit>]]]", NULL};

static void find_commit(struct cli *cli, const char *name, struct qn_id *out)
{
    if (qn_revision_commit(cli->ctx, &cli->scope, name, out))
        cli_die_with(cli, "unknown commit %s", name);
}

/* The upstream of the branch that HEAD is on; false: there is none. */
static bool find_upstream(struct cli *cli, struct qn_buf *out)
{
    struct qn_ref head = QN_REF_INIT;
    bool found = false;

    if (!qn_refs_find(cli->ctx, cli->refs, "HEAD", &head, &found) && found &&
        head.is_symbolic &&
        qn_bytes_has_prefix(qn_buf_bytes(&head.target), "refs/heads/"))
        found = qn_revision_upstream(cli->ctx, &cli->scope,
                                     qn_buf_string(&head.target) + 11,
                                     out) == QN_OK;
    else
        found = false;
    qn_ctx_clear(cli->ctx);
    qn_ref_dispose(&head);
    return found;
}

static void put_commit(struct cli *cli, const struct qn_walk_commit *commit,
                       int abbrev, int verbose)
{
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    size_t digits = qn_id_hex_size(commit->id.algorithm);

    if (abbrev != 0)
        cli_check(cli,
                  qn_odb_abbreviate(cli->ctx, cli->odb, &commit->id,
                                    abbrev > 0 ? (size_t)abbrev : 0, &digits));
    cli_puts(cli, commit->flags & QN_WALK_PATCH_SAME ? "- " : "+ ");
    cli_write(cli, qn_id_to_hex(&commit->id, hex), digits);
    if (verbose) {
        struct qn_buf subject = QN_BUF_INIT;

        cli_append_subject(cli, &commit->id, &subject);
        cli_put(cli, ' ');
        cli_write(cli, subject.data, subject.size);
        qn_buf_dispose(&subject);
    }
    cli_put(cli, '\n');
}

int cmd_cherry(struct cli *cli, int argc, char **argv)
{
    int abbrev = 0;
    int verbose = 0;
    const struct cli_option options[] = {CLI_ABBREV(&abbrev),
                                         CLI_VERBOSE(&verbose), CLI_END};
    struct qn_walk_options walk_options = {.min_parents = -1,
                                           .max_parents = 1,
                                           .max_count = -1,
                                           .is_reversed = true,
                                           .left_right = true,
                                           .right_only = true,
                                           .cherry_mark = true};
    struct qn_buf upstream_name = QN_BUF_INIT;
    struct qn_commit_walk *walk = NULL;
    struct qn_walk_commit commit;
    struct qn_id upstream;
    struct qn_id head;
    struct qn_id limit;
    enum qn_status status = QN_END;

    argc = cli_parse(cli, argc, argv, options, usage, 0);
    if (argc > 3)
        cli_usage(cli, usage, options);
    cli_open_repo(cli, CLI_OPEN_VIEWS);
    if (argc == 0 && !find_upstream(cli, &upstream_name)) {
        cli_stderr(cli, "Could not find a tracked remote branch, please "
                        "specify <upstream> manually.\n");
        cli_usage(cli, usage, options);
    }
    find_commit(cli, argc > 1 ? argv[1] : "HEAD", &head);
    find_commit(cli, argc > 0 ? argv[0] : qn_buf_string(&upstream_name),
                &upstream);
    if (argc > 2)
        find_commit(cli, argv[2], &limit);
    if (!qn_id_is_equal(&head, &upstream)) {
        cli_check(cli, qn_commit_walk_new(cli->ctx, &cli->scope, &walk_options,
                                          &walk));
        cli_check(cli, qn_commit_walk_add_symmetric(cli->ctx, walk, &cli->scope,
                                                    &upstream, &head));
        if (argc > 2)
            cli_check(cli, qn_commit_walk_add(cli->ctx, walk, &limit,
                                              QN_WALK_UNINTERESTING, NULL));
        while (!(status = qn_commit_walk_next(cli->ctx, walk, &commit)))
            put_commit(cli, &commit, abbrev, verbose);
    }
    if (status != QN_END)
        cli_die(cli);
    qn_commit_walk_free(walk);
    qn_buf_dispose(&upstream_name);
    return 0;
}
