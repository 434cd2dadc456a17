/* SPDX-License-Identifier: MIT */
/* Where an object is: loose files, packs, alternates. */
#include "operation/part/http_walk_private.h"

#include "base/endian.h"
#include "base/memory.h"
#include "operation/part/pack_receive.h"
#include "transport/policy.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define LIST_MAX   ((size_t)16 << 20) /* of packs, of alternates */
#define PLACES_MAX 64
/* Indexes stay, all of them: a server that has more than this has too much. */
#define INDEXES_MAX ((size_t)1 << 30)

void qn_http_walk_tell(struct qn_ctx *ctx, const struct qn_http_walk *walk,
                       const char *format, ...)
{
    struct qn_buf text = QN_BUF_INIT;
    va_list list;

    if (!walk->told)
        return;
    va_start(list, format);
    if (!qn_buf_vprintf(ctx, &text, format, list))
        walk->told(walk->data, qn_buf_string(&text));
    va_end(list);
    qn_buf_dispose(&text);
}

static enum qn_status add_place(struct qn_ctx *ctx,
                                struct qn_http_walk_source *source,
                                struct qn_http_client *client, bool is_own)
{
    struct qn_http_walk_place *place;
    enum qn_status status =
        qn_memory_grow(ctx, &source->places, &source->capacity,
                       source->count + 1, sizeof(*source->places));

    if (status)
        return status;
    place = &source->places[source->count++];
    memset(place, 0, sizeof(*place));
    place->client = client;
    place->is_own = is_own;
    return QN_OK;
}

enum qn_status qn_http_walk_source_open(struct qn_ctx *ctx,
                                        const struct qn_http_walk *walk,
                                        struct qn_http_walk_source *out)
{
    memset(out, 0, sizeof(*out));
    out->walk = walk;
    out->odb = walk->scope->odb;
    return add_place(ctx, out, walk->client, false);
}

void qn_http_walk_source_dispose(struct qn_http_walk_source *source)
{
    size_t i, k;

    for (i = 0; i < source->count; i++) {
        struct qn_http_walk_place *place = &source->places[i];

        for (k = 0; k < place->pack_count; k++)
            qn_buf_dispose(&place->packs[k].bytes);
        qn_memory_free(place->packs);
        if (place->is_own)
            qn_http_client_free(place->client);
    }
    qn_memory_free(source->places);
}

/* ---- files */

/* `*found` false when it is not there. */
static enum qn_status ask(struct qn_ctx *ctx, struct qn_http_client *client,
                          const char *name, struct qn_http_answer *answer,
                          bool *found)
{
    static const char *const headers[] = {"Pragma: no-cache", NULL};
    struct qn_http_request request = {.headers = headers, .is_optional = true};
    struct qn_buf url = QN_BUF_INIT;
    enum qn_status status =
        qn_buf_printf(ctx, &url, "%s%s", qn_http_client_base(client), name);

    request.url = qn_buf_string(&url);
    if (!status)
        status = qn_http_client_request(ctx, client, &request, answer);
    *found = !status && !answer->is_missing;
    qn_buf_dispose(&url);
    return status;
}

/* A whole file, up to the buffer's limit. */
static enum qn_status get(struct qn_ctx *ctx, struct qn_http_walk_place *place,
                          const char *name, struct qn_buf *out, bool *found)
{
    struct qn_http_answer answer = QN_HTTP_ANSWER_INIT;
    enum qn_status status = ask(ctx, place->client, name, &answer, found);

    if (!status && *found)
        status = qn_http_answer_read_all(ctx, &answer, out);
    qn_http_answer_end(&answer);
    return status;
}

/* ---- loose objects */

enum qn_status qn_http_walk_source_start(struct qn_ctx *ctx,
                                         struct qn_http_walk_source *source,
                                         size_t place, const struct qn_id *id,
                                         struct qn_http_answer *answer)
{
    struct qn_http_client *client = source->places[place].client;
    struct qn_http_request request = {.is_optional = true};
    char hex[2 * QN_ID_MAX_SIZE + 1];
    struct qn_buf url = QN_BUF_INIT;
    enum qn_status status;

