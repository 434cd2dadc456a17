/* SPDX-License-Identifier: MIT */
/* Lists to choose from, by number, range or unique beginning; git-add(1)
 * "INTERACTIVE MODE". */
#ifndef QUOIN_CLI_ADD_MENU_H
#define QUOIN_CLI_ADD_MENU_H

#include "cli/patching.h"

struct cli_menu_counts {
    size_t added, removed;
    bool is_there, is_binary;
};

struct cli_menu_item {
    char *name;
    struct cli_menu_counts staged, unstaged;
    bool is_plain; /* shown without counts */
    bool is_unmerged;
    bool is_chosen;
};

struct cli_menu {
    struct cli *cli;
    const struct cli_dialogue *dialogue;
    struct cli_menu_item *items;
    size_t count, capacity;
};

/* The item is the menu's, and moves when another is added. */
struct cli_menu_item *cli_menu_add(struct cli *cli, struct cli_menu *menu,
                                   struct qn_bytes name);
void cli_menu_clear(struct cli_menu *menu);
/* Nothing for an empty menu.  `has_keys`: the letters that are enough are
 * marked. */
void cli_menu_show(const struct cli_menu *menu, bool has_keys);
/* Ask until the answer is empty (`is_immediate`: until there is any); how many
 * are chosen. */
size_t cli_menu_choose(struct cli_menu *menu, const char *prompt,
                       bool is_immediate);
/* One item of a list in columns; the count: none. */
size_t cli_menu_pick(struct cli_menu *menu, const char *heading,
                     const char *prompt, bool *is_end);

#endif
