import Evaluation
import Foundation
import Geometry
import SensorLogs
import Tensors
import TestSupport
import Testing

/// Average precision of KITTI objects.
struct KITTIDetectionTests {
  private struct Fixture: Decodable {
    struct Frame: Decodable {
      var truth: String
      var detections: String
    }
    struct Set: Decodable {
      var frames: [Frame]
      /// By name: class, difficulty, strict or loose overlaps.
      var average: [String: [[[Double]]]]
    }
    var sets: [Set]
  }

  private func score(_ frames: [(truth: String, detections: String)]) throws -> KITTIDetectionScore
  {
    KITTIDetectionScore(
      frames: try frames.map {
        try KITTIFrame(
          truth: try KITTILabel.parse($0.truth, named: "truth"),
          detections: try KITTILabel.parse($0.detections, named: "detections"))
      })
  }

  private let classes = [KITTIClass.car, .pedestrian, .cyclist]

  /// mmdetection3d 1.4.0 on 20 random sets; `Tests/Fixtures/evaluation/kitti_detection.py`.
  @Test func `average precision equals another program's on 20 random sets`() throws {
    let path = "\(repositoryFolder)/Tests/Fixtures/evaluation/kitti_detection.json"
    let data = try Data(contentsOf: URL(fileURLWithPath: path))
    let sets = try JSONDecoder().decode(Fixture.self, from: data).sets
    #expect(sets.count == 20)
    var compared = 0
    for set in sets {
      var score = try score(set.frames.map { ($0.truth, $0.detections) })
      score.sampling = .benchmark
      for (c, strict) in classes.enumerated() {
        for (d, difficulty) in KITTIDifficulty.allCases.enumerated() {
          for (o, class_) in [strict, strict.loose].enumerated() {
            func expect(_ name: String, _ value: Double) throws {
              let expected = try #require(set.average[name]?[c][d][o])
              #expect(abs(value - expected) < 1e-4, "\(name) \(class_.name) \(difficulty)")
              compared += expected > 0 ? 1 : 0
            }
            for measure in KITTIMeasure.allCases {
              let curve = score.curve(class_, difficulty, measure)
              let name = measure == .image ? "bbox" : measure.rawValue
              try expect(name + "11", curve.average11)
              try expect(name + "40", curve.average40)
              guard measure == .image else { continue }
              try expect("aos11", curve.orientation11)
              try expect("aos40", curve.orientation40)
            }
          }
        }
      }
    }
    #expect(compared > 1000)
  }

  @Test func `a large set is read as the benchmark reads it`() throws {
    let path = "\(repositoryFolder)/Tests/Fixtures/evaluation/kitti_detection.json"
    let data = try Data(contentsOf: URL(fileURLWithPath: path))
    let large = try #require(JSONDecoder().decode(Fixture.self, from: data).sets.last)
    let automatic = try score(large.frames.map { ($0.truth, $0.detections) })
    var benchmark = automatic
    benchmark.sampling = .benchmark
    let curve = automatic.curve(.car, .moderate, .space)
    #expect(curve.truth >= 41)
    #expect(curve == benchmark.curve(.car, .moderate, .space))
  }

  private func car(x: Double, score: Double? = nil, box: Double = 50, type: String = "Car")
    -> String
  {
    let tail = score.map { " \($0)" } ?? ""
    return
      "\(type) 0 0 0 \(x * 20) 100 \(x * 20 + 60) \(100 + box) 1.5 1.6 4 \(x) 1.7 20 0.3\(tail)"
  }

  @Test func `truth against itself scores 100, however few objects there are`() throws {
    for count in [1, 2, 3, 40, 41, 60] {
      let truth = (0..<count).map { car(x: Double(10 * $0)) }
      let found = (0..<count).map { car(x: Double(10 * $0), score: 0.01 * Double($0 + 1)) }
      let score = try score([(truth.joined(separator: "\n"), found.joined(separator: "\n"))])
      for measure in KITTIMeasure.allCases {
        let curve = score.curve(.car, .easy, measure)
        #expect(abs(curve.average11 - 100) < 1e-9, "\(count) \(measure)")
        #expect(abs(curve.average40 - 100) < 1e-9, "\(count) \(measure)")
        #expect(curve.hits == count && curve.falsePositives == 0)
      }
      #expect(abs(score.curve(.car, .easy, .image).orientation40 - 100) < 1e-9)
    }
  }

