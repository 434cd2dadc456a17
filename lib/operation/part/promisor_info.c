/* SPDX-License-Identifier: MIT */
#include "operation/part/promisor_info.h"

#include "config/config_edit.h"
#include "object/filter_spec.h"
#include "operation/part/promised_fetch.h"
#include "repo/remote.h"
#include "text/percent.h"

#include <string.h>
#include <strings.h>

/* More are no remotes that somebody has. */
#define REMOTES_MAX 1000

enum field { FILTER = 0, TOKEN = 1, FIELDS = 2 };

static const struct {
    const char *wire; /* as it is sent */
    const char *key;  /* behind "remote.<name>." */
    const char *word; /* for people */
} fields[FIELDS] = {{"partialCloneFilter", "partialclonefilter", "filter"},
                    {"token", "token", "token"}};

void qn_promisor_choice_dispose(struct qn_promisor_choice *choice)
{
    qn_buf_dispose(&choice->names);
    qn_buf_dispose(&choice->filter);
}

/* Bits of fields that a setting lists, with commas or spaces between. */
static unsigned listed(struct qn_ctx *ctx, const struct qn_config *config,
                       const char *key, const char *shown)
{
    struct qn_bytes rest =
        qn_bytes_from_string(qn_config_string(config, key, ""));
    unsigned found = 0;
    size_t i;

    while (rest.size > 0) {
        size_t size = 0;
        struct qn_bytes word;

        while (size < rest.size && rest.data[size] != ',' &&
               rest.data[size] != ' ' && rest.data[size] != '\t')
            size++;
        word = qn_bytes_first(rest, size);
        rest = qn_bytes_from(rest, size + 1);
        for (i = 0; i < FIELDS; i++)
            if (qn_bytes_is_equal_fold(word,
                                       qn_bytes_from_string(fields[i].wire)))
                break;
        if (i < FIELDS)
            found |= 1u << i;
        else if (word.size > 0)
            qn_ctx_report(ctx, QN_REPORT_WARNING, "promisor.field",
                          "unsupported field '%.*s' in '%s' config",
                          QN_BYTES_ARG(word), shown);
    }
    return found;
}

static enum qn_status append_encoded(struct qn_ctx *ctx, const char *text,
                                     struct qn_buf *out)
{
    enum qn_status status = QN_OK;

    for (; *text && !status; text++) {
        uint8_t byte = (uint8_t)*text;

        if (byte <= ' ' || byte >= 0x7f || strchr("%;,", byte))
            status = qn_buf_printf(ctx, out, "%%%02x", byte);
        else
            status = qn_buf_append_byte(ctx, out, byte);
    }
    return status;
}

/* remote.<name>.<field>; "" when it is not said. */
static enum qn_status configured(struct qn_ctx *ctx,
                                 const struct qn_config *config,
                                 const char *name, const char *key,
                                 const char **out)
{
    struct qn_buf full = QN_BUF_INIT;
    enum qn_status status =
        qn_buf_printf(ctx, &full, "remote.%s.%s", name, key);

    *out = status ? "" : qn_config_string(config, qn_buf_string(&full), "");
    qn_buf_dispose(&full);
    return status;
}

/* ---- the server */

static enum qn_status append_remote(struct qn_ctx *ctx,
                                    const struct qn_config *config,
                                    const char *name, unsigned sends,
                                    struct qn_buf *out)
{
    const char *value = "";
    enum qn_status status = configured(ctx, config, name, "url", &value);
    size_t i;

    if (status || !*value)
        return status;
    status = qn_buf_append_string(ctx, out, out->size > 0 ? ";name=" : "name=");
    if (!status)
        status = append_encoded(ctx, name, out);
    if (!status)
        status = qn_buf_append_string(ctx, out, ",url=");
    if (!status)
        status = append_encoded(ctx, value, out);
    for (i = 0; !status && i < FIELDS; i++) {
        if (!(sends & 1u << i))
            continue;
        status = configured(ctx, config, name, fields[i].key, &value);
        if (!status && *value)
            status = qn_buf_printf(ctx, out, ",%s=", fields[i].wire);
        if (!status)
            status = append_encoded(ctx, value, out);
    }
    return status;
}

