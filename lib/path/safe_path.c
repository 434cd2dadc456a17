/* SPDX-License-Identifier: MIT */
#include "path/safe_path.h"

#include "object/tree.h"

#define CODE_END UINT32_MAX /* the end, or bytes that are not UTF-8 */

/* One code point off the front; CODE_END at the end and at malformed bytes,
 * which HFS+ cannot hold and which therefore end the name. */
static uint32_t take_code_point(struct qn_bytes *text)
{
    const uint8_t *p = text->data;
    size_t more = 0;
    uint32_t code;

    if (text->size == 0)
        return CODE_END;
    code = p[0];
    if (code >= 0x80) {
        if (code >= 0xc2 && code <= 0xdf)
            more = 1, code &= 0x1f;
        else if (code >= 0xe0 && code <= 0xef)
            more = 2, code &= 0x0f;
        else if (code >= 0xf0 && code <= 0xf4)
            more = 3, code &= 0x07;
        else
            return CODE_END;
    }
    if (text->size <= more)
        return CODE_END;
    for (size_t i = 1; i <= more; i++) {
        if ((p[i] & 0xc0) != 0x80)
            return CODE_END;
        code = code << 6 | (p[i] & 0x3f);
    }
    *text = qn_bytes_from(*text, more + 1);
    return code;
}

/* HFS+ drops these from names before it compares them. */
static bool is_hfs_ignored(uint32_t code)
{
    return (code >= 0x200c && code <= 0x200f) ||
           (code >= 0x202a && code <= 0x202e) ||
           (code >= 0x206a && code <= 0x206f) || code == 0xfeff;
}

static uint8_t fold(uint32_t c)
{
    return (uint8_t)(c >= 'A' && c <= 'Z' ? c + 32 : c);
}

/* Is `name` what HFS+ takes for "." and `word` (lower case)? */
static bool is_hfs_name(struct qn_bytes name, const char *word)
{
    size_t at = 0, size = strlen(word);

    for (;;) {
        uint32_t code = take_code_point(&name);

        if (code != CODE_END && is_hfs_ignored(code))
            continue;
        if (at == size + 1)
            return code == CODE_END || code == 0;
        if (code > 127)
            return false;
        if (fold(code) != (at == 0 ? '.' : (uint8_t)word[at - 1]))
            return false;
        at++;
    }
}

/* What NTFS drops behind a name: blanks and dots, and a stream. */
static bool is_ntfs_tail(struct qn_bytes rest)
{
    for (size_t i = 0; i < rest.size; i++) {
        if (rest.data[i] == ':')
            return true;
        if (rest.data[i] != ' ' && rest.data[i] != '.')
            return false;
    }
    return true;
}

static bool has_prefix_fold(struct qn_bytes name, const char *word)
{
    size_t size = strlen(word);

    if (name.size < size)
        return false;
    for (size_t i = 0; i < size; i++) {
        if (fold(name.data[i]) != (uint8_t)word[i])
            return false;
    }
    return true;
}

/* The short (8.3) names that NTFS may give to ".<word>": the first six letters,
 * "~" and 1 to 4; or, when those are taken, up to six letters of a hash, "~"
 * and a number, eight in all. */
static bool is_ntfs_short_name(struct qn_bytes name, const char *word,
                               const char *hash)
{
    size_t at = 0;

    if (name.size < 8)
        return false;
    if (has_prefix_fold(qn_bytes_first(name, 6),
                        (char[]){word[0], word[1], word[2], word[3], word[4],
                                 word[5], '\0'}) &&
        name.data[6] == '~' && name.data[7] >= '1' && name.data[7] <= '4')
        return is_ntfs_tail(qn_bytes_from(name, 8));
    while (at < 6 && fold(name.data[at]) == (uint8_t)hash[at])
        at++;
    if (name.data[at] != '~' || name.data[at + 1] < '1' ||
        name.data[at + 1] > '9')
        return false;
    for (at += 2; at < 8; at++) {
        if (name.data[at] < '0' || name.data[at] > '9')
            return false;
    }
    return is_ntfs_tail(qn_bytes_from(name, 8));
}

