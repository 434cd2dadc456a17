/* SPDX-License-Identifier: MIT */
#include "cli/add_menu.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LONGEST_KEY 4
#define COLUMNS     4
#define NONE        SIZE_MAX

struct cli_menu_item *cli_menu_add(struct cli *cli, struct cli_menu *menu,
                                   struct qn_bytes name)
{
    struct cli_menu_item item = {.name = malloc(name.size + 1)};

    if (menu->count == menu->capacity) {
        size_t capacity = menu->capacity ? menu->capacity * 2 : 16;
        struct cli_menu_item *items =
            realloc(menu->items, capacity * sizeof(*items));

        if (!items)
            cli_die_with(cli, "out of memory");
        menu->items = items;
        menu->capacity = capacity;
    }
    if (!item.name)
        cli_die_with(cli, "out of memory");
    memcpy(item.name, name.data, name.size);
    item.name[name.size] = 0;
    menu->items[menu->count] = item;
    return &menu->items[menu->count++];
}

void cli_menu_clear(struct cli_menu *menu)
{
    for (size_t i = 0; i < menu->count; i++)
        free(menu->items[i].name);
    menu->count = 0;
}

/* How many bytes of a name no other begins with. */
static size_t key_size(const struct cli_menu *menu, size_t i)
{
    const char *name = menu->items[i].name;
    size_t size = 1;

    for (size_t k = 0; k < menu->count; k++) {
        const char *other = menu->items[k].name;
        size_t same = 0;

        if (k == i)
            continue;
        while (name[same] && name[same] == other[same])
            same++;
        if (same + 1 > size)
            size = same + 1;
    }
    return size <= strlen(name) ? size : 0;
}

/* Could it be typed, and would it mean the item? */
static bool is_key(const char *name, size_t size)
{
    if (size == 0 || size > LONGEST_KEY || name[0] == '-' ||
        isdigit((unsigned char)name[0]))
        return false;
    for (size_t i = 0; i < size; i++)
        if ((unsigned char)name[i] >= 0x80 || name[i] == ',' ||
            isspace((unsigned char)name[i]))
            return false;
    return size > 1 || (name[0] != '*' && name[0] != '?');
}

static void put_name(const struct cli_menu *menu, size_t i, bool has_keys)
{
    const struct qn_patch_colors *colors = &menu->dialogue->colors;
    const char *name = menu->items[i].name;
    size_t size = has_keys ? key_size(menu, i) : 0;
    bool has_color = *colors->prompt != 0;

    if (!is_key(name, size))
        cli_puts(menu->cli, name);
    else
        cli_printf(menu->cli, "%s%.*s%s%s", has_color ? colors->prompt : "[",
                   (int)size, name, has_color ? colors->reset : "]",
                   name + size);
}

static const char *count_text(const struct cli_menu_counts *counts,
                              const char *none, char *room, size_t size)
{
    if (!counts->is_there)
        return none;
    if (counts->is_binary)
        return "binary";
    snprintf(room, size, "+%zu/-%zu", counts->added, counts->removed);
    return room;
}

static void put_item(const struct cli_menu *menu, size_t i, bool has_keys)
{
    const struct cli_menu_item *item = &menu->items[i];
    char staged[64], unstaged[64];

    cli_printf(menu->cli, "%c%2zu: ", item->is_chosen ? '*' : ' ', i + 1);
    if (!item->is_plain)
        cli_printf(
            menu->cli, "%12s %12s ",
            count_text(&item->staged, "unchanged", staged, sizeof(staged)),
            count_text(&item->unstaged, "nothing", unstaged, sizeof(unstaged)));
    put_name(menu, i, has_keys);
}

static void put_heading(const struct cli_menu *menu, const char *text)
{
    const struct qn_patch_colors *colors = &menu->dialogue->colors;

    cli_printf(menu->cli, "%s%s%s\n", colors->header, text, colors->reset);
}

void cli_menu_show(const struct cli_menu *menu, bool has_keys)
{
    if (menu->count)
        put_heading(menu, "           staged     unstaged path");
    for (size_t i = 0; i < menu->count; i++) {
        put_item(menu, i, has_keys);
        cli_put(menu->cli, '\n');
    }
}

static void put_help(const struct cli_menu *menu, bool is_single)
{
    static const char *const single[] = {
        "Prompt help:", "1          - select a numbered item",
        "foo        - select item based on unique prefix",
        "           - (empty) select nothing"};
    static const char *const several[] = {
        "Prompt help:",
        "1          - select a single item",
        "3-5        - select a range of items",
        "2-3,6-9    - select multiple ranges",
        "foo        - select item based on unique prefix",
        "-...       - unselect specified items",
        "*          - choose all items",
        "           - (empty) finish selecting"};
    const struct qn_patch_colors *colors = &menu->dialogue->colors;
    const char *const *lines = is_single ? single : several;
    size_t count = is_single ? QN_COUNT_OF(single) : QN_COUNT_OF(several);

    for (size_t i = 0; i < count; i++)
        cli_printf(menu->cli, "%s%s%s\n", colors->help, lines[i],
                   colors->reset);
}

