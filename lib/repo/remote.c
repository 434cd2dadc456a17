/* SPDX-License-Identifier: MIT */
/* One remote, put together from the configuration. */
#include "repo/remote.h"

#include "base/memory.h"
#include "repo/remote_parts.h"
#include "repo/repo_parts.h"

#include <string.h>

void qn_remote_free(struct qn_remote *remote)
{
    if (!remote)
        return;
    qn_remote_refspecs_dispose(&remote->fetch);
    qn_remote_refspecs_dispose(&remote->push);
    qn_arena_dispose(&remote->arena);
    qn_memory_free(remote);
}

/* ---- single settings */

enum kind {
    TEXT,  /* the last one holds */
    FIRST, /* the first one holds; a second one is told of */
    WORDS, /* all; an empty one forgets those before */
    FETCH,
    PUSH,
    FLAG,
    SWITCH, /* -1: not said */
    TAGS,
    FOLLOW,
    LENIENT /* a flag whose bad values nobody minds here */
};

struct setting {
    const char *name;
    enum kind kind;
    size_t offset;
};
#define AT(member) offsetof(struct qn_remote, member)

static const struct setting settings[] = {
    {"url", WORDS, AT(written_urls)},
    {"pushurl", WORDS, AT(written_push_urls)},
    {"fetch", FETCH, AT(fetch)},
    {"push", PUSH, AT(push)},
    {"uploadpack", FIRST, AT(upload_pack)},
    {"receivepack", FIRST, AT(receive_pack)},
    {"vcs", TEXT, AT(vcs)},
    {"proxy", TEXT, AT(proxy)},
    {"proxyauthmethod", TEXT, AT(proxy_auth_method)},
    {"partialclonefilter", TEXT, AT(partial_clone_filter)},
    {"serveroption", WORDS, AT(server_options)},
    {"negotiationrestrict", WORDS, AT(negotiation_restrict)},
    {"negotiationinclude", WORDS, AT(negotiation_include)},
    {"mirror", FLAG, AT(is_mirror)},
    {"skipdefaultupdate", FLAG, AT(skips_default_update)},
    {"skipfetchall", FLAG, AT(skips_fetch_all)},
    {"promisor", LENIENT, AT(is_promisor)},
    {"prune", SWITCH, AT(prune)},
    {"prunetags", SWITCH, AT(prune_tags)},
    {"tagopt", TAGS, AT(tags)},
    {"followremotehead", FOLLOW, AT(follow)},
};

static const struct setting *find_setting(const char *name)
{
    size_t i;

    for (i = 0; i < sizeof(settings) / sizeof(settings[0]); i++)
        if (strcmp(settings[i].name, name) == 0)
            return &settings[i];
    return NULL;
}

static enum qn_status take_follow(struct qn_ctx *ctx, struct qn_remote *remote,
                                  const char *value)
{
    static const struct {
        const char *name;
        enum qn_remote_follow follow;
    } names[] = {{"never", QN_REMOTE_FOLLOW_NEVER},
                 {"create", QN_REMOTE_FOLLOW_CREATE},
                 {"warn", QN_REMOTE_FOLLOW_WARN},
                 {"always", QN_REMOTE_FOLLOW_ALWAYS}};
    size_t i;

    for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (strcmp(value, names[i].name) == 0) {
            remote->follow = names[i].follow;
            return QN_OK;
        }
    }
    if (strncmp(value, "warn-if-not-", 12) != 0) {
        if (!remote->mutes_config)
            qn_ctx_report(ctx, QN_REPORT_WARNING, "remote.follow",
                          "unrecognized followRemoteHEAD value '%s' ignored",
                          value);
        return QN_OK;
    }
    remote->follow = QN_REMOTE_FOLLOW_WARN_IF_NOT;
    remote->follow_branch =
        qn_arena_copy(ctx, &remote->arena, qn_bytes_from_string(value + 12));
    return remote->follow_branch ? QN_OK : QN_NO_MEMORY;
}

static enum qn_status take_text(struct qn_ctx *ctx, struct qn_remote *remote,
                                const struct setting *setting,
                                const char *value)
{
    const char **at = (const char **)(void *)((char *)remote + setting->offset);

    if (setting->kind == FIRST && *at) {
        qn_ctx_report(ctx, QN_REPORT_ERROR, "remote.twice",
                      "more than one %s given, using the first", setting->name);
        return QN_OK;
    }
    *at = qn_arena_copy(ctx, &remote->arena, qn_bytes_from_string(value));
    return *at ? QN_OK : QN_NO_MEMORY;
}

static enum qn_status take_bool(struct qn_ctx *ctx, struct qn_remote *remote,
                                const struct setting *setting,
                                const struct qn_config_entry *entry)
{
    void *at = (char *)remote + setting->offset;
    bool value = false;
    enum qn_status status = qn_config_entry_bool(ctx, entry, &value);

    if (status && setting->kind == LENIENT) {
        qn_ctx_clear(ctx); /* whoever needs it asks again */
        return QN_OK;
    }
    if (status)
        return status;
    if (setting->kind == SWITCH)
        *(int *)at = value;
    else
        *(bool *)at = value;
    return QN_OK;
}

