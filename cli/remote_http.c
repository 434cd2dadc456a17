/* SPDX-License-Identifier: MIT */
#include "cli/remote_http.h"

#include "cli/progress.h"
#include "operation/part/http_walk.h"
#include "text/date.h"
#include "text/quote.h"

#include <stdlib.h>
#include <string.h>

/* ---- options */

static bool take_bool(const char *value, bool *out)
{
    if (strcmp(value, "true") != 0 && strcmp(value, "false") != 0)
        return false;
    *out = *value == 't';
    return true;
}

static bool take_number(const char *value, unsigned long *out)
{
    char *end = NULL;

    *out = strtoul(value, &end, 10);
    return end != value && !*end;
}

static bool take_lease(struct cli_remote_http *h, const char *value)
{
    struct cli *cli = h->cli;
    struct qn_buf text = QN_BUF_INIT;
    const struct cli_option option = {.value = &h->leases};
    const char *word = value;

    if (*value == '"') {
        if (qn_quote_unquote_c(cli->ctx, qn_bytes_from_string(value), &text,
                               NULL)) {
            cli_forget(cli);
            return false;
        }
        word = qn_buf_string(&text);
    }
    if (cli->repo) /* without one nothing is pushed */
        (void)cli_push_lease(cli, &option, word, false);
    return true; /* `text` lives as long as the lease */
}

static bool take_push_option(struct cli_remote_http *h, const char *value)
{
    struct qn_buf text = QN_BUF_INIT;

    if (*value != '"')
        cli_check(h->cli, qn_buf_append_string(h->cli->ctx, &text, value));
    else if (qn_quote_unquote_c(h->cli->ctx, qn_bytes_from_string(value), &text,
                                NULL)) {
        cli_forget(h->cli);
        return false;
    }
    cli_check(h->cli, qn_wire_words_add(h->cli->ctx, &h->push_options,
                                        qn_buf_bytes(&text)));
    qn_buf_dispose(&text);
    return true;
}

static bool take_signed(struct cli_remote_http *h, const char *value)
{
    bool is_on = false;

    if (strcmp(value, "if-asked") == 0)
        h->signs = QN_SEND_PACK_SIGNED_IF_ASKED;
    else if (take_bool(value, &is_on))
        h->signs = is_on ? QN_SEND_PACK_SIGNED : QN_SEND_PACK_UNSIGNED;
    else
        return false;
    return true;
}

static bool take_family(struct cli_remote_http *h, const char *value)
{
    if (strcmp(value, "ipv4") == 0)
        h->family = 4;
    else if (strcmp(value, "ipv6") == 0)
        h->family = 6;
    else if (strcmp(value, "all") == 0)
        h->family = 0;
    else
        return false;
    return true;
}

/* Those of a fetch; `*is_known` false: none of them. */
static bool take_depth(struct cli_remote_http *h, const char *name,
                       const char *value, bool *is_known)
{
    struct qn_fetch_depth *depth = &h->depth;
    unsigned long number = 0;
    bool is_good = true;

    if (strcmp(name, "depth") == 0) {
        is_good = take_number(value, &number);
        depth->depth = is_good ? number : depth->depth;
    } else if (strcmp(name, "deepen-since") == 0) {
        depth->has_since = true;
        depth->since = qn_date_approximate(h->cli->env, value, NULL);
    } else if (strcmp(name, "deepen-not") == 0) {
        cli_check(h->cli, qn_wire_words_add(h->cli->ctx, &depth->excludes,
                                            qn_bytes_from_string(value)));
    } else if (strcmp(name, "deepen-relative") == 0) {
        is_good = take_bool(value, &depth->is_relative);
    } else if (strcmp(name, "filter") == 0) {
        qn_buf_clear(&h->filter);
        cli_check(h->cli, qn_buf_append_string(h->cli->ctx, &h->filter, value));
    } else if (strcmp(name, "from-promisor") == 0) {
        h->from_promisor = true;
    } else if (strcmp(name, "refetch") == 0) {
        h->refetches = true;
    } else {
        *is_known = false;
    }
    return is_good;
}

static bool take_flag(struct cli_remote_http *h, const char *name,
                      const char *value, bool *is_known)
{
    const struct {
        const char *name;
        bool *flag;
    } flags[] = {{"progress", &h->progress},
                 {"check-connectivity", &h->check},
                 {"cloning", &h->cloning},
                 {"update-shallow", &h->updates_shallow},
                 {"followtags", &h->follows_tags},
                 {"dry-run", &h->is_dry},
                 {"atomic", &h->is_atomic},
                 {"force-if-includes", &h->checks_includes}};
    size_t i;

    for (i = 0; i < QN_COUNT_OF(flags); i++)
        if (strcmp(name, flags[i].name) == 0)
            return take_bool(value, flags[i].flag);
    *is_known = false;
    return true;
}

