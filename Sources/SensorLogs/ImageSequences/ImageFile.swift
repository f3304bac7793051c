import Geometry
import Vision

/// One image file as a message.
struct ImageFile: FileContent {
  /// Where it lies.
  var path: String
  var file: String
  var place = ""
  /// The other image of a pair, whose size must be the same.
  var partner: (path: String, file: String)?
  /// The camera that took an image of the size given, when known.
  var camera: (@Sendable (PixelSize) throws -> CameraModel)?

  var payloadType: String { Image.typeName }

  func payload(_ note: (LogDamage) -> Void) throws -> any Payload {
    let bytes = try RandomAccessFile.contents(of: path, named: file, place: place)
    var image: Image
    do {
      image = try ImageCodec.decode(bytes, named: file)
    } catch {
      throw failure("the image cannot be decoded: \(error)")
    }
    image.camera = try camera?(PixelSize(width: image.width, height: image.height))
    return image
  }

  func check() -> FileCheck {
    var check = FileCheck()
    do {
      let bytes = try RandomAccessFile.contents(of: path, named: file, place: place)
      check.size = ImageCodec.header(bytes).map { PixelSize(width: $0.width, height: $0.height) }
      if let problem = ImageCodec.problem(in: bytes) {
        check.damage.append(damage("the image is damaged: \(problem)"))
        check.isReadable = (try? ImageCodec.decode(bytes, named: file)) != nil
      }
      if let size = check.size {
        _ = try camera?(size)
        checkPartner(size, &check)
      }
    } catch {
      check.isReadable = false
      check.damage.append(LogDamage(error, file: file, place: place))
    }
    return check
  }

  private func checkPartner(_ size: PixelSize, _ check: inout FileCheck) {
    guard let partner, let other = Self.size(of: partner.path), other != size else { return }
    check.damage.append(
      damage("the image is \(size.text), but \(partner.file) of the same pair is \(other.text)"))
  }

  /// Width and height from the first bytes of an image; nil when they do not tell.
  static func size(of path: String) -> PixelSize? {
    guard let file = try? RandomAccessFile(path),
      let header = (try? file.read(at: 0, atMost: 65536)).flatMap({ ImageCodec.header($0) })
    else { return nil }
    return PixelSize(width: header.width, height: header.height)
  }
}
