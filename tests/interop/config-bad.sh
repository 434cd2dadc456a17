# Bad values of the configuration, named by commands of every day.
#: cells sha1-files
"$GIT" init -q .
echo a >a
"$GIT" add a
"$GIT" commit -q -m one
for setting in core.bare=maybe color.ui=foo user.name user.email core.editor core.attributesfile core.excludesfile \
    core.checkstat=x core.hookspath i18n.commitencoding push.default=x core.createObject=x core.disambiguate=x \
    core.abbrev=foo core.filemode=maybe core.ignorecase=x core.quotepath=x core.autocrlf=x core.eol=x; do
    "$GIT" -c $setting status --short
done
"$GIT" -c user.name log
"$GIT" -c push.default=x log
"$GIT" -c color.ui=foo branch
"$GIT" -c core.checkstat=x add .
"$GIT" -c user.name config get user.email
"$GIT" -c user.email tag
printf '[push]\n\tdefault = nonsense\n' >>.git/config
"$GIT" status
"$GIT" config get push.default
