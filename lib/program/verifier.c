/* SPDX-License-Identifier: MIT */
#include "program/verifier.h"

#include "os/file.h"
#include "program/capture.h"
#include "text/date.h"

#include <string.h>

static const char *const trust_names[] = {"undefined", "never", "marginal",
                                          "fully", "ultimate"};

static const struct {
    const char *text;
    enum qn_signer_format format;
} beginnings[] = {{"-----BEGIN PGP SIGNATURE-----", QN_SIGNER_OPENPGP},
                  {"-----BEGIN PGP MESSAGE-----", QN_SIGNER_OPENPGP},
                  {"-----BEGIN SIGNED MESSAGE-----", QN_SIGNER_X509},
                  {"-----BEGIN SSH SIGNATURE-----", QN_SIGNER_SSH}};

void qn_verification_dispose(struct qn_verification *v)
{
    qn_buf_dispose(&v->said);
    qn_buf_dispose(&v->status);
    qn_buf_dispose(&v->signer);
    qn_buf_dispose(&v->key);
    qn_buf_dispose(&v->fingerprint);
    qn_buf_dispose(&v->primary);
}

char qn_verification_letter(const struct qn_verification *v)
{
    return v->grade == 'G' && v->trust <= QN_VERIFIER_NEVER ? 'U' : v->grade;
}

const char *qn_verification_trust_name(enum qn_verifier_trust trust)
{
    return trust_names[trust];
}

bool qn_verification_is_good(const struct qn_verification *v)
{
    return v->grade == 'G' && v->is_trusted;
}

static bool find_format(struct qn_bytes line, enum qn_signer_format *out)
{
    size_t i;

    for (i = 0; i < QN_COUNT_OF(beginnings); i++)
        if (qn_bytes_has_prefix(line, beginnings[i].text)) {
            *out = beginnings[i].format;
            return true;
        }
    return false;
}

size_t qn_verifier_find_signature(struct qn_bytes text)
{
    enum qn_signer_format format;
    struct qn_bytes rest = text;
    size_t found = text.size;
    struct qn_bytes line;

    while (rest.size) {
        size_t at = text.size - rest.size;

        (void)qn_bytes_next(&rest, '\n', &line);
        if (find_format(line, &format))
            found = at;
    }
    return found;
}

/* ---- running a program */

struct verifier {
    struct qn_ctx *ctx;
    const struct qn_config *config;
    enum qn_signer_format format;
    const char *program;
    struct qn_bytes payload;
    struct qn_buf path; /* the signature */
    struct qn_buf out, err;
    bool is_unknown; /* a good signature of nobody we know (ssh) */
};

/* The program's stdout in `out`, its stderr in `err`. */
static enum qn_status run(struct verifier *v, const char *const *argv,
                          struct qn_bytes input, int *code)
{
    struct qn_capture capture = {
        .argv = argv, .input = input, .out = &v->out, .err = &v->err};
    enum qn_status status;

    qn_buf_clear(&v->out);
    status = qn_capture_run(v->ctx, &capture);
    *code = capture.code;
    if (!status && capture.is_missing)
        qn_ctx_report(v->ctx, QN_REPORT_ERROR, "verifier.not-found",
                      "cannot run %s: No such file or directory", argv[0]);
    return status;
}

/* ---- gpg */

static enum qn_status put(struct verifier *v, struct qn_buf *out,
                          struct qn_bytes text)
{
    qn_buf_clear(out);
    return qn_buf_append_bytes(v->ctx, out, text);
}

/* "GOODSIG <key> <name>" and kin: one of them, and only one. */
static enum qn_status read_verdict(struct verifier *v, struct qn_bytes rest,
                                   char grade, struct qn_verification *out)
{
    struct qn_bytes key = QN_BYTES_NONE;
    enum qn_status status;

    out->grade = grade;
    (void)qn_bytes_next(&rest, ' ', &key);
    status = put(v, &out->key, key);
    if (!status && grade != 'E')
        status = put(v, &out->signer, rest);
    return status;
}

/* "VALIDSIG <fingerprint> ... <primary>", the tenth word. */
static enum qn_status read_fingerprints(struct verifier *v,
                                        struct qn_bytes rest,
                                        struct qn_verification *out)
{
    struct qn_bytes word = QN_BYTES_NONE;
    enum qn_status status;
    int i;

