# ls-files: what is listed, and how.
history
mkdir -p new; echo n >new/n; echo '*.o' >.gitignore; echo o >x.o; echo c >>story; rm tool
"$GIT" ls-files
"$GIT" ls-files -s
"$GIT" ls-files -c -t
"$GIT" ls-files -d
"$GIT" ls-files -m
"$GIT" ls-files -o
"$GIT" ls-files -o --exclude-standard
"$GIT" ls-files -o --directory
"$GIT" ls-files -o --directory --no-empty-directory
"$GIT" ls-files -i -o --exclude-standard
"$GIT" ls-files -i -c --exclude='*.c'
"$GIT" ls-files -o -x '*.o'
"$GIT" ls-files -o -X .gitignore
"$GIT" ls-files -o --exclude-per-directory=.gitignore
"$GIT" ls-files -k
"$GIT" ls-files -z
"$GIT" ls-files --stage --abbrev=8
"$GIT" ls-files --format='%(objectmode) %(objectname) %(stage) %(path)'
"$GIT" ls-files --eol
"$GIT" ls-files src
"$GIT" ls-files 'src/*'
"$GIT" ls-files ':(glob)src/*'
"$GIT" ls-files ':(icase)STORY'
"$GIT" ls-files ':!src' ':!docs'
"$GIT" ls-files ':(literal)src/*'
"$GIT" ls-files ':(top)story'
"$GIT" ls-files ':(nonsense)story'
"$GIT" ls-files --error-unmatch story nothing
"$GIT" ls-files --error-unmatch story
"$GIT" ls-files --full-name
"$GIT" ls-files -v
"$GIT" ls-files -u
"$GIT" ls-files --deduplicate -m -d
"$GIT" ls-files --with-tree=v1
(cd src && "$GIT" ls-files && "$GIT" ls-files --full-name && "$GIT" ls-files .. && "$GIT" ls-files -o ..)
"$GIT" ls-files ../x
"$GIT" ls-files --no-such
"$GIT" --literal-pathspecs ls-files 'src/*'
"$GIT" check-ignore x.o new/n
"$GIT" check-ignore -v x.o
"$GIT" check-ignore -v -n x.o story
printf '*.c text diff=cpp\n*.o binary\nstory -text\n[attr]m x y=z\n' >.gitattributes
"$GIT" check-attr -a src/main.c x.o story
"$GIT" check-attr text diff -- src/main.c x.o story link
"$GIT" check-attr --cached text -- src/main.c
printf 'x.o\nstory\n' | "$GIT" check-attr --stdin text
"$GIT" rm -q story
"$GIT" rm -f story
"$GIT" rm docs
"$GIT" rm -r docs
"$GIT" rm --cached src/main.c
"$GIT" rm nothing
"$GIT" mv link moved
"$GIT" mv nothing x
"$GIT" mv aside src
"$GIT" status -s
