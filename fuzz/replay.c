/* SPDX-License-Identifier: MIT */
/* Run a fuzzer over files, and over the files of directories, given as
 * arguments: a corpus as a plain test.
 *
 *   replay [--cut N] PATH...    N: each input is also cut at each Nth byte
 */
#include "fuzz.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>

static size_t step; /* --cut; 0: not at all */

/* Of a copy that is no larger, so that reads past its end show. */
static void run_cut(const uint8_t *data, size_t size)
{
    uint8_t *copy = malloc(size ? size : 1);

    fuzz_check(copy != NULL);
    if (size > 0)
        memcpy(copy, data, size);
    LLVMFuzzerTestOneInput(copy, size);
    free(copy);
}

static int run_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    uint8_t *data = NULL;
    size_t size = 0, got, at;

    if (!file) {
        fprintf(stderr, "cannot open %s\n", path);
        return 1;
    }
    do {
        uint8_t *grown = realloc(data, size + 65536);

        fuzz_check(grown != NULL);
        data = grown;
        got = fread(data + size, 1, 65536, file);
        size += got;
    } while (got > 0);
    fclose(file);
    data = realloc(data, size ? size : 1); /* so that reads past it show */
    fuzz_check(data != NULL);
    LLVMFuzzerTestOneInput(data, size);
    for (at = 0; step > 0 && at < size; at += step)
        run_cut(data, at);
    free(data);
    return 0;
}

/* How many files were run; negative: one could not be. */
static int run_path(const char *path)
{
    DIR *directory = opendir(path);
    struct dirent *entry;
    int count = 0;

    if (!directory)
        return run_file(path) ? -1 : 1;
    while (count >= 0 && (entry = readdir(directory))) {
        char name[4096];

        if (entry->d_name[0] == '.')
            continue;
        snprintf(name, sizeof(name), "%s/%s", path, entry->d_name);
        count = run_file(name) ? -1 : count + 1;
    }
    closedir(directory);
    return count;
}

int main(int argc, char **argv)
{
    int i = 1, count, sum = 0;

    if (argc > 2 && strcmp(argv[1], "--cut") == 0) {
        step = (size_t)strtoul(argv[2], NULL, 10);
        i = 3;
    }
    for (; i < argc; i++) {
        count = run_path(argv[i]);
        if (count < 0)
            return 1;
        sum += count;
    }
    printf("%d inputs\n", sum);
    return sum > 0 ? 0 : 1; /* a corpus that is not there proves nothing */
}
