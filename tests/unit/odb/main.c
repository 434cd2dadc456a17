/* SPDX-License-Identifier: MIT */
int test_odb(void);
int test_odb_no_memory(void);
int test_lease(void);
int test_quarantine(void);

int main(void)
{
    return test_odb() + test_odb_no_memory() + test_lease() + test_quarantine();
}
