/* SPDX-License-Identifier: MIT */
#include "cli/cli.h"
#include "os/directory.h"
#include "os/file.h"
#include "text/pathname.h"
#include "text/ref_name.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *const usage[] = {
    "git init [-q | --quiet] [--bare] [--template=<directory>]\n"
    "                [--separate-git-dir <directory>] "
    "[--object-format=<name>]\n"
    "                [--ref-format=<name>] [-b <branch> | "
    "--initial-branch=<branch>]\n"
    "                [--shared[=<who>]] [<directory>]",
    NULL};

struct init {
    bool quiet, bare, has_shared;
    const char *template_directory, *separate, *branch, *object_format;
    const char *ref_format, *shared;
    struct qn_buf git_directory, work_tree, template_path, separate_path;
};

static int set_shared(struct cli *cli, const struct cli_option *option,
                      const char *argument, bool is_negated)
{
    struct init *init = option->value;

    (void)cli;
    init->has_shared = !is_negated;
    init->shared = is_negated ? "umask" : argument ? argument : "group";
    return 0;
}

/* Git makes directory, template and configuration before it looks at the name,
 * and leaves them there. */
static void refuse_branch(struct cli *cli,
                          const struct qn_repo_create_options *options,
                          const char *format, const char *name)
{
    struct qn_repo_create_options partly = *options;
    char text[512];
    bool was_there;

    partly.initial_branch = NULL;
    cli_check(cli, qn_repo_create(cli->ctx, &partly, &was_there));
    snprintf(text, sizeof(text), format, name);
    cli_die_with(cli, "%s", text);
}

static const char *find_branch(struct cli *cli, const struct init *init,
                               const struct qn_repo_create_options *options,
                               bool was_there)
{
    const struct qn_config_entry *entry =
        qn_config_find(cli_config(cli), "init.defaultbranch");
    const char *variable = getenv("GIT_TEST_DEFAULT_INITIAL_BRANCH_NAME");
    const char *name;

    if (init->branch) {
        if (!qn_ref_name_is_branch(qn_bytes_from_string(init->branch)))
            refuse_branch(cli, options, "invalid initial branch name: '%s'",
                          init->branch);
        return init->branch;
    }
    if (variable && *variable)
        return variable;
    if (!entry) {
        if (!was_there && !init->quiet)
            cli_advise_default_branch(cli);
        return "master";
    }
    name = entry->value ? entry->value : "";
    if (!qn_ref_name_is_branch(qn_bytes_from_string(name)))
        cli_die_with(cli, "invalid branch name: init.defaultBranch = %s", name);
    return name;
}

static uint32_t find_algorithm(struct cli *cli, const struct init *init)
{
    const char *name = init->object_format;
    const char *configured;
    uint32_t fallback;
    uint32_t algorithm;

    if (name) {
        algorithm = qn_id_algorithm_from_name(qn_bytes_from_string(name));
        if (!algorithm)
            cli_die_with(cli, "unknown hash algorithm '%s'", name);
        return algorithm;
    }
    configured = cli_config_string(cli, "init.defaultobjectformat", "sha1");
    fallback = qn_id_algorithm_from_name(qn_bytes_from_string(configured));
    if (!fallback) {
        cli_warning(cli, "unknown hash algorithm '%s'", configured);
        fallback = QN_HASH_SHA1;
    }
    name = getenv("GIT_DEFAULT_HASH");
    if (name) {
        algorithm = qn_id_algorithm_from_name(qn_bytes_from_string(name));
        if (!algorithm)
            cli_die_with(cli, "unknown hash algorithm '%s'", name);
        return algorithm;
    }
    return fallback;
}

static enum qn_refs_format find_ref_format(struct cli *cli,
                                           const struct init *init)
{
    const char *name = init->ref_format;

    if (!name)
        name = getenv("GIT_DEFAULT_REF_FORMAT");
    if (name) {
        if (strcmp(name, "reftable") == 0)
            return QN_REFS_REFTABLE;
        if (strcmp(name, "files") != 0)
            cli_die_with(cli, "unknown ref storage format '%s'", name);
        return QN_REFS_FILES;
    }
    name = cli_config_string(cli, "init.defaultrefformat", "files");
    if (strcmp(name, "reftable") == 0)
        return QN_REFS_REFTABLE;
    if (strcmp(name, "files") != 0)
        cli_warning(cli, "unknown ref storage format '%s'", name);
    return QN_REFS_FILES;
}