    qn_id_to_hex(id, hex);
    status = qn_buf_printf(ctx, &url, "%sobjects/%.2s/%s",
                           qn_http_client_base(client), hex, hex + 2);
    request.url = qn_buf_string(&url);
    if (!status)
        status = qn_http_client_start(ctx, client, &request, answer);
    qn_buf_dispose(&url);
    return status;
}

/* Did it work at once?  What needs a second look is asked for again. */
static bool is_plain(const struct qn_http_answer *answer)
{
    const struct qn_http_engine_outcome *outcome = &answer->outcome;

    return !outcome->fault && outcome->status >= 200 && outcome->status < 300;
}

enum qn_status qn_http_walk_source_take(struct qn_ctx *ctx,
                                        struct qn_http_walk_source *source,
                                        const struct qn_id *id,
                                        struct qn_http_answer *answer,
                                        struct qn_object *out, bool *found)
{
    enum qn_status status = qn_http_answer_wait(ctx, answer);

    *found = false;
    if (!status && is_plain(answer)) {
        *found = true;
    } else if (!status && answer->outcome.status != 404) {
        /* Credentials, a busy server: the long way. */
        struct qn_http_client *client = answer->client;
        char hex[2 * QN_ID_MAX_SIZE + 1];
        char name[2 * QN_ID_MAX_SIZE + 16];

        qn_id_to_hex(id, hex);
        (void)snprintf(name, sizeof(name), "objects/%.2s/%s", hex, hex + 2);
        qn_http_answer_end(answer);
        status = ask(ctx, client, name, answer, found);
    }
    if (!status && *found)
        status = qn_http_walk_loose_take(ctx, source, id, answer, out);
    qn_http_answer_end(answer);
    return status;
}

static enum qn_status take_loose(struct qn_ctx *ctx,
                                 struct qn_http_walk_source *source,
                                 size_t place, const struct qn_id *id,
                                 bool *found)
{
    struct qn_http_answer answer = QN_HTTP_ANSWER_INIT;
    struct qn_object object = QN_OBJECT_INIT;
    enum qn_status status =
        qn_http_walk_source_start(ctx, source, place, id, &answer);

    if (!status)
        status =
            qn_http_walk_source_take(ctx, source, id, &answer, &object, found);
    qn_http_answer_end(&answer);
    qn_object_dispose(&object);
    return status;
}

/* ---- packs */

/* "P pack-<hex>.pack" */
static enum qn_status take_pack_line(struct qn_ctx *ctx,
                                     struct qn_http_walk_place *place,
                                     uint32_t algorithm, struct qn_bytes line)
{
    struct qn_http_walk_pack *pack;
    struct qn_id id;
    enum qn_status status;

    line = qn_bytes_trim_end(line);
    if (!qn_bytes_has_prefix(line, "P pack-") ||
        !qn_bytes_has_suffix(line, ".pack"))
        return QN_OK;
    line = qn_bytes_from(line, 7);
    line.size -= 5;
    if (!qn_id_from_hex(&id, algorithm, line))
        return QN_OK;
    status = qn_memory_grow(ctx, &place->packs, &place->pack_capacity,
                            place->pack_count + 1, sizeof(*place->packs));
    if (status)
        return status;
    pack = &place->packs[place->pack_count++];
    memset(pack, 0, sizeof(*pack));
    qn_id_to_hex(&id, pack->name);
    return QN_OK;
}

static enum qn_status list_packs(struct qn_ctx *ctx,
                                 struct qn_http_walk_source *source,
                                 struct qn_http_walk_place *place)
{
    struct qn_buf text = {.limit = LIST_MAX};
    struct qn_bytes rest, line;
    bool found = false;
    enum qn_status status = QN_OK;

