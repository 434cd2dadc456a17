/* SPDX-License-Identifier: MIT */
#include "cli/remote_query.h"

#include <stdlib.h>
#include <string.h>

const char *cli_remote_short_name(const char *name)
{
    return strncmp(name, "refs/heads/", 11) == 0 ? name + 11 : name;
}

void cli_remote_query_begin(struct cli_remote_query *query, struct cli *cli,
                            const char *name, bool asks)
{
    struct qn_ls_refs request = {.shows_symrefs = true};

    *query = (struct cli_remote_query){
        .cli = cli, .states = QN_MAP_INIT, .source = {.fd = -1}};
    query->remote = cli_remote(cli, name, false);
    if (!asks)
        return;
    cli_connection_options(cli, query->remote, QN_SERVICE_UPLOAD_PACK,
                           &query->options);
    query->is_asked = true;
    cli_check(cli,
              qn_fetch_source_open(cli->ctx, &query->options, &query->source));
    cli_check(cli, qn_fetch_source_refs(cli->ctx, &query->source, &request,
                                        NULL, &query->refs));
}

void cli_remote_query_end(struct cli_remote_query *query)
{
    /* All that was asked for is here: how its program ends is no matter. */
    if (query->is_asked &&
        qn_fetch_source_finish(query->cli->ctx, &query->source))
        qn_ctx_clear(query->cli->ctx);
    qn_fetch_source_dispose(&query->source);
    qn_remote_free(query->remote);
    qn_memory_free(query->branches);
    qn_memory_free((void *)query->heads.items);
    qn_map_dispose(&query->states);
}

void cli_remote_query_heads(struct cli_remote_query *query)
{
    const struct qn_remote_ref *head = qn_remote_refs_find(query->refs, "HEAD");
    size_t i;

    if (!head || head->is_unborn)
        return;
    if (head->target) {
        if (qn_remote_refs_find(query->refs, head->target))
            cli_list_add(query->cli, &query->heads,
                         cli_remote_short_name(head->target));
        return;
    }
    for (i = 0; i < query->refs->count; i++) {
        const struct qn_remote_ref *ref = &query->refs->items[i];

        if (strncmp(ref->name, "refs/heads/", 11) == 0 &&
            qn_id_is_equal(&ref->id, &head->id))
            cli_list_add(query->cli, &query->heads, ref->name + 11);
    }
}

/* ---------------------------------------------------------------- branches */

/* Of two things that can be said of one branch the first one is. */
static void add(struct cli_remote_query *q, const char *name,
                enum cli_remote_state state)
{
    bool is_new = false;
    struct qn_map_item *item = qn_map_put(q->cli->ctx, &q->states,
                                          qn_bytes_from_string(name), &is_new);

    if (!item)
        cli_die(q->cli);
    if (is_new || state < item->number)
        item->number = state;
}

static bool has_ref(struct cli_remote_query *q, const char *name)
{
    struct qn_ref ref = QN_REF_INIT;
    bool found = false;

    cli_check(q->cli,
              qn_refs_find(q->cli->ctx, q->cli->refs, name, &ref, &found));
    qn_ref_dispose(&ref);
    return found;
}

/* What one refspec says of one ref of the other side. */
static void judge(struct cli_remote_query *q, const struct qn_refspec *refspec,
                  const char *name)
{
    struct qn_buf local = QN_BUF_INIT;
    bool matched = false;

    cli_check(q->cli,
              qn_refspec_map(q->cli->ctx, refspec, qn_bytes_from_string(name),
                             &local, &matched));
    if (matched && qn_remote_refspecs_exclude(&q->remote->fetch, name))
        add(q, cli_remote_short_name(name), CLI_REMOTE_SKIPPED);
    else if (matched)
        add(q, cli_remote_short_name(name),
            local.size && has_ref(q, qn_buf_string(&local)) ? CLI_REMOTE_TRACKED
                                                            : CLI_REMOTE_NEW);
    qn_buf_dispose(&local);
}

static void add_stale(struct cli_remote_query *q)
{
    struct qn_fetch_stales stales = {.arena = QN_ARENA_INIT};
    size_t i;

    cli_check(q->cli,
              qn_fetch_update_find_stale(q->cli->ctx, &q->cli->scope,
                                         &q->remote->fetch, q->refs, &stales));
    for (i = 0; i < stales.count; i++)
        add(q, stales.items[i].name, CLI_REMOTE_STALE);
    qn_fetch_stales_dispose(&stales);
}

/* Not asked: what is kept here tells which there were. */
static enum qn_status add_kept(struct qn_ctx *ctx, void *data,
                               const struct qn_ref *ref)
{
    struct cli_remote_query *q = data;
    struct qn_buf source = QN_BUF_INIT;
    bool matched = false;
    enum qn_status status = QN_OK;

    if (!ref->is_symbolic)
        status =
            qn_remote_map_back(ctx, &q->remote->fetch,
                               qn_buf_string(&ref->name), &source, &matched);
    if (matched)
        add(q, cli_remote_short_name(qn_buf_string(&source)),
            CLI_REMOTE_NOT_ASKED);
    qn_buf_dispose(&source);
    return status;
}

static int compare(const void *a, const void *b)
{
    return strcmp(((const struct cli_remote_branch *)a)->name,
                  ((const struct cli_remote_branch *)b)->name);
}

void cli_remote_query_branches(struct cli_remote_query *query)
{
    const struct qn_remote_refspecs *fetch = &query->remote->fetch;
    struct cli *cli = query->cli;
    size_t i, k;

    if (query->is_asked) {
        for (i = 0; i < fetch->count; i++)
            for (k = 0; k < query->refs->count && !fetch->items[i].is_negative;
                 k++)
                if (!query->refs->items[k].is_unborn)
                    judge(query, &fetch->items[i], query->refs->items[k].name);
        add_stale(query);
    } else {
        cli_check(cli,
                  qn_refs_walk(cli->ctx, cli->refs, "", 0, add_kept, query));
    }
    query->branches = qn_memory_array(cli->ctx, query->states.count + 1,
                                      sizeof(*query->branches));
    if (!query->branches)
        cli_die(cli);
    for (i = 0; i < query->states.count; i++)
        query->branches[i] = (struct cli_remote_branch){
            (const char *)query->states.items[i].key.data,
            (enum cli_remote_state)query->states.items[i].number};
    query->count = query->states.count;
    qsort(query->branches, query->count, sizeof(*query->branches), compare);
}