enum qn_status qn_promisor_info_advertise(struct qn_ctx *ctx,
                                          const struct qn_config *config,
                                          struct qn_buf *out)
{
    struct qn_arena arena = QN_ARENA_INIT;
    struct qn_remote_words names = {0};
    bool tells = false;
    unsigned sends = 0;
    enum qn_status status =
        qn_config_bool(ctx, config, "promisor.advertise", false, &tells);
    size_t i;

    if (status || !tells)
        return status;
    sends = listed(ctx, config, "promisor.sendfields", "promisor.sendFields");
    status = qn_promised_fetch_remotes(ctx, config, &arena, &names);
    for (i = 0; !status && i < names.count; i++)
        status = append_remote(ctx, config, names.items[i], sends, out);
    qn_arena_dispose(&arena);
    return status;
}

/* ---- the client */

enum accept { ACCEPT_NONE, ACCEPT_NAME, ACCEPT_URL, ACCEPT_ALL };

static enum accept accepts(struct qn_ctx *ctx, const struct qn_config *config)
{
    static const struct {
        const char *word;
        enum accept accept;
    } words[] = {{"none", ACCEPT_NONE},
                 {"knownurl", ACCEPT_URL},
                 {"knownname", ACCEPT_NAME},
                 {"all", ACCEPT_ALL}};
    const char *text =
        qn_config_string(config, "promisor.acceptfromserver", "");
    size_t i;

    for (i = 0; i < QN_COUNT_OF(words); i++)
        if (strcasecmp(text, words[i].word) == 0)
            return words[i].accept;
    if (*text)
        qn_ctx_report(ctx, QN_REPORT_WARNING, "promisor.accept",
                      "unknown '%s' value for "
                      "'promisor.acceptfromserver' config option",
                      text);
    return ACCEPT_NONE;
}

struct told { /* of one remote */
    struct qn_buf name, url, values[FIELDS];
    bool has_name, has_url;
};

struct choosing {
    const struct qn_config *config;
    const char *path;
    enum accept accept;
    unsigned checks, stores;
    const struct qn_remote_words *known; /* that promise, here */
    struct qn_filter_spec filter;
    struct told told;
    struct qn_promisor_choice *out;
};

static void dispose_told(struct told *told)
{
    qn_buf_dispose(&told->name);
    qn_buf_dispose(&told->url);
    qn_buf_dispose(&told->values[FILTER]);
    qn_buf_dispose(&told->values[TOKEN]);
    memset(told, 0, sizeof(*told));
}

static enum qn_status take_field(struct qn_ctx *ctx, struct told *told,
                                 struct qn_bytes field)
{
    size_t equal = qn_bytes_find(field, '=');
    struct qn_bytes key = qn_bytes_first(field, equal);
    struct qn_buf *to = NULL;
    size_t i;

    if (equal == field.size)
        return QN_OK;
    if (qn_bytes_is_string(key, "name")) {
        to = &told->name;
        told->has_name = true;
    } else if (qn_bytes_is_string(key, "url")) {
        to = &told->url;
        told->has_url = true;
    }
    for (i = 0; i < FIELDS; i++)
        if (qn_bytes_is_string(key, fields[i].wire))
            to = &told->values[i];
    if (!to)
        return QN_OK; /* of a later protocol */
    qn_buf_clear(to);
    return qn_percent_decode(ctx, qn_bytes_from(field, equal + 1), to);
}

static bool has_control(const char *text)
{
    for (; *text; text++)
        if ((uint8_t)*text < ' ' || *text == 0x7f)
            return true;
    return false;
}

static bool is_known(const struct choosing *c, const char *name)
{
    size_t i;

    for (i = 0; i < c->known->count; i++)
        if (strcmp(c->known->items[i], name) == 0)
            return true;
    return false;
}

