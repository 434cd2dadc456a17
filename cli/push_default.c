/* SPDX-License-Identifier: MIT */
#include "cli/push_default.h"

#include "cli/connecting.h"

#include <string.h>

enum mode { UNSAID, NOTHING, MATCHING, SIMPLE, UPSTREAM, CURRENT };

struct branch { /* the current one */
    struct qn_buf full;
    const char *name;   /* short; NULL: none */
    const char *remote; /* configured; or NULL */
    const char *merge;  /* likewise */
    size_t merge_count;
};

static enum mode read_mode(struct cli *cli)
{
    static const struct {
        const char *word;
        enum mode mode;
    } words[] = {{"nothing", NOTHING},   {"matching", MATCHING},
                 {"simple", SIMPLE},     {"upstream", UPSTREAM},
                 {"tracking", UPSTREAM}, {"current", CURRENT}};
    const struct qn_config_entry *entry =
        qn_config_find(cli_config(cli), "push.default");
    size_t i;

    if (!entry)
        return UNSAID;
    if (!entry->value) {
        cli_check(cli, qn_config_fail_missing(cli->ctx, entry));
        return UNSAID;
    }
    for (i = 0; i < QN_COUNT_OF(words); i++)
        if (strcmp(entry->value, words[i].word) == 0)
            return words[i].mode;
    cli_error(cli, "malformed value for %s: %s", "push.default", entry->value);
    cli_error(cli,
              "must be one of nothing, matching, simple, upstream or current");
    cli_die_bad_key(cli, entry);
    return UNSAID;
}

static const struct qn_config_entry *
branch_entry(struct cli *cli, const char *branch, const char *key)
{
    struct qn_buf name = QN_BUF_INIT;
    const struct qn_config_entry *entry;

    cli_check(cli, qn_buf_printf(cli->ctx, &name, "branch.%s.%s", branch, key));
    entry = qn_config_find(cli_config(cli), qn_buf_string(&name));
    qn_buf_dispose(&name);
    return entry;
}

static void read_branch(struct cli *cli, struct branch *out)
{
    static const char heads[] = "refs/heads/";
    const struct qn_config_entry *entry;
    struct qn_ref ref = QN_REF_INIT;
    bool found = false;

    memset(out, 0, sizeof(*out));
    cli_check(cli, qn_refs_find(cli->ctx, cli->refs, "HEAD", &ref, &found));
    if (found && ref.is_symbolic)
        cli_check(cli, qn_buf_append_bytes(cli->ctx, &out->full,
                                           qn_buf_bytes(&ref.target)));
    qn_ref_dispose(&ref);
    if (!qn_bytes_has_prefix(qn_buf_bytes(&out->full), heads))
        return;
    out->name = qn_buf_string(&out->full) + sizeof(heads) - 1;
    entry = branch_entry(cli, out->name, "remote");
    out->remote = entry ? entry->value : NULL;
    for (entry = branch_entry(cli, out->name, "merge"); entry;
         entry = qn_config_previous(cli_config(cli), entry)) {
        out->merge = entry->value;
        out->merge_count++;
    }
}

static void add(struct cli_push_default *choice, const char *text)
{
    cli_check(choice->cli,
              qn_remote_refspecs_add(choice->cli->ctx, choice->refspecs, text,
                                     QN_REFSPEC_PUSH));
}

static void add_pair(struct cli_push_default *choice, const char *from,
                     const char *to)
{
    struct qn_buf text = QN_BUF_INIT;

    cli_check(choice->cli,
              qn_buf_printf(choice->cli->ctx, &text, "%s:%s", from, to));
    add(choice, qn_buf_string(&text));
    qn_buf_dispose(&text);
}

/* ---- nothing was given */

/* Is it where the branch is fetched from?  As long as there is no remote at
 * all, anything is. */
