/// Times as KITTI raw drives write them: `2011-09-26 13:02:25.964389445`.
enum KITTIRawTime {
  /// Nanoseconds since 1970 of a line, read as UTC; nil when the line is no time.
  static func parse(_ line: some StringProtocol) -> Timestamp? {
    let words = NumberText.words(line)
    guard words.count == 2 else { return nil }
    let date = words[0].split(separator: "-", omittingEmptySubsequences: false)
    let clock = words[1].split(separator: ":", omittingEmptySubsequences: false)
    guard date.count == 3, clock.count == 3, let year = digits(date[0], 4),
      let month = digits(date[1], 2), let day = digits(date[2], 2), let hour = digits(clock[0], 2),
      let minute = digits(clock[1], 2), (1...12).contains(month), (1...31).contains(day),
      hour < 24, minute < 60, (1970...2200).contains(year)
    else { return nil }
    let seconds = clock[2].split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    guard let whole = digits(seconds[0], 2), whole <= 60 else { return nil }
    var fraction = 0
    if seconds.count == 2 {
      let text = seconds[1].prefix(9)
      guard let value = FolderListing.number(String(text)) else { return nil }
      fraction = (text.count..<9).reduce(value) { sum, _ in sum * 10 }
    }
    let daySeconds = (hour * 60 + minute) * 60 + whole
    let total = (days(year, month, day) * 86_400 + daySeconds) * 1_000_000_000 + fraction
    return Timestamp(nanoseconds: Int64(total))
  }

  private static func digits(_ text: Substring, _ count: Int) -> Int? {
    text.count == count ? FolderListing.number(String(text)) : nil
  }

  /// Days from 1970-01-01 to a date of the Gregorian calendar.
  private static func days(_ year: Int, _ month: Int, _ day: Int) -> Int {
    // Years start in March, so that the leap day is the last.
    let shifted = month <= 2 ? year - 1 : year
    let monthFromMarch = (month + 9) % 12
    let dayOfYear = (153 * monthFromMarch + 2) / 5 + day - 1
    let leapDays = shifted / 4 - shifted / 100 + shifted / 400
    return shifted * 365 + leapDays + dayOfYear - 719_468
  }
}
