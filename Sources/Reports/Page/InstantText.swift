import Foundation
import SensorLogs

extension Timestamp {
  /// The instant for a person: a UTC date where it lies after 1980, seconds otherwise; both to the microsecond.
  var readable: String {
    let micros = nanoseconds / 1000
    let (whole, part) = (micros / 1_000_000, micros % 1_000_000)
    if nanoseconds < 315_532_800_000_000_000 {
      return String(format: "%.6f s", Double(micros) / 1e6)
    }
    let date = CivilDate(daysSinceEpoch: Int(whole / 86400))
    let second = Int(whole % 86400)
    return String(
      format: "%04d-%02d-%02d %02d:%02d:%02d.%06d UTC", date.year, date.month, date.day,
      second / 3600, second / 60 % 60, second % 60, Int(part))
  }
}

/// A day of the Gregorian calendar.
///
/// - Note: Source: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms": the year starts in March, eras last 400 years.
struct CivilDate: Equatable {
  var year: Int
  var month: Int
  var day: Int

  init(daysSinceEpoch: Int) {
    let shifted = daysSinceEpoch + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
    month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  }
}
