# Repositories that are somebody else's: safe.directory in all its forms.
#: cells sha1-files
#: end no
#: root yes
top=$PWD
"$QN_REAL" init -q r 2>/dev/null; "$QN_REAL" -C r commit -q --allow-empty -m one; mkdir -p r/sub/dir; "$QN_REAL" init -q --bare b.git 2>/dev/null; "$QN_REAL" init -q mine 2>/dev/null; mkdir -p deep/er; cp -r r deep/er/r; chown -R 65534 r b.git deep
ask() { for d in r r/sub/dir r/.git b.git deep/er/r mine; do "$GIT" "$@" -C $d rev-parse --git-dir; done; }
ask
"$GIT" -C r status; "$GIT" -C r log; GIT_DIR=$top/r/.git "$GIT" rev-parse HEAD; "$GIT" --git-dir=r/.git log --format=%s
for v in "$top/r" "$top/r/" "$top/r/.git" "$top/r/*" "$top/*" "$top/deep/*" "$top/deep/er/*" '*' "$top" "$top/b.git" . r '%(prefix)/x' '~/r' '~nobody/x' '' "$top/./r" "$top/mine/../r" "$top/none" '/*' '*/r' "$top/r*"; do note "safe.directory $v"; ask -c "safe.directory=$v"; done
safe() { rm -f "$HOME/extra"; for v; do "$QN_REAL" config -f "$HOME/extra" --add safe.directory "$v"; done; note "$*"; GIT_CONFIG_GLOBAL=$HOME/extra ask; }
safe "$top/r"; safe "$top/r" ''; safe '' "$top/r"; safe '*' '' "$top/b.git"; safe "$top/b.git" "$top/r"; safe .; (cd r && "$GIT" -c safe.directory=. status -s); (cd r/sub && "$GIT" -c safe.directory=. status -s); (cd r/sub && "$GIT" -c safe.directory=.. status -s); printf '[safe]\n\tdirectory\n' >"$HOME/extra"; GIT_CONFIG_GLOBAL=$HOME/extra ask
"$QN_REAL" config -f r/.git/config safe.directory '*'; "$GIT" -C r status -s; "$QN_REAL" config -f r/.git/config safe.directory "$top/r"; "$GIT" -C r status -s
# Parts of it.
chown -R 0 r; chown 65534 r/.git; ask; chown 0 r/.git; chown 65534 r; ask; chown 0 r; chown 65534 r/.git/config; ask; mkdir w; echo "gitdir: $top/r/.git" >w/.git; "$GIT" -C w rev-parse --git-dir; chown 65534 w/.git; "$GIT" -C w rev-parse --git-dir; "$GIT" -C w -c safe.directory="$top/w" rev-parse --git-dir; chown 0 w/.git; chown 65534 w; "$GIT" -C w rev-parse --git-dir; chown 0 w; chown -R 65534 r/.git; "$GIT" -C w rev-parse --git-dir; "$GIT" -C w -c safe.directory="$top/w" rev-parse --git-dir; "$GIT" -C w -c safe.directory="$top/r" rev-parse --git-dir
ln -s "$top/r" link; chown -R 65534 r; "$GIT" -C link rev-parse --git-dir; "$GIT" -C link -c safe.directory="$top/link" rev-parse --git-dir; "$GIT" -C link -c safe.directory="$top/r" rev-parse --git-dir
SUDO_UID=65534 "$GIT" -C r rev-parse --git-dir; SUDO_UID=1 "$GIT" -C r rev-parse --git-dir; SUDO_UID= "$GIT" -C r rev-parse --git-dir; SUDO_UID=x "$GIT" -C r rev-parse --git-dir; SUDO_UID=65534 "$GIT" -C mine rev-parse --git-dir; SUDO_UID=65534x "$GIT" -C r rev-parse --git-dir
# Cloned: taken as it is only when it may be.
rm -rf out; chown -R 65534 r b.git
for from in r r/.git b.git "file://$top/b.git" "file://$top/r"; do for how in --local --no-local --bare --shared; do "$GIT" clone -q $how "$from" out; rm -rf out; "$GIT" -c safe.directory='*' clone -q $how "$from" out; rm -rf out; done; done
