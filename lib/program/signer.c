/* SPDX-License-Identifier: MIT */
#include "program/signer.h"

#include "os/file.h"
#include "program/capture.h"

#include <string.h>

struct sign {
    const struct qn_config *config;
    const char *program;
    struct qn_buf said; /* what the program wrote to stderr */
};

static enum qn_status refuse_format(struct qn_ctx *ctx,
                                    const struct qn_config_entry *entry)
{
    qn_ctx_report(ctx, QN_REPORT_ERROR, "config.bad-value",
                  "invalid value for '%s': '%s'", entry->key, entry->value);
    if (entry->line == 0)
        return qn_ctx_fail_reason(
            ctx, QN_INVALID, "config.bad-value", entry->key,
            "unable to parse '%s' from command-line config", entry->key);
    return qn_ctx_fail_reason(ctx, QN_INVALID, "config.bad-value", entry->key,
                              "bad config variable '%s' in file '%s' at line "
                              "%llu",
                              entry->key, entry->origin,
                              (unsigned long long)entry->line);
}

enum qn_status qn_signer_check(struct qn_ctx *ctx,
                               const struct qn_config *config)
{
    static const char *const keys[] = {"gpg.format",
                                       "gpg.program",
                                       "gpg.openpgp.program",
                                       "gpg.x509.program",
                                       "gpg.ssh.program",
                                       "gpg.ssh.defaultkeycommand",
                                       "gpg.ssh.allowedsignersfile",
                                       "gpg.ssh.revocationfile",
                                       "gpg.mintrustlevel",
                                       "user.signingkey"};

    for (size_t i = 0; config && i < QN_COUNT_OF(keys); i++) {
        const struct qn_config_entry *entry = qn_config_find(config, keys[i]);

        for (; entry; entry = qn_config_previous(config, entry))
            if (!entry->value)
                return qn_config_fail_missing(ctx, entry);
    }
    return QN_OK;
}

enum qn_status qn_signer_format(struct qn_ctx *ctx,
                                const struct qn_config *config,
                                enum qn_signer_format *out)
{
    const char *name =
        config ? qn_config_string(config, "gpg.format", NULL) : NULL;

    if (!name || strcmp(name, "openpgp") == 0)
        *out = QN_SIGNER_OPENPGP;
    else if (strcmp(name, "x509") == 0)
        *out = QN_SIGNER_X509;
    else if (strcmp(name, "ssh") == 0)
        *out = QN_SIGNER_SSH;
    else
        return refuse_format(ctx, qn_config_find(config, "gpg.format"));
    return QN_OK;
}

const char *qn_signer_program(const struct qn_config *config,
                              enum qn_signer_format format)
{
    const struct qn_config_entry *own, *plain;

    switch (format) {
    case QN_SIGNER_X509:
        return qn_config_string(config, "gpg.x509.program", "gpgsm");
    case QN_SIGNER_SSH:
        return qn_config_string(config, "gpg.ssh.program", "ssh-keygen");
    default:
        /* Two names of one thing. */
        own = qn_config_find(config, "gpg.openpgp.program");
        plain = qn_config_find(config, "gpg.program");
        if (own && own->value)
            return own->value;
        return plain && plain->value ? plain->value : "gpg";
    }
}

/* Run it: `input` to its stdin, stdout appended to `out` (NULL: inherited),
 * stderr kept in `said`. */
static enum qn_status run(struct qn_ctx *ctx, struct sign *sign,
                          const char *const *argv, struct qn_bytes input,
                          struct qn_buf *out, int *code)
{
    struct qn_capture capture = {
        .argv = argv, .input = input, .out = out, .err = &sign->said};
    enum qn_status status = qn_capture_run(ctx, &capture);

    *code = capture.code;
    if (!status && capture.is_missing)
        qn_ctx_report(ctx, QN_REPORT_INFO, "signer.not-found",
                      "fatal: cannot exec '%s': No such file or directory",
                      argv[0]);
    return status;
}

