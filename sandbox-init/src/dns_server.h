#ifndef PALANA_DNS_SERVER_H
#define PALANA_DNS_SERVER_H

/// Answers DNS on a bound UDP socket.
void dns_serve_datagrams(int fd);
/// Answers DNS on a listening TCP socket (RFC 7766); at most 64 connections at once, more are closed.
void dns_serve_streams(int fd);

#endif
