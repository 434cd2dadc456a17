#: cells sha1-files sha256-reftable
# refs migrate, both ways, with and without logs; refs verify on what is wrong.
history
"$GIT" symbolic-ref refs/remotes/origin/HEAD refs/remotes/origin/main; "$GIT" update-ref refs/remotes/origin/main main; "$GIT" pack-refs --all
case $("$QN_REAL" rev-parse --show-ref-format) in files) to=reftable; back=files;; *) to=files; back=reftable;; esac
"$GIT" refs migrate; "$GIT" refs migrate --ref-format=$back; "$GIT" refs migrate --ref-format=none; "$GIT" refs migrate --ref-format=$to x
"$GIT" refs migrate --ref-format=$to; "$GIT" rev-parse --show-ref-format; "$GIT" for-each-ref; "$GIT" reflog; "$GIT" reflog main; "$GIT" config core.repositoryformatversion; "$GIT" config extensions.refstorage; "$GIT" symbolic-ref HEAD; "$GIT" reflog list; "$GIT" fsck
"$GIT" refs migrate --ref-format=$back --no-reflog; "$GIT" rev-parse --show-ref-format; "$GIT" for-each-ref; "$GIT" reflog list; "$GIT" commit -q --allow-empty -m again; "$GIT" status
"$GIT" refs migrate --ref-format=$to --reflog; "$GIT" refs migrate --ref-format=$back; "$GIT" log --oneline -3
