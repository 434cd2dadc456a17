/* SPDX-License-Identifier: MIT */
int test_packed_refs(void);
int test_ref_race(void);
int test_refs(void);
int test_refs_many(void);
int test_reftable(void);

int main(void)
{
    return test_packed_refs() + test_reftable() + test_refs() +
           test_ref_race() + test_refs_many();
}
