import Testing

@testable import SensorLogs

@Suite struct FolderListingTests {
  @Test func `numbers in names count as numbers`() {
    let names = [
      "img10.png", "img9.png", "img010.png", "img1.png", "a", "img10b.png", "b2c3", "b2c",
    ]
    #expect(
      names.sorted(by: FolderListing.naturallyPrecedes)
        == ["a", "b2c", "b2c3", "img1.png", "img9.png", "img010.png", "img10.png", "img10b.png"])
  }

  @Test func `natural order is a strict order`() {
    let names = ["1", "01", "001", "1a", "a1", "a01", "a", "", "10", "9", "a9b", "a10b"]
    for a in names {
      #expect(!FolderListing.naturallyPrecedes(a, a))
      for b in names where a != b {
        #expect(FolderListing.naturallyPrecedes(a, b) != FolderListing.naturallyPrecedes(b, a))
      }
    }
  }

  @Test func `extensions and stems split at the last dot`() {
    #expect(FolderListing.fileExtension("a.b.PNG") == "png")
    #expect(FolderListing.stem("a.b.PNG") == "a.b")
    #expect(FolderListing.fileExtension(".hidden") == "")
    #expect(FolderListing.number("000012") == 12)
    #expect(FolderListing.number("12a") == nil)
    #expect(FolderListing.number("9999999999999999") == nil)
  }

  @Test func `nominal times are rounded to nanoseconds and do not overflow`() {
    #expect(FolderListing.instant(ofFrame: 3, rate: 10)?.nanoseconds == 300_000_000)
    #expect(FolderListing.instant(ofFrame: 1, rate: 30)?.nanoseconds == 33_333_333)
    #expect(FolderListing.instant(ofFrame: 2, rate: 30)?.nanoseconds == 66_666_667)
    #expect(FolderListing.instant(ofFrame: .max, rate: 30) == nil)
  }
}
