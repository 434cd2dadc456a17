/* SPDX-License-Identifier: MIT */
int test_base64(void);
int test_base85(void);
int test_delta(void);
int test_ewah(void);
int test_inflate(void);
int test_pkt_line(void);
int test_short_inflate(void);
int test_small(void);
int test_varint(void);

int main(void)
{
    return test_varint() + test_base64() + test_base85() + test_pkt_line() +
           test_delta() + test_ewah() + test_inflate() + test_short_inflate() +
           test_small();
}
