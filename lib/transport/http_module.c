/* SPDX-License-Identifier: MIT */
#include "transport/http_module.h"

#include "base/env.h"
#include "os/file.h"
#include "os/module.h"
#include "os/process.h"

#define NAME "libquoin-http.so"

/* Of the build (meson.build). */
#ifndef QN_HTTP_MODULE_PREFIX
#define QN_HTTP_MODULE_PREFIX "/usr/local"
#define QN_HTTP_MODULE_LIBDIR "lib"
#endif

/* Beside the folder of the program. */
static const char *const places[] = {"http/" NAME,
                                     QN_HTTP_MODULE_LIBDIR "/quoin/" NAME,
                                     "lib/quoin/" NAME, "lib64/quoin/" NAME};

static enum qn_status load(struct qn_ctx *ctx, const char *path,
                           const struct qn_http_engine **out)
{
    const void *found = NULL;
    enum qn_status status =
        qn_module_load(ctx, path, QN_HTTP_ENGINE_SYMBOL, &found);

    if (status)
        return status;
    if (((const struct qn_http_engine *)found)->version !=
        QN_HTTP_ENGINE_VERSION)
        return qn_ctx_fail(ctx, QN_NOT_FOUND, "'%s' is of another version",
                           path);
    *out = found;
    return QN_OK;
}

/* The path of `place` beside the program's folder; "": there is none. */
static enum qn_status find_beside(struct qn_ctx *ctx, const char *place,
                                  struct qn_buf *path)
{
    size_t i;
    enum qn_status status;

    qn_buf_clear(path);
    status = qn_process_own_path(ctx, path);
    for (i = 0; !status && i < 2; i++)
        qn_buf_truncate(path, qn_bytes_find_last(qn_buf_bytes(path), '/'));
    if (!status)
        status = qn_buf_printf(ctx, path, "/%s", place);
    if (!status && !qn_file_exists(qn_buf_string(path)))
        qn_buf_clear(path);
    return status;
}

enum qn_status qn_http_module_load(struct qn_ctx *ctx,
                                   const struct qn_http_engine **out)
{
    const char *own = qn_env_variable(qn_ctx_env(ctx), "QUOIN_HTTP_MODULE");
    struct qn_buf path = QN_BUF_INIT;
    struct qn_buf why = QN_BUF_INIT;
    enum qn_status status = QN_OK;
    size_t i;

    if (own && *own) {
        status = load(ctx, own, out);
        goto tell;
    }
    for (i = 0; i < QN_COUNT_OF(places); i++) {
        status = find_beside(ctx, places[i], &path);
        if (status)
            goto out;
        if (path.size) {
            status = load(ctx, qn_buf_string(&path), out);
            goto tell;
        }
    }
    status = load(
        ctx, QN_HTTP_MODULE_PREFIX "/" QN_HTTP_MODULE_LIBDIR "/quoin/" NAME,
        out);
tell:
    if (status == QN_NOT_FOUND || status == QN_UNSUPPORTED) {
        status = qn_buf_append_string(ctx, &why, qn_ctx_message(ctx));
        if (!status)
            status = qn_ctx_fail_reason(
                ctx, QN_UNSUPPORTED, "transport.no-http", NULL,
                "no http here without libquoin-http: %s", qn_buf_string(&why));
    }
out:
    qn_buf_dispose(&why);
    qn_buf_dispose(&path);
    return status;
}
