/* SPDX-License-Identifier: MIT */
/* config, in both its tongues: `config get a.b` and `config --get a.b`. */
#include "cli/config_show.h"
#include "cli/config_url.h"
#include "config/config_edit.h"
#include "config/config_files.h"
#include "os/file.h"
#include "text/color.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum action {
    ACTION_NONE = 0,
    ACTION_GET,
    ACTION_GET_ALL,
    ACTION_GET_REGEXP,
    ACTION_REPLACE_ALL,
    ACTION_ADD,
    ACTION_UNSET,
    ACTION_UNSET_ALL,
    ACTION_RENAME,
    ACTION_REMOVE,
    ACTION_LIST,
    ACTION_EDIT,
    ACTION_SET,
    ACTION_GET_COLOR,
    ACTION_GET_COLORBOOL,
    ACTION_GET_URLMATCH
};

struct config {
    struct cli *cli;
    struct config_show show;
    int action;
    bool is_global, is_system, is_local, is_worktree;
    const char *file, *blob;
    int includes; /* 1: wanted, 2: not wanted */
    const char *comment, *value, *url;
    bool is_fixed, all, regexp, appends, is_subcommand;
    char *bad_line; /* the message about it; what stands before was read */
    struct qn_config *own;
    struct qn_buf path;
    struct qn_buf key;
};

static const char *const usage[] = {
    "git config list [<file-option>] [<display-option>] [--includes]",
    "git config get [<file-option>] [<display-option>] [--all] <name>",
    "git config set [<file-option>] [--all] [--value=<pattern>] <name> <value>",
    "git config unset [<file-option>] [--all] [--value=<pattern>] <name>",
    "git config rename-section [<file-option>] <old-name> <new-name>",
    "git config remove-section [<file-option>] <name>",
    "git config edit [<file-option>]",
    "git config [<file-option>] --get-colorbool <name> [<stdout-is-tty>]",
    NULL};

/* --type=<t>, --bool and its like (the option's name is the type then); two
 * different ones are refused. */
static int set_type(struct cli *cli, const struct cli_option *option,
                    const char *argument, bool is_negated)
{
    static const char *const known[] = {"bool",        "int",  "bool-or-int",
                                        "bool-or-str", "path", "expiry-date",
                                        "color"};
    struct config *c = option->value;
    const char *type = argument ? argument : option->long_name;
    size_t i;

    if (is_negated) {
        c->show.type = NULL;
        return 0;
    }
    for (i = 0; i < QN_COUNT_OF(known); i++)
        if (strcmp(type, known[i]) == 0)
            break;
    if (i == QN_COUNT_OF(known))
        cli_die_with(cli, "unrecognized --type argument, %s", type);
    if (c->show.type && strcmp(c->show.type, type) != 0) {
        cli_error(cli, "only one type at a time");
        return 1;
    }
    c->show.type = type;
    return 0;
}

static bool has_file(const struct config *c)
{
    return c->is_global || c->is_system || c->is_local || c->is_worktree ||
           c->file || c->blob;
}

/* The one file that is read or written; empty when every source is read. */
static void settle_file(struct config *c, bool writes)
{
    struct cli *cli = c->cli;
    int count;

    if (!c->file) /* git-config(1): as if --file had been said */
        c->file = qn_env_variable(cli->env, "GIT_CONFIG");
    count = c->is_global + c->is_system + c->is_local + c->is_worktree +
            (c->file != NULL) + (c->blob != NULL);

    if (count > 1) {
        cli_error(cli, "only one config file at a time");
        cli_exit(cli, CLI_EXIT_USAGE);
    }
    cli_open_repo(cli, CLI_OPEN_GENTLY);
    if (c->is_local && !cli->repo)
        cli_die_with(cli, "--local can only be used inside a git repository");
    if (c->is_worktree && !cli->repo)
        cli_die_with(cli,
                     "--worktree can only be used inside a git repository");
    if (c->blob && !cli->repo)
        cli_die_with(cli, "--blob can only be used inside a git repository");
    if (c->blob && writes)
        cli_die_with(cli, "writing config blobs is not supported");
    if (c->file && strcmp(c->file, "-") == 0 && writes)
        cli_die_with(cli, "writing to stdin is not supported");
    if (c->file) {
        cli_check(cli, qn_buf_append_string(cli->ctx, &c->path, c->file));
    } else if (c->is_global) {
        const char *given = qn_env_variable(cli->env, "GIT_CONFIG_GLOBAL");

        if (!given || *given || writes)
            cli_check(cli, qn_config_files_global_path(cli->ctx, &c->path));
    } else if (c->is_system) {
        cli_check(cli, qn_config_files_system_path(cli->ctx, &c->path));
    } else if (c->is_worktree) {
        bool enabled = cli_config_bool(cli, "extensions.worktreeConfig", false);

        cli_check(cli, qn_repo_path(cli->ctx, cli->repo,
                                    enabled ? "config.worktree" : "config",
                                    &c->path));
    } else if (c->is_local || (writes && !c->blob)) {
        if (!cli->repo)
            cli_die_with(cli, "not in a git directory");
        cli_check(cli, qn_repo_path(cli->ctx, cli->repo, "config", &c->path));
        if (!qn_bytes_has_prefix(qn_buf_bytes(&c->path), "/"))
            return;
        /* as it is shown: ".git/config" at the top */
        if (!strcmp(qn_repo_git_directory_shown(cli->repo), ".git") &&
            !*cli_prefix(cli)) {
            qn_buf_clear(&c->path);
            cli_check(cli,
                      qn_buf_append_string(cli->ctx, &c->path, ".git/config"));
        }
    }
}