static bool take_other(struct cli_remote_http *h, const char *name,
                       const char *value, bool *is_known)
{
    unsigned long number = 0;

    if (strcmp(name, "verbosity") == 0) {
        if (!take_number(value, &number) || number > 100)
            return false;
        h->verbosity = (int)number;
    } else if (strcmp(name, "cas") == 0) {
        return take_lease(h, value);
    } else if (strcmp(name, "push-option") == 0) {
        return take_push_option(h, value);
    } else if (strcmp(name, "pushcert") == 0) {
        return take_signed(h, value);
    } else if (strcmp(name, "family") == 0) {
        return take_family(h, value);
    } else if (strcmp(name, "object-format") == 0) {
        if (strcmp(value, "true") != 0)
            cli_die_with(h->cli, "unknown value for object-format: %s", value);
        h->has_format = true;
    } else if (strcmp(name, "force") != 0) { /* "+" says so, too */
        *is_known = false;
    }
    return true;
}

void cli_remote_http_option(struct cli_remote_http *h, const char *text)
{
    struct qn_buf name = QN_BUF_INIT;
    const char *space = strchr(text, ' ');
    const char *value = space ? space + 1 : "true";
    bool is_known = true;
    bool is_good;

    cli_check(h->cli,
              qn_buf_append(h->cli->ctx, &name, text,
                            space ? (size_t)(space - text) : strlen(text)));
    is_good = take_flag(h, qn_buf_string(&name), value, &is_known);
    if (!is_known) {
        is_known = true;
        is_good = take_depth(h, qn_buf_string(&name), value, &is_known);
    }
    if (!is_known) {
        is_known = true;
        is_good = take_other(h, qn_buf_string(&name), value, &is_known);
    }
    cli_puts(h->cli, !is_known ? "unsupported\n"
                     : is_good ? "ok\n"
                               : "error invalid value\n");
    qn_buf_dispose(&name);
}

/* ---- the connection */

void cli_remote_http_open(struct cli_remote_http *h, enum qn_service service)
{
    struct cli *cli = h->cli;

    if (h->connection && h->connection->service == service)
        return;
    if (!strstr(h->url, "://")) {
        cli_warning(cli, "url has no scheme: %s/", h->url);
        cli_die_with(cli, "credential url cannot be parsed: %s/", h->url);
    }
    qn_connection_free(h->connection);
    h->connection = NULL;
    h->has_refs = false;
    qn_buf_clear(&h->heard);
    cli_connection_options(cli, h->remote, service, &h->opened);
    h->opened.url = h->url;
    h->opened.helper = NULL;
    h->opened.program = NULL;
    h->opened.family = h->family;
    h->opened.verbosity = h->verbosity - 1;
    h->opened.heard = &h->heard;
    if (h->opened.version == 2 && service == QN_SERVICE_RECEIVE_PACK)
        h->opened.version = 0;
    cli_check(cli, qn_connection_open(cli->ctx, &h->opened, &h->connection));
}

struct qn_remote_refs *cli_remote_http_refs(struct cli_remote_http *h,
                                            enum qn_service service)
{
    struct qn_ls_refs request = {.peels = true, .shows_symrefs = true};
    struct qn_remote_refs *refs = NULL;

    cli_remote_http_open(h, service);
    if (h->has_refs)
        return &h->connection->server.refs;
    cli_check(h->cli, qn_connection_refs(h->cli->ctx, h->connection, &h->opened,
                                         &request, NULL, &refs));
    h->has_refs = true;
    return refs;
}

/* ---- fetch */

static void add_want(struct cli_remote_http *h, const char *line,
                     struct qn_id_list *wants)
{
    struct cli *cli = h->cli;
    struct qn_bytes text = qn_bytes_from_string(line);
    size_t space = qn_bytes_find(text, ' ');
    struct qn_id id;

    if (!qn_id_from_hex(&id, qn_repo_algorithm(cli->repo),
                        qn_bytes_first(text, space)))
        cli_die_with(cli, "protocol error: expected sha/ref, got '%s'", line);
    if (space == text.size && !h->connection->is_dumb)
        cli_die_with(cli, "cannot fetch by sha1 over smart http");
    cli_check(cli, qn_id_list_add(cli->ctx, wants, &id));
}

