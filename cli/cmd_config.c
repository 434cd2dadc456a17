/* SPDX-License-Identifier: MIT */
#include "cli/config_source.h"
#include "config/config_edit.h"
#include "program/editor.h"
#include "text/color.h"
#include "text/regex.h"

static const char *const usage[] = {
    "git config list [<file-option>] [<display-option>] [--includes]",
    "git config get [<file-option>] [<display-option>] [--all] [--regexp] "
    "[--value=<pattern>] [--default=<value>] <name>",
    "git config set [<file-option>] [--type=<type>] [--all] "
    "[--value=<pattern>] <name> <value>",
    "git config unset [<file-option>] [--all] [--value=<pattern>] <name>",
    "git config rename-section [<file-option>] <old-name> <new-name>",
    "git config remove-section [<file-option>] <name>",
    "git config edit [<file-option>]",
    NULL};

enum action {
    ACTION_NONE,
    ACTION_GET,
    ACTION_GET_ALL,
    ACTION_GET_REGEXP,
    ACTION_GET_URL,
    ACTION_SET,
    ACTION_SET_ALL,
    ACTION_ADD,
    ACTION_UNSET,
    ACTION_UNSET_ALL,
    ACTION_RENAME,
    ACTION_REMOVE,
    ACTION_LIST,
    ACTION_EDIT,
    ACTION_COLOR,
    ACTION_COLOR_BOOL
};

struct args {
    struct cli *cli;
    struct cli_config_source source;
    int action;
    int type; /* enum cli_config_type */
    bool nul, name_only, show_origin, show_scope, show_names;
    bool all, is_regexp, appends, is_fixed;
    const char *fallback, *comment, *value, *url;
    struct qn_regex *pattern;
    bool pattern_is_negated;
    const char *fixed;
    size_t shown;
};

/* ---- showing */

static const char *scope_name(enum qn_config_scope scope)
{
    static const char *const names[] = {"unknown", "system",   "global",
                                        "local",   "worktree", "command"};

    return names[scope];
}

static void put_origin(struct args *args, const struct qn_config_entry *entry)
{
    struct cli *cli = args->cli;
    char end = args->nul ? '\0' : '\t';

    if (args->show_scope) {
        cli_puts(cli, scope_name(entry->scope));
        cli_put(cli, end);
    }
    if (!args->show_origin)
        return;
    cli_printf(cli, "%s:%s", entry->origin_type, entry->origin);
    cli_put(cli, end);
}

static void put_entry(struct args *args, const struct qn_config_entry *entry,
                      char separator)
{
    struct cli *cli = args->cli;
    struct qn_buf text = QN_BUF_INIT;
    bool has_value = entry->value || args->type != CLI_CONFIG_ANY;

    if (!args->name_only && has_value &&
        !cli_config_type_format(cli, (enum cli_config_type)args->type, entry,
                                &text)) {
        qn_buf_dispose(&text);
        return;
    }
    put_origin(args, entry);
    if (args->show_names || args->name_only)
        cli_puts(cli, entry->key);
    if (!args->name_only && has_value) {
        if (args->show_names)
            cli_put(cli, args->nul ? '\n' : separator);
        cli_write(cli, text.data, text.size);
    }
    cli_put(cli, args->nul ? '\0' : '\n');
    args->shown++;
    qn_buf_dispose(&text);
}

/* ---- choosing */

static void compile(struct args *args, const char *pattern)
{
    if (!pattern)
        return;
    if (args->is_fixed) {
        args->fixed = pattern;
        return;
    }
    args->pattern_is_negated = pattern[0] == '!';
    if (qn_regex_new(args->cli->ctx,
                     qn_bytes_from_string(pattern + args->pattern_is_negated),
                     QN_REGEX_EXTENDED, 0, &args->pattern)) {
        (void)cli_error(args->cli, "invalid pattern: %s", pattern);
        cli_exit(args->cli, 6);
    }
}

static bool is_wanted(struct args *args, const struct qn_config_entry *entry)
{
    const char *value = entry->value ? entry->value : "";

    if (args->fixed)
        return strcmp(args->fixed, value) == 0;
    if (!args->pattern)
        return true;
    return qn_regex_is_match(args->cli->ctx, args->pattern,
                             qn_bytes_from_string(value)) !=
           args->pattern_is_negated;
}

/* Normalise a key or leave with the error that Git gives. */
static void normalise(struct args *args, const char *key, struct qn_buf *out)
{
    struct cli *cli = args->cli;

    if (!qn_config_normalise_key(cli->ctx, key, out))
        return;
    (void)cli_error(cli, "%s", qn_ctx_message(cli->ctx));
    cli_exit(cli, 1);
}

