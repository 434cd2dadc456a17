/* SPDX-License-Identifier: MIT */
/* Push certificates: a nonce to be signed, and what is to be said of a
 * certificate to the hooks.
 *
 *   nonce        <seconds> "-" <HMAC of "<git directory>:<seconds>">
 *   certificate  "certificate version 0.1", "pusher <ident>", "pushee <url>",
 *                "nonce <nonce>", "push-option <option>"..., "", commands,
 *                signature
 *
 * git-receive-pack(1), gitprotocol-pack(5), "Push Certificate".
 */
#include "base/env.h"
#include "hash/hash.h"
#include "operation/receive_pack_parts.h"
#include "program/verifier.h"

#include <stdio.h>
#include <stdlib.h>

#define BLOCK_SIZE 64

/* RFC 2104. */
static enum qn_status make_hmac(struct qn_receive_pack *r,
                                struct qn_bytes secret, struct qn_bytes text,
                                struct qn_id *out)
{
    const uint32_t algorithm = r->request.algorithm;
    uint8_t key[BLOCK_SIZE] = {0}, pad[BLOCK_SIZE];
    struct qn_hash hash;
    struct qn_id inner;
    enum qn_status status = QN_OK;
    size_t i;

    if (secret.size > BLOCK_SIZE) {
        status = qn_hash_buffer(r->ctx, algorithm, secret, &inner);
        if (!status)
            memcpy(key, inner.bytes, qn_id_size(algorithm));
    } else if (secret.size > 0) {
        memcpy(key, secret.data, secret.size);
    }
    for (i = 0; i < BLOCK_SIZE; i++)
        pad[i] = key[i] ^ 0x36;
    qn_hash_init(&hash, algorithm);
    qn_hash_update(&hash, pad, sizeof(pad));
    qn_hash_update(&hash, text.data, text.size);
    if (!status)
        status = qn_hash_final(r->ctx, &hash, &inner);
    for (i = 0; i < BLOCK_SIZE; i++)
        pad[i] = key[i] ^ 0x5c;
    qn_hash_init(&hash, algorithm);
    qn_hash_update(&hash, pad, sizeof(pad));
    qn_hash_update(&hash, inner.bytes, qn_id_size(algorithm));
    return status ? status : qn_hash_final(r->ctx, &hash, out);
}

static enum qn_status nonce_of(struct qn_receive_pack *r, int64_t seconds,
                               struct qn_buf *out)
{
    const char *seed = qn_config_string(r->config, "receive.certnonceseed", "");
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    struct qn_buf text = QN_BUF_INIT;
    struct qn_id mac;
    enum qn_status status = qn_buf_printf(r->ctx, &text, "%s:%lld",
                                          qn_repo_git_directory(r->scope->repo),
                                          (long long)seconds);

    if (!status)
        status =
            make_hmac(r, qn_bytes_from_string(seed), qn_buf_bytes(&text), &mac);
    if (!status)
        status = qn_buf_printf(r->ctx, out, "%lld-%s", (long long)seconds,
                               qn_id_to_hex(&mac, hex));
    qn_buf_dispose(&text);
    return status;
}

enum qn_status qn_receive_make_nonce(struct qn_receive_pack *r)
{
    const char *seed =
        qn_config_string(r->config, "receive.certnonceseed", NULL);
    struct qn_buf text = QN_BUF_INIT;
    enum qn_status status;

    if (!seed || !*seed)
        return QN_OK;
    status =
        nonce_of(r, qn_env_clock(qn_ctx_env(r->ctx), true) / 1000000000, &text);
    if (!status) {
        r->nonce = qn_arena_copy(r->ctx, &r->arena, qn_buf_bytes(&text));
        if (!r->nonce)
            status = QN_NO_MEMORY;
    }
    qn_buf_dispose(&text);
    return status;
}

/* ---- a certificate that came */

static enum qn_status put_variable(struct qn_receive_pack *r, const char *name,
                                   struct qn_bytes value)
{
    enum qn_status status = qn_buf_printf(r->ctx, &r->certificate_variables,
                                          "%s=%.*s", name, QN_BYTES_ARG(value));

    return status ? status
                  : qn_buf_append_byte(r->ctx, &r->certificate_variables, 0);
}

static bool find_header(struct qn_bytes text, const char *name, size_t number,
                        struct qn_bytes *value)
{
    size_t size = strlen(name);
    struct qn_bytes line;

    while (qn_bytes_next(&text, '\n', &line) && line.size > 0) {
        if (!qn_bytes_has_prefix(line, name) || line.size <= size ||
            line.data[size] != ' ' || number-- > 0)
            continue;
        *value = qn_bytes_from(line, size + 1);
        return true;
    }
    return false;
}

