/* SPDX-License-Identifier: MIT */
#include "cli/cli.h"
#include "cli/connecting.h"
#include "cli/fetching.h"
#include "cli/progress.h"
#include "operation/op_clone.h"
#include "text/ref_name.h"

#include <stdlib.h>

static const char *const usage[] = {
    "git clone [<options>] [--] <repository> [<directory>]", NULL};

struct clone_command {
    struct cli *cli;
    bool is_quiet;
    int progress; /* of receiving */
    bool misses_files, is_bare, no_checkout;
    const struct qn_config *config; /* with what -c says */
    struct cli_remote_said said;
};

static void begins(void *data, const char *directory, bool is_bare)
{
    struct clone_command *command = data;

    if (command->is_quiet)
        return;
    if (is_bare)
        cli_stderr(command->cli, "Cloning into bare repository '%s'...\n",
                   directory);
    else
        cli_stderr(command->cli, "Cloning into '%s'...\n", directory);
}

static void has_objects(void *data, bool is_local)
{
    struct clone_command *command = data;

    if (is_local && !command->is_quiet)
        cli_stderr(command->cli, "done.\n");
}

static void said(void *data, struct qn_bytes text)
{
    struct clone_command *command = data;

    cli_remote_said_take(&command->said, text);
}

static void takes_default(void *data)
{
    struct clone_command *command = data;
    const char *name =
        qn_config_string(command->config, "init.defaultbranch", NULL);
    const char *variable = getenv("GIT_TEST_DEFAULT_INITIAL_BRANCH_NAME");

    if (variable && *variable)
        return;
    if (!name)
        cli_advise_default_branch(command->cli);
}

static void misses_files(void *data)
{
    struct clone_command *command = data;

    command->misses_files = true;
}

static void is_detached(void *data, const char *hex)
{
    struct clone_command *command = data;
    bool is_wanted = true;

    if (command->is_bare || command->no_checkout ||
        !cli_advice_is_on(command->cli, "detachedHead") ||
        qn_config_bool(command->cli->ctx, command->config,
                       "advice.detachedhead", true, &is_wanted) ||
        !is_wanted)
        return;
    cli_stderr(
        command->cli,
        "Note: switching to '%s'.\n\n"
        "You are in 'detached HEAD' state. You can look around, make "
        "experimental\n"
        "changes and commit them, and you can discard any commits you make in "
        "this\n"
        "state without impacting any branches by switching back to a branch.\n"
        "\n"
        "If you want to create a new branch to retain commits you create, you "
        "may\n"
        "do so (now or later) by using -c with the switch command. Example:\n"
        "\n"
        "  git switch -c <new-branch-name>\n\n"
        "Or undo this operation with:\n\n"
        "  git switch -\n\n"
        "Turn off this advice by setting config variable advice.detachedHead "
        "to false\n\n",
        hex);
}

static int set_tristate_off(struct cli *cli, const struct cli_option *option,
                            const char *argument, bool is_negated)
{
    (void)cli;
    (void)argument;
    *(int *)option->value = is_negated;
    return 0;
}

static int add_submodules(struct cli *cli, const struct cli_option *option,
                          const char *argument, bool is_negated)
{
    struct cli_list *list = option->value;

    if (is_negated)
        list->count = 0;
    else
        cli_list_add(cli, list, argument ? argument : ".");
    return 0;
}

/* NULL terminated, in the list's own room. */
static const char *const *finish(struct cli *cli, struct cli_list *list)
{
    if (list->count)
        cli_list_add(cli, list, NULL);
    return list->count ? list->items : NULL;
}

static void choose_format(struct cli *cli, const char *name,
                          struct qn_clone_options *options)
{
    if (!name)
        name = qn_env_variable(cli->env, "GIT_DEFAULT_REF_FORMAT");
    if (!name)
        name = cli_config_string(cli, "init.defaultRefFormat", "files");
    if (strcmp(name, "files") == 0)
        options->refs_format = QN_REFS_FILES;
    else if (strcmp(name, "reftable") == 0)
        options->refs_format = QN_REFS_REFTABLE;
    else
        cli_die_with(cli, "unknown ref storage format '%s'", name);
}

