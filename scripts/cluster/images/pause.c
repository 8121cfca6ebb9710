/* Holds a pod's namespaces until it is killed. Never shipped: clusters have their own. */
#include <signal.h>
#include <unistd.h>

static void end(int signal) { (void)signal; _exit(0); }

int main(void) {
    signal(SIGTERM, end);
    signal(SIGINT, end);
    signal(SIGCHLD, SIG_IGN); /* nothing stays a zombie in a shared process namespace */
    for (;;) pause();
}