static bool is_own_remote(struct cli_push_default *choice,
                          const struct branch *branch)
{
    struct cli *cli = choice->cli;
    struct qn_remote *own = cli_remote(cli, NULL, false);
    bool is_own = strcmp(own->name, choice->remote->name) == 0;
    struct qn_remote_words names = {0};
    struct qn_arena arena = QN_ARENA_INIT;

    if (!is_own && own->origin == QN_REMOTE_NOWHERE && !branch->remote) {
        cli_check(cli,
                  qn_remote_names(cli->ctx, cli_config(cli), &arena, &names));
        is_own = names.count == 0;
    }
    qn_arena_dispose(&arena);
    qn_remote_free(own);
    return is_own;
}

static const char *upstream_of(struct cli_push_default *choice,
                               const struct branch *branch)
{
    struct cli *cli = choice->cli;
    const char *name = choice->remote->name;

    if (!branch->merge || !branch->remote) {
        cli_die_with(
            cli,
            "The current branch %s has no upstream branch.\n"
            "To push the current branch and set the remote as upstream, use\n"
            "\n"
            "    git push --set-upstream %s %s\n"
            "\n"
            "To have this happen automatically for branches without a "
            "tracking\n"
            "upstream, see 'push.autoSetupRemote' in 'git help config'.\n",
            branch->name, name, branch->name);
    }
    if (branch->merge_count != 1)
        cli_die_with(cli,
                     "The current branch %s has multiple upstream branches, "
                     "refusing to push.",
                     branch->name);
    return branch->merge;
}

static void die_simple(struct cli_push_default *choice,
                       const struct branch *branch, bool is_chosen)
{
    static const char heads[] = "refs/heads/";
    const char *there = branch->merge;
    const char *name = choice->remote->name;

    if (strncmp(there, heads, sizeof(heads) - 1) == 0)
        there += sizeof(heads) - 1;
    cli_die_with(
        choice->cli,
        "The upstream branch of your current branch does not match\n"
        "the name of your current branch.  To push to the upstream branch\n"
        "on the remote, use\n"
        "\n"
        "    git push %s HEAD:%s\n"
        "\n"
        "To push to the branch of the same name on the remote, use\n"
        "\n"
        "    git push %s HEAD\n"
        "%s"
        "\n"
        "To avoid automatically configuring an upstream branch when its name\n"
        "won't match the local branch, see option 'simple' of "
        "branch.autoSetupMerge\n"
        "in 'git help config'.\n",
        name, there, name,
        is_chosen ? ""
                  : "\nTo choose either option permanently, see push.default "
                    "in 'git help config'.\n");
}

static void choose_branch(struct cli_push_default *choice, enum mode mode,
                          const struct branch *branch)
{
    struct cli *cli = choice->cli;
    bool sets_up =
        cli_config_bool(cli, "push.autosetupremote", false) && !branch->merge;
    const char *to = qn_buf_string(&branch->full);
    bool is_own = is_own_remote(choice, branch);

    if (mode == UPSTREAM && !is_own)
        cli_die_with(cli,
                     "You are pushing to remote '%s', which is not the "
                     "upstream of\n"
                     "your current branch '%s', without telling me what to "
                     "push\n"
                     "to update which remote branch.",
                     choice->remote->name, branch->name);
    if (sets_up && (is_own || mode == CURRENT)) {
        choice->sets_upstream = true;
    } else if (mode == UPSTREAM) {
        to = upstream_of(choice, branch);
    } else if (mode != CURRENT && is_own) {
        to = upstream_of(choice, branch);
        if (strcmp(to, qn_buf_string(&branch->full)) != 0)
            die_simple(choice, branch, mode != UNSAID);
    }
    add_pair(choice, qn_buf_string(&branch->full), to);
}

void cli_push_choose(struct cli_push_default *choice)
{
    enum mode mode = read_mode(choice->cli);
    struct branch branch;

    if (mode == NOTHING)
        cli_die_with(choice->cli,
                     "You didn't specify any refspecs to push, and "
                     "push.default is \"nothing\".");
    if (mode == MATCHING) {
        add(choice, ":");
        return;
    }
    read_branch(choice->cli, &branch);
    if (!branch.name)
        cli_die_with(choice->cli,
                     "You are not currently on a branch.\n"
                     "To push the history leading to the current (detached "
                     "HEAD)\n"
                     "state now, use\n"
                     "\n"
                     "    git push %s HEAD:<name-of-remote-branch>\n",
                     choice->remote->name);
    choose_branch(choice, mode, &branch);
    qn_buf_dispose(&branch.full);
}

