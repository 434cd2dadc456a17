/* SPDX-License-Identifier: MIT */
int test_odb(void);
int test_odb_no_memory(void);

int main(void)
{
    return test_odb() + test_odb_no_memory();
}