static void read_blob(struct config *c)
{
    struct cli *cli = c->cli;
    struct qn_revision revision = QN_REVISION_INIT;
    struct qn_object object = QN_OBJECT_INIT;

    cli_open_views(cli);
    if (qn_revision_parse(cli->ctx, &cli->scope, c->blob, &revision)) {
        cli_error(cli, "unable to resolve config blob '%s'", c->blob);
        cli_die_with(cli, "error processing config file(s)");
    }
    cli_check(cli, qn_odb_read_typed(cli->ctx, cli->odb, &revision.id,
                                     QN_OBJECT_BLOB, &object));
    cli_check(cli, qn_config_add_bytes(
                       cli->ctx, c->own, qn_object_bytes(&object),
                       QN_CONFIG_SCOPE_COMMAND, "blob", c->blob, NULL));
    qn_object_dispose(&object);
    qn_revision_dispose(&revision);
}

/* The files of the one place that was asked for. */
static enum qn_status add_place(struct config *c,
                                const struct qn_config_conditions *asked,
                                bool *was_there)
{
    struct cli *cli = c->cli;
    enum qn_config_scope scope = c->is_global     ? QN_CONFIG_SCOPE_GLOBAL
                                 : c->is_system   ? QN_CONFIG_SCOPE_SYSTEM
                                 : c->is_local    ? QN_CONFIG_SCOPE_LOCAL
                                 : c->is_worktree ? QN_CONFIG_SCOPE_LOCAL
                                                  : QN_CONFIG_SCOPE_COMMAND;
    struct qn_buf xdg = QN_BUF_INIT;
    struct qn_buf user = QN_BUF_INIT;
    enum qn_status status;

    if (!c->is_global)
        return qn_config_add_file(cli->ctx, c->own, qn_buf_string(&c->path),
                                  scope, asked, was_there);
    status = qn_config_files_global(cli->ctx, &xdg, &user);
    if (!status && xdg.size)
        status = qn_config_add_file(cli->ctx, c->own, qn_buf_string(&xdg),
                                    scope, asked, NULL);
    *was_there = qn_config_count(c->own) > 0;
    if (!status && user.size)
        status =
            qn_config_add_file(cli->ctx, c->own, qn_buf_string(&user), scope,
                               asked, *was_there ? NULL : was_there);
    qn_buf_dispose(&xdg);
    qn_buf_dispose(&user);
    return status;
}

static void read_place(struct config *c)
{
    struct cli *cli = c->cli;
    struct qn_repo_conditions with;
    const struct qn_config_conditions *asked = NULL;
    struct qn_config *first = NULL;
    bool was_there = true;
    enum qn_status status;

    qn_repo_conditions_init(cli->ctx, cli->repo, &with);
    if (c->includes == 1)
        asked = &with.conditions;
    status = add_place(c, asked, &was_there);
    if (!status && qn_config_wants_urls(c->own)) {
        first = c->own;
        with.conditions.urls = first;
        cli_check(cli, qn_config_new(cli->ctx, &c->own));
        c->show.config = c->own;
        status = add_place(c, asked, &was_there);
    }
    qn_config_free(first);
    qn_repo_conditions_dispose(&with);
    /* A list says what stands before the bad line, the others look at it. */
    if (status == QN_INVALID && c->action != ACTION_GET_URLMATCH &&
        (strcmp(qn_ctx_reason(cli->ctx), "config.bad-line") == 0 ||
         (c->action == ACTION_LIST &&
          strcmp(qn_ctx_reason(cli->ctx), "config.include-depth") == 0)))
        c->bad_line = qn_memory_string(
            cli->ctx, qn_bytes_from_string(qn_ctx_message(cli->ctx)));
    else
        cli_check(cli, status);
    if (!was_there && c->action == ACTION_LIST && (c->file || c->is_global))
        cli_die_with(cli,
                     "unable to read config file '%s': No such file "
                     "or directory",
                     qn_buf_string(&c->path));
}

