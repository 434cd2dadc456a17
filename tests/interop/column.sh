# git column; column.*
#: cells sha1-files
"$GIT" init -q .
seq 30 >thirty
seq 1 12 >twelve
printf 'a\n\nbbb\ncc' >odd
"$GIT" column --mode=column --width=40 --indent='> ' --nl='|
' --padding=3 <thirty
"$GIT" column --mode=row --padding=5 <thirty
"$GIT" column --mode --width=30 <thirty
"$GIT" column --no-mode --width=30 <twelve
"$GIT" column --mode=row,dense --width=20 <twelve
"$GIT" column --mode=dense --width=20 <twelve
"$GIT" column --mode=column,nodense --width=20 <twelve
"$GIT" column --mode=plain --indent='>>' --nl=X <twelve
"$GIT" column --mode=plain,row --width=20 <twelve
"$GIT" column --mode=never --width=20 <twelve
"$GIT" column --mode=auto --width=20 <twelve
"$GIT" column --mode=foo <twelve
"$GIT" column --padding=-1 <twelve
"$GIT" column --padding=0 --mode=column --width=20 <twelve
"$GIT" column --mode=plain --command=x <twelve
"$GIT" column --mode=always --nl='$
' <odd
"$GIT" -c column.x=row column --command=x <twelve
"$GIT" -c column.ui=always -c column.x=never column --command=x <twelve
"$GIT" -c column.ui=foo column --command=x <twelve
"$GIT" -c column.x=foo column --command=x <twelve
"$GIT" column --raw-mode=16 --width=30 <thirty
"$GIT" column --raw-mode=17 --width=30 <thirty
"$GIT" column --raw-mode=0 --width=30 <twelve
"$GIT" column extra <twelve
"$GIT" column --width=-5 --mode=always <twelve
"$GIT" column --width=0 --mode=always <twelve
"$GIT" column --width=1 --mode=always <twelve
COLUMNS=10 "$GIT" column --mode=always <twelve
"$GIT" column --mode=always </dev/null
"$GIT" column --mode --width=20 --no-width <twelve
"$GIT" column --mode --indent=x --no-indent --nl=y --no-nl --width=20 <twelve
"$GIT" column --mode --padding=4 --no-padding --width=20 <twelve
"$GIT" column --no-command --mode --width=20 <twelve
