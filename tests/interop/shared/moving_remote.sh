# ../up, with four commits on main, dev, the tags t1 and t2; base, a clone of it to be copied.
# up, q: git there and here, told nothing of; more WORD: one more commit there.
U=$PWD/../up
"$QN_REAL" init -q $U >/dev/null 2>&1
up() { "$QN_REAL" -C $U "$@" >/dev/null 2>&1; }
more() { echo $1 >>$U/f; up add f; up commit -q -m $1; tick; }
q() { "$QN_REAL" "$@" >/dev/null 2>&1; }
for i in 1 2 3 4; do more $i; done
up branch dev; up tag t1; up tag -m note t2
"$QN_REAL" clone -q ../up base 2>/dev/null
q -C base config remote.origin.url ../../up
