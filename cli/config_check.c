/* SPDX-License-Identifier: MIT */
/* Values of the configuration that every day's commands look at first, whether
 * they need them or not: a bad one ends the command, named. */
#include "cli/cli.h"

#include <string.h>

static bool is_one_of(const char *const *words, const char *text)
{
    for (; *words; words++)
        if (strcmp(*words, text) == 0)
            return true;
    return false;
}

/* All commands read them first but for these. */
static bool is_checked(const char *command)
{
    static const char *const commands[] = {"check-ref-format",
                                           "cherry",
                                           "column",
                                           "completion",
                                           "config",
                                           "explain",
                                           "help",
                                           "get-tar-commit-id",
                                           "mktree",
                                           "prune-packed",
                                           "sh-i18n--envsubst",
                                           "show-index",
                                           "stripspace",
                                           "version",
                                           NULL};

    return command && !is_one_of(commands, command);
}

/* These need a value. */
static bool wants_value(const char *key)
{
    static const char *const keys[] = {
        "author.email",        "author.name",
        "committer.email",     "committer.name",
        "core.attributesfile", "core.editor",
        "core.excludesfile",   "core.hookspath",
        "i18n.commitencoding", "i18n.logoutputencoding",
        "push.default",        "user.email",
        "user.name",           NULL};

    return is_one_of(keys, key);
}

static void bad_bool(struct cli *cli, const struct qn_config_entry *entry)
{
    cli_die_with(cli, "bad boolean config value '%s' for '%s'", entry->value,
                 entry->key);
}

static void check_word(struct cli *cli, const struct qn_config_entry *entry)
{
    static const char *const pushes[] = {"nothing",  "matching", "simple",
                                         "upstream", "tracking", "current",
                                         NULL};
    static const char *const stats[] = {"default", "minimal", NULL};
    static const char *const hints[] = {
        "none", "commit", "committish", "tree", "treeish", "blob", NULL};
    static const char *const creations[] = {"rename", "link", NULL};
    static const char *const colors[] = {"always", "never", "auto", NULL};
    const char *value = entry->value ? entry->value : "true";
    bool flag;

    if (strcmp(entry->key, "push.default") == 0) {
        if (is_one_of(pushes, value))
            return;
        cli_error(cli, "malformed value for push.default: %s", value);
        cli_error(cli, "must be one of nothing, matching, simple, upstream or "
                       "current");
        cli_die_bad_key(cli, entry);
    } else if (strcmp(entry->key, "core.checkstat") == 0) {
        for (size_t i = 0; stats[i]; i++)
            if (qn_bytes_is_equal_fold(qn_bytes_from_string(stats[i]),
                                       qn_bytes_from_string(value)))
                return;
        cli_error(cli, "invalid value for '%s': '%s'", entry->key, value);
        cli_die_bad_key(cli, entry);
    } else if (strcmp(entry->key, "core.disambiguate") == 0) {
        if (is_one_of(hints, value))
            return;
        cli_error(cli, "unknown hint type for '%s': %s", entry->key, value);
        cli_die_bad_key(cli, entry);
    } else if (strcmp(entry->key, "core.createobject") == 0) {
        if (!is_one_of(creations, value))
            cli_die_with(cli, "invalid mode for object creation: %s", value);
    } else if (strcmp(entry->key, "color.ui") == 0) {
        if (!is_one_of(colors, value) && !qn_config_parse_bool(value, &flag))
            bad_bool(cli, entry);
    } else if (strcmp(entry->key, "core.abbrev") == 0) {
        int64_t number;

        if (strcmp(value, "auto") != 0 &&
            !qn_config_parse_int64(value, &number) &&
            !qn_config_parse_bool(value, &flag))
            cli_die_with(cli,
                         "bad numeric config value '%s' for '%s': invalid unit",
                         value, entry->key);
    } else if (strcmp(entry->key, "core.bare") == 0 ||
               strcmp(entry->key, "core.quotepath") == 0) {
        if (!qn_config_parse_bool(value, &flag))
            bad_bool(cli, entry);
    }
}

void cli_check_config(struct cli *cli)
{
    const struct qn_config *config = cli_config(cli);
    size_t i;

    if (!is_checked(cli->command))
        return;
    for (i = 0; i < qn_config_count(config); i++) {
        const struct qn_config_entry *entry = qn_config_at(config, i);

        if (!entry->value && wants_value(entry->key)) {
            cli_error(cli, "missing value for '%s'", entry->key);
            cli_die_bad_key(cli, entry);
        }
        check_word(cli, entry);
    }
}
