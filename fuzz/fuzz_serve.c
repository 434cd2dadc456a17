/* SPDX-License-Identifier: MIT */
/* What the server reads: rules, users, and what clients call repositories and
 * themselves. The first byte says which. */
#include "fuzz.h"

#include "server/access.h"
#include "server/passwords.h"
#include "server/repositories.h"
#include "text/ref_name.h"

static void rules(struct qn_ctx *ctx, struct qn_bytes text)
{
    struct access *access = NULL;

    if (access_parse(ctx, text, &access))
        return;
    (void)access_allows(access, "/x.git", NULL, ACCESS_READ, NULL);
    (void)access_allows(access, "/x.git", "alice", ACCESS_FORCE, "refs/x");
    {
        const char *space = access_namespace(access, "/x.git");
        char ref[700];

        fuzz_check(!space ||
                   (size_t)snprintf(ref, sizeof(ref), "refs/namespaces/%s",
                                    space) < sizeof(ref));
        fuzz_check(!space ||
                   qn_ref_name_is_valid(qn_bytes_from_string(ref), 0));
    }
    access_free(access);
}

static void users(struct qn_ctx *ctx, struct qn_bytes text)
{
    struct passwords *passwords = NULL;

    if (!passwords_parse(ctx, text, &passwords))
        passwords_free(passwords);
}

static void header(struct qn_ctx *ctx, struct qn_bytes text)
{
    struct passwords *passwords = NULL;
    struct qn_buf given = QN_BUF_INIT, user = QN_BUF_INIT;
    bool is_right;

    fuzz_check(qn_buf_append_bytes(ctx, &given, text) == QN_OK);
    if (!passwords_parse(
            ctx,
            QN_BYTES("a:token:2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6"
                     "a25fe97bf527a25b\n"),
            &passwords) &&
        passwords_check(ctx, passwords, qn_buf_string(&given), &user,
                        &is_right) == QN_OK &&
        is_right)
        fuzz_check(qn_bytes_is_string(qn_buf_bytes(&user), "a"));
    passwords_free(passwords);
    qn_buf_dispose(&given);
    qn_buf_dispose(&user);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct qn_ctx *ctx = fuzz_begin();
    struct qn_bytes rest =
        size > 0 ? qn_bytes_make(data + 1, size - 1) : QN_BYTES_NONE;

    switch (size > 0 ? data[0] & 3 : 0) {
    case 0:
        rules(ctx, rest);
        break;
    case 1:
        users(ctx, rest);
        break;
    case 2:
        header(ctx, rest);
        break;
    default:
        if (repositories_is_name(rest)) {
            fuzz_check(qn_bytes_find_bytes(rest, QN_BYTES("/.")) == rest.size);
            fuzz_check(qn_bytes_find_bytes(rest, QN_BYTES("/-")) == rest.size);
            fuzz_check(qn_bytes_find_bytes(rest, QN_BYTES("//")) == rest.size);
        }
    }
    fuzz_end(ctx);
    return 0;
}
