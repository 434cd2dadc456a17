/* SPDX-License-Identifier: MIT */
#include "cli/options.h"

#include "cli/cli.h"
#include "cli/completion_words.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

#define DASHES_PRINTED ((size_t)1 << 30)

/* One run of the parser. */
struct parse {
    struct cli *cli;
    const struct cli_option *options;
    const char *const *usage;
    unsigned flags;
    char **argv;
    int argc;
    int next;                      /* the word looked at */
    int kept;                      /* words moved to the front */
    const struct cli_option *mode; /* the CLI_KIND_MODE option given */
    bool mode_was_short;
};

void cli_list_add(struct cli *cli, struct cli_list *list, const char *item)
{
    cli_check(cli, qn_memory_grow(cli->ctx, &list->items, &list->capacity,
                                  list->count + 1, sizeof(*list->items)));
    list->items[list->count++] = item;
}

/* "option `name'" or "switch `c'", as messages call it. */
static const char *describe(const struct cli_option *option, bool is_short,
                            bool is_negated, char *text, size_t size)
{
    if (is_short)
        snprintf(text, size, "switch `%c'", option->short_name);
    else if (is_negated && strncmp(option->long_name, "no-", 3) == 0)
        snprintf(text, size, "option `%s'", option->long_name + 3);
    else
        snprintf(text, size, "option `%s%s'", is_negated ? "no-" : "",
                 option->long_name);
    return text;
}

static void stop(struct parse *parse)
{
    if (parse->cli->help_is_page)
        cli_exit(parse->cli, 0);
    cli_exit(parse->cli, CLI_EXIT_USAGE);
}

static bool takes_argument(const struct cli_option *option)
{
    switch (option->kind) {
    case CLI_KIND_INTEGER:
    case CLI_KIND_UNSIGNED:
    case CLI_KIND_STRING:
    case CLI_KIND_FILE:
    case CLI_KIND_LIST:
    case CLI_KIND_ABBREV:
        return true;
    case CLI_KIND_CALLBACK:
        return !(option->flags & CLI_OPTION_NO_ARGUMENT);
    default:
        return false;
    }
}

static void set_integer(struct parse *parse, const struct cli_option *option,
                        const char *argument, bool is_short)
{
    char name[160];
    int64_t value = 0;
    bool is_unsigned = option->kind == CLI_KIND_UNSIGNED;

    describe(option, is_short, false, name, sizeof(name));
    if (!*argument) {
        cli_error(parse->cli, "%s expects a numerical value", name);
        stop(parse);
    }
    if (!qn_config_parse_int64(argument, &value) ||
        (is_unsigned && value < 0)) {
        cli_error(parse->cli,
                  is_unsigned ? "%s expects a non-negative integer value with "
                                "an optional k/m/g suffix"
                              : "%s expects an integer value with an optional "
                                "k/m/g suffix",
                  name);
        stop(parse);
    }
    if (is_unsigned) {
        *(uint64_t *)option->value = (uint64_t)value;
    } else if (value < INT_MIN || value > INT_MAX) {
        cli_error(parse->cli, "value %s for %s not in range [%d,%d]", argument,
                  name, INT_MIN, INT_MAX);
        stop(parse);
    } else {
        *(int *)option->value = (int)value;
    }
}

static void set_abbrev(struct parse *parse, const struct cli_option *option,
                       const char *argument, bool is_negated)
{
    char *end = NULL;
    long value = -1;

    if (is_negated) {
        value = 0;
    } else if (argument) {
        value = strtol(argument, &end, 10);
        if (*end || !*argument) {
            cli_error(parse->cli, "option `%s' expects a numerical value",
                      option->long_name);
            stop(parse);
        }
        if (value != 0 && value < 4)
            value = 4;
        if (value > QN_ID_MAX_HEX_SIZE)
            value = QN_ID_MAX_HEX_SIZE;
    }
    *(int *)option->value = (int)value;
}

static void set_mode(struct parse *parse, const struct cli_option *option,
                     bool is_short)
{
    char one[80];
    char two[80];

    if (parse->mode && parse->mode->number != option->number) {
        const struct cli_option *old = parse->mode;

        if (is_short)
            snprintf(one, sizeof(one), "-%c", option->short_name);
        else
            snprintf(one, sizeof(one), "--%s", option->long_name);
        if (parse->mode_was_short)
            snprintf(two, sizeof(two), "-%c", old->short_name);
        else
            snprintf(two, sizeof(two), "--%s", old->long_name);
        cli_error(parse->cli, "options '%s' and '%s' cannot be used together",
                  one, two);
        stop(parse);
    }
    parse->mode = option;
    parse->mode_was_short = is_short;
    *(int *)option->value = (int)option->number;
}

