import Foundation
import PalanaCore

/// What goes to the person's terminal. Bytes that came from an agent or from outside pass `visible`, so that they can't
/// move the cursor, change the title or forge a line.
enum Terminal {
    /// Writes to standard output, with a newline when there is none.
    static func write(_ text: String) {
        put(text, to: FileHandle.standardOutput)
    }

    /// Writes to standard error, with a newline when there is none.
    static func warn(_ text: String) {
        put(text, to: FileHandle.standardError)
    }

    /// The text with control characters (C0, C1, bidirectional overrides) shown as `\u{…}`.
    static func visible(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            if ShownText.isShown(scalar) {
                result.unicodeScalars.append(scalar)
            } else {
                result += "\\u{\(String(scalar.value, radix: 16))}"
            }
        }
        return result
    }

    private static func put(_ text: String, to handle: FileHandle) {
        let line = text.hasSuffix("\n") || text.isEmpty ? text : text + "\n"
        // A closed pipe (`palana get agents | head -1`) ends the output; there is nobody left to tell.
        try? handle.write(contentsOf: Data(line.utf8))
    }
}