static int get(struct args *args, const char *key)
{
    const struct qn_config *config =
        cli_config_source_read(args->cli, &args->source, false);
    const struct qn_config_entry *last = NULL;
    struct qn_buf name = QN_BUF_INIT;
    bool all = args->action == ACTION_GET_ALL || args->all;
    size_t i;

    normalise(args, key, &name);
    for (i = 0; i < qn_config_count(config); i++) {
        const struct qn_config_entry *entry = qn_config_at(config, i);

        if (strcmp(entry->key, qn_buf_string(&name)) != 0 ||
            !is_wanted(args, entry))
            continue;
        last = entry;
        if (all)
            put_entry(args, entry, ' ');
    }
    if (last && !all)
        put_entry(args, last, ' ');
    if (!last && args->fallback) {
        const struct qn_config_entry entry = {.key = qn_buf_string(&name),
                                              .value = args->fallback,
                                              .scope = QN_CONFIG_SCOPE_COMMAND,
                                              .origin_type = "command line",
                                              .origin = ""};

        put_entry(args, &entry, ' ');
    }
    qn_buf_dispose(&name);
    return args->shown ? 0 : 1;
}

/* The key pattern: section and name in lower case, up to the first and from
 * the last dot. */
static void lower_pattern(struct qn_buf *text)
{
    size_t first = qn_bytes_find(qn_buf_bytes(text), '.');
    size_t last = qn_bytes_find_last(qn_buf_bytes(text), '.');
    size_t i;

    for (i = 0; i < text->size; i++)
        if ((i < first || i > last) && text->data[i] >= 'A' &&
            text->data[i] <= 'Z')
            text->data[i] = (uint8_t)(text->data[i] + 32);
}

static int get_regexp(struct args *args, const char *pattern)
{
    struct cli *cli = args->cli;
    const struct qn_config *config =
        cli_config_source_read(cli, &args->source, false);
    struct qn_regex *regex = NULL;
    struct qn_buf text = QN_BUF_INIT;
    size_t i;

    cli_check(cli, qn_buf_append_string(cli->ctx, &text, pattern));
    lower_pattern(&text);
    if (qn_regex_new(cli->ctx, qn_buf_bytes(&text), QN_REGEX_EXTENDED, 0,
                     &regex)) {
        (void)cli_error(cli, "invalid key pattern: %s", pattern);
        return 6;
    }
    for (i = 0; i < qn_config_count(config); i++) {
        const struct qn_config_entry *entry = qn_config_at(config, i);

        if (qn_regex_is_match(cli->ctx, regex,
                              qn_bytes_from_string(entry->key)) &&
            is_wanted(args, entry))
            put_entry(args, entry, ' ');
    }
    qn_regex_free(regex);
    qn_buf_dispose(&text);
    return args->shown ? 0 : 1;
}

static int list(struct args *args)
{
    const struct qn_config *config =
        cli_config_source_read(args->cli, &args->source, true);
    size_t i;

    args->show_names = true;
    for (i = 0; i < qn_config_count(config); i++)
        put_entry(args, qn_config_at(config, i), '=');
    return 0;
}

/* ---- changing */

static int explain_edit(struct args *args, const char *key)
{
    struct cli *cli = args->cli;
    const char *reason = qn_ctx_reason(cli->ctx);

    if (strcmp(reason, "config.nothing") == 0)
        return 5;
    if (strcmp(reason, "config.multiple-values") == 0) {
        if (args->action == ACTION_SET)
            cli_stderr(cli,
                       "error: cannot overwrite multiple values with a single "
                       "value\n       Use a regexp, --add or --replace-all to "
                       "change %s.\n",
                       key);
        return 5;
    }
    if (strcmp(reason, "config.bad-pattern") == 0) {
        (void)cli_error(cli, "%s", qn_ctx_message(cli->ctx));
        return 6;
    }
    if (strcmp(reason, "config.no-section") == 0 ||
        strcmp(reason, "config.no-name") == 0 ||
        strcmp(reason, "config.invalid-key") == 0) {
        (void)cli_error(cli, "%s", qn_ctx_message(cli->ctx));
        return strcmp(reason, "config.no-name") == 0 ? 2 : 1;
    }
    if (strcmp(reason, "config.locked") == 0 ||
        qn_ctx_status(cli->ctx) == QN_LOCKED) {
        (void)cli_error(cli, "%s", qn_ctx_message(cli->ctx));
        return 255;
    }
    return cli_fail(cli);
}

