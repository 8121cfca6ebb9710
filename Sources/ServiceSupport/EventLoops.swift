import NIOCore
import NIOPosix

/// Where this process runs its tasks.
public enum EventLoops {
    /// Lets Swift's tasks run on the threads that do the sockets' work, one a core, instead of on a pool of their own:
    /// a call is then read, decided and answered without a change of threads, each of which costs more than most steps
    /// of a decision. What blocks must not run in a task from then on, but on a queue of its own (`DiskQueue`).
    ///
    /// Once a process, before the first task that matters. False where Swift's runtime has no place for it: then
    /// everything works, and is slower.
    @discardableResult
    public static func runTasks() -> Bool {
        NIOSingletons.unsafeTryInstallSingletonPosixEventLoopGroupAsConcurrencyGlobalExecutor()
    }
}
