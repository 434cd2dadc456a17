# update-ref, symbolic-ref, show-ref, for-each-ref, reflog, pack-refs.
history
main=$("$QN_REAL" rev-parse main); v1=$("$QN_REAL" rev-parse v1); zero=$(echo $main | tr '0-9a-f' '0')
"$GIT" update-ref refs/heads/a $main
"$GIT" update-ref refs/heads/a $v1 $main
"$GIT" update-ref refs/heads/a $v1 $main
"$GIT" update-ref refs/heads/new $v1 $zero
"$GIT" update-ref refs/heads/new $v1 $zero
"$GIT" update-ref -m "a reason" refs/heads/new main
"$GIT" update-ref -d refs/heads/new $v1
"$GIT" update-ref -d refs/heads/new
"$GIT" update-ref -d refs/heads/nowhere
"$GIT" update-ref refs/heads/a/b $main
"$GIT" update-ref 'refs/heads/bad name' $main
"$GIT" update-ref refs/heads/x nowhere
"$GIT" update-ref --create-reflog refs/other/x $main
"$GIT" update-ref --no-deref HEAD $main
"$GIT" symbolic-ref HEAD
"$GIT" symbolic-ref HEAD refs/heads/main
"$GIT" symbolic-ref HEAD
"$GIT" symbolic-ref --short HEAD
"$GIT" symbolic-ref -m why refs/heads/sym refs/heads/main
"$GIT" symbolic-ref refs/heads/sym
"$GIT" symbolic-ref -q refs/heads/a
"$GIT" symbolic-ref refs/heads/a
"$GIT" symbolic-ref HEAD refs/notheads/x
"$GIT" symbolic-ref -d refs/heads/sym
"$GIT" symbolic-ref -d HEAD
printf 'create refs/heads/s1 %s\nupdate refs/heads/a %s %s\nverify refs/heads/main %s\ndelete refs/other/x\n' $main $main $v1 $main | "$GIT" update-ref --stdin
printf 'start\ncreate refs/heads/s2 %s\nprepare\ncommit\n' $main | "$GIT" update-ref --stdin
printf 'start\ncreate refs/heads/s3 %s\nabort\n' $main | "$GIT" update-ref --stdin
printf 'create refs/heads/s4 %s\ncreate refs/heads/s1 %s\n' $main $main | "$GIT" update-ref --stdin
printf 'nonsense x\n' | "$GIT" update-ref --stdin
printf 'create refs/heads/s4\n' | "$GIT" update-ref --stdin
printf 'update refs/heads/s4\0%s\0\0' $main | "$GIT" update-ref -z --stdin
printf 'option no-deref\nupdate HEAD %s\n' $main | "$GIT" update-ref --stdin
printf 'symref-update HEAD refs/heads/main\n' | "$GIT" update-ref --stdin --no-deref
printf 'symref-create refs/heads/sy refs/heads/main\nsymref-verify HEAD refs/heads/main\n' | "$GIT" update-ref --stdin --no-deref
"$GIT" for-each-ref
"$GIT" for-each-ref --count=2
"$GIT" for-each-ref --sort=-refname refs/heads
"$GIT" for-each-ref --sort=objecttype --sort=-objectname
"$GIT" for-each-ref --format='%(refname:short) %(objecttype) %(objectname:short=6) %(*objectname) %(subject)'
"$GIT" for-each-ref --format='%(authorname) %(authoremail:trim) %(committerdate:iso) %(taggerdate:short) %(creatordate:unix)'
"$GIT" for-each-ref --format='%(if)%(*objecttype)%(then)tag%(else)plain%(end) %(refname:lstrip=2)' refs/tags
"$GIT" for-each-ref --format='%(align:20,right)%(refname:short)%(end)|%(HEAD)' refs/heads
"$GIT" for-each-ref --format='%(contents:subject)|%(contents:body)|%(contents:lines=1)' refs/tags
"$GIT" for-each-ref --shell --format='%(refname)' --count=1
"$GIT" for-each-ref --perl --format='%(refname)' --count=1
"$GIT" for-each-ref --points-at=v1
"$GIT" for-each-ref --contains=v1 --format='%(refname)'
"$GIT" for-each-ref --merged=side --format='%(refname)'
"$GIT" for-each-ref --no-merged=side --format='%(refname)'
"$GIT" for-each-ref --exclude='refs/heads/s*' --format='%(refname)'
"$GIT" for-each-ref --ignore-case --format='%(refname)' 'refs/TAGS/*'
"$GIT" for-each-ref --format='%(nonsense)'
"$GIT" for-each-ref --sort=nonsense
"$GIT" for-each-ref --format='%(symref) %(tree) %(parent) %(numparent) %(objectsize)' refs/heads
"$GIT" show-ref
"$GIT" show-ref --head
"$GIT" show-ref --heads
"$GIT" show-ref --branches --tags
"$GIT" show-ref -d
"$GIT" show-ref -s main
"$GIT" show-ref --hash=7 main
"$GIT" show-ref --abbrev v1
"$GIT" show-ref main
"$GIT" show-ref nowhere
"$GIT" show-ref --verify refs/heads/main
"$GIT" show-ref --verify main
"$GIT" show-ref -q --verify refs/heads/nowhere
"$GIT" show-ref --exists refs/heads/main
"$GIT" show-ref --exists refs/heads/nowhere
printf 'refs/heads/main\nrefs/heads/zzz\n' | "$GIT" show-ref --exclude-existing
"$GIT" reflog
"$GIT" reflog show main
"$GIT" reflog list
"$GIT" reflog exists refs/heads/main
"$GIT" reflog exists refs/heads/nowhere
"$GIT" reflog delete 'HEAD@{1}'
"$GIT" reflog -n 2
"$GIT" reflog expire --expire=now --all
"$GIT" reflog
"$GIT" reflog nonsense
"$GIT" pack-refs --all
"$GIT" for-each-ref
"$GIT" update-ref -d refs/heads/s1
"$GIT" update-ref refs/heads/s2 v1
"$GIT" for-each-ref refs/heads
"$GIT" pack-refs
