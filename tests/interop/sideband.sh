# sideband.allowControlCharacters, and for URLs: what a server says and a terminal could obey.
#: cells sha1-files
#: end no
"$QN_REAL" init -q src >/dev/null 2>&1; "$QN_REAL" -C src commit -q --allow-empty -m one; "$QN_REAL" init -q --bare there.git >/dev/null 2>&1
printf '#!/bin/sh\nprintf "a\\033[31mred\\033[m \\033[1;4;38;5;9mmany\\033[0m\\n\\033[2Aup \\033[3Cright \\033[5;6Hgo \\033[sS \\033[uU\\n\\033[2Jall \\033[Kline \\033[1Xx\\n\\033]0;title\\007 \\033[?25l \\033c \\033[6n \\010 \\177 \\001\\ttab\\n\\033[12345 no end\\033[\\n\\302\\233 31m c1\\n" >&2\n' >there.git/hooks/pre-receive; chmod +x there.git/hooks/pre-receive
n=0; p() { n=$((n + 1)); "$GIT" -C src "$@" push -q "$url" main:refs/heads/b$n; }
url=$PWD/there.git; k=sideband.allowControlCharacters
p
for value in false cursor erase cursor,erase color,cursor TRUE yes ""; do p -c "$k=$value"; done
p -c $k
url=file://$PWD/there.git

u() { p -c "sideband.$1.allowControlCharacters=$2"; }
p -c $k=false -c "sideband.file:///.allowControlCharacters=erase"; p -c "sideband.file:///.allowControlCharacters=erase" -c $k=true
p -c "sideband.$url.allowControlCharacters=false" -c "sideband.file:///.allowControlCharacters=true"
u "file://$PWD" cursor; u "file://$PWD/the" true; u "file://host/" true; u "$PWD" true; u "file:///" true
