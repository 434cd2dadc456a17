/* SPDX-License-Identifier: MIT */
/* Values of the configuration that every day's commands look at first, whether
 * they need them or not: a bad one ends the command, named. */
#include "cli/cli.h"
#include "diff/options.h"

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
    static const char *const rebases[] = {"never", "local", "remote", "always",
                                          NULL};
    static const char *const setups[] = {"always", "inherit", "simple", NULL};
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
    } else if (strcmp(entry->key, "core.autocrlf") == 0) {
        if (strcmp(value, "input") != 0 && !qn_config_parse_bool(value, &flag))
            bad_bool(cli, entry);
    } else if (strcmp(entry->key, "core.safecrlf") == 0) {
        if (strcmp(value, "warn") != 0 && !qn_config_parse_bool(value, &flag))
            bad_bool(cli, entry);
    } else if (strcmp(entry->key, "core.commentchar") == 0 ||
               strcmp(entry->key, "core.commentstring") == 0) {
        if (*value)
            return;
        cli_error(cli, "%s must have at least one character", entry->key);
        cli_die_bad_key(cli, entry);
    } else if (strcmp(entry->key, "branch.autosetuprebase") == 0) {
        if (is_one_of(rebases, value))
            return;
        cli_error(cli, "malformed value for %s", entry->key);
        cli_die_bad_key(cli, entry);
    } else if (strcmp(entry->key, "branch.autosetupmerge") == 0) {
        if (!is_one_of(setups, value) && !qn_config_parse_bool(value, &flag))
            bad_bool(cli, entry);
    } else if (strcmp(entry->key, "core.bare") == 0 ||
               strcmp(entry->key, "core.quotepath") == 0) {
        if (!qn_config_parse_bool(value, &flag))
            bad_bool(cli, entry);
    }
}

enum readers {
    ALL = 1,      /* every one of these commands */
    SETTINGS = 2, /* who reads objects: not branch and tag */
    FILES = 4,    /* who reads the index */
    DIFFS = 8,    /* who shows differences, of any kind */
    STATUS = 16,
    LOGS = 32,
    CHECKOUTS = 64,
    LISTS = 128, /* branch */
    TAGS = 256,
    MERGES = 512
};

static unsigned readers_of(const char *command)
{
    static const struct {
        const char *command;
        unsigned readers;
    } rows[] = {{"add", SETTINGS | FILES},
                {"branch", LISTS},
                {"checkout", SETTINGS | FILES | CHECKOUTS},
                {"commit", SETTINGS | FILES | DIFFS | STATUS},
                {"diff", SETTINGS | FILES | DIFFS},
                {"log", SETTINGS | DIFFS | LOGS},
                {"merge", SETTINGS | FILES | DIFFS | MERGES},
                {"mv", SETTINGS | FILES},
                {"pack-objects", SETTINGS},
                {"reset", SETTINGS | FILES},
                {"restore", SETTINGS | FILES},
                {"rev-list", SETTINGS},
                {"rm", SETTINGS | FILES},
                {"show", SETTINGS | DIFFS | LOGS},
                {"status", SETTINGS | FILES | DIFFS | STATUS},
                {"switch", SETTINGS | FILES},
                {"tag", TAGS}};
    size_t i;

    for (i = 0; i < QN_COUNT_OF(rows); i++)
        if (strcmp(rows[i].command, command) == 0)
            return rows[i].readers | ALL;
    return ALL;
}

enum kind { BOOL, NUMBER, COLOR };