/* Build the configuration that is asked. */
static void read_sources(struct config *c)
{
    struct cli *cli = c->cli;

    if (!has_file(c) && c->includes != 2) {
        c->show.config = cli_config(cli);
        return;
    }
    cli_check(cli, qn_config_new(cli->ctx, &c->own));
    c->show.config = c->own;
    if (c->blob) {
        read_blob(c);
    } else if (c->file && strcmp(c->file, "-") == 0) {
        struct qn_buf text = QN_BUF_INIT;

        cli_check(cli, qn_file_read_rest(cli->ctx, STDIN_FILENO, &text));
        cli_check(cli,
                  qn_config_add_bytes(cli->ctx, c->own, qn_buf_bytes(&text),
                                      QN_CONFIG_SCOPE_COMMAND, "standard input",
                                      "", NULL));
        qn_buf_dispose(&text);
    } else if (!has_file(c)) {
        cli_check(cli, qn_config_files_add(cli->ctx, c->own, NULL));
        if (cli->repo) {
            cli_check(cli,
                      qn_repo_path(cli->ctx, cli->repo, "config", &c->path));
            cli_check(cli, qn_config_add_file(
                               cli->ctx, c->own, qn_buf_string(&c->path),
                               QN_CONFIG_SCOPE_LOCAL, NULL, NULL));
        }
        cli_check(cli, qn_config_add_variables(cli->ctx, c->own, NULL));
    } else {
        read_place(c);
    }
}

static int bad_key(struct config *c)
{
    const char *reason = qn_ctx_reason(c->cli->ctx);

    cli_error(c->cli, "%s", qn_ctx_message(c->cli->ctx));
    return strcmp(reason, "config.no-section") == 0 ||
                   strcmp(reason, "config.no-name") == 0
               ? 2
               : 1;
}

/* A key expression: lower case before the first dot and behind the last. */
static int set_key_pattern(struct config *c, const char *text)
{
    struct qn_buf folded = QN_BUF_INIT;
    const char *first = strchr(text, '.');
    const char *last = strrchr(text, '.');
    const char *p;
    enum qn_status status = QN_OK;

    for (p = text; *p && !status; p++) {
        bool folds = !first || p < first || p > last;
        uint8_t byte = (uint8_t)*p;

        if (folds && byte >= 'A' && byte <= 'Z')
            byte = (uint8_t)(byte + 32);
        status = qn_buf_append_byte(c->cli->ctx, &folded, byte);
    }
    if (!status)
        status = qn_regex_new(c->cli->ctx, qn_buf_bytes(&folded),
                              QN_REGEX_EXTENDED, 0, &c->show.key_pattern);
    qn_buf_dispose(&folded);
    if (status) {
        cli_error(c->cli, "invalid key pattern: %s", text);
        return 6;
    }
    return 0;
}

static int set_value_pattern(struct config *c, const char *text)
{
    if (!text)
        return 0;
    if (c->is_fixed) {
        c->show.fixed_value = text;
        return 0;
    }
    c->show.negates = text[0] == '!';
    if (qn_regex_new(c->cli->ctx, qn_bytes_from_string(text + c->show.negates),
                     QN_REGEX_EXTENDED, 0, &c->show.value_pattern)) {
        cli_error(c->cli, "invalid pattern: %s", text);
        return 6;
    }
    return 0;
}

static int do_get(struct config *c, const char *name, const char *pattern)
{
    int code;

    settle_file(c, false);
    if (c->action == ACTION_GET_REGEXP || c->regexp) {
        code = set_key_pattern(c, name);
    } else {
        code = 0;
        if (qn_config_normalise_key(c->cli->ctx, name, &c->key))
            code = bad_key(c) ? 1 : 0;
        c->show.key = qn_buf_string(&c->key);
        c->show.typed_key = name;
    }
    if (!code)
        code = set_value_pattern(c, pattern);
    if (code)
        return code;
    read_sources(c);
    c->show.all |=
        c->action == ACTION_GET_ALL || c->action == ACTION_GET_REGEXP;
    c->show.shows_names |= c->action == ACTION_GET_REGEXP;
    if (c->bad_line) {
        config_show_check(&c->show);
        cli_die_with(c->cli, "%s", c->bad_line);
    }
    return config_show_run(&c->show);
}

static int do_url(struct config *c, const char *name, const char *url)
{
    settle_file(c, false);
    read_sources(c);
    return config_url_run(&c->show, name, url);
}

