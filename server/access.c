/* SPDX-License-Identifier: MIT */
#include "server/access.h"

#include "base/buf.h"
#include "base/memory.h"
#include "os/file.h"
#include "text/ref_name.h"
#include "text/wildmatch.h"

#include <stdlib.h>
#include <string.h>

/* Words of all lists, one after the other; rules name ranges of them. */
struct range {
    size_t from, count;
};

struct rule {
    unsigned rights;
    struct range repositories, who, refs; /* no refs: all */
};

struct space {
    char *name;
    struct range repositories;
};

struct group {
    struct qn_bytes name;
    struct range users;
};

struct access {
    struct qn_buf text; /* what words are views of */
    struct qn_bytes *words;
    size_t word_count, word_capacity;
    struct rule *rules;
    size_t rule_count, rule_capacity;
    struct group *groups;
    size_t group_count, group_capacity;
    struct space *spaces;
    size_t space_count, space_capacity;
};

struct reading {
    struct access *access;
    struct range section; /* patterns of the section we are in */
    bool has_section;
    unsigned line;
};

void access_free(struct access *access)
{
    size_t i;

    if (!access)
        return;
    for (i = 0; i < access->space_count; i++)
        qn_memory_free(access->spaces[i].name);
    qn_memory_free(access->spaces);
    qn_buf_dispose(&access->text);
    qn_memory_free(access->words);
    qn_memory_free(access->rules);
    qn_memory_free(access->groups);
    qn_memory_free(access);
}

static enum qn_status fail(struct qn_ctx *ctx, const struct reading *reading,
                           const char *what, struct qn_bytes word)
{
    return qn_ctx_fail_reason(ctx, QN_INVALID, "serve.access", NULL,
                              "access rules, line %u: %s '%.*s'", reading->line,
                              what, (int)(word.size < 100 ? word.size : 100),
                              (const char *)word.data);
}

static bool next_word(struct qn_bytes *rest, struct qn_bytes *word)
{
    *rest = qn_bytes_trim(*rest);
    if (rest->size == 0 || rest->data[0] == '#')
        return false;
    word->data = rest->data;
    word->size = 0;
    while (word->size < rest->size && rest->data[word->size] > ' ')
        word->size++;
    if (word->size == 0) /* a control character alone */
        word->size = 1;
    *rest = qn_bytes_from(*rest, word->size);
    return true;
}

/* Words up to the end of the line, or up to "on" where that means something;
 * `*stopped`: there it was. */
static enum qn_status read_words(struct qn_ctx *ctx, struct access *access,
                                 struct qn_bytes *rest, bool stops,
                                 struct range *out, bool *stopped)
{
    struct qn_bytes word;
    enum qn_status status = QN_OK;

    *out = (struct range){access->word_count, 0};
    *stopped = false;
    while (!status && next_word(rest, &word)) {
        if (stops && qn_bytes_is_string(word, "on")) {
            *stopped = true;
            return QN_OK;
        }
        status = qn_memory_grow(ctx, &access->words, &access->word_capacity,
                                access->word_count + 1, sizeof(word));
        if (!status) {
            access->words[access->word_count++] = word;
            out->count++;
        }
    }
    return status;
}

static unsigned rights_of(struct qn_bytes word)
{
    if (qn_bytes_is_string(word, "read"))
        return ACCESS_READ;
    if (qn_bytes_is_string(word, "push"))
        return ACCESS_READ | ACCESS_PUSH;
    if (qn_bytes_is_string(word, "force"))
        return ACCESS_READ | ACCESS_PUSH | ACCESS_FORCE;
    if (qn_bytes_is_string(word, "delete"))
        return ACCESS_READ | ACCESS_DELETE;
    return 0;
}

static enum qn_status read_group(struct qn_ctx *ctx, struct reading *reading,
                                 struct qn_bytes line)
{
    struct access *access = reading->access;
    struct group group = {.name = {NULL, 0}};
    bool stopped;
    enum qn_status status;

    if (!next_word(&line, &group.name))
        return fail(ctx, reading, "a group without a name", line);
    status = read_words(ctx, access, &line, false, &group.users, &stopped);
    if (!status)
        status = qn_memory_grow(ctx, &access->groups, &access->group_capacity,
                                access->group_count + 1, sizeof(group));
    if (!status)
        access->groups[access->group_count++] = group;
    return status;
}

