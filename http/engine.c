/* SPDX-License-Identifier: MIT */
/* Requests through libcurl: the other side of transport/http_engine.h.
 *
 * One multi handle a session keeps the connections; easy handles are kept, too,
 * since they hold what an authentication has learnt.  Nothing runs but inside
 * of read, write and wait_head, and what is not taken is held back: a transfer
 * keeps at most ROOM bytes of the answer, and PIECES of the body.
 */
#include "http/engine.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define ROOM         ((size_t)256 * 1024)
#define PIECES       ((size_t)256 * 1024)
#define WAIT_MS      250
#define REDIRECT_MAX 20L
#define FINISH_STEPS 20

static bool room_add(struct http_room *room, const void *bytes, size_t size,
                     size_t least)
{
    if (!size)
        return true;
    if (room->first == room->end)
        room->first = room->end = 0;
    if (size > room->capacity - room->end) {
        size_t held = room->end - room->first;

        if (held)
            memmove(room->data, room->data + room->first, held);
        room->first = 0;
        room->end = held;
        if (size > room->capacity - held) {
            size_t capacity = held + size > least ? held + size : least;
            char *data = realloc(room->data, capacity);

            if (!data)
                return false;
            room->data = data;
            room->capacity = capacity;
        }
    }
    memcpy(room->data + room->end, bytes, size);
    room->end += size;
    return true;
}

static size_t room_take(struct http_room *room, void *bytes, size_t size)
{
    size_t held = room->end - room->first;

    if (size > held)
        size = held;
    if (size) {
        memcpy(bytes, room->data + room->first, size);
        room->first += size;
    }
    return size;
}

/* ---- what libcurl calls */

static size_t take_body(char *bytes, size_t one, size_t size, void *data)
{
    struct qn_http_engine_transfer *transfer = data;
    size_t held = transfer->in.end - transfer->in.first;

    (void)one;
    transfer->has_head = true;
    if (held && held + size > ROOM) {
        transfer->is_paused = true;
        return CURL_WRITEFUNC_PAUSE;
    }
    return room_add(&transfer->in, bytes, size, ROOM / 4) ? size : 0;
}

static size_t give_body(char *bytes, size_t one, size_t size, void *data)
{
    struct qn_http_engine_transfer *transfer = data;
    size_t given = room_take(&transfer->out, bytes, one * size);

    if (given)
        transfer->has_sent = true;
    if (given || transfer->out_is_whole)
        return given;
    transfer->out_waits = true;
    return CURL_READFUNC_PAUSE;
}

/* Only what is still there can be sent again. */
static int rewind_body(void *data, curl_off_t offset, int origin)
{
    struct qn_http_engine_transfer *transfer = data;

    (void)origin;
    return offset == 0 && !transfer->has_sent ? CURL_SEEKFUNC_OK
                                              : CURL_SEEKFUNC_FAIL;
}

static size_t take_header(char *line, size_t one, size_t size, void *data)
{
    struct qn_http_engine_transfer *transfer = data;
    size_t length = one * size;

    while (length > 0 && (line[length - 1] == '\n' || line[length - 1] == '\r'))
        length--;
    if (transfer->header)
        transfer->header(transfer->header_data, line, length);
    return one * size;
}

static int trace(CURL *easy, curl_infotype type, char *bytes, size_t size,
                 void *data)
{
    static const enum qn_http_engine_trace kinds[] = {
        [CURLINFO_TEXT] = QN_HTTP_TRACE_INFO,
        [CURLINFO_HEADER_IN] = QN_HTTP_TRACE_HEADER_IN,
        [CURLINFO_HEADER_OUT] = QN_HTTP_TRACE_HEADER_OUT,
        [CURLINFO_DATA_IN] = QN_HTTP_TRACE_DATA_IN,
        [CURLINFO_DATA_OUT] = QN_HTTP_TRACE_DATA_OUT,
        [CURLINFO_SSL_DATA_IN] = QN_HTTP_TRACE_TLS_IN,
        [CURLINFO_SSL_DATA_OUT] = QN_HTTP_TRACE_TLS_OUT};
    struct qn_http_engine_session *session = data;

    (void)easy;
    if (type < CURLINFO_END)
        session->trace(session->data, kinds[type], bytes, size);
    return 0;
}