/* What the table fills in that the operation wants in another form. */
struct words {
    const char *separate, *template_directory, *format;
    const char *upload_pack, *bundle_uri;
    int local, hardlinks, tags, single, verbosity, shallow, family, jobs;
    bool shallow_submodules, remote_submodules;
    struct cli_depth_words depth_words;
    struct qn_fetch_depth depth;
    struct cli_list server_options;
    struct qn_wire_words server_words;
    struct qn_connection_options connection;
    struct qn_config *config; /* with what -c says */
    struct qn_buf filter;
    struct qn_buf separate_path;
    struct qn_buf template_path;
};

/* What -c says counts from the start. */
static void load_settings(struct cli *cli, struct words *words,
                          const struct cli_list *settings)
{
    size_t i;

    cli_check(cli, qn_repo_outside_config(cli->ctx, &words->config));
    cli->is_mute = true;
    for (i = 0; i < settings->count; i++)
        if (qn_config_add_parameter(cli->ctx, words->config,
                                    settings->items[i]))
            cli_forget(cli); /* told of when it is written */
    cli->is_mute = false;
}

static void set_up_connection(struct cli *cli, struct qn_clone_options *options,
                              struct words *words)
{
    struct qn_remote none = {.name = options->remote_name};
    size_t i;

    cli_connection_options(cli, &none, QN_SERVICE_UPLOAD_PACK,
                           &words->connection);
    words->connection.config = words->config;
    words->connection.program = words->upload_pack;
    words->connection.family = words->family;
    words->connection.verbosity = words->verbosity < 0   ? -1
                                  : words->verbosity > 0 ? 1
                                                         : 0;
    words->connection.helper_extra =
        words->verbosity > 1 ? words->verbosity - 1 : 0;
    options->connection = &words->connection;
    for (i = 0; i < words->server_options.count; i++)
        cli_check(cli, qn_wire_words_add(cli->ctx, &words->server_words,
                                         qn_bytes_from_string(
                                             words->server_options.items[i])));
    if (words->server_words.count)
        options->server_options = &words->server_words;
}

static int set_filter(struct cli *cli, const struct cli_option *option,
                      const char *argument, bool is_negated)
{
    struct words *words = option->value;

    if (is_negated)
        qn_buf_clear(&words->filter);
    else
        cli_add_filter(cli, argument, &words->filter);
    return 0;
}

static void check_depth(struct cli *cli, struct qn_clone_options *options,
                        struct words *words)
{
    const struct cli_depth_words *said = &words->depth_words;

    if (words->bundle_uri &&
        (said->depth || said->since || said->excludes.count))
        cli_die_with(cli, "options '%s' and '%s' cannot be used together",
                     "--bundle-uri",
                     "--depth/--shallow-since/--shallow-exclude");
    cli_fetch_depth(cli, said, &words->depth);
    if (qn_fetch_depth_is_set(&words->depth)) {
        options->depth = &words->depth;
        if (words->single < 0)
            words->single = 1;
    }
    options->bundle_uri = words->bundle_uri;
    if (options->revision)
        words->single = 1;
}

static void choose(struct cli *cli, struct qn_clone_options *options,
                   struct words *words)
{
    const char *variable;

    if (options->is_mirror)
        options->is_bare = true;
    options->has_submodule_paths =
        cli_config_bool(cli, "init.defaultSubmodulePathConfig", false);
    if (options->is_bare && words->separate)
        cli_die_with(cli, "options '%s' and '%s' cannot be used together",
                     "--bare", "--separate-git-dir");
    if (!options->remote_name)
        options->remote_name = qn_config_string(
            words->config, "clone.defaultremotename", "origin");
    options->rejects_shallow = words->shallow > 0;
    if (words->shallow < 0)
        cli_check(cli,
                  qn_config_bool(cli->ctx, words->config, "clone.rejectshallow",
                                 false, &options->rejects_shallow));
    check_depth(cli, options, words);
    if (words->filter.size)
        options->filter = qn_buf_string(&words->filter);
    options->default_branch =
        cli_config_string(cli, "init.defaultbranch", "master");
    variable = getenv("GIT_TEST_DEFAULT_INITIAL_BRANCH_NAME");
    if (variable && *variable)
        options->default_branch = variable;
    options->no_tags = !words->tags;
    options->single_branch = words->single > 0;
    options->local = words->local == 0   ? QN_CLONE_LOCAL_NO
                     : !words->hardlinks ? QN_CLONE_LOCAL_COPY
                     : words->local > 0  ? QN_CLONE_LOCAL_YES
                                         : QN_CLONE_LOCAL_AUTO;
    if (words->separate) {
        cli_check(cli, cli_absolute_path(cli, words->separate,
                                         &words->separate_path));
        options->separate_git_directory = qn_buf_string(&words->separate_path);
    }
    choose_format(cli, words->format, options);
    options->shared = cli_config_string(cli, "core.sharedrepository", NULL);
    options->template_directory = cli_template_directory(
        cli, words->template_directory, &words->template_path);
    set_up_connection(cli, options, words);
}

