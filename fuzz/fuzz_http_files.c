/* SPDX-License-Identifier: MIT */
/* A whole client beside a web server that says anything: a fetch from plain
 * files (info/refs, HEAD, loose objects, lists and indexes of packs,
 * alternates), or from smart http with packs that are elsewhere.  libquoin-http
 * is not asked: its face is filled here.
 *
 * The first byte: how.  Then what the server has, each "[<status> ]<name>" NUL,
 * two bytes of size (least first), so many bytes.  Who asks for what ends with
 * the name gets it; of several with one name each time the next.  "@": where
 * requests end up; "+": lines of each head.
 */
#include "fuzz_repository.h"

#include "operation/op_fetch.h"
#include "transport/http_module.h"

#define FILES_MAX    64
#define REQUESTS_MAX 4096

enum how {
    IS_SMART = 1,
    FOLLOWS = 2,
    IN_PIECES = 4,
    HAS_HISTORY = 8,
    IS_ATOMIC = 16,
    TAKES_PACKS = 32
};

struct file {
    struct qn_bytes name, content;
    long status;
    bool was_asked;
};

/* One server a process. */
static struct {
    int how;
    size_t count, requests;
    struct file files[FILES_MAX];
} web;

struct qn_http_engine_session {
    int none;
};

struct qn_http_engine_transfer {
    struct qn_bytes rest;
    long status;
    const char *type;
    char url[1024];
};

static const struct file *find(struct qn_bytes url)
{
    struct file *found = NULL;
    size_t i;

    for (i = 0; i < web.count; i++) {
        struct qn_bytes name = web.files[i].name;

        if (name.size > 0 && name.size <= url.size &&
            qn_bytes_is_equal(name, qn_bytes_from(url, url.size - name.size)) &&
            (!found || found->was_asked))
            found = &web.files[i];
    }
    if (found)
        found->was_asked = true;
    return found;
}

static struct qn_http_engine_session *
open_session(const struct qn_http_engine_settings *settings, char *problem)
{
    static struct qn_http_engine_session session;

    (void)settings, (void)problem;
    return &session;
}

static void close_session(struct qn_http_engine_session *session)
{
    (void)session;
}

static bool set_user(struct qn_http_engine_session *session, const char *user,
                     const char *password)
{
    (void)session, (void)user, (void)password;
    return true;
}

static struct qn_http_engine_transfer *
start(struct qn_http_engine_session *session,
      const struct qn_http_engine_request *request)
{
    struct qn_http_engine_transfer *t = calloc(1, sizeof(*t));
    struct qn_bytes url = qn_bytes_from_string(request->url), line, rest;
    const struct file *file, *heads = find(QN_BYTES("+"));

    (void)session;
    fuzz_check(t && ++web.requests < REQUESTS_MAX);
    fuzz_check(!strpbrk(request->url, "\r\n"));
    fuzz_check(qn_bytes_has_prefix(url, "http://") ||
               qn_bytes_has_prefix(url, "https://"));
    url.size = qn_bytes_find(url, '?');
    file = find(url);
    t->status = file ? file->status : 404;
    t->rest = file ? file->content : QN_BYTES_NONE;
    t->type = !(web.how & IS_SMART) ? "text/plain"
              : request->is_post
                  ? "application/x-git-upload-pack-result"
                  : "application/x-git-upload-pack-advertisement";
    file = find(QN_BYTES("@"));
    snprintf(t->url, sizeof(t->url), "%.*s",
             QN_BYTES_ARG(file ? file->content
                               : qn_bytes_from_string(request->url)));
    rest = heads ? heads->content : QN_BYTES_NONE;
    while (request->header && qn_bytes_next(&rest, '\n', &line))
        request->header(request->data, (const char *)line.data, line.size);
    return t;
}

static bool write_body(struct qn_http_engine_transfer *t, const void *bytes,
                       size_t size, bool is_last)
{
    (void)t, (void)bytes, (void)size, (void)is_last;
    return true;
}

static void wait_head(struct qn_http_engine_transfer *t)
{
    (void)t;
}

static size_t read_body(struct qn_http_engine_transfer *t, void *room,
                        size_t size)
{
    struct qn_bytes piece =
        qn_bytes_first(t->rest, web.how & IN_PIECES && size > 7 ? 7 : size);

    if (piece.size > 0)
        memcpy(room, piece.data, piece.size);
    t->rest = qn_bytes_from(t->rest, piece.size);
    return piece.size;
}

static void tell_outcome(struct qn_http_engine_transfer *t,
                         struct qn_http_engine_outcome *outcome)
{
    memset(outcome, 0, sizeof(*outcome));
    outcome->status = t->status;
    outcome->url = t->url;
    outcome->content_type = t->type;
    outcome->retry_after = -1;
    outcome->offered = QN_HTTP_AUTH_BASIC;
}

static void end(struct qn_http_engine_transfer *t)
{
    free(t);
}

/* Instead of the library's, which is not taken out of it then. */
enum qn_status qn_http_module_load(struct qn_ctx *ctx,
                                   const struct qn_http_engine **out)
{
    static const struct qn_http_engine engine = {.version =
                                                     QN_HTTP_ENGINE_VERSION,
                                                 .session_new = open_session,
                                                 .session_free = close_session,
                                                 .set_proxy_user = set_user,
                                                 .start = start,
                                                 .write = write_body,
                                                 .wait_head = wait_head,
                                                 .read = read_body,
                                                 .outcome = tell_outcome,
                                                 .free = end,
                                                 .finish = end};

    (void)ctx;
    *out = &engine;
    return QN_OK;
}

