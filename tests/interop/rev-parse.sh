# rev-parse: names to ids, and what scripts ask of it.
history
"$GIT" rev-parse HEAD main side v1 v1-noted v2
"$GIT" rev-parse HEAD~1 HEAD^ HEAD^2 HEAD~1^2 HEAD^0 HEAD~0 @ '@~1'
"$GIT" rev-parse 'v1-noted^{}' 'v1-noted^{commit}' 'v1-noted^{tree}' 'v1-noted^{tag}' 'v1-noted^{object}'
"$GIT" rev-parse 'HEAD^{/Second}' ':/Third' 'HEAD^{blob}'
"$GIT" rev-parse HEAD:story HEAD:src/main.c :story :0:story HEAD: v1:docs
"$GIT" rev-parse HEAD:nothing
"$GIT" rev-parse :nothing
"$GIT" rev-parse HEAD@{0} HEAD@{1} main@{1} '@{-1}' '@{0}'
"$GIT" rev-parse HEAD@{100}
"$GIT" rev-parse 'main@{2023-11-14 22:15:00 +0000}'
"$GIT" rev-parse main..side main...side ^main 'main^!' 'main^@' 'main^-'
"$GIT" rev-parse --verify HEAD
"$GIT" rev-parse --verify nowhere
"$GIT" rev-parse -q --verify nowhere
"$GIT" rev-parse --verify main side
"$GIT" rev-parse --short HEAD
"$GIT" rev-parse --short=4 HEAD
"$GIT" rev-parse --abbrev-ref HEAD main@{0}
"$GIT" rev-parse --abbrev-ref=strict side
"$GIT" rev-parse --symbolic main v1
"$GIT" rev-parse --symbolic-full-name main v1 HEAD
"$GIT" rev-parse --symbolic --all
"$GIT" rev-parse --all
"$GIT" rev-parse --branches --tags
"$GIT" rev-parse --glob='refs/heads/s*'
"$GIT" rev-parse --exclude='v1*' --tags
"$GIT" rev-parse --not main
"$GIT" rev-parse --revs-only main --foo file
"$GIT" rev-parse --no-revs main --foo
"$GIT" rev-parse --flags main --foo
"$GIT" rev-parse --no-flags --foo main
"$GIT" rev-parse --sq main 'v1'
"$GIT" rev-parse --default main
"$GIT" rev-parse --git-dir --git-common-dir --is-inside-work-tree --is-inside-git-dir --is-bare-repository --show-cdup --show-prefix
"$GIT" rev-parse --show-toplevel --absolute-git-dir
"$GIT" rev-parse --show-object-format --show-ref-format
"$GIT" rev-parse --show-object-format=storage
"$GIT" rev-parse --is-shallow-repository --shared-index-path
"$GIT" rev-parse --git-path objects/x --git-path index --git-path HEAD
"$GIT" rev-parse --path-format=relative --git-dir --show-toplevel
"$GIT" rev-parse --path-format=absolute --git-dir --git-path hooks
"$GIT" rev-parse --local-env-vars
"$GIT" rev-parse --since=2020-01-01T00:00:00Z --until=2021-01-01T00:00:00Z
"$GIT" rev-parse --sq-quote a "b c" "d'e"
printf 'x [opts]\n\nsome words\n--\nh,help show help\nf,flag a flag\no,opt=arg an option\nl? optional\n' >spec
"$GIT" rev-parse --parseopt -- -f --opt=1 rest <spec
"$GIT" rev-parse --parseopt -- --nope <spec
"$GIT" rev-parse --prefix src/ -- main.c
"$GIT" rev-parse --resolve-git-dir .git
"$GIT" rev-parse --resolve-git-dir src
"$GIT" rev-parse nowhere
"$GIT" rev-parse story
"$GIT" rev-parse -- story
"$GIT" rev-parse --disambiguate=0
"$GIT" rev-parse --disambiguate="$("$QN_REAL" rev-parse HEAD | cut -c1-6)"
"$GIT" rev-parse "$("$QN_REAL" rev-parse HEAD | cut -c1-7)"
(cd src/deep && "$GIT" rev-parse --show-prefix --show-cdup --git-dir && "$GIT" rev-parse HEAD:./well HEAD:../main.c)
(cd .git && "$GIT" rev-parse --git-dir --is-inside-git-dir --is-inside-work-tree)
"$GIT" tag main v1; "$GIT" rev-parse main
"$GIT" rev-parse heads/main tags/main
"$GIT" branch -q --set-upstream-to=main side; "$GIT" rev-parse side@{upstream} side@{u}
"$GIT" rev-parse @{upstream}
"$GIT" rev-parse main@{push}
