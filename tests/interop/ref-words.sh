# branch, tag, for-each-ref, show-ref, reflog, update-ref, symbolic-ref, config, cat-file,
# show, log, merge, verify-tag, help, version, init: the words that no other script
# says, the negated forms above all.
#: cells sha1-files
history
"$GIT" branch -f one side; "$GIT" branch two v1
"$GIT" branch --list --no-list three
"$GIT" branch --show-current --no-show-current
"$GIT" branch --copy --no-copy
"$GIT" branch --move --no-move
"$GIT" branch --delete --no-delete
"$GIT" branch --force --no-force one v1
"$GIT" branch --edit-description --no-edit-description
"$GIT" branch --format='%(refname)' --no-format
"$GIT" branch --ignore-case --no-ignore-case --list 'O*'
"$GIT" branch --omit-empty --no-omit-empty
"$GIT" branch --points-at v1 --no-points-at
"$GIT" branch --quiet -d two
"$GIT" branch --quiet --no-quiet -f two side
"$GIT" branch --no-recurse-submodules four
"$GIT" branch --set-upstream-to=main --no-set-upstream-to one
"$GIT" branch --no-set-upstream one
"$GIT" branch --unset-upstream --no-unset-upstream
"$GIT" branch --set-upstream-to=main one
"$GIT" branch --quiet --unset-upstream one
"$GIT" branch
"$GIT" tag --annotate --message 'said' t1
"$GIT" tag --annotate --no-annotate t2
"$GIT" tag --message 'said' --no-edit t3
"$GIT" tag --message 'said' --no-cleanup t4
echo 'from a file' >message
"$GIT" tag --file message --no-file -m x t5
"$GIT" tag --force --no-force t5
"$GIT" tag --format='%(refname)' --no-format
"$GIT" tag --ignore-case --no-ignore-case -l 'T*'
"$GIT" tag --local-user me --no-local-user t6
"$GIT" tag --omit-empty --no-omit-empty -l 't*'
"$GIT" tag --points-at v1 --no-points-at -l 't*'
"$GIT" -c gpg.program=/bin/false tag --sign -m signed t7
"$GIT" -c gpg.program=/bin/false tag --local-user me -m signed t7
"$GIT" tag -l
"$GIT" verify-tag --verbose t1
"$GIT" verify-tag --no-verbose t1
"$GIT" verify-tag --no-raw t1
"$GIT" verify-tag --format='%(tag)' --no-format t1
"$GIT" verify-commit --verbose HEAD
"$GIT" verify-commit --no-verbose HEAD
"$GIT" verify-commit --raw --no-raw HEAD
"$GIT" for-each-ref --count=2 --no-count
"$GIT" for-each-ref --exclude=refs/tags --no-exclude --format='%(refname)'
"$GIT" for-each-ref --ignore-case --no-ignore-case 'refs/heads/M*'
"$GIT" for-each-ref --include-root-refs --no-include-root-refs refs/heads
"$GIT" for-each-ref --perl --no-perl refs/heads
"$GIT" for-each-ref --python --no-python refs/heads
"$GIT" for-each-ref --shell --no-shell refs/heads
"$GIT" for-each-ref --tcl --no-tcl refs/heads
"$GIT" for-each-ref --points-at=v1 --no-points-at refs/heads
"$GIT" for-each-ref --start-after=refs/tags/t1 --no-start-after
echo refs/heads | "$GIT" for-each-ref --stdin --no-stdin --format='%(refname)'
"$GIT" show-ref --abbrev --no-abbrev
"$GIT" show-ref --branches --no-branches
"$GIT" show-ref --heads --no-heads
"$GIT" show-ref --tags --no-tags
"$GIT" show-ref --dereference --no-dereference
"$GIT" show-ref --exists --no-exists refs/heads/main
"$GIT" show-ref --hash --no-hash
"$GIT" show-ref --head --no-head
"$GIT" show-ref --verify --no-verify main
"$GIT" show-ref --quiet --no-quiet main
"$GIT" reflog list
"$GIT" reflog show main
"$GIT" reflog exists refs/heads/main
"$GIT" reflog exists refs/heads/nothing
"$GIT" reflog delete 'main@{1}'
"$GIT" reflog expire --expire=now refs/heads/one
"$GIT" reflog drop refs/heads/two
"$GIT" reflog write refs/heads/one "$(git rev-parse HEAD)" "$(git rev-parse one)" 'a note'
"$GIT" reflog show one
"$GIT" reflog show main
printf 'update refs/heads/five %s\n' "$(git rev-parse HEAD)" | "$GIT" update-ref --stdin --batch-updates --no-batch-updates
"$GIT" update-ref --no-stdin refs/heads/six HEAD
"$GIT" symbolic-ref --quiet HEAD
"$GIT" symbolic-ref --quiet --no-quiet refs/heads/main
"$GIT" symbolic-ref --delete --no-delete HEAD
"$GIT" symbolic-ref --quiet refs/heads/main
"$GIT" config set some.key value
"$GIT" config get some.key
"$GIT" config list --local
"$GIT" config rename-section some other
"$GIT" config unset other.key
"$GIT" config set third.key value
"$GIT" config remove-section third
GIT_EDITOR=true "$GIT" config edit
git rev-parse HEAD | "$GIT" cat-file --batch-check --buffer --no-buffer
"$GIT" cat-file --batch-check --batch-all-objects --unordered --no-unordered
git rev-parse HEAD | "$GIT" cat-file --batch-check --follow-symlinks --no-follow-symlinks
"$GIT" cat-file --mailmap --no-mailmap commit HEAD
"$GIT" cat-file --textconv --path=story --no-path HEAD:story
"$GIT" cat-file --no-allow-unknown-type -t HEAD
"$GIT" cat-file --allow-unknown-type -t HEAD
"$GIT" show -s --decorate --decorate-refs='refs/tags/*'
"$GIT" show -s --decorate --decorate-refs='refs/tags/*' --no-decorate-refs
"$GIT" show -s --decorate --decorate-refs-exclude='refs/tags/*'
"$GIT" show -s --decorate --decorate-refs-exclude='refs/tags/*' --no-decorate-refs-exclude
"$GIT" show -s --mailmap --format=%aN
"$GIT" show -s --no-mailmap --format=%aN
"$GIT" show -s --use-mailmap --no-use-mailmap --format=%aN
"$GIT" show --quiet --no-quiet --stat
"$GIT" show -s --source --no-source
"$GIT" show -s --i-still-use-this
"$GIT" show -s --no-i-still-use-this
"$GIT" log --oneline --all --source --no-source
"$GIT" log --oneline --decorate --decorate-refs-exclude='refs/tags/*' --no-decorate-refs-exclude
"$GIT" log --oneline --i-still-use-this -1
"$GIT" log --oneline --no-i-still-use-this -1
"$GIT" init-db --bare --quiet a.git
"$GIT" init-db --no-bare --no-quiet b | sed 's#/.*/#/#'
"$GIT" init-db --quiet --initial-branch=trunk --object-format=sha1 --ref-format=files c
"$GIT" init-db --quiet --initial-branch=trunk --no-initial-branch --object-format=sha1 --no-object-format --ref-format=files --no-ref-format d
"$GIT" init-db --quiet --separate-git-dir=e.git --template= e
"$GIT" init-db --quiet --separate-git-dir=f.git --no-separate-git-dir --template=x --no-template --shared f
"$GIT" -C c symbolic-ref HEAD
"$GIT" -C f config core.sharedrepository
# an upstream that is a tag
git config branch.main.remote .; git config branch.main.merge refs/tags/v1
"$GIT" status -sb -uno
"$GIT" status -uno