static int edit(struct args *args, const char *key, const char *value,
                const char *pattern)
{
    struct cli *cli = args->cli;
    struct qn_config_edit change = QN_CONFIG_EDIT_INIT;
    const char *path = cli_config_source_target(cli, &args->source);
    struct qn_buf stored = QN_BUF_INIT;
    struct qn_buf name = QN_BUF_INIT;
    int code = 0;

    change.key = key;
    change.value_pattern = pattern;
    change.pattern_is_fixed = args->is_fixed;
    change.all = args->action == ACTION_SET_ALL ||
                 args->action == ACTION_UNSET_ALL || args->all;
    change.appends = args->action == ACTION_ADD;
    change.comment = args->comment;
    if (value) {
        normalise(args, key, &name);
        cli_config_type_store(cli, (enum cli_config_type)args->type,
                              qn_buf_string(&name), value, &stored);
        change.value = qn_buf_string(&stored);
    }
    if (qn_config_edit_file(cli->ctx, path, &change))
        code = explain_edit(args, key);
    qn_buf_dispose(&stored);
    qn_buf_dispose(&name);
    return code;
}

static int edit_section(struct args *args, const char *from, const char *to)
{
    struct cli *cli = args->cli;
    const char *path = cli_config_source_target(cli, &args->source);
    bool found = false;

    cli_check(cli,
              qn_config_edit_section(cli->ctx, path, from, to, false, &found));
    if (!found)
        return cli_fatal(cli, "no such section: %s", from);
    return 0;
}

static int open_editor(struct args *args)
{
    struct cli *cli = args->cli;
    const char *path = cli_config_source_target(cli, &args->source);

    cli_flush(cli);
    cli_check(cli,
              qn_editor_run(cli->ctx, qn_editor_name(cli->ctx, cli_config(cli)),
                            path, NULL));
    return 0;
}

static int color(struct args *args, const char *key, const char *fallback)
{
    struct cli *cli = args->cli;
    const struct qn_config *config =
        cli_config_source_read(cli, &args->source, false);
    const char *value = qn_config_string(config, key, fallback);
    struct qn_buf text = QN_BUF_INIT;

    if (value && qn_color_parse(cli->ctx, qn_bytes_from_string(value), &text))
        cli_die_with(cli, "unable to parse default color value");
    cli_write(cli, text.data, text.size);
    qn_buf_dispose(&text);
    return 0;
}

static int color_bool(struct args *args, const char *key, const char *terminal)
{
    struct cli *cli = args->cli;
    const char *value =
        cli_config_string(cli, key, cli_config_string(cli, "color.ui", "auto"));
    bool flag = false;

    if (strcmp(value, "always") == 0)
        flag = true;
    else if (strcmp(value, "auto") == 0 ||
             (qn_config_parse_bool(value, &flag) && flag))
        flag =
            terminal ? strcmp(terminal, "true") == 0 : cli_out_is_terminal(cli);
    if (!terminal)
        return flag ? 0 : 1;
    cli_printf(cli, "%s\n", flag ? "true" : "false");
    return 0;
}

/* ---- the two grammars */

static void check_count(struct args *args, int argc, int low, int high)
{
    if (argc >= low && argc <= high)
        return;
    if (low == high)
        (void)cli_error(args->cli, "wrong number of arguments, should be %d",
                        low);
    else
        (void)cli_error(args->cli,
                        "wrong number of arguments, should be from %d to %d",
                        low, high);
    cli_usage(args->cli, usage, NULL);
}

