import Models
import Networks
import Tensors
import Testing

struct FieldTableTests {
  @Test func `three ways of fusion see 3, 6, 14 and 64 pixels`() {
    #expect(
      FieldTable.examples.map { $0.rows.map { $0.field[1] } } == [[3, 6, 14, 64]] + [
        [3, 6, 14, 64], [3, 6, 14, 64],
      ])
    #expect(
      FieldTable.examples.map { $0.rows.map { $0.field[0] } } == [
        [1, 1, 1, 20], [20, 20, 20, 20], [3, 6, 14, 20],
      ])
  }

  @Test func `the table holds every network over clips`() throws {
    let entries = try FieldTable.entries()
    let found = Dictionary(uniqueKeysWithValues: entries.map { ($0.name, $0.maps) })
    for name in ["r3d_18", "mc3_18", "r2plus1d_18", "c3d", "slow3d"] {
      #expect(found[name] != nil, "\(name)")
    }
    #expect(found["r3d_18"]??.reach == [109, 219, 219])
    #expect(found["r3d_18"]??.size == [2, 7, 7])
    #expect(found["r3d_18"]??.stride == [8, 16, 16])
    // Factored convolutions see as much as whole ones; frames by themselves see less of time.
    #expect(found["r2plus1d_18"]??.reach == [109, 219, 219])
    #expect(found["mc3_18"]??.reach == [11, 219, 219])
    #expect(found["c3d"]??.reach == [76, 150, 150])
    #expect(found["c3d"]??.size == [1, 4, 4])
    #expect(try FieldTable.entry(of: #require(ModelCatalogue.entry(named: "resnet18"))) == nil)
  }

  @Test func `sizes are those of the maps`() throws {
    let networks: [any CausalClipNetwork & FieldDescribing] = [
      ResNet3D(.r3d18, classes: 2, width: 2), ResNet3D(.mc3_18, classes: 2, width: 2, causal: true),
      ResNet3D(.r2plus1d18, classes: 2, width: 2, causal: true),
      C3D(classes: 2, width: 2, size: 48, features: 4), Slow3D(widths: [2, 2, 2]),
    ]
    for network in networks {
      network.initialized(seed: 1)
      network.evaluate()
      let maps = withoutGradients { network.features(.zeros([1, 3, 19, 48, 40])) }
      let entry = FieldTable.Entry("x", network.fieldSteps, input: [19, 48, 40])
      #expect(Array(maps.shape[2...]) == entry.maps?.size)
    }
  }

  @Test func `a recurrent layer sees all frames before, each by itself`() {
    let rows = ReceptiveField.rows(
      [.convolution(1, 3, 3), .recurrent(3, name: "ConvGRU"), .allFrames("mean")],
      input: [5, 16, 16])
    #expect(rows.map(\.size) == [[5, 16, 16], [5, 16, 16], [1, 16, 16]])
    #expect(rows.map(\.field) == [[1, 3, 3], [5, 5, 5], [5, 5, 5]])
    #expect(rows.map(\.seesAll) == [false, true, true])
  }
}
