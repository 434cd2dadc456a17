/* SPDX-License-Identifier: MIT */
#include "object/check.h"

#include "base/buf.h"
#include "object/check_policy.h"
#include "object/check_private.h"
#include "text/ref_name.h"

#include <stdio.h>

static const struct {
    const char *name;
    enum qn_check_severity severity;
} severities[] = {
    {"badDate", QN_CHECK_ERROR},
    {"badDateOverflow", QN_CHECK_ERROR},
    {"badEmail", QN_CHECK_ERROR},
    {"badFilemode", QN_CHECK_INFO},
    {"badGpgsig", QN_CHECK_ERROR},
    {"badHeadTarget", QN_CHECK_ERROR},
    {"badHeaderContinuation", QN_CHECK_ERROR},
    {"badName", QN_CHECK_ERROR},
    {"badObjectSha1", QN_CHECK_ERROR},
    {"badPackedRefEntry", QN_CHECK_ERROR},
    {"badPackedRefHeader", QN_CHECK_ERROR},
    {"badParentSha1", QN_CHECK_ERROR},
    {"badRefContent", QN_CHECK_ERROR},
    {"badRefFiletype", QN_CHECK_ERROR},
    {"badRefName", QN_CHECK_ERROR},
    {"badRefOid", QN_CHECK_ERROR},
    {"badReferentName", QN_CHECK_ERROR},
    {"badReftableTableName", QN_CHECK_WARN},
    {"badTagName", QN_CHECK_INFO},
    {"badTimezone", QN_CHECK_ERROR},
    {"badTree", QN_CHECK_ERROR},
    {"badTreeSha1", QN_CHECK_ERROR},
    {"badType", QN_CHECK_ERROR},
    {"duplicateEntries", QN_CHECK_ERROR},
    {"emptyName", QN_CHECK_WARN},
    {"emptyPackedRefsFile", QN_CHECK_INFO},
    {"extraHeaderEntry", QN_CHECK_IGNORE},
    {"fullPathname", QN_CHECK_WARN},
    {"gitattributesBlob", QN_CHECK_ERROR},
    {"gitattributesLarge", QN_CHECK_ERROR},
    {"gitattributesLineLength", QN_CHECK_ERROR},
    {"gitattributesMissing", QN_CHECK_ERROR},
    {"gitattributesSymlink", QN_CHECK_INFO},
    {"gitignoreSymlink", QN_CHECK_INFO},
    {"gitmodulesBlob", QN_CHECK_ERROR},
    {"gitmodulesLarge", QN_CHECK_ERROR},
    {"gitmodulesMissing", QN_CHECK_ERROR},
    {"gitmodulesName", QN_CHECK_ERROR},
    {"gitmodulesParse", QN_CHECK_INFO},
    {"gitmodulesPath", QN_CHECK_ERROR},
    {"gitmodulesSymlink", QN_CHECK_ERROR},
    {"gitmodulesUpdate", QN_CHECK_ERROR},
    {"gitmodulesUrl", QN_CHECK_ERROR},
    {"hasDot", QN_CHECK_WARN},
    {"hasDotdot", QN_CHECK_WARN},
    {"hasDotgit", QN_CHECK_WARN},
    {"largePathname", QN_CHECK_WARN},
    {"mailmapSymlink", QN_CHECK_INFO},
    {"missingAuthor", QN_CHECK_ERROR},
    {"missingCommitter", QN_CHECK_ERROR},
    {"missingEmail", QN_CHECK_ERROR},
    {"missingNameBeforeEmail", QN_CHECK_ERROR},
    {"missingObject", QN_CHECK_ERROR},
    {"missingSpaceBeforeDate", QN_CHECK_ERROR},
    {"missingSpaceBeforeEmail", QN_CHECK_ERROR},
    {"missingTag", QN_CHECK_ERROR},
    {"missingTagEntry", QN_CHECK_ERROR},
    {"missingTaggerEntry", QN_CHECK_INFO},
    {"missingTree", QN_CHECK_ERROR},
    {"missingType", QN_CHECK_ERROR},
    {"missingTypeEntry", QN_CHECK_ERROR},
    {"multipleAuthors", QN_CHECK_ERROR},
    {"nulInCommit", QN_CHECK_WARN},
    {"nulInHeader", QN_CHECK_FATAL},
    {"nullSha1", QN_CHECK_WARN},
    {"packedRefEntryNotTerminated", QN_CHECK_ERROR},
    {"packedRefUnsorted", QN_CHECK_ERROR},
    {"refMissingNewline", QN_CHECK_INFO},
    {"symlinkRef", QN_CHECK_INFO},
    {"symrefTargetIsNotARef", QN_CHECK_INFO},
    {"trailingRefContent", QN_CHECK_INFO},
    {"treeNotSorted", QN_CHECK_ERROR},
    {"unknownType", QN_CHECK_ERROR},
    {"unterminatedHeader", QN_CHECK_FATAL},
    {"zeroPaddedDate", QN_CHECK_ERROR},
    {"zeroPaddedFilemode", QN_CHECK_WARN},
};