static void settle_shallow(struct cli_remote_http *h,
                           const struct qn_fetch_pack_result *got)
{
    static const struct qn_id_list none = {.ids = NULL};
    bool changed = false;

    if (qn_fetch_depth_is_set(&h->depth) || got->shallow.count == 0 ||
        !(h->cloning || h->updates_shallow))
        return;
    cli_check(h->cli, qn_shallow_file_update(h->cli->ctx, h->cli->repo,
                                             &got->shallow, &none, &changed));
}

void cli_remote_http_fetch(struct cli_remote_http *h,
                           const struct qn_wire_words *lines)
{
    struct cli *cli = h->cli;
    struct cli_remote_said said = {0};
    struct qn_fetch_pack_result got = {.keeps = QN_WIRE_WORDS_INIT};
    struct qn_id_list wants = {0};
    struct qn_fetch_pack pack = {
        .scope = &cli->scope,
        .opened = &h->opened,
        .wants = &wants,
        .depth = &h->depth,
        .filter = h->filter.size ? qn_buf_string(&h->filter) : NULL,
        .promisor = h->from_promisor ? "" : NULL,
        .refetches = h->refetches,
        .is_clone = h->cloning,
        .is_quiet = !h->progress,
        .includes_tags = h->follows_tags,
        .keep = h->cloning ? QN_FETCH_KEEP : QN_FETCH_KEEP_BY_SIZE,
        .locks_pack = true,
        .checks_contained = h->check,
        .title = h->progress ? "Receiving objects" : NULL,
        .unpack_title = "Unpacking objects",
        .said = cli_remote_said_take,
        .data = &said};
    size_t position = 0;
    const char *word;

    cli_push_open(cli);
    pack.refs = cli_remote_http_refs(h, QN_SERVICE_UPLOAD_PACK);
    pack.connection = h->connection;
    while ((word = qn_wire_words_next(lines, &position)))
        add_want(h, word, &wants);
    cli_show_progress(cli, h->progress);
    cli_remote_said_begin(cli, &said, h->url);
    cli_check(cli, qn_negotiator_configured(cli->ctx, cli_config(cli),
                                            &pack.negotiator));
    cli_check(cli, qn_fetch_pack_run(cli->ctx, &pack, &got));
    cli_remote_said_end(&said);
    settle_shallow(h, &got);
    position = 0;
    while ((word = qn_wire_words_next(&got.keeps, &position)))
        cli_printf(cli, "lock %s\n", word);
    if (h->check && got.is_contained)
        cli_puts(cli, "connectivity-ok\n");
    cli_put(cli, '\n');
    qn_fetch_pack_result_dispose(&got);
    qn_id_list_dispose(&wants);
}

/* ---- push */

void cli_remote_http_push(struct cli_remote_http *h,
                          const struct qn_wire_words *lines)
{
    struct cli *cli = h->cli;
    struct qn_op_push op = {.is_dry = h->is_dry,
                            .is_atomic = h->is_atomic,
                            .is_thin = true,
                            .is_quiet = h->verbosity == 0,
                            .shows_progress = h->progress,
                            .checks_includes = h->checks_includes,
                            .is_signed = (enum qn_send_pack_signed)h->signs,
                            .skips_hook = true};
    struct cli_pushing shown = {
        .cli = cli, .op = &op, .url = h->url, .tells_helper = true};
    struct qn_remote_refspecs refspecs = {0};
    size_t position = 0;
    const char *word;
    enum qn_status status;

    cli_push_open(cli);
    while ((word = qn_wire_words_next(lines, &position)))
        cli_check(cli, qn_remote_refspecs_add(cli->ctx, &refspecs, word,
                                              QN_REFSPEC_PUSH));
    (void)cli_remote_http_refs(h, QN_SERVICE_RECEIVE_PACK);
    op.scope = &cli->scope;
    op.connection = &h->opened;
    op.opened = h->connection;
    h->connection = NULL;
    op.refspecs = &refspecs;
    op.options = h->push_options.count ? &h->push_options : NULL;
    op.leases = h->leases.items;
    op.lease_count = h->leases.count;
    cli_push_calls(&shown, &op.calls);
    cli_show_progress(cli, h->progress);
    cli_remote_said_begin(cli, &shown.said, h->url);
    status = qn_op_push_run(cli->ctx, &op);
    cli_remote_said_end(&shown.said);
    if (status || !op.was_shown) {
        if (status)
            (void)cli_fail(cli);
        cli_die_with(cli, "the remote end hung up unexpectedly");
    }
    if (!op.has_failed && !op.has_pushed)
        cli_stderr(cli, "Everything up-to-date\n");
    cli_put(cli, '\n');
    qn_remote_refspecs_dispose(&refspecs);
    if (op.has_failed)
        cli_exit(cli, 128);
}
