import EnvoyAPI
import Foundation
import PalanaCore
import SwiftProtobuf

/// Envoy's header maps and ours.
enum HeaderTranslation {
    static func fields(_ map: Envoy_Config_Core_V3_HeaderMap) -> [HeaderField] {
        map.headers.map { header in
            let value = header.rawValue.isEmpty ? header.value : String(decoding: header.rawValue, as: UTF8.self)
            return HeaderField(name: header.key.lowercased(), value: value)
        }
    }

    /// - Parameter set: all fields of each name that changes, in order: the first takes the place of all, the others
    ///   are added.
    static func mutation(set: [HeaderField], removed: [String]) -> Envoy_Service_ExtProc_V3_HeaderMutation {
        var seen: Set<String> = []
        return .with {
            $0.setHeaders = set.map { field in
                let isFirst = seen.insert(field.name).inserted
                return .with {
                    $0.header.key = field.name
                    $0.header.rawValue = Data(field.value.utf8)
                    $0.appendAction = isFirst ? .overwriteIfExistsOrAdd : .appendIfExistsOrAdd
                }
            }
            $0.removeHeaders = removed
        }
    }
}
