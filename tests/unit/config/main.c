/* SPDX-License-Identifier: MIT */
int test_config(void);

int main(void)
{
    return test_config();
}