static const struct group *find_group(const struct access *access,
                                      struct qn_bytes name)
{
    size_t i;

    for (i = 0; i < access->group_count; i++)
        if (qn_bytes_is_equal(access->groups[i].name, name))
            return &access->groups[i];
    return NULL;
}

static enum qn_status read_rule(struct qn_ctx *ctx, struct reading *reading,
                                unsigned rights, struct qn_bytes line)
{
    struct access *access = reading->access;
    struct rule rule = {.rights = rights, .repositories = reading->section};
    bool has_refs = false, stopped;
    enum qn_status status;
    size_t i;

    if (!reading->has_section)
        return fail(ctx, reading, "a right before any repository", line);
    status = read_words(ctx, access, &line, true, &rule.who, &has_refs);
    if (!status && rule.who.count == 0)
        status = fail(ctx, reading, "a right for nobody", line);
    for (i = 0; !status && i < rule.who.count; i++) {
        struct qn_bytes who = access->words[rule.who.from + i];

        if (who.data[0] == '@' && !find_group(access, qn_bytes_from(who, 1)))
            status = fail(ctx, reading, "there is no group", who);
    }
    if (!status && has_refs) {
        status = read_words(ctx, access, &line, false, &rule.refs, &stopped);
        if (!status && (rule.refs.count == 0 || rights == ACCESS_READ))
            status =
                fail(ctx, reading, "nothing may stand behind", QN_BYTES("on"));
    }
    if (!status)
        status = qn_memory_grow(ctx, &access->rules, &access->rule_capacity,
                                access->rule_count + 1, sizeof(rule));
    if (!status)
        access->rules[access->rule_count++] = rule;
    return status;
}

static bool is_namespace(struct qn_bytes name)
{
    static const char prefix[] = "refs/namespaces/";
    char ref[512];

    if (name.size == 0 || name.size > sizeof(ref) - sizeof(prefix))
        return false;
    memcpy(ref, prefix, sizeof(prefix) - 1);
    memcpy(ref + sizeof(prefix) - 1, name.data, name.size);
    return qn_ref_name_is_valid(
        qn_bytes_make(ref, sizeof(prefix) - 1 + name.size), 0);
}

static enum qn_status read_space(struct qn_ctx *ctx, struct reading *reading,
                                 struct qn_bytes line)
{
    struct access *access = reading->access;
    struct space space = {.repositories = reading->section};
    struct qn_bytes name = {NULL, 0}, more;
    enum qn_status status;

    if (!reading->has_section)
        return fail(ctx, reading, "a namespace before any repository", line);
    if (!next_word(&line, &name) || next_word(&line, &more) ||
        !is_namespace(name))
        return fail(ctx, reading, "not one name of a namespace", name);
    status = qn_memory_grow(ctx, &access->spaces, &access->space_capacity,
                            access->space_count + 1, sizeof(space));
    if (!status) {
        space.name = qn_memory_string(ctx, name);
        status = space.name ? QN_OK : QN_NO_MEMORY;
    }
    if (!status)
        access->spaces[access->space_count++] = space;
    return status;
}

static enum qn_status read_line(struct qn_ctx *ctx, struct reading *reading,
                                struct qn_bytes line)
{
    struct qn_bytes word;
    unsigned rights;
    bool stopped;
    enum qn_status status;

    if (!next_word(&line, &word))
        return QN_OK;
    if (qn_bytes_is_string(word, "group"))
        return read_group(ctx, reading, line);
    if (qn_bytes_is_string(word, "repository")) {
        status = read_words(ctx, reading->access, &line, false,
                            &reading->section, &stopped);
        reading->has_section = true;
        if (!status && reading->section.count == 0)
            status = fail(ctx, reading, "no pattern behind", word);
        return status;
    }
    if (qn_bytes_is_string(word, "namespace"))
        return read_space(ctx, reading, line);
    rights = rights_of(word);
    return rights ? read_rule(ctx, reading, rights, line)
                  : fail(ctx, reading, "unknown word", word);
}

