/* SPDX-License-Identifier: MIT */
int test_program(void);

int main(void)
{
    return test_program();
}
