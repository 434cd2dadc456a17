/* SPDX-License-Identifier: MIT */
#include "cli/cli.h"
#include "cli/rev_parse.h"
#include "index/index.h"
#include "object/tree.h"
#include "os/file.h"
#include "text/pathname.h"

#include <stdlib.h>
#include <string.h>

static const char *repository_prefix(struct cli_rev_parse *r)
{
    return r->cli->repo ? qn_repo_prefix(r->cli->repo) : "";
}

static void put_path(struct cli_rev_parse *r, const char *as_is,
                     const char *absolute)
{
    struct cli *cli = r->cli;
    struct qn_buf text = QN_BUF_INIT;
    struct qn_bytes rest = QN_BYTES_NONE;

    if (r->path_format == 1) {
        if (qn_file_real_path(cli->ctx, absolute, &text)) {
            qn_ctx_clear(cli->ctx);
            cli_check(cli, qn_buf_append_string(cli->ctx, &text, absolute));
        }
    } else if (r->path_format == 2) {
        if (qn_bytes_is_string(qn_bytes_from_string(absolute), cli->directory))
            cli_check(cli, qn_buf_append_string(cli->ctx, &text, "./"));
        else if (qn_pathname_is_below(qn_bytes_from_string(absolute),
                                      qn_bytes_from_string(cli->directory),
                                      &rest))
            cli_check(cli, qn_buf_append_bytes(cli->ctx, &text, rest));
        else
            cli_check(cli, qn_pathname_relative(
                               cli->ctx, qn_bytes_from_string(cli->directory),
                               qn_bytes_from_string(absolute), &text));
    } else {
        cli_check(cli, qn_buf_append_string(cli->ctx, &text, as_is));
    }
    cli_puts(cli, qn_buf_string(&text));
    cli_put(cli, '\n');
    qn_buf_dispose(&text);
}

/* A path in the git directory as Git shows it: seen from here where its git
 * directory is a relative one (".git"), absolute elsewhere. */
static void put_git_path(struct cli_rev_parse *r, const char *absolute)
{
    struct cli *cli = r->cli;
    const char *git = qn_repo_git_directory(cli->repo);
    const char *tree = qn_repo_work_tree(cli->repo);
    const char *shown = qn_repo_git_directory_shown(cli->repo);
    struct qn_bytes rest = QN_BYTES_NONE;
    struct qn_buf text = QN_BUF_INIT;

    /* Of a work tree that is named elsewhere all is absolute. */
    if (strcmp(absolute, git) == 0 && *shown == '/' &&
        qn_config_find(cli_config(cli), "core.worktree")) {
        put_path(r, shown, git);
        return;
    }
    if (!qn_pathname_is_below(qn_bytes_from_string(absolute),
                              qn_bytes_from_string(git), &rest)) {
        put_path(r, absolute, absolute);
        return;
    }
    if (tree && !getenv("GIT_DIR") && *qn_repo_prefix(cli->repo) &&
        strncmp(git, tree, strlen(tree)) == 0 &&
        strcmp(git + strlen(tree), "/.git") == 0) {
        const char *c;

        for (c = qn_repo_prefix(cli->repo); *c; c++)
            if (*c == '/')
                cli_check(cli, qn_buf_append_string(cli->ctx, &text, "../"));
        cli_check(cli, qn_buf_append_string(cli->ctx, &text, ".git"));
    } else {
        cli_check(cli, qn_buf_append_string(cli->ctx, &text, shown));
    }
    if (rest.size > 0 || absolute[strlen(git)] == '/') {
        if (qn_bytes_is_string(qn_buf_bytes(&text), "."))
            qn_buf_clear(&text);
        else
            cli_check(cli, qn_buf_append_byte(cli->ctx, &text, '/'));
        cli_check(cli, qn_buf_append_bytes(cli->ctx, &text, rest));
    }
    put_path(r, qn_buf_string(&text), absolute);
    qn_buf_dispose(&text);
}

void cli_rev_parse_show_git_file(struct cli_rev_parse *r, const char *name)
{
    struct qn_buf path = QN_BUF_INIT;

    cli_check(r->cli, qn_repo_path(r->cli->ctx, r->cli->repo, name, &path));
    put_git_path(r, qn_buf_string(&path));
    qn_buf_dispose(&path);
}

static bool is_inside(const char *here, const char *directory)
{
    return directory &&
           qn_pathname_is_below(qn_bytes_from_string(here),
                                qn_bytes_from_string(directory), NULL);
}

static void put_bool(struct cli *cli, bool value)
{
    cli_puts(cli, value ? "true\n" : "false\n");
}

static void show_cdup(struct cli_rev_parse *r)
{
    const char *tree = qn_repo_work_tree(r->cli->repo);
    const char *c;

    if (!is_inside(r->cli->directory, tree)) {
        if (tree)
            cli_printf(r->cli, "%s\n", tree);
        return;
    }
    for (c = repository_prefix(r); *c; c++)
        if (*c == '/')
            cli_puts(r->cli, "../");
    cli_put(r->cli, '\n');
}

static bool is_shallow(struct cli *cli)
{
    struct qn_buf path = QN_BUF_INIT;
    bool result;

    cli_check(cli, qn_repo_path(cli->ctx, cli->repo, "shallow", &path));
    result = qn_file_exists(qn_buf_string(&path));
    qn_buf_dispose(&path);
    return result;
}

static bool show_object_format(struct cli_rev_parse *r, const char *which)
{
    struct cli *cli = r->cli;
    const char *name = qn_id_algorithm_name(qn_repo_algorithm(cli->repo));

    if (strcmp(which, "storage") == 0 || strcmp(which, "input") == 0 ||
        strcmp(which, "output") == 0)
        cli_printf(cli, "%s\n", name);
    else if (strcmp(which, "compat") == 0)
        cli_put(cli, '\n');
    else
        cli_die_with(cli, "unknown mode for --show-object-format: %s", which);
    return true;
}