static int do_list(struct config *c)
{
    settle_file(c, false);
    read_sources(c);
    c->show.is_list = c->show.all = c->show.shows_names = true;
    if (c->bad_line) {
        (void)config_show_run(&c->show);
        cli_die_with(c->cli, "%s", c->bad_line);
    }
    return config_show_run(&c->show);
}

/* The value as it is written under a type. */
static const char *normalise(struct config *c, const char *key,
                             const char *value, struct qn_buf *room)
{
    const struct qn_config_entry entry = {.key = key,
                                          .value = value,
                                          .origin_type = "command line",
                                          .origin = ""};
    const char *type = c->show.type;

    if (!type || strcmp(type, "path") == 0 || strcmp(type, "expiry-date") == 0)
        return value;
    if (strcmp(type, "color") == 0) {
        if (qn_color_parse(c->cli->ctx, qn_bytes_from_string(value), room)) {
            cli_error(c->cli, "%s", qn_ctx_message(c->cli->ctx));
            cli_die_with(c->cli, "cannot parse color '%s'", value);
        }
        return value;
    }
    (void)config_show_value(&c->show, &entry, room);
    return qn_buf_string(room);
}

static int report_edit(struct config *c, enum qn_status status, const char *key,
                       bool is_set)
{
    const char *reason = qn_ctx_reason(c->cli->ctx);

    if (!status)
        return 0;
    if (strcmp(reason, "config.nothing") == 0)
        return 5;
    if (strcmp(reason, "config.multiple-values") == 0) {
        if (is_set)
            cli_error(c->cli,
                      "cannot overwrite multiple values with a single value\n"
                      "       Use %s to change %s.",
                      c->is_subcommand ? "--value=<pattern>, --append or --all"
                                       : "a regexp, --add or --replace-all",
                      key);
        return 5;
    }
    if (strcmp(reason, "config.bad-pattern") == 0) {
        cli_error(c->cli, "%s", qn_ctx_message(c->cli->ctx));
        return 6;
    }
    if (strcmp(reason, "config.no-section") == 0 ||
        strcmp(reason, "config.no-name") == 0 ||
        strcmp(reason, "config.invalid-key") == 0)
        return bad_key(c);
    if (strcmp(reason, "config.bad-header") == 0) {
        cli_error(c->cli, "%s", qn_ctx_message(c->cli->ctx));
        cli_error(c->cli, "invalid config file %s", qn_buf_string(&c->path));
        return 3;
    }
    if (strcmp(reason, "config.bad-line") == 0 ||
        strcmp(reason, "config.bad-comment") == 0)
        return cli_fail(c->cli);
    cli_error(c->cli, "%s", qn_ctx_message(c->cli->ctx));
    if (strcmp(reason, "config.not-written") == 0)
        return 4;
    return 255;
}

static int do_edit(struct config *c, const char *key, const char *value,
                   const char *pattern)
{
    struct qn_config_edit edit = QN_CONFIG_EDIT_INIT;
    struct qn_buf room = QN_BUF_INIT;
    bool is_plain = c->action == ACTION_SET && !c->all;
    enum qn_status status;
    int code;

    settle_file(c, true);
    if (c->comment && strchr(c->comment, '\n'))
        return cli_fatal(c->cli, "no multi-line comment allowed: '%s'",
                         c->comment);
    edit.key = key;
    edit.value_pattern = pattern;
    edit.pattern_is_fixed = c->is_fixed;
    edit.all = c->all || c->action == ACTION_REPLACE_ALL ||
               c->action == ACTION_UNSET_ALL;
    edit.appends = c->appends || c->action == ACTION_ADD;
    edit.comment = c->comment;
    if (c->cli->repo)
        edit.lock_timeout_ms =
            cli_config_int(c->cli, "core.configLockTimeout", 1000);
    if (value)
        edit.value = normalise(c, key, value, &room);
    status = qn_config_edit_file(c->cli->ctx, qn_buf_string(&c->path), &edit);
    code = report_edit(c, status, key, is_plain && value && !pattern);
    qn_buf_dispose(&room);
    return code;
}

static int do_section(struct config *c, const char *from, const char *to)
{
    bool found = false;
    enum qn_status status;

    settle_file(c, true);
    status = qn_config_edit_section(c->cli->ctx, qn_buf_string(&c->path), from,
                                    to, false, &found);
    if (status)
        return report_edit(c, status, from, false);
    if (!found)
        cli_die_with(c->cli, "no such section: %s", from);
    return 0;
}

static int do_editor(struct config *c)
{
    struct cli *cli = c->cli;

    if (c->blob)
        cli_die_with(cli, "editing blobs is not supported");
    settle_file(c, true);
    if (cli_edit(cli, qn_buf_string(&c->path), NULL))
        (void)cli_error(cli, "%s", qn_ctx_message(cli->ctx));
    return 0;
}

