# checkout-index, option by option (names of temporary files are by chance, so
# --temp is seen through its errors).
#: cells sha1-files
"$GIT" init -q -b main
mkdir d; echo a >a; echo b >b; echo c >d/c; "$GIT" add -A; "$GIT" commit -q -m one
"$GIT" checkout -q -b side; echo a3 >a; "$GIT" rm -q b; "$GIT" commit -q -a -m three
"$GIT" checkout -q main; echo a2 >a; echo b2 >b; "$GIT" commit -q -a -m two
"$GIT" merge side
"$GIT" checkout-index a
"$GIT" checkout-index --stage=2 a
"$GIT" checkout-index --stage=3 -f a b; cat a
"$GIT" checkout-index --stage=4 a
"$GIT" checkout-index --stage=x a
"$GIT" checkout-index --no-stage a
"$GIT" checkout-index --stage=all d/c
"$GIT" checkout-index --stage=all -q nope
"$GIT" checkout-index --stage=all nope
"$GIT" checkout-index --stage=all --no-temp a
"$GIT" checkout-index --stage=2 -a
"$GIT" checkout-index --stage=2 d/c
"$GIT" checkout-index -f -a
"$GIT" reset -q --hard
"$GIT" checkout-index d
"$GIT" checkout-index nope
"$GIT" checkout-index -q nope
rm d/c
"$GIT" checkout-index -n d/c; ls d
"$GIT" checkout-index -n -a; ls d
"$GIT" checkout-index -u d/c; "$GIT" diff-files
echo x >d/c
"$GIT" checkout-index d/c
"$GIT" checkout-index -q d/c
"$GIT" checkout-index -f -u d/c; "$GIT" diff-files
"$GIT" checkout-index --create d/c
"$GIT" update-index --skip-worktree d/c; rm d/c
"$GIT" checkout-index -a; ls d
"$GIT" checkout-index d/c; ls d
"$GIT" checkout-index --ignore-skip-worktree-bits -a; ls d
rm d/c; "$GIT" checkout-index --ignore-skip-worktree-bits d/c; ls d
"$GIT" update-index --no-skip-worktree d/c
"$GIT" checkout-index --prefix=p- a; cat p-a
"$GIT" checkout-index --prefix=q/r/ -a; cat q/r/d/c
printf 'a\n"b"\n\nd/c\n' | "$GIT" checkout-index --stdin -f
printf 'a\0b\0' | "$GIT" checkout-index --stdin -z -f
"$GIT" checkout-index -a a
"$GIT" checkout-index -a --stdin
"$GIT" checkout-index --stdin a
"$GIT" checkout-index --temp nope
mkdir d/e
(cd d && rm c && "$GIT" checkout-index c && ls && "$GIT" checkout-index -a -f && "$GIT" checkout-index ../a && "$GIT" checkout-index nope)
"$GIT" checkout-index ../outside
"$GIT" checkout-index --nope