static void set_verbosity(const struct cli_option *option, bool is_negated)
{
    int *value = option->value;

    if (is_negated)
        *value = 0;
    else if (option->number > 0)
        *value = *value >= 0 ? *value + 1 : 1;
    else
        *value = *value <= 0 ? *value - 1 : -1;
}

static void set_value(struct parse *parse, const struct cli_option *option,
                      const char *argument, bool is_negated, bool is_short)
{
    unsigned *bits = option->value;
    struct cli_list *list = option->value;

    switch (option->kind) {
    case CLI_KIND_FLAG:
        *(bool *)option->value = !is_negated;
        break;
    case CLI_KIND_COUNTER:
        *(int *)option->value = is_negated ? 0 : *(int *)option->value + 1;
        break;
    case CLI_KIND_SET:
        *(int *)option->value = is_negated ? 0 : (int)option->number;
        break;
    case CLI_KIND_BIT:
    case CLI_KIND_NEGATIVE_BIT:
        if (is_negated == (option->kind == CLI_KIND_BIT))
            *bits &= ~(unsigned)option->number;
        else
            *bits |= (unsigned)option->number;
        break;
    case CLI_KIND_MODE:
        set_mode(parse, option, is_short);
        break;
    case CLI_KIND_INTEGER:
        if (is_negated)
            *(int *)option->value = 0;
        else if (!argument)
            *(int *)option->value = (int)option->number;
        else
            set_integer(parse, option, argument, is_short);
        break;
    case CLI_KIND_UNSIGNED:
        if (is_negated)
            *(uint64_t *)option->value = 0;
        else
            set_integer(parse, option, argument, is_short);
        break;
    case CLI_KIND_FILE:
        if (is_negated)
            break; /* accepted, without effect */
        *(const char **)option->value = argument ? argument : "";
        break;
    case CLI_KIND_STRING:
        *(const char **)option->value = is_negated ? NULL
                                        : argument ? argument
                                                   : "";
        break;
    case CLI_KIND_LIST:
        if (is_negated) {
            list->count = 0;
            list->was_reset = true;
        } else {
            cli_list_add(parse->cli, list, argument ? argument : "");
        }
        break;
    case CLI_KIND_ABBREV:
        set_abbrev(parse, option, argument, is_negated);
        break;
    case CLI_KIND_VERBOSITY:
        set_verbosity(option, is_negated);
        break;
    case CLI_KIND_CALLBACK:
        if (option->callback(parse->cli, option, argument, is_negated) != 0)
            stop(parse);
        break;
    case CLI_KIND_REFUSED:
        if (is_negated)
            break; /* what is not there is off */
        if (is_short)
            cli_fatal(parse->cli, "option `-%c' is not supported yet",
                      option->short_name);
        else
            cli_fatal(parse->cli, "option `--%s' is not supported yet",
                      option->long_name);
        cli_exit(parse->cli, CLI_EXIT_FATAL);
        break;
    default:
        break;
    }
}

/* `stuck`: what stands behind "=" or the letter, or NULL. */
static void take_option(struct parse *parse, const struct cli_option *option,
                        const char *stuck, bool is_negated, bool is_short)
{
    const char *argument = stuck;
    char name[160];

    if (is_negated || !takes_argument(option)) {
        if (stuck && !is_short && option->kind != CLI_KIND_REFUSED) {
            cli_error(
                parse->cli, "%s takes no value",
                describe(option, is_short, is_negated, name, sizeof(name)));
            stop(parse);
        }
        set_value(parse, option, NULL, is_negated, is_short);
        return;
    }
    if (!argument && !(option->flags & CLI_OPTION_OPTIONAL)) {
        if (parse->next + 1 < parse->argc) {
            argument = parse->argv[++parse->next];
        } else if (!(option->flags & CLI_OPTION_LAST_ARGUMENT)) {
            cli_error(parse->cli, "%s requires a value",
                      describe(option, is_short, false, name, sizeof(name)));
            stop(parse);
        }
    }
    set_value(parse, option, argument, false, is_short);
}