/* A real path without a slash at the end; what is not there yet is made. */
static void resolve(struct cli *cli, const char *path, struct qn_buf *out)
{
    struct qn_buf joined = QN_BUF_INIT;

    cli_check(cli, cli_absolute_path(cli, path, &joined));
    qn_buf_clear(out);
    if (qn_file_real_path(cli->ctx, qn_buf_string(&joined), out)) {
        qn_ctx_clear(cli->ctx);
        cli_check(cli,
                  qn_pathname_normalise(cli->ctx, qn_buf_bytes(&joined), out));
    }
    while (out->size > 1 && out->data[out->size - 1] == '/')
        qn_buf_truncate(out, out->size - 1);
    qn_buf_dispose(&joined);
}

/* Where .git goes and what the work tree is. */
static void place(struct cli *cli, struct init *init)
{
    const char *git = getenv("GIT_DIR");
    const char *tree = getenv("GIT_WORK_TREE");

    if (!git && tree)
        cli_die_with(cli,
                     "GIT_WORK_TREE (or --work-tree=<directory>) not allowed "
                     "without specifying GIT_DIR (or --git-dir=<directory>)");
    if (init->bare && tree)
        cli_die_with(cli, "GIT_WORK_TREE (or --work-tree=<directory>) not "
                          "allowed in combination with '--bare'");
    if (git) {
        resolve(cli, git, &init->git_directory);
        if (!init->bare && tree) {
            resolve(cli, tree, &init->work_tree);
        } else if (!init->bare) {
            struct qn_bytes path = qn_buf_bytes(&init->git_directory);

            /* A directory that is called .git has a work tree beside it. */
            if (qn_bytes_has_suffix(path, "/.git"))
                cli_check(cli, qn_buf_append_bytes(
                                   cli->ctx, &init->work_tree,
                                   qn_bytes_first(path, path.size - 5)));
            else
                init->bare = true;
        }
        return;
    }
    resolve(cli, cli->directory, &init->git_directory);
    if (init->bare)
        return;
    cli_check(cli, qn_buf_append_bytes(cli->ctx, &init->work_tree,
                                       qn_buf_bytes(&init->git_directory)));
    cli_check(cli,
              qn_pathname_join(
                  cli->ctx, qn_buf_bytes(&init->work_tree), QN_BYTES(".git"),
                  (qn_buf_clear(&init->git_directory), &init->git_directory)));
}

static void enter(struct cli *cli, const char *directory)
{
    struct qn_buf path = QN_BUF_INIT;
    enum qn_status status;
    char *now;

    if (!*directory)
        cli_die_with(cli, "cannot mkdir %s: %s", directory, strerror(ENOENT));
    cli_check(cli, cli_absolute_path(cli, directory, &path));
    status = qn_directory_make_all(cli->ctx, qn_buf_string(&path), 0777);
    if (status == QN_NO_MEMORY)
        cli_check(cli, status);
    if (status)
        cli_die_with(cli, "cannot mkdir %s: %s", directory,
                     strerror(qn_ctx_errno(cli->ctx)));
    if (chdir(qn_buf_string(&path)) != 0)
        cli_die_with(cli, "cannot chdir to %s: %s", directory, strerror(errno));
    now = getcwd(NULL, 0);
    if (!now)
        cli_die_with(cli, "cannot come back to cwd: %s", strerror(errno));
    cli->directory = now;
    qn_buf_dispose(&path);
}

/* An old git directory behind a gitfile is where init goes on. */
static void follow_gitfile(struct cli *cli, struct init *init)
{
    struct qn_file_stat stat;
    struct qn_buf text = QN_BUF_INIT;
    struct qn_buf path = QN_BUF_INIT;
    struct qn_bytes name;

    cli_check(cli, qn_file_lstat(cli->ctx, qn_buf_string(&init->git_directory),
                                 &stat));
    if (stat.kind != QN_FILE_REGULAR || init->separate)
        return;
    cli_check(cli, qn_file_read_all(
                       cli->ctx, qn_buf_string(&init->git_directory), &text));
    name = qn_bytes_trim(qn_buf_bytes(&text));
    if (!qn_bytes_has_prefix(name, "gitdir: "))
        cli_die_with(cli, "invalid gitfile format: %s",
                     qn_buf_string(&init->git_directory));
    cli_check(cli, qn_pathname_join(cli->ctx,
                                    qn_pathname_directory(
                                        qn_buf_bytes(&init->git_directory)),
                                    qn_bytes_from(name, 8), &path));
    qn_buf_clear(&init->git_directory);
    resolve(cli, qn_buf_string(&path), &init->git_directory);
    qn_buf_dispose(&text);
    qn_buf_dispose(&path);
}

static bool has_repository(struct cli *cli, const struct init *init)
{
    struct qn_buf path = QN_BUF_INIT;
    bool exists;

    cli_check(cli, qn_buf_printf(cli->ctx, &path, "%s/HEAD",
                                 qn_buf_string(&init->git_directory)));
    exists = qn_file_exists(qn_buf_string(&path));
    qn_buf_dispose(&path);
    return exists;
}

