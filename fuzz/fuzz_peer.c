/* SPDX-License-Identifier: MIT */
/* A whole client beside a server that says anything: fetch and push in all
 * versions, over two descriptors, from a repository of its own.  The first
 * byte: which; the second: how. */
#include "fuzz_repository.h"

#include "operation/op_fetch.h"
#include "operation/op_push.h"
#include "text/ref_name.h"

static void hear(void *data, struct qn_bytes text)
{
    (void)data, (void)text;
}

static void tell(void *data, struct qn_bytes lines, bool is_porcelain)
{
    (void)data, (void)is_porcelain;
    fuzz_check(qn_bytes_find(lines, 0x1b) == lines.size);
}

static void show(void *data, const struct qn_push_rows *rows)
{
    (void)data, (void)rows;
}

static void unqualified(void *data, const char *source, const char *name,
                        enum qn_object_type type)
{
    (void)data, (void)source, (void)name, (void)type;
}

static void note(void *data, const char *branch, const char *there)
{
    (void)data, (void)branch, (void)there;
}

static enum qn_status check_ref(struct qn_ctx *ctx, void *data,
                                const struct qn_ref *ref)
{
    struct fuzz_repository *r = data;
    bool is_here = false;

    fuzz_check(qn_ref_name_is_valid(qn_buf_bytes(&ref->name), 0));
    if (!ref->is_symbolic) {
        fuzz_check(qn_odb_exists(ctx, r->odb, &ref->id, &is_here) == QN_OK);
        fuzz_check(is_here);
    }
    return QN_OK;
}

static void add(struct qn_ctx *ctx, struct qn_remote_refspecs *list,
                enum qn_refspec_use use, const char *text)
{
    fuzz_check(qn_remote_refspecs_add(ctx, list, text, use) == QN_OK);
}

static void fetch(struct qn_ctx *ctx, struct fuzz_repository *r,
                  struct qn_remote *remote,
                  const struct qn_connection_options *connection, int how)
{
    static const struct qn_remote_refspecs none = {0};
    struct qn_fetch_depth depth = {.depth = 1};
    struct qn_wire_words words = QN_WIRE_WORDS_INIT;
    struct qn_op_fetch op = {.scope = &r->scope,
                             .remote = remote,
                             .connection = connection,
                             .given = &none,
                             .action = "fetch",
                             .server_options = &words,
                             .filter = how & 1 ? "blob:none" : "",
                             .depth = how & 2 ? &depth : NULL,
                             .tags = -1,
                             .prune = how & 4 ? 1 : 0,
                             .prune_tags = 0,
                             .is_atomic = how & 8,
                             .updates_shallow = how & 16,
                             .refetches = how & 32,
                             .is_verbose = how & 64,
                             .is_unshallow = how & 128,
                             .terminal_width = 80,
                             .negotiator = QN_NEGOTIATOR_CONSECUTIVE,
                             .calls = {.tell = tell, .said = hear}};

    fuzz_ignore(qn_op_fetch_run(ctx, &op));
}

static void push(struct qn_ctx *ctx, struct fuzz_repository *r,
                 struct qn_remote *remote,
                 const struct qn_connection_options *connection, int how)
{
    struct qn_remote_refspecs specs = {0};
    struct qn_wire_words words = QN_WIRE_WORDS_INIT;
    struct qn_op_push op = {.scope = &r->scope,
                            .remote = remote,
                            .connection = connection,
                            .refspecs = &specs,
                            .options = &words,
                            .is_atomic = how & 1,
                            .is_forced = how & 2,
                            .prunes = how & 4,
                            .follows_tags = how & 8,
                            .is_thin = how & 16,
                            .leases_all = how & 32,
                            .is_dry = how & 64,
                            .is_quiet = true,
                            .skips_hook = true,
                            .said = QN_BUF_INIT,
                            .calls = {.show = show,
                                      .said = hear,
                                      .tell = hear,
                                      .unqualified = unqualified,
                                      .would_track = note}};

    if (how & 128)
        fuzz_check(qn_wire_words_add(ctx, &words, QN_BYTES("an=option")) ==
                   QN_OK);
    add(ctx, &specs, QN_REFSPEC_PUSH, "refs/heads/*:refs/heads/*");
    fuzz_ignore(qn_op_push_run(ctx, &op));
    qn_remote_refspecs_dispose(&specs);
    qn_wire_words_dispose(&words);
    qn_buf_dispose(&op.said);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct qn_ctx *ctx = fuzz_begin();
    int kind = size > 0 ? data[0] : 0, how = size > 1 ? data[1] : 0;
    int in =
        fuzz_descriptor(size > 2 ? data + 2 : data, size > 2 ? size - 2 : 0);
    int out = open("/dev/null", O_WRONLY | O_CLOEXEC);
    struct qn_connection_options connection = {.agent = "fuzz/1",
                                               .version = (uint32_t)(kind & 3)};
    struct qn_remote *remote = NULL;
    struct fuzz_repository r;
    char url[64];

    fuzz_check(out >= 0);
    snprintf(url, sizeof(url), "fd::%d,%d", in, out);
    fuzz_repository_open(ctx, &r, true);
    connection.url = url;
    connection.config = qn_repo_config(r.repo);
    connection.git_directory = qn_repo_git_directory(r.repo);
    connection.service =
        kind & 4 ? QN_SERVICE_RECEIVE_PACK : QN_SERVICE_UPLOAD_PACK;
    fuzz_check(qn_remote_open(ctx, connection.config, NULL, url, &remote) ==
               QN_OK);
    add(ctx, &remote->fetch, QN_REFSPEC_FETCH,
        "+refs/heads/*:refs/remotes/o/*");
    if (kind & 4)
        push(ctx, &r, remote, &connection, how);
    else
        fetch(ctx, &r, remote, &connection, how);
    qn_ctx_clear(ctx);
    fuzz_check(qn_odb_refresh(ctx, r.odb) == QN_OK);
    fuzz_check(qn_refs_walk(ctx, r.refs, "refs/", QN_REFS_INCLUDE_BROKEN,
                            check_ref, &r) == QN_OK);
    qn_remote_free(remote);
    fuzz_repository_close(ctx, &r);
    (void)close(in);
    (void)close(out);
    fuzz_end(ctx);
    return 0;
}