/* ---- transfers */

static CURL *take_easy(struct qn_http_engine_session *session)
{
    if (session->idle_count)
        return session->idle[--session->idle_count];
    return http_easy_new(session, trace);
}

static void set_body(CURL *easy, const struct qn_http_engine_request *request,
                     struct qn_http_engine_transfer *transfer)
{
    curl_easy_setopt(easy, CURLOPT_READFUNCTION, give_body);
    curl_easy_setopt(easy, CURLOPT_READDATA, transfer);
    curl_easy_setopt(easy, CURLOPT_SEEKFUNCTION, rewind_body);
    curl_easy_setopt(easy, CURLOPT_SEEKDATA, transfer);
    if (!request->is_post) {
        curl_easy_setopt(easy, CURLOPT_HTTPGET, 1L);
    } else if (request->in_pieces) {
        curl_easy_setopt(easy, CURLOPT_POST, 1L);
        curl_easy_setopt(easy, CURLOPT_POSTFIELDS, NULL);
        curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)-1);
    } else {
        curl_easy_setopt(easy, CURLOPT_POST, 1L);
        curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE,
                         (curl_off_t)request->body_size);
        curl_easy_setopt(easy, CURLOPT_POSTFIELDS,
                         request->body ? (const char *)request->body : "");
    }
}

/* Netrc is asked for the password of a name in the URL only. */
static void set_url(CURL *easy, const struct qn_http_engine_request *request)
{
    const char *scheme = strstr(request->url, "://");
    char *user = NULL, *whole = NULL;

    if (request->user && !request->password && scheme)
        user = curl_easy_escape(easy, request->user, 0);
    if (user)
        whole = malloc(strlen(request->url) + strlen(user) + 2);
    if (whole)
        (void)sprintf(whole, "%.*s%s@%s", (int)(scheme + 3 - request->url),
                      request->url, user, scheme + 3);
    curl_easy_setopt(easy, CURLOPT_URL, whole ? whole : request->url);
    free(whole);
    curl_free(user);
}

static void set_request(CURL *easy,
                        const struct qn_http_engine_request *request,
                        struct qn_http_engine_transfer *transfer)
{
    set_url(easy, request);
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, transfer->headers);
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, transfer->message);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_body);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, transfer);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, take_header);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, transfer);
    curl_easy_setopt(easy, CURLOPT_PRIVATE, transfer);
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, request->follows ? 1L : 0L);
    curl_easy_setopt(easy, CURLOPT_MAXREDIRS, REDIRECT_MAX);
    curl_easy_setopt(easy, CURLOPT_POSTREDIR, (long)CURL_REDIR_POST_ALL);
    curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING,
                     request->accepts_encoded ? "" : NULL);
    curl_easy_setopt(easy, CURLOPT_RESUME_FROM_LARGE,
                     (curl_off_t)request->from);
    curl_easy_setopt(easy, CURLOPT_HTTPAUTH, http_auth_bits(request->auth));
    curl_easy_setopt(easy, CURLOPT_USERNAME,
                     request->password ? request->user : NULL);
    curl_easy_setopt(easy, CURLOPT_PASSWORD, request->password);
    set_body(easy, request, transfer);
}

static void free_transfer(struct qn_http_engine_transfer *transfer)
{
    struct qn_http_engine_session *session;

    if (!transfer)
        return;
    session = transfer->session;
    if (transfer->easy) {
        curl_multi_remove_handle(session->multi, transfer->easy);
        curl_easy_setopt(transfer->easy, CURLOPT_ERRORBUFFER, NULL);
        curl_easy_setopt(transfer->easy, CURLOPT_POSTFIELDS, NULL);
        curl_easy_setopt(transfer->easy, CURLOPT_HTTPHEADER, NULL);
        if (session->idle_count < HTTP_IDLE_MAX)
            session->idle[session->idle_count++] = transfer->easy;
        else
            curl_easy_cleanup(transfer->easy);
    }
    curl_slist_free_all(transfer->headers);
    free(transfer->in.data);
    free(transfer->out.data);
    free(transfer);
}