/* What is initialised again has to be read: the file that is broken is named.
 */
static void check_config(struct cli *cli, const struct init *init)
{
    struct qn_config *config = NULL;
    struct qn_buf path = QN_BUF_INIT;
    bool flag;

    cli_check(cli, qn_buf_printf(cli->ctx, &path, "%s/config",
                                 qn_buf_string(&init->git_directory)));
    cli_check(cli, qn_config_new(cli->ctx, &config));
    cli_check(cli, qn_config_add_file(cli->ctx, config, qn_buf_string(&path),
                                      QN_CONFIG_SCOPE_LOCAL, NULL, NULL));
    cli_check(cli, qn_config_bool(cli->ctx, config, "core.bare", false, &flag));
    qn_config_free(config);
    qn_buf_dispose(&path);
}

static void create(struct cli *cli, struct init *init)
{
    struct qn_repo_create_options options = {0};
    bool was_there = has_repository(cli, init);
    const char *shown;

    if (was_there)
        check_config(cli, init);
    options.git_directory = qn_buf_string(&init->git_directory);
    options.work_tree = init->bare ? NULL : qn_buf_string(&init->work_tree);
    options.bare = init->bare;
    options.template_directory = cli_template_directory(
        cli, init->template_directory, &init->template_path);
    options.algorithm = find_algorithm(cli, init);
    options.refs_format = find_ref_format(cli, init);
    options.has_submodule_paths =
        cli_config_bool(cli, "init.defaultSubmodulePathConfig", false);
    options.shared =
        init->has_shared
            ? init->shared
            : cli_config_string(cli, "core.sharedrepository", NULL);
    options.separate_git_directory = init->separate;
    options.initial_branch = find_branch(cli, init, &options, was_there);
    cli_check(cli, qn_repo_create(cli->ctx, &options, &was_there));
    if (was_there && init->branch)
        cli_warning(cli, "re-init: ignored --initial-branch=%s", init->branch);
    shown =
        init->separate ? init->separate : qn_buf_string(&init->git_directory);
    if (!init->quiet)
        cli_printf(cli, "%s%s Git repository in %s/\n",
                   was_there ? "Reinitialized existing" : "Initialized empty",
                   options.shared && strcmp(options.shared, "umask") != 0
                       ? " shared"
                       : "",
                   shown);
}

int cmd_init(struct cli *cli, int argc, char **argv)
{
    struct init init = {0};
    const struct cli_option options[] = {
        CLI_STRING(0, "template", &init.template_directory, "directory",
                   "copy what is in this directory first"),
        CLI_FLAG(0, "bare", &init.bare, "make a repository without work tree"),
        CLI_CALLBACK(0, "shared", &init, "permissions",
                     "let several users write to it",
                     CLI_OPTION_OPTIONAL | CLI_OPTION_NO_NEGATE, set_shared),
        CLI_FLAG('q', "quiet", &init.quiet, "say nothing"),
        CLI_STRING(0, "separate-git-dir", &init.separate, "gitdir",
                   "put the git directory there"),
        CLI_STRING('b', "initial-branch", &init.branch, "name",
                   "what the first branch is called"),
        CLI_STRING(0, "object-format", &init.object_format, "hash",
                   "sha1 or sha256"),
        CLI_STRING(0, "ref-format", &init.ref_format, "format",
                   "files or reftable"),
        CLI_END};

    argc = cli_parse(cli, argc, argv, options, usage, 0);
    if (argc > 1)
        cli_usage(cli, usage, options);
    cli_exclude(cli, init.bare, "--bare", init.separate != NULL,
                "--separate-git-dir");
    if (init.separate) {
        resolve(cli, init.separate, &init.separate_path);
        init.separate = qn_buf_string(&init.separate_path);
    }
    if (init.template_directory && *init.template_directory &&
        init.template_directory[0] != '/') {
        cli_check(cli, cli_absolute_path(cli, init.template_directory,
                                         &init.template_path));
        init.template_directory = qn_buf_string(&init.template_path);
    }
    if (argc == 1)
        enter(cli, argv[0]);
    if (getenv("GIT_IMPLICIT_WORK_TREE") &&
        strcmp(getenv("GIT_IMPLICIT_WORK_TREE"), "0") == 0)
        init.bare = true;
    place(cli, &init);
    follow_gitfile(cli, &init);
    create(cli, &init);
    qn_buf_dispose(&init.git_directory);
    qn_buf_dispose(&init.work_tree);
    qn_buf_dispose(&init.template_path);
    qn_buf_dispose(&init.separate_path);
    return 0;
}

int cmd_init_db(struct cli *cli, int argc, char **argv)
{
    return cmd_init(cli, argc, argv);
}