static void unknown(struct parse *parse, const char *word, const char *letter)
{
    const struct cli_command *command =
        parse->cli->command ? cli_find_command(parse->cli->command) : NULL;

    if (command && strcmp(command->name, "diff") == 0)
        cli_error(parse->cli, "invalid option: %s", parse->argv[parse->next]);
    else if (command && (strncmp(command->name, "diff-", 5) == 0 ||
                         strcmp(command->name, "index-pack") == 0))
        ; /* Git shows the usage and no more */
    else if (command && strcmp(command->name, "update-index") == 0)
        cli_error(parse->cli, "unknown %s '%.*s'", letter ? "switch" : "option",
                  letter ? 1 : (int)strlen(word), letter ? letter : word + 2);
    else if (!letter)
        cli_error(parse->cli, "unknown option `%s'", word + 2);
    else if ((unsigned char)*letter < 0x80)
        cli_error(parse->cli, "unknown switch `%c'", *letter);
    else
        cli_error(parse->cli, "unknown non-ascii option in string: `%s'", word);
    cli_print_options(parse->cli, true, parse->usage, parse->options, false);
    stop(parse);
}

/* -------------------------------------------------------------- long options
 */

struct match {
    const struct cli_option *option;
    bool is_negated;
    const char *value; /* behind "=", or NULL */
};

static bool is_same_option(const struct match *a, const struct match *b)
{
    return a->option == b->option ||
           (a->is_negated == b->is_negated &&
            a->option->kind == b->option->kind && a->option->value &&
            a->option->value == b->option->value &&
            a->option->callback == b->option->callback &&
            a->option->number == b->option->number);
}

/* Does `word` (`size` bytes, no "=") spell option `name`?  2: wholly, 1: the
 * beginning of it. */
static int spells(const char *name, const char *word, size_t size)
{
    if (strncmp(name, word, size) != 0)
        return 0;
    return name[size] == '\0' ? 2 : 1;
}

/* The best way to read `word` as `option`: plain, negated, or not at all. */
static int match_option(const struct cli_option *option, const char *word,
                        size_t size, bool *is_negated)
{
    const char *name = option->long_name;
    bool can_negate = !(option->flags & CLI_OPTION_NO_NEGATE);
    bool starts_no = strncmp(name, "no-", 3) == 0;
    int found = spells(name, word, size);

    *is_negated = false;
    if (found == 2 || !can_negate)
        return found;
    if (starts_no) {
        int other = spells(name + 3, word, size);

        if (!other && size > 3 && strncmp(word, "no-", 3) == 0)
            other = spells(name, word + 3, size - 3);
        if (other > found) {
            *is_negated = true;
            return other;
        }
        return found;
    }
    if (size > 3 && strncmp(word, "no-", 3) == 0) {
        int other = spells(name, word + 3, size - 3);

        if (other > found) {
            *is_negated = true;
            return other;
        }
    } else if (!found && size <= 3 && strncmp("no-", word, size) == 0) {
        *is_negated = true; /* "--no": the beginning of "--no-<name>" */
        return 1;
    }
    return found;
}

static void take_long(struct parse *parse, const char *word)
{
    const char *text = word + 2;
    const char *equals = strchr(text, '=');
    size_t size = equals ? (size_t)(equals - text) : strlen(text);
    const struct cli_option *option;
    struct match best = {NULL, false, NULL};
    struct match second = {NULL, false, NULL};

    for (option = parse->options; option->kind; option++) {
        struct match match = {option, false, equals ? equals + 1 : NULL};
        int found;

        if (!option->long_name)
            continue;
        found = match_option(option, text, size, &match.is_negated);
        if (found == 1 && ((option->flags & CLI_OPTION_OWN) ||
                           (parse->flags & CLI_PARSE_KEEP_UNKNOWN)))
            continue;
        if (found == 2) {
            best = match;
            second.option = NULL;
            break;
        }
        if (found == 0)
            continue;
        /* Git names the last two that fit. */
        if (best.option && !is_same_option(&best, &match))
            second = best;
        best = match;
    }
    if (second.option) {
        cli_error(parse->cli,
                  "ambiguous option: %s (could be --%s%s or --%s%s)", text,
                  second.is_negated ? "no-" : "", second.option->long_name,
                  best.is_negated ? "no-" : "", best.option->long_name);
        cli_print_options(parse->cli, true, parse->usage, parse->options,
                          false);
        stop(parse);
    }
    if (!best.option) {
        if (parse->flags & CLI_PARSE_KEEP_UNKNOWN) {
            parse->argv[parse->kept++] = parse->argv[parse->next];
            return;
        }
        unknown(parse, word, NULL);
    }
    take_option(parse, best.option, best.value, best.is_negated, false);
}