/* ---- some were given */

/* The branch or tag that a short name means; NULL: something else. */
static bool find_ref(struct cli *cli, const char *text, struct qn_buf *full)
{
    static const char *const fronts[] = {"", "refs/heads/", "refs/tags/",
                                         "refs/"};
    struct qn_ref ref = QN_REF_INIT;
    bool found = false;
    size_t i;

    for (i = 0; i < QN_COUNT_OF(fronts) && !found; i++) {
        qn_buf_clear(full);
        cli_check(cli, qn_buf_printf(cli->ctx, full, "%s%s", fronts[i], text));
        if (!qn_bytes_has_prefix(qn_buf_bytes(full), "refs/"))
            continue;
        cli_check(cli, qn_refs_find(cli->ctx, cli->refs, qn_buf_string(full),
                                    &ref, &found));
    }
    qn_ref_dispose(&ref);
    return found;
}

/* remote.<name>.push, or with push.default=upstream what it tracks, says where
 * it goes. */
static bool map_alone(struct cli_push_default *choice, const char *text,
                      struct qn_buf *to)
{
    struct cli *cli = choice->cli;
    struct qn_buf full = QN_BUF_INIT;
    bool matched = false;

    if (!find_ref(cli, text, &full)) {
        qn_buf_dispose(&full);
        return false;
    }
    if (choice->remote->push.count > 0)
        cli_check(cli, qn_remote_map(cli->ctx, &choice->remote->push,
                                     qn_buf_string(&full), to, &matched));
    if (!matched && read_mode(cli) == UPSTREAM &&
        qn_bytes_has_prefix(qn_buf_bytes(&full), "refs/heads/")) {
        const struct qn_config_entry *merge =
            branch_entry(cli, qn_buf_string(&full) + 11, "merge");

        matched = merge && merge->value &&
                  !qn_config_previous(cli_config(cli), merge);
        if (matched)
            cli_check(cli, qn_buf_append_string(cli->ctx, to, merge->value));
    }
    qn_buf_dispose(&full);
    return matched;
}

static void give_one(struct cli_push_default *choice, const char *text,
                     bool deletes)
{
    struct cli *cli = choice->cli;
    struct qn_buf whole = QN_BUF_INIT, to = QN_BUF_INIT;
    bool is_forced = *text == '+';

    if (deletes) {
        if (strchr(text, ':') || !*text)
            cli_die_with(cli, "--delete only accepts plain target ref names");
        cli_check(cli, qn_buf_printf(cli->ctx, &whole, ":%s", text));
    } else if (strcmp(text + is_forced, "@") == 0) {
        cli_check(cli, qn_buf_printf(cli->ctx, &whole, "%sHEAD",
                                     is_forced ? "+" : ""));
    } else if (!strchr(text, ':') && *text != '^' && !strchr(text, '*') &&
               map_alone(choice, text + is_forced, &to)) {
        cli_check(cli, qn_buf_printf(cli->ctx, &whole, "%s:%s", text,
                                     qn_buf_string(&to)));
    } else {
        cli_check(cli, qn_buf_append_string(cli->ctx, &whole, text));
    }
    add(choice, qn_buf_string(&whole));
    qn_buf_dispose(&whole);
    qn_buf_dispose(&to);
}

void cli_push_given(struct cli_push_default *choice, int argc, char **argv,
                    bool deletes)
{
    struct cli *cli = choice->cli;
    struct qn_buf text = QN_BUF_INIT;
    int i;

    for (i = 0; i < argc; i++) {
        if (strcmp(argv[i], "tag") != 0) {
            give_one(choice, argv[i], deletes);
            continue;
        }
        if (++i >= argc)
            cli_die_with(cli, "tag shorthand without <tag>");
        qn_buf_clear(&text);
        cli_check(cli, qn_buf_printf(cli->ctx, &text, "%srefs/tags/%s",
                                     deletes ? ":" : "", argv[i]));
        add(choice, qn_buf_string(&text));
    }
    qn_buf_dispose(&text);
}