enum qn_status access_parse(struct qn_ctx *ctx, struct qn_bytes text,
                            struct access **out)
{
    struct access *access = qn_memory_calloc(ctx, 1, sizeof(*access));
    struct reading reading = {.access = access};
    struct qn_bytes rest, line;
    enum qn_status status = access ? QN_OK : QN_NO_MEMORY;

    if (!status)
        status = qn_buf_append_bytes(ctx, &access->text, text);
    rest = access ? qn_buf_bytes(&access->text) : QN_BYTES_NONE;
    while (!status && qn_bytes_next(&rest, '\n', &line)) {
        reading.line++;
        status = read_line(ctx, &reading, line);
    }
    if (status)
        access_free(access);
    else
        *out = access;
    return status;
}

enum qn_status access_load(struct qn_ctx *ctx, const char *path,
                           struct access **out)
{
    struct qn_buf text = QN_BUF_INIT;
    enum qn_status status = QN_OK;

    text.limit = (size_t)16 << 20;
    status = path ? qn_file_read_all(ctx, path, &text)
                  : qn_buf_append_string(ctx, &text,
                                         "repository *\n  read anyone\n");
    if (!status)
        status = access_parse(ctx, qn_buf_bytes(&text), out);
    qn_buf_dispose(&text);
    return status;
}

static bool is_among(const struct access *access, struct range range,
                     struct qn_bytes name, bool are_patterns)
{
    size_t i;

    for (i = 0; i < range.count; i++) {
        struct qn_bytes word = access->words[range.from + i];

        if (are_patterns ? qn_wildmatch_matches(word, name, 0)
                         : qn_bytes_is_equal(word, name))
            return true;
    }
    return false;
}

static bool is_meant(const struct access *access, struct qn_bytes who,
                     const char *user)
{
    const struct group *group;

    if (qn_bytes_is_string(who, "anyone"))
        return true;
    if (!user)
        return false;
    if (who.data[0] != '@')
        return qn_bytes_is_string(who, "users") ||
               qn_bytes_is_string(who, user);
    group = find_group(access, qn_bytes_from(who, 1));
    return group &&
           is_among(access, group->users, qn_bytes_from_string(user), false);
}

/* A repository's name, and the other one that means it: with ".git" or without.
 * `room` holds it; false: nothing is called so. */
static bool both_names(const char *repository, char room[1100],
                       struct qn_bytes names[2])
{
    size_t size = strlen(repository);

    if (size > 1100 - 5)
        return false;
    names[0] = qn_bytes_make(repository, size);
    memcpy(room, repository, size);
    if (qn_bytes_has_suffix(names[0], ".git")) {
        size -= 4;
    } else {
        memcpy(room + size, ".git", 4);
        size += 4;
    }
    names[1] = qn_bytes_make(room, size);
    return true;
}

static bool is_of(const struct access *access, struct range repositories,
                  const struct qn_bytes names[2])
{
    return is_among(access, repositories, names[0], true) ||
           is_among(access, repositories, names[1], true);
}

bool access_allows(const struct access *access, const char *repository,
                   const char *user, enum access_right right, const char *ref)
{
    struct qn_bytes names[2];
    char room[1100];
    size_t i, k;

    if (!both_names(repository, room, names))
        return false;
    for (i = 0; i < access->rule_count; i++) {
        const struct rule *rule = &access->rules[i];

        if (!(rule->rights & right) ||
            !is_of(access, rule->repositories, names) ||
            (ref && right != ACCESS_READ && rule->refs.count > 0 &&
             !is_among(access, rule->refs, qn_bytes_from_string(ref), true)))
            continue;
        for (k = 0; k < rule->who.count; k++)
            if (is_meant(access, access->words[rule->who.from + k], user))
                return true;
    }
    return false;
}

const char *access_namespace(const struct access *access,
                             const char *repository)
{
    struct qn_bytes names[2];
    char room[1100];
    size_t i;

    if (!both_names(repository, room, names))
        return NULL;
    for (i = 0; i < access->space_count; i++)
        if (is_of(access, access->spaces[i].repositories, names))
            return access->spaces[i].name;
    return NULL;
}
