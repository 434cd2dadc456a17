/* SPDX-License-Identifier: MIT */
int test_names(void);
int test_quote(void);
int test_wildmatch(void);

int main(void)
{
    return test_names() + test_quote() + test_wildmatch();
}
