internal import PalanaCore
internal import Yams

/// Turns the YAML parser's errors into sentences that say what to change.
enum YAMLProblem {
    static func describe(_ error: any Error, source: String) -> ManifestProblem {
        guard let error = error as? YamlError else {
            return ManifestProblem(source: source, problem: "not readable as YAML or JSON: \(error)")
        }
        switch error {
        case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
            .composer(let context, let problem, let mark, _):
            let sentence = sentence(problem: problem, context: context?.text)
            return ManifestProblem(source: source, line: mark.line, problem: sentence)
        case .reader(let problem, _, _, _):
            return ManifestProblem(source: source, problem: "not readable as YAML or JSON: \(problem)")
        case .duplicatedKeysInMapping(let names, let context):
            let list = names.map { ShownText.quoted($0) }.joined(separator: ", ")
            return ManifestProblem(
                source: source, line: context.mark.line, problem: "\(list): given twice; keep one of them")
        default:
            return ManifestProblem(source: source, problem: "not readable as YAML or JSON")
        }
    }

    private static func sentence(problem: String, context: String?) -> String {
        if problem.contains("undefined alias") || context?.contains("alias") == true {
            return "a value that starts with `*` must stand in quotes, as \"*.example.com\""
        }
        if problem.contains("cannot start any token") {
            return "a tab or special character where a value should begin; indent with spaces, put the value in quotes"
        }
        if problem.contains("mapping values are not allowed") {
            return "a `:` where none can stand; check the indentation, put text that holds `: ` in quotes"
        }
        return "not readable as YAML or JSON: " + [context, problem].compactMap { $0 }.joined(separator: ", ")
    }
}