    (void)qn_bytes_next(&rest, ' ', &word);
    status = put(v, &out->fingerprint, word);
    for (i = 0; i < 9 && rest.size; i++)
        (void)qn_bytes_next(&rest, ' ', &word);
    if (!status && i == 9)
        status = put(v, &out->primary, word);
    return status;
}

static void read_trust(struct qn_bytes rest, struct qn_verification *out)
{
    static const char *const names[] = {"UNDEFINED", "NEVER", "MARGINAL",
                                        "FULLY", "ULTIMATE"};
    struct qn_bytes word = qn_bytes_first(rest, qn_bytes_find(rest, ' '));
    int i;

    for (i = 0; i < (int)QN_COUNT_OF(names); i++)
        if (qn_bytes_is_equal(word, qn_bytes_from_string(names[i])))
            out->trust = (enum qn_verifier_trust)i;
}

static enum qn_status read_status(struct verifier *v,
                                  struct qn_verification *out)
{
    static const struct {
        const char *word;
        char grade;
    } verdicts[] = {{"GOODSIG ", 'G'},   {"BADSIG ", 'B'},
                    {"ERRSIG ", 'E'},    {"EXPSIG ", 'X'},
                    {"EXPKEYSIG ", 'Y'}, {"REVKEYSIG ", 'R'}};
    struct qn_bytes rest = qn_buf_bytes(&out->status);
    enum qn_status status = QN_OK;
    struct qn_bytes line;
    int seen = 0;
    size_t i;

    while (!status && qn_bytes_next(&rest, '\n', &line)) {
        if (!qn_bytes_has_prefix(line, "[GNUPG:] "))
            continue;
        line = qn_bytes_from(line, strlen("[GNUPG:] "));
        for (i = 0; i < QN_COUNT_OF(verdicts) && !status; i++) {
            if (!qn_bytes_has_prefix(line, verdicts[i].word))
                continue;
            seen++;
            status =
                read_verdict(v, qn_bytes_from(line, strlen(verdicts[i].word)),
                             verdicts[i].grade, out);
        }
        if (!status && qn_bytes_has_prefix(line, "VALIDSIG "))
            status = read_fingerprints(v, qn_bytes_from(line, 9), out);
        else if (qn_bytes_has_prefix(line, "TRUST_"))
            read_trust(qn_bytes_from(line, 6), out);
    }
    if (seen > 1) { /* several signatures: which one counts cannot be said */
        out->grade = 'E';
        qn_buf_clear(&out->signer);
        qn_buf_clear(&out->key);
        qn_buf_clear(&out->fingerprint);
        qn_buf_clear(&out->primary);
    }
    return status;
}

static enum qn_status check_gpg(struct verifier *v, struct qn_verification *out)
{
    const char *argv[8] = {v->program};
    size_t count = 1;
    int code;
    enum qn_status status;

    if (v->format == QN_SIGNER_OPENPGP)
        argv[count++] = "--keyid-format=long";
    argv[count++] = "--status-fd=1";
    argv[count++] = "--verify";
    argv[count++] = qn_buf_string(&v->path);
    argv[count] = "-";
    status = run(v, argv, v->payload, &code);
    if (!status)
        status =
            qn_buf_append_bytes(v->ctx, &out->status, qn_buf_bytes(&v->out));
    if (!status)
        status = qn_buf_append_bytes(v->ctx, &out->said, qn_buf_bytes(&v->err));
    return status ? status : read_status(v, out);
}

/* ---- ssh */

/* Good "git" signature [for <principal>] with <kind> key <fingerprint> */
static enum qn_status read_answer(struct verifier *v,
                                  struct qn_verification *out)
{
    struct qn_bytes line = qn_buf_bytes(&out->said);
    enum qn_status status = QN_OK;
    size_t end, at;

