#: cells sha1-files sha256-reftable
#: ago masked
# for-each-ref: every atom, key, filter and form.
history
"$GIT" branch zeta v1; "$GIT" branch -q --track follower main; "$GIT" checkout -q follower; echo f >f; "$GIT" add f; "$GIT" commit -q -m "Follower

A body, and

Signed-off-by: A U Thor <a@example.com>
Acked-by: B <b@example.com>
Reviewed-by: C <c@example.com>"; tick; "$GIT" checkout -q main
"$GIT" tag -a -m "Noted tree" treetag 'main^{tree}'; "$GIT" tag blobtag main:story; "$GIT" tag -a -m "Tag of a tag" nested v2
"$GIT" tag v1.10; "$GIT" tag v1.9; "$GIT" tag v1.10-rc1; "$GIT" update-ref refs/remotes/origin/main main; "$GIT" symbolic-ref refs/remotes/origin/HEAD refs/remotes/origin/main
"$GIT" config remote.origin.url ../nowhere; "$GIT" config remote.origin.fetch '+refs/heads/*:refs/remotes/origin/*'; "$GIT" config branch.zeta.remote origin; "$GIT" config branch.zeta.merge refs/heads/main
f() { "$GIT" for-each-ref "$@"; }
f; f refs/heads; f refs/heads/; f 'refs/tags/v*'; f refs/nothing; f main; f 'refs/*/main'; f refs/heads refs/tags/v1
for a in refname refname:short refname:lstrip=1 refname:lstrip=-1 refname:strip=2 refname:rstrip=1 refname:rstrip=-2 refname:lstrip=9 \
  objecttype objectsize objectname objectname:short objectname:short=10 objectname:short=2 deltabase \
  upstream upstream:short upstream:track upstream:track,nobracket upstream:trackshort upstream:remotename upstream:remoteref upstream:lstrip=2 upstream:nobracket,track \
  push push:short push:track push:trackshort push:remotename push:remoteref HEAD symref symref:short symref:lstrip=1 worktreepath \
  tree parent numparent object type tag author authorname authoremail authoremail:trim authoremail:localpart authoremail:mailmap authoremail:mailmap,trim authorname:mailmap authordate authordate:short authordate:relative authordate:unix authordate:format:%Y authordate:iso8601 authordate:iso-strict authordate:rfc2822 authordate:raw authordate:default authordate:local authordate:human \
  committer committername committeremail committerdate committerdate:iso-local tagger taggername taggeremail taggeremail:trim taggerdate taggerdate:short creator creatordate creatordate:unix \
  subject subject:sanitize body contents contents:subject contents:body contents:signature contents:size contents:lines=2 contents:trailers trailers trailers:only trailers:only=no trailers:key=Acked-by trailers:key=Acked-by,valueonly trailers:unfold trailers:separator=%2C trailers:key_value_separator=%3D raw:size flag \
  '*objectname' '*objecttype' '*refname' '*subject' '*tree' '*authorname' '*objectsize' '*object' describe describe:tags describe:tags=no describe:abbrev=0 describe:abbrev=12 describe:match=v1* describe:exclude=v2* ahead-behind:main ahead-behind:v1 is-base:main is-base:zeta signature signature:grade signature:signer signature:key signature:fingerprint signature:primarykeyfingerprint signature:trustlevel \
  color:red color:reset align:10 if end else then nonsense objectname:long refname:lstrip=x contents:lines=x contents:foo authordate:foo ahead-behind:nowhere is-base:nowhere trailers:foo upstream:foo color:foo objectsize:foo tree:short tree:short=8 parent:short rest symref:foo describe:foo ; do
  "$GIT" for-each-ref "--format=%(refname:lstrip=-1) [%($a)]" refs/heads refs/tags/v2 refs/tags/treetag refs/tags/nested refs/remotes
