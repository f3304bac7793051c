import Foundation
import TestSupport

/// Steps and values of PyTorch, made by Tests/Fixtures/networks/training.py.
struct TrainingFixture: Decodable {
  struct Clipped: Decodable {
    let length: Double
    let gradients: [[Double]]
  }
  let optimisers: [String: [[Double]]]
  let schedules: [String: [Double]]
  let clipped: Clipped

  static func read() throws -> TrainingFixture {
    let path = repositoryFolder + "/Tests/Fixtures/networks/training.json"
    return try JSONDecoder().decode(
      TrainingFixture.self, from: Data(contentsOf: URL(fileURLWithPath: path)))
  }
}
