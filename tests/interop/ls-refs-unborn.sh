# ls-refs of version 2: when HEAD is on a branch that is not there, by lsrefs.unborn; and
# what clients make of it.
#: cells sha1-files sha256-reftable
#: end no
export GIT_USER_AGENT=agent
p() { printf '%04x%s' $((${#1} + 4)) "$1"; }
q() { "$QN_REAL" "$@" >/dev/null 2>&1; }
ask() { # ask REPOSITORY WORD...
    at=$1; shift
    { p command=ls-refs; p "object-format=$QN_ALGORITHM"; printf 0001; for a; do p "$a"; done; printf 0000; } >request
    GIT_PROTOCOL=version=2 "$GIT" $config upload-pack --stateless-rpc "$at" <request
}
q init -q -b trunk none
q init -q -b trunk other; q -C other commit --allow-empty -m one; q -C other branch two; q -C other symbolic-ref HEAD refs/heads/gone
q init -q -b trunk chain; q -C chain symbolic-ref refs/heads/trunk refs/heads/next; q -C chain symbolic-ref refs/heads/s refs/heads/none
q init -q -b trunk loose; q -C loose commit --allow-empty -m one; q -C loose checkout --detach; q -C loose update-ref -d refs/heads/trunk
q init -q -b trunk hidden; q -C hidden commit --allow-empty -m one; q -C hidden config uploadpack.hideRefs refs/heads/trunk
q init -q -b trunk away; q -C away config transfer.hideRefs HEAD
q init -q -b trunk odd; q -C odd symbolic-ref HEAD refs/tags/x
for config in "" "-c lsrefs.unborn=advertise" "-c lsrefs.unborn=allow" "-c lsrefs.unborn=ignore" "-c lsrefs.unborn=ADVERTISE" "-c lsrefs.unborn=odd" "-c lsrefs.unborn" \
    "-c lsrefs.unborn=" "-c lsrefs.unborn=odd -c lsrefs.unborn=ignore" "-c lsrefs.unborn=true"; do
    GIT_PROTOCOL=version=2 "$GIT" $config upload-pack --advertise-refs none
    for r in none other; do ask $r unborn symrefs peel; ask $r unborn; ask $r symrefs; done
    "$QN_REAL" config --global --remove-section lsrefs 2>/dev/null
    case "$config" in *ADV*|*=odd|*unborn|*=|*=true) continue ;; esac
    [ "$config" ] && for c in $config; do [ "$c" = -c ] || case $c in *=*) "$QN_REAL" config --global --add "${c%%=*}" "${c#*=}" ;; *) printf '[lsrefs]\nunborn\n' >>"$HOME/.gitconfig" ;; esac; done
    for r in none other; do
        "$GIT" clone -q $r got; [ -f got/.git/HEAD ] && { cat got/.git/HEAD >n; note_file n; }; rm -rf got
        "$GIT" clone -q --bare file://$PWD/$r got; [ -f got/HEAD ] && { cat got/HEAD >n; note_file n; }; rm -rf got
        "$GIT" ls-remote --symref $r; "$GIT" ls-remote --exit-code file://$PWD/$r
    done
done
"$QN_REAL" config --global --remove-section lsrefs 2>/dev/null
config=
for r in none other chain loose hidden away odd; do
    for words in "unborn symrefs" "symrefs unborn ref-prefix=HEAD" "unborn symrefs ref-prefix=refs/heads/" "unborn symrefs ref-prefix=H" "unborn symrefs ref-prefix=HEADS ref-prefix=refs/heads/g" \
        "unborn symrefs peel ref-prefix=" "unborn unborn" "unborn peel"; do
        set --; for w in $words; do set -- "$@" "$(echo "$w" | tr = ' ')"; done; ask $r "$@"; done
    GIT_PROTOCOL=version=2 "$GIT" -C $r upload-pack --advertise-refs .
    "$GIT" ls-remote --symref file://$PWD/$r; "$GIT" -c protocol.version=0 ls-remote --symref file://$PWD/$r HEAD
    "$GIT" clone file://$PWD/$r got; [ -f got/.git/HEAD ] && { cat got/.git/HEAD >n; note_file n; "$GIT" -C got fetch; "$GIT" -C got remote set-head -a origin; "$GIT" -C got branch -a; }; rm -rf got
done
GIT_NAMESPACE=n ask none unborn symrefs; GIT_NAMESPACE=n ask other unborn symrefs "ref-prefix HEAD"
q -C other symbolic-ref refs/namespaces/n/HEAD refs/namespaces/n/refs/heads/x; GIT_NAMESPACE=n ask other unborn symrefs
q init -q -b trunk far; q -C far commit --allow-empty -m one; q -C far symbolic-ref refs/heads/a refs/heads/b; q -C far symbolic-ref refs/heads/b refs/heads/trunk; q -C far symbolic-ref HEAD refs/heads/a
ask far unborn symrefs; "$GIT" ls-remote --symref far; for v in 0 2; do "$GIT" -c protocol.version=$v clone -q file://$PWD/far got; cat got/.git/HEAD >n; note_file n; rm -rf got; done
"$GIT" clone -q far got;  cat got/.git/HEAD >n; note_file n