static int run(struct args *args, int argc, char **argv)
{
    static const struct {
        int low, high;
    } counts[] = {
        [ACTION_GET] = {1, 2},        [ACTION_GET_ALL] = {1, 2},
        [ACTION_GET_REGEXP] = {1, 2}, [ACTION_GET_URL] = {2, 2},
        [ACTION_SET] = {2, 3},        [ACTION_SET_ALL] = {2, 3},
        [ACTION_ADD] = {2, 2},        [ACTION_UNSET] = {1, 2},
        [ACTION_UNSET_ALL] = {1, 2},  [ACTION_RENAME] = {2, 2},
        [ACTION_REMOVE] = {1, 1},     [ACTION_LIST] = {0, 0},
        [ACTION_EDIT] = {0, 0},       [ACTION_COLOR] = {1, 2},
        [ACTION_COLOR_BOOL] = {1, 2},
    };
    const char *pattern = args->value;

    check_count(args, argc, counts[args->action].low,
                counts[args->action].high);
    cli_config_source_choose(args->cli, &args->source);
    switch (args->action) {
    case ACTION_GET:
    case ACTION_GET_ALL:
        compile(args, argc > 1 ? argv[1] : pattern);
        return args->is_regexp ? get_regexp(args, argv[0]) : get(args, argv[0]);
    case ACTION_GET_REGEXP:
        compile(args, argc > 1 ? argv[1] : pattern);
        return get_regexp(args, argv[0]);
    case ACTION_SET:
    case ACTION_SET_ALL:
    case ACTION_ADD:
        return edit(args, argv[0], argv[1], argc > 2 ? argv[2] : pattern);
    case ACTION_UNSET:
    case ACTION_UNSET_ALL:
        return edit(args, argv[0], NULL, argc > 1 ? argv[1] : pattern);
    case ACTION_RENAME:
        return edit_section(args, argv[0], argv[1]);
    case ACTION_REMOVE:
        return edit_section(args, argv[0], NULL);
    case ACTION_LIST:
        return list(args);
    case ACTION_EDIT:
        return open_editor(args);
    case ACTION_COLOR:
        return color(args, argv[0], argc > 1 ? argv[1] : NULL);
    case ACTION_COLOR_BOOL:
        return color_bool(args, argv[0], argc > 1 ? argv[1] : NULL);
    default:
        cli_die_with(args->cli, "--get-urlmatch is not supported yet");
        return CLI_EXIT_FATAL;
    }
}

static int set_type(struct cli *cli, const struct cli_option *option,
                    const char *argument, bool is_negated)
{
    int *type = option->value;

    *type = is_negated ? CLI_CONFIG_ANY
            : argument ? (int)cli_config_type_parse(cli, argument)
                       : (int)option->number;
    return 0;
}

#define PLACES                                                                 \
    CLI_GROUP("place"),                                                        \
        CLI_FLAG(0, "global", &args->source.is_global, "the user's file"),     \
        CLI_FLAG(0, "system", &args->source.is_system, "the system's file"),   \
        CLI_FLAG(0, "local", &args->source.is_local, "the repository's file"), \
        CLI_FLAG(0, "worktree", &args->source.is_worktree,                     \
                 "the work tree's file"),                                      \
        CLI_FILE('f', "file", &args->source.file, "that file"),                \
        CLI_STRING(0, "blob", &args->source.blob, "blob", "that blob")
#define TYPES                                                                  \
    CLI_GROUP("type"),                                                         \
        CLI_CALLBACK('t', "type", &args->type, "type", "what a value is", 0,   \
                     set_type),                                                \
        CLI_MODE(0, "bool", &args->type, CLI_CONFIG_BOOL, "true or false"),    \
        CLI_MODE(0, "int", &args->type, CLI_CONFIG_INT, "a number"),           \
        CLI_MODE(0, "bool-or-int", &args->type, CLI_CONFIG_BOOL_OR_INT,        \
                 "either"),                                                    \
        CLI_MODE(0, "bool-or-str", &args->type, CLI_CONFIG_BOOL_OR_STRING,     \
                 "either"),                                                    \
        CLI_MODE(0, "path", &args->type, CLI_CONFIG_PATH, "a path"),           \
        CLI_MODE(0, "expiry-date", &args->type, CLI_CONFIG_EXPIRY, "a time")
#define DISPLAY                                                                \
    CLI_GROUP("display"),                                                      \
        CLI_FLAG('z', "null", &args->nul, "values end with NUL"),              \
        CLI_FLAG(0, "name-only", &args->name_only, "only names"),              \
        CLI_FLAG(0, "show-origin", &args->show_origin, "where it is from"),    \
        CLI_FLAG(0, "show-scope", &args->show_scope, "whose it is"),           \
        CLI_FLAG(0, "show-names", &args->show_names, "names, too")
#define OTHER                                                                  \
    CLI_GROUP("other"),                                                        \
        CLI_CALLBACK(0, "includes", &args->source.includes, NULL,              \
                     "follow includes", CLI_OPTION_NO_ARGUMENT, set_includes), \
        CLI_STRING(0, "default", &args->fallback, "value", "when not set"),    \
        CLI_STRING(0, "comment", &args->comment, "text", "put behind"),        \
        CLI_FLAG(0, "fixed-value", &args->is_fixed, "no regular expression")

static int set_includes(struct cli *cli, const struct cli_option *option,
                        const char *argument, bool is_negated)
{
    (void)cli;
    (void)argument;
    *(int *)option->value = !is_negated;
    return 0;
}

