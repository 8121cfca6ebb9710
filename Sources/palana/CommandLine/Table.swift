/// A table for people: columns as wide as their widest cell, two spaces between them, no ruling.
struct Table {
    var header: [String]
    var rows: [[String]]

    init(_ header: [String], rows: [[String]] = []) {
        self.header = header
        self.rows = rows
    }

    /// The table as text; cells are made harmless for a terminal.
    func rendered() -> String {
        let lines = [header] + rows.map { $0.map(Terminal.visible) }
        let widths = header.indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
        return lines.map { line in
            line.enumerated()
                .map { index, cell in
                    index == line.count - 1 ? cell : cell.padding(to: widths[index] + 2)
                }
                .joined()
        }
        .joined(separator: "\n")
    }
}

extension String {
    /// The text with spaces behind it up to `width` characters.
    func padding(to width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - count))
    }
}