/* Every value is parsed, as Git parses while it reads; the name is compared as
 * it is given. */
static int do_color(struct config *c, const char *name, const char *fallback)
{
    struct cli *cli = c->cli;
    struct qn_buf out = QN_BUF_INIT;
    bool found = false;
    size_t i;

    settle_file(c, false);
    read_sources(c);
    c->show.type = "color";
    for (i = 0; i < qn_config_count(c->show.config); i++) {
        const struct qn_config_entry *entry = qn_config_at(c->show.config, i);

        if (strcmp(entry->key, name) != 0)
            continue;
        qn_buf_clear(&out);
        (void)config_show_value(&c->show, entry, &out);
        found = true;
    }
    if (c->bad_line)
        cli_die_with(cli, "%s", c->bad_line);
    if (!found && fallback &&
        qn_color_parse(cli->ctx, qn_bytes_from_string(fallback), &out)) {
        cli_error(cli, "%s", qn_ctx_message(cli->ctx));
        cli_die_with(cli, "unable to parse default color value");
    }
    cli_write(cli, out.data, out.size);
    qn_buf_dispose(&out);
    return 0;
}

/* "never", "always", "auto", or a bool (which means "auto"); the last one that
 * is called `name`, as it is given. */
static bool find_colorbool(struct config *c, const char *name,
                           const char **value)
{
    bool found = false;
    bool flag;
    size_t i;

    for (i = 0; i < qn_config_count(c->show.config); i++) {
        const struct qn_config_entry *entry = qn_config_at(c->show.config, i);
        const char *text = entry->value;

        if (strcmp(entry->key, name) != 0)
            continue;
        found = true;
        *value = text && (!strcmp(text, "never") || !strcmp(text, "always"))
                     ? text
                     : "auto";
        if (text && (!strcmp(*value, text) || !strcmp(text, "auto")))
            continue;
        cli_check(c->cli, qn_config_entry_bool(c->cli->ctx, entry, &flag));
        if (!flag)
            *value = "never";
    }
    return found;
}

static int do_colorbool(struct config *c, const char *name, const char *tty)
{
    struct cli *cli = c->cli;
    bool is_terminal =
        tty ? strcmp(tty, "true") == 0 : cli_out_is_terminal(cli);
    const char *text = "auto";
    bool flag;

    settle_file(c, false);
    read_sources(c);
    if (!find_colorbool(c, name, &text))
        (void)find_colorbool(c, "color.ui", &text);
    if (c->bad_line)
        cli_die_with(cli, "%s", c->bad_line);
    flag = strcmp(text, "always") == 0 ||
           (strcmp(text, "auto") == 0 && is_terminal);
    if (tty) {
        cli_printf(cli, "%s\n", flag ? "true" : "false");
        return 0;
    }
    return flag ? 0 : 1;
}

/* The number of words behind the action. */
static void check_count(struct config *c, int count, int least, int most)
{
    if (count >= least && count <= most)
        return;
    if (least == most)
        cli_error(c->cli, "wrong number of arguments, should be %d", least);
    else
        cli_error(c->cli, "wrong number of arguments, should be from %d to %d",
                  least, most);
    cli_exit(c->cli, CLI_EXIT_USAGE);
}

static int run(struct config *c, int argc, char **argv)
{
    const char *one = argc > 0 ? argv[0] : NULL;
    const char *two = argc > 1 ? argv[1] : NULL;
    const char *three = argc > 2 ? argv[2] : NULL;

    switch (c->action) {
    case ACTION_LIST:
        check_count(c, argc, 0, 0);
        cli_start_pager(c->cli, true);
        return do_list(c);
    case ACTION_GET:
    case ACTION_GET_ALL:
    case ACTION_GET_REGEXP:
        check_count(c, argc, 1, 2);
        if (c->action != ACTION_GET)
            cli_start_pager(c->cli, true);
        return do_get(c, one, two);
    case ACTION_GET_URLMATCH:
        check_count(c, argc, 2, 2);
        cli_start_pager(c->cli, true);
        return do_url(c, one, two);
    case ACTION_SET:
    case ACTION_REPLACE_ALL:
        check_count(c, argc, 2, 3);
        return do_edit(c, one, two, three);
    case ACTION_ADD:
        check_count(c, argc, 2, 2);
        return do_edit(c, one, two, NULL);
    case ACTION_UNSET:
    case ACTION_UNSET_ALL:
        check_count(c, argc, 1, 2);
        return do_edit(c, one, NULL, two);
    case ACTION_RENAME:
        check_count(c, argc, 2, 2);
        return do_section(c, one, two);
    case ACTION_REMOVE:
        check_count(c, argc, 1, 1);
        return do_section(c, one, NULL);
    case ACTION_EDIT:
        return do_editor(c);
    case ACTION_GET_COLOR:
        check_count(c, argc, 1, 2);
        return do_color(c, one, two);
    default:
        check_count(c, argc, 1, 2);
        return do_colorbool(c, one, two);
    }
}

