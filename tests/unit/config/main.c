/* SPDX-License-Identifier: MIT */
int test_config(void);
int test_edit(void);

int main(void)
{
    return test_config() + test_edit();
}