static void clone(struct cli *cli, struct clone_command *command,
                  struct qn_clone_options *options)
{
    enum qn_status status;

    options->calls.data = command;
    options->calls.begins = begins;
    options->calls.has_objects = has_objects;
    options->calls.takes_default = takes_default;
    options->calls.is_detached = is_detached;
    options->calls.misses_files = misses_files;
    options->calls.said = said;
    command->is_bare = options->is_bare;
    command->no_checkout = options->no_checkout;
    cli_remote_said_begin(cli, &command->said, options->source);
    status = qn_op_clone(cli->ctx, options);
    cli_remote_said_end(&command->said);
    if (command->misses_files &&
        strcmp(qn_ctx_reason(cli->ctx), "odb.corrupt") != 0) {
        (void)cli_fail(cli);
        cli_warning(cli,
                    "Clone succeeded, but checkout failed.\n"
                    "You can inspect what was checked out with 'git status'\n"
                    "and retry with 'git restore --source=HEAD :/'\n");
        cli_exit(cli, 128);
    }
    if (status && strcmp(qn_ctx_reason(cli->ctx), "clone.sparse") == 0) {
        cli_error(cli, "%s", qn_ctx_message(cli->ctx));
        cli_exit(cli, 1);
    }
    cli_check(cli, status);
}

/* All is chosen. */
static void run(struct cli *cli, struct clone_command *command,
                struct qn_clone_options *options, struct words *words)
{
    command->is_quiet = words->verbosity < 0;
    command->config = words->config;
    options->shows_progress =
        !command->is_quiet && cli_wants_progress(command->progress);
    options->quiets_server = command->progress == CLI_PROGRESS_IS_JSON;
    options->hears_server = command->progress > 0 && !options->quiets_server;
    cli_show_transfer(cli, !command->is_quiet, command->progress);
    clone(cli, command, options);
    qn_config_free(words->config);
    qn_wire_words_dispose(&words->server_words);
    qn_buf_dispose(&words->filter);
    qn_buf_dispose(&words->separate_path);
    qn_buf_dispose(&words->template_path);
}