static struct qn_http_engine_transfer *
start(struct qn_http_engine_session *session,
      const struct qn_http_engine_request *request)
{
    struct qn_http_engine_transfer *transfer = calloc(1, sizeof(*transfer));
    size_t i;

    if (!transfer)
        return NULL;
    transfer->session = session;
    transfer->header = request->header;
    transfer->header_data = request->data;
    for (i = 0; request->headers && request->headers[i]; i++) {
        struct curl_slist *more =
            curl_slist_append(transfer->headers, request->headers[i]);

        if (!more)
            goto failed;
        transfer->headers = more;
    }
    transfer->easy = take_easy(session);
    if (!transfer->easy)
        goto failed;
    set_request(transfer->easy, request, transfer);
    if (curl_multi_add_handle(session->multi, transfer->easy) != CURLM_OK)
        goto failed;
    return transfer;
failed:
    free_transfer(transfer);
    return NULL;
}

/* Who is done? */
static void collect(struct qn_http_engine_session *session)
{
    CURLMsg *message;
    int left;

    while ((message = curl_multi_info_read(session->multi, &left)) != NULL) {
        struct qn_http_engine_transfer *transfer = NULL;
        char *private = NULL;

        if (message->msg != CURLMSG_DONE)
            continue;
        curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &private);
        transfer = (void *)private;
        transfer->is_done = true;
        transfer->code = message->data.result;
    }
}

/* Let all go on for a while; false: this one is over. */
static bool step(struct qn_http_engine_transfer *transfer)
{
    struct qn_http_engine_session *session = transfer->session;
    int running = 0;

    if (transfer->is_done)
        return false;
    if (session->is_cancelled && session->is_cancelled(session->data)) {
        transfer->is_done = true;
        transfer->is_cancelled = true;
        return false;
    }
    if (transfer->is_fresh) /* what was said a moment ago may have done it */
        curl_multi_poll(session->multi, NULL, 0, WAIT_MS, NULL);
    transfer->is_fresh = true;
    if (curl_multi_perform(session->multi, &running) != CURLM_OK) {
        transfer->is_done = true;
        transfer->code = CURLE_OUT_OF_MEMORY;
        return false;
    }
    collect(session);
    return !transfer->is_done;
}

static void go_on(struct qn_http_engine_transfer *transfer)
{
    if (transfer->is_done)
        return;
    transfer->is_paused = transfer->out_waits = false;
    curl_easy_pause(transfer->easy, CURLPAUSE_CONT);
    transfer->is_fresh = false;
}

static bool write_body(struct qn_http_engine_transfer *transfer,
                       const void *bytes, size_t size, bool is_last)
{
    if (!room_add(&transfer->out, bytes, size, PIECES)) {
        transfer->is_done = true;
        transfer->code = CURLE_OUT_OF_MEMORY;
        return false;
    }
    transfer->out_is_whole = is_last;
    if (transfer->out_waits)
        go_on(transfer);
    while (transfer->out.end - transfer->out.first > PIECES / 2 &&
           !transfer->has_head && step(transfer))
        if (transfer->out_waits && transfer->out.end > transfer->out.first)
            go_on(transfer);
    return !(transfer->is_done && transfer->code);
}

static void wait_head(struct qn_http_engine_transfer *transfer)
{
    while (!transfer->has_head && step(transfer))
        if (transfer->out_waits && transfer->out_is_whole)
            go_on(transfer);
}