/* ------------------------------------------------------------- short options
 */

static const struct cli_option *find_short(const struct parse *parse, char c)
{
    const struct cli_option *option;

    for (option = parse->options; option->kind; option++)
        if (option->short_name == c && c)
            return option;
    return NULL;
}

static const struct cli_option *find_number(const struct parse *parse)
{
    const struct cli_option *option;

    for (option = parse->options; option->kind; option++)
        if (option->kind == CLI_KIND_NUMBER)
            return option;
    return NULL;
}

/* "-amend": a long option with one dash. */
static void check_typo(struct parse *parse, const char *word)
{
    const struct cli_option *option;
    size_t size = strlen(word + 1);

    if (size < 3)
        return;
    for (option = parse->options; option->kind; option++) {
        bool fits = option->long_name &&
                    strncmp(option->long_name, word + 1, size) == 0;

        if (!fits && strncmp(word + 1, "no-", 3) == 0 && option->long_name &&
            size > 3)
            fits = strncmp(option->long_name, word + 4, size - 3) == 0;
        if (!fits)
            continue;
        cli_error(parse->cli, "did you mean `-%s` (with two dashes)?", word);
        stop(parse);
    }
}

static void print_help(struct parse *parse, bool with_hidden)
{
    cli_print_options(parse->cli, false, parse->usage, parse->options,
                      with_hidden);
    stop(parse);
}

static void take_short(struct parse *parse, const char *word)
{
    const char *letter = word + 1;
    bool has_help = !(parse->flags & CLI_PARSE_NO_HELP);

    while (*letter) {
        const struct cli_option *option = find_short(parse, *letter);
        const char *rest = letter + 1;

        if (!option && *letter >= '0' && *letter <= '9' && find_number(parse)) {
            char *end = NULL;

            option = find_number(parse);
            *(int *)option->value = (int)strtol(letter, &end, 10);
            letter = end;
            continue;
        }
        /* Alone it asks for help even where it means something else, too. */
        if (*letter == 'h' && has_help &&
            (!option || (parse->argc == 2 && !word[2])))
            print_help(parse, false);
        if (letter == word + 1 && rest[0])
            check_typo(parse, word);
        if (!option) {
            if ((parse->flags & CLI_PARSE_KEEP_UNKNOWN) && letter == word + 1) {
                parse->argv[parse->kept++] = parse->argv[parse->next];
                return;
            }
            unknown(parse, word, letter);
            return;
        }
        if (takes_argument(option) && *rest) {
            take_option(parse, option, rest, false, true);
            return;
        }
        take_option(parse, option, NULL, false, true);
        letter = rest;
    }
}

/* ---------------------------------------------------------------- completion
 */

static bool is_listed(const struct cli_option *option, bool all)
{
    return option->long_name &&
           !(option->flags & (CLI_OPTION_OWN | CLI_OPTION_UNLISTED)) &&
           (all ||
            !(option->flags & (CLI_OPTION_HIDDEN | CLI_OPTION_NO_COMPLETION)));
}

/* The opposites of "no-x" options first, then, behind the first word of all,
 * "--" and the "--no-x". */
static void print_negated(struct parse *parse, bool all, bool starts_no,
                          size_t *printed)
{
    const struct cli_option *option;

    for (option = parse->options; option->kind; option++) {
        bool is_no =
            option->long_name && strncmp(option->long_name, "no-", 3) == 0;

        if (!is_listed(option, all) || is_no != starts_no)
            continue;
        if (option->flags & CLI_OPTION_NO_NEGATE) {
            *printed += is_no;
            continue;
        }
        if (starts_no) {
            cli_printf(parse->cli, " --%s", option->long_name + 3);
            ++*printed;
            continue;
        }
        if (*printed > 0 && !(*printed & DASHES_PRINTED)) {
            cli_puts(parse->cli, " --");
            *printed |= DASHES_PRINTED;
        }
        cli_printf(parse->cli, " --no-%s", option->long_name);
        ++*printed;
    }
}

