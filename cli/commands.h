/* SPDX-License-Identifier: MIT */
/* Every subcommand, sorted by name: COMMAND(name, function's stem, flags,
 * summary).  No include guard: included where COMMAND is defined. */
/* clang-format off */
COMMAND("add", add, 0, "Add file contents to the index")
COMMAND("check-attr", check_attr, 0, "Show attributes of paths")
COMMAND("check-ignore", check_ignore, 0, "Show which rule ignores a path")
COMMAND("clone", clone, CLI_COMMAND_NO_REPO, "Make a repository from another one")
COMMAND("check-ref-format", check_ref_format, 0, "Is a ref name well formed?")
COMMAND("help", help, CLI_COMMAND_NO_REPO, "Show what commands there are")
COMMAND("init", init, CLI_COMMAND_NO_REPO, "Make a repository, or complete an old one")
COMMAND("init-db", init_db, CLI_COMMAND_NO_REPO | CLI_COMMAND_HIDDEN, "The old name of init")
COMMAND("ls-files", ls_files, 0, "Show files of the index and the work tree")
COMMAND("read-tree", read_tree, 0, "Read trees into the index")
COMMAND("rev-parse", rev_parse, 0, "Names to ids, and questions about the repository")
COMMAND("merge-base", merge_base, 0, "Find common ancestors")
COMMAND("rev-list", rev_list, 0, "List commits, and the objects they reach")
COMMAND("pack-refs", pack_refs, 0, "Pack refs into one file")
COMMAND("show-ref", show_ref, 0, "List refs")
COMMAND("status", status, 0, "Show what changed")
COMMAND("symbolic-ref", symbolic_ref, 0, "Read and change symbolic refs")
COMMAND("update-ref", update_ref, 0, "Change refs safely")
COMMAND("version", version, CLI_COMMAND_NO_REPO, "Show the version")
COMMAND("write-tree", write_tree, 0, "Write the index as a tree")
