/* SPDX-License-Identifier: MIT */
#include "show/ref_atom.h"

#include "base/memory.h"
#include "text/color.h"

#include <string.h>

/* How a field takes what stands behind its ":". */
enum argument_rule {
    NO_ARGUMENT,
    REFNAME_ARGUMENT,
    OBJECTNAME_ARGUMENT,
    SIZE_ARGUMENT,
    PERSON_ARGUMENT,
    SUBJECT_ARGUMENT,
    TRAILERS_ARGUMENT,
    CONTENTS_ARGUMENT,
    RAW_ARGUMENT,
    REMOTE_ARGUMENT,
    COLOR_ARGUMENT,
    ANY_ARGUMENT,
    ALIGN_ARGUMENT,
    IF_ARGUMENT,
    COMMIT_ARGUMENT,
    DESCRIBE_ARGUMENT,
    SIGNATURE_ARGUMENT
};

static const struct field {
    const char *name;
    enum qn_ref_atom_kind kind;
    enum argument_rule rule;
    char role;
    enum qn_ref_atom_part part;
} fields[] = {
    {"refname", QN_REF_ATOM_REFNAME, REFNAME_ARGUMENT, 0, 0},
    {"objecttype", QN_REF_ATOM_OBJECTTYPE, NO_ARGUMENT, 0, 0},
    {"objectsize", QN_REF_ATOM_OBJECTSIZE, SIZE_ARGUMENT, 0, 0},
    {"objectname", QN_REF_ATOM_OBJECTNAME, OBJECTNAME_ARGUMENT, 0, 0},
    {"deltabase", QN_REF_ATOM_DELTABASE, NO_ARGUMENT, 0, 0},
    {"tree", QN_REF_ATOM_TREE, OBJECTNAME_ARGUMENT, 0, 0},
    {"parent", QN_REF_ATOM_PARENT, OBJECTNAME_ARGUMENT, 0, 0},
    {"numparent", QN_REF_ATOM_NUMPARENT, NO_ARGUMENT, 0, 0},
    {"object", QN_REF_ATOM_OBJECT, NO_ARGUMENT, 0, 0},
    {"type", QN_REF_ATOM_TYPE, NO_ARGUMENT, 0, 0},
    {"tag", QN_REF_ATOM_TAG, NO_ARGUMENT, 0, 0},
    {"author", QN_REF_ATOM_PERSON, NO_ARGUMENT, 'a', 0},
    {"authorname", QN_REF_ATOM_PERSON, PERSON_ARGUMENT, 'a', QN_REF_PART_NAME},
    {"authoremail", QN_REF_ATOM_PERSON, PERSON_ARGUMENT, 'a',
     QN_REF_PART_EMAIL},
    {"authordate", QN_REF_ATOM_PERSON, PERSON_ARGUMENT, 'a', QN_REF_PART_DATE},
    {"committer", QN_REF_ATOM_PERSON, NO_ARGUMENT, 'c', 0},
    {"committername", QN_REF_ATOM_PERSON, PERSON_ARGUMENT, 'c',
     QN_REF_PART_NAME},
    {"committeremail", QN_REF_ATOM_PERSON, PERSON_ARGUMENT, 'c',
     QN_REF_PART_EMAIL},
    {"committerdate", QN_REF_ATOM_PERSON, PERSON_ARGUMENT, 'c',
     QN_REF_PART_DATE},
    {"tagger", QN_REF_ATOM_PERSON, NO_ARGUMENT, 't', 0},
    {"taggername", QN_REF_ATOM_PERSON, PERSON_ARGUMENT, 't', QN_REF_PART_NAME},
    {"taggeremail", QN_REF_ATOM_PERSON, PERSON_ARGUMENT, 't',
     QN_REF_PART_EMAIL},
    {"taggerdate", QN_REF_ATOM_PERSON, PERSON_ARGUMENT, 't', QN_REF_PART_DATE},
    {"creator", QN_REF_ATOM_PERSON, NO_ARGUMENT, 'o', 0},
    {"creatordate", QN_REF_ATOM_PERSON, PERSON_ARGUMENT, 'o', QN_REF_PART_DATE},
    {"subject", QN_REF_ATOM_SUBJECT, SUBJECT_ARGUMENT, 0, 0},
    {"body", QN_REF_ATOM_BODY, NO_ARGUMENT, 0, 0},
    {"trailers", QN_REF_ATOM_TRAILERS, TRAILERS_ARGUMENT, 0, 0},
    {"contents", QN_REF_ATOM_CONTENTS, CONTENTS_ARGUMENT, 0, 0},
    {"signature", QN_REF_ATOM_VERIFIED, SIGNATURE_ARGUMENT, 0, 0},
    {"flag", QN_REF_ATOM_FLAG, ANY_ARGUMENT, 0, 0},
    {"raw", QN_REF_ATOM_RAW, RAW_ARGUMENT, 0, 0},
    {"upstream", QN_REF_ATOM_UPSTREAM, REMOTE_ARGUMENT, 0, 0},
    {"push", QN_REF_ATOM_PUSH, REMOTE_ARGUMENT, 0, 0},
    {"symref", QN_REF_ATOM_SYMREF, REFNAME_ARGUMENT, 0, 0},
    {"HEAD", QN_REF_ATOM_HEAD, NO_ARGUMENT, 0, 0},
    {"color", QN_REF_ATOM_COLOR, COLOR_ARGUMENT, 0, 0},
    {"worktreepath", QN_REF_ATOM_WORKTREEPATH, ANY_ARGUMENT, 0, 0},
    {"align", QN_REF_ATOM_ALIGN, ALIGN_ARGUMENT, 0, 0},
    {"end", QN_REF_ATOM_END, ANY_ARGUMENT, 0, 0},
    {"if", QN_REF_ATOM_IF, IF_ARGUMENT, 0, 0},
    {"then", QN_REF_ATOM_THEN, ANY_ARGUMENT, 0, 0},
    {"else", QN_REF_ATOM_ELSE, ANY_ARGUMENT, 0, 0},
    {"ahead-behind", QN_REF_ATOM_AHEAD_BEHIND, COMMIT_ARGUMENT, 0, 0},
    {"is-base", QN_REF_ATOM_IS_BASE, COMMIT_ARGUMENT, 0, 0},
    {"describe", QN_REF_ATOM_DESCRIBE, DESCRIBE_ARGUMENT, 0, 0},
};

