// Answers DNS questions with loopback, so that names are never resolved outside and DNS carries nothing out.
#ifndef PALANA_DNS_H
#define PALANA_DNS_H

#include <stddef.h>
#include <stdint.h>

enum { dns_largest_answer = 12 + 255 + 4 + 16 };

/// Writes the answer to `query` (RFC 1035, section 4) into `answer`, at most `dns_largest_answer` bytes.
/// A (and ANY) → 127.0.0.1; every other type of a name → no data; names under `arpa` → no such name; questions we
/// can't read → format error; other operations → not implemented; other classes → refused.
/// Returns the answer's size, 0 to stay silent (it wasn't a question).
size_t dns_answer(const uint8_t *query, size_t size, uint8_t answer[dns_largest_answer]);

#endif