static enum qn_status is_accepted(struct qn_ctx *ctx, const struct choosing *c,
                                  bool *out)
{
    const char *name = qn_buf_string(&c->told.name), *own = "";
    const char *url = qn_buf_string(&c->told.url);
    enum qn_status status = QN_OK;
    size_t i;

    *out = false;
    if (c->accept != ACCEPT_ALL && !is_known(c, name))
        return QN_OK;
    if (c->accept == ACCEPT_URL) {
        status = configured(ctx, c->config, name, "url", &own);
        if (!status && strcmp(own, url) != 0) {
            qn_ctx_report(ctx, QN_REPORT_WARNING, "promisor.url",
                          "known remote named '%s' but with URL '%s' instead "
                          "of '%s', ignoring this remote",
                          name, own, url);
            return QN_OK;
        }
    }
    for (i = 0; !status && i < FIELDS; i++) {
        if (!(c->checks & 1u << i))
            continue;
        status = configured(ctx, c->config, name, fields[i].key, &own);
        if (!status &&
            (!*own || strcmp(own, qn_buf_string(&c->told.values[i])) != 0))
            return QN_OK;
    }
    *out = !status;
    return status;
}

/* May it be kept?  Told of when not. */
static enum qn_status is_storable(struct qn_ctx *ctx, const char *name,
                                  enum field field, const char *value,
                                  bool *out)
{
    struct qn_filter_spec spec = QN_FILTER_SPEC_INIT;
    enum qn_status status;

    *out = true;
    if (field == TOKEN && has_control(value)) {
        *out = false;
        qn_ctx_report(ctx, QN_REPORT_WARNING, "promisor.store",
                      "invalid token for remote '%s' will not be stored", name);
    }
    if (field == TOKEN)
        return QN_OK;
    status = qn_filter_spec_parse(ctx, &spec, qn_bytes_from_string(value));
    qn_filter_spec_dispose(&spec);
    if (status != QN_INVALID)
        return status;
    *out = false;
    qn_ctx_report(ctx, QN_REPORT_WARNING, "promisor.store",
                  "invalid filter '%s' for remote '%s' will not be stored: %s",
                  value, name, qn_ctx_message(ctx));
    qn_ctx_clear(ctx);
    return QN_OK;
}

static enum qn_status store_field(struct qn_ctx *ctx, struct choosing *c,
                                  enum field field)
{
    const char *name = qn_buf_string(&c->told.name), *own = "";
    const char *value = qn_buf_string(&c->told.values[field]);
    struct qn_buf key = QN_BUF_INIT;
    bool is_good = false;
    enum qn_status status =
        configured(ctx, c->config, name, fields[field].key, &own);

    if (status || !*value || strcmp(own, value) == 0)
        return status;
    status = is_storable(ctx, name, field, value, &is_good);
    if (status || !is_good)
        return status;
    status = qn_buf_printf(ctx, &key, "remote.%s.%s", name, fields[field].wire);
    if (!status)
        status = qn_config_edit_set(ctx, c->path, qn_buf_string(&key), value);
    if (!status) {
        qn_ctx_report(ctx, QN_REPORT_INFO, "promisor.stored",
                      "Storing new %s from server for remote '%s'.\n"
                      "    '%s' -> '%s'",
                      fields[field].word, name, own, value);
        c->out->has_stored = true;
    }
    qn_buf_dispose(&key);
    return status;
}

/* A filter that all share counts once. */
static enum qn_status add_filter(struct qn_ctx *ctx, struct choosing *c)
{
    const char *value = qn_buf_string(&c->told.values[FILTER]);
    struct qn_filter_spec own = QN_FILTER_SPEC_INIT;
    struct qn_buf before = QN_BUF_INIT, after = QN_BUF_INIT;
    enum qn_status status;