static enum qn_status fail_argument(struct qn_ctx *ctx, const char *name,
                                    const char *argument)
{
    return qn_ctx_fail_reason(ctx, QN_INVALID, "ref-format.argument", name,
                              "unrecognized %%(%s) argument: %s", name,
                              argument);
}

static bool parse_integer(const char *text, int *out)
{
    struct qn_bytes bytes = qn_bytes_from_string(text);
    bool is_negative = bytes.size && bytes.data[0] == '-';
    uint64_t value;

    if (is_negative)
        bytes = qn_bytes_from(bytes, 1);
    if (!qn_bytes_to_u64(bytes, &value) || value > 100000)
        return false;
    *out = is_negative ? -(int)value : (int)value;
    return true;
}

/* "short", "lstrip=2", "strip=2", "rstrip=-1". */
static enum qn_status parse_refname(struct qn_ctx *ctx, const char *name,
                                    const char *argument,
                                    struct qn_ref_atom *out)
{
    static const struct {
        const char *prefix;
        enum qn_ref_atom_part part;
    } strips[] = {{"lstrip=", QN_REF_PART_LSTRIP},
                  {"strip=", QN_REF_PART_LSTRIP},
                  {"rstrip=", QN_REF_PART_RSTRIP}};
    size_t i;

    if (strcmp(argument, "short") == 0) {
        out->part = QN_REF_PART_SHORT;
        return QN_OK;
    }
    for (i = 0; i < QN_COUNT_OF(strips); i++) {
        size_t size = strlen(strips[i].prefix);

        if (strncmp(argument, strips[i].prefix, size) != 0)
            continue;
        out->part = strips[i].part;
        if (parse_integer(argument + size, &out->number))
            return QN_OK;
        return qn_ctx_fail(ctx, QN_INVALID, "Integer value expected %s:%s",
                           name, argument);
    }
    return fail_argument(ctx, name, argument);
}

static enum qn_status parse_short(struct qn_ctx *ctx, const char *name,
                                  const char *argument, struct qn_ref_atom *out)
{
    out->part = QN_REF_PART_SHORT;
    if (strcmp(argument, "short") == 0)
        return QN_OK;
    if (strncmp(argument, "short=", 6) != 0)
        return fail_argument(ctx, name, argument);
    if (!parse_integer(argument + 6, &out->number) || out->number <= 0)
        return qn_ctx_fail(ctx, QN_INVALID,
                           "positive value expected '%s' in %%(%s:%s)",
                           argument + 6, name, argument);
    if (out->number < 4)
        out->number = 4;
    return QN_OK;
}