#define FILE_OPTIONS(c)                                                        \
    CLI_GROUP("Which file"),                                                   \
        CLI_FLAG(0, "global", &(c).is_global, "the user's"),                   \
        CLI_FLAG(0, "system", &(c).is_system, "the system's"),                 \
        CLI_FLAG(0, "local", &(c).is_local, "the repository's"),               \
        CLI_FLAG(0, "worktree", &(c).is_worktree, "the work tree's"),          \
        CLI_STRING('f', "file", &(c).file, "file", "this one"),                \
        CLI_STRING(0, "blob", &(c).blob, "blob", "this blob")
#define ONE_TYPE(c, name, help)                                                \
    CLI_CALLBACK(0, name, &(c), NULL, help,                                    \
                 CLI_OPTION_NO_ARGUMENT | CLI_OPTION_NO_NEGATE, set_type)
#define TYPE_OPTIONS(c)                                                        \
    CLI_CALLBACK('t', "type", &(c), "type", "the type of the value", 0,        \
                 set_type),                                                    \
        ONE_TYPE(c, "bool", "true or false"), ONE_TYPE(c, "int", "a number"),  \
        ONE_TYPE(c, "bool-or-int", "either"),                                  \
        ONE_TYPE(c, "bool-or-str", "a bool, or text"),                         \
        ONE_TYPE(c, "path", "a path"), ONE_TYPE(c, "expiry-date", "a time")
#define SHOW_OPTIONS(c)                                                        \
    CLI_GROUP("How it is shown"),                                              \
        CLI_FLAG('z', "null", &(c).show.ends_in_nul, "values end in NUL"),     \
        CLI_FLAG(0, "name-only", &(c).show.name_only, "only names"),           \
        CLI_FLAG(0, "show-origin", &(c).show.shows_origin,                     \
                 "where it is from"),                                          \
        CLI_FLAG(0, "show-scope", &(c).show.shows_scope, "whose it is"),       \
        CLI_FLAG(0, "show-names", &(c).show.shows_names, "names, too")
#define INCLUDES(c)                                                            \
    {                                                                          \
        CLI_KIND_CALLBACK, 0, "includes", &(c), NULL, "included files, too",   \
            CLI_OPTION_NO_ARGUMENT, 0, set_includes                            \
    }
#define VALUE_OPTIONS(c)                                                       \
    CLI_STRING(0, "value", &(c).value, "pattern", "only values that match"),   \
        CLI_FLAG(0, "fixed-value", &(c).is_fixed, "compare, no expression")

static int set_includes(struct cli *cli, const struct cli_option *option,
                        const char *argument, bool is_negated)
{
    struct config *c = option->value;

    (void)cli;
    (void)argument;
    c->includes = is_negated ? 2 : 1;
    return 0;
}

static void dispose(struct config *c)
{
    qn_regex_free(c->show.key_pattern);
    qn_regex_free(c->show.value_pattern);
    qn_config_free(c->own);
    qn_buf_dispose(&c->path);
    qn_buf_dispose(&c->key);
}

static void check_fixed(struct config *c, const char *what)
{
    if (c->is_fixed && !c->value)
        cli_die_with(c->cli, "--fixed-value only applies with %s", what);
}

static int sub_list(struct cli *cli, int argc, char **argv)
{
    struct config c = {.cli = cli, .show = {.cli = cli}};
    bool wants_json = false;
    const struct cli_option options[] = {FILE_OPTIONS(c),       SHOW_OPTIONS(c),
                                         CLI_GROUP("Types"),    TYPE_OPTIONS(c),
                                         CLI_GROUP("Others"),   INCLUDES(c),
                                         CLI_JSON(&wants_json), CLI_END};
    struct qn_buf text = QN_BUF_INIT;
    struct qn_json json;
    int code;

    argc =
        cli_parse(cli, argc, argv, options, usage, CLI_PARSE_STOP_AT_ARGUMENT);
    check_count(&c, argc, 0, 0);
    c.action = ACTION_LIST;
    cli_start_pager(cli, true);
    if (wants_json) {
        qn_json_init(&json, cli->ctx, &text);
        qn_json_begin_array(&json);
        c.show.json = &json;
    }
    code = do_list(&c);
    if (wants_json) {
        qn_json_end_array(&json);
        cli_check(cli, qn_json_finish(&json));
        cli_write(cli, text.data, text.size);
    }
    qn_buf_dispose(&text);
    dispose(&c);
    return code;
}

