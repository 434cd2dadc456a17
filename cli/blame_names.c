/* SPDX-License-Identifier: MIT */
#include "cli/blame.h"

#include "base/memory.h"
#include "object/commit.h"
#include "text/charset.h"

#include <string.h>

static struct qn_bytes keep(struct blame *b, struct qn_bytes text)
{
    const char *copy = qn_arena_copy(b->cli->ctx, &b->arena, text);

    if (!copy)
        cli_die(b->cli);
    return qn_bytes_make(copy, text.size);
}

/* Into the encoding that is shown, where that can be done. */
static struct qn_bytes recode(struct blame *b, const struct qn_commit *commit,
                              struct qn_bytes text)
{
    char from[64] = "UTF-8";

    if (strcmp(b->encoding, "none") == 0 ||
        qn_charset_is_same(commit->encoding,
                           qn_bytes_from_string(b->encoding)) ||
        commit->encoding.size >= sizeof(from))
        return text;
    if (commit->encoding.size) {
        memcpy(from, commit->encoding.data, commit->encoding.size);
        from[commit->encoding.size] = '\0';
    }
    qn_buf_clear(&b->room);
    if (qn_charset_convert(b->cli->ctx, from, b->encoding, text, &b->room)) {
        qn_ctx_clear(b->cli->ctx);
        return text;
    }
    return qn_buf_bytes(&b->room);
}

static struct blame_person read_person(struct blame *b,
                                       const struct qn_commit *commit,
                                       struct qn_bytes text)
{
    struct blame_person person = {.name = QN_BYTES("(unknown)"),
                                  .mail = QN_BYTES("(unknown)")};
    struct qn_ident ident;
    struct qn_buf mail = QN_BUF_INIT;

    if (!qn_ident_parse(text, &ident))
        return person;
    person.time = ident.seconds;
    person.zone = ident.zone;
    person.has_date = ident.has_date;
    if (b->mailmap)
        (void)qn_mailmap_map(b->mailmap, &ident.name, &ident.mail);
    person.name = keep(b, recode(b, commit, ident.name));
    cli_check(b->cli, qn_buf_printf(b->cli->ctx, &mail, "<%.*s>",
                                    QN_BYTES_ARG(ident.mail)));
    person.mail = keep(b, recode(b, commit, qn_buf_bytes(&mail)));
    qn_buf_dispose(&mail);
    return person;
}

static struct qn_bytes read_summary(struct blame *b,
                                    const struct qn_commit *commit,
                                    const struct qn_id *id)
{
    struct qn_bytes rest = commit->message;
    struct qn_bytes line;
    char text[QN_ID_MAX_HEX_SIZE + 3];

    while (qn_bytes_next(&rest, '\n', &line))
        if (qn_bytes_trim(line).size)
            return keep(b, recode(b, commit, line));
    text[0] = '(';
    qn_id_to_hex(id, text + 1);
    strcat(text, ")");
    return keep(b, qn_bytes_from_string(text));
}

static void read_commit(struct blame *b, const struct qn_blame *blame,
                        const struct qn_id *id, struct blame_commit *out)
{
    struct cli *cli = b->cli;
    struct qn_object object = QN_OBJECT_INIT;
    struct qn_bytes text = qn_blame_uncommitted(blame);
    struct qn_commit commit;

    if (!qn_id_is_null(id)) {
        cli_check(cli, qn_odb_read_typed(cli->ctx, cli->odb, id,
                                         QN_OBJECT_COMMIT, &object));
        text = qn_object_bytes(&object);
    }
    cli_check(cli, qn_commit_parse(cli->ctx, text, id->algorithm, &commit));
    out->author = read_person(b, &commit, commit.author);
    out->committer = read_person(b, &commit, commit.committer);
    out->summary = read_summary(b, &commit, id);
    qn_object_dispose(&object);
}

struct blame_commit *blame_commit_find(struct blame *b,
                                       const struct qn_blame *blame,
                                       const struct qn_blame_source *source)
{
    struct cli *cli = b->cli;
    uint32_t position;
    bool is_new;

    if (!b->ids.algorithm)
        qn_id_map_init(&b->ids, source->commit.algorithm);
    cli_check(cli, qn_id_map_put(cli->ctx, &b->ids, &source->commit, &position,
                                 &is_new));
    if (is_new) {
        cli_check(cli,
                  qn_memory_grow(cli->ctx, &b->commits, &b->commit_capacity,
                                 (size_t)position + 1, sizeof(*b->commits)));
        b->commits[position] =
            qn_arena_calloc(cli->ctx, &b->arena, 1, sizeof(**b->commits));
        if (!b->commits[position])
            cli_die(cli);
        b->commits[position]->path = source->path;
        read_commit(b, blame, &source->commit, b->commits[position]);
    } else if (!qn_bytes_is_equal(b->commits[position]->path, source->path)) {
        b->commits[position]->has_paths = true;
    }
    return b->commits[position];
}

void blame_names_dispose(struct blame *b)
{
    size_t i;

    qn_id_map_dispose(&b->ids);
    qn_memory_free(b->commits);
    qn_arena_dispose(&b->arena);
    qn_buf_dispose(&b->room);
    qn_buf_dispose(&b->repeat_color);
    for (i = 0; i < b->age_count; i++)
        qn_buf_dispose(&b->ages[i].color);
    qn_memory_free(b->ages);
    qn_mailmap_free(b->mailmap);
}
