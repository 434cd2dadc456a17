/* SPDX-License-Identifier: MIT */
/* A whole server beside a client that says anything: upload-pack and
 * receive-pack in all versions, over a repository of its own.  The first byte:
 * which, and how it is asked.  With 32: two bytes of size (least first), so
 * many bytes that a hook proc-receive says, and then the client. */
#include "fuzz_repository.h"

#include "operation/op_receive_pack.h"
#include "operation/op_upload_pack.h"

#include <sys/stat.h>

#define SAID_MAX ((size_t)32 << 20)

struct client {
    struct qn_bytes says;
    size_t piece; /* so many bytes at once */
    size_t heard;
};

static enum qn_status read_some(struct qn_ctx *ctx, void *data, void *room,
                                size_t size, size_t *used)
{
    struct client *client = data;

    (void)ctx;
    *used = client->says.size < size ? client->says.size : size;
    if (*used > client->piece)
        *used = client->piece;
    if (*used > 0)
        memcpy(room, client->says.data, *used);
    client->says = qn_bytes_from(client->says, *used);
    return QN_OK;
}

static enum qn_status take_some(struct qn_ctx *ctx, void *data,
                                struct qn_bytes bytes)
{
    struct client *client = data;

    (void)ctx;
    client->heard += bytes.size;
    fuzz_check(client->heard < SAID_MAX);
    return QN_OK;
}

/* Everything that a server may be allowed to do. */
static void allow_all(struct qn_ctx *ctx, struct fuzz_repository *r,
                      bool has_hook)
{
    static const char text[] =
        "[core]\n\trepositoryformatversion = 0\n\tbare = true\n"
        "[uploadpack]\n\tallowFilter = true\n\tallowAnySHA1InWant = true\n"
        "\tallowRefInWant = true\n\tallowSidebandAll = true\n"
        "\tadvertiseBundleURIs = true\n[bundle]\n\tversion = 1\n\tmode = all\n"
        "[bundle \"a\"]\n\turi = https://a/b\n[transfer]\n"
        "\tadvertiseObjectInfo = true\n\tfsckObjects = true\n"
        "[receive]\n\tadvertisePushOptions = true\n\tcertNonceSeed = seed\n"
        "\tshallowUpdate = true\n[gc]\n\tauto = 0\n";
    static const char hook[] = "[receive]\n\tprocReceiveRefs = refs\n";
    char path[128], whole[sizeof(text) + sizeof(hook)];

    snprintf(path, sizeof(path), "%s/config", r->path);
    snprintf(whole, sizeof(whole), "%s%s", text, has_hook ? hook : "");
    fuzz_write_file(path, (const uint8_t *)whole, strlen(whole));
    fuzz_check(qn_repo_reload_config(ctx, r->repo) == QN_OK);
}

/* A hook that says what the input begins with, whatever it hears.  Its first
 * line is for who runs it. */
static struct qn_bytes put_hook(struct qn_ctx *ctx, struct fuzz_repository *r,
                                struct qn_bytes rest)
{
    static const char first[] = "#!/usr/bin/tail -n+2\n";
    size_t size = rest.size < 2 ? 0 : rest.data[0] | (size_t)rest.data[1] << 8;
    struct qn_bytes said = qn_bytes_first(qn_bytes_from(rest, 2), size);
    struct qn_buf text = QN_BUF_INIT;
    char path[128];

    fuzz_check(qn_buf_append_string(ctx, &text, first) == QN_OK);
    fuzz_check(qn_buf_append_bytes(ctx, &text, said) == QN_OK);
    snprintf(path, sizeof(path), "%s/hooks", r->path);
    (void)mkdir(path, 0700);
    snprintf(path, sizeof(path), "%s/hooks/proc-receive", r->path);
    fuzz_write_file(path, text.data, text.size);
    fuzz_check(chmod(path, 0700) == 0);
    qn_buf_dispose(&text);
    return qn_bytes_from(rest, 2 + said.size);
}

/* Whatever became of it, each ref names what is here. */
static enum qn_status check_ref(struct qn_ctx *ctx, void *data,
                                const struct qn_ref *ref)
{
    struct fuzz_repository *r = data;
    bool is_here = false;

    if (!ref->is_symbolic) {
        fuzz_check(qn_odb_refresh(ctx, r->odb) == QN_OK);
        fuzz_check(qn_odb_exists(ctx, r->odb, &ref->id, &is_here) == QN_OK);
        fuzz_check(is_here);
    }
    return QN_OK;
}

static void serve(struct qn_ctx *ctx, struct fuzz_repository *r,
                  struct qn_service_io *io, int kind)
{
    struct qn_op_upload_pack upload = {.scope = &r->scope,
                                       .io = io,
                                       .version = (uint32_t)(kind & 3),
                                       .is_stateless = kind & 8,
                                       .agent = "fuzz/1"};
    struct qn_op_receive_pack receive = {.scope = &r->scope,
                                         .io = io,
                                         .version = (uint32_t)(kind & 1),
                                         .is_stateless = kind & 8,
                                         .agent = "fuzz/1",
                                         .committer = "A <a>"};

    if (kind & 4)
        fuzz_ignore(qn_op_receive_pack_run(ctx, &receive));
    else
        fuzz_ignore(qn_op_upload_pack_run(ctx, &upload));
    qn_ctx_clear(ctx);
    if (kind & 4)
        fuzz_check(qn_refs_walk(ctx, r->refs, "refs/", QN_REFS_INCLUDE_BROKEN,
                                check_ref, r) == QN_OK);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct qn_ctx *ctx = fuzz_begin();
    int kind = size > 0 ? data[0] : 0;
    struct client client = {.says = size > 1 ? qn_bytes_make(data + 1, size - 1)
                                             : QN_BYTES_NONE,
                            .piece = kind & 16 ? 1 : 65536};
    struct qn_service_calls calls = {
        .data = &client, .read = read_some, .write = take_some};
    struct fuzz_repository r;
    struct qn_service_io io;

    fuzz_repository_open(ctx, &r, true);
    allow_all(ctx, &r, kind & 32);
    if (kind & 32)
        client.says = put_hook(ctx, &r, client.says);
    qn_service_io_init(&io, &calls);
    serve(ctx, &r, &io, kind);
    qn_service_io_dispose(&io);
    fuzz_repository_close(ctx, &r);
    fuzz_end(ctx);
    return 0;
}
