/// The version of this build, which `make` keeps in step with the tag.
enum PlatformVersion {
    static let current = "0.1.0"
}
