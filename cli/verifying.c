/* SPDX-License-Identifier: MIT */
#include "cli/verifying.h"

#include "show/ref_format.h"
#include "show/signature.h"

static void show(struct cli *cli, const struct cli_verify *verify,
                 const struct qn_signature *signature,
                 const struct qn_verification *answer)
{
    const struct qn_buf *said =
        verify->is_raw ? &answer->status : &answer->said;

    if (verify->format)
        return;
    if (verify->is_verbose) {
        cli_write(cli, signature->payload.data, signature->payload.size);
        if (cli_out_is_terminal(cli))
            cli_flush(cli);
    }
    cli_stderr(cli, "%s", qn_buf_string(said));
}

/* The tag is good: show it as asked for. */
static void show_format(struct cli *cli, const char *format, const char *name,
                        const struct qn_id *id)
{
    struct qn_ref_values_options wanted = {.has_color = false};
    struct qn_ref_values *values = NULL;
    struct qn_ref_format *compiled = NULL;
    struct qn_ref_item item = {.name = name, .id = *id};
    struct qn_buf line = QN_BUF_INIT;

    cli_check(cli, qn_ref_values_new(cli->ctx, &cli->scope, &wanted, &values));
    cli_check(cli, qn_ref_format_new(cli->ctx, values, format,
                                     QN_REF_QUOTE_NONE, &compiled));
    cli_check(cli, qn_ref_format_append(cli->ctx, compiled, &item, &line));
    cli_check(cli, qn_buf_append_byte(cli->ctx, &line, '\n'));
    cli_write(cli, line.data, line.size);
    qn_ref_format_free(compiled);
    qn_ref_values_free(values);
    qn_buf_dispose(&line);
}

int cli_verify_object(struct cli *cli, const struct cli_verify *verify,
                      const char *name, const struct qn_id *id)
{
    struct qn_object object = QN_OBJECT_INIT;
    struct qn_signature signature = QN_SIGNATURE_INIT;
    struct qn_verification answer = QN_VERIFICATION_INIT;
    int code = 1;

    cli_check(cli, qn_odb_read(cli->ctx, cli->odb, id, &object));
    if (object.type != verify->type) {
        cli_error(cli, "%s: cannot verify a non-%s object of type %s.", name,
                  qn_object_type_name(verify->type),
                  qn_object_type_name(object.type));
        goto out;
    }
    cli_check(cli, qn_signature_split(cli->ctx, qn_object_bytes(&object),
                                      object.type, id->algorithm, &signature));
    if (!signature.found) {
        if (verify->type == QN_OBJECT_TAG) {
            if (verify->is_verbose && !verify->format)
                cli_write(cli, object.data.data, object.data.size);
            cli_error(cli, "no signature found");
        }
        goto out;
    }
    cli_check(cli, qn_verifier_check(cli->ctx, cli_config(cli),
                                     qn_buf_bytes(&signature.payload),
                                     qn_buf_bytes(&signature.text),
                                     signature.seconds, &answer));
    show(cli, verify, &signature, &answer);
    code = qn_verification_is_good(&answer) ? 0 : 1;
    if (!code && verify->format)
        show_format(cli, verify->format, name, id);
out:
    qn_verification_dispose(&answer);
    qn_signature_dispose(&signature);
    qn_object_dispose(&object);
    return code;
}
