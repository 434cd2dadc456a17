/* SPDX-License-Identifier: MIT */
int test_address(void);
int test_connection(void);
int test_http(void);

int main(void)
{
    return test_address() + test_connection() + test_http();
}
