/* SPDX-License-Identifier: MIT */
/* Lists of commands: git(1) --list-cmds, and which of Git's commands are not
 * there yet.
 *
 * The groups are those of git(1) and git-help(1); the words of a group stand in
 * the order in which Git prints them. */
#include "cli/command_list.h"

#include "cli/cli.h"
#include "os/directory.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct {
    const char *name;
    const char *words;
} groups[] = {
    {"init", "clone init"},
    {"worktree", "add mv restore rm"},
    {"info", "bisect diff grep log show status"},
    {"history", "backfill branch commit history merge rebase reset switch tag"},
    {"remote", "fetch pull push"},
    {"complete",
     "apply blame cherry config difftool fsck help instaweb mergetool "
     "prune reflog refs remote repack replace request-pull send-email "
     "show-branch stage whatchanged"},
    {"mainporcelain",
     "add am archive backfill bisect branch bundle checkout "
     "cherry-pick citool clean clone commit describe diff fetch "
     "format-patch gc grep gui history init log maintenance merge mv "
     "notes pull push range-diff rebase reset restore revert rm "
     "shortlog show sparse-checkout stash status submodule switch tag "
     "worktree gitk scalar"},
    {"ancillarymanipulators",
     "config fast-export fast-import filter-branch mergetool pack-refs "
     "prune reflog refs remote repack replace"},
    {"ancillaryinterrogators",
     "annotate blame bugreport count-objects diagnose difftool fsck "
     "help instaweb merge-tree rerere show-branch verify-commit "
     "verify-tag version whatchanged gitweb"},
    {"foreignscminterface",
     "archimport cvsexportcommit cvsimport cvsserver imap-send p4 "
     "quiltimport request-pull send-email svn"},
    {"plumbingmanipulators",
     "apply checkout-index commit-graph commit-tree hash-object "
     "index-pack merge-file merge-index mktag mktree multi-pack-index "
     "pack-objects prune-packed read-tree replay symbolic-ref "
     "unpack-objects update-index update-ref write-tree"},
    {"plumbinginterrogators",
     "cat-file cherry diff-files diff-index diff-pairs diff-tree "
     "for-each-ref for-each-repo format-rev get-tar-commit-id "
     "last-modified ls-files ls-remote ls-tree merge-base name-rev "
     "pack-redundant repo rev-list rev-parse show-index show-ref "
     "unpack-file var verify-pack"},
    {"synchingrepositories",
     "daemon fetch-pack http-backend send-pack update-server-info"},
    {"synchelpers", "http-fetch http-push receive-pack shell upload-archive "
                    "upload-pack"},
    {"purehelpers",
     "check-attr check-ignore check-mailmap check-ref-format column "
     "credential credential-cache credential-store fmt-merge-msg hook "
     "interpret-trailers mailinfo mailsplit merge-one-file patch-id "
     "sh-i18n sh-setup stripspace url-parse"},
    {"guide", "core-tutorial credentials cvs-migration diffcore everyday faq "
              "glossary namespaces remote-helpers submodules tutorial "
              "tutorial-2 workflows"},
    {"userinterfaces",
     "attributes cli hooks ignore mailmap modules repository-layout "
     "revisions"},
    {"developerinterfaces",
     "format-bundle format-chunk format-commit-graph format-index "
     "format-pack format-signature protocol-capabilities "
     "protocol-common protocol-http protocol-pack protocol-v2"},
};

/* Commands that Git has outside of its groups. */
static const char other_words[] =
    "checkout--worker difftool--helper fsck-objects fsmonitor--daemon "
    "credential-cache--daemon init-db merge-octopus merge-ours "
    "merge-recursive merge-recursive-ours merge-recursive-theirs "
    "merge-resolve merge-subtree pickaxe remote-ext remote-fd remote-ftp "
    "remote-ftps remote-http remote-https sh-i18n--envsubst stage "
    "submodule--helper subtree upload-archive--writer web--browse";

const char *cli_command_group(const char *name, size_t size)
{
    size_t i;

    for (i = 0; i < QN_COUNT_OF(groups); i++)
        if (strlen(groups[i].name) == size &&
            memcmp(groups[i].name, name, size) == 0)
            return groups[i].words;
    return NULL;
}

static bool has_word(const char *words, const char *word)
{
    struct qn_bytes rest = qn_bytes_from_string(words);
    struct qn_bytes piece;

    while (qn_bytes_next(&rest, ' ', &piece))
        if (qn_bytes_is_string(piece, word))
            return true;
    return false;
}

bool cli_command_is_git(const char *name)
{
    size_t i;

    for (i = 0; i < QN_COUNT_OF(groups); i++)
        if (strcmp(groups[i].name, "guide") != 0 &&
            !strstr(groups[i].name, "interfaces") &&
            has_word(groups[i].words, name))
            return true;
    return has_word(other_words, name);
}

/* ---------------------------------------------------------------- programs */