/* A signature made on another system may end its lines in CR LF. */
static void drop_crs(struct qn_buf *buf, size_t from)
{
    size_t kept = from;

    for (size_t i = from; i < buf->size; i++)
        if (buf->data[i] != '\r' ||
            (i + 1 < buf->size && buf->data[i + 1] != '\n'))
            buf->data[kept++] = buf->data[i];
    qn_buf_truncate(buf, kept);
}

static enum qn_status refuse(struct qn_ctx *ctx)
{
    return qn_ctx_fail_reason(ctx, QN_REFUSED, "signer.failed", NULL,
                              "the data could not be signed");
}

static enum qn_status sign_with_gpg(struct qn_ctx *ctx, struct sign *sign,
                                    const char *key, struct qn_bytes data,
                                    struct qn_buf *out)
{
    const char *argv[] = {sign->program, "--status-fd=2", "-bsau", key, NULL};
    size_t start = out->size;
    const char *said, *created;
    int code;
    enum qn_status status = run(ctx, sign, argv, data, out, &code);

    if (status)
        return status;
    said = qn_buf_string(&sign->said);
    created = strstr(said, "[GNUPG:] SIG_CREATED ");
    while (created && created != said && created[-1] != '\n')
        created = strstr(created + 1, "[GNUPG:] SIG_CREATED ");
    if (code != 0 || !created) {
        qn_buf_truncate(out, start);
        qn_ctx_report(ctx, QN_REPORT_ERROR, "signer.failed",
                      "gpg failed to sign the data:\n%s",
                      sign->said.size ? said : "(no gpg output)");
        return refuse(ctx);
    }
    drop_crs(out, start);
    return QN_OK;
}

/* Is it a key, and not the name of a file with one? */
static const char *literal_key(const char *key)
{
    if (strncmp(key, "key::", 5) == 0)
        return key + 5;
    return strncmp(key, "ssh-", 4) == 0 ? key : NULL;
}

/* Words as a shell would see them, of quotes and backslashes only; the text is
 * changed.  0: there is an open quote. */
static size_t split_words(char *text, const char **words, size_t room)
{
    size_t count = 0;
    char *to = text;
    char quote = 0;

    for (; *text && count < room; count++) {
        while (*text == ' ' || *text == '\t' || *text == '\n')
            text++;
        if (!*text)
            break;
        words[count] = to;
        for (; *text; text++) {
            if (!quote && (*text == ' ' || *text == '\t' || *text == '\n'))
                break;
            if (!quote && (*text == '\'' || *text == '"')) {
                quote = *text;
            } else if (quote && *text == quote) {
                quote = 0;
            } else {
                if (*text == '\\' && quote != '\'' && text[1])
                    text++;
                *to++ = *text;
            }
        }
        if (*text)
            text++;
        *to++ = 0;
    }
    return quote ? 0 : count;
}

/* The key that gpg.ssh.defaultKeyCommand names, appended. */
static enum qn_status ask_for_key(struct qn_ctx *ctx, struct sign *sign,
                                  const char *command, struct qn_buf *key)
{
    const char *words[32] = {NULL};
    struct qn_buf text = QN_BUF_INIT, said = QN_BUF_INIT;
    const char *first;
    size_t end;
    int code = 0;
    enum qn_status status = qn_buf_append_string(ctx, &text, command);

    if (!status && split_words((char *)text.data, words, 31) == 0)
        status = qn_ctx_fail_reason(
            ctx, QN_INVALID, "signer.no-key", NULL,
            "malformed build-time gpg.ssh.defaultKeyCommand: unclosed quote");
    if (!status)
        status = run(ctx, sign, words, qn_bytes_make(NULL, 0), &said, &code);
    if (!status) {
        first = qn_buf_string(&said);
        end = strcspn(first, "\n");
        if (code != 0)
            qn_ctx_report(ctx, QN_REPORT_WARNING, "signer.no-key",
                          "gpg.ssh.defaultKeyCommand failed: %s %s",
                          qn_buf_string(&sign->said), first);
        else if (!literal_key(first))
            qn_ctx_report(ctx, QN_REPORT_WARNING, "signer.no-key",
                          "gpg.ssh.defaultKeyCommand succeeded but returned no "
                          "keys: %s %s",
                          qn_buf_string(&sign->said), first);
        else
            status = qn_buf_append(ctx, key, first, end);
    }
    qn_buf_dispose(&text);
    qn_buf_dispose(&said);
    return status;
}

