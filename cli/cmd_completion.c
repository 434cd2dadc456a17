/* SPDX-License-Identifier: MIT */
/* completion: scripts that make shells complete.  Not one of Git's.
 *
 * The scripts hold no lists: they ask the program what the word could become
 * (completion_words.h), whose answers are made from the option tables. */
#include "cli/cli.h"
#include "cli/completion_words.h"

#include <string.h>

static const char *const usage[] = {"quoin completion (bash | zsh | fish)",
                                    "quoin completion words [<word>...]", NULL};

static const char bash_text[] =
    "# bash: eval \"$(quoin completion bash)\"\n"
    "_quoin_complete() {\n"
    "    local current=${COMP_WORDS[COMP_CWORD]} line word\n"
    "    COMPREPLY=()\n"
    "    while IFS= read -r line; do\n"
    "        word=${line%%$'\\t'*}\n"
    "        if [ \"$word\" = :files ]; then\n"
    "            compopt -o filenames 2>/dev/null\n"
    "            while IFS= read -r line; do COMPREPLY+=(\"$line\"); done \\\n"
    "                < <(compgen -f -- \"$current\")\n"
    "        else\n"
    "            COMPREPLY+=(\"$word\")\n"
    "        fi\n"
    "    done < <(\"${COMP_WORDS[0]}\" completion words -- \\\n"
    "        \"${COMP_WORDS[@]:1:COMP_CWORD}\" 2>/dev/null)\n"
    "    [[ ${#COMPREPLY[@]} == 1 && ${COMPREPLY[0]} == *= ]] &&\n"
    "        compopt -o nospace 2>/dev/null\n"
    "    return 0\n"
    "}\n"
    "complete -F _quoin_complete quoin\n";

static const char zsh_text[] =
    "#compdef quoin\n"
    "# zsh: eval \"$(quoin completion zsh)\", behind compinit\n"
    "_quoin() {\n"
    "    local line word files=\n"
    "    local -a names shown open open_shown\n"
    "    for line in ${(f)\"$($words[1] completion words -- "
    "\"${(@)words[2,CURRENT]}\" 2>/dev/null)\"}; do\n"
    "        word=${line%%$'\\t'*}\n"
    "        line=${line/$'\\t'/  -- }\n"
    "        case $word in\n"
    "        :files) files=1 ;;\n"
    "        *=) open+=($word); open_shown+=($line) ;;\n"
    "        *) names+=($word); shown+=($line) ;;\n"
    "        esac\n"
    "    done\n"
    "    (( $#names )) && compadd -l -d shown -a names\n"
    "    (( $#open )) && compadd -l -S '' -d open_shown -a open\n"
    "    [[ -n $files ]] && _files\n"
    "    return 0\n"
    "}\n"
    "if [[ $funcstack[1] == _quoin ]]; then\n"
    "    _quoin \"$@\"\n" /* autoloaded from a file of that name */
    "else\n"
    "    (( $+functions[compdef] )) && compdef _quoin quoin\n"
    "fi\n";

static const char fish_text[] =
    "# fish: quoin completion fish | source\n"
    "function __quoin_words\n"
    "    set -l typed (commandline -opc)\n"
    "    set -l current (commandline -ct)\n"
    "    $typed[1] completion words -- $typed[2..-1] \"$current\" "
    "2>/dev/null\n"
    "end\n"
    "function __quoin_wants_files\n"
    "    __quoin_words | string match -q ':files'\n"
    "end\n"
    "complete -c quoin -f\n"
    "complete -c quoin -f -a '(__quoin_words | string match -v \":files\")'\n"
    "complete -c quoin -n __quoin_wants_files -F\n";

int cmd_completion(struct cli *cli, int argc, char **argv)
{
    static const struct cli_option options[] = {CLI_END};
    static const struct {
        const char *name, *text;
    } shells[] = {{"bash", bash_text}, {"zsh", zsh_text}, {"fish", fish_text}};
    size_t i;

    if (argc > 1 && strcmp(argv[1], "words") == 0) {
        int first = argc > 2 && strcmp(argv[2], "--") == 0 ? 3 : 2;

        return cli_completion_words(cli, argc - first, argv + first);
    }
    argc = cli_parse(cli, argc, argv, options, usage, 0);
    for (i = 0; argc == 1 && i < QN_COUNT_OF(shells); i++)
        if (strcmp(argv[0], shells[i].name) == 0) {
            cli_puts(cli, shells[i].text);
            return 0;
        }
    cli_usage(cli, usage, options);
    return CLI_EXIT_USAGE;
}
