import Geometry
import PointClouds
import SensorLogs
import Tensors

/// Some of the clouds of one or two sources, with the classes that count.
struct CloudSelection: Sendable {
  private let sources: [any LabelledCloudSource]
  /// Source and number of each cloud.
  private let places: [(source: Int, number: Int)]
  let classes: [String]

  var count: Int { places.count }

  init(_ sources: [any LabelledCloudSource], classes: [String]) {
    self.sources = sources
    self.classes = classes
    places = sources.enumerated().flatMap { number, source in
      (0..<source.count).map { (number, $0) }
    }
  }

  private init(_ whole: CloudSelection, _ numbers: [Int]) {
    sources = whole.sources
    classes = whole.classes
    places = numbers.map { whole.places[$0] }
  }

  /// Some of the clouds; a number may occur more than once.
  func subset(_ numbers: [Int]) -> CloudSelection { CloudSelection(self, numbers) }

  func labels(at number: Int) throws -> LabelledCloud {
    let place = places[number]
    return try sources[place.source].labels(at: place.number)
  }

  /// A cloud with the boxes of the classes alone.
  func sample(at number: Int) throws -> LabelledCloud {
    let place = places[number]
    return try sources[place.source].sample(at: place.number).keeping(classes)
  }

  /// Mean length, width and height of each class; a metre where it does not occur.
  func meanSizes() throws -> [Vector3] {
    var sums = [(size: Vector3, count: Double)](
      repeating: (.zero, 0), count: classes.count)
    for number in 0..<count {
      for box in try labels(at: number).boxes {
        guard let label = classes.firstIndex(of: box.label) else { continue }
        sums[label].size = sums[label].size + box.size
        sums[label].count += 1
      }
    }
    return sums.map { $0.count > 0 ? $0.size / $0.count : Vector3(1, 1, 1) }
  }

  /// The clouds repeated so that rare classes occur more often.
  ///
  /// A class that a share f of the clouds shows has its clouds repeated sqrt(t / f) times, t being the share that makes the median
  /// class's factor 1.
  ///
  /// - Note: Source: Gupta, Dollar and Girshick, "LVIS: a dataset for large vocabulary instance segmentation", CVPR 2019,
  ///   repeat factor sampling.
  func balanced() throws -> CloudSelection {
    var shown: [Set<Int>] = []
    var counts = [Double](repeating: 0, count: classes.count)
    for number in 0..<count {
      let cloud = try labels(at: number)
      let names = cloud.boxes.map(\.label) + (cloud.label.map { [$0] } ?? [])
      let labels = Set(names.compactMap { classes.firstIndex(of: $0) })
      for label in labels { counts[label] += 1 }
      shown.append(labels)
    }
    let present = counts.filter { $0 > 0 }.sorted()
    guard !present.isEmpty else { return self }
    let median = present[present.count / 2]
    var debt = 0.0
    var numbers: [Int] = []
    for (number, labels) in shown.enumerated() {
      let factor = labels.map { (median / counts[$0]).squareRoot() }.max() ?? 1
      debt += max(1, factor)
      while debt >= 1 {
        numbers.append(number)
        debt -= 1
      }
    }
    return subset(numbers)
  }
}

extension LabelledCloud {
  /// The cloud with the boxes of some labels alone.
  func keeping(_ labels: [String]) -> LabelledCloud {
    guard !boxes.isEmpty || views.contains(where: { !$0.boxes.isEmpty }) else { return self }
    var places = [Int](repeating: -1, count: boxes.count)
    var result = self
    result.boxes = []
    for (number, box) in boxes.enumerated() where labels.contains(box.label) {
      places[number] = result.boxes.count
      result.boxes.append(box)
    }
    if let instance = cloud.attributes["instance"], instance.elementType == .int32,
      result.boxes.count < boxes.count
    {
      let numbers = instance.array(of: Int32.self)
      let renumbered = numbers.map { number -> Int32 in
        places.indices.contains(Int(number)) ? Int32(places[Int(number)]) : -1
      }
      result.cloud.attributes["instance"] = Tensor(renumbered, shape: instance.shape)
    }
    for number in views.indices {
      let kept = views[number].boxes.indices.filter {
        labels.contains(views[number].boxes[$0].label)
      }
      result.views[number].boxes = kept.map { views[number].boxes[$0] }
      result.views[number].objects = kept.map { place in
        let object = views[number].objects[place]
        return places.indices.contains(object) ? places[object] : -1
      }
    }
    return result
  }
}
