import PalanaCore
import Testing

@Suite struct DecisionIDTests {
    @Test func `Ids are 26 characters of the alphabet, all of it in every place, and never the same`() {
        let ids = (0..<5_000).map { _ in DecisionID.random().rawValue }
        #expect(Set(ids).count == ids.count)
        #expect(ids.allSatisfy { $0.utf8.count == 26 })
        let alphabet = Set("0123456789abcdefghjkmnpqrstvwxyz")
        for place in 0..<26 {
            #expect(Set(ids.map { Array($0)[place] }) == alphabet, "place \(place)")
        }
    }
}
