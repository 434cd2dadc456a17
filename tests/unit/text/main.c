/* SPDX-License-Identifier: MIT */
int test_color(void);
int test_date(void);
int test_names(void);
int test_quote(void);
int test_regex(void);
int test_wildmatch(void);

int main(void)
{
    return test_color() + test_date() + test_names() + test_quote() +
           test_regex() + test_wildmatch();
}
