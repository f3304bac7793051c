import PointClouds
import Tensors
import TestSupport
import Testing

@Suite struct InterpolationWeightsTests {
  @Test func `weights fall with the distance or its square and sum to one`() {
    let squares = Tensor([Float(1), 4, .infinity], shape: [1, 3])
    let plain = SamplingClouds.values(InverseDistance.plain.weights(squaredDistances: squares))
    #expect(abs(plain[0] - 2 / 3) < 1e-6 && abs(plain[1] - 1 / 3) < 1e-6 && plain[2] == 0)
    for rule in [InverseDistance.squared, .squaredClamped] {
      let weights = SamplingClouds.values(rule.weights(squaredDistances: squares))
      #expect(abs(weights[0] - 0.8) < 1e-6 && abs(weights[1] - 0.2) < 1e-6 && weights[2] == 0)
    }
    let none = Tensor([Float](repeating: .infinity, count: 3), shape: [1, 3])
    #expect(
      SamplingClouds.values(InverseDistance.plain.weights(squaredDistances: none)) == [0, 0, 0])
  }

  @Test(.enabled(if: SharedData.isPresent, "\(SharedData.absence)"))
  func `the published rules' interpolated features are reproduced`() throws {
    let folder = SharedData.path("parity/op_three_nn_interpolate")
    let input = try SafetensorsFile(path: folder + "/input.safetensors")
    let output = try SafetensorsFile(path: folder + "/output.safetensors")
    let found = try NearestNeighbours(count: 3)
      .search(input.tensor("known"), queries: input.tensor("unknown"))
    let numbers = SamplingClouds.numbers(found.indices)
    let features = SamplingClouds.values(try input.tensor("features"))
    for (rule, name) in [
      (InverseDistance.plain, "euclidean"), (.squared, "squared"),
      (.squaredClamped, "squared_clamped"),
    ] {
      let weights = SamplingClouds.values(rule.weights(squaredDistances: found.squaredDistances))
      let wanted = SamplingClouds.values(try output.tensor("interpolated_" + name))
      for batch in 0..<2 {
        for channel in 0..<6 {
          for point in 0..<400 {
            var value: Float = 0
            for k in 0..<3 {
              let place = (batch * 400 + point) * 3 + k
              value += weights[place] * features[(batch * 6 + channel) * 100 + Int(numbers[place])]
            }
            let expected = wanted[(batch * 6 + channel) * 400 + point]
            #expect(abs(value - expected) <= 7.1e-6)
          }
        }
      }
    }
  }
}