static size_t read_body(struct qn_http_engine_transfer *transfer, void *room,
                        size_t size)
{
    for (;;) {
        size_t taken = room_take(&transfer->in, room, size);

        if (taken) {
            if (transfer->is_paused &&
                transfer->in.end - transfer->in.first < ROOM / 2)
                go_on(transfer);
            return taken;
        }
        if (transfer->is_paused ||
            (transfer->out_waits && transfer->out_is_whole))
            go_on(transfer);
        if (!step(transfer) && transfer->in.first == transfer->in.end)
            return 0;
    }
}

static void finish(struct qn_http_engine_transfer *transfer)
{
    int i;

    for (i = 0; transfer && i < FINISH_STEPS; i++) {
        transfer->in.first = transfer->in.end;
        if (transfer->is_paused)
            go_on(transfer);
        if (!step(transfer))
            break;
    }
    free_transfer(transfer);
}

static enum qn_http_engine_fault fault_of(CURLcode code)
{
    switch (code) {
    case CURLE_OK:
        return QN_HTTP_FAULT_NONE;
    case CURLE_SSL_PINNEDPUBKEYNOTMATCH:
        return QN_HTTP_FAULT_PINNED_KEY;
    case CURLE_SSL_CERTPROBLEM:
        return QN_HTTP_FAULT_CERTIFICATE;
    case CURLE_COULDNT_RESOLVE_PROXY:
        return QN_HTTP_FAULT_PROXY;
    case CURLE_FILE_COULDNT_READ_FILE:
    case CURLE_FTP_COULDNT_RETR_FILE:
    case CURLE_REMOTE_FILE_NOT_FOUND:
        return QN_HTTP_FAULT_NOT_THERE;
    case CURLE_LOGIN_DENIED:
    case CURLE_REMOTE_ACCESS_DENIED:
        return QN_HTTP_FAULT_DENIED;
    case CURLE_OUT_OF_MEMORY:
        return QN_HTTP_FAULT_MEMORY;
    default:
        return QN_HTTP_FAULT_OTHER;
    }
}

static void read_outcome(struct qn_http_engine_transfer *transfer,
                         struct qn_http_engine_outcome *outcome)
{
    CURL *easy = transfer->easy;
    char *text = NULL;
    long bits = 0;
    curl_off_t wait = 0;

    memset(outcome, 0, sizeof(*outcome));
    outcome->number = (long)transfer->code;
    outcome->fault = transfer->is_cancelled ? QN_HTTP_FAULT_CANCELLED
                                            : fault_of(transfer->code);
    if (transfer->code)
        snprintf(outcome->message, sizeof(outcome->message), "%s",
                 *transfer->message ? transfer->message
                                    : curl_easy_strerror(transfer->code));
    curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &outcome->status);
    curl_easy_getinfo(easy, CURLINFO_HTTP_CONNECTCODE, &outcome->proxy_status);
    curl_easy_getinfo(easy, CURLINFO_EFFECTIVE_URL, &text);
    outcome->url = text;
    text = NULL;
    curl_easy_getinfo(easy, CURLINFO_CONTENT_TYPE, &text);
    outcome->content_type = text;
    curl_easy_getinfo(easy, CURLINFO_HTTPAUTH_AVAIL, &bits);
    outcome->offered = http_auth_names(bits);
    bits = 0;
    curl_easy_getinfo(easy, CURLINFO_PROXYAUTH_AVAIL, &bits);
    outcome->proxy_offered = http_auth_names(bits);
    curl_easy_getinfo(easy, CURLINFO_RETRY_AFTER, &wait);
    outcome->retry_after = wait > 0 ? (long)wait : -1;
}

#if defined(__GNUC__)
__attribute__((visibility("default")))
#endif
extern const struct qn_http_engine qn_http_engine_calls;

const struct qn_http_engine qn_http_engine_calls = {
    .version = QN_HTTP_ENGINE_VERSION,
    .session_new = http_session_new,
    .session_free = http_session_free,
    .set_proxy_user = http_session_set_proxy_user,
    .start = start,
    .write = write_body,
    .wait_head = wait_head,
    .read = read_body,
    .outcome = read_outcome,
    .free = free_transfer,
    .finish = finish};