/* The next of the options that commas part. */
static bool next_option(struct qn_bytes *rest, struct qn_bytes *option)
{
    return qn_bytes_next(rest, ',', option);
}

static enum qn_status parse_person(struct qn_ctx *ctx, const char *name,
                                   const char *argument,
                                   struct qn_ref_atom *out)
{
    struct qn_bytes rest = qn_bytes_from_string(argument);
    struct qn_bytes option;

    if (out->part == QN_REF_PART_DATE) {
        out->has_date = true;
        return qn_date_mode_parse(ctx, argument, false, &out->date);
    }
    while (next_option(&rest, &option)) {
        if (qn_bytes_is_string(option, "mailmap"))
            out->uses_mailmap = true;
        else if (out->part == QN_REF_PART_EMAIL &&
                 qn_bytes_is_string(option, "trim"))
            out->trims = true;
        else if (out->part == QN_REF_PART_EMAIL &&
                 qn_bytes_is_string(option, "localpart"))
            out->local_part = true;
        else
            return fail_argument(ctx, name, argument);
    }
    return QN_OK;
}

static enum qn_status parse_contents(struct qn_ctx *ctx, const char *name,
                                     const char *argument,
                                     struct qn_ref_atom *out)
{
    static const struct {
        const char *word;
        enum qn_ref_atom_part part;
    } parts[] = {{"size", QN_REF_PART_SIZE},
                 {"subject", QN_REF_PART_SUBJECT},
                 {"body", QN_REF_PART_BODY},
                 {"signature", QN_REF_PART_SIGNATURE}};
    size_t i;

    for (i = 0; i < QN_COUNT_OF(parts); i++)
        if (strcmp(argument, parts[i].word) == 0) {
            out->part = parts[i].part;
            return QN_OK;
        }
    if (strcmp(argument, "trailers") == 0 ||
        strncmp(argument, "trailers:", 9) == 0) {
        out->kind = QN_REF_ATOM_TRAILERS;
        out->argument = argument[8] ? argument + 9 : NULL;
        return QN_OK;
    }
    if (strncmp(argument, "lines=", 6) != 0)
        return fail_argument(ctx, name, argument);
    out->part = QN_REF_PART_LINES;
    if (!parse_integer(argument + 6, &out->number) || out->number < 0)
        return qn_ctx_fail(ctx, QN_INVALID,
                           "positive value expected contents:lines=%s",
                           argument + 6);
    return QN_OK;
}

static enum qn_status parse_remote(struct qn_ctx *ctx, const char *name,
                                   const char *argument,
                                   struct qn_ref_atom *out)
{
    static const struct {
        const char *word;
        enum qn_ref_atom_part part;
    } parts[] = {{"track", QN_REF_PART_TRACK},
                 {"trackshort", QN_REF_PART_TRACKSHORT},
                 {"remotename", QN_REF_PART_REMOTENAME},
                 {"remoteref", QN_REF_PART_REMOTEREF}};
    struct qn_bytes rest = qn_bytes_from_string(argument);
    struct qn_buf word = QN_BUF_INIT;
    struct qn_bytes option;
    enum qn_status status = QN_OK;
    size_t i;

    while (!status && next_option(&rest, &option)) {
        if (qn_bytes_is_string(option, "nobracket")) {
            out->no_bracket = true;
            continue;
        }
        for (i = 0; i < QN_COUNT_OF(parts); i++)
            if (qn_bytes_is_string(option, parts[i].word))
                break;
        if (i < QN_COUNT_OF(parts)) {
            out->part = parts[i].part;
            continue;
        }
        qn_buf_clear(&word);
        status = qn_buf_append_bytes(ctx, &word, option);
        if (!status)
            status = parse_refname(ctx, name, qn_buf_string(&word), out);
    }
    qn_buf_dispose(&word);
    return status;
}

static enum qn_status parse_align(struct qn_ctx *ctx, const char *argument,
                                  struct qn_ref_atom *out)
{
    struct qn_bytes rest = qn_bytes_from_string(argument);
    struct qn_bytes option, value;
    uint64_t width = UINT64_MAX;