static int sub_get(struct cli *cli, int argc, char **argv)
{
    struct config c = {.cli = cli, .show = {.cli = cli}};
    const struct cli_option options[] = {
        FILE_OPTIONS(c),
        CLI_GROUP("Which values"),
        CLI_FLAG(0, "all", &c.all, "all values"),
        CLI_FLAG(0, "regexp", &c.regexp, "the name is an expression"),
        VALUE_OPTIONS(c),
        CLI_STRING(0, "url", &c.url, "URL", "the value for this URL"),
        SHOW_OPTIONS(c),
        CLI_GROUP("Types"),
        TYPE_OPTIONS(c),
        CLI_GROUP("Others"),
        INCLUDES(c),
        CLI_STRING(0, "default", &c.show.fallback, "value",
                   "when there is none"),
        CLI_END};
    int code;

    argc =
        cli_parse(cli, argc, argv, options, usage, CLI_PARSE_STOP_AT_ARGUMENT);
    check_count(&c, argc, 1, 1);
    check_fixed(&c, "'value-pattern'");
    if (c.show.fallback && (c.all || c.url))
        cli_die_with(cli, "--default= cannot be used with --all or --url=");
    if (c.url && (c.all || c.regexp || c.value))
        cli_die_with(cli, "--url= cannot be used with --all, --regexp or "
                          "--value");
    c.action = ACTION_GET;
    c.show.all = c.all;
    cli_start_pager(cli, true);
    code = c.url ? do_url(&c, argv[0], c.url) : do_get(&c, argv[0], c.value);
    dispose(&c);
    return code;
}

static int sub_set(struct cli *cli, int argc, char **argv)
{
    struct config c = {.cli = cli, .show = {.cli = cli}};
    const struct cli_option options[] = {
        FILE_OPTIONS(c),
        CLI_GROUP("Types"),
        TYPE_OPTIONS(c),
        CLI_GROUP("Which values"),
        CLI_FLAG(0, "all", &c.all, "all values"),
        VALUE_OPTIONS(c),
        CLI_GROUP("Others"),
        CLI_STRING(0, "comment", &c.comment, "text", "a comment behind it"),
        CLI_FLAG(0, "append", &c.appends, "one value more"),
        CLI_END};
    int code;

    argc =
        cli_parse(cli, argc, argv, options, usage, CLI_PARSE_STOP_AT_ARGUMENT);
    if (argc == 1) {
        bool is_valid =
            qn_config_normalise_key(cli->ctx, argv[0], &c.key) == QN_OK;

        cli_error(cli, "missing value to set to %s '%s'",
                  is_valid ? "the variable" : "a variable with an invalid name",
                  argv[0]);
        cli_exit(cli, CLI_EXIT_USAGE);
    }
    check_count(&c, argc, 2, 2);
    check_fixed(&c, "--value=<pattern>");
    if (c.value && c.appends)
        cli_die_with(cli, "--append cannot be used with --value=<pattern>");
    c.action = ACTION_SET;
    c.is_subcommand = true;
    code = do_edit(&c, argv[0], argv[1], c.value);
    dispose(&c);
    return code;
}

static int sub_unset(struct cli *cli, int argc, char **argv)
{
    struct config c = {.cli = cli, .show = {.cli = cli}};
    const struct cli_option options[] = {
        FILE_OPTIONS(c), CLI_GROUP("Which values"),
        CLI_FLAG(0, "all", &c.all, "all values"), VALUE_OPTIONS(c), CLI_END};
    int code;

    argc =
        cli_parse(cli, argc, argv, options, usage, CLI_PARSE_STOP_AT_ARGUMENT);
    check_count(&c, argc, 1, 1);
    check_fixed(&c, "'value-pattern'");
    c.action = ACTION_UNSET;
    code = do_edit(&c, argv[0], NULL, c.value);
    dispose(&c);
    return code;
}

/* rename-section, remove-section, edit: only the file is to be said. */
static int sub_plain(struct cli *cli, int argc, char **argv)
{
    struct config c = {.cli = cli, .show = {.cli = cli}};
    const struct cli_option options[] = {FILE_OPTIONS(c), CLI_END};
    const char *word = argv[0];
    int code;

    argc =
        cli_parse(cli, argc, argv, options, usage, CLI_PARSE_STOP_AT_ARGUMENT);
    if (strcmp(word, "edit") == 0) {
        check_count(&c, argc, 0, 0);
        c.action = ACTION_EDIT;
    } else if (strcmp(word, "rename-section") == 0) {
        c.action = ACTION_RENAME;
    } else {
        c.action = ACTION_REMOVE;
    }
    code = run(&c, argc, argv);
    dispose(&c);
    return code;
}