/* Was it made by us, and how long before this one? */
static enum qn_status compare_nonce(struct qn_receive_pack *r,
                                    struct qn_bytes nonce, bool *is_ours,
                                    long long *slop)
{
    struct qn_buf text = QN_BUF_INIT;
    enum qn_status status;
    long long seconds = 0;
    size_t i;

    *is_ours = false;
    for (i = 0; i < nonce.size && i < 18 && nonce.data[i] >= '0' &&
                nonce.data[i] <= '9';
         i++)
        seconds = seconds * 10 + (nonce.data[i] - '0');
    status = nonce_of(r, seconds, &text);
    if (!status && qn_bytes_is_equal(qn_buf_bytes(&text), nonce)) {
        *is_ours = true;
        *slop = strtoll(r->nonce, NULL, 10) - seconds;
    }
    qn_buf_dispose(&text);
    return status;
}

static enum qn_status put_nonce(struct qn_receive_pack *r,
                                struct qn_bytes certificate)
{
    struct qn_bytes nonce = QN_BYTES_NONE;
    const char *judgement = "OK", *shown = r->nonce;
    bool is_there = find_header(certificate, "nonce", 0, &nonce);
    bool is_ours = false;
    char text[32] = "";
    long long slop = 0;
    int64_t most = 0;
    enum qn_status status = QN_OK;

    if (!is_there) {
        judgement = "MISSING";
    } else if (!r->nonce) {
        judgement = "UNSOLICITED";
    } else if (!qn_bytes_is_string(nonce, r->nonce)) {
        judgement = "BAD";
        if (r->options->is_stateless)
            status = compare_nonce(r, nonce, &is_ours, &slop);
        if (!status)
            status = qn_config_int64(r->ctx, r->config, "receive.certnonceslop",
                                     0, &most);
        if (is_ours && slop >= 0 && slop <= most) {
            judgement = "OK";
            shown = qn_arena_copy(r->ctx, &r->arena, nonce);
        } else if (is_ours) {
            judgement = "SLOP";
            snprintf(text, sizeof(text), "%lld", slop);
        }
    }
    if (status || !r->nonce)
        return status;
    status =
        put_variable(r, "GIT_PUSH_CERT_NONCE", qn_bytes_from_string(shown));
    if (!status)
        status = put_variable(r, "GIT_PUSH_CERT_NONCE_STATUS",
                              qn_bytes_from_string(judgement));
    if (!status && *text)
        status = put_variable(r, "GIT_PUSH_CERT_NONCE_SLOP",
                              qn_bytes_from_string(text));
    return status;
}

static enum qn_status put_signature(struct qn_receive_pack *r,
                                    struct qn_bytes certificate)
{
    struct qn_verification found = QN_VERIFICATION_INIT;
    size_t end = qn_verifier_find_signature(certificate);
    char letter[2] = "N";
    enum qn_status status = QN_OK;

    if (end < certificate.size)
        status = qn_verifier_check(r->ctx, r->config,
                                   qn_bytes_first(certificate, end),
                                   qn_bytes_from(certificate, end), 0, &found);
    if (status && status != QN_NO_MEMORY) {
        qn_ctx_clear(r->ctx);
        status = QN_OK;
    }
    letter[0] = found.grade; /* whatever the key is trusted */
    if (!status)
        status = put_variable(r, "GIT_PUSH_CERT_SIGNER",
                              qn_buf_bytes(&found.signer));
    if (!status)
        status = put_variable(r, "GIT_PUSH_CERT_KEY", qn_buf_bytes(&found.key));
    if (!status)
        status = put_variable(r, "GIT_PUSH_CERT_STATUS",
                              qn_bytes_from_string(letter));
    qn_verification_dispose(&found);
    return status;
}

/* What was signed to be asked for is what was asked for. */
static void check_options(struct qn_receive_pack *r,
                          struct qn_bytes certificate)
{
    size_t position = 0, number = 0, i;
    struct qn_bytes signed_one;
    const char *option = NULL;
    bool is_same = true;

    if (!r->has_options)
        return;
    while (is_same &&
           (option = qn_wire_words_next(&r->request.options, &position)))
        is_same =
            find_header(certificate, "push-option", number++, &signed_one) &&
            qn_bytes_is_string(signed_one, option);
    if (is_same)
        is_same = !find_header(certificate, "push-option", number, &signed_one);
    for (i = 0; !is_same && i < r->count; i++)
        if (!r->commands[i].error)
            r->commands[i].error = "inconsistent push options";
}

enum qn_status qn_receive_check_certificate(struct qn_receive_pack *r)
{
    struct qn_bytes certificate = qn_buf_bytes(&r->request.certificate);
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    enum qn_status status;
    struct qn_id id;

    if (certificate.size == 0)
        return QN_OK;
    check_options(r, certificate);
    status =
        qn_odb_write(r->ctx, r->inside.odb, QN_OBJECT_BLOB, certificate, &id);
    if (!status)
        status = put_variable(r, "GIT_PUSH_CERT",
                              qn_bytes_from_string(qn_id_to_hex(&id, hex)));
    if (!status)
        status = put_signature(r, certificate);
    return status ? status : put_nonce(r, certificate);
}