static enum qn_status sign_with_ssh(struct qn_ctx *ctx, struct sign *sign,
                                    const char *key, struct qn_bytes data,
                                    struct qn_buf *out)
{
    struct qn_buf key_path = QN_BUF_INIT, data_path = QN_BUF_INIT,
                  answer = QN_BUF_INIT;
    const char *literal = literal_key(key);
    const char *argv[10] = {sign->program, "-Y", "sign", "-n", "git", "-f"};
    struct qn_buf room = QN_BUF_INIT;
    size_t count = 6, start = out->size;
    int code = 0;
    enum qn_status status;

    if (literal)
        status = qn_capture_write(
            ctx, ".git_signing_key_tmp",
            qn_bytes_make((const uint8_t *)literal, strlen(literal)),
            &key_path);
    else
        status = qn_config_expand_path(ctx, key, NULL, &room);
    if (!status)
        status =
            qn_capture_write(ctx, ".git_signing_buffer_tmp", data, &data_path);
    if (status)
        goto out;
    argv[count++] = literal ? qn_buf_string(&key_path) : qn_buf_string(&room);
    if (literal)
        argv[count++] = "-U";
    argv[count++] = qn_buf_string(&data_path);
    status = run(ctx, sign, argv, qn_bytes_make(NULL, 0), NULL, &code);
    if (status)
        goto out;
    status = qn_buf_printf(ctx, &answer, "%s.sig", qn_buf_string(&data_path));
    if (status)
        goto out;
    if (code != 0) {
        if (strstr(qn_buf_string(&sign->said), "usage:"))
            qn_ctx_report(
                ctx, QN_REPORT_ERROR, "signer.failed",
                "ssh-keygen -Y sign is needed for ssh signing (available in "
                "openssh version 8.2p1+)");
        qn_ctx_report(ctx, QN_REPORT_ERROR, "signer.failed", "%s",
                      qn_buf_string(&sign->said));
        status = refuse(ctx);
    } else if (qn_file_read_all(ctx, qn_buf_string(&answer), out)) {
        qn_ctx_clear(ctx);
        qn_ctx_report(ctx, QN_REPORT_ERROR, "signer.failed",
                      "failed reading ssh signing data buffer from '%s': No "
                      "such file or directory",
                      qn_buf_string(&answer));
        status = refuse(ctx);
    } else {
        drop_crs(out, start);
    }
    if (qn_file_unlink_if_exists(ctx, qn_buf_string(&answer)))
        qn_ctx_clear(ctx);
out:
    qn_buf_dispose(&answer);
    qn_buf_dispose(&room);
    qn_capture_remove(&key_path);
    qn_capture_remove(&data_path);
    return status;
}

static enum qn_status choose_ssh_key(struct qn_ctx *ctx, struct sign *sign,
                                     struct qn_buf *key)
{
    const char *command =
        qn_config_string(sign->config, "gpg.ssh.defaultkeycommand", NULL);
    enum qn_status status;

    if (!command)
        return qn_ctx_fail_reason(
            ctx, QN_REFUSED, "signer.no-key", NULL,
            "either user.signingkey or gpg.ssh.defaultKeyCommand needs to be "
            "configured");
    status = ask_for_key(ctx, sign, command, key);
    if (!status && key->size == 0) {
        qn_ctx_report(ctx, QN_REPORT_ERROR, "signer.failed",
                      "user.signingKey needs to be set for ssh signing");
        return refuse(ctx);
    }
    return status;
}

