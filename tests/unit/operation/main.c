/* SPDX-License-Identifier: MIT */
int test_archive_arguments(void);
int test_blame(void);
int test_bundle_list(void);
int test_delta_search(void);
int test_house(void);
int test_last_modified(void);
int test_pack_reach(void);
int test_push_match(void);
int test_receive(void);
int test_transfer(void);

int main(void)
{
    return test_archive_arguments() + test_blame() + test_bundle_list() +
           test_delta_search() + test_house() + test_last_modified() +
           test_pack_reach() + test_push_match() + test_receive() +
           test_transfer();
}