    while (next_option(&rest, &option)) {
        value = option;
        if (qn_bytes_has_prefix(option, "position="))
            value = qn_bytes_from(option, 9);
        else if (qn_bytes_has_prefix(option, "width="))
            value = qn_bytes_from(option, 6);
        if (qn_bytes_is_string(value, "left"))
            out->position = QN_REF_LEFT;
        else if (qn_bytes_is_string(value, "right"))
            out->position = QN_REF_RIGHT;
        else if (qn_bytes_is_string(value, "middle"))
            out->position = QN_REF_MIDDLE;
        else if (!qn_bytes_to_u64(value, &width))
            return qn_ctx_fail(ctx, QN_INVALID,
                               "unrecognized %%(align) argument: %.*s",
                               QN_BYTES_ARG(option));
    }
    if (width > 100000)
        return qn_ctx_fail(ctx, QN_INVALID,
                           "positive width expected with the %%(align) atom");
    out->number = (int)width;
    return QN_OK;
}

static enum qn_status parse_commit(struct qn_ctx *ctx,
                                   struct qn_ref_values *values,
                                   const char *argument,
                                   struct qn_ref_atom *out)
{
    if (qn_revision_commit(ctx, qn_ref_values_scope(values), argument,
                           &out->commit))
        return qn_ctx_fail(ctx, QN_INVALID, "failed to find '%s'", argument);
    return QN_OK;
}

static enum qn_status parse_color(struct qn_ctx *ctx,
                                  struct qn_ref_values *values,
                                  const char *argument, const char *text,
                                  struct qn_ref_atom *out)
{
    struct qn_buf color = QN_BUF_INIT;
    enum qn_status status;

    status = qn_color_parse(ctx, qn_bytes_from_string(argument), &color);
    if (status) {
        qn_ctx_report(ctx, QN_REPORT_ERROR, "color.invalid",
                      "invalid color value: %s", argument);
        status =
            qn_ctx_fail(ctx, QN_INVALID, "unrecognized color: %%(%s)", text);
    } else if (qn_ref_values_has_color(values)) {
        qn_buf_swap(&color, &out->color);
    }
    qn_buf_dispose(&color);
    return status;
}

static enum qn_status parse_signature(struct qn_ctx *ctx, const char *name,
                                      const char *argument,
                                      struct qn_ref_atom *out)
{
    static const struct {
        const char *word;
        enum qn_ref_atom_part part;
    } parts[] = {{"grade", QN_REF_PART_GRADE},
                 {"signer", QN_REF_PART_SIGNER},
                 {"key", QN_REF_PART_KEY},
                 {"fingerprint", QN_REF_PART_FINGERPRINT},
                 {"primarykeyfingerprint", QN_REF_PART_PRIMARY},
                 {"trustlevel", QN_REF_PART_TRUST}};
    size_t i;

    for (i = 0; i < QN_COUNT_OF(parts); i++)
        if (strcmp(argument, parts[i].word) == 0) {
            out->part = parts[i].part;
            return QN_OK;
        }
    return fail_argument(ctx, name, argument);
}

static enum qn_status check_describe(struct qn_ctx *ctx, const char *argument)
{
    static const char *const words[] = {
        "tags=", "abbrev=", "match=", "exclude="};
    struct qn_bytes rest = qn_bytes_from_string(argument);
    struct qn_bytes option;
    size_t i;

    while (next_option(&rest, &option)) {
        for (i = 0; i < QN_COUNT_OF(words); i++)
            if (qn_bytes_has_prefix(option, words[i]))
                break;
        if (i == QN_COUNT_OF(words) && !qn_bytes_is_string(option, "tags"))
            return fail_argument(ctx, "describe", argument);
    }
    return QN_OK;
}

/* An argument is there. */
static enum qn_status parse_argument(struct qn_ctx *ctx,
                                     struct qn_ref_values *values,
                                     const struct field *field,
                                     const char *argument,
                                     struct qn_ref_atom *out)
{
    const char *name = field->name;