_Static_assert(QN_COUNT_OF(severities) <= QN_CHECK_POLICY_COUNT,
               "each has its place in a policy");

size_t qn_check_ordinal(const char *name)
{
    struct qn_bytes text = qn_bytes_from_string(name);
    size_t i;

    for (i = 0; i < QN_COUNT_OF(severities); i++)
        if (qn_bytes_is_equal_fold(text,
                                   qn_bytes_from_string(severities[i].name)))
            return i;
    return SIZE_MAX;
}

enum qn_check_severity qn_check_default(const char *name, bool *is_known)
{
    size_t at = qn_check_ordinal(name);

    *is_known = at < QN_COUNT_OF(severities);
    return *is_known ? severities[at].severity : QN_CHECK_IGNORE;
}

bool qn_check_report(struct qn_ctx *ctx, const struct qn_check *check,
                     const char *name, const char *message)
{
    enum qn_check_severity severity =
        qn_check_policy_severity(check->policy, name);

    if (check->policy && severity == QN_CHECK_IGNORE)
        return false;
    return check->found(ctx, check->data, name, severity, message);
}

/* The text that is still to be read, line by line; it has been seen to end in a
 * newline or an empty line (see has_sound_header). */
struct reader {
    struct qn_ctx *ctx;
    const struct qn_check *check;
    struct qn_bytes rest;
    bool is_sound;
};

/* True: go on. */
static bool report(struct reader *reader, const char *name, const char *message)
{
    if (!qn_check_report(reader->ctx, reader->check, name, message))
        return true;
    reader->is_sound = false;
    return false;
}

static bool has_sound_header(struct reader *reader)
{
    struct qn_bytes text = reader->rest;
    char message[80];
    size_t i;

    for (i = 0; i < text.size; i++) {
        if (text.data[i] == '\0') {
            snprintf(message, sizeof(message),
                     "unterminated header: NUL at offset %zu", i);
            report(reader, "nulInHeader", message);
            return false;
        }
        if (text.data[i] == '\n' && i + 1 < text.size &&
            text.data[i + 1] == '\n')
            return true;
    }
    if (text.size > 0 && text.data[text.size - 1] == '\n')
        return true;
    report(reader, "unterminatedHeader", "unterminated header");
    return false;
}

static bool take_word(struct reader *reader, const char *word)
{
    if (!qn_bytes_has_prefix(reader->rest, word))
        return false;
    reader->rest = qn_bytes_from(reader->rest, strlen(word));
    return true;
}

/* An id and a newline: what is there is skipped even when it is none. */
static bool take_id(struct reader *reader)
{
    size_t size = qn_id_hex_size(reader->check->algorithm);
    struct qn_bytes line;
    struct qn_id id;

    qn_bytes_next(&reader->rest, '\n', &line);
    return line.size == size &&
           qn_id_from_hex(&id, reader->check->algorithm, line);
}