static void print_completion(struct parse *parse, bool all)
{
    const struct cli_option *option;
    size_t printed = 0;

    for (option = parse->options; option->kind; option++) {
        bool wants =
            (takes_argument(option) ||
             (option->kind == CLI_KIND_REFUSED && option->argument)) &&
            !(option->flags & (CLI_OPTION_OPTIONAL | CLI_OPTION_LAST_ARGUMENT |
                               CLI_OPTION_COMPLETE_BARE));

        if (!is_listed(option, all) ||
            (!all && (option->flags & CLI_OPTION_ALIAS)))
            continue;
        cli_printf(parse->cli, "%s--%s%s", option == parse->options ? "" : " ",
                   option->long_name, wants ? "=" : "");
    }
    print_negated(parse, all, true, &printed);
    print_negated(parse, all, false, &printed);
    cli_put(parse->cli, '\n');
    cli_exit(parse->cli, 0);
}

/* For our own scripts (completion_words.h): all that are to be seen, with what
 * they do. */
static void print_candidates(struct parse *parse)
{
    const struct cli_option *option;
    char text[160];

    for (option = parse->options; option->kind; option++) {
        bool wants =
            takes_argument(option) &&
            !(option->flags & (CLI_OPTION_OPTIONAL | CLI_OPTION_LAST_ARGUMENT));

        if ((option->flags & CLI_OPTION_HIDDEN) ||
            option->kind == CLI_KIND_REFUSED)
            continue;
        if (option->long_name) {
            snprintf(text, sizeof(text), "--%s%s", option->long_name,
                     wants ? "=" : "");
            cli_completion_put(parse->cli, text, option->help);
        } else if (option->short_name) {
            snprintf(text, sizeof(text), "-%c", option->short_name);
            cli_completion_put(parse->cli, text, option->help);
        }
        if (!option->long_name || (option->flags & CLI_OPTION_NO_NEGATE) ||
            strncmp(parse->cli->completes, "--no", 4) != 0)
            continue;
        if (strncmp(option->long_name, "no-", 3) == 0)
            snprintf(text, sizeof(text), "--%s", option->long_name + 3);
        else
            snprintf(text, sizeof(text), "--no-%s", option->long_name);
        cli_completion_put(parse->cli, text, NULL);
    }
    cli_exit(parse->cli, 0);
}

static bool take_special(struct parse *parse, const char *word)
{
    if (parse->cli->completes && strcmp(word, CLI_COMPLETION_WORD) == 0) {
        if (*parse->cli->completes)
            print_candidates(parse);
        cli_exit(parse->cli, 0);
    }
    if (strcmp(word, "--help-all") == 0 && !(parse->flags & CLI_PARSE_NO_HELP))
        print_help(parse, true);
    if (parse->argc == 2 && strcmp(word, "--git-completion-helper") == 0)
        print_completion(parse, false);
    if (parse->argc == 2 && strcmp(word, "--git-completion-helper-all") == 0)
        print_completion(parse, true);
    return false;
}

int cli_parse(struct cli *cli, int argc, char **argv,
              const struct cli_option *options, const char *const *usage,
              unsigned flags)
{
    struct parse parse = {cli,  options, usage, flags, argv,
                          argc, 1,       0,     NULL,  false};

    for (; parse.next < argc; parse.next++) {
        const char *word = argv[parse.next];

        if (word[0] != '-' || word[1] == '\0') {
            if (flags & CLI_PARSE_STOP_AT_ARGUMENT)
                break;
            argv[parse.kept++] = argv[parse.next];
            continue;
        }
        if (strcmp(word, "--") == 0) {
            if (!(flags & CLI_PARSE_KEEP_DASHDASH))
                parse.next++;
            break;
        }
        if (strcmp(word, "--end-of-options") == 0) {
            if (!(flags & CLI_PARSE_KEEP_UNKNOWN))
                parse.next++;
            break;
        }
        take_special(&parse, word);
        if (word[1] == '-')
            take_long(&parse, word);
        else
            take_short(&parse, word);
    }
    while (parse.next < argc)
        argv[parse.kept++] = argv[parse.next++];
    argv[parse.kept] = NULL;
    return parse.kept;
}
