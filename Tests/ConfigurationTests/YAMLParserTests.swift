import CYAML
import Configuration
import Testing

/// The one mistake in a text.
private func mistake(_ text: String) -> ConfigurationError? {
  mistake(bytes: Array(text.utf8))
}

private func mistake(bytes: [UInt8]) -> ConfigurationError? {
  do {
    _ = try YAMLNode(bytes: bytes, file: "a.yaml")
    return nil
  } catch { return (error as? ConfigurationErrors)?.errors.first }
}

@Suite struct YAMLParserTests {
  @Test func `every value knows its line and column`() throws {
    let node = try YAMLNode(text: "a: 1\nlist:\n  - x\n  - { k: v }\n", file: "a.yaml")
    let mapping = try #require(node.mapping)
    #expect(mapping.keys == ["a", "list"])
    #expect(mapping["a"]?.position == SourcePosition(file: "a.yaml", line: 1, column: 4))
    let items = try #require(mapping["list"]?.items)
    #expect(items[0].position.line == 3)
    #expect(items[1].mapping?["k"]?.position == SourcePosition(file: "a.yaml", line: 4, column: 10))
    #expect(mapping.entry("list")?.keyPosition.line == 2)
  }

  @Test func `columns count characters, not bytes`() throws {
    let node = try YAMLNode(text: "{ \"é\": 1, b: 2 }", file: "a.yaml")
    #expect(node.mapping?["b"]?.position.column == 14)
  }

  @Test func `plain words follow YAML 1,2`() {
    let number = { (text: String) in YAMLScalar(text: text).number }
    #expect(YAMLScalar(text: "no").bool == nil)
    #expect(YAMLScalar(text: "on").bool == nil)
    #expect(YAMLScalar(text: "true").bool == true)
    #expect(YAMLScalar(text: "true", isQuoted: true).bool == nil)
    #expect(number("012") == .integer(12))
    #expect(number("0x1F") == .integer(31))
    #expect(number("0o17") == .integer(15))
    #expect(number("-5") == .integer(-5))
    #expect(number("+1.5e3") == .real(1500))
    #expect(number(".5") == .real(0.5))
    #expect(number("1:30") == nil)
    #expect(number("1e") == nil)
    #expect(number(".") == nil)
    #expect(number("-") == nil)
    #expect(number("1_000") == nil)
    #expect(number("0x") == nil)
    #expect(number("-0x1") == nil)
    #expect(number("1e999") == .tooLarge)
    #expect(number("100000000000000000000") == .tooLarge)
    #expect(number(".nan") == .notANumber)
    #expect(number("-.inf") == .infinite)
    #expect(YAMLScalar(text: "").isNull && YAMLScalar(text: "~").isNull)
  }

  @Test func `a duplicate key names the line of the first`() throws {
    let error = try #require(mistake("a: 1\nb: 2\na: 3\n"))
    #expect(
      error.description == "a.yaml:3:1: error: duplicate key 'a': it already appears in line 1")
  }

  @Test func `one document only`() throws {
    #expect(try #require(mistake("a: 1\n---\nb: 2\n")).line == 2)
    #expect(try #require(mistake("")).problem.contains("empty"))
    #expect(try #require(mistake("# nothing\n")).problem.contains("empty"))
    #expect(mistake("---\na: 1\n...\n") == nil)
  }

  @Test func `nesting is limited to 64 levels`() throws {
    let nested = { (depth: Int) in
      String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
    }
    #expect(mistake(nested(64)) == nil)
    #expect(try #require(mistake(nested(65))).problem.contains("nested"))
    #expect(mistake(String(repeating: "[", count: 100_000)) != nil)
    #expect(mistake(String(repeating: "- ", count: 50_000)) != nil)
  }

  @Test func `aliases expand within bounds and without cycles`() throws {
    let node = try YAMLNode(text: "a: &x [1, 2]\nb: *x\n", file: "a.yaml")
    #expect(node.mapping?["b"]?.items?.count == 2)
    #expect(try #require(mistake("s: &s [*s]")).problem.contains("itself"))
    #expect(try #require(mistake("s: *t")).problem.contains("anchor"))
    var bomb = "a: &a [x,x,x,x,x,x,x,x,x,x]\n"
    for (name, last) in zip("bcdefghi", "abcdefgh") {
      bomb += "\(name): &\(name) [" + Array(repeating: "*\(last)", count: 10).joined(separator: ",")
      bomb += "]\n"
    }
    #expect(try #require(mistake(bomb)).problem.contains("too large"))
  }

  @Test func `tags of other languages are refused, YAML's own are kept`() throws {
    #expect(try #require(mistake("a: !!python/object:x 1")).problem.contains("tag"))
    #expect(try #require(mistake("a: !mine 1")).problem.contains("tag"))
    let node = try YAMLNode(text: "a: !!str 12", file: "a.yaml")
    #expect(node.mapping?["a"]?.scalar?.number == nil)
    #expect(node.mapping?["a"]?.scalar?.text == "12")
  }

  @Test func `bad bytes are named with their line`() throws {
    let invalid = try #require(mistake(bytes: Array("a: 1\nb: x".utf8) + [0xFF, 0xFE]))
    #expect(invalid.problem.contains("encoding"))
    #expect(invalid.line == 2)
    #expect(try #require(mistake(bytes: [97, 58, 32, 0, 98])).problem.contains("character"))
    #expect(mistake(bytes: [97, 58, 32, 7, 98]) != nil)
  }

  @Test func `UTF-16 with a byte order mark reads like UTF-8`() throws {
    let bytes: [UInt8] = [0xFF, 0xFE] + "a: é".utf16.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }
    let node = try YAMLNode(bytes: bytes, file: "a.yaml")
    #expect(node.mapping?["a"]?.scalar?.text == "é")
  }

  @Test func `keys are text and merge keys are refused`() {
    #expect(mistake("? [a]\n: 1\n") != nil)
    #expect(mistake("a: &a {x: 1}\nb:\n  <<: *a\n") != nil)
  }

  @Test func `syntax errors carry their place`() throws {
    let error = try #require(mistake("a: 1\nb: [1, 2\nc: 3\n"))
    #expect(error.line >= 2)
    #expect(error.description.contains("a.yaml:"))
  }

  @Test func `a missing file is a missing input, not a wrong text`() {
    #expect {
      _ = try YAMLNode(file: "/nonexistent/a.yaml")
    } throws: { ($0 as? ConfigurationErrors)?.isOnlyMissing == true }
  }

  @Test func `the shim alone reads events`() {
    let text = Array("a: 1".utf8)
    text.withUnsafeBufferPointer { bytes in
      var parser: OpaquePointer?
      #expect(cyaml_parser_create(bytes.baseAddress, bytes.count, &parser) == CYAML_OK)
      var kinds: [Int32] = []
      var event = cyaml_event()
      repeat {
        guard cyaml_parser_next(parser, &event) == CYAML_OK else { break }
        kinds.append(event.kind)
      } while event.kind != Int32(CYAML_STREAM_END.rawValue)
      cyaml_parser_release(parser)
      #expect(kinds == [1, 6, 3, 3, 7, 2, 0])
    }
  }
}