    out->argument = argument;
    switch (field->rule) {
    case NO_ARGUMENT:
        return qn_ctx_fail(ctx, QN_INVALID, "%%(%s) does not take arguments",
                           name);
    case REFNAME_ARGUMENT:
        return parse_refname(ctx, name, argument, out);
    case OBJECTNAME_ARGUMENT:
        return parse_short(ctx, name, argument, out);
    case SIZE_ARGUMENT:
        out->part = QN_REF_PART_DISK;
        return strcmp(argument, "disk") == 0
                   ? QN_OK
                   : fail_argument(ctx, name, argument);
    case PERSON_ARGUMENT:
        return parse_person(ctx, name, argument, out);
    case SUBJECT_ARGUMENT:
        out->part = QN_REF_PART_SANITIZE;
        return strcmp(argument, "sanitize") == 0
                   ? QN_OK
                   : fail_argument(ctx, name, argument);
    case CONTENTS_ARGUMENT:
        return parse_contents(ctx, name, argument, out);
    case RAW_ARGUMENT:
        out->part = QN_REF_PART_SIZE;
        return strcmp(argument, "size") == 0
                   ? QN_OK
                   : fail_argument(ctx, name, argument);
    case REMOTE_ARGUMENT:
        return parse_remote(ctx, name, argument, out);
    case COLOR_ARGUMENT:
        return parse_color(ctx, values, argument, out->text, out);
    case ALIGN_ARGUMENT:
        return parse_align(ctx, argument, out);
    case IF_ARGUMENT:
        if (strncmp(argument, "equals=", 7) == 0) {
            out->part = QN_REF_PART_EQUALS;
            out->argument = argument + 7;
            return QN_OK;
        }
        if (strncmp(argument, "notequals=", 10) == 0) {
            out->part = QN_REF_PART_NOTEQUALS;
            out->argument = argument + 10;
            return QN_OK;
        }
        return fail_argument(ctx, name, argument);
    case COMMIT_ARGUMENT:
        return parse_commit(ctx, values, argument, out);
    case DESCRIBE_ARGUMENT:
        return check_describe(ctx, argument);
    case SIGNATURE_ARGUMENT:
        return parse_signature(ctx, name, argument, out);
    case TRAILERS_ARGUMENT:
    case ANY_ARGUMENT:
        break;
    }
    return QN_OK;
}

static enum qn_status parse_field(struct qn_ctx *ctx,
                                  struct qn_ref_values *values,
                                  const struct field *field,
                                  const char *argument, struct qn_ref_atom *out)
{
    out->kind = field->kind;
    out->role = field->role;
    out->part = field->part;
    if (argument && (*argument || field->rule == COLOR_ARGUMENT))
        return parse_argument(ctx, values, field, argument, out);
    if (field->rule == COLOR_ARGUMENT)
        return qn_ctx_fail(ctx, QN_INVALID,
                           "expected format: %%(color:<color>)");
    if (field->rule == ALIGN_ARGUMENT)
        return qn_ctx_fail(ctx, QN_INVALID,
                           "expected format: %%(align:<width>,<position>)");
    if (field->rule == COMMIT_ARGUMENT)
        return qn_ctx_fail(ctx, QN_INVALID,
                           "expected format: %%(%s:<committish>)", field->name);
    return QN_OK;
}

static const struct field *find_field(struct qn_bytes name)
{
    size_t i;

    for (i = 0; i < QN_COUNT_OF(fields); i++)
        if (qn_bytes_is_string(name, fields[i].name))
            return &fields[i];
    return NULL;
}

enum qn_status qn_ref_atom_parse(struct qn_ctx *ctx,
                                 struct qn_ref_values *values,
                                 struct qn_bytes text, bool is_sort_key,
                                 struct qn_ref_atom *out)
{
    const struct field *field;
    const char *name, *colon;
    enum qn_status status;

    memset(out, 0, sizeof(*out));
    out->text = qn_memory_string(ctx, text);
    if (!out->text)
        return QN_NO_MEMORY;
    name = out->text;
    if (is_sort_key &&
        (strncmp(name, "version:", 8) == 0 || strncmp(name, "v:", 2) == 0)) {
        out->is_version = true;
        name = strchr(name, ':') + 1;
    }
    if (*name == '*') {
        out->is_peeled = true;
        name++;
    }
    if (!*name) {
        status =
            qn_ctx_fail(ctx, QN_INVALID, "malformed field name: %s", out->text);
        goto out;
    }
    colon = strchr(name, ':');
    field = find_field(
        qn_bytes_make(name, colon ? (size_t)(colon - name) : strlen(name)));
    if (!field) {
        status = qn_ctx_fail(ctx, QN_INVALID,
                             strncmp(name, "rest", 5) == 0
                                 ? "this command reject atom %%(%s)"
                                 : "unknown field name: %s",
                             out->text);
        goto out;
    }
    status = parse_field(ctx, values, field, colon ? colon + 1 : NULL, out);
out:
    if (status)
        qn_ref_atom_dispose(out);
    return status;
}

void qn_ref_atom_dispose(struct qn_ref_atom *atom)
{
    qn_memory_free(atom->text);
    atom->text = NULL;
    qn_buf_dispose(&atom->color);
}