/* What is wrong with the part of an ident before its date; NULL: nothing.
 * `at` is behind the '>' then. */
static const char *check_name(struct qn_bytes line, size_t *at,
                              const char **message)
{
    size_t i = 0;

    *message = "invalid author/committer line - missing space before email";
    if (line.size > 0 && line.data[0] == '<')
        return "missingNameBeforeEmail";
    while (i < line.size && line.data[i] != '<' && line.data[i] != '>')
        i++;
    if (i < line.size && line.data[i] == '>') {
        *message = "invalid author/committer line - bad name";
        return "badName";
    }
    if (i == line.size) {
        *message = "invalid author/committer line - missing email";
        return "missingEmail";
    }
    if (line.data[i - 1] != ' ')
        return "missingSpaceBeforeEmail";
    for (i++; i < line.size && line.data[i] != '<' && line.data[i] != '>'; i++)
        continue;
    if (i == line.size || line.data[i] != '>') {
        *message = "invalid author/committer line - bad email";
        return "badEmail";
    }
    *at = i + 1;
    return NULL;
}

static const char *check_date(struct qn_bytes line, size_t i,
                              const char **message)
{
    uint64_t seconds = 0;
    bool overflows = false;
    size_t first;

    if (i == line.size || line.data[i] != ' ') {
        *message = "invalid author/committer line - missing space before date";
        return "missingSpaceBeforeDate";
    }
    while (i < line.size && (line.data[i] == ' ' || line.data[i] == '\t'))
        i++;
    if (i + 1 < line.size && line.data[i] == '0' && line.data[i + 1] != ' ') {
        *message = "invalid author/committer line - zero-padded date";
        return "zeroPaddedDate";
    }
    for (first = i; i < line.size && line.data[i] >= '0' && line.data[i] <= '9';
         i++) {
        unsigned digit = (unsigned)(line.data[i] - '0');

        overflows |= seconds > ((uint64_t)INT64_MAX - digit) / 10;
        seconds = overflows ? seconds : seconds * 10 + digit;
    }
    if (overflows) {
        *message =
            "invalid author/committer line - date causes integer overflow";
        return "badDateOverflow";
    }
    if (i == first || i == line.size || line.data[i] != ' ') {
        *message = "invalid author/committer line - bad date";
        return "badDate";
    }
    i++;
    *message = "invalid author/committer line - bad time zone";
    if (line.size - i != 5 || (line.data[i] != '+' && line.data[i] != '-'))
        return "badTimezone";
    for (i++; i < line.size; i++)
        if (line.data[i] < '0' || line.data[i] > '9')
            return "badTimezone";
    return NULL;
}

static bool check_ident(struct reader *reader)
{
    const char *message, *name;
    struct qn_bytes line;
    size_t at = 0;

    qn_bytes_next(&reader->rest, '\n', &line);
    name = check_name(line, &at, &message);
    if (!name)
        name = check_date(line, at, &message);
    return name ? report(reader, name, message) : true;
}

static void check_commit(struct reader *reader)
{
    struct qn_bytes whole = reader->rest;
    unsigned authors = 0;

    if (!has_sound_header(reader))
        return;
    if (!take_word(reader, "tree ")) {
        report(reader, "missingTree", "invalid format - expected 'tree' line");
        return;
    }
    if (!take_id(reader) &&
        !report(reader, "badTreeSha1", "invalid 'tree' line format - bad sha1"))
        return;
    while (take_word(reader, "parent "))
        if (!take_id(reader) &&
            !report(reader, "badParentSha1",
                    "invalid 'parent' line format - bad sha1"))
            return;
    while (take_word(reader, "author ")) {
        authors++;
        if (!check_ident(reader))
            return;
    }
    if (authors < 1 && !report(reader, "missingAuthor",
                               "invalid format - expected 'author' line"))
        return;
    if (authors > 1 && !report(reader, "multipleAuthors",
                               "invalid format - multiple 'author' lines"))
        return;
    if (!take_word(reader, "committer ")) {
        report(reader, "missingCommitter",
               "invalid format - expected 'committer' line");
        return;
    }
    if (!check_ident(reader))
        return;
    if (qn_bytes_find(whole, '\0') < whole.size)
        report(reader, "nulInCommit", "NUL byte in the commit object body");
}