static bool is_dot_git_part(struct qn_bytes name, unsigned flags)
{
    if (qn_bytes_is_equal_fold(name, QN_BYTES(".git")))
        return true;
    if ((flags & QN_SAFE_PATH_HFS) && is_hfs_name(name, "git"))
        return true;
    if (flags & QN_SAFE_PATH_NTFS) {
        if (has_prefix_fold(name, ".git") &&
            is_ntfs_tail(qn_bytes_from(name, 4)))
            return true;
        if (has_prefix_fold(name, "git~1") &&
            is_ntfs_tail(qn_bytes_from(name, 5)))
            return true;
    }
    return false;
}

/* To NTFS a backslash separates: look at each part. */
bool qn_safe_path_is_dot_git(struct qn_bytes name, unsigned flags)
{
    struct qn_bytes part;

    if (!(flags & QN_SAFE_PATH_NTFS))
        return is_dot_git_part(name, flags);
    if ((flags & QN_SAFE_PATH_HFS) && is_hfs_name(name, "git"))
        return true;
    while (qn_bytes_next(&name, '\\', &part)) {
        if (is_dot_git_part(part, flags))
            return true;
    }
    return false;
}

bool qn_safe_path_is_dot_file(struct qn_bytes name, const char *word,
                              const char *ntfs_hash, unsigned flags)
{
    if (name.size > 0 && name.data[0] == '.' &&
        qn_bytes_is_equal_fold(qn_bytes_from(name, 1),
                               qn_bytes_from_string(word)))
        return true;
    if ((flags & QN_SAFE_PATH_HFS) && is_hfs_name(name, word))
        return true;
    if (flags & QN_SAFE_PATH_NTFS) {
        if (name.size > 0 && name.data[0] == '.' &&
            has_prefix_fold(qn_bytes_from(name, 1), word) &&
            is_ntfs_tail(qn_bytes_from(name, 1 + strlen(word))))
            return true;
        if (is_ntfs_short_name(name, word, ntfs_hash))
            return true;
    }
    return false;
}

static bool is_dot_gitmodules(struct qn_bytes name, unsigned flags)
{
    struct qn_bytes part;

    if (!(flags & QN_SAFE_PATH_NTFS))
        return qn_safe_path_is_dot_file(name, "gitmodules", "gi7eba", flags);
    if ((flags & QN_SAFE_PATH_HFS) && is_hfs_name(name, "gitmodules"))
        return true;
    while (qn_bytes_next(&name, '\\', &part)) {
        if (qn_safe_path_is_dot_file(part, "gitmodules", "gi7eba", flags))
            return true;
    }
    return false;
}

bool qn_safe_path_is_valid_component(struct qn_bytes name, uint32_t mode,
                                     unsigned flags)
{
    if (name.size == 0 || qn_bytes_find(name, 0) < name.size ||
        qn_bytes_find(name, '/') < name.size)
        return false;
    if (name.data[0] == '.' &&
        (name.size == 1 || (name.size == 2 && name.data[1] == '.')))
        return false;
    /* Nearly all names: nothing below can be true of them. */
    if (name.data[0] != '.' && name.data[0] != 'g' && name.data[0] != 'G' &&
        name.data[0] != '~' && name.data[0] < 0x80 &&
        !((flags & QN_SAFE_PATH_NTFS) && qn_bytes_find(name, '\\') < name.size))
        return true;
    if (qn_safe_path_is_dot_git(name, flags))
        return false;
    return !qn_mode_is_symlink(mode) || !is_dot_gitmodules(name, flags);
}

bool qn_safe_path_is_valid(struct qn_bytes path, uint32_t mode, unsigned flags)
{
    struct qn_bytes rest = path;

    if (path.size == 0)
        return false;
    for (;;) {
        size_t slash = qn_bytes_find(rest, '/');

        if (!qn_safe_path_is_valid_component(qn_bytes_first(rest, slash), mode,
                                             flags))
            return false;
        if (slash == rest.size)
            return true;
        rest = qn_bytes_from(rest, slash + 1);
    }
}
