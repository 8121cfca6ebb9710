// The DNS responder against well-formed questions and hostile packets, under the address and undefined-behaviour
// sanitizers.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dns.h"

static int failures;

#define CHECK(condition, what) \
    do { \
        if (!(condition)) { \
            fprintf(stderr, "dns_test: %s: %s is false\n", what, #condition); \
            failures++; \
        } \
    } while (0)

/// Asks from a heap block of exactly the query's size, so that a read past its end is caught.
static size_t ask(const void *query, size_t size, uint8_t answer[dns_largest_answer]) {
    uint8_t *copy = malloc(size ? size : 1);
    memcpy(copy, query, size);
    memset(answer, 0xee, dns_largest_answer);
    size_t result = dns_answer(copy, size, answer);
    free(copy);
    if (result > dns_largest_answer) abort();
    return result;
}

static size_t question(uint8_t *query, const char *name, size_t name_size, unsigned type, unsigned class) {
    const uint8_t header[12] = {0x12, 0x34, 0x01, 0, 0, 1};
    memcpy(query, header, 12);
    memcpy(query + 12, name, name_size);
    uint8_t *end = query + 12 + name_size;
    end[0] = (uint8_t)(type >> 8), end[1] = (uint8_t)type, end[2] = (uint8_t)(class >> 8), end[3] = (uint8_t)class;
    return 12 + name_size + 4;
}

static void answers_names(void) {
    const struct {
        const char *what, *name;
        size_t name_size;
        unsigned type, class, code, answers;
    } table[] = {
        {"A", "\3api\6github\3com", 16, 1, 1, 0, 1},       {"ANY", "\3api\6github\3com", 16, 255, 1, 0, 1},
        {"AAAA", "\3api\6github\3com", 16, 28, 1, 0, 0},    {"TXT", "\3api\6github\3com", 16, 16, 1, 0, 0},
        {"HTTPS", "\3api\6github\3com", 16, 65, 1, 0, 0},   {"SRV", "\3api\6github\3com", 16, 33, 1, 0, 0},
        {"PTR", "\0011\7in-addr\4ARPA", 16, 12, 1, 3, 0},   {"root", "", 1, 1, 1, 0, 1},
        {"class CH", "\7version\4bind", 14, 16, 3, 5, 0},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        uint8_t query[512], answer[dns_largest_answer];
        size_t size = question(query, table[i].name, table[i].name_size, table[i].type, table[i].class);
        size_t got = ask(query, size, answer);
        CHECK(got == size + 16 * table[i].answers, table[i].what);
        CHECK(answer[0] == 0x12 && answer[1] == 0x34, table[i].what);
        CHECK(answer[2] == 0x81 && (answer[3] & 0x0f) == table[i].code, table[i].what);
        CHECK(answer[5] == 1 && answer[7] == table[i].answers, table[i].what);
        if (table[i].answers) CHECK(memcmp(answer + got - 4, "\177\0\0\1", 4) == 0, table[i].what);
    }
}

static void refuses_nonsense(void) {
    uint8_t query[1232], answer[dns_largest_answer], longest[300];
    CHECK(ask("", 0, answer) == 0, "empty");
    CHECK(ask("\0\0\0\0\0\1\0\0\0\0\0", 11, answer) == 0, "short header");
    CHECK(ask("\0\0\x81\0\0\1\0\0\0\0\0\0\0\0\1\0\1", 17, answer) == 0, "an answer");
    const struct {
        const char *what, *bytes;
        size_t size;
        unsigned code;
    } table[] = {
        {"no question", "\0\1\1\0\0\0\0\0\0\0\0\0", 12, 1},
        {"two questions", "\0\1\1\0\0\2\0\0\0\0\0\0\0\0\1\0\1\0\0\1\0\1", 22, 1},
        {"65,535 questions", "\0\1\1\0\377\377\0\0\0\0\0\0\0\0\1\0\1", 17, 1},
        {"header only", "\0\1\1\0\0\1\0\0\0\0\0\0", 12, 1},
        {"no type", "\0\1\1\0\0\1\0\0\0\0\0\0\0", 13, 1},
        {"half a type", "\0\1\1\0\0\1\0\0\0\0\0\0\0\0\1\0", 16, 1},
        {"label past the end", "\0\1\1\0\0\1\0\0\0\0\0\0\77abc", 16, 1},
        {"label to the very end", "\0\1\1\0\0\1\0\0\0\0\0\0\3abc", 16, 1},
        {"pointer to itself", "\0\1\1\0\0\1\0\0\0\0\0\0\300\14\0\1\0\1", 18, 1},
        {"reserved label type", "\0\1\1\0\0\1\0\0\0\0\0\0\100a\0\0\1\0\1", 19, 1},
        {"update", "\0\1\50\0\0\1\0\0\0\0\0\0\0\0\1\0\1", 17, 4},
        {"notify", "\0\1\40\0\0\1\0\0\0\0\0\0\0\0\1\0\1", 17, 4},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        size_t got = ask(table[i].bytes, table[i].size, answer);
        CHECK(got == 12 && (answer[3] & 0x0f) == table[i].code && answer[7] == 0, table[i].what);
    }
    for (size_t labels = 1; labels <= 4; labels++) {  // 4 × 64 + 1 = 257 > 255
        memset(longest, 'a', sizeof longest);
        for (size_t i = 0; i < labels; i++) longest[i * 64] = 63;
        longest[labels * 64] = 0;
        size_t size = question(query, (char *)longest, labels * 64 + 1, 1, 1);
        CHECK((ask(query, size, answer) == 12) == (labels == 4), "long name");
    }
}

/// Random bytes, and questions with random bytes flipped and cut off: nothing may crash, every answer must fit.
static void survives_noise(void) {
    srand(1);
    for (int round = 0; round < 200000; round++) {
        uint8_t query[600], answer[dns_largest_answer];
        size_t size = question(query, "\3api\6github\3com", 16, 1, 1);
        if (round % 2) {
            size = (size_t)rand() % sizeof query;
            for (size_t i = 0; i < size; i++) query[i] = (uint8_t)rand();
            if (size > 5) query[2] &= 0x7f, query[4] = 0, query[5] = 1;
        } else {
            for (int i = rand() % 4; i >= 0; i--) query[(size_t)rand() % size] = (uint8_t)rand();
            size -= (size_t)rand() % 4;
        }
        ask(query, size, answer);
    }
}

int main(void) {
    answers_names();
    refuses_nonsense();
    survives_noise();
    if (failures == 0) puts("ok dns: questions, hostile packets and noise");
    return failures != 0;
}
