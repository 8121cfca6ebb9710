#include "dns.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

enum { header_size = 12, longest_label = 63, longest_name = 255, type_a = 1, type_any = 255, class_in = 1, ttl = 5 };
enum code { no_error = 0, format_error = 1, no_such_name = 3, not_implemented = 4, refused = 5 };

static unsigned number(const uint8_t *at) {
    return (unsigned)at[0] << 8 | at[1];
}

/// The size of the name at `at` with its final zero; 0 when it runs over the end, is too long or is compressed (a
/// question's name never is: nothing stands before it). `*arpa` tells whether its last label is `arpa`.
static size_t name_size(const uint8_t *at, size_t room, bool *arpa) {
    size_t size = 0;
    *arpa = false;
    for (;;) {
        if (size >= room || size >= longest_name) return 0;
        size_t label = at[size];
        if (label == 0) return size + 1;
        if (label > longest_label || size + 1 + label >= room) return 0;
        *arpa = label == 4 && strncasecmp((const char *)at + size + 1, "arpa", 4) == 0;
        size += 1 + label;
    }
}

static size_t finish(uint8_t *answer, size_t size, enum code code, unsigned questions, unsigned answers) {
    answer[2] = (uint8_t)(0x80 | (answer[2] & 0x79));  // an answer; operation and "recursion desired" as asked
    answer[3] = (uint8_t)(0x80 | code);                // recursion available
    memset(answer + 4, 0, 8);
    answer[5] = (uint8_t)questions;
    answer[7] = (uint8_t)answers;
    return size;
}

size_t dns_answer(const uint8_t *query, size_t size, uint8_t answer[dns_largest_answer]) {
    if (size < header_size || query[2] & 0x80) return 0;
    memcpy(answer, query, header_size);
    if (query[2] & 0x78) return finish(answer, header_size, not_implemented, 0, 0);
    if (number(query + 4) != 1) return finish(answer, header_size, format_error, 0, 0);

    bool arpa;
    size_t name = name_size(query + header_size, size - header_size, &arpa);
    size_t end = header_size + name + 4;
    if (name == 0 || end > size) return finish(answer, header_size, format_error, 0, 0);
    memcpy(answer + header_size, query + header_size, name + 4);
    unsigned type = number(query + end - 4);
    if (number(query + end - 2) != class_in) return finish(answer, end, refused, 1, 0);
    if (arpa) return finish(answer, end, no_such_name, 1, 0);
    if (type != type_a && type != type_any) return finish(answer, end, no_error, 1, 0);

    const uint8_t record[16] = {0xc0, header_size, 0, type_a, 0, class_in, 0, 0, 0, ttl, 0, 4, 127, 0, 0, 1};
    memcpy(answer + end, record, sizeof record);
    return finish(answer, end + sizeof record, no_error, 1, 1);
}
