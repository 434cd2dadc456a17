/* SPDX-License-Identifier: MIT */
int test_credential(void);
int test_program(void);

int main(void)
{
    return test_credential() + test_program();
}
