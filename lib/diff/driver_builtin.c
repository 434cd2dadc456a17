/* SPDX-License-Identifier: MIT */
#include "diff/driver_builtin.h"

#include <stddef.h>
#include <string.h>

#define S     "[ \t]*" /* blanks, or none */
#define B     "[ \t]+"
#define NAME  "[A-Za-z_][A-Za-z0-9_]*"
#define ALONE "|[^[:space:]]|[\xc0-\xff][\x80-\xbf]+"
/* Numbers as half of the languages have them: all signs, digits, points and
 * exponents that stand together. */
#define LOOSE   "[-+0-9.e]+"
#define CSHARP  "[]A-Za-z0-9_.@[]+(<[]A-Za-z0-9_.,@<>? []*>)?"
#define ASSIGNS "[-+*/<>%&^|=!]="

static const struct qn_driver_builtin drivers[] = {
    {"ada",
     "!^(.*[ \t])?(is" B "new|renames|is" B "separate)([ \t].*)?$\n"
     "!^" S "with[ \t].*$\n"
     "^" S "((procedure|function|package|protected|task)" B ".*)$",
     NAME "|[-+]?[0-9][0-9#_.aAbBcCdDeEfF]*([eE][-+]?[0-9_]+)?"
          "|=>|[.][.]|[*][*]|:=|/=|>=|<=|<<|>>|<>" ALONE,
     true},
    {"bash",
     "^" S "(" NAME S "[(]" S "[)].*)$\n"
     "^" S "(function" B NAME "(" S "[(]" S "[)]|[ \t]).*)$",
     "[-a-zA-Z0-9_]+|[$][a-zA-Z0-9_]+|" ASSIGNS
     "|:[-=?+]|&&|[|][|]|<<|>>|%%|##|\\^\\^|,," ALONE,
     false},
    {"bibtex", "(@[a-zA-Z]+" S "[{]?" S "[^ \t\"@',\\#}{~%]*).*$",
     "[={}\"]|[^={}\" \t]+" ALONE, false},
    {"cpp",
     "!^" S NAME ":[ \t]*($|/[/*])\n"
     "^((::" S ")?[A-Za-z_].*)$",
     NAME "|0[xXbB][0-9a-fA-F]+[lLuU]*"
          "|[0-9][0-9.]*([eE][-+]?[0-9]+)?[fFlLuU]*"
          "|[.][0-9]+([eE][-+]?[0-9]+)?[fFlL]?"
          "|" ASSIGNS "|--|[+][+]|<<=?|>>=?|&&|[|][|]|::|->[*]?|[.][*]"
          "|<=>" ALONE,
     false},
    {"csharp",
     "!(^|[ \t])(case|catch|default|do|else|fixed|for|foreach|if|lock|new|"
     "return|switch|throw|using|while)([^A-Za-z0-9_]|$)\n"
     "^" S "(((abstract|internal|new|partial|private|protected|public|sealed|"
     "static|unsafe)" B ")*(class|enum|interface|record|struct)" B ".*)$\n"
     "^" S "(namespace" B ".*)$\n"
     "^" S "((" CSHARP B ")+[]A-Za-z0-9_.@[][]A-Za-z0-9_.@<>[]*" S
     "[(][^;]*)$\n"
     "^" S "((" CSHARP B ")+[]A-Za-z0-9_.@[][^;=:,()]*)$",
     NAME "|" LOOSE "[fFlL]?|0[xXbB]?[0-9a-fA-F]+[lL]?|" ASSIGNS
          "|--|[+][+]|<<=?|>>=?|&&|[|][|]|::|->" ALONE,
     false},
    {"css",
     "![:;][[:space:]]*$\n"
     "^[:[@.#]?[_a-z0-9].*$",
     "-?[_a-zA-Z][-_a-zA-Z0-9]*|-?[0-9]+|#[0-9a-fA-F]+" ALONE, true},
    {"dts",
     "!;\n"
     "!=\n"
     "^" S "((/" S "[{]|&?[a-zA-Z_]).*)$",
     "[-a-zA-Z0-9,._+?#]+|&&|[|][|]|<<|>>" ALONE, false},
    {"elixir", "^" S "((def(macro|module|impl|protocol|p)?|test)[ \t].*)$",
     "[@:]?[a-zA-Z0-9@_?!]+|[-+]?0[xob][0-9a-fA-F]+"
     "|[-+]?[0-9][0-9_.]*([eE][-+]?[0-9_]+)?|%[A-Za-z0-9_.]+[{]"
     "|[+][+]|--|[.][.]|~~~|<>|\\^\\^\\^|<[|]>|[|]>|<<<?|>>>?|<<~|~>>?|<~>?|<="
     "|>=|===?|!==?|=~|&&&?|[|][|][|]?|=>|<-|\\\\\\\\|->" ALONE,
     false},
    {"fortran",
     "!^([C*]|[ \t]*!)\n"
     "!^" S "MODULE" B "PROCEDURE[ \t]\n"
     "^" S "(([^!'\" \t]+" B ")*(SUBROUTINE|FUNCTION)" B "[A-Z].*)$\n"
     "^" S "((END" B ")?(PROGRAM|MODULE|BLOCK" B "DATA)" B "[A-Z].*)$",
     "[a-zA-Z][a-zA-Z0-9_]*|[.]([Ee][Qq]|[Nn][Ee]|[LlGg][TtEe]|[Tt][Rr][Uu]"
     "[Ee]|[Ff][Aa][Ll][Ss][Ee]|[Aa][Nn][Dd]|[Oo][Rr]|[Nn][Oo][Tt]|([Nn][Ee])?"
     "[Ee][Qq][Vv])[.]"
     "|[-+]?[0-9.]+([AaIiDdEeFfLlTtXx][Ss]?[-+]?[0-9.]*)?(_[a-zA-Z0-9][a-zA-Z0-"
     "9_]*)?"
     "|//|[*][*]|::|[/<>=]=" ALONE,
     true},
    {"fountain", "^(([.][^.]|(INT|EXT|EST|INT[.]?/EXT|I/E)[. ]).*)$",
     "[^ \t-]+" ALONE, true},
    {"golang",
     "^" S "(func.*)\n"
     "^" S "(type[ \t].*(struct|interface)" S "([{]" S ")?)",
     NAME "|[-+0-9.eE]+i?|0[xX]?[0-9a-fA-F]+i?|[-+*/<>%&^|=!:]="
          "|--|[+][+]|<<=?|>>=?|&\\^=?|&&|[|][|]|<-|[.][.][.]" ALONE,
     false},
    {"html", "^" S "(<[Hh][1-6]([ \t].*)?>.*)$", "[^<>= \t]+" ALONE, false},
    {"java",
     "!^" S "(catch|do|for|if|instanceof|new|return|switch|throw|while)"
     "([^A-Za-z0-9_]|$)\n"
     "^" S "(([a-z-]+" B ")*(class|enum|interface|record)" B ".*)$\n"
     "^" S "(([A-Za-z_<>&][][?&<>.,A-Za-z_0-9]*" B ")+" NAME S "[(][^;]*)$",
     NAME "|" LOOSE "[fFlL]?|0[xXbB]?[0-9a-fA-F]+[lL]?|" ASSIGNS
          "|--|[+][+]|<<=?|>>>?=?|&&|[|][|]" ALONE,
     false},
    {"kotlin", "^" S "(([a-z]+" B ")*(fun|class|interface)[ \t].*)$",
     NAME "|0[xXbB][0-9a-fA-F_]+[lLuU]*"
          "|[0-9][0-9_]*([.][0-9_]*)?([eE][-+]?[0-9]+)?[fFlLuU]*"
          "|[.][0-9][0-9_]*([eE][-+]?[0-9]+)?[fFlLuU]?"
          "|[-+*/<>%&^|=!]==?|<<=|>>=|--|[+][+]|&&|[|][|]|!!|::|->|[.][*.]"
          "|[?][.:]" ALONE,
     false},
    {"markdown", "^ {0,3}#{1,6}[ \t].*$", "[^<>= \t]+" ALONE, false},
    {"matlab",
     "^" S "((classdef|function)[ \t].*)$\n"
     "^((%%%?|##)[ \t].*)$",
     NAME "|" LOOSE "|[=~<>]=|[.][*/\\^']|[|][|]|&&" ALONE, false},
    {"objc",
     "!^" S "(do|for|if|else|return|switch|while)\n"
     "^" S "([-+]" S "[(]" S "[A-Za-z_][A-Za-z_0-9* \t]*[)]" S "[A-Za-z_].*)$\n"
     "^" S "((" NAME B ")+" NAME S "[(][^;]*)$\n"
     "^(@(implementation|interface|protocol)[ \t].*)$",
     NAME "|" LOOSE "[fFlL]?|0[xXbB]?[0-9a-fA-F]+[lL]?|" ASSIGNS
          "|--|[+][+]|<<=?|>>=?|&&|[|][|]|::|->" ALONE,
     false},
    {"pascal",
     "^(((class" B ")?(procedure|function)|constructor|destructor|interface|"
     "implementation|initialization|finalization)" S ".*)$\n"
     "^(.*=" S "(class|record).*)$",
     NAME "|" LOOSE "|0[xXbB]?[0-9a-fA-F]+|<>|<=|>=|:=|[.][.]" ALONE, false},
    {"perl",
     "^package .*\n"
     "^sub [[:alnum:]_':]+" S "([(][^)]*[)]" S ")?(:[^;#]*)?([{]" S
     ")?(#.*)?$\n"
     "^(BEGIN|END|INIT|CHECK|UNITCHECK|AUTOLOAD|DESTROY)" S "([{]" S
     ")?(#.*)?$\n"
     "^=head[0-9] .*",
     "[[:alpha:]_'\x80-\xff][[:alnum:]_'\x80-\xff]*|0[xb]?[0-9a-fA-F_]*"
     "|[0-9a-fA-F_]+([.][0-9a-fA-F_]+)?([eE][-+]?[0-9]+)?"
     "|-[rwxoRWXOezsfdlpSbctugkTBAMC]|=>|->|[-+*/%.<>&|^!=]=|=~|!~|<<|>>|<>"
     "|<=>|[.][.][.]?|[+][+]|--|[*][*]|//=?|&&=?|[|][|]=?|::" ALONE,
     false},
    {"php",
     "^" S "(((public|protected|private|static|abstract|final)" B
     ")*function.*)$\n"
     "^" S "((((final|abstract)" B ")?class|enum|interface|trait).*)$",
     NAME "|" LOOSE "|0[xXbB]?[0-9a-fA-F]+|[-+*/<>%&^|=!.]="
          "|--|[+][+]|<<=?|>>=?|===|&&|[|][|]|::|->" ALONE,
     false},
    {"python", "^" S "((class|(async" B ")?def)[ \t].*)$",
     NAME "|" LOOSE "[jJlL]?|0[xX]?[0-9a-fA-F]+[lL]?|" ASSIGNS
          "|//=?|<<=?|>>=?|[*][*]=?" ALONE,
     false},
    {"ruby", "^" S "((class|module|def)[ \t].*)$",
     "([$]|@@?)?" NAME "|" LOOSE "|0[xXbB]?[0-9a-fA-F]+"
     "|[?](\\\\C-)?(\\\\M-)?.|//=?|" ASSIGNS
     "|<<=?|>>=?|===|[.][.]?[.]?|::|[!=]~" ALONE,
     false},
    {"rust",
     "^" S "((pub([(][^)\\\\]+[)])?" B ")?((async|const|unsafe|extern" B
     "\"[^\"]+\")" B ")?(struct|enum|union|mod|trait|fn|impl|macro_rules!)"
     "[< \t][^;]*)$",
     NAME "|[0-9][0-9_A-Fa-fiosuxz]*([.][0-9_fF]*([eE][-+]?[0-9_fF]*)?)?"
          "|[-+*/<>%&^|=!:]=|<<=?|>>=?|&&|[|][|]|->|=>|[.][.][.=]|::" ALONE,
     false},
    {"scheme",
     "^" S "([(]((define|def(alias|class|method|proto|record|rules|struct|"
     "syntax)?)[-*/ \t]|(class|library|module|struct)[*+ \t]).*)$\n"
     "^ ? ?([(][dD][eE][fF].*)$\n"
     "^[(].*$",
     "[|]([^|\\\\]|\\\\.)*[|]|([^][)(}{ \t])+" ALONE, false},
    {"tex", "^(\\\\((sub)*section|chapter|part)[*]?[{].*)$",
     "\\\\[a-zA-Z@]+|\\\\.|[a-zA-Z0-9\x80-\xff]+" ALONE, false},
};

const struct qn_driver_builtin *qn_driver_builtin_find(const char *name)
{
    size_t i;

    for (i = 0; i < sizeof(drivers) / sizeof(drivers[0]); i++)
        if (strcmp(drivers[i].name, name) == 0)
            return &drivers[i];
    return NULL;
}
