// Runs palana-probe's table under the filter alone, as an ordinary user.
#define _GNU_SOURCE
#include <stdio.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "seccomp.h"

int main(int argc, char **argv) {
    if (argc != 2) return 2;
    if (geteuid() == 0 && (setresgid(65534, 65534, 65534) != 0 || setresuid(65534, 65534, 65534) != 0)) return 2;
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || install_filter() != 0) {
        perror("filter_test: install_filter");
        return 1;
    }
    execl(argv[1], argv[1], (char *)NULL);
    perror("filter_test: execl");
    return 1;
}