/* Booleans and numbers that are looked at without being needed. */
static const struct row {
    const char *key;
    enum kind kind;
    unsigned readers;
} looked_at[] = {
    {"checkout.workers", NUMBER, CHECKOUTS},
    {"color.branch", COLOR, LISTS},
    {"color.diff", COLOR, DIFFS},
    {"color.status", COLOR, STATUS},
    {"commitgraph.readchangedpaths", BOOL, SETTINGS},
    {"core.commitgraph", BOOL, SETTINGS},
    {"core.filemode", BOOL, ALL},
    {"core.ignorecase", BOOL, ALL},
    {"core.lockfilepid", BOOL, ALL},
    {"core.packedgitlimit", NUMBER, SETTINGS},
    {"core.packedgitwindowsize", NUMBER, SETTINGS},
    {"core.precomposeunicode", BOOL, ALL},
    {"core.preloadindex", BOOL, FILES},
    {"core.protecthfs", BOOL, ALL},
    {"core.protectntfs", BOOL, ALL},
    {"core.sparsecheckout", BOOL, ALL},
    {"core.sparsecheckoutcone", BOOL, ALL},
    {"core.symlinks", BOOL, ALL},
    {"core.trustctime", BOOL, ALL},
    {"diff.autorefreshindex", BOOL, DIFFS},
    {"feature.experimental", BOOL, SETTINGS},
    {"feature.manyfiles", BOOL, SETTINGS},
    {"grep.linenumber", BOOL, LOGS},
    {"index.skiphash", BOOL, SETTINGS},
    {"index.sparse", BOOL, SETTINGS},
    {"index.threads", NUMBER, FILES},
    {"index.version", NUMBER, SETTINGS},
    {"log.follow", BOOL, LOGS},
    {"merge.log", NUMBER, MERGES}, /* or a boolean */
    {"pack.compression", NUMBER, ALL},
    {"pack.packsizelimit", NUMBER, ALL},
    {"pack.readreverseindex", BOOL, SETTINGS},
    {"pack.usebitmapboundarytraversal", BOOL, SETTINGS},
    {"pack.usepathwalk", BOOL, SETTINGS},
    {"pack.usesparse", BOOL, SETTINGS},
    {"status.branch", BOOL, STATUS},
    {"status.renames", BOOL, STATUS}, /* or "copies" */
    {"tag.forcesignannotated", BOOL, TAGS},
    {"tag.gpgsign", BOOL, TAGS},
    {"user.useconfigonly", BOOL, ALL},
};

static bool is_word(const struct row *row, const char *value)
{
    static const char *const copies[] = {"copies", "copy", NULL};
    static const char *const colors[] = {"always", "never", "auto", NULL};

    return is_one_of(row->kind == COLOR ? colors : copies, value) &&
           (row->kind == COLOR || strcmp(row->key, "status.renames") == 0);
}

static void check_looked_at(struct cli *cli, unsigned readers,
                            const struct qn_config_entry *entry)
{
    const char *value = entry->value ? entry->value : "true";
    bool is_hint = strncmp(entry->key, "advice.", 7) == 0;
    int64_t number;
    bool flag;
    size_t i;

    if (is_hint && !qn_config_parse_bool(value, &flag))
        bad_bool(cli, entry);
    for (i = 0; i < QN_COUNT_OF(looked_at); i++) {
        const struct row *row = &looked_at[i];

        if (!(row->readers & readers) || strcmp(row->key, entry->key) != 0)
            continue;
        if (qn_config_parse_bool(value, &flag) || is_word(row, value))
            return;
        if (row->kind != NUMBER)
            bad_bool(cli, entry);
        if (!qn_config_parse_int64(value, &number))
            cli_check(cli, qn_config_int64(cli->ctx, cli_config(cli),
                                           entry->key, 0, &number));
    }
}

/* What differences look like, where they may be shown. */
static void check_differences(struct cli *cli)
{
    struct qn_diff_options options;

    qn_diff_options_init(&options);
    cli_check(cli, qn_diff_options_configure(cli->ctx, &options,
                                             cli_config(cli), true));
}

void cli_check_config(struct cli *cli)
{
    const struct qn_config *config = cli_config(cli);
    bool has_diff = false;
    unsigned readers;
    size_t i;

    if (!is_checked(cli->command))
        return;
    readers = readers_of(cli->command);
    for (i = 0; i < qn_config_count(config); i++) {
        const struct qn_config_entry *entry = qn_config_at(config, i);

        has_diff |= strncmp(entry->key, "diff.", 5) == 0 ||
                    strncmp(entry->key, "color.", 6) == 0;

        if (!entry->value && wants_value(entry->key)) {
            cli_error(cli, "missing value for '%s'", entry->key);
            cli_die_bad_key(cli, entry);
        }
        check_word(cli, entry);
        check_looked_at(cli, readers, entry);
    }
    if (has_diff && (readers & (STATUS | MERGES)))
        check_differences(cli);
}
