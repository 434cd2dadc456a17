/* SPDX-License-Identifier: MIT */
int test_hash(void);
int test_id(void);
int test_id_map(void);
int test_sha1(void);
int test_sha256(void);

int main(void)
{
    return test_id() + test_id_map() + test_hash() + test_sha1() +
           test_sha256();
}
