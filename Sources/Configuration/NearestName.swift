/// Suggestions for misspelt names.
public enum NearestName {
  /// The candidate that a misspelt name most likely means.
  ///
  /// - Parameters:
  ///   - name: What was written.
  ///   - candidates: The valid names.
  /// - Returns: The nearest candidate by edit distance, or nil when none is near; the first in the given order on ties.
  public static func find<Names: Sequence<String>>(_ name: String, among candidates: Names)
    -> String?
  {
    let written = Array(name.lowercased().prefix(200))
    var best: (distance: Int, name: String)?
    for candidate in candidates {
      let letters = Array(candidate.lowercased().prefix(200))
      let limit = max(2, min(written.count, letters.count) / 3)
      let distance = editDistance(written, letters)
      guard distance <= limit || isPart(written, of: letters) else { continue }
      if distance < best?.distance ?? .max { best = (distance, candidate) }
    }
    return best?.name
  }

  /// A hint that names the nearest candidate.
  ///
  /// - Parameters:
  ///   - name: What was written.
  ///   - candidates: The valid names.
  ///   - listing: What to call the list of all candidates when none is near; no list when empty.
  /// - Returns: `did you mean 'x'?`, or the list of valid names, or nothing.
  public static func hint<Names: Collection<String>>(
    for name: String, among candidates: Names, listing: String = ""
  ) -> String {
    if let nearest = find(name, among: candidates) { return "did you mean '\(nearest)'?" }
    guard !listing.isEmpty, !candidates.isEmpty else { return "" }
    return "\(listing): \(candidates.prefix(40).joined(separator: ", "))"
  }

  private static func isPart(_ part: [Character], of whole: [Character]) -> Bool {
    part.count >= 3 && whole.count > part.count
      && String(whole).split(whereSeparator: { !$0.isLetter && !$0.isNumber })
        .contains { Array($0) == part }
  }

  /// Number of single-letter changes (with swaps of neighbours) from one word to another.
  ///
  /// - Note: Source: Damerau, "A technique for computer detection and correction of spelling errors", 1964; the restricted
  ///   form, in which no letter is changed twice.
  static func editDistance(_ left: [Character], _ right: [Character]) -> Int {
    if left.isEmpty || right.isEmpty { return max(left.count, right.count) }
    var beforeLast = [Int](repeating: 0, count: right.count + 1)
    var last = Array(0...right.count)
    for i in 1...left.count {
      var row = [i] + [Int](repeating: 0, count: right.count)
      for j in 1...right.count {
        let change = left[i - 1] == right[j - 1] ? 0 : 1
        row[j] = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + change)
        if i > 1, j > 1, left[i - 1] == right[j - 2], left[i - 2] == right[j - 1] {
          row[j] = min(row[j], beforeLast[j - 2] + 1)
        }
      }
      beforeLast = last
      last = row
    }
    return last[right.count]
  }
}