    if (!*value)
        return QN_OK;
    status = qn_filter_spec_parse(ctx, &own, qn_bytes_from_string(value));
    if (!status)
        status = qn_filter_spec_append(ctx, &own, &after);
    if (!status)
        status = qn_filter_spec_append(ctx, &c->filter, &before);
    if (!status &&
        !qn_bytes_is_equal(qn_buf_bytes(&before), qn_buf_bytes(&after)))
        status =
            qn_filter_spec_parse(ctx, &c->filter, qn_bytes_from_string(value));
    if (status == QN_INVALID) {
        qn_ctx_report(ctx, QN_REPORT_WARNING, "promisor.filter", "%s",
                      qn_ctx_message(ctx));
        qn_ctx_clear(ctx);
        status = QN_OK;
    }
    qn_filter_spec_dispose(&own);
    qn_buf_dispose(&before);
    qn_buf_dispose(&after);
    return status;
}

static enum qn_status accept_told(struct qn_ctx *ctx, struct choosing *c)
{
    const char *name = qn_buf_string(&c->told.name), *url = "";
    struct qn_buf *names = &c->out->names;
    enum qn_status status = QN_OK;
    size_t i;

    if (names->size > 0)
        status = qn_buf_append_byte(ctx, names, ';');
    if (!status)
        status = append_encoded(ctx, name, names);
    if (!status)
        status = add_filter(ctx, c);
    if (!status)
        status = configured(ctx, c->config, name, "url", &url);
    for (i = 0; !status && i < FIELDS && c->path && *url; i++)
        if (c->stores & 1u << i)
            status = store_field(ctx, c, (enum field)i);
    return status;
}

/* One remote, between ";". */
static enum qn_status take_remote(struct qn_ctx *ctx, struct choosing *c,
                                  struct qn_bytes text)
{
    struct qn_bytes rest = text, field;
    bool accepted = false;
    enum qn_status status = QN_OK;

    while (!status && qn_bytes_next(&rest, ',', &field))
        status = take_field(ctx, &c->told, field);
    if (!status && (c->told.name.size == 0 || c->told.url.size == 0 ||
                    has_control(qn_buf_string(&c->told.name)) ||
                    memchr(c->told.name.data, 0, c->told.name.size))) {
        struct qn_buf shown = QN_BUF_INIT;

        status = append_encoded(ctx, qn_buf_string(&c->told.name), &shown);
        if (!status)
            qn_ctx_report(ctx, QN_REPORT_WARNING, "promisor.told",
                          "server advertised a promisor remote without a name "
                          "or URL: '%s', ignoring this remote",
                          qn_buf_string(&shown));
        qn_buf_dispose(&shown);
    } else if (!status) {
        status = is_accepted(ctx, c, &accepted);
        if (!status && accepted)
            status = accept_told(ctx, c);
    }
    dispose_told(&c->told);
    return status;
}

enum qn_status qn_promisor_info_choose(struct qn_ctx *ctx,
                                       const struct qn_config *config,
                                       const char *path, struct qn_bytes told,
                                       struct qn_promisor_choice *out)
{
    struct qn_arena arena = QN_ARENA_INIT;
    struct qn_remote_words known = {0};
    struct choosing c = {.config = config,
                         .path = path,
                         .accept =
                             told.size > 0 ? accepts(ctx, config) : ACCEPT_NONE,
                         .known = &known,
                         .out = out};
    struct qn_bytes one;
    size_t count = 0;
    enum qn_status status = QN_OK;

    if (c.accept == ACCEPT_NONE)
        return QN_OK;
    c.checks =
        listed(ctx, config, "promisor.checkfields", "promisor.checkFields");
    c.stores =
        listed(ctx, config, "promisor.storefields", "promisor.storeFields");
    status = qn_promised_fetch_remotes(ctx, config, &arena, &known);
    while (!status && count++ < REMOTES_MAX && qn_bytes_next(&told, ';', &one))
        if (one.size > 0)
            status = take_remote(ctx, &c, one);
    if (!status)
        status = qn_filter_spec_append(ctx, &c.filter, &out->filter);
    dispose_told(&c.told);
    qn_filter_spec_dispose(&c.filter);
    qn_arena_dispose(&arena);
    return status;
}
