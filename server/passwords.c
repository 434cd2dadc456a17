/* SPDX-License-Identifier: MIT */
#include "server/passwords.h"

#include "base/memory.h"
#include "codec/base64.h"
#include "hash/hash.h"
#include "os/file.h"

#include <crypt.h>
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

#define REMEMBERED 256
#define MOST_SIZE  1024 /* of a password */

struct row {
    const char *user, *hash; /* in `text` */
    bool is_token;
    struct qn_id token;
};

struct passwords {
    struct qn_buf text;
    struct row *rows;
    size_t count, capacity;
    pthread_mutex_t lock;
    uint8_t secret[32];
    struct qn_id right[REMEMBERED]; /* keyed hashes of user and password */
    size_t next;
};

/* sha512crypt of nothing that anybody knows. */
static const char nobody[] = "$6$rounds=5000$0123456789abcdef$x";

void passwords_free(struct passwords *passwords)
{
    if (!passwords)
        return;
    qn_buf_dispose(&passwords->text);
    qn_memory_free(passwords->rows);
    (void)pthread_mutex_destroy(&passwords->lock);
    qn_memory_free(passwords);
}

bool passwords_has_any(const struct passwords *passwords)
{
    return passwords->count > 0;
}

static bool parse_token(struct qn_bytes hex, struct qn_id *out)
{
    char text[QN_ID_MAX_HEX_SIZE + 1];

    if (hex.size != 64)
        return false;
    memcpy(text, hex.data, 64);
    text[64] = '\0';
    return qn_id_from_hex(out, QN_HASH_SHA256, qn_bytes_make(text, 64));
}

static enum qn_status read_line(struct qn_ctx *ctx, struct passwords *passwords,
                                struct qn_bytes line, unsigned number)
{
    struct row row = {.is_token = false};
    size_t colon = qn_bytes_find(line, ':');
    struct qn_bytes hash = qn_bytes_from(line, colon + 1);
    enum qn_status status;

    if (colon == line.size || colon == 0 || hash.size == 0 ||
        qn_bytes_find(line, 0) < line.size)
        return qn_ctx_fail_reason(ctx, QN_INVALID, "serve.passwords", NULL,
                                  "users, line %u: not <name>:<hash>", number);
    if (qn_bytes_has_prefix(hash, "token:")) {
        row.is_token = true;
        if (!parse_token(qn_bytes_from(hash, 6), &row.token))
            return qn_ctx_fail_reason(
                ctx, QN_INVALID, "serve.passwords", NULL,
                "users, line %u: a token is 64 hex digits", number);
    } else if (hash.data[0] != '$') {
        return qn_ctx_fail_reason(ctx, QN_INVALID, "serve.passwords", NULL,
                                  "users, line %u: no hash that we know",
                                  number);
    }
    /* The text is ours: the separators become ends of strings. */
    passwords->text.data[line.data + colon - passwords->text.data] = '\0';
    passwords->text.data[line.data + line.size - passwords->text.data] = '\0';
    row.user = (const char *)line.data;
    row.hash = (const char *)hash.data;
    status = qn_memory_grow(ctx, &passwords->rows, &passwords->capacity,
                            passwords->count + 1, sizeof(row));
    if (!status)
        passwords->rows[passwords->count++] = row;
    return status;
}

static enum qn_status make_secret(struct qn_ctx *ctx, uint8_t out[32])
{
    size_t used = 0;
    int fd = -1;
    enum qn_status status =
        qn_file_open(ctx, "/dev/urandom", QN_FILE_READ, 0, &fd);

    if (!status)
        status = qn_file_read(ctx, fd, out, 32, &used);
    qn_file_close(fd);
    return status;
}

enum qn_status passwords_parse(struct qn_ctx *ctx, struct qn_bytes text,
                               struct passwords **out)
{
    struct passwords *passwords = qn_memory_calloc(ctx, 1, sizeof(*passwords));
    struct qn_bytes rest, line;
    unsigned number = 0;
    enum qn_status status = passwords ? QN_OK : QN_NO_MEMORY;

    if (status)
        return status;
    (void)pthread_mutex_init(&passwords->lock, NULL);
    status = qn_buf_append_bytes(ctx, &passwords->text, text);
    if (!status)
        status = make_secret(ctx, passwords->secret);
    rest = qn_buf_bytes(&passwords->text);
    while (!status && qn_bytes_next(&rest, '\n', &line)) {
        number++;
        line = qn_bytes_trim(line);
        if (line.size > 0 && line.data[0] != '#')
            status = read_line(ctx, passwords, line, number);
    }
    if (status)
        passwords_free(passwords);
    else
        *out = passwords;
    return status;
}

enum qn_status passwords_load(struct qn_ctx *ctx, const char *path,
                              struct passwords **out)
{
    struct qn_buf text = QN_BUF_INIT;
    enum qn_status status = QN_OK;

    text.limit = (size_t)16 << 20;
    if (path)
        status = qn_file_read_all(ctx, path, &text);
    if (!status)
        status = passwords_parse(ctx, qn_buf_bytes(&text), out);
    qn_buf_dispose(&text);
    return status;
}

/* ---- checking */

/* In a time that does not tell where they differ. */
static bool is_same(const void *a, const void *b, size_t size)
{
    const uint8_t *one = a, *two = b;
    unsigned difference = 0;
    size_t i;

    for (i = 0; i < size; i++)
        difference |= (unsigned)(one[i] ^ two[i]);
    return difference == 0;
}

