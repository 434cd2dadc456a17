# log: formats, limits, paths, graph.
#: ago masked
history
"$GIT" log
"$GIT" log --oneline
"$GIT" log --graph
"$GIT" log --graph --oneline --all
"$GIT" log --graph --stat
"$GIT" log -p
"$GIT" log --stat
"$GIT" log --stat --summary -n 2
"$GIT" log --shortstat
"$GIT" log --numstat
"$GIT" log --raw
"$GIT" log --raw --abbrev=12 -M
"$GIT" log --name-only
"$GIT" log --name-status -M
"$GIT" log -p -M --full-index -n 3
"$GIT" log -m -p -n 3
"$GIT" log -c -n 3
"$GIT" log --cc -p -n 3
"$GIT" log --first-parent --oneline
"$GIT" log --decorate
"$GIT" log --decorate=full --oneline
"$GIT" log --no-decorate --oneline
"$GIT" log --format='%H %h %T %t %P %p'
"$GIT" log --format='%an|%ae|%ad|%cn|%ce|%cd|%ar' --date=iso -n 2
"$GIT" log --format='%s%n%b%n%B'
"$GIT" log --format='%d %D %S' --all
"$GIT" log --format='%<(20)%s|%>(12)%an|%<(8,trunc)%s'
"$GIT" log --format='%w(30,2,4)%B' -n 3
"$GIT" log --format='%C(red)%h%Creset %C(auto)%d' --color=always
"$GIT" log --format='%m %x41 %% %e %N'
"$GIT" log --format=tformat:%h -n 3
"$GIT" log --format=format:%h -n 3
"$GIT" log --pretty=short -n 2
"$GIT" log --pretty=medium -n 2
"$GIT" log --pretty=full -n 2
"$GIT" log --pretty=fuller -n 2
"$GIT" log --pretty=raw -n 2
"$GIT" log --pretty=reference -n 2
"$GIT" log --pretty=email -n 2
"$GIT" log --pretty=nonsense
"$GIT" log --date=short --format=%ad -n 1
"$GIT" log --date=rfc --format=%ad -n 1
"$GIT" log --date=iso-strict --format=%ad -n 1
"$GIT" log --date=raw --format=%ad -n 1
"$GIT" log --date=unix --format=%ad -n 1
"$GIT" log --date=format:%Y/%m/%d --format=%ad -n 1
"$GIT" log --date=default-local --format=%ad -n 1
"$GIT" log --abbrev-commit --abbrev=10 -n 2
"$GIT" log -n 1
"$GIT" log -2 --oneline
"$GIT" log --max-count=1 --skip=2 --oneline
"$GIT" log --reverse --oneline
"$GIT" log v1..v2 --oneline
"$GIT" log v2..v1 --oneline
"$GIT" log v1...side --oneline --left-right
"$GIT" log ^v1 main --oneline
"$GIT" log --oneline -- story
"$GIT" log --oneline -- docs src
"$GIT" log --oneline --full-history -- story
"$GIT" log --follow --oneline -- docs/manual.txt
"$GIT" log --parents --oneline -- story
"$GIT" log --author=Ann --oneline
"$GIT" log --author=nobody --oneline
"$GIT" log --grep=Second --oneline
"$GIT" log -i --grep=SECOND --oneline
"$GIT" log --grep=First --grep=Third --oneline
"$GIT" log --invert-grep --grep=First --oneline
"$GIT" log --merges --oneline
"$GIT" log --no-merges --oneline
"$GIT" log --since='2023-11-14 22:15:00 +0000' --oneline
"$GIT" log --until='2023-11-14 22:15:00 +0000' --oneline
"$GIT" log --topo-order --oneline
"$GIT" log --date-order --oneline
"$GIT" log --all --source --oneline
"$GIT" log --branches --tags --oneline
"$GIT" log -S'LINE TEN' --oneline
"$GIT" log -G'LINE' --oneline
"$GIT" log --diff-filter=R -M --oneline --name-status
"$GIT" log -z --format=%h -n 3
"$GIT" log -g --oneline -n 3
"$GIT" log --walk-reflogs --format='%gd %gs' -n 3
"$GIT" log --no-walk v1 v2 --oneline
"$GIT" log --boundary v1..side --oneline
"$GIT" log --left-right --cherry-pick main...side --oneline
"$GIT" log --simplify-by-decoration --oneline
"$GIT" log --ancestry-path v1..main --oneline
"$GIT" log --children --oneline
"$GIT" log -L1,3:story --oneline
"$GIT" log nowhere
"$GIT" log -- nowhere
"$GIT" log nowhere..main
"$GIT" log --no-such-option
"$GIT" log --oneline main -- 
(cd src && "$GIT" log --oneline -- . && "$GIT" log --stat --relative -n 1)
"$GIT" init -q empty; "$GIT" -C empty log