static enum qn_status take_words(struct qn_ctx *ctx, struct qn_remote *remote,
                                 const struct setting *setting,
                                 const char *value)
{
    void *at = (char *)remote + setting->offset;

    if (*value)
        return qn_remote_words_add(ctx, &remote->arena, at,
                                   qn_bytes_from_string(value));
    ((struct qn_remote_words *)at)->count = 0;
    return QN_OK;
}

static enum qn_status take(struct qn_ctx *ctx, struct qn_remote *remote,
                           const struct setting *setting,
                           const struct qn_config_entry *entry)
{
    enum kind kind = setting->kind;
    const char *value = entry->value;

    if (kind == FLAG || kind == SWITCH || kind == LENIENT)
        return take_bool(ctx, remote, setting, entry);
    if (!value)
        return qn_config_fail_missing(ctx, entry);
    if (kind == FETCH)
        return qn_remote_refspecs_add(ctx, &remote->fetch, value,
                                      QN_REFSPEC_FETCH);
    if (kind == PUSH)
        return qn_remote_refspecs_add(ctx, &remote->push, value,
                                      QN_REFSPEC_PUSH);
    if (kind == TAGS) {
        if (strcmp(value, "--no-tags") == 0)
            remote->tags = QN_REMOTE_TAGS_NONE;
        else if (strcmp(value, "--tags") == 0)
            remote->tags = QN_REMOTE_TAGS_ALL;
        return QN_OK;
    }
    if (kind == FOLLOW)
        return take_follow(ctx, remote, value);
    return kind == WORDS ? take_words(ctx, remote, setting, value)
                         : take_text(ctx, remote, setting, value);
}

/* Everything under "remote." is looked at, since what is wrong in one remote
 * is told whichever is asked for; `remote` keeps its own. */
static enum qn_status take_config(struct qn_ctx *ctx,
                                  const struct qn_config *config,
                                  struct qn_remote *remote,
                                  struct qn_remote *others)
{
    enum qn_status status = QN_OK;
    size_t i;

    for (i = 0; i < qn_config_count(config) && !status; i++) {
        const struct qn_config_entry *entry = qn_config_at(config, i);
        const struct setting *setting;
        const char *variable;
        struct qn_bytes name;
        bool is_own;

        if (!qn_config_key_in(entry->key, "remote", &name, &variable))
            continue;
        if (name.size && name.data[0] == '/') {
            if (!remote->mutes_config)
                qn_ctx_report(
                    ctx, QN_REPORT_WARNING, "remote.shorthand",
                    "config remote shorthand cannot begin with '/': %s",
                    entry->key + 7);
            continue;
        }
        setting = find_setting(variable);
        is_own = qn_bytes_is_equal(name, qn_bytes_from_string(remote->name));
        if (is_own) {
            remote->origin = QN_REMOTE_CONFIG;
            remote->is_in_repo = remote->is_in_repo ||
                                 entry->scope == QN_CONFIG_SCOPE_LOCAL ||
                                 entry->scope == QN_CONFIG_SCOPE_WORKTREE;
        }
        /* Only a remote's own can be said twice. */
        if (setting && (is_own || setting->kind != FIRST || !entry->value))
            status = take(ctx, is_own ? remote : others, setting, entry);
    }
    return status;
}

/* ---- URLs */

static enum qn_status rewrite(struct qn_ctx *ctx,
                              const struct qn_config *config,
                              struct qn_remote *remote, const char *url,
                              bool is_push, struct qn_remote_words *out)
{
    struct qn_buf text = QN_BUF_INIT;
    bool matched = false;
    enum qn_status status =
        qn_remote_rewrite(ctx, config, url, is_push, &text, &matched);

    if (!status && (matched || !is_push))
        status =
            qn_remote_words_add(ctx, &remote->arena, out, qn_buf_bytes(&text));
    qn_buf_dispose(&text);
    return status;
}

/* Push goes to the push URLs; without one, to what pushInsteadOf makes of the
 * URLs; when it says nothing of any, to the URLs. */
static enum qn_status make_urls(struct qn_ctx *ctx,
                                const struct qn_config *config,
                                struct qn_remote *remote)
{
    const struct qn_remote_words *urls = &remote->written_urls;
    const struct qn_remote_words *push = &remote->written_push_urls;
    enum qn_status status = QN_OK;
    size_t i;

    for (i = 0; i < urls->count && !status; i++)
        status =
            rewrite(ctx, config, remote, urls->items[i], false, &remote->urls);
    for (i = 0; i < push->count && !status; i++)
        status = rewrite(ctx, config, remote, push->items[i], false,
                         &remote->push_urls);
    if (push->count)
        return status;
    for (i = 0; i < urls->count && !status; i++)
        status = rewrite(ctx, config, remote, urls->items[i], true,
                         &remote->push_urls);
    if (!remote->push_urls.count)
        remote->push_urls = remote->urls;
    return status;
}

