/* SPDX-License-Identifier: MIT */
#include "cli/commit_summary.h"

#include "diff/patch.h"
#include "object/commit.h"
#include "text/date.h"
#include "text/stripspace.h"
#include "worktree/status.h"

int cli_commit_no_verify(struct cli *cli, const struct cli_option *option,
                         const char *argument, bool is_negated)
{
    (void)cli;
    (void)argument;
    *(int *)option->value = is_negated;
    return 0;
}

static void put_subject(struct cli *cli, struct qn_bytes message)
{
    struct qn_bytes line;
    bool is_first = true;

    while (qn_bytes_next(&message, '\n', &line)) {
        line = qn_bytes_trim_end(line);
        if (line.size == 0 && is_first)
            continue;
        if (line.size == 0)
            break;
        if (!is_first)
            cli_put(cli, ' ');
        cli_write(cli, line.data, line.size);
        is_first = false;
    }
    cli_put(cli, '\n');
}

static struct qn_bytes who(const struct qn_buf *ident)
{
    struct qn_bytes text = qn_buf_bytes(ident);

    return qn_bytes_first(text, qn_bytes_find(text, '>') + 1);
}

static void put_people(struct cli *cli, const struct qn_commit_result *result)
{
    struct qn_bytes author = who(&result->author);
    struct qn_date_mode mode = {.kind = QN_DATE_DEFAULT};
    struct qn_buf date = QN_BUF_INIT;
    struct qn_ident ident;

    if (!qn_bytes_is_equal(author, who(&result->committer)))
        cli_printf(cli, " Author: %.*s\n", QN_BYTES_ARG(author));
    if (result->shows_date &&
        qn_ident_parse(qn_buf_bytes(&result->author), &ident)) {
        cli_check(cli, qn_date_format(cli->ctx, ident.seconds, ident.zone,
                                      &mode, &date));
        cli_printf(cli, " Date: %s\n", qn_buf_string(&date));
    }
    qn_buf_dispose(&date);
}

static void put_changes(struct cli *cli, const struct qn_commit_result *result)
{
    struct qn_diff_options options;
    struct qn_patch *patch = NULL;
    struct qn_buf text = QN_BUF_INIT;

    if (result->is_merge)
        return;
    qn_diff_options_init(&options);
    cli_check(cli, qn_diff_options_configure(cli->ctx, &options,
                                             cli_config(cli), true));
    options.is_recursive = true;
    options.rename.detect = 1; /* whatever diff.renames says */
    options.formats = QN_DIFF_FORMAT_SHORTSTAT | QN_DIFF_FORMAT_SUMMARY;
    cli_check(cli, qn_patch_new(cli->ctx, cli->repo, cli->odb, &options, NULL,
                                &patch));
    cli_check(cli, qn_patch_trees(cli->ctx, patch,
                                  qn_id_is_null(&result->parent)
                                      ? NULL
                                      : &result->parent_tree,
                                  &result->tree, &text, NULL));
    cli_write(cli, text.data, text.size);
    qn_patch_free(patch);
    qn_buf_dispose(&text);
}

void cli_commit_print_summary(struct cli *cli,
                              const struct qn_commit_result *result)
{
    const char *branch = qn_buf_string(&result->branch);
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    size_t digits;

    cli_check(cli, qn_odb_refresh(cli->ctx, cli->odb));
    cli_check(cli,
              qn_odb_abbreviate(cli->ctx, cli->odb, &result->id, 0, &digits));
    if (strncmp(branch, "refs/heads/", 11) == 0)
        branch += 11;
    cli_printf(cli, "[%s%s %.*s] ", branch[0] ? branch : "detached HEAD",
               result->is_root ? " (root-commit)" : "", (int)digits,
               qn_id_to_hex(&result->id, hex));
    put_subject(cli, qn_buf_bytes(&result->message));
    put_people(cli, result);
    put_changes(cli, result);
}