    line = qn_bytes_first(line, qn_bytes_find(line, '\n'));
    out->grade = 'B';
    out->trust = QN_VERIFIER_NEVER;
    if (qn_bytes_has_prefix(line, "Good \"git\" signature for ")) {
        line = qn_bytes_from(line, strlen("Good \"git\" signature for "));
        /* A principal may have " with " in it: the last one counts. */
        for (end = line.size, at = 0; at + 6 <= line.size; at++)
            if (memcmp(line.data + at, " with ", 6) == 0)
                end = at;
        if (end == line.size)
            return QN_OK;
        out->grade = 'G';
        out->trust = QN_VERIFIER_FULLY;
        status = put(v, &out->signer, qn_bytes_first(line, end));
        line = qn_bytes_from(line, end);
    } else if (qn_bytes_has_prefix(line, "Good \"git\" signature with ")) {
        out->grade = 'G';
        out->trust = QN_VERIFIER_UNDEFINED;
    } else {
        return QN_OK;
    }
    for (at = 0; at + 5 <= line.size; at++)
        if (memcmp(line.data + at, " key ", 5) == 0)
            break;
    if (status || at + 5 > line.size)
        return status;
    line = qn_bytes_from(line, at + 5);
    status = put(v, &out->fingerprint, line);
    return status ? status : put(v, &out->key, line);
}

static enum qn_status format_time(struct verifier *v, int64_t seconds,
                                  struct qn_buf *out)
{
    struct qn_date_mode mode = {
        .kind = QN_DATE_FORMAT, .is_local = true, .format = "%Y%m%d%H%M%S"};
    enum qn_status status = qn_buf_append_string(v->ctx, out, "-Overify-time=");

    return status ? status : qn_date_format(v->ctx, seconds, 0, &mode, out);
}

/* Each principal that the key may stand for. */
static enum qn_status try_principals(struct verifier *v, const char *signers,
                                     const char *time,
                                     struct qn_verification *out)
{
    const char *revoked =
        qn_config_string(v->config, "gpg.ssh.revocationfile", NULL);
    struct qn_buf names = QN_BUF_INIT, name = QN_BUF_INIT, path = QN_BUF_INIT;
    enum qn_status status;
    struct qn_bytes rest, line;
    int code = 1;

    if (revoked)
        status = qn_config_expand_path(v->ctx, revoked, NULL, &path);
    else
        status = QN_OK;
    if (!status && revoked && !qn_file_exists(qn_buf_string(&path))) {
        qn_ctx_report(v->ctx, QN_REPORT_WARNING, "verifier.revocation-file",
                      "ssh signing revocation file configured but not found: "
                      "%s",
                      qn_buf_string(&path));
        revoked = NULL;
    }
    qn_buf_swap(&names, &v->out);
    rest = qn_buf_bytes(&names);
    while (!status && code && qn_bytes_next(&rest, '\n', &line)) {
        const char *argv[16] = {v->program, "-Y", "verify", "-n",
                                "git",      "-f", signers,  "-I"};
        size_t count = 8;

        if (line.size && line.data[line.size - 1] == '\r')
            line.size--;
        qn_buf_clear(&name);
        status = qn_buf_append_bytes(v->ctx, &name, line);
        argv[count++] = qn_buf_string(&name);
        argv[count++] = "-s";
        argv[count++] = qn_buf_string(&v->path);
        if (time)
            argv[count++] = time;
        if (revoked) {
            argv[count++] = "-r";
            argv[count++] = qn_buf_string(&path);
        }
        if (!status)
            status = run(v, argv, v->payload, &code);
        code |= !qn_bytes_has_prefix(qn_buf_bytes(&v->out), "Good");
    }
    if (!status)
        status = qn_buf_append_bytes(v->ctx, &out->said, qn_buf_bytes(&v->out));
    if (!status)
        status = qn_buf_append_bytes(v->ctx, &out->said, qn_buf_bytes(&v->err));
    qn_buf_dispose(&names);
    qn_buf_dispose(&name);
    qn_buf_dispose(&path);
    return status;
}

/* The key is nobody's we know: is the signature at least its own? */
static enum qn_status check_unknown(struct verifier *v, const char *time,
                                    struct qn_verification *out)
{
    const char *argv[16] = {v->program, "-Y", "check-novalidate",     "-n",
                            "git",      "-s", qn_buf_string(&v->path)};
    struct qn_buf first = QN_BUF_INIT;
    enum qn_status status;
    int code;

    argv[7] = time;
    v->is_unknown = true;
    status = qn_buf_append_bytes(v->ctx, &first, qn_buf_bytes(&v->err));
    if (!status)
        status = run(v, argv, v->payload, &code);
    if (!status)
        status = qn_buf_append_bytes(v->ctx, &out->said, qn_buf_bytes(&v->out));
    if (!status)
        status = qn_buf_append_bytes(v->ctx, &out->said, qn_buf_bytes(&v->err));
    /* Why nobody was found comes behind. */
    if (!status)
        status = qn_buf_append_bytes(v->ctx, &out->said, qn_buf_bytes(&first));
    qn_buf_dispose(&first);
    return status;
}