    if (place->has_packs)
        return QN_OK;
    place->has_packs = true;
    qn_http_walk_tell(ctx, source->walk, "Getting pack list for %s",
                      qn_http_client_base(place->client));
    status = get(ctx, place, "objects/info/packs", &text, &found);
    rest = qn_buf_bytes(&text);
    while (!status && qn_bytes_next(&rest, '\n', &line))
        status =
            take_pack_line(ctx, place, qn_odb_algorithm(source->odb), line);
    qn_buf_dispose(&text);
    return status;
}

/* The most bytes that an index may have which begins so; 0: it is none. */
static uint64_t most_of_index(struct qn_bytes begin, uint32_t algorithm)
{
    static const uint8_t magic[] = {0377, 't', 'O', 'c'};
    size_t id_size = qn_id_size(algorithm), at = 255 * 4;

    if (begin.size >= 4 && memcmp(begin.data, magic, 4) == 0)
        at += 8;
    if (begin.size < at + 4)
        return 0;
    return at + 4 + 2 * id_size +
           (uint64_t)qn_endian_load32(begin.data + at) * (id_size + 16);
}

/* It is over when it has all that its fan-out says, whatever still comes. */
static enum qn_status read_index(struct qn_ctx *ctx,
                                 struct qn_http_walk_source *source,
                                 struct qn_http_answer *answer,
                                 struct qn_buf *out)
{
    uint64_t most = 0;
    size_t used = 1;
    uint8_t room[16384];
    enum qn_status status = QN_OK;

    out->limit = INDEXES_MAX - source->index_size;
    while (!status && used) {
        status = qn_http_answer_read(ctx, answer, room, sizeof(room), &used);
        if (!status)
            status = qn_buf_append(ctx, out, room, used);
        if (!status && out->size >= 4096 && !most)
            most =
                most_of_index(qn_buf_bytes(out), qn_odb_algorithm(source->odb));
        if (!status && out->size >= 4096 && out->size > most)
            status = qn_ctx_fail(ctx, QN_CORRUPT, "an index that is too long");
    }
    return status;
}

static enum qn_status open_index(struct qn_ctx *ctx,
                                 struct qn_http_walk_source *source,
                                 struct qn_http_walk_place *place,
                                 struct qn_http_walk_pack *pack)
{
    char name[2 * QN_ID_MAX_SIZE + 64];
    struct qn_http_answer answer = QN_HTTP_ANSWER_INIT;
    bool found = false;
    enum qn_status status;

    if (pack->has_index || pack->is_bad)
        return QN_OK;
    (void)snprintf(name, sizeof(name), "objects/pack/pack-%s.idx", pack->name);
    qn_http_walk_tell(ctx, source->walk, "Getting index for pack %s",
                      pack->name);
    status = ask(ctx, place->client, name, &answer, &found);
    if (!status && found)
        status = read_index(ctx, source, &answer, &pack->bytes);
    if (!status && found)
        status =
            qn_pack_index_parse(ctx, qn_buf_bytes(&pack->bytes), name,
                                qn_odb_algorithm(source->odb), &pack->index);
    if (status == QN_CORRUPT || status == QN_TOO_BIG) {
        qn_ctx_clear(ctx); /* it may be elsewhere */
        status = QN_OK;
        found = false;
    }
    qn_http_answer_end(&answer);
    if (found)
        source->index_size += pack->bytes.size;
    else
        qn_buf_dispose(&pack->bytes);
    pack->has_index = !status && found;
    pack->is_bad = !found;
    return status;
}

static enum qn_status read_pack(struct qn_ctx *ctx, void *data, void *room,
                                size_t size, size_t *used)
{
    return qn_http_answer_read(ctx, data, room, size, used);
}

