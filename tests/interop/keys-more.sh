# Keys and options that no other script asks for: includeIf, pager.<cmd>, single keys
# without a terminal, safe.bareRepository, trace2.* of a user, odd options.
#: cells sha1-files
#: end no
history
mkdir sub
printf '[alias]\n inc = status -s\n[x]\n y = 1\n' >"$HOME/inc"
for c in "gitdir:$PWD/" "gitdir:nope/" 'gitdir/i:**/WORK/**' onbranch:main 'onbranch:ma*' onbranch:side 'hasconfig:remote.*.url:https://x/**' \
    'gitdir:~/' gitdir:./ 'gitdir:**/work/.git' gitdir:work/ unknown:foo gitdir: onbranch:; do
    "$GIT" config --global "includeIf.$c.path" inc
    "$GIT" config x.y; "$GIT" -C sub config x.y; case $c in onbranch*) ;; *) "$GIT" inc ;; esac; "$GIT" config --show-origin --get-all x.y
    "$GIT" config --global --unset "includeIf.$c.path"
done
"$GIT" config remote.o.url https://x/a/b; cp "$HOME/.gitconfig" "$HOME/saved"
"$GIT" config --global 'includeIf.hasconfig:remote.*.url:https://x/**.path' inc; "$GIT" config x.y
printf '[remote "z"]\nurl = https://q/\n' >>"$HOME/inc"; "$GIT" config x.y
cp "$HOME/saved" "$HOME/.gitconfig"
# Includes in a circle.
printf '[include]\n path = b\n' >"$HOME/a"; printf '[include]\n path = a\n[u]\nv=1\n' >"$HOME/b"
"$GIT" config --file "$HOME/b" --includes --list; "$GIT" config --file "$HOME/b" --includes u.v; "$GIT" config --file "$HOME/b" u.v; "$GIT" config get --includes --file "$HOME/b" u.v
"$GIT" config --global include.path "$HOME/a"; "$GIT" config u.v; "$GIT" config --list; "$GIT" status -s; cp "$HOME/saved" "$HOME/.gitconfig"
# Pagers: only on a terminal, but values are looked at.
for v in true false 'sed s/^/PAGED/' ''; do "$GIT" -c pager.status="$v" status -s; "$GIT" -c pager.status="$v" -p status -s; done
"$GIT" -c pager.status status -s; "$GIT" -c pager.log=sed log -1 --format=%s; "$GIT" -c pager.branch=false branch
# Keys where there are only lines.
echo x >>story
for v in true false maybe; do printf 'n\n' | "$GIT" -c interactive.singleKey=$v add -p; printf 'ny' | "$GIT" -c interactive.singleKey=$v checkout -p; done
printf '?\ny\n' | "$GIT" -c interactive.singleKey=true reset -p HEAD~1; "$GIT" reset -q; "$GIT" -c interactive.singleKey add -p
"$GIT" checkout story
# Repositories without a work tree.
"$GIT" clone -q --bare . b.git
for v in all explicit none ''; do "$GIT" -C b.git -c safe.bareRepository=$v log -1 --format=%s; "$GIT" --git-dir=b.git -c safe.bareRepository=$v log -1 --format=%s; "$GIT" -C .git -c safe.bareRepository=$v log -1 --format=%s; done
"$GIT" config --global safe.bareRepository explicit; "$GIT" -C b.git log -1 --format=%s; GIT_DIR=b.git "$GIT" log -1 --format=%s; "$GIT" log -1 --format=%s; "$GIT" config --global --unset safe.bareRepository
# Traces as a user asks for them.
T=$PWD/.git/trace
shown() { sed -E -e 's/^[0-9:.]+ [^ ]+ +/T /' -e 's/"sid":"[^"]*"/SID/; s/"time":"[^"]*",//; s/"file":"[^"]*","line":[0-9]*,?//; s/"(t_abs|t_rel|pid)":[0-9.]+/\1/; s/"argv":\["[^"]*"/argv/; s/,?"t_abs"//' \
    -e '/performance|cmd_ancestry|region|"data|counter|printf|maintenance/d' -e 's/[0-9]+\.[0-9]{6}/N/g' -e 's# start .*/(git|quoin) # start git #' -e 's/"exe":"[^"]*"/exe/' -e 's/ +/ /g' .git/trace >.git/shown; rm -f .git/trace; note_file .git/shown; }
for k in perfTarget eventTarget normalTarget; do "$GIT" config --global trace2.$k "$T"; "$GIT" rev-parse --git-dir; shown | head -n 0; "$GIT" config --global --unset trace2.$k; rm -f .git/trace; done
"$GIT" config --global trace2.perfTarget "$T"; "$GIT" config --global trace2.perfBrief true; "$GIT" rev-parse HEAD; rm -f .git/shown; grep -a -c 'main | ' .git/trace >.git/shown; note_file .git/shown; rm -f .git/trace
"$GIT" config --global --unset trace2.perfTarget
"$GIT" config --global trace2.eventTarget "$T"; "$GIT" config --global trace2.eventBrief true; "$GIT" rev-parse HEAD; grep -c '"event":"start"' .git/trace >.git/shown; grep -c '"event":"start".*"file"' .git/trace >>.git/shown; note_file .git/shown; rm -f .git/trace
for n in 0 1 2 5 x; do "$GIT" -c trace2.eventNesting=$n config --global trace2.eventNesting $n; "$GIT" status -s; rm -f .git/trace; done
"$GIT" config --global trace2.eventTarget /nonexistent/x; "$GIT" config --global trace2.destinationDebug true; "$GIT" rev-parse --git-dir; "$GIT" config --global trace2.destinationDebug 1; "$GIT" rev-parse --git-dir
"$GIT" config --global trace2.destinationDebug false; "$GIT" rev-parse --git-dir
mkdir .git/many; "$GIT" config --global trace2.eventTarget "$PWD/.git/many"; "$GIT" config --global trace2.maxFiles 2
for i in 1 2 3 4; do "$GIT" rev-parse --git-dir; done; ls .git/many | grep -v discard | wc -l >.git/shown; ls .git/many | grep discard >>.git/shown; note_file .git/shown
"$GIT" config --global --remove-section trace2
# Odd options.
"$GIT" read-tree --no-debug-unpack HEAD; "$GIT" read-tree --sparse-checkout HEAD; "$GIT" read-tree --no-sparse-checkout -m HEAD; "$GIT" update-index --test-untracked-cache
"$GIT" merge --no-message side; "$GIT" merge --no-message=x side