static bool matches(const char *password, const char *hash)
{
    struct crypt_data *data = calloc(1, sizeof(*data));
    const char *made = data ? crypt_r(password, hash, data) : NULL;
    bool is = made && *made != '*' && strlen(made) == strlen(hash) &&
              is_same(made, hash, strlen(hash));

    free(data);
    return is;
}

/* User and password together are shorter than MOST_SIZE. */
static void key_of(const struct passwords *passwords, const char *user,
                   const char *password, struct qn_id *out)
{
    uint8_t text[2 * sizeof(passwords->secret) + MOST_SIZE];
    size_t size = sizeof(passwords->secret), piece;

    memcpy(text, passwords->secret, size);
    piece = strlen(user) + 1;
    memcpy(text + size, user, piece);
    size += piece;
    piece = strlen(password);
    memcpy(text + size, password, piece);
    size += piece;
    memcpy(text + size, passwords->secret, sizeof(passwords->secret));
    size += sizeof(passwords->secret);
    qn_hash_checksum(QN_HASH_SHA256, qn_bytes_make(text, size), out);
}

static bool is_remembered(struct passwords *passwords, const struct qn_id *key)
{
    bool found = false;
    size_t i;

    (void)pthread_mutex_lock(&passwords->lock);
    for (i = 0; i < REMEMBERED; i++)
        found |= is_same(passwords->right[i].bytes, key->bytes, 32);
    (void)pthread_mutex_unlock(&passwords->lock);
    return found;
}

static void remember(struct passwords *passwords, const struct qn_id *key)
{
    (void)pthread_mutex_lock(&passwords->lock);
    passwords->right[passwords->next++ % REMEMBERED] = *key;
    (void)pthread_mutex_unlock(&passwords->lock);
}

/* Hashes differ in what they cost: one that is asked for, when there is one. */
static const char *hash_of_somebody(const struct passwords *passwords)
{
    size_t i;

    for (i = 0; i < passwords->count; i++)
        if (!passwords->rows[i].is_token)
            return passwords->rows[i].hash;
    return nobody;
}

/* `user` NULL: whose token it is; found out. */
static const char *find_user(struct passwords *passwords, const char *user,
                             const char *password)
{
    struct qn_id key, token;
    bool is_known = false;
    size_t i;

    qn_hash_checksum(QN_HASH_SHA256, qn_bytes_from_string(password), &token);
    for (i = 0; i < passwords->count; i++) {
        const struct row *row = &passwords->rows[i];

        if (row->is_token && is_same(row->token.bytes, token.bytes, 32) &&
            (!user || strcmp(user, row->user) == 0))
            return row->user;
    }
    if (!user)
        return NULL;
    key_of(passwords, user, password, &key);
    for (i = 0; i < passwords->count; i++) {
        const struct row *row = &passwords->rows[i];

        if (row->is_token || strcmp(user, row->user) != 0)
            continue;
        if (is_remembered(passwords, &key))
            return row->user;
        is_known = true;
        if (matches(password, row->hash)) {
            remember(passwords, &key);
            return row->user;
        }
    }
    if (!is_known) /* as long as for somebody: what is there is not told */
        (void)matches(password, hash_of_somebody(passwords));
    return NULL;
}

enum qn_status passwords_check(struct qn_ctx *ctx, struct passwords *passwords,
                               const char *authorization, struct qn_buf *user,
                               bool *is_right)
{
    struct qn_bytes text = qn_bytes_from_string(authorization), given;
    struct qn_buf plain = QN_BUF_INIT;
    const char *found = NULL;
    size_t colon;
    enum qn_status status = QN_OK;

    *is_right = false;
    given = qn_bytes_trim(qn_bytes_from(text, qn_bytes_find(text, ' ')));
    text = qn_bytes_first(text, qn_bytes_find(text, ' '));
    if (given.size == 0 || given.size > 2 * MOST_SIZE)
        return QN_OK;
    if (qn_bytes_is_equal_fold(text, QN_BYTES("Bearer"))) {
        status = qn_buf_append_bytes(ctx, &plain, given);
        if (!status)
            found = find_user(passwords, NULL, qn_buf_string(&plain));
    } else if (qn_bytes_is_equal_fold(text, QN_BYTES("Basic"))) {
        if (qn_base64_decode(ctx, given, &plain)) {
            qn_ctx_clear(ctx);
            goto out;
        }
        colon = qn_bytes_find(qn_buf_bytes(&plain), ':');
        if (colon < plain.size &&
            qn_bytes_find(qn_buf_bytes(&plain), 0) == plain.size &&
            plain.size < MOST_SIZE) {
            plain.data[colon] = '\0';
            found = find_user(passwords, (const char *)plain.data,
                              (const char *)plain.data + colon + 1);
        }
    }
    *is_right = !status && found;
    if (*is_right)
        status = qn_buf_append_string(ctx, user, found);
out:
    if (plain.data)
        memset(plain.data, 0, plain.size);
    qn_buf_dispose(&plain);
    return status;
}

enum qn_status passwords_hash(struct qn_ctx *ctx, const char *password,
                              struct qn_buf *out)
{
    struct crypt_data *data = calloc(1, sizeof(*data));
    char *setting = crypt_gensalt_ra(NULL, 0, NULL, 0);
    const char *made =
        data && setting ? crypt_r(password, setting, data) : NULL;
    enum qn_status status;

    if (made && *made != '*')
        status = qn_buf_append_string(ctx, out, made);
    else
        status = qn_ctx_fail(ctx, QN_UNSUPPORTED, "cannot hash a password");
    free(setting);
    free(data);
    return status;
}