static void check_options(struct config *c, bool has_pattern)
{
    const char *message = NULL;

    if (c->show.name_only && c->action != ACTION_LIST &&
        c->action != ACTION_GET_REGEXP)
        message = "--name-only is only applicable to --list or --get-regexp";
    else if (c->show.shows_origin && c->action != ACTION_LIST &&
             (c->action < ACTION_GET || c->action > ACTION_GET_REGEXP))
        message = "--show-origin is only applicable to --get, --get-all, "
                  "--get-regexp, and --list";
    else if (c->show.fallback && c->action != ACTION_GET)
        message = "--default is only applicable to --get";
    else if (c->comment && c->action != ACTION_ADD && c->action != ACTION_SET &&
             c->action != ACTION_REPLACE_ALL)
        message = "--comment is only applicable to add/set/replace operations";
    else if (c->is_fixed && !has_pattern)
        message = "--fixed-value only applies with 'value-pattern'";
    if (message) {
        cli_error(c->cli, "%s", message);
        cli_exit(c->cli, CLI_EXIT_USAGE);
    }
}

/* The old tongue: `config --get a.b`, `config a.b c`. */
static int run_options(struct cli *cli, int argc, char **argv)
{
    struct config c = {.cli = cli, .show = {.cli = cli}};
    const struct cli_option options[] = {
        FILE_OPTIONS(c),
        CLI_GROUP("What to do (the words list, get, set ... say the same)"),
        CLI_MODE(0, "get", &c.action, ACTION_GET, "the last value"),
        CLI_MODE(0, "get-all", &c.action, ACTION_GET_ALL, "all values"),
        CLI_MODE(0, "get-regexp", &c.action, ACTION_GET_REGEXP,
                 "values of keys that match"),
        CLI_MODE(0, "get-urlmatch", &c.action, ACTION_GET_URLMATCH,
                 "the value for a URL"),
        CLI_MODE(0, "replace-all", &c.action, ACTION_REPLACE_ALL,
                 "replace all values"),
        CLI_MODE(0, "add", &c.action, ACTION_ADD, "one value more"),
        CLI_MODE(0, "unset", &c.action, ACTION_UNSET, "remove one"),
        CLI_MODE(0, "unset-all", &c.action, ACTION_UNSET_ALL, "remove all"),
        CLI_MODE(0, "rename-section", &c.action, ACTION_RENAME,
                 "rename a section"),
        CLI_MODE(0, "remove-section", &c.action, ACTION_REMOVE,
                 "remove a section"),
        CLI_MODE('l', "list", &c.action, ACTION_LIST, "list all"),
        CLI_MODE('e', "edit", &c.action, ACTION_EDIT, "open an editor"),
        CLI_MODE(0, "get-color", &c.action, ACTION_GET_COLOR,
                 "a colour's sequence"),
        CLI_MODE(0, "get-colorbool", &c.action, ACTION_GET_COLORBOOL,
                 "whether to colour"),
        SHOW_OPTIONS(c),
        CLI_GROUP("Types"),
        TYPE_OPTIONS(c),
        CLI_GROUP("Others"),
        CLI_STRING(0, "default", &c.show.fallback, "value",
                   "when there is none"),
        CLI_STRING(0, "comment", &c.comment, "text", "a comment behind it"),
        CLI_FLAG(0, "fixed-value", &c.is_fixed, "compare, no expression"),
        INCLUDES(c),
        CLI_END};
    int code;

    argc =
        cli_parse(cli, argc, argv, options, usage, CLI_PARSE_STOP_AT_ARGUMENT);
    if (c.action == ACTION_NONE) {
        if (argc == 0 || argc > 3) {
            cli_error(cli, "no action specified");
            cli_usage(cli, usage, options);
        }
        c.action = argc == 1 ? ACTION_GET : ACTION_SET;
    }
    check_options(
        &c,
        argc >
            (c.action == ACTION_SET || c.action == ACTION_REPLACE_ALL ? 2 : 1));
    code = run(&c, argc, argv);
    dispose(&c);
    return code;
}

int cmd_config(struct cli *cli, int argc, char **argv)
{
    static const struct cli_subcommand words[] = {
        {"list", sub_list, false},
        {"get", sub_get, false},
        {"set", sub_set, false},
        {"unset", sub_unset, false},
        {"rename-section", sub_plain, false},
        {"remove-section", sub_plain, false},
        {"edit", sub_plain, false},
        {NULL, NULL, false}};
    int code = 0;

    if (cli_find_subcommand(cli, argc, argv, words, &code))
        return code;
    return run_options(cli, argc, argv);
}
