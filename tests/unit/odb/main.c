/* SPDX-License-Identifier: MIT */
int test_odb(void);

int main(void)
{
    return test_odb();
}
