/* SPDX-License-Identifier: MIT */
int test_config(void);
int test_edit(void);
int test_url_match(void);

int main(void)
{
    return test_config() + test_edit() + test_url_match();
}
