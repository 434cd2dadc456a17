# fast-import: what is wrong with a stream, and the words for it.
#: cells sha1-files
"$GIT" init -q -b main .
tick; "$GIT" commit -q --allow-empty -m base
t() { printf "$1" | "$GIT" fast-import --quiet ${2:-}; rm -f .git/fast_import_crash_*; }
C='committer A <a@x> 1 +0000\n'
t 'foo\n'
t 'foo'
t '\n'
t 'commit\n'
t 'commit refs/heads/x\n'
t "commit refs/heads/x..y\n${C}data 0\n"
t 'commit refs/heads/x\ncommitter\n'
t 'commit refs/heads/x\ncommitter A 1 +0000\n'
t 'commit refs/heads/x\ncommitter A <a 1 +0000\n'
t 'commit refs/heads/x\ncommitter A <a@x>1 +0000\ndata 0\n'
t 'commit refs/heads/x\ncommitter A<a@x> 1 +0000\ndata 0\n'
t 'commit refs/heads/x\ncommitter <a@x> 1 +0000\ndata 0\n'
t 'commit refs/heads/x\ncommitter A <a@x> x +0000\ndata 0\n'
t 'commit refs/heads/x\ncommitter A <a@x> 1 0000\ndata 0\n'
t 'commit refs/heads/x\ncommitter A <a@x> 1 +9999\ndata 0\n'
t 'commit refs/heads/x\ncommitter A <a@x> 1\ndata 0\n'
t 'commit refs/heads/x\ncommitter A <a@x> 1 +0000 \ndata 0\n'
t 'commit refs/heads/x\ncommitter A <a>b@x> 1 +0000\ndata 0\n'
t 'commit refs/heads/x\ncommitter A <a<b@x> 1 +0000\ndata 0\n'
t "commit refs/heads/x\n${C}data\n"
t "commit refs/heads/x\n${C}data x\n"
t "commit refs/heads/x\n${C}data 10\nabc"
t "commit refs/heads/x\n${C}data <<EOF\nabc"
t "commit refs/heads/x\n${C}data <<\nabc\n"
t "commit refs/heads/x\n${C}foo\n"
t "commit refs/heads/x\nmark 1\n${C}data 0\n"
t "commit refs/heads/x\nmark :x\n${C}data 0\n"
t "commit refs/heads/x\nmark :0\n${C}data 0\n"
t "commit refs/heads/x\nmark :1x\n${C}data 0\n"
t "commit refs/heads/x\nauthor A\n${C}data 0\n"
D="commit refs/heads/x\n${C}data 0\n"
t "${D}from refs/heads/x\n"
t "${D}from :1\n"
t "${D}from :x\n"
t "${D}from nosuch\n"
t "${D}from HEAD^{tree}\n"
t "${D}from 1234567890123456789012345678901234567890\n"
t "${D}from 0000000000000000000000000000000000000000\n"
t "${D}from\n"
t "${D}from HEAD\nfrom HEAD\n"
t "${D}merge :1\n"
t "${D}merge nosuch\n"
t "${D}merge HEAD^{tree}\n"
t "${D}merge HEAD\nmerge HEAD\n"
t "${D}M\n"
t "${D}M 100644\n"
t "${D}M 100644 inline\n"
t "${D}M 777 inline a\n"
t "${D}M 100644 :1 a\n"
t "${D}M 100644 :x a\n"
t "${D}M 100644 abc a\n"
t "${D}M 100644 1234567890123456789012345678901234567890 a\n"
t "${D}M 100644 1234567890123456789012345678901234567890a\n"
t "${D}M 100644 $("$GIT" rev-parse HEAD) a\n"
t "${D}M 040000 $("$GIT" rev-parse HEAD) a\n"
t "${D}M 040000 inline a\n"
t "${D}M 160000 inline a\n"
t "${D}M 160000 1234567890123456789012345678901234567890 a\n"
t "${D}M 040000 4b825dc642cb6eb9a060e54bf8d69288fbee4904 \n"
t "${D}M 040000 4b825dc642cb6eb9a060e54bf8d69288fbee4904 a\n"
t "${D}M 040000 4b825dc642cb6eb9a060e54bf8d69288fbee4904\n"
for p in 'a//b' '/a' 'a/' '.' '..' 'a/./b' 'a/../b' '.git' 'a/.GIT/b' '"a' '"a"b' '"a\\x"' '"a\\000b"' '""' ''
do t "${D}M 100644 inline $p\ndata 1\nx\n"
done
t "${D}D\n"
t "${D}D \n"
t "${D}D nosuch\n"
t "${D}D a/\n"
t "${D}D \"a\"b\n"
t "${D}C a\n"
t "${D}C a b\n"
t "${D}C \"a b\n"
t "${D}C \"a\"b\n"
t "${D}C \"a\" \n"
t "${D}R a b\n"
t "${D}R a\n"
t "${D}R  b\n"
t "${D}C a b c\n"
t "${D}N\n"
t "${D}N inline HEAD\n"
t "${D}N inline nosuch\ndata 1\nx\n"
t "${D}N :1 HEAD\n"
t "${D}N $("$GIT" rev-parse HEAD) HEAD\n"
t "${D}N inline :1\ndata 1\nx\n"
t "${D}N inline HEAD^{tree}\ndata 1\nx\n"
t "${D}foo\n"
t "${D}\n\nfoo\n"
t "${D}deleteall x\n"
t "blob\nfoo\n"
t "blob\ndata 1\nxx\n"
t "blob\nmark :1\nmark :2\ndata 1\nx\n"
t "blob\n"
t "blob"
t "reset refs/heads/y\nfrom :1\n"
t "reset refs/heads/y\nfrom nosuch\n"
t "reset refs/heads/y\nfoo\n"
t "reset a..b\n"
t "reset refs/heads/y\nfrom HEAD^{tree}\n"
t "reset refs/heads/y\nfrom refs/heads/y\n"
t "reset refs/heads/y\nfrom HEAD\nfoo\n"
t "tag\n"
t "tag t\n"
t "tag t\nfrom nosuch\n"
t "tag t\nfrom :1\n"
t "tag t\nfrom HEAD\n"
t "tag t\nfrom HEAD\ntagger A <a@x> 1 +0000\n"
t "tag t\nfrom HEAD\ndata 0\n"
t "tag t\nfrom HEAD^{tree}\ndata 0\n"
t "tag a..b\nfrom HEAD\ndata 0\n"
t "tag t2\nfrom refs/heads/main\ndata 1\nx\n"
t "tag t3\nfrom refs/heads/nosuch\ndata 1\nx\n"
t "tag t4\nfrom 0000000000000000000000000000000000000000\ndata 0\n"
t "progress\n"
t "progress foo\n"
t "checkpoint x\n"
t "done\nfoo\n"
t "done x\n"
t "feature\n"
t "feature foo\n"
t "feature done\n"
t "feature export-marks=x\n"
t "feature import-marks=x\n"
t "feature date-format=foo\n"
t "feature date-format=now\n"
t "feature force\nfeature notes\nfeature ls\nfeature cat-blob\nfeature get-mark\n"
t "feature cat-blob=x\n"
t "option\n"
t "option git\n"
t "option git foo\n"
t "option git quiet\n"
t "option quiet\n"
t "option git force\n"
t "option hg foo\n"
t "option git depth=x\n"
t "option git depth=999999\n"
t "option git max-pack-size=1\n"
t "option git active-branches=x\n"
t "option git big-file-threshold=x\n"
t "blob\ndata 0\n\nfeature done\n"
t "blob\ndata 0\n\noption git quiet\n"
t "get-mark :1\n"
t "get-mark x\n"
t "cat-blob :1\n"
t "cat-blob abc\n"
t "cat-blob $("$GIT" rev-parse HEAD)\n"
t "cat-blob 1234567890123456789012345678901234567890\n"
t "ls foo\n"
t "ls \"foo\"\n"
t "ls :1 a\n"
t "ls HEAD a\n"
t "ls $("$GIT" rev-parse HEAD) a\n"
t "ls $("$GIT" rev-parse HEAD) \n"
t "ls $("$GIT" rev-parse HEAD)\n"
t "${D}ls \"foo\"\n"
t "${D}ls foo\n"
t "${D}ls \"\"\n"
t "${D}get-mark :1\n"
t "alias\n"
t "alias\nmark :1\n"
t "alias\nmark :1\nto nosuch\n"
t "alias\nto HEAD\n"
t "alias\nmark :1\nto :2\n"
t "" --done
t "" --foo
t "" foo
t "" --date-format=foo
t "" --depth=x
t "" --depth
t "" --import-marks=nosuch
t "" --import-marks-if-exists=nosuch
t "" --export-marks=no/such
t "" --cat-blob-fd=x
t "" --cat-blob-fd=99
t "" --max-pack-size=1
t "" --max-pack-size=x
t "" --active-branches=x
t "" --big-file-threshold=1k
t "" --signed-tags=foo
t "" --signed-commits=foo
t "" --rewrite-submodules-from=x
t "" --rewrite-submodules-from=x:y
t "" --rewrite-submodules-to=x:y
t "" --export-pack-edges=no/such
t "" --force
t "" --no-relative-marks
t "" --depth=5000
t "" --done=x
