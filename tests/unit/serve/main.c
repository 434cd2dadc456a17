/* SPDX-License-Identifier: MIT */
int test_access(void);
int test_passwords(void);
int test_response(void);

int main(void)
{
    return test_access() + test_passwords() + test_response();
}