  @Test(.enabled(if: SharedData.isPresent, "no recordings"))
  func `recorded labels against themselves score 100`() throws {
    let folder = SharedData.path("kitti_object/training/label_2")
    let frames = try FileManager.default.contentsOfDirectory(atPath: folder).sorted().map {
      let labels = try KITTILabel.parse(
        String(contentsOfFile: "\(folder)/\($0)", encoding: .utf8), named: $0)
      return try KITTIFrame(truth: labels, detections: labels.filter { !$0.isRegion })
    }
    let score = KITTIDetectionScore(frames: frames)
    for measure in KITTIMeasure.allCases {
      let curve = score.curve(.car, .moderate, measure)
      #expect(curve.truth > 5)
      #expect(abs(curve.average40 - 100) < 1e-9 && abs(curve.average11 - 100) < 1e-9)
    }
  }

  @Test func `neighbours, low boxes and regions count neither way`() throws {
    let truth = [
      car(x: 0), car(x: 10, type: "Van"), car(x: 20, box: 20),
      "DontCare -1 -1 -10 800 90 900 200 -1 -1 -1 -1000 -1000 -1000 -10",
    ]
    // A hit, a van, a low car, a car within a region, and one from nowhere.
    let found = [
      car(x: 0, score: 0.5), car(x: 10, score: 0.9), car(x: 20, score: 0.8, box: 20),
      car(x: 41, score: 0.7), car(x: 60, score: 0.6),
    ]
    let score = try score([(truth.joined(separator: "\n"), found.joined(separator: "\n"))])
    let image = score.curve(.car, .moderate, .image)
    #expect(image.truth == 1 && image.hits == 1 && image.falsePositives == 1)
    #expect(image.average40 == 50)
    // Regions say nothing about boxes in space.
    let space = score.curve(.car, .moderate, .space)
    #expect(space.hits == 1 && space.falsePositives == 2)
    #expect(abs(space.average40 - 100.0 / 3) < 1e-9)
  }

  @Test func `difficulties admit by height, occlusion and truncation`() throws {
    let line = { (truncated: Double, occluded: Int, height: Double) in
      "Car \(truncated) \(occluded) 0 0 100 60 \(100 + height) 1.5 1.6 4 0 1.7 20 0.3"
    }
    func truth(_ text: String) throws -> [Int] {
      let score = try score([(text, "")])
      return KITTIDifficulty.allCases.map { score.curve(.car, $0, .space).truth }
    }
    #expect(try truth(line(0, 0, 40)) == [1, 1, 1])
    #expect(try truth(line(0, 0, 39)) == [0, 1, 1])
    #expect(try truth(line(0, 1, 40)) == [0, 1, 1])
    #expect(try truth(line(0.4, 2, 25)) == [0, 0, 1])
    #expect(try truth(line(0.6, 0, 90)) == [0, 0, 0])
    #expect(try truth(line(0, 3, 90)) == [0, 0, 0])
  }

  @Test func `intervals hold the value and follow the seed`() throws {
    let frames = (0..<30).map { frame in
      (car(x: 0) + "\n" + car(x: 10), frame % 3 == 0 ? "" : car(x: 0, score: 0.3))
    }
    let score = try score(frames)
    func interval(_ seed: UInt64) -> ClosedRange<Double>? {
      var generator = SeededGenerator(seed: seed)
      return score.interval(.car, .easy, .space, draws: 60, using: &generator)
    }
    let value = score.curve(.car, .easy, .space).average40
    let found = try #require(interval(1))
    #expect(found.contains(value) && found.lowerBound < value && found.upperBound > value)
    #expect(interval(1) == found)
    #expect(interval(2) != found)
  }
}