/* `git config <action> ...`; false when the first word is no action. */
static bool new_form(struct args *args, int argc, char **argv, int *code)
{
    static const struct {
        const char *name;
        enum action action;
    } actions[] = {{"list", ACTION_LIST},
                   {"get", ACTION_GET},
                   {"set", ACTION_SET},
                   {"unset", ACTION_UNSET},
                   {"rename-section", ACTION_RENAME},
                   {"remove-section", ACTION_REMOVE},
                   {"edit", ACTION_EDIT}};
    const struct cli_option table[] = {
        PLACES,
        TYPES,
        DISPLAY,
        OTHER,
        CLI_FLAG(0, "all", &args->all, "every value"),
        CLI_FLAG(0, "regexp", &args->is_regexp, "the name is an expression"),
        CLI_STRING(0, "value", &args->value, "pattern", "values that match"),
        CLI_FLAG(0, "append", &args->appends, "one value more"),
        CLI_STRING(0, "url", &args->url, "url", "what is said of that URL"),
        CLI_END};
    size_t i;

    for (i = 0; argc > 1 && i < QN_COUNT_OF(actions); i++)
        if (strcmp(argv[1], actions[i].name) == 0)
            break;
    if (argc < 2 || i == QN_COUNT_OF(actions))
        return false;
    args->action = actions[i].action;
    argc = cli_parse(args->cli, argc - 1, argv + 1, table, usage, 0);
    if (args->url)
        cli_die_with(args->cli, "--url is not supported yet");
    if (args->appends)
        args->action = ACTION_ADD;
    if (args->action == ACTION_GET || args->action == ACTION_UNSET ||
        args->action == ACTION_SET)
        check_count(args, argc, args->action == ACTION_SET ? 2 : 1,
                    args->action == ACTION_SET ? 2 : 1);
    *code = run(args, argc, argv + 1);
    return true;
}

static int old_form(struct args *args, int argc, char **argv)
{
    const struct cli_option table[] = {
        PLACES,
        CLI_GROUP("action"),
        CLI_MODE(0, "get", &args->action, ACTION_GET, "the last value"),
        CLI_MODE(0, "get-all", &args->action, ACTION_GET_ALL, "all values"),
        CLI_MODE(0, "get-regexp", &args->action, ACTION_GET_REGEXP,
                 "values of names that match"),
        CLI_MODE(0, "get-urlmatch", &args->action, ACTION_GET_URL,
                 "what is said of a URL"),
        CLI_MODE(0, "replace-all", &args->action, ACTION_SET_ALL,
                 "replace all that match"),
        CLI_MODE(0, "add", &args->action, ACTION_ADD, "one value more"),
        CLI_MODE(0, "unset", &args->action, ACTION_UNSET, "remove one"),
        CLI_MODE(0, "unset-all", &args->action, ACTION_UNSET_ALL, "remove all"),
        CLI_MODE(0, "rename-section", &args->action, ACTION_RENAME,
                 "rename a section"),
        CLI_MODE(0, "remove-section", &args->action, ACTION_REMOVE,
                 "remove a section"),
        CLI_MODE('l', "list", &args->action, ACTION_LIST, "list all"),
        CLI_MODE('e', "edit", &args->action, ACTION_EDIT, "open an editor"),
        CLI_MODE(0, "get-color", &args->action, ACTION_COLOR,
                 "a colour's sequence"),
        CLI_MODE(0, "get-colorbool", &args->action, ACTION_COLOR_BOOL,
                 "is colour wanted"),
        TYPES,
        DISPLAY,
        OTHER,
        CLI_END};

    argc = cli_parse(args->cli, argc, argv, table, usage,
                     CLI_PARSE_STOP_AT_ARGUMENT);
    if (args->action == ACTION_GET_REGEXP)
        args->show_names = true;
    if (args->action == ACTION_NONE && argc >= 1 && argc <= 3)
        args->action = argc == 1 ? ACTION_GET : ACTION_SET;
    if (args->action == ACTION_NONE) {
        (void)cli_error(args->cli, "no action specified");
        cli_usage(args->cli, usage, table);
    }
    if (args->fallback && args->action != ACTION_GET) {
        (void)cli_error(args->cli, "--default is only applicable to --get");
        cli_usage(args->cli, usage, table);
    }
    return run(args, argc, argv);
}

int cmd_config(struct cli *cli, int argc, char **argv)
{
    struct args args = {.cli = cli, .source = {.includes = -1}};
    int code;

    if (!new_form(&args, argc, argv, &code))
        code = old_form(&args, argc, argv);
    qn_regex_free(args.pattern);
    cli_config_source_dispose(&args.source);
    return code;
}