/* A copy that lives as long as the process. */
static const char *keep_word(struct cli *cli, struct qn_bytes word)
{
    struct qn_buf copy = QN_BUF_INIT;
    char *text;

    cli_check(cli, qn_buf_append_bytes(cli->ctx, &copy, word));
    text = qn_buf_detach(cli->ctx, &copy);
    if (!text)
        cli_die(cli);
    return text;
}

static bool has_name(const struct cli_list *list, const char *name)
{
    size_t i;

    for (i = 0; i < list->count; i++)
        if (strcmp(list->items[i], name) == 0)
            return true;
    return false;
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Programs "git-<x>" and "quoin-<x>" of one directory that are no commands of
 * ours and not in `known`. */
static void add_words(struct cli *cli, const char *words, struct cli_list *out)
{
    struct qn_bytes rest = qn_bytes_from_string(words);
    struct qn_bytes word;

    while (qn_bytes_next(&rest, ' ', &word)) {
        const char *name = word.size ? keep_word(cli, word) : NULL;

        if (name && !has_name(out, name))
            cli_list_add(cli, out, name);
    }
}

static void gather_programs(struct cli *cli, const char *directory,
                            const struct cli_list *known, struct cli_list *out)
{
    struct qn_directory *open = NULL;
    enum qn_file_kind kind;
    const char *word = NULL;

    if (qn_directory_open(cli->ctx, directory, &open)) {
        qn_ctx_clear(cli->ctx);
        return;
    }
    while (qn_directory_next(open, &word, &kind)) {
        struct qn_bytes name = qn_bytes_from_string(word);
        struct qn_buf path = QN_BUF_INIT;
        const char *rest = NULL;

        if (qn_bytes_has_prefix(name, "git-"))
            rest = word + 4;
        else if (qn_bytes_has_prefix(name, "quoin-"))
            rest = word + 6;
        if (!rest || !*rest || cli_find_command(rest) || has_name(out, rest) ||
            (known && cli_command_is_git(rest)) ||
            (known && has_name(known, rest)))
            continue;
        cli_check(cli,
                  qn_buf_printf(cli->ctx, &path, "%s/%s", directory, word));
        if (access(qn_buf_string(&path), X_OK) == 0)
            cli_list_add(cli, out, keep_word(cli, qn_bytes_from_string(rest)));
        qn_buf_dispose(&path);
    }
    qn_directory_close(open);
}

void cli_list_programs(struct cli *cli, struct cli_list *main_list,
                       struct cli_list *others)
{
    const char *path = getenv("PATH");
    struct qn_bytes rest = qn_bytes_from_string(path ? path : "");
    struct qn_bytes piece;
    const char *own = cli_exec_path();

    gather_programs(cli, own, NULL, main_list);
    while (qn_bytes_next(&rest, ':', &piece)) {
        struct qn_buf directory = QN_BUF_INIT;

        cli_check(cli, qn_buf_append_bytes(cli->ctx, &directory, piece));
        if (piece.size > 0 && strcmp(qn_buf_string(&directory), own) != 0)
            gather_programs(cli, qn_buf_string(&directory), main_list, others);
        qn_buf_dispose(&directory);
    }
    if (main_list->count)
        qsort(main_list->items, main_list->count, sizeof(*main_list->items),
              compare_names);
    if (others->count)
        qsort(others->items, others->count, sizeof(*others->items),
              compare_names);
}

bool cli_is_program(struct cli *cli, const char *name)
{
    struct cli_list own = {NULL, 0, 0};
    struct cli_list others = {NULL, 0, 0};

    cli_list_programs(cli, &own, &others);
    return has_name(&own, name) || has_name(&others, name);
}

/* -------------------------------------------------------------------- lists */

static void list_aliases(struct cli *cli, struct cli_list *out)
{
    const struct qn_config *config = cli_config(cli);
    size_t count = qn_config_count(config);
    size_t i;

    for (i = 0; i < count; i++) {
        struct qn_bytes key =
            qn_bytes_from_string(qn_config_at(config, i)->key);
        const char *name;

        if (!qn_bytes_has_prefix(key, "alias."))
            continue;
        key = qn_bytes_from(key, 6);
        if (qn_bytes_has_suffix(key, ".command"))
            key = qn_bytes_first(key, key.size - 8);
        name = keep_word(cli, key);
        if (!has_name(out, name))
            cli_list_add(cli, out, name);
    }
}

static void remove_word(struct cli_list *list, const char *word)
{
    size_t kept = 0;
    size_t i;

    for (i = 0; i < list->count; i++)
        if (strcmp(list->items[i], word) != 0)
            list->items[kept++] = list->items[i];
    list->count = kept;
}

/* Of Git, but packages of their own: not there to be meant. */
static const char apart_words[] =
    "archimport citool cvsexportcommit cvsimport cvsserver gitk gitweb gui p4 "
    "send-email svn";

void cli_list_meant(struct cli *cli, struct cli_list *out)
{
    struct cli_list own = {NULL, 0, 0};
    struct cli_list others = {NULL, 0, 0};
    size_t i;

    for (i = 0; i < QN_COUNT_OF(groups); i++)
        if (strcmp(groups[i].name, "guide") != 0 &&
            !strstr(groups[i].name, "interfaces"))
            add_words(cli, groups[i].words, out);
    add_words(cli, other_words, out);
    for (i = 0; i < out->count;)
        if (has_word(apart_words, out->items[i]))
            remove_word(out, out->items[i]);
        else
            i++;
    cli_list_programs(cli, &own, &others);
    for (i = 0; i < own.count; i++)
        if (!has_name(out, own.items[i]))
            cli_list_add(cli, out, own.items[i]);
    for (i = 0; i < others.count; i++)
        if (!has_name(out, others.items[i]))
            cli_list_add(cli, out, others.items[i]);
    list_aliases(cli, out);
}

/* completion.commands: words, "-word" takes one away that is in the list. */
static void add_configured(struct cli *cli, struct cli_list *out)
{
    struct cli_list words = {NULL, 0, 0};
    size_t i;

    cli_open_repo(cli, CLI_OPEN_GENTLY);
    add_words(cli, cli_config_string(cli, "completion.commands", ""), &words);
    for (i = 0; i < words.count; i++) {
        if (words.items[i][0] == '-')
            remove_word(out, words.items[i] + 1);
        else
            cli_list_add(cli, out, words.items[i]);
    }
}

static void add_builtins(struct cli *cli, bool only_parseopt,
                         struct cli_list *out)
{
    size_t count;
    const struct cli_command *commands = cli_commands(&count);
    size_t i;

    for (i = 0; i < count; i++)
        if (!(commands[i].flags & CLI_COMMAND_OWN) &&
            (!only_parseopt || !(commands[i].flags & CLI_COMMAND_NO_PARSEOPT)))
            cli_list_add(cli, out, commands[i].name);
}

static bool add_group(struct cli *cli, struct qn_bytes piece,
                      struct cli_list *out)
{
    struct cli_list main_list = {NULL, 0, 0};
    struct cli_list others = {NULL, 0, 0};
    size_t i;

    if (qn_bytes_is_string(piece, "builtins")) {
        add_builtins(cli, false, out);
    } else if (qn_bytes_is_string(piece, "main")) {
        cli_list_programs(cli, &main_list, &others);
        add_builtins(cli, false, &main_list);
        qsort(main_list.items, main_list.count, sizeof(*main_list.items),
              compare_names);
        for (i = 0; i < main_list.count; i++)
            cli_list_add(cli, out, main_list.items[i]);
    } else if (qn_bytes_is_string(piece, "others")) {
        cli_list_programs(cli, &main_list, &others);
        for (i = 0; i < others.count; i++)
            cli_list_add(cli, out, others.items[i]);
    } else if (qn_bytes_is_string(piece, "alias")) {
        cli_open_repo(cli, CLI_OPEN_GENTLY);
        list_aliases(cli, out);
    } else if (qn_bytes_is_string(piece, "config")) {
        add_configured(cli, out);
    } else if (qn_bytes_is_string(piece, "deprecated")) {
        add_words(cli, "pack-redundant whatchanged", out);
    } else if (qn_bytes_is_string(piece, "nohelpers")) {
        size_t kept = 0;

        for (i = 0; i < out->count; i++)
            if (!strstr(out->items[i], "--"))
                out->items[kept++] = out->items[i];
        out->count = kept;
    } else if (qn_bytes_has_prefix(piece, "list-")) {
        struct qn_bytes name = qn_bytes_from(piece, 5);
        const char *words =
            cli_command_group((const char *)name.data, name.size);

        if (!words)
            return false;
        add_words(cli, words, out);
    } else {
        return false;
    }
    return true;
}

int cli_list_commands(struct cli *cli, const char *list)
{
    struct qn_bytes rest = qn_bytes_from_string(list);
    struct qn_bytes piece;
    struct cli_list out = {NULL, 0, 0};
    size_t i;

    /* This one stands alone, and on one line. */
    if (strcmp(list, "parseopt") == 0) {
        add_builtins(cli, true, &out);
        for (i = 0; i < out.count; i++)
            cli_printf(cli, "%s ", out.items[i]);
        return 0;
    }
    while (qn_bytes_next(&rest, ',', &piece))
        if (!add_group(cli, piece, &out)) {
            if (qn_bytes_has_prefix(piece, "list-"))
                piece = qn_bytes_from(piece, 5);
            return cli_fatal(cli, "unsupported command listing type '%.*s'",
                             QN_BYTES_ARG(piece));
        }
    for (i = 0; i < out.count; i++)
        cli_printf(cli, "%s\n", out.items[i]);
    return 0;
}
