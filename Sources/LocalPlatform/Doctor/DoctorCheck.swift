/// Something that `palana doctor` looks at. A check changes nothing on the machine and always ends: what it can't find out is a
/// finding too.
public protocol DoctorCheck: Sendable {
    func findings() async -> [DoctorFinding]
}