static enum qn_status check_ssh(struct verifier *v, int64_t seconds,
                                struct qn_verification *out)
{
    const char *file =
        qn_config_string(v->config, "gpg.ssh.allowedsignersfile", NULL);
    struct qn_buf signers = QN_BUF_INIT, time = QN_BUF_INIT;
    const char *argv[10] = {v->program, "-Y", "find-principals", "-f"};
    enum qn_status status = QN_OK;
    int code;

    if (!file) {
        qn_ctx_report(v->ctx, QN_REPORT_ERROR, "verifier.no-signers",
                      "gpg.ssh.allowedSignersFile needs to be configured and "
                      "exist for ssh signature verification");
        return QN_OK;
    }
    status = qn_config_expand_path(v->ctx, file, NULL, &signers);
    if (!status && seconds)
        status = format_time(v, seconds, &time);
    argv[4] = qn_buf_string(&signers);
    argv[5] = "-s";
    argv[6] = qn_buf_string(&v->path);
    argv[7] = seconds ? qn_buf_string(&time) : NULL;
    if (!status)
        status = run(v, argv, QN_BYTES_NONE, &code);
    if (!status && code && strstr(qn_buf_string(&v->err), "usage:")) {
        qn_ctx_report(v->ctx, QN_REPORT_ERROR, "verifier.old",
                      "ssh-keygen -Y find-principals/verify is needed for ssh "
                      "signature verification (available in openssh version "
                      "8.2p1+)");
        goto out;
    }
    if (!status && (code || !v->out.size))
        status = check_unknown(v, argv[7], out);
    else if (!status)
        status = try_principals(v, qn_buf_string(&signers), argv[7], out);
    if (!status)
        status =
            qn_buf_append_bytes(v->ctx, &out->status, qn_buf_bytes(&out->said));
    if (!status)
        status = read_answer(v, out);
out:
    qn_buf_dispose(&signers);
    qn_buf_dispose(&time);
    return status;
}

/* gpg.minTrustLevel: at least "undefined". */
static enum qn_status check_trust(struct verifier *v,
                                  struct qn_verification *out)
{
    const char *name =
        qn_config_string(v->config, "gpg.mintrustlevel", "undefined");
    size_t i;

    for (i = 0; i < QN_COUNT_OF(trust_names); i++) {
        const char *a = name, *b = trust_names[i];

        while (*a && (*a | 0x20) == *b) {
            a++;
            b++;
        }
        if (!*a && !*b) {
            out->is_trusted = out->trust >= (enum qn_verifier_trust)i;
            return QN_OK;
        }
    }
    qn_ctx_report(v->ctx, QN_REPORT_ERROR, "config.bad-value",
                  "invalid value for '%s': '%s'", "gpg.mintrustlevel", name);
    return qn_ctx_fail_reason(v->ctx, QN_INVALID, "config.bad-value", NULL,
                              "unable to parse '%s' from command-line config",
                              "gpg.mintrustlevel");
}

enum qn_status qn_verifier_check(struct qn_ctx *ctx,
                                 const struct qn_config *config,
                                 struct qn_bytes payload,
                                 struct qn_bytes signature, int64_t seconds,
                                 struct qn_verification *out)
{
    struct verifier v = {.ctx = ctx, .config = config, .payload = payload};
    enum qn_status status;

    out->grade = 'N';
    if (!find_format(signature, &v.format)) {
        qn_ctx_report(ctx, QN_REPORT_ERROR, "verifier.format",
                      "bad/incompatible signature '%.*s'",
                      QN_BYTES_ARG(signature));
        return QN_OK;
    }
    v.program = qn_signer_program(config, v.format);
    status = qn_signer_check(ctx, config);
    if (!status)
        status = qn_capture_write(ctx, ".git_vtag_tmp", signature, &v.path);
    if (!status && v.format == QN_SIGNER_SSH)
        status = check_ssh(&v, seconds, out);
    else if (!status)
        status = check_gpg(&v, out);
    if (!status)
        status = check_trust(&v, out);
    if (v.is_unknown)
        out->is_trusted = false;
    qn_capture_remove(&v.path);
    qn_buf_dispose(&v.out);
    qn_buf_dispose(&v.err);
    return status;
}