/* What was told of already: of the configuration, of this one's file. */
struct muting {
    bool config, file;
};

static enum qn_status open_remote(struct qn_ctx *ctx,
                                  const struct qn_config *config,
                                  const char *directory, const char *name,
                                  bool is_url, const struct muting *muting,
                                  struct qn_remote **out)
{
    struct qn_remote *remote =
        qn_memory_calloc(ctx, 1, sizeof(struct qn_remote));
    struct qn_remote *others =
        qn_memory_calloc(ctx, 1, sizeof(struct qn_remote));
    enum qn_status status = remote && others ? QN_OK : QN_NO_MEMORY;

    if (!status) {
        remote->prune = remote->prune_tags = -1;
        remote->mutes_config = others->mutes_config = muting->config;
        remote->mutes_file = muting->file;
        remote->name =
            qn_arena_copy(ctx, &remote->arena, qn_bytes_from_string(name));
        others->name = "";
        status = remote->name ? QN_OK : QN_NO_MEMORY;
    }
    if (!status)
        status = take_config(ctx, config, remote, others);
    if (!status && directory && !remote->written_urls.count)
        status = qn_remote_read_files(ctx, directory, remote);
    if (!status && is_url && !remote->written_urls.count) {
        remote->is_own_url = true;
        status = qn_remote_words_add(ctx, &remote->arena, &remote->written_urls,
                                     qn_bytes_from_string(name));
    }
    if (!status)
        status = make_urls(ctx, config, remote);
    if (!status) {
        *out = remote;
        remote = NULL;
    }
    qn_remote_free(others);
    qn_remote_free(remote);
    return status;
}

enum qn_status qn_remote_open(struct qn_ctx *ctx,
                              const struct qn_config *config,
                              const char *directory, const char *name,
                              struct qn_remote **out)
{
    const struct muting none = {false, false};

    return open_remote(ctx, config, directory, name, true, &none, out);
}

/* With its mutex held: what is wrong is told once, as by Git, which reads all
 * remotes once. */
static enum qn_status open_of_repo(struct qn_ctx *ctx, struct qn_repo *repo,
                                   const char *name, bool is_url,
                                   struct qn_remote **out)
{
    struct muting muting = {.config = repo->has_told_remotes};
    enum qn_status status;
    size_t i;

    for (i = 0; i < repo->told_remotes.count && !muting.file; i++)
        muting.file = strcmp(repo->told_remotes.items[i], name) == 0;
    repo->has_told_remotes = true;
    status = open_remote(ctx, repo->config, repo->common_directory, name,
                         is_url, &muting, out);
    if (!status && !muting.file &&
        ((*out)->origin == QN_REMOTE_REMOTES ||
         (*out)->origin == QN_REMOTE_BRANCHES))
        status =
            qn_remote_words_add(ctx, &repo->told_arena, &repo->told_remotes,
                                qn_bytes_from_string(name));
    return status;
}

enum qn_status qn_remote_of(struct qn_ctx *ctx, struct qn_repo *repo,
                            const char *name, const char *branch, bool is_push,
                            struct qn_remote **out)
{
    const struct qn_config *config = qn_repo_config(repo);
    struct qn_arena arena = QN_ARENA_INIT;
    bool is_explicit = true;
    enum qn_status status = QN_OK;

    if (!name)
        status = qn_remote_default(ctx, config, branch, is_push, &arena, &name,
                                   &is_explicit);
    if (!status) {
        qn_mutex_lock(repo->mutex);
        status = open_of_repo(ctx, repo, name, is_explicit, out);
        qn_mutex_unlock(repo->mutex);
    }
    qn_arena_dispose(&arena);
    return status;
}

static const struct qn_remote *find_old(const struct qn_repo *repo,
                                        const char *name)
{
    size_t i;

    for (i = 0; i < repo->old_remote_count; i++)
        if (strcmp(repo->old_remotes[i]->name, name) == 0)
            return repo->old_remotes[i];
    return NULL;
}

enum qn_status qn_remote_of_files(struct qn_ctx *ctx, struct qn_repo *repo,
                                  const char *name,
                                  const struct qn_remote **out)
{
    struct qn_remote *remote = NULL;
    const struct qn_remote *old;
    enum qn_status status = QN_OK;

    *out = NULL;
    qn_mutex_lock(repo->mutex);
    old = find_old(repo, name);
    if (!old) {
        status = qn_memory_grow(
            ctx, &repo->old_remotes, &repo->old_remote_capacity,
            repo->old_remote_count + 1, sizeof(*repo->old_remotes));
        if (!status)
            status = open_of_repo(ctx, repo, name, false, &remote);
        if (!status)
            old = repo->old_remotes[repo->old_remote_count++] = remote;
    }
    qn_mutex_unlock(repo->mutex);
    if (old &&
        (old->origin == QN_REMOTE_REMOTES || old->origin == QN_REMOTE_BRANCHES))
        *out = old;
    return status;
}
