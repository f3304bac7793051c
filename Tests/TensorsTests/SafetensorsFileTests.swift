import Foundation
import TestSupport
import Testing

@testable import Tensors

@Suite("Safetensors files")
struct SafetensorsFileTests {
  private struct Expectation: Decodable {
    let kind: String
    let exit_code: Int
    let readable_messages: Int?
    let must_report: [String]?
  }

  @Test(.enabled(if: SharedData.isPresent, "the recordings are not there"))
  func `damaged files give errors that name file and cause, valid ones are read`() throws {
    let data = try Data(
      contentsOf: URL(fileURLWithPath: SharedData.path("damaged/expectations.json")))
    let all = try JSONDecoder().decode([String: Expectation].self, from: data)
    let cases = all.filter { $0.value.kind == "safetensors" }
    #expect(cases.count >= 27)
    for (name, expected) in cases.sorted(by: { $0.key < $1.key }) {
      let path = SharedData.path("damaged/" + name)
      if expected.exit_code == 0 {
        let file = try SafetensorsFile(path: path)
        #expect(file.entries.count == expected.readable_messages, "\(name)")
        #expect(try file.tensors().count == file.entries.count, "\(name)")
        continue
      }
      do {
        _ = try SafetensorsFile(path: path)
        Issue.record("\(name) was accepted")
      } catch {
        let text = error.description
        #expect(text.hasPrefix(path + ": "))
        for pattern in expected.must_report ?? [] {
          // The path must not do the reporting.
          let found = (error.place + ": " + error.reason)
            .range(of: pattern, options: [.regularExpression, .caseInsensitive])
          #expect(found != nil, "\(text) should match \(pattern)")
        }
      }
    }
  }

  @Test(.enabled(if: SharedData.isPresent, "the recordings are not there"))
  func `published fixtures are read without a copy`() throws {
    let file = try SafetensorsFile(path: SharedData.path("parity/op_conv2d/weights.safetensors"))
    #expect(!file.names.isEmpty && file.names == file.names.sorted())
    let name = try #require(file.names.first)
    let first = try file.tensor(name).withUnsafeBytes { $0.baseAddress }
    #expect(try file.tensor(name).withUnsafeBytes { $0.baseAddress } == first)
  }

  @Test func `every element type survives writing and reading`() throws {
    let folder = try TemporaryFolder()
    var tensors: [String: Tensor] = [:]
    for type in ElementType.allCases { tensors["a.\(type)"] = .full([3], 1, type) }
    tensors["scalar"] = Tensor([2.5], shape: [])
    tensors["empty"] = Tensor([Float](), shape: [0, 4])
    tensors["ä \"quoted\"\\\n"] = Tensor([1, 2] as [Int64])
    try SafetensorsFile.write(
      tensors, metadata: ["format": "pt", "note": "tab\there"], to: folder.file("all.safetensors"))
    let file = try SafetensorsFile(path: folder.file("all.safetensors"))
    #expect(file.metadata == ["format": "pt", "note": "tab\there"])
    #expect(Set(file.names) == Set(tensors.keys))
    for (name, tensor) in tensors {
      let read = try file.tensor(name)
      #expect(read.shape == tensor.shape && read.elementType == tensor.elementType)
      #expect(
        read.withUnsafeBytes { Array($0) } == tensor.withUnsafeBytes { Array($0) }, "\(name)")
    }
    for entry in file.entries {
      #expect(entry.bytes.lowerBound.isMultiple(of: entry.elementType.byteCount))
    }
    let left = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    #expect(left == ["all.safetensors"])
  }

  @Test func `a small file has exactly these bytes`() throws {
    let folder = try TemporaryFolder()
    try SafetensorsFile.write(
      ["b": Tensor([1] as [Float]), "a": Tensor([7] as [UInt8])], to: folder.file("x"))
    let bytes = try Data(contentsOf: URL(fileURLWithPath: folder.file("x")))
    let header = #"""
      {"a":{"dtype":"U8","shape":[1],"data_offsets":[4,5]},"b":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}
      """#
    let padded = header + String(repeating: " ", count: (8 - header.utf8.count % 8) % 8)
    #expect(bytes.first == UInt8(padded.utf8.count))
    #expect(Data(bytes.dropFirst(8)) == Data(padded.utf8) + Data([0, 0, 0x80, 0x3F, 7]))
  }

  @Test func `writing to a tensor that was read leaves the file alone`() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("x.safetensors")
    try SafetensorsFile.write(["x": Tensor([1, 2] as [Float])], to: path)
    func read() throws -> Tensor { try SafetensorsFile(path: path).tensor("x") }
    var x = try read()
    x.withUnsafeMutableElements(of: Float.self) { $0[0] = 5 }
    #expect(try read().array(of: Float.self) == [1, 2])
    #expect((x + 0).array(of: Float.self) == [5, 2])
  }

  @Test func `misaligned elements are copied, not misread`() throws {
    let folder = try TemporaryFolder()
    var header = #"{"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#
    while header.utf8.count % 4 != 1 { header += " " }
    var data = Data([UInt8(header.utf8.count), 0, 0, 0, 0, 0, 0, 0]) + Data(header.utf8)
    data += Data([0, 0, 0x80, 0x3F, 0, 0, 0, 0x40])
    try data.write(to: URL(fileURLWithPath: folder.file("x")))
    #expect(
      try SafetensorsFile(path: folder.file("x")).tensor("x").array(of: Float.self) == [1, 2])
  }

  @Test func `a BOOL that is neither 0 nor 1 is refused`() throws {
    let folder = try TemporaryFolder()
    let header = #"{"m":{"dtype":"BOOL","shape":[3],"data_offsets":[0,3]}}"#
    let data =
      Data([UInt8(header.utf8.count), 0, 0, 0, 0, 0, 0, 0]) + Data(header.utf8) + Data([0, 1, 2])
    try data.write(to: URL(fileURLWithPath: folder.file("x")))
    #expect(throws: SafetensorsError.self) {
      try SafetensorsFile(path: folder.file("x")).tensor("m")
    }
  }

  @Test func `no single changed byte of a valid file crashes the reader`() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("x.safetensors")
    try SafetensorsFile.write(
      ["a": Tensor([true, false]), "b": Tensor([1, 2] as [Float])], metadata: ["k": "v"], to: path)
    var bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    var refused = 0
    for i in bytes.indices {
      let valid = bytes[i]
      for value in [0x22, 0x39] as [UInt8] where valid != value {
        bytes[i] = value
        do { _ = try bytes.withUnsafeBytes { try SafetensorsHeader($0) } } catch { refused += 1 }
      }
      bytes[i] = valid
    }
    #expect(refused > bytes.count / 2)
  }

  @Test func `missing files, folders and unwritable places are errors with the path`() throws {
    let folder = try TemporaryFolder()
    for path in [folder.file("absent"), folder.path] {
      do {
        _ = try SafetensorsFile(path: path)
        Issue.record("\(path) was opened")
      } catch { #expect(error.description.hasPrefix(path + ": file: ")) }
    }
    #expect(throws: SafetensorsError.self) {
      try SafetensorsFile.write(["x": Tensor([1.0])], to: folder.file("no/such/folder"))
    }
    #expect(throws: SafetensorsError.self) {
      try SafetensorsFile.write(["__metadata__": Tensor([1.0])], to: folder.file("x"))
    }
  }
}