done
"$GIT" for-each-ref '--format=%(raw)' refs/heads/main; "$GIT" for-each-ref --shell '--format=%(raw)' refs/tags/nested
"$GIT" for-each-ref --perl '--format=%(raw)' refs/tags/nested; "$GIT" for-each-ref --python '--format=%(raw)' refs/tags/nested; "$GIT" for-each-ref --tcl '--format=%(raw)' refs/tags/nested
"$GIT" for-each-ref '--format=%(align:20,left)%(refname:short)%(end)|%(align:width=20,position=right)x%(end)|%(align:middle,9)ab%(end)|'
"$GIT" for-each-ref '--format=%(if)%(HEAD)%(then)here %(refname)%(else)%(refname)%(end)' refs/heads
"$GIT" for-each-ref '--format=%(if:equals=main)%(refname:short)%(then)main%(else)not%(end)' refs/heads
"$GIT" for-each-ref '--format=%(if:notequals=main)%(refname:short)%(then)not%(end)' refs/heads
"$GIT" for-each-ref '--format=%(align:30)%(if)%(HEAD)%(then)%(align:10,right)in%(end)%(end)%(end)|' refs/heads
"$GIT" for-each-ref '--format=%(if)x%(then)%(end' ; "$GIT" for-each-ref '--format=%(if)x'; "$GIT" for-each-ref '--format=%(then)'; "$GIT" for-each-ref '--format=%(else)'; "$GIT" for-each-ref '--format=%(end)'; "$GIT" for-each-ref '--format=%(align)'; "$GIT" for-each-ref '--format=%(align:foo)'; "$GIT" for-each-ref '--format=%(if:foo)'
"$GIT" for-each-ref '--format=%%x%00%41%zz%' refs/heads/main
"$GIT" for-each-ref --color=always '--format=%(color:bold red)%(refname:short)%(color:reset)' refs/heads
"$GIT" for-each-ref --color=never '--format=%(color:red)%(refname:short)' refs/heads
"$GIT" for-each-ref --color=auto '--format=%(color:red)%(refname:short)' refs/heads
"$GIT" for-each-ref --no-color '--format=%(color:red)%(refname:short)' refs/heads
for k in refname -refname objectname objectsize -objectsize committerdate -committerdate authordate taggerdate creatordate -creatordate version:refname -v:refname v:refname objecttype subject authorname committeremail upstream numparent 'authordate:format:%s' raw HEAD symref '*objecttype' refname:short ahead-behind:v1 nonsense; do "$GIT" for-each-ref --sort="$k" '--format=%(refname)' 2>&1 | head -30; "$GIT" for-each-ref --sort="$k" '--format=%(refname)'; done
"$GIT" for-each-ref --sort=objecttype --sort=-refname '--format=%(objecttype) %(refname)'
"$GIT" for-each-ref --no-sort '--format=%(refname)'; "$GIT" for-each-ref --sort=-refname --no-sort '--format=%(refname)'
"$GIT" for-each-ref --ignore-case --sort=refname '--format=%(refname)' 'refs/TAGS/*' refs/heads/MAIN
"$GIT" -c versionsort.suffix=-rc for-each-ref --sort=v:refname '--format=%(refname)' refs/tags
for q in --shell -s --perl -p --python --tcl; do "$GIT" for-each-ref $q '--format=%(refname) %(subject) %(authorname)' refs/heads; done
"$GIT" for-each-ref --shell --perl
for n in 0 1 3 -1 x; do "$GIT" for-each-ref --count=$n '--format=%(refname)'; done
f --points-at v1 '--format=%(refname)'; f --points-at v2 '--format=%(refname)'; f --points-at=nowhere; f --points-at
f --merged '--format=%(refname)'; f --merged=v1 '--format=%(refname)'; f --no-merged '--format=%(refname)'; f --no-merged=v1 '--format=%(refname)'; f --merged=main --no-merged=v1 '--format=%(refname)'; f --merged=nowhere; f --merged main:story
f --contains '--format=%(refname)'; f --contains=v1 '--format=%(refname)'; f --no-contains=side '--format=%(refname)'; f --contains=side --no-contains=main '--format=%(refname)'; f --contains=nowhere
f --exclude='refs/tags/*' '--format=%(refname)'; f --exclude=refs/heads --exclude='refs/tags/v1*' '--format=%(refname)'; f '--exclude=*main' '--format=%(refname)'
f --omit-empty '--format=%(upstream)'; f --omit-empty --no-omit-empty '--format=%(upstream)' refs/heads
f --include-root-refs '--format=%(refname)'; f --include-root-refs '--format=%(refname)' HEAD 'ORIG*'
printf 'refs/heads/\nrefs/tags/v1\n' | f --stdin '--format=%(refname)'; printf '' | f --stdin '--format=%(refname)'; printf 'x\n' | f --stdin refs/heads
f --start-after=refs/heads/main '--format=%(refname)'; f --start-after=refs/heads/n '--format=%(refname)'; f --start-after=refs/heads/main '--format=%(refname)' refs/heads; f --start-after=refs/heads/main --sort=-refname; f --start-after=refs/tags/v2 '--format=%(refname)'
f --nonsense; f --format; f '--format=%(refname) %('; f '--format=%()'; f '--format=%(*)'
# a broken ref
"$GIT" update-ref --no-deref refs/heads/gone main; "$GIT" symbolic-ref refs/heads/dangling refs/heads/nowhere; f '--format=%(refname) %(symref)' refs/heads; f refs/heads/dangling
