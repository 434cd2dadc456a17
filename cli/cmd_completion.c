/* SPDX-License-Identifier: MIT */
/* completion: scripts that make shells complete.  Not one of Git's.
 *
 * The scripts hold no lists: they ask the program itself (--list-cmds,
 * <command> --git-completion-helper), whose answers are made from the option
 * tables, so that they are never behind. */
#include "cli/cli.h"

#include <string.h>

static const char *const usage[] = {"quoin completion (bash | zsh | fish)",
                                    NULL};

static const char bash_text[] =
    "# bash: eval \"$(quoin completion bash)\"\n"
    "_quoin_complete() {\n"
    "    local program=${COMP_WORDS[0]} current=${COMP_WORDS[COMP_CWORD]}\n"
    "    local command= sub= i words\n"
    "    for ((i = 1; i < COMP_CWORD; i++)); do\n"
    "        case ${COMP_WORDS[i]} in\n"
    "        -C | -c | --git-dir | --work-tree) ((i++)) ;;\n"
    "        -*) ;;\n"
    "        *)\n"
    "            if [ -z \"$command\" ]; then command=${COMP_WORDS[i]}\n"
    "            elif [ -z \"$sub\" ]; then sub=${COMP_WORDS[i]}; fi\n"
    "            ;;\n"
    "        esac\n"
    "    done\n"
    "    if [ -z \"$command\" ]; then\n"
    "        words=$(\"$program\" "
    "--list-cmds=builtins,others,nohelpers,alias 2>/dev/null)\n"
    "    elif [[ $current == -* ]]; then\n"
    "        words=$(\"$program\" \"$command\" $sub --git-completion-helper "
    "2>/dev/null)\n"
    "        case $words in *--*) ;; *) words=$(\"$program\" \"$command\" "
    "--git-completion-helper 2>/dev/null) ;; esac\n"
    "    else\n"
    "        words=$(\"$program\" \"$command\" --git-completion-helper "
    "2>/dev/null | tr ' ' '\\n' | grep -v '^-')\n"
    "        [ -n \"$words\" ] && [ -z \"$sub\" ] ||\n"
    "            words=$(\"$program\" for-each-ref "
    "--format='%(refname:short)' refs/heads refs/tags refs/remotes "
    "2>/dev/null)\n"
    "    fi\n"
    "    COMPREPLY=($(compgen -W \"$words\" -- \"$current\"))\n"
    "    [[ $current == -* ]] || [ -z \"$command\" ] ||\n"
    "        COMPREPLY+=($(compgen -f -- \"$current\"))\n"
    "}\n"
    "complete -o bashdefault -o default -F _quoin_complete quoin\n";

static const char zsh_text[] =
    "#compdef quoin\n"
    "# zsh: eval \"$(quoin completion zsh)\"\n"
    "_quoin() {\n"
    "    local program=$words[1] command= word\n"
    "    local -a choices\n"
    "    for word in ${words[2,CURRENT-1]}; do\n"
    "        [[ $word == -* ]] || { command=$word; break; }\n"
    "    done\n"
    "    if [[ -z $command ]]; then\n"
    "        choices=(${(f)\"$($program "
    "--list-cmds=builtins,others,nohelpers,alias 2>/dev/null)\"})\n"
    "    elif [[ $words[CURRENT] == -* ]]; then\n"
    "        choices=(${=\"$($program $command --git-completion-helper "
    "2>/dev/null)\"})\n"
    "    else\n"
    "        choices=(${(f)\"$($program for-each-ref "
    "--format='%(refname:short)' refs/heads refs/tags refs/remotes "
    "2>/dev/null)\"})\n"
    "        _files\n"
    "    fi\n"
    "    compadd -- $choices\n"
    "}\n"
    "(( $+functions[compdef] )) && compdef _quoin quoin\n";

static const char fish_text[] =
    "# fish: quoin completion fish | source\n"
    "function __quoin_command\n"
    "    for word in (commandline -opc)[2..-1]\n"
    "        string match -qr '^-' -- $word; or begin; echo $word; return; "
    "end\n"
    "    end\n"
    "end\n"
    "function __quoin_options\n"
    "    set -l command (__quoin_command)\n"
    "    test -n \"$command\"; and quoin $command --git-completion-helper "
    "2>/dev/null | string split ' ' | string match -v -- '--'\n"
    "end\n"
    "complete -c quoin -n 'test -z (__quoin_command)' -f -a '(quoin "
    "--list-cmds=builtins,others,nohelpers,alias 2>/dev/null)'\n"
    "complete -c quoin -n 'test -n (__quoin_command)' -a '(__quoin_options)'\n"
    "complete -c quoin -n 'test -n (__quoin_command)' -a '(quoin for-each-ref "
    "--format=\"%(refname:short)\" refs/heads refs/tags refs/remotes "
    "2>/dev/null)'\n";

int cmd_completion(struct cli *cli, int argc, char **argv)
{
    static const struct cli_option options[] = {CLI_END};
    static const struct {
        const char *name, *text;
    } shells[] = {{"bash", bash_text}, {"zsh", zsh_text}, {"fish", fish_text}};
    size_t i;

    argc = cli_parse(cli, argc, argv, options, usage, 0);
    for (i = 0; argc == 1 && i < QN_COUNT_OF(shells); i++)
        if (strcmp(argv[0], shells[i].name) == 0) {
            cli_puts(cli, shells[i].text);
            return 0;
        }
    cli_usage(cli, usage, options);
    return CLI_EXIT_USAGE;
}
