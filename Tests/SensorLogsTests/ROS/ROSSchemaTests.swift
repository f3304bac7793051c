import Testing

@testable import SensorLogs

struct ROSSchemaTests {
  @Test func `a definition gives fields, constants, defaults and bounds`() throws {
    let schema = try ROSSchema(
      name: "my_msgs/msg/Thing",
      text: """
        # a comment
        int32 LIMIT=7   # constants
        string MARK=a#b
        uint8[4] quad
        string<=10[<=5] names
        float64 ratio 0.5  # default
        string title "x # y"
        Other[] others
        my_msgs/msg/Other one
        ================================================================================
        MSG: my_msgs/Other
        bool on
        """)
    #expect(schema.root.name == "my_msgs/Thing")
    #expect(
      schema.root.fields.map(\.name) == ["quad", "names", "ratio", "title", "others", "one"])
    #expect(schema.root.fields[0].arity == .fixed(4))
    #expect(schema.root.fields[1].arity == .sequence(bound: 5))
    #expect(schema.root.fields[2].defaultValue == "0.5")
    #expect(schema.root.fields[3].defaultValue == "\"x # y\"")
    #expect(
      schema.root.constants == [
        .init(type: "int32", name: "LIMIT", value: "7"),
        .init(type: "string", name: "MARK", value: "a#b"),
      ])
    #expect(schema.types.count == 2)
  }

  @Test(arguments: [
    ("wstring name", "wstring"), ("Missing x", "Missing"), ("int32", "no name"),
    ("Thing again", "contains itself"), ("int32[x] y", "not a type"),
  ])
  func `what cannot be used is refused with its reason`(_ text: String, _ reason: String) {
    #expect {
      _ = try ROSSchema(name: "my_msgs/Thing", text: text)
    } throws: { ($0 as? LogError)?.problem.contains(reason) == true }
  }

  @Test func `endless nesting and absurd counts do not crash`() throws {
    let deep = (0..<100).map { "MSG: p/T\($0)\nT\($0 + 1) x" }.joined(separator: "\n===\n")
    #expect(throws: LogError.self) { try ROSSchema(name: "p/Top", text: "T0 x\n===\n" + deep) }
    let wide = try ROSSchema(
      name: "p/Top", text: "A[9000000000000000000] a\n===\nMSG: p/A\nfloat64[9000000000000000000] x"
    )
    #expect(wide.root.leastByteCount == Int.max)
    let decoder = try ROSMessageDecoder(
      schemaName: "p/Top", schemaText: "A[9000000000] a\n===\nMSG: p/A\n", encoding: .ros1)
    #expect(throws: LogError.self) { try decoder.decodeRecord([]) }
    let tree = try ROSMessageDecoder(
      schemaName: "p/Top",
      schemaText: "T0[] a\n"
        + (0..<40).map { "===\nMSG: p/T\($0)\nT\($0 + 1)[2] x" }.joined(separator: "\n")
        + "\n===\nMSG: p/T40\n", encoding: .ros1)
    #expect(throws: LogError.self) { try tree.decodeRecord([1, 0, 0, 0]) }
  }
}
