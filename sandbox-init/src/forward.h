// Forwards streams from loopback to the agent's Unix socket, the one way out of the sandbox.
#ifndef PALANA_FORWARD_H
#define PALANA_FORWARD_H

#include <stdint.h>

/// Begins to accept on `listener`. At most 4,096 streams are open at once; more wait in the listen queue.
/// Memory is bounded: an idle stream holds no buffer, a stalled direction holds at most 16 KiB.
/// - Parameter socket_path: the gateway's socket, opened anew for each stream; at most 107 bytes.
void forward_accept(int listener, const char *socket_path);

#endif