static bool is_tag_name(struct reader *reader, struct qn_bytes name)
{
    struct qn_buf full = QN_BUF_INIT;
    bool is_valid = false;

    if (qn_buf_append_string(reader->ctx, &full, "refs/tags/") == QN_OK &&
        qn_buf_append_bytes(reader->ctx, &full, name) == QN_OK)
        is_valid = qn_ref_name_is_valid(qn_buf_bytes(&full), 0);
    qn_buf_dispose(&full);
    return is_valid;
}

/* The lines behind "tagger": a signature of another algorithm, and others. */
static void check_tag_rest(struct reader *reader)
{
    while (reader->rest.size > 0 && reader->rest.data[0] != '\n') {
        struct qn_bytes line;
        bool is_signature = qn_bytes_has_prefix(reader->rest, "gpgsig");

        qn_bytes_next(&reader->rest, '\n', &line);
        if (!is_signature) {
            if (!report(reader, "extraHeaderEntry",
                        "invalid format - extra header(s) after 'tagger'"))
                return;
            continue;
        }
        while (reader->rest.size > 0 && reader->rest.data[0] == ' ')
            qn_bytes_next(&reader->rest, '\n', &line);
    }
}

static void check_tag(struct reader *reader)
{
    struct qn_bytes line;
    char message[256];

    if (!has_sound_header(reader))
        return;
    if (!take_word(reader, "object ")) {
        report(reader, "missingObject",
               "invalid format - expected 'object' line");
        return;
    }
    if (!take_id(reader) && !report(reader, "badObjectSha1",
                                    "invalid 'object' line format - bad sha1"))
        return;
    if (!take_word(reader, "type ")) {
        report(reader, "missingTypeEntry",
               "invalid format - expected 'type' line");
        return;
    }
    qn_bytes_next(&reader->rest, '\n', &line);
    if (qn_object_type_from_name(line) == QN_OBJECT_NONE &&
        !report(reader, "badType", "invalid 'type' value"))
        return;
    if (!take_word(reader, "tag ")) {
        report(reader, "missingTagEntry",
               "invalid format - expected 'tag' line");
        return;
    }
    qn_bytes_next(&reader->rest, '\n', &line);
    if (!is_tag_name(reader, line)) {
        snprintf(message, sizeof(message), "invalid 'tag' name: %.*s",
                 QN_BYTES_ARG(qn_bytes_first(line, 200)));
        if (!report(reader, "badTagName", message))
            return;
    }
    if (take_word(reader, "tagger ")) {
        if (!check_ident(reader))
            return;
    } else if (!report(reader, "missingTaggerEntry",
                       "invalid format - expected 'tagger' line")) {
        return;
    }
    check_tag_rest(reader);
}

enum qn_status qn_check_object(struct qn_ctx *ctx, const struct qn_check *check,
                               enum qn_object_type type, struct qn_bytes data,
                               bool *is_sound)
{
    struct reader reader = {ctx, check, data, true};

    *is_sound = true;
    if (type == QN_OBJECT_TREE)
        return qn_check_tree(ctx, check, data, is_sound);
    if (type == QN_OBJECT_COMMIT)
        check_commit(&reader);
    if (type == QN_OBJECT_TAG)
        check_tag(&reader);
    *is_sound = reader.is_sound;
    return QN_OK;
}