int cmd_clone(struct cli *cli, int argc, char **argv)
{
    struct qn_clone_options options = {.remote_name = NULL};
    struct clone_command command = {.cli = cli, .progress = -1};
    struct cli_list references = {0}, optional = {0};
    struct cli_list settings = {0}, submodules = {0};
    struct words words = {
        .local = -1, .hardlinks = 1, .tags = 1, .single = -1, .shallow = -1};
    const struct cli_option table[] = {
        CLI_VERBOSE(&words.verbosity),
        CLI_QUIET(&words.verbosity),
        CLI_TRANSFER_PROGRESS(&command.progress),
        CLI_TRISTATE(0, "reject-shallow", &words.shallow,
                     "refuse a shallow source"),
        CLI_FLAG('n', "no-checkout", &options.no_checkout,
                 "do not check out a work tree"),
        CLI_FLAG(0, "bare", &options.is_bare, "make a bare repository"),
        CLI_FLAG_WITH(0, "naked", &options.is_bare, "the same",
                      CLI_OPTION_HIDDEN),
        CLI_FLAG(0, "mirror", &options.is_mirror, "mirror all refs (bare)"),
        CLI_TRISTATE('l', "local", &words.local, "link the objects of a path"),
        CLI_CALLBACK(0, "no-hardlinks", &words.hardlinks, NULL,
                     "copy rather than link", CLI_OPTION_NO_ARGUMENT,
                     set_tristate_off),
        CLI_FLAG('s', "shared", &options.is_shared,
                 "use the source's objects where they are"),
        CLI_CALLBACK(0, "recurse-submodules", &submodules, "pathspec",
                     "submodules, too", CLI_OPTION_OPTIONAL, add_submodules),
        {.kind = CLI_KIND_CALLBACK,
         .long_name = "recursive",
         .help = "the same",
         .value = &submodules,
         .argument = "pathspec",
         .callback = add_submodules,
         .flags = CLI_OPTION_OPTIONAL | CLI_OPTION_ALIAS},
        CLI_INTEGER('j', "jobs", &words.jobs, "so many submodules at once"),
        CLI_STRING(0, "template", &words.template_directory, "directory",
                   "what to copy into the new repository"),
        CLI_LIST(0, "reference", &references, "repo",
                 "borrow objects from there"),
        CLI_LIST(0, "reference-if-able", &optional, "repo",
                 "the same, if it can be"),
        CLI_FLAG(0, "dissociate", &options.dissociates,
                 "copy what --reference borrowed"),
        CLI_STRING('o', "origin", &options.remote_name, "name",
                   "what to call the remote"),
        CLI_STRING('b', "branch", &options.branch, "branch",
                   "the branch or tag to check out"),
        CLI_STRING(0, "revision", &options.revision, "revision",
                   "only what leads to it, and HEAD there"),
        CLI_STRING('u', "upload-pack", &words.upload_pack, "path",
                   "the program that serves at the other side"),
        CLI_STRING(0, "depth", &words.depth_words.depth, "depth",
                   "so many commits"),
        CLI_STRING(0, "shallow-since", &words.depth_words.since, "time",
                   "commits since then"),
        CLI_LIST(0, "shallow-exclude", &words.depth_words.excludes, "ref",
                 "commits not reached from there"),
        CLI_TRISTATE(0, "single-branch", &words.single, "only one branch"),
        CLI_TRISTATE(0, "tags", &words.tags, "tags, too"),
        CLI_FLAG(0, "shallow-submodules", &words.shallow_submodules,
                 "submodules of one commit each"),
        CLI_STRING(0, "separate-git-dir", &words.separate, "directory",
                   "where the repository itself goes"),
        CLI_STRING(0, "ref-format", &words.format, "format",
                   "files or reftable"),
        CLI_LIST('c', "config", &settings, "key=value",
                 "settings of the new repository"),
        CLI_LIST(0, "server-option", &words.server_options, "option",
                 "tell the server"),
        CLI_SET('4', "ipv4", &words.family, 4, "only IPv4"),
        CLI_SET('6', "ipv6", &words.family, 6, "only IPv6"),
        CLI_CALLBACK(0, "filter", &words, "args", "leave out objects", 0,
                     set_filter),
        CLI_FLAG(0, "also-filter-submodules", &options.filters_submodules,
                 "submodules with the same filter"),
        CLI_FLAG(0, "remote-submodules", &words.remote_submodules,
                 "submodules at their branches"),
        CLI_FLAG(0, "sparse", &options.is_sparse,
                 "check out only the files at the top"),
        CLI_STRING(0, "bundle-uri", &words.bundle_uri, "uri",
                   "a bundle to begin with"),
        CLI_END};

    argc = cli_parse(cli, argc, argv, table, usage, 0);
    if (argc > 2)
        cli_usage_with(cli, usage, table, "Too many arguments.");
    if (argc == 0)
        cli_usage_with(cli, usage, table,
                       "You must specify a repository to clone.");
    options.source = argv[0];
    options.directory = argc == 2 ? argv[1] : NULL;
    load_settings(cli, &words, &settings);
    choose(cli, &options, &words);
    options.references = finish(cli, &references);
    options.optional_references = finish(cli, &optional);
    options.settings = finish(cli, &settings);
    options.submodules = finish(cli, &submodules);
    run(cli, &command, &options, &words);
    return 0;
}