/* ---- the client */

static void hear(void *data, struct qn_bytes text)
{
    (void)data;
    fuzz_check(qn_bytes_find(text, 0x1b) == text.size);
}

static void tell(void *data, struct qn_bytes lines, bool is_porcelain)
{
    (void)is_porcelain;
    hear(data, lines);
}

/* Whatever became of it, each ref names what is here. */
static enum qn_status check_ref(struct qn_ctx *ctx, void *data,
                                const struct qn_ref *ref)
{
    struct fuzz_repository *r = data;
    bool is_here = false;

    if (!ref->is_symbolic) {
        fuzz_check(qn_odb_exists(ctx, r->odb, &ref->id, &is_here) == QN_OK);
        fuzz_check(is_here);
    }
    return QN_OK;
}

static void configure(struct qn_ctx *ctx, struct fuzz_repository *r)
{
    char path[128], text[512];

    snprintf(path, sizeof(path), "%s/config", r->path);
    snprintf(text, sizeof(text),
             "[core]\n\trepositoryformatversion = 0\n\tbare = true\n"
             "[gc]\n\tauto = 0\n[maintenance]\n\tauto = false\n"
             "[credential]\n\tinteractive = false\n"
             "[http]\n\tfollowRedirects = %s\n%s",
             web.how & FOLLOWS ? "true" : "initial",
             web.how & TAKES_PACKS ? "[fetch]\n\turiProtocols = http\n" : "");
    fuzz_write_file(path, (const uint8_t *)text, strlen(text));
    fuzz_check(qn_repo_reload_config(ctx, r->repo) == QN_OK);
}

static void fetch(struct qn_ctx *ctx, struct fuzz_repository *r)
{
    static const struct qn_remote_refspecs none = {0};
    struct qn_connection_options connection = {
        .agent = "fuzz/1",
        .version = 2,
        .url = "http://h/r",
        .config = qn_repo_config(r->repo),
        .git_directory = qn_repo_git_directory(r->repo),
        .service = QN_SERVICE_UPLOAD_PACK};
    struct qn_wire_words words = QN_WIRE_WORDS_INIT;
    struct qn_remote *remote = NULL;
    struct qn_op_fetch op = {.scope = &r->scope,
                             .connection = &connection,
                             .given = &none,
                             .action = "fetch",
                             .server_options = &words,
                             .filter = "",
                             .tags = -1,
                             .prune = 0,
                             .prune_tags = 0,
                             .is_atomic = web.how & IS_ATOMIC,
                             .terminal_width = 80,
                             .negotiator = QN_NEGOTIATOR_CONSECUTIVE,
                             .calls = {.tell = tell, .said = hear}};

    fuzz_check(qn_remote_open(ctx, connection.config, NULL, connection.url,
                              &remote) == QN_OK);
    fuzz_check(qn_remote_refspecs_add(ctx, &remote->fetch,
                                      "+refs/heads/*:refs/remotes/o/*",
                                      QN_REFSPEC_FETCH) == QN_OK);
    op.remote = remote;
    fuzz_ignore(qn_op_fetch_run(ctx, &op));
    if (getenv("FUZZ_SHOW"))
        fprintf(stderr, "%s\n", qn_ctx_message(ctx));
    qn_ctx_clear(ctx);
    qn_remote_free(remote);
}

static void read_files(struct qn_bytes rest)
{
    web.count = 0;
    while (rest.size > 0 && web.count < FILES_MAX) {
        struct file *file = &web.files[web.count++];
        size_t size = 0;

        memset(file, 0, sizeof(*file));
        file->name = qn_bytes_first(rest, qn_bytes_find(rest, 0));
        rest = qn_bytes_from(rest, file->name.size + 1);
        if (rest.size >= 2)
            size = rest.data[0] | (size_t)rest.data[1] << 8;
        rest = qn_bytes_from(rest, 2);
        file->content = qn_bytes_first(rest, size);
        rest = qn_bytes_from(rest, size);
        file->status = 200;
        if (file->name.size > 4 && file->name.data[3] == ' ') {
            file->status =
                (file->name.data[0] - '0') * 100L + file->name.data[2] - '0';
            file->name = qn_bytes_from(file->name, 4);
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct qn_ctx *ctx = fuzz_begin();
    struct fuzz_repository r;

    web.how = size > 0 ? data[0] : 0;
    web.requests = 0;
    read_files(qn_bytes_from(qn_bytes_make(data, size), 1));
    fuzz_repository_open(ctx, &r, web.how & HAS_HISTORY);
    configure(ctx, &r);
    fetch(ctx, &r);
    fuzz_check(qn_odb_refresh(ctx, r.odb) == QN_OK);
    fuzz_check(qn_refs_walk(ctx, r.refs, "refs/", QN_REFS_INCLUDE_BROKEN,
                            check_ref, &r) == QN_OK);
    fuzz_repository_close(ctx, &r);
    fuzz_end(ctx);
    return 0;
}
