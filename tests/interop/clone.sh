# clone: from paths, bare and not, branches, what is configured.
mkdir origin; (cd origin && history)
"$GIT" clone origin plain
"$GIT" -C plain status
"$GIT" -C plain log --oneline -n 2
"$GIT" -C plain branch -a
"$GIT" -C plain config --list --local
"$GIT" clone origin plain
"$GIT" clone -q origin quiet
"$GIT" clone --bare origin bare.git
"$GIT" clone --mirror origin mirror.git
"$GIT" -C mirror.git config --list --local
"$GIT" clone -b side origin onside
"$GIT" -C onside branch -avv
"$GIT" clone -b v2 origin attag
"$GIT" -C attag status
"$GIT" clone -b nowhere origin no
"$GIT" clone -n origin nocheckout
"$GIT" -C nocheckout status -s
"$GIT" clone -o upstream origin renamed
"$GIT" -C renamed branch -a
"$GIT" clone --no-local origin nolocal
"$GIT" -C nolocal rev-parse HEAD
"$GIT" clone "file://$PWD/origin" byurl
"$GIT" -C byurl config remote.origin.url
"$GIT" clone --shared origin shared
note_file shared/.git/objects/info/alternates
"$GIT" clone --reference plain origin referenced
"$GIT" clone --single-branch -b side origin single
"$GIT" -C single branch -a
"$GIT" clone --no-tags origin notags
"$GIT" -C notags tag
"$GIT" clone --separate-git-dir=sep.git origin separate
"$GIT" clone -c user.name=Configured origin withconfig
"$GIT" -C withconfig config user.name
"$GIT" clone --template= origin notemplate
"$GIT" clone nowhere there
"$GIT" clone
"$GIT" clone a b c
"$GIT" init -q hollow; "$GIT" clone hollow hollow2
"$GIT" clone origin/.git fromgit
mkdir full; touch full/x; "$GIT" clone origin full
"$GIT" -C origin checkout -q --detach v1; "$GIT" clone origin detached
"$GIT" -C detached status
