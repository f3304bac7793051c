import Evaluation
import Geometry
import Models
import PointClouds
import Tensors
import TestSupport
import Testing

/// VoteNet's decoding, suppression and average precision beside the original's.
struct VoteNetEvaluationTests {
  private struct Facts: Decodable {
    let heading_bins: Int
    let mean_sizes: [[Double]]
  }

  private struct Setup {
    let fixture: ParityFixture
    let predictions: VoteNet.Predictions
    let decoder: VoteNet.Decoder
    let clouds: Tensor
    let truth: [[Box3D]]

    init() throws {
      let fixture = try ParityFixture("votenet_evaluation")
      let facts: Facts = try fixture.configuration()
      let sizes = facts.mean_sizes.map { Vector3($0[0], $0[1], $0[2]) }
      let coder = VoteNet.BoxCoder(headingBins: facts.heading_bins, meanSizes: sizes)
      var decoder = VoteNet.Decoder(coder, classes: sizes.indices.map { "class \($0)" })
      decoder.scoresAllClasses = true
      self.fixture = fixture
      self.decoder = decoder
      clouds = try fixture.input("point_clouds")
      predictions = try VoteNet.Predictions { name in
        switch name {
        case "heading_residuals_normalized":
          return try fixture.input("heading_residuals") * (Double(facts.heading_bins) / .pi)
        case "size_residuals_normalized":
          let means = Tensor(sizes.flatMap { [Float($0.x), Float($0.y), Float($0.z)] })
          return try fixture.input("size_residuals") / means.reshaped([sizes.count, 3])
        default: return fixture.inputs[name] ?? .zeros([1])
        }
      }
      func ints(_ name: String) throws -> [Int32] { try fixture.input(name).array(of: Int32.self) }
      func floats(_ name: String) throws -> [Double] {
        try fixture.input(name).array(of: Float.self).map(Double.init)
      }
      let (centers, residuals) = (try floats("center_label"), try floats("size_residual_label"))
      let (bins, turns) = (try ints("heading_class_label"), try floats("heading_residual_label"))
      let (kinds, classes) = (try ints("size_class_label"), try ints("sem_cls_label"))
      let count = try fixture.input("center_label").shape[1]
      truth = (0..<clouds.shape[0]).map { cloud in
        (0..<count).map { number in
          let row = cloud * count + number
          func vector(_ values: [Double]) -> Vector3 {
            Vector3(values[3 * row], values[3 * row + 1], values[3 * row + 2])
          }
          return Box3D(
            center: vector(centers), size: sizes[Int(kinds[row])] + vector(residuals),
            yaw: coder.yaw(bin: Int(bins[row]), residual: turns[row]),
            label: "class \(classes[row])")
        }
      }
    }

    /// Corners in the original's order: clockwise from front left, the lower face first.
    func corners(_ boxes: [[Box3D]]) -> Tensor {
      let numbers = boxes.flatMap { row in
        row.flatMap { box in
          [0, 3, 2, 1, 4, 7, 6, 5].flatMap { place in
            (0..<3).map { Float(box.corners[place][$0]) }
          }
        }
      }
      return Tensor(numbers, shape: [boxes.count, boxes[0].count, 8, 3])
    }
  }

  @Test(.enabled(if: SharedData.isPresent, "\(SharedData.absence)"))
  func `boxes, what is kept of them, and average precision agree with the reference`() throws {
    let set = try Setup()
    let boxes = set.decoder.coder.boxes(set.predictions)
    #expect(set.fixture.mismatch(set.corners(boxes), "corners") == nil)

    let proposals = try set.decoder.proposals(set.predictions, in: set.clouds)
    var kept = [Int32](repeating: 0, count: boxes.count * boxes[0].count)
    for (cloud, row) in proposals.enumerated() {
      for proposal in row { kept[cloud * boxes[0].count + proposal.number] = 1 }
    }
    #expect(kept.contains(0) && kept.contains(1))
    #expect(
      set.fixture.mismatch(Tensor(kept, shape: [boxes.count, boxes[0].count]), "kept") == nil)

    let mask = try set.fixture.input("box_label_mask").array(of: Float.self)
    let count = set.truth[0].count
    let padded = set.corners(set.truth)
    let expected = try #require(set.fixture.outputs["label_corners"])
    for (row, isBox) in mask.enumerated() where isBox == 1 {
      let (cloud, number) = (row / count, row % count)
      let found = padded[cloud, number]
      let difference = (found - expected[cloud, number]).abs().max().item(of: Float.self)
      #expect(difference < 1.3e-5)
    }

    let found = try set.decoder.boxes(set.predictions, in: set.clouds)
    let frames = found.enumerated().map { cloud, detections in
      DetectionFrame(
        truth: set.truth[cloud].enumerated().filter { mask[cloud * count + $0.offset] == 1 }
          .map(\.element), detections: detections)
    }
    let score = try IndoorDetectionScore(frames: frames)
    for (name, iou) in [("25", 0.25), ("50", 0.5)] {
      let curves = set.decoder.classes.map { score.curve($0, iou: iou) }
      let precision = Tensor(curves.map { Float($0.area) })
      #expect(set.fixture.mismatch(precision, "average_precision_\(name)") == nil)
      let recall = Tensor(curves.map { Float($0.finalRecall) })
      #expect(set.fixture.mismatch(recall, "recall_\(name)") == nil)
      let mean = Tensor([Float(score.meanAveragePrecision(iou: iou))])
      #expect(set.fixture.mismatch(mean, "mean_average_precision_\(name)") == nil)
    }
  }
}