static void show_shared_index(struct cli_rev_parse *r)
{
    struct cli *cli = r->cli;
    struct qn_buf path = QN_BUF_INIT;
    struct qn_index *index = NULL;
    const char *shared;

    cli_check(cli, qn_repo_path(cli->ctx, cli->repo, "index", &path));
    if (qn_index_read(cli->ctx, qn_buf_string(&path),
                      qn_repo_algorithm(cli->repo), &index))
        cli_die_with(cli, "Could not read the index");
    shared = qn_index_shared_path(index);
    if (shared)
        put_git_path(r, shared);
    qn_index_free(index);
    qn_buf_dispose(&path);
}

/* Is what stands at `path` (absolute) a commit of another repository there? */
static bool is_submodule_of(struct cli *cli, struct qn_repo *repo,
                            const char *path)
{
    const char *top = qn_repo_work_tree(repo);
    struct qn_buf name = QN_BUF_INIT;
    struct qn_index *index = NULL;
    struct qn_bytes inside = QN_BYTES_NONE;
    bool found = false;
    size_t at;

    if (!top ||
        !qn_pathname_is_below(qn_bytes_from_string(path),
                              qn_bytes_from_string(top), &inside) ||
        qn_repo_path(cli->ctx, repo, "index", &name) ||
        qn_index_read(cli->ctx, qn_buf_string(&name), qn_repo_algorithm(repo),
                      &index)) {
        qn_buf_dispose(&name);
        return false;
    }
    at = qn_index_find(index, inside, 0, &found);
    found = found && qn_mode_is_gitlink(qn_index_peek(index, at)->mode);
    qn_index_free(index);
    qn_buf_dispose(&name);
    return found;
}

/* The repository above the work tree, if the work tree is a submodule of it. */
static void show_superproject(struct cli_rev_parse *r)
{
    struct cli *cli = r->cli;
    const char *tree = qn_repo_work_tree(cli->repo);
    const char *slash = tree ? strrchr(tree, '/') : NULL;
    struct qn_repo_open_options options = {.ignores_variables = true};
    struct qn_buf above = QN_BUF_INIT;
    struct qn_repo *repo = NULL;

    if (!slash || slash == tree)
        return;
    cli_check(cli,
              qn_buf_append(cli->ctx, &above, tree, (size_t)(slash - tree)));
    options.start = qn_buf_string(&above);
    if (!qn_repo_open(cli->ctx, &options, &repo) &&
        is_submodule_of(cli, repo, tree))
        put_path(r, qn_repo_work_tree(repo), qn_repo_work_tree(repo));
    qn_ctx_clear(cli->ctx);
    if (repo)
        qn_repo_release(repo);
    qn_buf_dispose(&above);
}

bool cli_rev_parse_answer(struct cli_rev_parse *r, const char *word)
{
    struct cli *cli = r->cli;
    struct qn_repo *repo = cli->repo;
    const char *tree = qn_repo_work_tree(repo);

    if (strcmp(word, "--show-toplevel") == 0) {
        if (!tree)
            cli_die_with(cli, "this operation must be run in a work tree");
        put_path(r, tree, tree);
    } else if (strcmp(word, "--show-prefix") == 0) {
        cli_printf(cli, "%s\n", repository_prefix(r));
    } else if (strcmp(word, "--show-cdup") == 0) {
        show_cdup(r);
    } else if (strcmp(word, "--git-dir") == 0) {
        put_path(r, qn_repo_git_directory_shown(repo),
                 qn_repo_git_directory(repo));
    } else if (strcmp(word, "--absolute-git-dir") == 0) {
        struct qn_buf real = QN_BUF_INIT;

        cli_check(cli, qn_file_real_path(cli->ctx, qn_repo_git_directory(repo),
                                         &real));
        cli_printf(cli, "%s\n", qn_buf_string(&real));
        qn_buf_dispose(&real);
    } else if (strcmp(word, "--git-common-dir") == 0) {
        if (getenv("GIT_COMMON_DIR"))
            put_path(r, getenv("GIT_COMMON_DIR"),
                     qn_repo_common_directory(repo));
        else
            put_git_path(r, qn_repo_common_directory(repo));
    } else if (strcmp(word, "--is-inside-git-dir") == 0) {
        /* Inside of a work tree Git stands at its top. */
        put_bool(cli, is_inside(*repository_prefix(r) ? tree : cli->directory,
                                qn_repo_git_directory(repo)));
    } else if (strcmp(word, "--is-inside-work-tree") == 0) {
        put_bool(cli, is_inside(cli->directory, tree));
    } else if (strcmp(word, "--is-bare-repository") == 0) {
        put_bool(cli, qn_repo_is_bare(repo));
    } else if (strcmp(word, "--is-shallow-repository") == 0) {
        put_bool(cli, is_shallow(cli));
    } else if (strcmp(word, "--show-ref-format") == 0) {
        cli_puts(cli, qn_repo_refs_format(repo) == QN_REFS_REFTABLE
                          ? "reftable\n"
                          : "files\n");
    } else if (strcmp(word, "--show-object-format") == 0) {
        return show_object_format(r, "storage");
    } else if (strncmp(word, "--show-object-format=", 21) == 0) {
        return show_object_format(r, word + 21);
    } else if (strcmp(word, "--shared-index-path") == 0) {
        show_shared_index(r);
    } else if (strcmp(word, "--show-superproject-working-tree") == 0) {
        show_superproject(r);
    } else {
        return false;
    }
    return true;
}