/* The item that is meant by a beginning of its name. */
static size_t find_item(const struct cli_menu *menu, const char *word)
{
    size_t size = strlen(word), found = NONE;

    for (size_t i = 0; i < menu->count; i++) {
        if (strcmp(menu->items[i].name, word) == 0)
            return i;
        if (strncmp(menu->items[i].name, word, size) == 0) {
            if (found != NONE)
                return NONE;
            found = i;
        }
    }
    return found;
}

/* First and end of what a word means; first NONE: nothing. */
static void find_range(const struct cli_menu *menu, const char *word,
                       bool is_single, size_t *first, size_t *end)
{
    char *rest;

    *first = NONE;
    *end = 0;
    if (strcmp(word, "*") == 0) {
        *first = is_single ? NONE : 0;
        *end = menu->count;
        return;
    }
    if (!isdigit((unsigned char)word[0])) {
        *first = find_item(menu, word);
        *end = *first + 1;
        return;
    }
    *first = strtoul(word, &rest, 10) - 1;
    *end = *first + 1;
    if (*rest == '-') {
        *end = rest[1] ? strtoul(rest + 1, &rest, 10) : menu->count;
        if (is_single || (*rest && *rest != '-'))
            *first = NONE;
    } else if (*rest) {
        *end = menu->count;
    }
    if (*end > menu->count)
        *end = menu->count;
    if (*first >= menu->count)
        *first = NONE;
}

/* Obey one line.  `*picked`: of a list that gives one. */
static void obey(struct cli_menu *menu, char *line, bool is_single,
                 size_t *picked, bool *is_all)
{
    const struct qn_patch_colors *colors = &menu->dialogue->colors;
    char *word;

    for (word = strtok(line, " \t,"); word; word = strtok(NULL, " \t,")) {
        bool is_chosen = word[0] != '-';
        size_t first, end;

        word += !is_chosen;
        if (!*word)
            continue;
        find_range(menu, word, is_single, &first, &end);
        if (first == NONE) {
            cli_stderr(menu->cli, "%sHuh (%s)?%s\n", colors->error, word,
                       colors->reset);
            continue;
        }
        if (is_single)
            *picked = first;
        if (!is_single && is_chosen && strcmp(word, "*") == 0)
            *is_all = true;
        for (; !is_single && first < end; first++)
            menu->items[first].is_chosen = is_chosen;
    }
}

/* A line; false at the end. */
static bool ask(const struct cli_menu *menu, const char *prompt,
                const char *mark, struct qn_buf *answer)
{
    const struct qn_patch_colors *colors = &menu->dialogue->colors;

    cli_printf(menu->cli, "%s%s%s%s ", colors->prompt, prompt,
               *colors->prompt ? colors->reset : "", mark);
    return cli_dialogue_line(menu->cli, answer);
}

static size_t count_chosen(const struct cli_menu *menu)
{
    size_t count = 0;

    for (size_t i = 0; i < menu->count; i++)
        count += menu->items[i].is_chosen;
    return count;
}

size_t cli_menu_choose(struct cli_menu *menu, const char *prompt,
                       bool is_immediate)
{
    struct qn_buf answer = QN_BUF_INIT;
    size_t unused = NONE;
    bool is_all = false;

    do {
        cli_menu_show(menu, true);
        if (!ask(menu, prompt, ">>", &answer)) {
            cli_put(menu->cli, '\n');
            for (size_t i = 0; i < menu->count; i++)
                menu->items[i].is_chosen = false;
            break;
        }
        if (answer.size == 0)
            break;
        if (qn_bytes_is_string(qn_buf_bytes(&answer), "?"))
            put_help(menu, false);
        else
            obey(menu, (char *)answer.data, false, &unused, &is_all);
    } while (!is_all && !(is_immediate && count_chosen(menu)));
    qn_buf_dispose(&answer);
    return count_chosen(menu);
}

size_t cli_menu_pick(struct cli_menu *menu, const char *heading,
                     const char *prompt, bool *is_end)
{
    struct qn_buf answer = QN_BUF_INIT;
    size_t picked = NONE;
    bool unused = false;

    put_heading(menu, heading);
    for (size_t i = 0; i < menu->count; i++) {
        put_item(menu, i, true);
        cli_put(menu->cli,
                (i + 1) % COLUMNS && i + 1 < menu->count ? '\t' : '\n');
    }
    *is_end = !ask(menu, prompt, ">", &answer);
    if (qn_bytes_is_string(qn_buf_bytes(&answer), "?"))
        put_help(menu, true);
    else if (!*is_end && answer.size)
        obey(menu, (char *)answer.data, true, &picked, &unused);
    qn_buf_dispose(&answer);
    return picked == NONE ? menu->count : picked;
}
