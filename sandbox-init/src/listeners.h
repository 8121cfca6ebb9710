// The sockets that programs of the sandbox find on its loopback.
#ifndef PALANA_LISTENERS_H
#define PALANA_LISTENERS_H

#include <stdbool.h>
#include <stdint.h>

/// Sees to it that `lo` is up (bubblewrap brings it up already when it makes the network namespace).
void bring_loopback_up(void);
/// A non-blocking socket bound to 127.0.0.1 or ::1, listening when `type` is SOCK_STREAM. -1 when the kernel has no
/// IPv6; any other fault ends the sandbox.
int bind_loopback(bool ipv6, int type, uint16_t port);

#endif