static enum qn_status fetch_pack(struct qn_ctx *ctx,
                                 struct qn_http_walk_source *source,
                                 struct qn_http_walk_place *place,
                                 struct qn_http_walk_pack *pack,
                                 const struct qn_id *id)
{
    struct qn_http_answer answer = QN_HTTP_ANSWER_INIT;
    struct qn_pack_source from = {.read = read_pack, .data = &answer};
    struct qn_pack_receive_options options = {
        .fd = -1, .source = &from, .odb = source->odb, .level = -1};
    struct qn_pack_receive received;
    struct qn_http_request request = {.is_post = false};
    struct qn_buf url = QN_BUF_INIT;
    char hex[2 * QN_ID_MAX_SIZE + 1];
    enum qn_status status =
        qn_buf_printf(ctx, &url, "%sobjects/pack/pack-%s.pack",
                      qn_http_client_base(place->client), pack->name);

    memset(&received, 0, sizeof(received));
    pack->is_bad = true;
    qn_id_to_hex(id, hex);
    qn_http_walk_tell(ctx, source->walk, "Getting pack %s", pack->name);
    qn_http_walk_tell(ctx, source->walk, " which contains %s", hex);
    request.url = qn_buf_string(&url);
    if (!status)
        status = qn_http_client_request(ctx, place->client, &request, &answer);
    if (!status)
        status = qn_pack_receive_run(ctx, &options, &received);
    if (!status)
        status = qn_odb_refresh(ctx, source->odb);
    qn_pack_receive_dispose(&received);
    qn_http_answer_end(&answer);
    qn_buf_dispose(&url);
    return status;
}

static enum qn_status take_packed(struct qn_ctx *ctx,
                                  struct qn_http_walk_source *source,
                                  struct qn_http_walk_place *place,
                                  const struct qn_id *id, bool *found)
{
    enum qn_status status = QN_OK;
    size_t i;

    for (i = 0; i < place->pack_count && !status && !*found; i++) {
        struct qn_http_walk_pack *pack = &place->packs[i];

        if (pack->is_bad || !pack->has_index ||
            qn_pack_index_find(&pack->index, id->bytes) == QN_PACK_INDEX_NONE)
            continue;
        status = fetch_pack(ctx, source, place, pack, id);
        if (!status)
            status = qn_odb_exists(ctx, source->odb, id, found);
    }
    return status;
}

enum qn_status qn_http_walk_source_pack(struct qn_ctx *ctx,
                                        struct qn_http_walk_source *source,
                                        const struct qn_id *id, bool *found)
{
    enum qn_status status = QN_OK;
    size_t i;

    *found = false;
    for (i = 0; i < source->count && !status && !*found; i++)
        status = take_packed(ctx, source, &source->places[i], id, found);
    return status;
}

/* ---- alternates */

/* "http://...", "/path/from/the/root", "../relative"; without "/objects" at its
 * end.  Nothing in `out`: it leads nowhere. */
static enum qn_status resolve(struct qn_ctx *ctx, const char *base,
                              struct qn_bytes line, struct qn_buf *out)
{
    const char *scheme = strstr(base, "://");
    size_t host = scheme ? (size_t)(scheme - base) + 3 : 0;
    size_t root = host + strcspn(base + host, "/");
    enum qn_status status = QN_OK;

    if (qn_bytes_has_prefix(line, "/")) {
        status = qn_buf_append(ctx, out, base, root);
    } else if (qn_bytes_has_prefix(line, "../")) {
        struct qn_bytes from = qn_bytes_from_string(base);

        from.size--; /* the slash; "objects" is the first to go up from */
        line = qn_bytes_from(line, 3);
        while (qn_bytes_has_prefix(line, "../")) {
            from.size = qn_bytes_find_last(from, '/');
            line = qn_bytes_from(line, 3);
        }
        if (from.size < root)
            return QN_OK;
        status = qn_buf_append_bytes(ctx, out, from);
        if (!status)
            status = qn_buf_append_byte(ctx, out, '/');
    } else if (qn_bytes_find_bytes(line, QN_BYTES("://")) == line.size) {
        return QN_OK;
    }
    if (!status && qn_bytes_has_suffix(line, "/"))
        line.size--;
    if (!status && qn_bytes_has_suffix(line, "objects"))
        line.size -= 7;
    if (!status)
        status = qn_buf_append_bytes(ctx, out, line);
    if (!status && out->data[out->size - 1] != '/')
        status = qn_buf_append_byte(ctx, out, '/');
    return status;
}