void cli_commit_base(struct cli *cli, bool amends, struct qn_id *tree,
                     bool *found)
{
    struct qn_object object = QN_OBJECT_INIT;
    struct qn_commit commit;
    struct qn_id id;

    cli_check(cli,
              qn_status_head(cli->ctx, cli->odb, cli->refs, &id, tree, found));
    if (!amends || !*found)
        return;
    cli_check(cli, qn_odb_read_typed(cli->ctx, cli->odb, &id, QN_OBJECT_COMMIT,
                                     &object));
    cli_check(cli, qn_commit_parse(cli->ctx, qn_object_bytes(&object),
                                   id.algorithm, &commit));
    *found = commit.parent_count > 0;
    if (*found) {
        qn_commit_parent(&commit, 0, &id);
        cli_check(cli, qn_revision_peel(cli->ctx, cli->odb, &id, QN_OBJECT_TREE,
                                        tree));
    }
    qn_object_dispose(&object);
}

/* A partial commit knows what HEAD has, too. */
static void match_head(struct cli *cli, const struct qn_pathspec *pathspec,
                       uint8_t *matched)
{
    struct qn_index *index = NULL;
    struct qn_id tree;
    bool found;

    cli_check(cli, qn_status_head(cli->ctx, cli->odb, cli->refs, NULL, &tree,
                                  &found));
    if (!found)
        return;
    cli_check(cli, qn_index_new(cli->ctx, tree.algorithm, &index));
    cli_check(cli, qn_index_read_tree(cli->ctx, index, cli->odb, &tree));
    for (size_t i = 0; i < qn_index_count(index); i++)
        (void)qn_pathspec_is_match(cli->ctx, pathspec,
                                   qn_index_peek(index, i)->path, false, NULL,
                                   matched);
    qn_index_free(index);
}

void cli_commit_check_paths(struct cli *cli, const struct qn_pathspec *pathspec,
                            bool includes)
{
    size_t count = qn_pathspec_count(pathspec);
    uint8_t *matched = qn_memory_calloc(cli->ctx, count + 1, 1);
    struct cli_work work;
    bool is_bad = false, has_one = false, has_wanted = false;
    size_t i;

    if (!matched)
        cli_die(cli);
    cli_work_open(cli, &work, 0);
    for (i = 0; i < qn_index_count(work.index); i++)
        (void)qn_pathspec_is_match(cli->ctx, pathspec,
                                   qn_index_peek(work.index, i)->path, false,
                                   NULL, matched);
    for (i = 0; i < count && !includes; i++) {
        if (!matched[i]) {
            match_head(cli, pathspec, matched);
            break;
        }
    }
    /* What leaves out is looked at only where something matched. */
    for (i = 0; i < count; i++) {
        if (qn_pathspec_is_exclude(pathspec, i))
            continue;
        has_wanted = true;
        has_one |= matched[i] != 0;
    }
    for (i = 0; i < count; i++) {
        if (matched[i] ||
            (qn_pathspec_is_exclude(pathspec, i) && (has_one || !has_wanted)))
            continue;
        (void)cli_error(cli,
                        "pathspec '%s' did not match any file(s) known to git",
                        qn_pathspec_original(pathspec, i));
        is_bad = true;
    }
    cli_work_close(&work);
    qn_memory_free(matched);
    if (is_bad)
        cli_exit(cli, includes ? CLI_EXIT_FATAL : 1);
}

void cli_commit_list_unmerged(struct cli *cli)
{
    struct qn_bytes last = QN_BYTES_NONE;
    struct cli_work work;
    size_t i;

    cli_work_open(cli, &work, 0);
    for (i = 0; i < qn_index_count(work.index); i++) {
        const struct qn_index_entry *entry = qn_index_peek(work.index, i);

        if (entry->stage == 0 || qn_bytes_is_equal(last, entry->path))
            continue;
        last = entry->path;
        cli_puts(cli, "U\t");
        cli_put_path(cli, entry->path, true, '\n');
    }
    cli_work_close(&work);
}