enum qn_status qn_signer_sign(struct qn_ctx *ctx,
                              const struct qn_signer_options *options,
                              struct qn_bytes data, struct qn_buf *out)
{
    struct sign sign = {.config = options->config};
    const char *key = options->key;
    struct qn_buf found = QN_BUF_INIT;
    enum qn_signer_format format;
    enum qn_status status = qn_signer_check(ctx, options->config);

    if (!status)
        status = qn_signer_format(ctx, options->config, &format);
    if (status)
        return status;
    sign.program = qn_signer_program(options->config, format);
    if (!key || !*key)
        key = qn_config_string(options->config, "user.signingkey", NULL);
    if (format == QN_SIGNER_SSH) {
        if (!key || !*key) {
            status = choose_ssh_key(ctx, &sign, &found);
            key = qn_buf_string(&found);
        }
        if (!status)
            status = sign_with_ssh(ctx, &sign, key, data, out);
    } else {
        if (!key || !*key)
            key = options->identity;
        status = sign_with_gpg(ctx, &sign, key, data, out);
    }
    qn_buf_dispose(&sign.said);
    qn_buf_dispose(&found);
    return status;
}

/* ssh-keygen -l: "<bits> <fingerprint> <comment> (<kind>)". */
static enum qn_status append_fingerprint(struct qn_ctx *ctx, struct sign *sign,
                                         const char *key, struct qn_buf *out)
{
    const char *literal = literal_key(key);
    struct qn_buf room = QN_BUF_INIT, said = QN_BUF_INIT;
    struct qn_bytes rest, word = {0};
    enum qn_status status = QN_OK;
    int code = 0;

    if (!literal)
        status = qn_config_expand_path(ctx, key, NULL, &room);
    if (!status) {
        const char *argv[] = {sign->program, "-lf",
                              literal ? "-" : qn_buf_string(&room), NULL};

        status =
            run(ctx, sign, argv, qn_bytes_from_string(literal ? literal : ""),
                &said, &code);
    }
    rest = qn_buf_bytes(&said);
    if (!status && code == 0 && qn_bytes_next(&rest, ' ', &word) &&
        qn_bytes_next(&rest, ' ', &word) && word.size > 0)
        status = qn_buf_append_bytes(ctx, out, word);
    else if (!status) {
        size_t size = sign->said.size;

        while (size > 0 && sign->said.data[size - 1] == '\n')
            size--;
        if (size > 0)
            qn_ctx_report(ctx, QN_REPORT_INFO, "signer.failed", "%.*s",
                          (int)size, sign->said.data);
        status = qn_ctx_fail_reason(
            ctx, QN_REFUSED, "signer.no-key", key,
            "failed to get the ssh fingerprint for key '%s': Success", key);
    }
    qn_buf_dispose(&room);
    qn_buf_dispose(&said);
    return status;
}

enum qn_status qn_signer_name_key(struct qn_ctx *ctx,
                                  const struct qn_signer_options *options,
                                  struct qn_buf *out)
{
    struct sign sign = {.config = options->config};
    const char *key = options->key;
    struct qn_buf found = QN_BUF_INIT;
    enum qn_signer_format format = QN_SIGNER_OPENPGP;
    enum qn_status status = qn_signer_format(ctx, options->config, &format);

    if (status)
        return status;
    sign.program = qn_signer_program(options->config, format);
    if (!key || !*key)
        key = qn_config_string(options->config, "user.signingkey", NULL);
    if (format != QN_SIGNER_SSH) {
        status = qn_buf_append_string(ctx, out,
                                      key && *key ? key : options->identity);
    } else {
        if (!key || !*key) {
            status = choose_ssh_key(ctx, &sign, &found);
            key = qn_buf_string(&found);
        }
        if (!status)
            status = append_fingerprint(ctx, &sign, key, out);
    }
    qn_buf_dispose(&sign.said);
    qn_buf_dispose(&found);
    return status;
}