/* A server sends us there: as a redirect does. */
static enum qn_status add_alternate(struct qn_ctx *ctx,
                                    struct qn_http_walk_source *source,
                                    const char *url)
{
    struct qn_connection_options options = *source->walk->opened;
    struct qn_http_client *client = NULL;
    struct qn_buf scheme = QN_BUF_INIT;
    enum qn_status status = QN_OK;
    size_t i;

    for (i = 0; i < source->count; i++)
        if (strcmp(qn_http_client_base(source->places[i].client), url) == 0)
            return QN_OK;
    if (source->count >= PLACES_MAX)
        return QN_OK;
    if (qn_http_client_settings(source->walk->client)->follow !=
        QN_HTTP_FOLLOW_ALWAYS) {
        qn_ctx_report(ctx, QN_REPORT_WARNING, "http.alternate",
                      "alternate disabled by http.followRedirects: %s", url);
        return QN_OK;
    }
    status = qn_buf_append(ctx, &scheme, url, strcspn(url, ":"));
    if (!status)
        status =
            qn_policy_check(ctx, options.config, qn_buf_string(&scheme), true);
    if (!status) {
        qn_ctx_report(ctx, QN_REPORT_WARNING, "http.alternate",
                      "adding alternate object store: %s", url);
        options.url = url;
        options.is_not_from_user = true;
        status = qn_http_client_new(ctx, &options, &client);
    }
    if (!status) {
        status = add_place(ctx, source, client, true);
        if (status)
            qn_http_client_free(client);
    }
    qn_buf_dispose(&scheme);
    return status;
}

static enum qn_status list_alternates(struct qn_ctx *ctx,
                                      struct qn_http_walk_source *source,
                                      size_t at)
{
    struct qn_http_walk_place *place = &source->places[at];
    struct qn_buf text = {.limit = LIST_MAX}, url = QN_BUF_INIT,
                  base = QN_BUF_INIT;
    struct qn_bytes rest, line;
    bool found = false;
    enum qn_status status;

    if (place->has_alternates)
        return QN_OK;
    place->has_alternates = true;
    qn_http_walk_tell(ctx, source->walk, "Getting alternates list for %s",
                      qn_http_client_base(place->client));
    status =
        qn_buf_append_string(ctx, &base, qn_http_client_base(place->client));
    if (!status)
        status = get(ctx, place, "objects/info/http-alternates", &text, &found);
    if (!status && !found)
        status = get(ctx, place, "objects/info/alternates", &text, &found);
    rest = qn_buf_bytes(&text);
    while (!status && found && qn_bytes_next(&rest, '\n', &line)) {
        line = qn_bytes_trim(line);
        if (!line.size || line.data[0] == '#')
            continue;
        qn_buf_clear(&url);
        status = resolve(ctx, qn_buf_string(&base), line, &url);
        if (!status && url.size)
            status = add_alternate(ctx, source, qn_buf_string(&url));
    }
    qn_buf_dispose(&text);
    qn_buf_dispose(&url);
    qn_buf_dispose(&base);
    return status;
}

enum qn_status qn_http_walk_source_search(struct qn_ctx *ctx,
                                          struct qn_http_walk_source *source,
                                          const struct qn_id *id, bool *found)
{
    enum qn_status status = QN_OK;
    size_t i, k;

    *found = false;
    for (i = 0; i < source->count && !status && !*found; i++) {
        if (i > 0)
            status = take_loose(ctx, source, i, id, found);
        if (status || *found)
            break;
        status = list_alternates(ctx, source, i);
        if (!status)
            status = list_packs(ctx, source, &source->places[i]);
        for (k = 0; !status && k < source->places[i].pack_count; k++)
            status = open_index(ctx, source, &source->places[i],
                                &source->places[i].packs[k]);
        if (!status)
            status = take_packed(ctx, source, &source->places[i], id, found);
    }
    return status;
}
